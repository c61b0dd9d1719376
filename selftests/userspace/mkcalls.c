// SPDX-License-Identifier: GPL-2.0
/*
 * Write a recorded stream of Linux calls from standard input, a line each:
 *
 *	enter VM VCPU TIME SPACE CALL NR ARG ARG ARG [STRING]
 *	leave VM VCPU TIME CALL NR RESULT LATENCY [BYTES]
 *	more VM VCPU TIME CALL NR OFFSET BYTES
 *	unpaired VM VCPU TIME RESULT
 *	clock TIME REALTIME
 *	lost VM FIRST LAST
 *	name VM NAME
 *	task VM VCPU TIME ID PID TID PPID UID NAME [PROGRAM [CONTAINER]]
 *
 * STRING is at the second argument, BYTES too, but at the return; in BYTES "\001" is a byte.
 * "more" is the end of the STRING that the next entry has the first OFFSET bytes of.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "records.h"

enum { MACHINES = 16, VCPUS = 16 };

static struct rec r;
static uint64_t seq[MACHINES][VCPUS], records;

static void emit(unsigned int vm, unsigned int vcpu, uint64_t time)
{
	struct vsys_record *h = rec_head(&r);

	h->vm = vm;
	h->vcpu = (uint16_t)vcpu;
	h->time = time;
	if (h->type == VSYS_REC_LOST)
		seq[vm % MACHINES][vcpu % VCPUS] = h->seq;
	else if (h->type < VSYS_NOTE_FIRST)
		h->seq = seq[vm % MACHINES][vcpu % VCPUS]++;
	records += h->type < VSYS_NOTE_FIRST;
	fwrite(r.b, 1, h->size, stdout);
}

static void enter(const char *line)
{
	unsigned int vm, vcpu, nr;
	uint64_t time, space, call, args[3];
	char text[256];
	int n;

	n = sscanf(line, "%u %u %" SCNu64 " %" SCNi64 " %" SCNu64 " %u %" SCNi64 " %" SCNi64
		   " %" SCNi64 " %255s", &vm, &vcpu, &time, (int64_t *)&space, &call, &nr,
		   (int64_t *)&args[0], (int64_t *)&args[1], (int64_t *)&args[2], text);
	rec_entry(&r, nr, call, 3, args);
	((struct vsys_rec_entry *)r.b)->space = space;
	if (n == 10)
		rec_string(&r, 1, args[1], text);
	emit(vm, vcpu, time);
}

/* Returns the number of bytes. */
static size_t unescape(char *s)
{
	unsigned int byte;
	char *to = s;
	size_t n;

	for (n = 0; *s; n++) {
		if (sscanf(s, "\\%3o", &byte) == 1) {
			*to++ = (char)byte;
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	return n;
}

static void leave(const char *line)
{
	unsigned int vm, vcpu, nr;
	uint64_t time, call, latency;
	int64_t result;
	char bytes[256];
	int n;

	n = sscanf(line, "%u %u %" SCNu64 " %" SCNu64 " %u %" SCNi64 " %" SCNu64 " %255s", &vm,
		   &vcpu, &time, &call, &nr, &result, &latency, bytes);
	rec_return(&r, nr, call, (uint64_t)result);
	((struct vsys_rec_return *)r.b)->latency = latency;
	if (n == 8)
		rec_cap(&r, 1, VSYS_CAP_BYTES, 0, 0x6000, bytes, unescape(bytes));
	emit(vm, vcpu, time);
}

static void more(const char *line)
{
	struct vsys_rec_more *m = (void *)r.b;
	unsigned int vm, vcpu, nr, offset;
	uint64_t time, call;
	char bytes[256];
	size_t n;

	sscanf(line, "%u %u %" SCNu64 " %" SCNu64 " %u %u %255s", &vm, &vcpu, &time, &call, &nr,
	       &offset, bytes);
	n = strlen(bytes);
	rec_event(&r, VSYS_REC_MORE);
	memset(m + 1, 0, sizeof(bytes));
	memcpy(m + 1, bytes, n);
	m->r.size = (uint32_t)(sizeof(*m) + ((n + 7) & ~(size_t)7));
	m->r.nr = nr;
	m->r.abi = VSYS_ABI_LINUX_X86_64;
	m->call = call;
	m->len = offset + (uint32_t)n;
	m->offset = offset;
	m->of = VSYS_REC_ENTRY;
	m->capture = 0;
	m->flags = 0;
	m->reserved = 0;
	emit(vm, vcpu, time);
}

/* A return without any known call. */
static void unpaired(const char *line)
{
	unsigned int vm, vcpu;
	uint64_t time;
	int64_t result;

	sscanf(line, "%u %u %" SCNu64 " %" SCNi64, &vm, &vcpu, &time, &result);
	rec_return(&r, 0, 0, (uint64_t)result);
	rec_abi(&r, 0, 0);
	rec_head(&r)->flags |= VSYS_F_UNPAIRED;
	((struct vsys_rec_return *)r.b)->latency = 0;
	emit(vm, vcpu, time);
}

static void clocks(const char *line)
{
	struct vsys_note_clock *c = (void *)r.b;
	uint64_t time, real;

	sscanf(line, "%" SCNu64 " %" SCNu64, &time, &real);
	memset(c, 0, sizeof(*c));
	c->r.size = sizeof(*c);
	c->r.type = VSYS_NOTE_CLOCK;
	c->realtime = real;
	emit(0, 0, time);
}

static void name(const char *line)
{
	struct vsys_note_machine *m = (void *)r.b;
	unsigned int vm;

	memset(m, 0, sizeof(*m));
	sscanf(line, "%u %63s", &vm, m->name);
	m->r.size = sizeof(*m);
	m->r.type = VSYS_NOTE_MACHINE;
	emit(vm, 0, 0);
}

/* ID 0: who calls is not known.  In NAME "\33" is the byte. */
static void task(const char *line)
{
	struct vsys_rec_task *t = (void *)r.b;
	unsigned int vm, vcpu, pid, tid, ppid, uid;
	char text[64] = "", program[64] = "", container[64] = "";
	uint64_t time, id;
	char *escape;
	int n;

	n = sscanf(line, "%u %u %" SCNu64 " %" SCNu64 " %u %u %u %u %63s %63s %63s", &vm, &vcpu, &time, &id,
		   &pid, &tid, &ppid, &uid, text, program, container);
	memset(t, 0, sizeof(*t));
	t->r.size = sizeof(*t);
	t->r.type = VSYS_REC_TASK;
	t->task = id;
	if (id) {
		escape = strstr(text, "\\33");
		if (escape) {
			*escape = '\33';
			memmove(escape + 1, escape + 3, strlen(escape + 3) + 1);
		}
		t->known = 1 << VSYS_TASK_PID | 1 << VSYS_TASK_TID | 1 << VSYS_TASK_UID |
			   1 << VSYS_TASK_PPID | 1 << VSYS_TASK_NAME;
		t->pid = pid;
		t->tid = tid;
		t->uid = uid;
		t->ppid = ppid;
		memcpy(t->name, text, strnlen(text, sizeof(t->name)));
	}
	if (n >= 10) {
		t->known |= 1 << VSYS_TASK_PROGRAM;
		t->captures = 1;
		rec_cap(&r, VSYS_TASK_PROGRAM, VSYS_CAP_STRING, 0, 0, program, strlen(program));
	}
	if (n == 11) {
		t->known |= 1 << VSYS_TASK_CONTAINER;
		t->captures = 2;
		rec_cap(&r, VSYS_TASK_CONTAINER, VSYS_CAP_STRING, 0, 0, container, strlen(container));
	}
	emit(vm, vcpu, time);
}

static void lost(const char *line)
{
	unsigned int vm;
	uint64_t first, last;

	sscanf(line, "%u %" SCNu64 " %" SCNu64, &vm, &first, &last);
	rec_lost(&r, first, last);
	emit(vm, 0, 0);
}

static const struct {
	const char *word;
	void (*write)(const char *line);
} words[] = {
	{ "enter ", enter }, { "leave ", leave }, { "unpaired ", unpaired },
	{ "clock ", clocks }, { "name ", name }, { "lost ", lost },
	{ "task ", task }, { "more ", more },
};

int main(void)
{
	struct vsys_profiles p = { 0 };
	struct vsys_text t = { 0 };
	char line[512];
	size_t i, n;

	vsys_profiles_add(&p, "linux_x86_64");
	vsys_stream_begin(&t, &p);
	fwrite(t.s, 1, t.len, stdout);
	while (fgets(line, sizeof(line), stdin)) {
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			n = strlen(words[i].word);
			if (!strncmp(line, words[i].word, n))
				words[i].write(line + n);
		}
	}
	rec_end(&r, records);
	fwrite(r.b, 1, rec_head(&r)->size, stdout);
	vsys_text_free(&t);
	vsys_profiles_free(&p);
	return 0;
}
