// SPDX-License-Identifier: GPL-2.0
/* Write a recorded stream for vsysread.sh: two machines, losses, hostile bytes. */
#include <stdio.h>
#include <string.h>

#include "records.h"

enum { READ = 0, CLOSE = 3, EXIT_GROUP = 231, OPENAT = 257 };

static struct rec r;
static uint64_t seq[2], now = 1000, records;

static void emit(uint32_t vm)
{
	struct vsys_record *h = rec_head(&r);

	h->vm = vm;
	h->time = now++;
	if (h->type == VSYS_REC_LOST)
		seq[vm - 1] = h->seq;
	else
		h->seq = seq[vm - 1]++;
	records++;
	fwrite(r.b, 1, h->size, stdout);
}

static void entry(uint32_t vm, uint32_t nr, uint64_t id, uint64_t a, uint64_t b, uint64_t c)
{
	const uint64_t args[] = { a, b, c };

	rec_entry(&r, nr, id, 3, args);
	if (nr == OPENAT)
		rec_string(&r, 1, b, vm == 1 ? "/etc/hostname" : "/\033[31m\"\\\n\377");
	emit(vm);
}

static void ret(uint32_t vm, uint32_t nr, uint64_t id, uint64_t result)
{
	rec_return(&r, nr, id, result);
	emit(vm);
}

static void event(uint32_t vm, unsigned int type)
{
	rec_event(&r, type);
	emit(vm);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "good";
	struct vsys_profiles p = { 0 };
	struct vsys_text t = { 0 };

	vsys_profiles_add(&p, "linux_x86_64");
	vsys_stream_begin(&t, &p);
	fwrite(t.s, 1, t.len, stdout);
	event(1, VSYS_REC_ATTACH);
	event(2, VSYS_REC_ATTACH);
	entry(1, OPENAT, 1, (uint64_t)-100, 0x5000, 02000000);
	entry(2, OPENAT, 1, (uint64_t)-100, 0x5000, 0);
	ret(1, OPENAT, 1, 3);
	ret(2, OPENAT, 1, (uint64_t)-2);
	rec_lost(&r, 3, 19);
	emit(1);
	entry(1, CLOSE, 2, 3, 0, 0);
	ret(1, CLOSE, 2, 0);
	if (!strcmp(what, "gap"))
		seq[0] += 3;
	entry(1, READ, 3, 0, 0x6000, 10);
	entry(1, 1000, 4, 1, 2, 3);
	ret(1, 1000, 4, (uint64_t)-38);
	rec_entry(&r, EXIT_GROUP, 5, 1, (const uint64_t[]){ 0 });
	rec_head(&r)->flags = VSYS_F_NORETURN;
	emit(2);
	event(2, VSYS_REC_DETACH);
	if (!strcmp(what, "unknown"))
		event(2, 99);
	if (!strcmp(what, "cut"))
		fwrite("\100\0\0\0", 1, 4, stdout);
	rec_end(&r, records);
	if (strcmp(what, "cut") && strcmp(what, "endless"))
		fwrite(r.b, 1, rec_head(&r)->size, stdout);
	vsys_text_free(&t);
	vsys_profiles_free(&p);
	return 0;
}
