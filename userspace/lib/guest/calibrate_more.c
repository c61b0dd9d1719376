// SPDX-License-Identifier: GPL-2.0
/*
 * What else a task of a 32-bit Linux kernel without types has: its program, ids in namespaces,
 * control group and start.  Each is told by what all kernels have: the path of a file ends at a
 * root named "/", the first pid namespace and the first control group have known numbers.
 */
#include "calibrate_models.h"

#define PIDNS_INUM	UINT32_C(0xeffffffc)	/* PROC_PID_INIT_INO */
#define START_MAX	(UINT64_C(1) << 42)	/* of models, in nanoseconds: an hour after boot */

enum {
	STRUCT = 0x400,		/* bytes of a structure in which a pointer is looked for */
	FILE_BYTES = 0x80,
	NODES = 16,
	PID_BYTES = 0x80,
	LEVEL = VSYS_CALIBRATED_LEVEL,	/* in struct pid, behind its count */
	CGROUP_DIR = 0x416d0001,	/* flags KERNFS_DIR and mode 040555 */
	FLAG_BITS = 0xf,	/* of a node's kind */
};

/* A copy of a structure; what cannot be read is zero. */
struct copy {
	unsigned char bytes[STRUCT];
};

static void copy_read(struct vsys_space *s, uint64_t at, struct copy *to, unsigned int n)
{
	unsigned int i;

	memset(to, 0, sizeof(*to));
	for (i = 0; i < n; i += 64)
		vsys_space_read(s, at + i, to->bytes + i, 64);
}

static bool is_pointer(uint32_t v)
{
	return v >= VSYS_KERNEL_HALF && v % 4 == 0;
}

/* The node's name is at @name in it, its length before, its parent before that. */
static bool node_read(struct vsys_space *s, uint64_t node, int32_t name, uint64_t *parent, char *text, size_t n)
{
	uint64_t len, at;

	return vsys_space_pointer(s, node + (uint64_t)name, &at) && is_pointer((uint32_t)(at & ~UINT64_C(3))) &&
	       vsys_space_number(s, node + (uint64_t)name - 4, 4, &len) && len && len < n &&
	       vsys_space_pointer(s, node + (uint64_t)name - 12, parent) && is_pointer((uint32_t)*parent) &&
	       vsys_space_read(s, at, text, (size_t)len + 1) && strnlen(text, (size_t)len + 1) == len;
}

/* A file's name: its directories end at one that is its own parent, and is named "/". */
static bool path_is(struct vsys_space *s, uint64_t node, int32_t name)
{
	uint64_t parent;
	char text[256];
	unsigned int i;

	for (i = 0; i < NODES; i++, node = parent) {
		if (!node_read(s, node, name, &parent, text, sizeof(text)))
			return false;
		if (parent == node)
			return i && !strcmp(text, "/");
		if (strchr(text, '/'))
			return false;
	}
	return false;
}

/* Does a structure at @at have a path?  Sets where in it, and where the path has its names. */
static bool file_is(struct vsys_space *s, uint64_t at, struct vsys_calibrated *c)
{
	struct copy file;
	int32_t i, name;
	uint32_t node;

	copy_read(s, at, &file, FILE_BYTES);
	for (i = 4; i < FILE_BYTES; i += 4) {
		node = vsys_word32(file.bytes + i);
		/* struct path: the mount, then the name. */
		if (!is_pointer(node) || !is_pointer(vsys_word32(file.bytes + i - 4)))
			continue;
		for (name = 16; name < 64; name += 4)
			if (path_is(s, node, name)) {
				c->path = i;
				c->path_name = name;
				return true;
			}
	}
	return false;
}

/* Memory of a program: two pointers to it, which kernel threads do not have. */
static void program_find(struct vsys_calibrated *c, struct vsys_space *s, const struct vsys_models *m)
{
	struct copy mm;
	int32_t at, i;
	uint32_t own;

	for (at = -c->tasks; at < VSYS_MODEL_WINDOW - 8; at += 4) {
		own = vsys_model_word(m, VSYS_MODEL_INIT, at);
		if (!is_pointer(own) || vsys_model_word(m, VSYS_MODEL_INIT, at + 4) != own ||
		    vsys_model_word(m, VSYS_MODEL_IDLE, at) || vsys_model_word(m, VSYS_MODEL_KTHREADD, at) ||
		    vsys_model_word(m, VSYS_MODEL_KTHREAD, at))
			continue;
		copy_read(s, own, &mm, STRUCT);
		for (i = 0; i < STRUCT; i += 4)
			if (is_pointer(vsys_word32(mm.bytes + i)) && file_is(s, vsys_word32(mm.bytes + i), c)) {
				c->mm = at + c->tasks;
				c->exe = i;
				return;
			}
	}
}

