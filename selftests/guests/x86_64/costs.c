// SPDX-License-Identifier: GPL-2.0
/*
 * Costs of calls of many kinds, in ticks of the TSC, which are instructions under some
 * emulators: "name smallest largest" of some batches.
 *
 * The argument: rounds of a batch, and above bit 32 a mask of enum row.
 */
#include "lib/linux.h"

enum row {
	PLAIN = 1 << 0,		/* getpid */
	BUFFER = 1 << 1,	/* write of 5 bytes */
	STRINGS = 1 << 2,
	CPUID = 1 << 3,
	UNDEFINED = 1 << 4,	/* the program's own UD2, which its kernel skips */
	BLOCKED = 1 << 5,	/* getpid while another call has not returned */
	LAYOUTS = 1 << 6,	/* random places of all pages that a call uses */
	NT = 1 << 7,		/* calls of Windows 7 */
	ALL = (1 << 8) - 1,
	BATCHES = 5,
};

extern const char call_loop[], cpuid_loop[], ud2_loop[], skip_ud2[], call_return[];

/* The program and its kernel have a page each. */
asm(".pushsection .text\n"
    ".balign 4096\n"
    "call_loop:\n"
    "1:	mov %r13, %rax\n"
    "	syscall\n"
    "	dec %rbx\n"
    "	jnz 1b\n"
    "	int3\n"
    "cpuid_loop:\n"
    "1:	xor %eax, %eax\n"
    "	cpuid\n"
    "	xor %eax, %eax\n"
    "	cpuid\n"
    "	dec %r8\n"
    "	jnz 1b\n"
    "	int3\n"
    "ud2_loop:\n"
    "1:	ud2\n"
    "	dec %rbx\n"
    "	jnz 1b\n"
    "	int3\n"
    ".balign 4096\n"
    "call_return: sysretq\n"
    "skip_ud2: addq $2, (%rsp)\n"
    "	iretq\n"
    ".balign 4096\n"
    ".popsection");

static u64 rounds;

/* Ticks of a round of @in, whose loops count @n in RBX or R8. */
static u64 batch(struct regs *in, u64 n)
{
	u64 start;

	in->rbx = n;
	if (in->rip == (u64)cpuid_loop)
		in->r8 = n;
	start = rdtsc();
	run(in);
	return (rdtsc() - start) / n;
}

static void measure(const char *name, struct regs *in)
{
	u64 least = -1, most = 0;
	int i;

	test_begin("%s", name);
	batch(in, 4);			/* warm up caches of all kinds */
	for (i = 0; i < BATCHES; i++) {
		u64 t = batch(in, rounds);

		least = t < least ? t : least;
		most = t > most ? t : most;
	}
	test_eq("event", this_cpu()->out.vector, BP);
	test_end();
	print("%s %lu %lu\n", name, least, most);
}

static struct regs call(u64 nr, u64 a, u64 b, u64 c)
{
	struct regs in;

	fill_regs(&in, call_loop, USER_CS);
	in.r13 = nr;
	in.rdi = a;
	in.rsi = b;
	in.rdx = c;
	return in;
}

static void measure_call(const char *name, u64 nr, u64 a, u64 b, u64 c)
{
	struct regs in = call(nr, a, b, c);

	measure(name, &in);
}

static void measure_code(const char *name, const char *code)
{
	struct regs in;

	fill_regs(&in, code, USER_CS);
	measure(name, &in);
}

/* Names of 255 and of 4,095 bytes; the second one begins in the middle of a page. */
static void strings(void)
{
	memset((void *)ENDLESS, 'a', 0x2000);
	*(char *)(ENDLESS + 255) = 0;
	*(char *)(ENDLESS + 0x800 + 4095) = 0;
	measure_call("open_255", 2, ENDLESS, 0, 0);
	measure_call("open_4095", 2, ENDLESS + 0x800, 0, 0);
}

static void blocked(void)
{
	struct regs in = call(34, 0, 0, 0);	/* pause, by another thread */

	in.rsp += 0x200;
	wrmsr(MSR_LSTAR, (u64)entry_lstar);
	in.rbx = 1;
	run(&in);
	wrmsr(MSR_LSTAR, (u64)call_return);
	measure_call("blocked_other", 39, 0, 0, 0);
}

