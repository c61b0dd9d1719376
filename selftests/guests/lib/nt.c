// SPDX-License-Identifier: GPL-2.0
/*
 * The calls of the NT guests.  nt-x86.expect and nt-x64.expect have the output of
 * vsysread, a line for each entry of calls[], in order.
 * With --arg 3: calls within which the kernel calls the program back, see nt-*back.expect.
 * With --arg 4 and 5: doors that make one call each, see nt-by-door.c.
 * With --arg 1: calls that a holder on the host inspects and changes; with --arg 2:
 * calls of which it changes the names.
 */
#include "held.h"
#include "nt.h"
#include "nt-memory.h"

static const char hello[] = "hello";
static const char boot_ini[] = "[boot loader]\r\n";

static void status_block(u32 status, uintptr_t information)
{
	*(struct io_status_block *)STATUS_BLOCK =
		(struct io_status_block){ status, information };
}

static void opened(void)
{
	*(uintptr_t *)HANDLE_OUT = 0x7c;
	status_block(0, 1);
}

static void has_read(void)
{
	memcpy((void *)BUFFER, boot_ini, sizeof(boot_ini) - 1);
	status_block(0, sizeof(boot_ini) - 1);
}

static void written(void)
{
	status_block(0, sizeof(hello) - 1);
}

static void allocated(void)
{
	*(uintptr_t *)BASE_OUT = 0x350000;
	*(uintptr_t *)SIZE_OUT = 0x2000;
}

#ifdef __x86_64__
static void created(void)
{
	((u64 *)HANDLE_OUT)[0] = 0x98;
	((u64 *)HANDLE_OUT)[1] = 0x9c;
}

static void connected(void)
{
	status_block(0, 0);
}

#define RUN_WITH(parameters, list) \
	11, { HANDLE_OUT, HANDLE_OUT + 8, 0x2000000, 0x2000000, 0, 0, 0, 1, parameters, 0, list }
#define RUN(list)	RUN_WITH(0, list)
#define AFD(code, in, bytes) \
	10, { 0x7c, 0, 0, 0, STATUS_BLOCK, code, in, bytes, 0, 0 }
#endif

static void paged_in(void)
{
	map_user(LATE);
	put_wide(LATE, "\\??\\C:\\pagefile.sys", 19);
	opened();
}

struct call {
	enum nt_call call;
	u32 result;
	void (*answer)(void);	/* writes the kernel's output before the return */
	u16 nargs;
	uintptr_t args[11];
	u16 missing;		/* this many of them are past the stack's end */
	u16 number;		/* instead of that of @call */
	u16 add, add_first;	/* added by the holder to each argument, to argument 0 */
	bool skipped, answered;	/* by the holder: the result is HELD_RESULT */
	const char *name;	/* name that the holder puts into argument 2 */
};

#define READ_SYNC	0x80100000	/* GENERIC_READ | SYNCHRONIZE */
#define OPEN(name)	6, { HANDLE_OUT, READ_SYNC, name, STATUS_BLOCK, 1, 0x20 }
#define SUCCESS		0
#define ACCESS_VIOLATION 0xc0000005
#define TIMEOUT		0x102
#define END_OF_FILE	0xc0000011
#define INVALID_SERVICE	0xc000001c
#define NAME_INVALID	0xc0000033
#define NAME_NOT_FOUND	0xc0000034
#define NO_YIELD	0x40000024
#define SELF		((uintptr_t)-1)

