// SPDX-License-Identifier: GPL-2.0
/* vsysread convert --to folded: nanoseconds by machine, process, thread, call; losses. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "sink.h"

/**
 * struct stack - a line of the output
 * @name: frames, of losses up to the number of events
 * @lost: the line is of a machine's losses
 * @sum: nanoseconds, or events
 */
struct stack {
	char *name;
	bool lost;
	uint64_t sum;
};

/* A hash table with open addressing: @cap is a power of two, at most half is used. */
struct folded {
	const struct sink_env *env;
	struct stack *stacks;
	size_t n, cap;
	struct vsys_text text;
};

static void *folded_open(const struct sink_env *env)
{
	struct folded *s = calloc(1, sizeof(*s));

	if (s)
		s->env = env;
	return s;
}

static struct stack *slot(struct stack *stacks, size_t cap, const char *name)
{
	size_t i;

	for (i = hash_bytes(name, strlen(name)) & (cap - 1); stacks[i].name && strcmp(stacks[i].name, name);
	     i = (i + 1) & (cap - 1))
		;
	return &stacks[i];
}

static int grow(struct folded *s)
{
	size_t cap = s->cap ? 2 * s->cap : 1024, i;
	struct stack *stacks = calloc(cap, sizeof(*stacks));

	if (!stacks)
		return -ENOMEM;
	for (i = 0; i < s->cap; i++)
		if (s->stacks[i].name)
			*slot(stacks, cap, s->stacks[i].name) = s->stacks[i];
	free(s->stacks);
	s->stacks = stacks;
	s->cap = cap;
	return 0;
}

/* Replace what would end a frame or a line in a name. */
static void put_name(struct folded *s, const char *p)
{
	if (*p)
		vsys_text_char(&s->text, ' ');
	for (; *p; p++)
		vsys_text_char(&s->text, *p > ' ' && *p <= '~' && *p != ';' ? *p : '_');
}

static void put_machine(struct folded *s, uint32_t vm)
{
	const struct vsys_note_machine *m = s->env->notes ? vsys_notes_machine(s->env->notes, vm)
							  : NULL;

	vsys_text_put(&s->text, "vm ");
	vsys_text_dec(&s->text, vm);
	put_name(s, m ? m->name : "");
}

/* Process and thread, or the address space if they are not known. */
static void put_caller(struct folded *s, const struct vsys_call_event *ev)
{
	const struct vsys_task *task = ev->task;
	const char *slash;

	if (!vsys_task_knows(task, VSYS_TASK_PID)) {
		vsys_text_put(&s->text, ";space ");
		vsys_text_hex(&s->text, ev->entry->space);
		vsys_text_char(&s->text, ';');
		return;
	}
	slash = task->program ? strrchr(task->program, '/') : NULL;
	vsys_text_char(&s->text, ';');
	vsys_text_dec(&s->text, task->pid);
	put_name(s, slash ? slash + 1 : "");
	vsys_text_char(&s->text, ';');
	vsys_text_dec(&s->text, task->tid);
	put_name(s, vsys_task_name(task));
	vsys_text_char(&s->text, ';');
}

/* Add @n to the stack that @s->text names. */
static int add(struct folded *s, bool lost, uint64_t n)
{
	struct stack *at;

	if (s->text.failed || (2 * s->n >= s->cap && grow(s)))
		return -ENOMEM;
	at = slot(s->stacks, s->cap, s->text.s);
	if (!at->name) {
		at->name = strdup(s->text.s);
		if (!at->name)
			return -ENOMEM;
		at->lost = lost;
		s->n++;
	}
	at->sum += n;
	return 0;
}

static int folded_call(void *sink, const struct vsys_call_event *ev)
{
	struct folded *s = sink;
	struct vsys_decoded c;
	int err;

	/* The time of other calls is unknown. */
	if (ev->state != VSYS_STATE_RETURNED)
		return 0;
	err = sink_decode(s->env, ev, &c);
	if (err)
		return err;
	vsys_text_reset(&s->text);
	put_machine(s, ev->entry->r.vm);
	put_caller(s, ev);
	vsys_text_put(&s->text, c.name);
	if (c.error) {
		vsys_text_char(&s->text, ';');
		vsys_text_put(&s->text, c.error);
	}
	return add(s, false, ev->ret->latency);
}

/* The time of lost events is unknown: their number is in the frame's name, its value is 0. */
static int folded_lost(void *sink, const struct vsys_rec_lost *lost)
{
	struct folded *s = sink;

	vsys_text_reset(&s->text);
	put_machine(s, lost->r.vm);
	vsys_text_put(&s->text, ";<lost ");
	return add(s, true, lost->count);
}

/* Sort free slots to the end. */
static int order(const void *a, const void *b)
{
	const struct stack *x = a, *y = b;

	if (!x->name || !y->name)
		return !x->name - !y->name;
	return strcmp(x->name, y->name);
}

static int folded_end(void *sink)
{
	struct folded *s = sink;
	const struct stack *at;
	size_t i;

	if (s->cap)
		qsort(s->stacks, s->cap, sizeof(*s->stacks), order);
	vsys_text_reset(&s->text);
	for (i = 0; i < s->n; i++) {
		at = &s->stacks[i];
		vsys_text_put(&s->text, at->name);
		if (!at->lost)
			vsys_text_char(&s->text, ' ');
		vsys_text_dec(&s->text, at->sum);
		if (at->lost)
			vsys_text_put(&s->text, at->sum == 1 ? " event> 0" : " events> 0");
		vsys_text_char(&s->text, '\n');
	}
	return sink_write(s->env, &s->text);
}

static void folded_close(void *sink)
{
	struct folded *s = sink;
	size_t i;

	for (i = 0; i < s->cap; i++)
		free(s->stacks[i].name);
	free(s->stacks);
	vsys_text_free(&s->text);
	free(s);
}

const struct sink_ops sink_folded = {
	.name = "folded",
	.open = folded_open,
	.call = folded_call,
	.lost = folded_lost,
	.end = folded_end,
	.close = folded_close,
};