enum { REGIONS = 12, PAGES = 6, NR_LAYOUTS = 4096, NR_MOUNT = 165 };

static u64 random(void)
{
	static u64 state = 0x9e3779b97f4a7c15;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Put the program, its kernel and four strings into pages anywhere. */
static void place(u64 *page, const u64 *data)
{
	u64 phys[PAGES] = { (u64)call_loop, (u64)call_return, data[0], data[1], data[2], data[3] };
	int i, j;

	for (i = 0; i < PAGES; i++) {
		do {
			page[i] = (random() % REGIONS + 1) << 30 | random() % 512 << 12;
			for (j = 0; j < i && page[j] != page[i]; j++)
				;
		} while (j < i);
		map_page(page[i], phys[i], PTE_P | PTE_W | PTE_U);
	}
}

static void layouts(const char *name, u64 nr)
{
	u64 page[PAGES], data[4], least = -1, most = 0, t, again;
	struct regs in;
	int i;

	for (i = 0; i < 4; i++) {
		data[i] = (u64)alloc_page();
		put_string(data[i], "/etc");
	}
	for (i = 0; i < NR_LAYOUTS; i++) {
		place(page, data);
		in = call(nr, page[2], page[3], page[4]);
		in.r8 = page[5];
		in.rip = page[0];
		wrmsr(MSR_LSTAR, page[1]);
		batch(&in, 4);
		t = batch(&in, 16);
		again = batch(&in, 16);	/* a timer tick may fall into one of them */
		t = again < t ? again : t;
		least = t < least ? t : least;
		most = t > most ? t : most;
	}
	print("%s %lu %lu\n", name, least, most);
	wrmsr(MSR_LSTAR, (u64)call_return);
}

/* NtClose; NtCreateFile, with a name of 20 characters and no extended attributes. */
static void nt(void)
{
	struct { u32 length; u64 root, name; u32 attributes; u64 descriptor, qos; } *o;
	struct { u16 length, maximum; u64 buffer; } *name = (void *)(DATA + 0x100);
	struct regs in = call(0xc, 0, 0, 0);
	int i;

	in.r10 = 0x7c;
	measure("nt_close", &in);
	put_string(DATA + 0x200, "\\0S0y0s0t0e0m0R0o0o0t0\\0a0b0c0d0e0f0g0h0");
	for (i = 1; i < 40; i += 2)
		((char *)DATA)[0x200 + i] = 0;
	name->length = name->maximum = 40;
	name->buffer = DATA + 0x200;
	o = (void *)DATA;
	o->length = sizeof(*o);
	o->name = (u64)name;
	in = call(0x52, 0, 0, 0x120089);
	in.r10 = OUT;
	in.r8 = DATA;
	in.r9 = OUT + 0x10;
	in.rsp = STACK + 0x800;
	for (i = 5; i <= 11; i++)
		((u64 *)in.rsp)[i] = i == 5 || i >= 10 ? 0 : i;
	measure("nt_create_file", &in);
}

void guest_main(void)
{
	u64 rows = vm_arg >> 32 ? vm_arg >> 32 : ALL;

	rounds = (u32)vm_arg ? (u32)vm_arg : 10;
	wrmsr(MSR_LSTAR, (u64)call_return);
	linux_memory();
	if (rows & PLAIN)
		measure_call("getpid", 39, 0, 0, 0);
	if (rows & BUFFER)
		measure_call("write_5", 1, 1, HELLO, 5);
	if (rows & STRINGS)
		strings();
	if (rows & CPUID)
		measure_code("two_cpuid", cpuid_loop);
	if (rows & UNDEFINED) {
		set_gate(UD, skip_ud2, 0x8e);
		measure_code("own_ud2", ud2_loop);
	}
	if (rows & BLOCKED)
		blocked();
	if (rows & LAYOUTS) {
		layouts("layout_plain", 39);
		layouts("layout_strings", NR_MOUNT);
	}
	if (rows & NT)
		nt();
}