static const struct call calls[] = {
	{ NT_CREATE_FILE, SUCCESS, opened, 11,
	  { HANDLE_OUT, READ_SYNC, ATTRIBUTES(BOOT_INI), STATUS_BLOCK, 0, 0x80,
	    1, 1, 0x60, 0, 0 } },
	{ NT_READ_FILE, SUCCESS, has_read, 9,
	  { 0x7c, 0, 0, 0, STATUS_BLOCK, BUFFER, 4096, 0, 0 } },
	{ NT_READ_FILE, END_OF_FILE, NULL, 9,
	  { 0x7c, 0, 0, 0, STATUS_BLOCK, BUFFER, 4096, OFFSET, 0 } },
	{ NT_READ_FILE, TIMEOUT, has_read, 9,	/* of another call */
	  { 0x7c, 0, 0, 0, STATUS_BLOCK, BUFFER, 4096, 0, 0 } },
	{ NT_WRITE_FILE, SUCCESS, written, 9,
	  { 0x7c, 0, 0, 0, STATUS_BLOCK, TEXT, 5, OFFSET, 0 } },
	{ NT_CLOSE, SUCCESS, NULL, 1, { 0x7c } },
	{ NT_OPEN_PROCESS, SUCCESS, opened, 4,
	  { HANDLE_OUT, 0x410, ATTRIBUTES(NO_NAME), CLIENT } },
	{ NT_OPEN_PROCESS, ACCESS_VIOLATION, NULL, 4,
	  { HANDLE_OUT, 0x410, 0, CLIENT } },
	{ NT_ALLOCATE_VIRTUAL_MEMORY, SUCCESS, allocated, 6,
	  { SELF, BASE_OUT, 0, SIZE_OUT, 0x3000, 4 } },
	{ NT_DELAY_EXECUTION, SUCCESS, NULL, 2, { 0, INTERVAL } },
	{ NT_YIELD_EXECUTION, NO_YIELD, NULL, 0, { 0 } },
	{ NT_USER_GET_DC, 0x10055, NULL, 1, { 0x2a } },
	{ NT_GDI_BIT_BLT, 1, NULL, 11,
	  { 0x10055, 1, 2, 3, 4, 0x10066, 5, 6, 0xcc0020, 7, 8 } },
	{ NT_UNKNOWN, INVALID_SERVICE, NULL, 4, { 1, 2, 3, 4 } },
	/* Names. */
	{ NT_OPEN_FILE, SUCCESS, opened, OPEN(ATTRIBUTES(RELATIVE)) },
	{ NT_OPEN_FILE, SUCCESS, opened, OPEN(ATTRIBUTES(SPLIT_NAME)) },
	{ NT_OPEN_FILE, SUCCESS, opened, OPEN(ATTRIBUTES(LONG)) },
	{ NT_OPEN_FILE, NAME_NOT_FOUND, NULL, OPEN(ATTRIBUTES(SURROGATES)) },
	{ NT_OPEN_FILE, NAME_INVALID, NULL, OPEN(ATTRIBUTES(EMPTY)) },
	{ NT_OPEN_FILE, SUCCESS, paged_in, OPEN(ATTRIBUTES(LATE_NAME)) },
	/* Bad input. */
	{ NT_OPEN_FILE, ACCESS_VIOLATION, NULL, OPEN(ATTRIBUTES(GAP_NAME)) },
	{ NT_OPEN_FILE, NAME_INVALID, NULL, OPEN(ATTRIBUTES(LYING)) },
	{ NT_OPEN_FILE, NAME_INVALID, NULL, OPEN(ATTRIBUTES(ODD)) },
	{ NT_OPEN_FILE, ACCESS_VIOLATION, NULL, OPEN(ATTRIBUTES(WRAPPED)) },
	{ NT_OPEN_FILE, ACCESS_VIOLATION, NULL, OPEN(ATTRIBUTES(DEVICE_NAME)) },
	{ NT_OPEN_FILE, ACCESS_VIOLATION, NULL, OPEN(ATTRIBUTES(SHORT_LENGTH)) },
	{ NT_OPEN_FILE, ACCESS_VIOLATION, NULL, OPEN(0) },
	{ NT_OPEN_FILE, ACCESS_VIOLATION, NULL, OPEN(NOWHERE) },
	{ NT_OPEN_FILE, ACCESS_VIOLATION, NULL, OPEN(DEVICE) },
	{ NT_OPEN_FILE, ACCESS_VIOLATION, NULL, OPEN(WRAP) },
	{ NT_OPEN_FILE, ACCESS_VIOLATION, NULL, OPEN(GAP + 0x1000 - 8) },
	{ NT_OPEN_FILE, ACCESS_VIOLATION, NULL, OPEN(KERNEL + 0x80) },
	{ NT_OPEN_FILE, ACCESS_VIOLATION, NULL, OPEN(ATTRIBUTES(KERNEL_STRING)) },
	{ NT_OPEN_FILE, ACCESS_VIOLATION, NULL, OPEN(ATTRIBUTES(KERNEL_TEXT)) },
	{ NT_WRITE_FILE, ACCESS_VIOLATION, NULL, 9,
	  { 0x7c, 0, 0, 0, STATUS_BLOCK, KERNEL + 0x100, 5, KERNEL + 0x180, 0 } },
#ifdef __x86_64__
	{ NT_OPEN_FILE, ACCESS_VIOLATION, NULL, OPEN(0x7ffffffffff0) },
	{ NT_OPEN_FILE, ACCESS_VIOLATION, NULL, OPEN(0x8000000000000000) },
#endif
#ifdef __x86_64__
	{ NT_CREATE_USER_PROCESS, SUCCESS, created, RUN(IMAGE) },
	{ NT_CREATE_USER_PROCESS, ACCESS_VIOLATION, NULL, RUN(IMAGE_GAP) },
	{ NT_CREATE_USER_PROCESS, ACCESS_VIOLATION, NULL, RUN(NOWHERE) },
	{ NT_CREATE_USER_PROCESS, ACCESS_VIOLATION, NULL, RUN(TEXT) },	/* endless */
	{ NT_CREATE_USER_PROCESS, SUCCESS, created, RUN_WITH(PARAMETERS, IMAGE) },
	{ NT_CREATE_USER_PROCESS, SUCCESS, created, RUN_WITH(DENORMALIZED, IMAGE) },
	{ NT_CREATE_USER_PROCESS, ACCESS_VIOLATION, NULL, RUN_WITH(NOWHERE, IMAGE) },
	{ NT_DEVICE_IO_CONTROL_FILE, SUCCESS, connected, AFD(0x12007, AFD_CONNECT, 40) },
	{ NT_DEVICE_IO_CONTROL_FILE, SUCCESS, written, AFD(0x1201f, AFD_SEND, 24) },
	{ NT_DEVICE_IO_CONTROL_FILE, SUCCESS, has_read, AFD(0x12017, AFD_RECEIVE, 24) },
	{ NT_DEVICE_IO_CONTROL_FILE, ACCESS_VIOLATION, NULL, AFD(0x1201f, NOWHERE, 24) },
	{ NT_DEVICE_IO_CONTROL_FILE, SUCCESS, written, AFD(0x12023, AFD_SENDTO, 104) },
	{ NT_DEVICE_IO_CONTROL_FILE, SUCCESS, has_read, AFD(0x1201b, AFD_RECVFROM, 40) },
#endif
	{ NT_CREATE_FILE, ACCESS_VIOLATION, NULL, 11,
	  { HANDLE_OUT, READ_SYNC, ATTRIBUTES(BOOT_INI), STATUS_BLOCK, 0, 0x80,
	    1, 1, 0x60, 0, 0 }, .missing = 2 },
	{ NT_CREATE_FILE, ACCESS_VIOLATION, NULL, 11,
	  { HANDLE_OUT, READ_SYNC, ATTRIBUTES(BOOT_INI), STATUS_BLOCK, 0, 0x80,
	    1, 1, 0x60, 0, 0 }, .missing = 7 },
	{ NT_UNKNOWN, INVALID_SERVICE, NULL, 4, { 1, 2, 3, 4 }, .missing = 4 },
	{ NT_TERMINATE_PROCESS, SUCCESS, NULL, 2, { SELF, 0xc0000005 } },
};

