// SPDX-License-Identifier: GPL-2.0
/* Memory of the programs that make calls. */
#include "user.h"

/* A page of the program, not adjacent in memory to the one mapped before. */
void map_user(uintptr_t virt)
{
	alloc_page();
	map_page(virt, (uintptr_t)alloc_page(), PTE_P | PTE_W | PTE_U);
}

void put_string(uintptr_t at, const char *s)
{
	do
		*(char *)at++ = *s;
	while (*s++);
}

/* @n characters as UTF-16. */
void put_wide(uintptr_t at, const char *s, unsigned int n)
{
	u16 *to = (u16 *)at;

	while (n--)
		*to++ = (u8)*s++;
}
