// SPDX-License-Identifier: GPL-2.0
/*
 * Find the tasks of a 32-bit Linux kernel, which has neither types nor symbols of data.  What is
 * the same in all kernels tells the offsets: the idle task is in the image, named "swapper"; the
 * list of processes goes from it to the first process and to kthreadd, whose ids are 1 and 2; the
 * others descend from these.
 */
#include <stdlib.h>
#include <string.h>

#include "calibrate_models.h"

enum {
	WINDOW = VSYS_MODEL_WINDOW,
	BEHIND = 64,		/* from a task's ids to the pointers to its relatives */
	NAME = 16,
	SHARED = 128,		/* from what threads share to the head of their list */
	CRED_IDS = 8,		/* ids of users and groups, behind the count of users */
	OPERANDS = 1 << 14,	/* per-CPU variables that code loads; a kernel has some hundred */
	PROBES = 16,		/* places for each: memory that is no code has too many */
	LIKELY = 8,		/* of them the most frequent */
};

static bool name_is(struct vsys_space *s, uint64_t at, const char *want)
{
	char name[NAME];

	return vsys_space_read(s, at, name, sizeof(name)) && memchr(name, 0, sizeof(name)) &&
	       (want ? !strcmp(name, want) : *name > ' ');
}

/* Is the word at @link the link of the idle task, whose name is at @name? */
static bool list_is(struct vsys_space *s, struct vsys_models *m, uint64_t link, uint64_t name)
{
	uint64_t back;
	unsigned int i;

	m->link[VSYS_MODEL_IDLE] = link;
	for (i = VSYS_MODEL_INIT; i < VSYS_MODELS; i++) {
		if (!vsys_space_pointer(s, m->link[i - 1], &m->link[i]) || m->link[i] < VSYS_KERNEL_HALF ||
		    m->link[i] == link || m->link[i] % 4 ||
		    !vsys_space_pointer(s, m->link[i] + 4, &back) || back != m->link[i - 1])
			return false;
	}
	return name_is(s, m->link[VSYS_MODEL_INIT] + (name - link), NULL) &&
	       name_is(s, m->link[VSYS_MODEL_KTHREADD] + (name - link), "kthreadd");
}

/* The part of a task that can be read: absent pages stay zero. */
static void models_read(struct vsys_space *s, struct vsys_models *m)
{
	unsigned int i, at;

	memset(m->bytes, 0, sizeof(m->bytes));
	for (i = 0; i < VSYS_MODELS; i++)
		for (at = 0; at < 2 * WINDOW; at += 64)
			vsys_space_read(s, m->link[i] - WINDOW + at, m->bytes[i] + at, 64);
}

/* Id and thread group: two words of the same value. */
static bool ids_find(const struct vsys_models *m, int32_t *ids)
{
	static const uint32_t want[] = { [VSYS_MODEL_IDLE] = 0, [VSYS_MODEL_INIT] = 1, [VSYS_MODEL_KTHREADD] = 2 };
	unsigned int i;
	int32_t at;

	for (at = -WINDOW; at <= WINDOW - 8 - BEHIND; at += 4) {
		for (i = 0; i < VSYS_MODELS; i++) {
			uint32_t id = vsys_model_word(m, i, at);

			if (id != vsys_model_word(m, i, at + 4) || (i < VSYS_MODEL_KTHREAD ? id != want[i] : id <= 2))
				break;
		}
		if (i == VSYS_MODELS) {
			*ids = at;
			return true;
		}
	}
	return false;
}