#define FOUR	4, { 0x11, 0x22, 0x33, 0x44 }

static const struct call held_calls[] = {
	{ 0, 1, NULL, FOUR, .number = HELD_CONTINUE },
	{ 0, 2, NULL, FOUR, .number = HELD_ARGS, .add = HELD_ADD },
	{ 0, 7, NULL, FOUR, .number = HELD_AWAY, .add_first = HELD_ADD },
	{ 0, 0, NULL, FOUR, .number = HELD_SKIP, .skipped = true },
	{ 0, 0, NULL, FOUR, .number = HELD_SKIP, .skipped = true },
	{ 0, 0, NULL, FOUR, .number = RULE_SKIP, .skipped = true },
	{ 0, 0, NULL, FOUR, .number = RULE_DEADLINE, .skipped = true },
	{ 0, 3, NULL, FOUR, .number = HELD_RETURN, .answered = true },
	{ 0, 4, NULL, FOUR, .number = HELD_AWAY_RETURN, .answered = true },
	{ 0, 5, NULL, FOUR, .number = RULE_RESULT, .answered = true },
	/* The holder's action depends on the name, see ../../rewrite/held.c. */
	{ NT_CREATE_FILE, 0, NULL, 11,
	  { HANDLE_OUT, READ_SYNC, ATTRIBUTES(BOOT_INI), STATUS_BLOCK, 0, 0x80,
	    1, 1, 0x60, 0, 0 }, .skipped = true },
	{ NT_CREATE_FILE, SUCCESS, opened, 11,
	  { HANDLE_OUT, READ_SYNC, ATTRIBUTES(RELATIVE), STATUS_BLOCK, 0, 0x80,
	    1, 1, 0x60, 0, 0 } },
	{ NT_TERMINATE_PROCESS, 0, NULL, 2, { SELF, 0xc0000005 }, .skipped = true },
	{ 0, 6, NULL, FOUR, .number = HELD_END },
};