/* Ids: at @nr in the structure of each task's; behind each the same namespace. */
static bool ids_are(struct vsys_space *s, const struct vsys_models *m, int32_t at, int32_t nr, uint64_t *ns)
{
	static const uint32_t want[] = { [VSYS_MODEL_INIT] = 1, [VSYS_MODEL_KTHREADD] = 2 };
	uint64_t level, id, own;
	unsigned int i;

	for (i = VSYS_MODEL_INIT; i <= VSYS_MODEL_KTHREADD; i++) {
		uint64_t pid = vsys_model_word(m, i, at);

		if (!is_pointer((uint32_t)pid) || !vsys_space_number(s, pid + LEVEL, 4, &level) || level ||
		    !vsys_space_number(s, pid + (uint64_t)nr, 4, &id) || id != want[i] ||
		    !vsys_space_pointer(s, pid + (uint64_t)nr + 4, &own) || !is_pointer((uint32_t)own) ||
		    (i > VSYS_MODEL_INIT && own != *ns))
			return false;
		*ns = own;
	}
	return true;
}

static void namespace_find(struct vsys_calibrated *c, struct vsys_space *s, const struct vsys_models *m)
{
	struct copy space;
	int32_t at, nr, i;
	uint64_t ns = 0;

	for (at = c->leader - c->tasks; at < c->name - c->tasks; at += 4)
		for (nr = 8; nr < PID_BYTES; nr += 4) {
			if (!ids_are(s, m, at, nr, &ns))
				continue;
			copy_read(s, ns, &space, STRUCT);
			for (i = 0; i < STRUCT; i += 4)
				if (vsys_word32(space.bytes + i) == PIDNS_INUM) {
					c->thread_pid = at + c->tasks;
					c->numbers = nr;
					c->inum = i;
					return;
				}
		}
}

/* The node of the first control group's directory: number 1, no parent, an empty name. */
static bool group_node_is(struct vsys_space *s, uint64_t at, struct vsys_calibrated *c)
{
	struct copy node;
	uint64_t text;
	int32_t i;

	copy_read(s, at, &node, FILE_BYTES);
	for (c->node_id = 24; c->node_id < FILE_BYTES - 12; c->node_id += 4)
		if (vsys_word32(node.bytes + c->node_id) == 1 && vsys_word32(node.bytes + c->node_id + 4) <= 1 &&
		    (vsys_word32(node.bytes + c->node_id + 8) & (0xffff0000 | FLAG_BITS)) == CGROUP_DIR)
			break;
	for (i = 8; c->node_id < FILE_BYTES - 12 && i < c->node_id; i += 4) {
		uint32_t name = vsys_word32(node.bytes + i);

		if (!vsys_word32(node.bytes + i - 4) && name >= VSYS_KERNEL_HALF &&
		    vsys_space_number(s, name, 1, &text) && !text) {
			c->node_name = i;
			return true;
		}
	}
	return false;
}

/*
 * From what tasks of the same groups share, which has a pointer to itself and then to the group of
 * version 2, to that group's directory.
 */
static bool groups_are(struct vsys_space *s, uint64_t at, struct vsys_calibrated *c)
{
	struct copy set, group;
	int32_t i, j;

	copy_read(s, at, &set, STRUCT / 4);
	for (i = 4; i < STRUCT / 4; i += 4) {
		if (!is_pointer(vsys_word32(set.bytes + i)) || vsys_word32(set.bytes + i - 4) != at)
			continue;
		copy_read(s, vsys_word32(set.bytes + i), &group, STRUCT / 2);
		for (j = 0; j < STRUCT / 2; j += 4)
			if (is_pointer(vsys_word32(group.bytes + j)) &&
			    group_node_is(s, vsys_word32(group.bytes + j), c)) {
				c->group = i;
				c->node = j;
				return true;
			}
	}
	return false;
}

/* Kernel threads stay in the first group, where the idle task is. */
static void groups_find(struct vsys_calibrated *c, struct vsys_space *s, const struct vsys_models *m)
{
	int32_t at;
	uint32_t own;

	for (at = c->name - c->tasks; at < VSYS_MODEL_WINDOW - 4; at += 4) {
		own = vsys_model_word(m, VSYS_MODEL_IDLE, at);
		if (is_pointer(own) && own == vsys_model_word(m, VSYS_MODEL_KTHREADD, at) &&
		    own == vsys_model_word(m, VSYS_MODEL_KTHREAD, at) && groups_are(s, own, c)) {
			c->groups = at + c->tasks;
			return;
		}
	}
}

/* Nanoseconds of the start by two clocks, alike until a machine sleeps; those of later tasks are later. */
static void start_find(struct vsys_calibrated *c, const struct vsys_models *m)
{
	uint64_t when, last;
	unsigned int i;
	int32_t at;

	for (at = c->leader - c->tasks; at < c->name - c->tasks - 16; at += 4) {
		for (i = 0, last = 0; i < VSYS_MODELS; i++, last = when) {
			const unsigned char *p = m->bytes[i] + VSYS_MODEL_WINDOW + at;

			memcpy(&when, p, sizeof(when));
			if (memcmp(p, p + 8, 8) || when > START_MAX || (i ? !when || when < last : when))
				break;
		}
		if (i == VSYS_MODELS) {
			c->start = at + 8 + c->tasks;
			return;
		}
	}
}

void vsys_calibrate_more(struct vsys_calibrated *c, struct vsys_space *s, const struct vsys_models *m)
{
	c->mm = c->thread_pid = c->groups = c->start = -1;
	program_find(c, s, m);
	namespace_find(c, s, m);
	groups_find(c, s, m);
	start_find(c, m);
}
