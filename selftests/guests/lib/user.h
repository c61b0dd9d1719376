/* SPDX-License-Identifier: GPL-2.0 */
/* Programs that make calls: their memory, and their code. */
#ifndef GUESTS_USER_H
#define GUESTS_USER_H

#include "rt.h"

void map_user(uintptr_t virt);
void put_string(uintptr_t at, const char *s);
void put_wide(uintptr_t at, const char *s, unsigned int n);

#ifdef __x86_64__
/* A program's SYSCALL, followed by INT3; and its kernel's SYSRET. */
extern const char user_code[], sysret_code[];

void make_call(const char *what, u64 nr);
#endif

#endif