#define CREATE(name)	11, { HANDLE_OUT, READ_SYNC, ATTRIBUTES(name), STATUS_BLOCK, 0, 0x80, \
			      1, 1, 0x60, 0, 0 }

/* See ../../rewrite/tests/nt.sh. */
static const struct call edited_calls[] = {
	{ NT_CREATE_FILE, SUCCESS, opened, CREATE(BOOT_INI), .name = EDIT_SHORT },
	{ NT_OPEN_FILE, SUCCESS, opened, OPEN(ATTRIBUTES(RELATIVE)), .name = EDIT_LONG },
	{ NT_OPEN_FILE, NAME_INVALID, NULL, OPEN(ATTRIBUTES(LYING)) },
	{ NT_OPEN_FILE, NAME_INVALID, NULL, OPEN(ATTRIBUTES(ODD)) },
	{ NT_OPEN_FILE, ACCESS_VIOLATION, NULL, OPEN(NOWHERE) },
	{ NT_TERMINATE_PROCESS, 0, NULL, 2, { SELF, 0xc0000005 }, .skipped = true },
	{ NT_CLOSE, SUCCESS, NULL, 1, { 0x7c } },
};

u8 *nt_put(u8 *at, const char *bytes, unsigned int n)
{
	memcpy(at, bytes, n);
	return at + n;
}

u8 *nt_put32(u8 *at, u32 value)
{
	return nt_put(at, (char *)&value, 4);
}

#ifdef __x86_64__
static void prepare_teb(void)
{
	*(u64 *)(TEB + 0x30) = TEB;
	wrmsr(MSR_KERNEL_GS_BASE, TEB);
}

/* Returns how many arguments are in registers. */
static int put_register_args(struct regs *in, const struct call *c)
{
	in->rcx = c->args[0];
	in->rdx = c->args[1];
	in->r8 = c->args[2];
	in->r9 = c->args[3];
	return 4;
}
#else
static void prepare_teb(void)
{
	*(u32 *)(TEB + 0x18) = TEB;
	set_user_fs(TEB);
}

static int put_register_args(struct regs *in, const struct call *c)
{
	(void)in;
	(void)c;
	return 0;
}
#endif

/* The stack pointer of the next call. */
uintptr_t nt_stack_at = STACK + 0x1800;

static void put_args(struct regs *in, const struct call *c)
{
	int first = put_register_args(in, c), i;
	int words = c->nargs - first - c->missing;
	uintptr_t *sp;

	if (words < 0)
		words = 0;
	in->rsp = nt_stack_at;
	if (c->missing)
		in->rsp = STACK_END - sizeof(*sp) * (STACK_ARGS + words);
	sp = (uintptr_t *)(uintptr_t)in->rsp;
	sp[0] = (uintptr_t)nt_caller;
	for (i = 0; i < words; i++)
		sp[STACK_ARGS + i] = c->args[first + i];
}

