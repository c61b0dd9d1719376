// SPDX-License-Identifier: GPL-2.0
/* The tasks of a 32-bit Linux kernel without types: found by what is the same in all kernels. */
#include "ktap.h"
#include "fakeguest.h"
#include <guest/field.h>
#include <guest/guest.h>

/* The kernel, its data; per-CPU memory and other tasks are elsewhere. */
#define CODE	UINT64_C(0xc9000000)
#define DATA	UINT64_C(0xc9800000)
#define PERCPU	UINT64_C(0xf6000000)
#define TASKS	UINT64_C(0xc2000000)
#define FILES	UINT64_C(0xc3000000)	/* memory, files, ids and groups of the tasks */
#define IDLE	(DATA + 0x2340)
#define GDT	UINT64_C(0xff401000)
/* An operand of the kernel's code: an address in its image. */
#define CURRENT	UINT64_C(0xc9a80808)
#define OTHER	UINT64_C(0xc9a80900)

enum {
	LIST = 0x2d0, PID = 0x39c, PARENT = 0x3a8, CHILDREN = 0x3b0, LEADER = 0x3c0, THREAD_NODE = 0x420,
	CRED = 0x578, COMM = 0x584, SIGNAL = 0x5e0, HEAD = 0x10,
	SHARED = 0x1000,	/* what the threads of a process share, in its task */
	CREDS = 0x1080,
	MM = 0x2f0, THREAD_PID = 0x3e0, START = 0x4a0, GROUPS = 0x700,
};

/* Of these, what each task has, and what all have. */
#define MM_OF(i)	(FILES + (i) * UINT64_C(0x400))
#define PID_OF(i)	(FILES + 0x4000 + (i) * UINT64_C(0x100))
#define NODES		(FILES + 0x6000)	/* directory entries */
#define PIDNS		(FILES + 0x7000)
#define GROUP(i)	(FILES + 0x8000 + (i) * UINT64_C(0x400))	/* first, and a container's */
enum { EXE = 0x1e8, FILE_AT = 0x200, PATH = 12, NUMBERS = 52, INUM = 72, DFL = 0x40, KN = 0xa4, KN_AT = 0x200 };

/* Tasks in the order of the list: idle, init, kthreadd, a kernel thread, a program. */
static const struct {
	const char *name;
	uint32_t pid, parent;
} tasks[] = {
	{ "swapper/0", 0, 0 }, { "init", 1, 0 }, { "kthreadd", 2, 0 }, { "rcu_gp", 3, 2 },
	{ "server", 87, 1 },
};
enum { NTASKS = sizeof(tasks) / sizeof(tasks[0]), THREAD = NTASKS };

static uint64_t task_of(unsigned int i)
{
	return i ? TASKS + i * UINT64_C(0x1140) : IDLE;
}

static void thread_link(struct fakeguest *g, unsigned int i, unsigned int leader, unsigned int way)
{
	uint64_t head = task_of(leader) + SHARED + HEAD, node = task_of(i) + THREAD_NODE;

	/* The last thread that is put is the last one in the list. */
	if (i == leader) {
		fake_put32(g, head + way, (uint32_t)node);
		fake_put32(g, node + way, (uint32_t)head);
		return;
	}
	fake_put32(g, task_of(leader) + THREAD_NODE, (uint32_t)node);
	fake_put32(g, node, (uint32_t)head);
	fake_put32(g, head + 4, (uint32_t)node);
	fake_put32(g, node + 4, (uint32_t)task_of(leader) + THREAD_NODE);
}

