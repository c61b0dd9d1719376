/* SPDX-License-Identifier: GPL-2.0 */
/* Compares sizes and members of the tables' structs with those of headers. */
#ifndef STRUCTS_H
#define STRUCTS_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <vsyscalls/tables.h>

static int failed, checked;

enum { BITS = sizeof(long) * 8 };

/* Of a call or one of its cases. */
static const struct vsys_type *find_in_call(const struct vsys_proto *c, const char *name)
{
	const struct vsys_type *type = NULL;
	unsigned int i;

	for (i = 0; c->bits == BITS && i < c->nparams; i++)
		if (!strcmp(c->params[i].type->name, name))
			return c->params[i].type;
	for (i = 0; c->choice && !type && i < c->choice->n; i++)
		type = find_in_call(c->choice->cases[i].call, name);
	return type;
}

static const struct vsys_type *find_in(const struct vsys_numbering *n, const char *name)
{
	const struct vsys_type *type = NULL;
	unsigned int i;

	for (i = 0; !type && i < n->n; i++)
		type = find_in_call(&n->calls[n->numbers[i].call], name);
	return type;
}

/* In the layout that this program is compiled for. */
static const struct vsys_type *find(const char *name)
{
	const struct vsys_type *type = NULL;
	unsigned int i, j;

	for (i = 0; i < vsys_ntables; i++)
		for (j = 0; !type && j < vsys_tables[i].nabis; j++)
			type = find_in(&vsys_tables[i].abis[j], name);
	return type;
}

static void check(const char *type, const char *what, bool good)
{
	checked++;
	if (good)
		return;
	printf("%s: %s differs\n", type, what);
	failed = 1;
}

static void check_size(const char *name, size_t size)
{
	const struct vsys_type *t = find(name);

	check(name, "size", t && t->size == size);
}

static void check_member(const char *name, const char *member, size_t offset, size_t size)
{
	const struct vsys_type *t = find(name);
	unsigned int i;

	for (i = 0; t && i < t->nfields; i++)
		if (!strcmp(t->fields[i].name, member))
			break;
	check(name, member, t && i < t->nfields && t->fields[i].offset == offset &&
	      t->fields[i].size == size);
}

#define SIZE(name, type) check_size(#name, sizeof(type))
#define SAME(name, type, member, as) \
	check_member(#name, as, offsetof(type, member), sizeof(((type *)0)->member))
#define MEMBER(name, member) SAME(name, struct name, member, #member)

static int result(void)
{
	printf("# %d sizes and members\n", checked);
	return failed;
}

#endif /* STRUCTS_H */
