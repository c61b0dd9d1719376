// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel with tasks: the host is told where they are, and which of them makes a
 * call.  See ../../module/task.c.
 */
#include "lib/task.h"
#include "lib/user.h"

static struct task_control control __attribute__((aligned(4096)));
static u64 percpu[512] __attribute__((aligned(4096)));
static struct task_cred root = { 1, 0 }, user = { 1, 1000 };
static struct task_node top = { &top, "/" }, bin = { &top, "bin" };
static struct task_node program = { &bin, "one" }, ring[2] = {
	{ &ring[1], "a" }, { &ring[0], "b" },
};
static typeof(*((struct task_fake *)0)->ids) shallow = { 0, { 100 } }, deep = { 2, { 101, 0, 7 } },
					      wrong = { 99, { 0 } };
static struct task_fake init = { .pid = 1, .tgid = 1, .comm = "init" };
static struct task_fake one = {
	100, 100, &root, "one", &init, 5000, &program, &shallow,
}, two = {
	102, 101, &root, "two", &one, 6000, &bin, &deep,
};

static void be(struct task_fake *t)
{
	percpu[TASK_SLOT / 8] = (u64)t;
}

/* Make the call @nr, up to its kernel. */
static struct regs enter(u64 nr)
{
	struct regs in;

	fill_regs(&in, user_code, USER_CS);
	in.rax = nr;
	run(&in);
	return this_cpu()->out;
}

static void leave(struct regs in, u64 nr)
{
	in.rip = (u64)sysret_code;
	in.rax = nr + 0x1000;
	run(&in);
}

static void call(struct task_fake *t, u64 nr)
{
	be(t);
	leave(enter(nr), nr);
}

static void name(struct task_fake *t, const char *text)
{
	unsigned int i;

	for (i = 0; i < sizeof(t->comm); i++) {
		t->comm[i] = *text;
		text += !!*text;
	}
}

/* With the argument 2, calls meanwhile; but nearly all exits are those of the kernel. */
static void wait_for_host(void)
{
	u32 a, b, c, d;
	u64 exits;

	for (exits = 0; !control.go; exits++) {
		if (vm_arg == 2 && exits % 1000 == 0)
			call(&one, TASK_WAITS);
		asm volatile("cpuid" : "=a" (a), "=b" (b), "=c" (c), "=d" (d) : "a" (0), "c" (0)
			     : "memory");
	}
}

static void two_threads(void)
{
	struct regs first, second;

	be(&one);
	first = enter(TASK_THREAD);
	be(&two);
	second = enter(TASK_THREAD2);
	be(&one);
	leave(first, TASK_THREAD);
	be(&two);
	leave(second, TASK_THREAD2);
}

/* The host gives the pages of the task up during a call. */
static void moved(void)
{
	struct regs in;

	be(&one);
	in = enter(TASK_MOVED);
	move_page(&one);
	move_page(percpu);
	leave(in, TASK_MOVED);
}

/* The new program has another stack, too. */
static void exec(struct task_fake *t)
{
	u64 old = read_cr3(), new = copy_tables();
	struct regs in;

	be(t);
	in = enter(TASK_EXEC);
	be(&one);
	write_cr3(new);
	be(t);
	in.rsp -= 256;
	leave(in, TASK_EXEC);
	write_cr3(old);
}

/* The memory of a task is absent in the host at its first call. */
static void asleep(void)
{
	call(&one, TASK_FIRST);
	call((void *)MINIVM_ABSENT, TASK_ASLEEP);
	call(&one, TASK_END);
}

void guest_main(void)
{
	wrmsr(MSR_LSTAR, (u64)entry_lstar);
	/* As a kernel has it, and as a program. */
	wrmsr(MSR_KERNEL_GS_BASE, (u64)percpu);
	wrmsr(MSR_FS_BASE, (u64)percpu);
	control.percpu = (u64)percpu;
	control.magic = TASK_MAGIC;
	if (vm_arg)
		wait_for_host();
	if (vm_arg == 3) {
		asleep();
		return;
	}
	call(&one, TASK_FIRST);
	call(&one, TASK_AGAIN);
	call(&two, TASK_OTHER);
	call(&one, TASK_BACK);
	name(&one, "worker-1");
	call(&one, TASK_NAMED);
	name(&one, "worker-1\n\033[2J!!");
	call(&one, TASK_TAIL);
	one.cred = &user;
	call(&one, TASK_SETUID);
	one.pid = one.tgid = 200;
	one.start = 7000;
	call(&one, TASK_REUSED);
	call(NULL, TASK_NULL);
	call((void *)0x7fff00000000, TASK_ABSENT);
	two.exe = ring;
	call(&two, TASK_LOOP);
	two.ids = &wrong;
	/* The host reads again what it does not watch when the name changes. */
	name(&two, "deep");
	call(&two, TASK_LEVEL);
	two_threads();
	exec(&two);
	moved();
	call(&one, TASK_SETTLED);
	call(&one, TASK_END);
	test_begin("all calls were made");
	test_end();
}
