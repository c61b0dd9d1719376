// SPDX-License-Identifier: GPL-2.0
/* Doors of NT that make one call each; nt-*doors.expect have the output of vsysread. */
#include "nt.h"
#include "nt-memory.h"

enum { DOOR = NT_BACK + 16, NAME = NT_BACK + 0x40, SYMBOLS = NT_BACK + 0x60 };

/* A call by INT n; @skips: the kernel continues so many bytes behind it. */
struct door_call {
	u8 vector, skips;
	bool raises, compat;
	u32 service, arg1, arg2, arg3, arg4, result;
	const char *reply;
};

static const struct door_call door_calls[] = {
#ifdef __x86_64__
	{ 0x2d, 1, .compat = true, .service = 1, TEXT, 5, 101, 3, .result = 1 },
#else
	{ 0x2a, .service = 0x1234, .result = 86400000 },
#endif
	{ 0x2d, 1, .service = 1, .arg1 = TEXT, 5, 101, 3, .result = 1 },
	{ 0x2d, 1, .service = 2, .arg1 = TEXT, 5, BUFFER, 16, .result = 2, .reply = "go" },
	{ 0x2d, 1, .service = 3, .arg1 = NAME, SYMBOLS, 77, 88, .result = 3 },
	{ 0x2d, .raises = true, .service = 7, .arg1 = 0x11, 0x22, 77, 88 },
	{ 0x2c, .result = 0xc000014e },		/* STATUS_NO_EVENT_PAIR */
};

/* A STRING, KD_SYMBOLS_INFO. */
static void put_symbols(void)
{
	uintptr_t *name = (uintptr_t *)NAME, *symbols = (uintptr_t *)SYMBOLS;

	name[0] = 0;
	*(u16 *)NAME = 5;
	name[1] = TEXT;
	symbols[0] = NT_NTDLL;
	symbols[1] = 0x444;
	((u32 *)&symbols[2])[0] = 0xabcd;
	((u32 *)&symbols[2])[1] = 0x9a000;
}

static void fill_door(struct regs *in, const struct door_call *c)
{
	fill_regs(in, (void *)DOOR, c->compat ? USER_CS32 : NT_CS);
	in->rsp = nt_stack_at;
	in->rax = c->service;
	in->rcx = c->arg1;
	in->rdx = c->arg2;
#ifdef __x86_64__
	in->r8 = c->arg3;
	in->r9 = c->arg4;
	in->r11 = in->rflags;	/* of an exception's SYSRET */
	if (!c->compat)
		return;
#endif
	in->rbx = c->arg3;
	in->rdi = c->arg4;
}

static void make_by_door(const struct door_call *c)
{
	struct percpu *pc = this_cpu();
	struct regs in, want;

	nt_put((u8 *)DOOR, "\xcd\x00\xcc\xcc", 4);
	*(u8 *)(DOOR + 1) = c->vector;
	nt_int_gate(c->vector);
	fill_door(&in, c);
	want = in;
	want.vector = c->vector;
	want.rip += 2;
	test_begin("INT %x arrives", (u32)c->vector);
	nt_user(&in);
	test_regs(&want);
	test_end();
	if (c->raises)
		return;
	if (c->reply)
		memcpy((void *)BUFFER, c->reply, c->result);
	pc->out.rax = c->result;
	pc->out.rip += c->skips;
	want = pc->out;
	want.vector = BP;
	want.rip++;
	test_begin("INT %x returns", (u32)c->vector);
	nt_int2e_leave();
	test_regs(&want);
	test_end();
}

void nt_by_doors(const struct nt_os *os, bool asserts)
{
	struct door_call c;
	unsigned int i;

	put_symbols();
	for (i = 0; i < ARRAY_SIZE(door_calls); i++) {
		c = door_calls[i];
		c.raises |= c.vector == 0x2c && asserts;
		make_by_door(&c);
#ifndef __x86_64__
		if (c.raises) {
			this_cpu()->out.cs = KERNEL_CS;
			this_cpu()->out.ss = KERNEL_SS;
			this_cpu()->out.rsp = test_stack();
			nt_except(os);
		}
#endif
		nt_call_close(os);
	}
	nt_call_stray(os, 0xf2d);
}
