// SPDX-License-Identifier: GPL-2.0
/*
 * Write a recorded stream with each prototype of each profile once, called and returned.
 * usage: mkeach [PROFILE]
 */
#include <stdio.h>
#include <string.h>
#include <stdlib.h>

#include "records.h"

static struct rec r;
static uint64_t records;

static void emit(uint32_t profile, unsigned int abi)
{
	struct vsys_record *h = rec_head(&r);

	h->profile = profile;
	h->abi = (uint8_t)abi;
	h->time = 1000 + records;
	h->seq = records++;
	fwrite(r.b, 1, h->size, stdout);
}

/* Numberings share their prototypes: note those that were written. */
static bool is_new(const struct vsys_proto *call)
{
	static const struct vsys_proto *seen[1 << 16];
	size_t i = (size_t)((uintptr_t)call * UINT64_C(0x9e3779b97f4a7c15) >> 48);

	for (; seen[i]; i = (i + 1) % (1 << 16))
		if (seen[i] == call)
			return false;
	seen[i] = call;
	return true;
}

static void call(uint32_t profile, const struct vsys_numbering *of, unsigned int i)
{
	const struct vsys_proto *p = &of->calls[of->numbers[i].call];
	const uint32_t nr = of->numbers[i].nr;
	uint64_t args[VSYS_ARGS_MAX];
	unsigned int a;

	if (!is_new(p))
		return;
	for (a = 0; a < VSYS_ARGS_MAX; a++)
		args[a] = a + 1;
	rec_entry(&r, nr, records + 1, p->nslots, args);
	emit(profile, of->abi);
	if (p->flags & VSYS_CALLF_NORETURN)
		return;
	rec_return(&r, nr, records, 0);
	emit(profile, of->abi);
}

int main(int argc, char **argv)
{
	struct vsys_profiles p = { 0 };
	struct vsys_text t = { 0 };
	unsigned int i, abi, n;

	for (i = 0; i < vsys_ntables; i++)
		vsys_profiles_add(&p, vsys_tables[i].name);
	vsys_stream_begin(&t, &p);
	fwrite(t.s, 1, t.len, stdout);
	for (i = 0; i < vsys_ntables; i++) {
		if (argc > 1 && strcmp(argv[1], vsys_tables[i].name))
			continue;
		for (abi = 0; abi < vsys_tables[i].nabis; abi++)
			for (n = 0; n < vsys_tables[i].abis[abi].n; n++)
				call(i, &vsys_tables[i].abis[abi], n);
	}
	rec_end(&r, records);
	fwrite(r.b, 1, rec_head(&r)->size, stdout);
	vsys_text_free(&t);
	vsys_profiles_free(&p);
	return 0;
}
