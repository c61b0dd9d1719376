/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUEST_SPACE_H
#define VSYS_GUEST_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vsys_space_mode {
	VSYS_SPACE_2LEVEL,	/* 32-bit without PAE */
	VSYS_SPACE_PAE,
	VSYS_SPACE_4LEVEL,
	VSYS_SPACE_5LEVEL,
	VSYS_SPACE_ARM64,	/* granules of 4 KB: the kernel's half, TTBR1 */
};

enum { VSYS_SPACE_LEVELS = 5 };

/* Read @n bytes of guest-physical memory.  Returns whether all were read. */
typedef bool vsys_phys_fn(void *arg, uint64_t gpa, void *buf, size_t n);

/**
 * struct vsys_space - a virtual address space of a guest
 * @phys: reads physical memory
 * @arg: its argument
 * @vm: the machine, whose kernels are known by it
 * @paging: format of the page tables
 * @root: physical address of the top table
 * @bits: of arm64: bits of a virtual address
 * @lpa2: of arm64: descriptors have addresses of 52 bits
 * @bytes: bytes that were read
 * @budget: bytes that may still be read; bounds the time that hostile page tables,
 *          lists and images can take.  All reads fail when it is used up
 * @cached: a table of each level that was read; see vsys_space_forget()
 */
struct vsys_space {
	vsys_phys_fn *phys;
	void *arg;
	uint32_t vm;
	enum vsys_space_mode paging;
	uint64_t root;
	unsigned int bits;
	bool lpa2;
	uint64_t bytes;
	uint64_t budget;
	struct {
		bool valid;
		uint64_t gpa;
		unsigned char bytes[4096];
	} cached[VSYS_SPACE_LEVELS];
};

/**
 * struct vsys_mapping - the page, or the hole, at an address
 * @gpa: physical address; of a page only
 * @left: bytes from the address to the end of the page or hole
 * @writable: all levels allow writes
 * @noexec: a level forbids execution
 */
struct vsys_mapping {
	uint64_t gpa;
	uint64_t left;
	bool writable;
	bool noexec;
};

/* Bytes of a pointer of the guest's kernel. */
static inline unsigned int vsys_space_word(const struct vsys_space *s)
{
	return s->paging >= VSYS_SPACE_4LEVEL ? 8 : 4;
}

/* Walk the page tables.  Returns whether a page is mapped at @va. */
bool vsys_space_walk(struct vsys_space *s, uint64_t va, struct vsys_mapping *m);

/* Read @n bytes.  Returns whether all were read. */
bool vsys_space_read(struct vsys_space *s, uint64_t va, void *buf, size_t n);

/* Read a number of 1, 2, 4 or 8 bytes, or a pointer. */
bool vsys_space_number(struct vsys_space *s, uint64_t va, unsigned int bytes, uint64_t *value);
bool vsys_space_pointer(struct vsys_space *s, uint64_t va, uint64_t *value);

/* Read a string of at most @n - 1 bytes; a longer one is cut. */
bool vsys_space_string(struct vsys_space *s, uint64_t va, char *buf, size_t n);

/* Read tables anew: the guest runs and changes them. */
void vsys_space_forget(struct vsys_space *s);

#endif /* VSYS_GUEST_SPACE_H */