/* The parent, of which the idle task is its own; then the leader, which each of them is itself. */
static bool relatives_find(const struct vsys_models *m, int32_t ids, struct vsys_calibrated *c)
{
	int32_t at, end = ids + 8 + BEHIND;
	uint32_t idle, own;
	unsigned int i;

	c->parent = c->leader = -1;
	for (at = ids + 8; at < end; at += 4) {
		idle = vsys_model_word(m, VSYS_MODEL_IDLE, at);
		own = (uint32_t)m->link[VSYS_MODEL_IDLE] - idle;	/* from a task to its link */
		if (c->parent < 0 && own > 0 && own < WINDOW && vsys_model_word(m, VSYS_MODEL_INIT, at) == idle &&
		    vsys_model_word(m, VSYS_MODEL_KTHREADD, at) == idle &&
		    vsys_model_word(m, VSYS_MODEL_KTHREAD, at) == m->link[VSYS_MODEL_KTHREADD] - own) {
			c->tasks = (int32_t)own;
			c->parent = at + c->tasks;
		}
		for (i = 0; c->parent >= 0 && i < VSYS_MODELS; i++)
			if (vsys_model_word(m, i, at) != m->link[i] - (uint32_t)c->tasks)
				break;
		if (i == VSYS_MODELS && at + c->tasks > c->parent + 4) {
			c->leader = at + c->tasks;
			return true;
		}
	}
	return false;
}

/*
 * The list of threads: of a process with one thread there are two nodes, one in its task and one
 * in what its threads share.
 */
static bool thread_node_is(struct vsys_space *s, const struct vsys_models *m, int32_t at)
{
	uint64_t next, back;
	uint32_t node;
	unsigned int i;

	for (i = 0; i < VSYS_MODELS; i++) {
		node = vsys_model_word(m, i, at);
		if (node < VSYS_KERNEL_HALF || node % 4 || node != vsys_model_word(m, i, at + 4) ||
		    node == (uint32_t)m->link[i] + (uint32_t)at || !vsys_space_pointer(s, node, &next) ||
		    !vsys_space_pointer(s, node + 4, &back) || next != back ||
		    next != m->link[i] + (uint64_t)at)
			return false;
	}
	return true;
}

static void threads_find(struct vsys_space *s, const struct vsys_models *m, struct vsys_calibrated *c)
{
	int32_t node, at;
	uint32_t head;
	unsigned int i;

	for (node = 0; node < WINDOW - 8 && !thread_node_is(s, m, node); node += 4)
		;
	for (at = 0; node < WINDOW - 8 && at < WINDOW - 4; at += 4) {
		head = vsys_model_word(m, VSYS_MODEL_IDLE, node) - vsys_model_word(m, VSYS_MODEL_IDLE, at);
		for (i = 0; i < VSYS_MODELS && head < SHARED; i++)
			if (vsys_model_word(m, i, node) - vsys_model_word(m, i, at) != head)
				break;
		if (i == VSYS_MODELS && at != node && at != node + 4) {
			c->thread = node + c->tasks;
			c->signal = at + c->tasks;
			c->threads = (int32_t)head;
			return;
		}
	}
}

/* Credentials: two pointers to the same, before the name; kthreadd's are root's. */
static void cred_find(struct vsys_space *s, const struct vsys_models *m, struct vsys_calibrated *c)
{
	int32_t at, name = c->name - c->tasks;
	uint32_t ids[1 + CRED_IDS];
	unsigned int i;

	for (at = name - BEHIND; at <= name - 8; at += 4) {
		for (i = 0; i < VSYS_MODELS; i++)
			if (vsys_model_word(m, i, at) < VSYS_KERNEL_HALF || vsys_model_word(m, i, at) != vsys_model_word(m, i, at + 4))
				break;
		if (i < VSYS_MODELS || !vsys_space_read(s, vsys_model_word(m, VSYS_MODEL_KTHREADD, at), ids, sizeof(ids)))
			continue;
		for (i = 1; i <= CRED_IDS && !ids[i]; i++)
			;
		if (ids[0] && i > CRED_IDS)
			c->cred = at + 4 + c->tasks;
	}
}

/* Look for the idle task's list around its name. */
static bool task_find(struct vsys_space *s, uint64_t name, struct vsys_calibrated *c)
{
	struct vsys_models models;
	uint64_t link;
	int32_t ids;

	for (link = name - WINDOW; link < name && s->budget; link += 4) {
		if (!list_is(s, &models, link, name))
			continue;
		models_read(s, &models);
		if (!ids_find(&models, &ids) || !relatives_find(&models, ids, c))
			continue;
		c->pid = ids + c->tasks;
		c->name = (int32_t)(name - link) + c->tasks;
		c->thread = c->signal = c->threads = c->cred = -1;
		threads_find(s, &models, c);
		cred_find(s, &models, c);
		vsys_calibrate_more(c, s, &models);
		return true;
	}
	return false;
}