static void task_put(struct fakeguest *g, unsigned int i, uint32_t tid, unsigned int leader)
{
	char name[16] = "worker";
	unsigned int parent, n = leader;

	if (i < NTASKS)
		strcpy(name, tasks[i].name);
	for (parent = 0; tasks[parent].pid != tasks[n].parent; parent++)
		;
	fake_put32(g, task_of(i) + PID, tid);
	fake_put32(g, task_of(i) + PID + 4, tasks[n].pid);
	fake_put32(g, task_of(i) + PARENT, (uint32_t)task_of(parent));
	fake_put32(g, task_of(i) + PARENT + 4, (uint32_t)task_of(parent));
	fake_put32(g, task_of(i) + CHILDREN, (uint32_t)task_of(i) + CHILDREN);
	fake_put32(g, task_of(i) + CHILDREN + 4, (uint32_t)task_of(i) + CHILDREN);
	fake_put32(g, task_of(i) + LEADER, (uint32_t)task_of(n));
	fake_put(g, task_of(i) + COMM, name, sizeof(name));
	fake_put32(g, task_of(i) + CRED - 4, (uint32_t)task_of(i) + CREDS);
	fake_put32(g, task_of(i) + CRED, (uint32_t)task_of(i) + CREDS);
	fake_put32(g, task_of(i) + CREDS, 2);
	fake_put32(g, task_of(i) + CREDS + 20, n == 4 ? 1000 : 0);
	fake_put32(g, task_of(i) + SIGNAL, (uint32_t)task_of(n) + SHARED);
	thread_link(g, i, n, 0);
	thread_link(g, i, n, 4);
}

static uint64_t node_put(struct fakeguest *g, unsigned int i, unsigned int parent, const char *name)
{
	uint64_t at = NODES + i * UINT64_C(0x80);

	fake_put32(g, at + 16, (uint32_t)NODES + parent * 0x80);
	fake_put32(g, at + 24, (uint32_t)strlen(name));
	fake_put32(g, at + 28, (uint32_t)at + 36);
	fake_put(g, at + 36, name, strlen(name) + 1);
	return at;
}

static void program_put(struct fakeguest *g, unsigned int i, uint64_t node)
{
	fake_put32(g, task_of(i) + MM, (uint32_t)MM_OF(i));
	fake_put32(g, task_of(i) + MM + 4, (uint32_t)MM_OF(i));
	fake_put32(g, MM_OF(i) + EXE, (uint32_t)MM_OF(i) + FILE_AT);
	fake_put32(g, MM_OF(i) + FILE_AT + PATH - 4, (uint32_t)FILES);
	fake_put32(g, MM_OF(i) + FILE_AT + PATH, (uint32_t)node);
}

/* Both are the first of their kind, or a container's. */
static void group_put(struct fakeguest *g, unsigned int i, uint32_t id, uint32_t mode, const char *name)
{
	uint64_t at = GROUP(i), node = at + KN_AT;

	fake_put32(g, at + DFL - 4, (uint32_t)at);
	fake_put32(g, at + DFL, (uint32_t)at + DFL + 4);
	fake_put32(g, at + DFL + 4 + KN, (uint32_t)node);
	fake_put32(g, node + 8, i ? (uint32_t)GROUP(0) + KN_AT : 0);
	fake_put32(g, node + 12, (uint32_t)node + 0x60);
	fake_put(g, node + 0x60, name, strlen(name) + 1);
	fake_put32(g, node + 60, id);
	fake_put32(g, node + 64, 1);
	fake_put32(g, node + 68, (mode << 16) | 0x11);
}

/* Program, ids, groups and start of each. */
static void more_put(struct fakeguest *g)
{
	unsigned int i;

	fake_map(g, FILES, 0x10000, FAKE_NX | FAKE_W);
	node_put(g, 0, 0, "/");
	node_put(g, 1, 0, "sbin");
	program_put(g, 1, node_put(g, 2, 1, "init"));
	program_put(g, 4, node_put(g, 3, 1, "httpd"));
	fake_put32(g, PIDNS + INUM, 0xeffffffc);
	group_put(g, 0, 1, 0x416d, "");
	group_put(g, 1, 4711, 0x41ed, "box");
	/* Another way leads there by chance. */
	fake_put32(g, GROUP(0) + 0x20, (uint32_t)FILES + 0xf000);
	fake_put32(g, FILES + 0xf100, (uint32_t)GROUP(0) + KN_AT);
	for (i = 0; i < NTASKS; i++) {
		fake_put32(g, task_of(i) + THREAD_PID, (uint32_t)PID_OF(i));
		fake_put32(g, PID_OF(i), 3);
		fake_put32(g, PID_OF(i) + NUMBERS, tasks[i].pid);
		fake_put32(g, PID_OF(i) + NUMBERS + 4, (uint32_t)PIDNS);
		fake_put32(g, task_of(i) + GROUPS, (uint32_t)GROUP(i == 4));
		fake_put32(g, task_of(i) + START, i * 1000);
		fake_put32(g, task_of(i) + START + 8, i * 1000);
	}
	/* A thread has its process's. */
	fake_put32(g, task_of(THREAD) + MM, (uint32_t)MM_OF(4));
	fake_put32(g, task_of(THREAD) + GROUPS, (uint32_t)GROUP(1));
}