/* Arguments changed by a holder must be where the kernel looks. */
static void test_added(const struct regs *in, const struct call *c)
{
	const uintptr_t *sp = (uintptr_t *)(uintptr_t)in->rsp + STACK_ARGS;
	int i = sizeof(uintptr_t) == 8 ? 4 : 0;

	for (; i < c->nargs - c->missing; i++)
		test_eq("argument", *sp++, c->args[i] + c->add + (i ? 0 : c->add_first));
}

/* Check the memory behind the kernel's pointers. */
static void test_name(const struct call *c)
{
	const struct object_attributes *o = (const void *)c->args[2];
	const struct unicode_string *u = (const void *)o->name;
	unsigned int i;

	for (i = 0; c->name[i]; i++)
		test_eq("character", ((const u16 *)u->buffer)[i], (u8)c->name[i]);
	test_eq("Length", u->length, 2 * i);
	test_eq("fits", u->length <= u->maximum, 1);
}

static void test_return(const struct regs *in, u16 bytes, u32 result)
{
	const struct regs *out = &this_cpu()->out;

	test_eq("event", out->vector, BP);
	test_eq("RIP", out->rip, (uintptr_t)nt_caller + 1);
	test_eq("RSP", out->rsp, in->rsp + sizeof(uintptr_t) + bytes);
	test_eq("RAX", out->rax, result);
	test_eq("RBX", out->rbx, in->rbx);
	test_eq("RSI", out->rsi, in->rsi);
	test_eq("RDI", out->rdi, in->rdi);
	test_eq("RBP", out->rbp, in->rbp);
}

/* Does the call arrive, to be answered? */
static bool arrives(const struct nt_os *os, const struct call *c, struct regs *in)
{
	u16 number = c->number ? c->number : os->numbers[c->call];
	u16 bytes = sizeof(uintptr_t) == 4 ? c->nargs * 4 : 0;
	struct regs want;

	fill_regs(in, (void *)NT_STUB, NT_CS);
	in->rflags |= X86_IF;
	put_args(in, c);
	os->put_stub((u8 *)NT_STUB, number, bytes);
	if (c->skipped) {
		test_begin("call %x is skipped", (u32)number);
		nt_user(in);
		test_return(in, bytes, HELD_RESULT);
		test_end();
		return false;
	}
	os->expect(&want, in, number);
	if (sizeof(uintptr_t) == 8) {
		want.r10 += c->add + c->add_first;
		want.rdx += c->add;
		want.r8 += c->add;
		want.r9 += c->add;
	}
	test_begin("call %x arrives", (u32)number);
	nt_user(in);
	test_regs(&want);
	test_added(in, c);
	if (c->name)
		test_name(c);
	test_end();
	return c->call != NT_TERMINATE_PROCESS;
}

static void answer(const struct nt_os *os, const struct call *c, const struct regs *in)
{
	u16 bytes = sizeof(uintptr_t) == 4 ? c->nargs * 4 : 0;

	if (c->answer)
		c->answer();
	this_cpu()->out.rax = c->result;
	test_begin("call %x returns", (u32)(c->number ? c->number : os->numbers[c->call]));
	os->leave();
	test_return(in, bytes, c->answered ? HELD_RESULT : c->result);
	test_end();
}

static void make(const struct nt_os *os, const struct call *c)
{
	struct regs in;

	if (arrives(os, c, &in))
		answer(os, c, &in);
}

/* Frames that the kernel puts on the program's stack; relative words are marked. */
enum { BACK = NT_BACK, BELOW = 0x100 };