static bool names_search(struct vsys_space *s, const struct vsys_run *r, struct vsys_calibrated *c)
{
	static const char swapper[] = "swapper";
	const unsigned char *p = r->bytes, *end = r->bytes + r->n;

	while (s->budget && (p = memmem(p, (size_t)(end - p), swapper, sizeof(swapper) - 1))) {
		if (!((r->va + (uint64_t)(p - r->bytes)) % 4) &&
		    task_find(s, r->va + (uint64_t)(p - r->bytes), c))
			return true;
		p++;
	}
	return false;
}

/* A per-CPU variable: code loads it from %fs:@operand @n times. */
struct load {
	uint32_t operand;
	uint32_t n;
};

static void load_count(struct load *loads, uint32_t operand)
{
	uint32_t at = operand * UINT32_C(2654435761) >> 18, i;

	for (i = 0; i < PROBES; i++, at = (at + 1) % OPERANDS) {
		if (loads[at].n && loads[at].operand != operand)
			continue;
		loads[at].operand = operand;
		loads[at].n++;
		return;
	}
}

/* MOV reg, %fs:disp32 in both encodings, SDM vol. 2. */
static void loads_count(struct load *loads, const struct vsys_run *r)
{
	const unsigned char *p = r->bytes, *end = r->bytes + r->n;

	while ((p = memchr(p, 0x64, (size_t)(end - p))) && end - p > 6) {
		p++;
		if (p[0] == 0xa1)
			load_count(loads, vsys_word32(p + 1));
		else if (p[0] == 0x8b && (p[1] & 0xc7) == 0x05)
			load_count(loads, vsys_word32(p + 2));
	}
}

static bool task_is(struct vsys_space *s, const struct vsys_calibrated *c, uint64_t task)
{
	uint64_t leader, again, group, id;

	return task >= VSYS_KERNEL_HALF && !(task % 4) &&
	       vsys_space_pointer(s, task + (uint64_t)c->leader, &leader) && leader >= VSYS_KERNEL_HALF &&
	       vsys_space_pointer(s, leader + (uint64_t)c->leader, &again) && again == leader &&
	       vsys_space_number(s, task + (uint64_t)c->pid + 4, 4, &group) &&
	       vsys_space_number(s, leader + (uint64_t)c->pid, 4, &id) && id == group &&
	       name_is(s, task + (uint64_t)c->name, NULL);
}

/* Code loads no other variable as often as the running task. */
static bool slot_find(struct vsys_space *s, struct load *loads, uint64_t base, struct vsys_calibrated *c)
{
	unsigned int turn, i, best;
	uint64_t task;

	for (turn = 0; turn < LIKELY; turn++) {
		for (best = 0, i = 1; i < OPERANDS; i++)
			if (loads[i].n > loads[best].n)
				best = i;
		loads[best].n = 0;
		c->slot = loads[best].operand;
		/* 32-bit addresses wrap, those of a recipe do not. */
		if (base + c->slot > UINT32_MAX)
			c->slot -= UINT64_C(1) << 32;
		if (vsys_space_pointer(s, base + c->slot, &task) && task_is(s, c, task))
			return true;
	}
	return false;
}

bool vsys_calibrate(struct vsys_calibrated *c, struct vsys_space *s, struct vsys_image *img, uint64_t base)
{
	struct load *loads = calloc(OPERANDS, sizeof(*loads));
	struct vsys_run *r;
	bool found = false;

	for (r = img->run; loads && !found && r < img->run + img->nruns; r++) {
		if (r->writable && vsys_image_load(s, r))
			found = names_search(s, r, c);
		vsys_image_drop(r);
	}
	for (r = img->run; found && r < img->run + img->nruns; r++) {
		if (!r->noexec && vsys_image_load(s, r))
			loads_count(loads, r);
		vsys_image_drop(r);
	}
	found = found && slot_find(s, loads, base, c);
	free(loads);
	return found;
}