static void tasks_put(struct fakeguest *g)
{
	unsigned int i, next;

	for (i = 0; i < NTASKS; i++) {
		task_put(g, i, tasks[i].pid, i);
		next = (i + 1) % NTASKS;
		fake_put32(g, task_of(i) + LIST, (uint32_t)task_of(next) + LIST);
		fake_put32(g, task_of(next) + LIST + 4, (uint32_t)task_of(i) + LIST);
	}
	task_put(g, THREAD, 88, 4);
}

/* Code that loads the running task often, and another variable more often. */
static void code_put(struct fakeguest *g)
{
	unsigned char current[] = { 0x64, 0xa1, 0, 0, 0, 0 }, other[] = { 0x64, 0x8b, 0x15, 0, 0, 0, 0 };
	uint32_t operand = (uint32_t)CURRENT;
	unsigned int i;

	memcpy(current + 2, &operand, 4);
	operand = (uint32_t)OTHER;
	memcpy(other + 3, &operand, 4);
	for (i = 0; i < 100; i++)
		fake_put(g, CODE + 0x5000 + 16 * i, current, sizeof(current));
	for (i = 0; i < 120; i++)
		fake_put(g, CODE + 0x9003 + 16 * i, other, sizeof(other));
}

static void begin(struct fakeguest *g, struct vsys_guest *gu, enum vsys_space_mode paging)
{
	static const char banner[] = "Linux version 6.1.0-fake-686 (a@b) #1 SMP\n";
	uint64_t base = (PERCPU - 0xc9a80000) & UINT32_MAX;

	fake_begin(g, paging);
	fake_map(g, CODE, 1, FAKE_LARGE);
	fake_map(g, DATA, 0x10000, FAKE_NX | FAKE_W);
	fake_put(g, CODE + 0x1f0000, banner, sizeof(banner));
	fake_put(g, DATA + 0x1000, "swapper/%d\0swapper", 19);
	fake_map(g, PERCPU, 0x2000, FAKE_NX | FAKE_W);
	fake_map(g, TASKS, 0x10000, FAKE_NX | FAKE_W);
	fake_map(g, GDT & ~UINT64_C(0xfff), 4096, 0);
	fake_put64(g, GDT + 0xd8, 0x00cf92000000ffff | (base & 0xffffff) << 16 | (base >> 24) << 56);
	tasks_put(g);
	more_put(g);
	code_put(g);
	fake_put32(g, CURRENT + base - (base + CURRENT > UINT32_MAX ? UINT64_C(1) << 32 : 0),
		   (uint32_t)task_of(THREAD));
	memset(gu, 0, sizeof(*gu));
	gu->space = g->space;
	gu->regs[VSYS_X86_VCPU_CR0] = 0x80000001;
	gu->regs[VSYS_X86_VCPU_CR3] = g->space.root;
	gu->regs[VSYS_X86_VCPU_CR4] = paging == VSYS_SPACE_PAE ? 0x20 : 0;
	gu->regs[VSYS_X86_VCPU_GDT] = GDT;
	gu->regs[VSYS_X86_VCPU_SYSENTER_EIP] = CODE + 0x560;
}

static char listed[4096];

static int list(void *arg, const struct vsys_guest_task *t)
{
	size_t n = strlen(listed);

	(void)arg;
	snprintf(listed + n, sizeof(listed) - n, "%s%u/%u<%u %u %s", n ? ", " : "", t->pid, t->tid, t->ppid,
		 t->uid, t->name);
	n = strlen(listed);
	snprintf(listed + n, sizeof(listed) - n, " %s %s:%llx %u", t->program, t->container,
		 (unsigned long long)t->cgroup, (unsigned int)t->start);
	return 0;
}

static const struct vsys_task_field *field_of(const struct vsys_guest *gu, unsigned int kind)
{
	unsigned int i;

	for (i = 0; i < gu->recipe.nfields && gu->field[i].kind != kind; i++)
		;
	return i < gu->recipe.nfields ? &gu->field[i] : NULL;
}

