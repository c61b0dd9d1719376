/* SPDX-License-Identifier: GPL-2.0 */
/* The VM process's memory through the kernel's direct map. */
#ifndef VSYS_RAM_H
#define VSYS_RAM_H

#include <linux/types.h>

struct page;
struct vsys_mem;
struct vsys_ram;

enum { VSYS_RAM_TRIES = 32 };	/* missing pages that are waited for, see vsys_ram_wait() */

/* A place for pointers that lead nowhere, see vsys_mem.pin. */
extern const u64 vsys_ram_zero;

int vsys_ram_open(struct vsys_mem *m);
void vsys_ram_close(struct vsys_mem *m);
void vsys_ram_exit(void);

u32 vsys_ram_seq(const struct vsys_ram *r);
bool vsys_ram_same(const struct vsys_ram *r, u32 seq);
void vsys_ram_filter_add(struct vsys_mem *m, unsigned long hva);
void vsys_ram_filter_clear(struct vsys_mem *m);
void *vsys_ram_page(struct vsys_mem *m, unsigned long hva, bool write);
bool vsys_ram_wait(struct vsys_mem *m, int *tries);
void *vsys_ram_hold(unsigned long hva, bool write, struct page **page);

#endif /* VSYS_RAM_H */
