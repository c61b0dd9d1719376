// SPDX-License-Identifier: GPL-2.0
/* The reader's tables as text, one call a line. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include <vsyscalls/tables.h>

static const char *const class_name[] = {
	[VSYS_CL_INT] = "int", [VSYS_CL_UINT] = "uint", [VSYS_CL_HEX] = "hex",
	[VSYS_CL_OCTAL] = "octal", [VSYS_CL_PTR] = "ptr", [VSYS_CL_FD] = "fd",
	[VSYS_CL_ATFD] = "atfd", [VSYS_CL_STR] = "str", [VSYS_CL_STRV] = "strv",
	[VSYS_CL_BUF] = "buf", [VSYS_CL_IOVEC] = "iovec",
	[VSYS_CL_MSGHDR] = "msghdr", [VSYS_CL_MMSGHDR] = "mmsghdr",
	[VSYS_CL_STRUCT] = "struct",
	[VSYS_CL_SOCKADDR] = "sockaddr", [VSYS_CL_FLAGS] = "flags",
	[VSYS_CL_ENUM] = "enum", [VSYS_CL_DEV] = "dev", [VSYS_CL_VOID] = "void",
	[VSYS_CL_BOOL] = "bool", [VSYS_CL_HANDLE] = "handle",
	[VSYS_CL_STATUS] = "status", [VSYS_CL_WAIT] = "wait", [VSYS_CL_USTR] = "ustr",
	[VSYS_CL_WSTR] = "wstr", [VSYS_CL_OBJATTR] = "objattr",
	[VSYS_CL_PSATTR] = "psattr", [VSYS_CL_WTEXT] = "wtext",
	[VSYS_CL_REGDATA] = "regdata", [VSYS_CL_LSTR] = "lstr", [VSYS_CL_STRUCTV] = "structv", [VSYS_CL_FPROG] = "fprog",
	[VSYS_CL_PSPARAMS] = "psparams", [VSYS_CL_AFDBUFS] = "afdbufs", [VSYS_CL_AFDSENDTO] = "afdsendto", [VSYS_CL_AFDRECVFROM] = "afdrecvfrom", [VSYS_CL_SIGSET] = "sigset", [VSYS_CL_KIB] = "kib", [VSYS_CL_IOPRIO] = "ioprio", [VSYS_CL_SID] = "sid", [VSYS_CL_ARRAY] = "array",
	[VSYS_CL_SQES] = "sqes", [VSYS_CL_CQES] = "cqes",
	[VSYS_CL_IOC] = "ioc", [VSYS_CL_INET] = "inet", [VSYS_CL_BITS] = "bits", [VSYS_CL_FDSET] = "fdset",
	[VSYS_CL_DIRENTS] = "dirents",
	[VSYS_CL_DIRENTS64] = "dirents64", [VSYS_CL_SIGINFO] = "siginfo",
};

static void put_set(const struct vsys_set *set)
{
	unsigned int i;

	printf(" %s%s", set->flags ? "flags:" : "enum:", set->name);
	for (i = 0; i < set->n; i++) {
		const struct vsys_const *c = &set->consts[i];

		printf("%c%s=%" PRIx64, i ? ',' : '(', c->name, c->value);
		if (c->mask != (set->flags ? c->value : 0))
			printf("/%" PRIx64, c->mask);
	}
	putchar(')');
}

static void put_value(const char *name, unsigned int cls, bool sign,
		      unsigned int size, const struct vsys_set *set)
{
	printf("%s %s%s%u", name, class_name[cls], sign ? "-" : " ", size);
	if (set)
		put_set(set);
}

static void put_fields(const struct vsys_type *t)
{
	const struct vsys_variant *v;
	unsigned int i;

	for (i = 0; i < t->nfields; i++) {
		const struct vsys_field *f = &t->fields[i];

		printf("%s%u:", i ? ", " : " {", f->offset);
		put_value(f->name, f->cls, f->sign, f->size, f->set);
		if (f->to)
			printf(" -> %s", f->to->name);
		for (v = f->variants; v < f->variants + f->nvariants; v++) {
			printf(" or %+d/%u", v->offset, v->size);
			if (v->mask != UINT64_MAX)
				printf("&%" PRIx64, v->mask);
			printf(" %" PRIx64 " ", v->value);
			put_value(v->type->name, v->type->cls, v->type->sign, v->type->size, v->type->set);
		}
	}
	puts(t->nfields ? "}" : "");
}

static void put_param(const struct vsys_param *p)
{
	const struct vsys_type *t = p->type;

	printf("\t%s%s ", p->dir & VSYS_DIR_IN ? "in" : "", p->dir & VSYS_DIR_OUT ? "out" : "");
	printf("%s@%u", p->name, p->slot);
	put_value("", t->cls, t->sign, t->size, p->set ? p->set : t->set);
	put_fields(t);
}

static void put_call(unsigned int nr, const struct vsys_proto *c)
{
	unsigned int i;

	printf("%u %s %u %u %s-%u%s\n", nr, c->name, c->bits, c->nslots,
	       class_name[c->result->cls], c->result->size,
	       c->flags & VSYS_CALLF_NORETURN ? " noreturn" :
	       c->flags & VSYS_CALLF_TWICE ? " twice" :
	       c->flags & VSYS_CALLF_LEAVES ? " leaves" : "");
	for (i = 0; i < c->nparams; i++)
		put_param(&c->params[i]);
	for (i = 0; c->choice && i < c->choice->n; i++) {
		printf("case %u/%u %" PRIx64 " %" PRIx64 ": ", c->choice->slot, c->choice->size,
		       c->choice->mask, c->choice->cases[i].value);
		put_call(nr, c->choice->cases[i].call);
	}
}

static void put_numbers(const struct vsys_numbering *n)
{
	unsigned int i;

	printf("abi %u %u", n->abi, n->n);
	printf(" %s", n->errors ? n->errors->name : "-");
	printf(" %s", n->signals ? n->signals->name : "-");
	printf(" %s\n", n->unwritten ? n->unwritten->name : "-");
	for (i = 0; i < n->n; i++)
		put_call(n->numbers[i].nr, &n->calls[n->numbers[i].call]);
}

/* Entries of a queue, by number; of Arm with a mark. */
static void put_entries(void)
{
	const struct vsys_type *t;
	unsigned int i;

	for (i = 0; i < 2 * 256; i++) {
		t = vsys_sqe_types[i / 256][i % 256];
		if (!t)
			continue;
		printf("entry %u%s %s", i % 256, i < 256 ? "" : " arm", t->name);
		put_fields(t);
	}
}

int main(void)
{
	unsigned int i, j;

	for (i = 0; i < vsys_ntables; i++) {
		const struct vsys_table *t = &vsys_tables[i];

		printf("table %s %u %u\n", t->name, t->os, t->arch);
		for (j = 0; j < t->nabis; j++)
			put_numbers(&t->abis[j]);
	}
	put_entries();
	return 0;
}
