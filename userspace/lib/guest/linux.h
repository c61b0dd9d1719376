/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUEST_LINUX_H
#define VSYS_GUEST_LINUX_H

#include "field.h"
#include "files.h"
#include "image.h"

/* Links between tasks; what a task's fields are is in enum vsys_task_kind. */
enum vsys_linux_link {
	VSYS_LINUX_LEADER,	/* pointer to the task of the process */
	VSYS_LINUX_TASKS,	/* link in the list of processes */
	VSYS_LINUX_SIGNAL,	/* pointer to what the threads share */
	VSYS_LINUX_THREADS,	/* in that: head of the list of threads */
	VSYS_LINUX_THREAD,	/* link in it */
	VSYS_LINUX_CRED,	/* pointer that changes with the user */
	VSYS_LINUX_LINKS,
};

/**
 * struct vsys_linux - what is known of a Linux kernel
 * @banner: "Linux version ..."; empty if it was not found
 * @banner_at: its address
 * @btf_head: the first bytes at @btf
 * @btf: address of its type information, 0 if it has none
 * @types: number of types
 * @slot: per-CPU base plus this holds the running task; valid if @found
 * @found: tasks can be read
 * @field: of a task; kind 0 if the kernel does not have it
 * @nfields: number of @field
 * @link: offsets, -1 if unknown
 * @files: of what processes have open
 */
struct vsys_linux {
	char banner[256];
	uint64_t banner_at;
	unsigned char btf_head[24];
	uint64_t btf;
	uint32_t types;
	uint64_t slot;
	bool found;
	struct vsys_task_field field[VSYS_TASK_FIELDS_MAX];
	unsigned int nfields;
	int32_t link[VSYS_LINUX_LINKS];
	struct vsys_files files;
};

/**
 * vsys_linux_find - find out about a 64-bit Linux kernel
 * @l: out
 * @s: an address space in which the kernel is mapped
 * @entry: LSTAR
 *
 * Return: 0; -ENOENT: there is no Linux kernel; -ENOMEM.
 */
int vsys_linux_find(struct vsys_linux *l, struct vsys_space *s, uint64_t entry);

/*
 * vsys_linux32_find - find out about a 32-bit Linux kernel
 * @entry: where one of its doors leads
 * @base: of the per-CPU memory of a CPU
 *
 * Return: as vsys_linux_find().
 */
int vsys_linux32_find(struct vsys_linux *l, struct vsys_space *s, uint64_t entry, uint64_t base);

/*
 * vsys_linux_arm64_find - find out about a Linux kernel of arm64
 * @entry: VBAR_EL1
 *
 * Return: as vsys_linux_find().
 */
int vsys_linux_arm64_find(struct vsys_linux *l, struct vsys_space *s, uint64_t entry);

/* Is the kernel's per-CPU memory mapped here?  It is not with page-table isolation. */
bool vsys_linux_mapped(struct vsys_space *s, uint64_t entry, uint64_t base);

/* The field of a kind, NULL if the kernel does not have it. */
const struct vsys_task_field *vsys_linux_field(const struct vsys_linux *l, enum vsys_task_kind kind);

#endif /* VSYS_GUEST_LINUX_H */