static bool ids_are(struct vsys_guest *gu)
{
	const struct vsys_task_field *vpid = field_of(gu, VSYS_TASK_VPID), *ns = field_of(gu, VSYS_TASK_PIDNS);
	uint64_t id, inum;

	return vpid && ns && vsys_field_number(&gu->space, vpid, task_of(4), &id) && id == 87 &&
	       vsys_field_number(&gu->space, ns, task_of(4), &inum) && inum == 0xeffffffc;
}

static void found(struct vsys_guest *gu, enum vsys_space_mode paging)
{
	struct fakeguest g;

	begin(&g, gu, paging);
	is_true(!vsys_guest_identify(gu) && !strcmp(gu->info.profile, "linux_x86"), "a 32-bit kernel");
	is_text(gu->info.how, "offsets of the first tasks; current task at %fs:0xc9a80808", "its tasks");
	is_true(gu->recipe.width == 4 && gu->recipe.base == VSYS_X86_BASE_GDT && gu->recipe.selector == 0xd8,
		"the recipe begins at a descriptor");
	is_true(gu->base + gu->recipe.slot == PERCPU + 0x808, "and is right for all 64 bits");
	*listed = 0;
	is_true(!vsys_guest_tasks(gu, list, NULL), "its threads");
	is_text(listed, "87/87<1 1000 server /sbin/httpd box:100001267 4000, "
		"87/88<1 1000 worker /sbin/httpd box:100001267 4000, 1/1<0 0 init /sbin/init :100000001 1000, "
		"2/2<0 0 kthreadd  :100000001 2000, 3/3<2 0 rcu_gp  :100000001 3000",
		"by ids, parent, user, name, program, group and start");
	is_true(ids_are(gu), "ids in the namespace, and its number");
	fake_end(&g);
}

/* What is not as in a kernel is not taken for one. */
static void refused(struct vsys_guest *gu)
{
	struct fakeguest g;

	begin(&g, gu, VSYS_SPACE_PAE);
	fake_put32(&g, task_of(2) + PID, 3);
	is_true(!vsys_guest_identify(gu) && !*gu->info.how, "kthreadd has another id");
	fake_end(&g);
	begin(&g, gu, VSYS_SPACE_PAE);
	fake_put32(&g, task_of(3) + LIST + 4, (uint32_t)task_of(1) + LIST);
	is_true(!vsys_guest_identify(gu) && !*gu->info.how, "a list that does not lead back");
	fake_end(&g);
	begin(&g, gu, VSYS_SPACE_PAE);
	fake_put32(&g, PERCPU + 0x808, (uint32_t)task_of(1) + 4);
	is_true(!vsys_guest_identify(gu) && !*gu->info.how && !strcmp(gu->info.profile, "linux_x86"),
		"no task runs: the profile alone");
	fake_end(&g);
	/* A field that is not as in a kernel is left out. */
	begin(&g, gu, VSYS_SPACE_PAE);
	fake_put32(&g, NODES + 16, (uint32_t)NODES + 0x80);	/* no root */
	fake_put32(&g, PIDNS + INUM, 0xeffffffb);
	fake_put32(&g, GROUP(0) + KN_AT + 68, 0x816dU << 16 | 0x11);	/* a file */
	is_true(!vsys_guest_identify(gu) && *gu->info.how, "tasks without more than their ids");
	is_true(!field_of(gu, VSYS_TASK_PROGRAM) && !field_of(gu, VSYS_TASK_VPID) &&
		!field_of(gu, VSYS_TASK_PIDNS), "no program, no ids in namespaces");
	is_true(!field_of(gu, VSYS_TASK_CGROUP) && !field_of(gu, VSYS_TASK_CONTAINER) &&
		field_of(gu, VSYS_TASK_START), "no groups; but a start");
	fake_end(&g);
}

int main(void)
{
	struct vsys_guest *gu = malloc(sizeof(*gu));

	ktap_plan(20);
	found(gu, VSYS_SPACE_PAE);
	found(gu, VSYS_SPACE_2LEVEL);
	refused(gu);
	free(gu);
	return ktap_end();
}
