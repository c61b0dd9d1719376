/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUEST_GETTER_H
#define VSYS_GUEST_GETTER_H

#include <stdbool.h>
#include <stddef.h>

enum { VSYS_GETTER_BYTES = 32 };

/*
 * Decode a function that returns a member of the structure that its argument points to, or
 * the member's address.  @word is 8 or 4.  Returns the member's offset, -1 for any other code.
 */
int vsys_getter_member(const unsigned char *code, size_t n, unsigned int word);

/*
 * Decode PsGetCurrentProcess(): the offset of the process in the thread that the control region's
 * member at @thread points to; -1 for any other code.
 */
int vsys_getter_process(const unsigned char *code, size_t n, unsigned int word, unsigned int thread);

#endif /* VSYS_GUEST_GETTER_H */
