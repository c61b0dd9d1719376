// SPDX-License-Identifier: GPL-2.0
/*
 * Write a recorded stream of many calls: four processes on two vCPUs, calls and
 * strings like those of programs.  usage: mkmany CALLS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "records.h"

enum { READ = 0, WRITE = 1, CLOSE = 3, MMAP = 9, FUTEX = 202, OPENAT = 257, VCPUS = 2, PROCS = 4 };

static struct rec r;
static uint64_t seq[VCPUS], now = UINT64_C(1) << 50, began, records, calls, state = 88172645463325252;

static uint64_t rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void emit(unsigned int vcpu)
{
	struct vsys_record *h = rec_head(&r);

	h->vcpu = (uint16_t)vcpu;
	h->time = now += 300 + rnd() % 900;
	h->seq = seq[vcpu]++;
	if (h->type == VSYS_REC_ENTRY)
		began = now;
	if (h->type == VSYS_REC_RETURN)
		((struct vsys_rec_return *)r.b)->latency = now - began;
	records++;
	fwrite(r.b, 1, h->size, stdout);
}

static void call(unsigned int vcpu)
{
	static const uint32_t nrs[] = { READ, READ, WRITE, OPENAT, CLOSE, MMAP, FUTEX, FUTEX };
	static const unsigned int nargs[] = { [READ] = 3, [WRITE] = 3, [CLOSE] = 1, [MMAP] = 6,
					      [FUTEX] = 6, [OPENAT] = 4 };
	uint32_t nr = nrs[rnd() % 8];
	unsigned int proc = rnd() % PROCS;
	uint64_t fd = 3 + rnd() % 12, buffer = 0x7f0000000000 + (rnd() % 64 << 12);
	uint64_t args[6] = { fd, buffer, 4096, 1, 0x22, 0 };
	struct vsys_rec_entry *e = (void *)r.b;
	char text[64];

	if (nr == OPENAT) {
		args[0] = (uint64_t)-100;
		args[2] = 0x80000;
	} else if (nr == FUTEX) {
		args[0] = buffer;
		args[1] = rnd() % 2 ? 0x80 : 0x81;
	}
	rec_entry(&r, nr, ++calls, nargs[nr], args);
	e->space = 0x100000000 + (uint64_t)proc * 0x2345000;
	e->sp = 0x7ffc00001000 + proc * 0x100000 + (rnd() % 32 << 4);
	e->pc = 0x7fabc0000000 + nr * 0x1d0;
	snprintf(text, sizeof(text), "/usr/lib/x86_64-linux-gnu/file-%u.so.%u",
		 (unsigned int)rnd() % 200, proc);
	if (nr == OPENAT)
		rec_string(&r, 1, buffer, text);
	if (nr == WRITE)
		rec_cap(&r, 1, VSYS_CAP_BYTES, 0, buffer, text, strlen(text));
	emit(vcpu);
	rec_return(&r, nr, calls, nr == FUTEX ? (uint64_t)-11 : nr == CLOSE ? 0 : fd);
	if (nr == READ)
		rec_cap(&r, 1, VSYS_CAP_BYTES, 0, buffer, text, fd);
	emit(vcpu);
}

int main(int argc, char **argv)
{
	unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 0) : 1000;
	struct vsys_profiles p = { 0 };
	struct vsys_text t = { 0 };
	unsigned int i;

	vsys_profiles_add(&p, "linux_x86_64");
	vsys_stream_begin(&t, &p);
	fwrite(t.s, 1, t.len, stdout);
	for (i = 0; i < VCPUS; i++) {
		rec_event(&r, VSYS_REC_ATTACH);
		emit(i);
	}
	while (n--)
		call(rnd() % VCPUS);
	rec_end(&r, records);
	fwrite(r.b, 1, rec_head(&r)->size, stdout);
	vsys_text_free(&t);
	vsys_profiles_free(&p);
	return 0;
}