#ifdef __x86_64__
static const u64 callback_frame[8] = { 0, 0, 0, 0, 0x58, 73ULL << 32 | 8, BACK };
static const u64 apc_frame[8] = { 7, 8, 9, 0x7c8024d7, 0, 0, 0x10005f };
enum { NEAR_CALLBACK = 1 << 4 };
static const u64 other_frame[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
#else
static const u32 callback_frame[16] = { 0, 73, 16, 8 };
static const u32 apc_frame[16] = { 0x7c8024d7, 7, 8, 9, 0x1003f };
enum { NEAR_CALLBACK = 1 << 2 };
static const u32 exception_frame[16] = { 8, 0x60, 0xc0000005 };
static const u32 other_frame[16] = { 1, 2, 3, 4, 5, 6, 7, 8 };
#endif

#ifndef __x86_64__
/* The fast form of NtCallbackReturn: buffer in ECX, its length in EDX, status in EAX. */
static void callback_end(void)
{
	extern const u8 vector_stubs[256][16];
	struct regs in, want;

	nt_put((u8 *)BACK + 16, "\xcd\x2b", 2);
	set_gate(0x2b, vector_stubs[0x2b], 0xee);
	fill_regs(&in, (void *)(BACK + 16), NT_CS);
	in.rsp = nt_stack_at;
	in.rax = 0xc0000022;
	in.rcx = TEXT;
	in.rdx = sizeof(hello) - 1;
	want = in;
	want.vector = 0x2b;
	want.rip += 2;
	test_begin("the callback ends");
	nt_user(&in);
	test_regs(&want);
	test_end();
}
#endif

/* Enter the program's @frame in the middle of a call; words in @near are offsets in it. */
static void enter_frame(const struct nt_os *os, const void *frame, u32 near)
{
	struct percpu *pc = this_cpu();
	struct regs outer = pc->out;
	uintptr_t *at, back;
	unsigned int i;

	nt_stack_at -= BELOW;
	at = (uintptr_t *)nt_stack_at;
	memcpy(at, frame, 64);
	for (i = 0; i < 64 / sizeof(*at); i++)
		at[i] += near & 1U << i ? nt_stack_at : 0;
	*(u8 *)BACK = 0xcc;
	test_begin("the program is called back");
	back = nt_aim(nt_stack_at, BACK);
	os->leave();
	test_eq("event", pc->out.vector, BP);
	test_eq("RIP", pc->out.rip, BACK + 1);
	test_eq("RSP", pc->out.rsp, nt_stack_at);
	test_end();
	nt_aim(0, back);
	make(os, &(const struct call){ NT_CLOSE, SUCCESS, NULL, 1, { 0x7c } });
#ifndef __x86_64__
	if (frame == callback_frame)
		callback_end();
#endif
	nt_stack_at += BELOW;
	pc->out = outer;
}

/* A call within which the program is called back, twice within each other, then an APC. */
static void call_back(const struct nt_os *os)
{
	static const struct call outer = { NT_USER_GET_DC, 0x10055, NULL, 1, { 0x2a } };
	static const struct call inner = { NT_USER_GET_DC, 0x10066, NULL, 1, { 0x2b } };
	struct regs in, in2;

	arrives(os, &outer, &in);
	enter_frame(os, callback_frame, NEAR_CALLBACK);
	nt_stack_at -= 2 * BELOW;
	{
		struct regs saved = this_cpu()->out;

		arrives(os, &inner, &in2);
		enter_frame(os, apc_frame, 0);
#ifndef __x86_64__
		enter_frame(os, exception_frame, 3);
#endif
		answer(os, &inner, &in2);
		this_cpu()->out = saved;
	}
	nt_stack_at += 2 * BELOW;
	enter_frame(os, other_frame, 0);
	answer(os, &outer, &in);
}

void nt_call_close(const struct nt_os *os)
{
	make(os, &(const struct call){ NT_CLOSE, SUCCESS, NULL, 1, { 0x7c } });
}

void nt_call_stray(const struct nt_os *os, u16 number)
{
	make(os, &(const struct call){ 0, INVALID_SERVICE, NULL, FOUR, .number = number });
}

#ifndef __x86_64__
void nt_except(const struct nt_os *os)
{
	enter_frame(os, exception_frame, 3);
}
#endif

void nt_main(const struct nt_os *os)
{
	unsigned int i;

	this_cpu()->irq_stop = 1;
	nt_memory();
	prepare_teb();
	os->prepare();
	for (i = 0; !vm_arg && i < ARRAY_SIZE(calls); i++)
		make(os, &calls[i]);
	for (i = 0; vm_arg == 2 && i < ARRAY_SIZE(edited_calls); i++)
		make(os, &edited_calls[i]);
	if (vm_arg == 3)
		call_back(os);
	if (vm_arg == 4 || vm_arg == 5)
		nt_by_doors(os, vm_arg == 5);
	for (i = 0; vm_arg == 1 && i < ARRAY_SIZE(held_calls); i++)
		make(os, &held_calls[i]);
}
