// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel at EL1 with one program at EL0.  Arguments, from vmm.c: log2 of the granule,
 * bits of an address, and how often the program makes its list of calls; 1: the list
 * for captures; 4: that for rules which wait for a string.
 */
#include "guest.h"

#define AT_FDCWD	(-100ULL)
#define BACK(e)		((uint64_t)-(e))
#define ARRAY(...)	{ __VA_ARGS__ }

#define NAME		USER_DATA
#define HELLO		(USER_DATA + 0x100)
#define OUT		(USER_DATA + 0x200)
#define SPLIT		(USER_DATA + 0x1000 - 5)	/* a string over a page's end */
#define ENDS		(USER_GAP - 8)			/* a string that the gap cuts */
#define TAG		(0x5aULL << 56)
#define NOTHING		(USER_DATA + 0x300)	/* zeros */
#define LATE		(DATA + 0x10000)	/* what the kernel maps into the gap */
#define SIGPROCMASK	135
#define F_GETFL		3
#define F_SETFL		4
#define O_RDWR		02
#define O_APPEND	02000
#define O_DIRECTORY	040000
#define O_DIRECT	0200000
#define O_LARGEFILE	0400000
#define O_CLOEXEC	02000000

/* calls.expect has the lines of vsysread for these. */
static const struct call calls[] = {
	{ 172, { 0 }, 4711 },
	{ 64, { 1, HELLO, 5 }, 5 },
	{ 56, { AT_FDCWD, NAME, O_CLOEXEC | O_DIRECTORY }, 3 },
	{ 63, { 3, OUT, 4096 }, 7, "debian\n" },
	{ 25, { 3, F_GETFL }, O_RDWR | O_DIRECT | O_LARGEFILE },
	{ 25, { 3, F_SETFL, O_APPEND | O_DIRECT }, 0 },
	{ 57, { 3 }, 0 },
	{ 59, { NOTHING, O_DIRECT | O_CLOEXEC }, 0 },
	{ 56, { AT_FDCWD, NAME | TAG, 0 }, BACK(2) },
	{ 56, { AT_FDCWD, SPLIT, 0 }, 4 },
	{ 56, { AT_FDCWD, ENDS, 0 }, BACK(14) },
	{ 56, { AT_FDCWD, USER_GAP, 0 }, BACK(14) },
	{ 56, { AT_FDCWD, USER_OLD, 0 }, BACK(14) },
	{ 56, { AT_FDCWD, 0, 0 }, BACK(14) },
	{ 56, { AT_FDCWD, MEMORY, 0 }, BACK(14) },
	{ 56, { AT_FDCWD, 0xffff800000000000, 0 }, BACK(14) },
	{ 0x1fff, { 1, 2, 3, 4, 5, 6 }, BACK(38) },
	{ CALLS_END },
};
static const struct call many[] = {
	{ 172, { 11, 22, 33, 44, 55, 66 }, 4711 },
	{ CALLS_END },
};
/* The result is a rule's. */
static const struct call waits[] = {
	{ 56, { AT_FDCWD, USER_GAP, 0 }, BACK(13) },
	{ CALLS_END },
};

extern void user_run(void);
extern char user_back[];
extern char image_end[];

static uint64_t granule, width, ds, root, made, wrong;
static const struct call *now, *list;
static uint64_t free_table = TABLES;

static void device(uint64_t at, uint32_t value)
{
	*(volatile uint32_t *)at = value;
}

static void print(const char *s)
{
	while (*s)
		device(DEVICE_PRINT, *s++);
}

static void print_number(uint64_t n)
{
	char text[21], *p = text + 20;

	*p = '\0';
	do {
		*--p = '0' + n % 10;
	} while (n /= 10);
	print(p);
}

void guest_unexpected(uint64_t esr, uint64_t elr, uint64_t far)
{
	print("# unexpected exception, ESR ELR FAR ");
	print_number(esr);
	print(" ");
	print_number(elr);
	print(" ");
	print_number(far);
	print("\n");
	device(DEVICE_EXIT, 3);
}

/* Descriptor bits, Arm ARM D8.3. */
#define VALID		3ULL
#define AP_USER		(1ULL << 6)
#define AP_RDONLY	(1ULL << 7)
#define SH_INNER	(3ULL << 8)
#define AF		(1ULL << 10)
#define UXN		(1ULL << 54)
#define PXN		(1ULL << 53)
#define ATTR_DEVICE	(1ULL << 2)

static uint64_t table_new(void)
{
	uint64_t t = free_table, i;

	free_table += 1ULL << granule;
	for (i = 0; i < 1ULL << granule; i += 8)
		*(uint64_t *)(t + i) = 0;
	return t;
}

static void map_page(uint64_t va, uint64_t pa, uint64_t bits)
{
	unsigned int each = granule - 3, level = (width - granule + each - 1) / each;
	uint64_t *entry, table = root;

	for (;; level--) {
		entry = (uint64_t *)table + (va >> (granule + each * (level - 1)) &
					    ((1ULL << each) - 1));
		if (level == 1)
			break;
		if (!*entry)
			*entry = table_new() | VALID;
		table = *entry & ~0xffffULL & 0xffffffffffff;
		table |= *entry & 0xffff & ~((1ULL << granule) - 1);
	}
	*entry = pa | bits | VALID | (ds ? 0 : SH_INNER);
}

static void map(uint64_t va, uint64_t pa, uint64_t bytes, uint64_t bits)
{
	uint64_t i;

	for (i = 0; i < bytes; i += 1ULL << granule)
		map_page(va + i, pa + i, bits);
}

static void mmu_on(void)
{
	uint64_t tg0 = granule == 12 ? 0 : granule == 16 ? 1 : 2;
	uint64_t ips = width == 52 ? 6 : 2, tcr;

	ds = width == 52 && granule != 16;
	root = table_new();
	map(MEMORY, MEMORY, MEMORY_BYTES, AF | UXN);
	map(DEVICE, DEVICE, 1ULL << granule, AF | UXN | PXN | ATTR_DEVICE);
	map(USER_IMAGE, MEMORY, 0x10000, AF | AP_USER | AP_RDONLY);
	map(USER_DATA, DATA, 0x10000, AF | AP_USER | UXN | PXN);
	map(USER_OLD, DATA, 0x10000, AP_USER | UXN | PXN);
	/* T0SZ; cacheable, inner shareable; no TTBR1; the top byte is a tag. */
	tcr = (64 - width) | 1 << 8 | 1 << 10 | 3 << 12 | tg0 << 14 | 1 << 23 | ips << 32 |
	      1ULL << 37 | ds << 59;
	asm volatile("msr mair_el1, %0; msr tcr_el1, %1; msr ttbr0_el1, %2; isb; tlbi vmalle1;"
		     "dsb nsh; isb" :: "r"(0xffULL), "r"(tcr), "r"(root) : "memory");
	asm volatile("mrs x9, sctlr_el1; orr x9, x9, #1; orr x9, x9, #4; msr sctlr_el1, x9; isb"
		     ::: "x9", "memory");
}

static void finish(uint64_t program_wrong)
{
	print("# calls ");
	print_number(made);
	print(", wrong in the kernel ");
	print_number(wrong);
	print(", in the program ");
	print_number(program_wrong);
	print("\n");
	print(wrong || program_wrong ? "not ok 1 - calls\n1..1\n" : "ok 1 - calls\n1..1\n");
	device(DEVICE_EXIT, wrong || program_wrong);
}

static void put(uint64_t at, const char *s)
{
	char *to = (char *)at;

	while ((*to++ = *s++))
		;
}

/* Does the CPU say of this SVC what the architecture says?  It returns @before user_back. */
static void check_syndrome(uint64_t nr, uint64_t before)
{
	uint64_t esr, elr, spsr, daif;

	asm("mrs %0, esr_el1; mrs %1, elr_el1; mrs %2, spsr_el1; mrs %3, daif"
	    : "=r"(esr), "=r"(elr), "=r"(spsr), "=r"(daif));
	wrong += esr != (0x15ULL << 26 | 1 << 25 | 5);
	wrong += nr != 94 && elr != USER_IMAGE + ((uint64_t)user_back - MEMORY) - before;
	/* Of the flags N; EL0t. */
	wrong += nr != 94 && (spsr & 0xf00003df) != 0x80000000;
	wrong += daif != 0x3c0;
}

/* A call in place of the program's, which reads a word of a page that is not there yet. */
static uint64_t touched(const uint64_t *regs)
{
	wrong += (uint32_t)regs[0] != UINT32_MAX || regs[1] != USER_GAP || regs[2] || regs[3] != 8;
	put(LATE, "/late");
	map_page(USER_GAP, LATE, AF | AP_USER | UXN | PXN);
	asm volatile("dsb nshst; isb" ::: "memory");
	return BACK(22);
}

/* From from_el0: X0 to X30, SP_EL0.  Returns X0. */
uint64_t kernel_call(uint64_t *regs)
{
	uint64_t result, i;

	check_syndrome(regs[8], regs[8] == SIGPROCMASK ? 4 : 0);
	made++;
	if (regs[8] == 94)
		finish(regs[0]);
	if (regs[8] == SIGPROCMASK)
		return touched(regs);
	wrong += regs[8] != now->nr || regs[9] != 0x1111 || regs[30] != 0x3333;
	for (i = 0; i < 6; i++)
		wrong += regs[i] != now->args[i];
	if (now->out)
		for (i = 0; now->out[i]; i++)
			((char *)DATA)[OUT - USER_DATA + i] = now->out[i];
	result = now->result;
	now++;
	if (now->nr == CALLS_END)
		now = list;
	return result;
}

void guest_main(uint64_t log2_granule, uint64_t bits, uint64_t times)
{
	const struct call *user;

	granule = log2_granule;
	width = bits;
	list = times == 1 ? calls : times == 4 ? waits : many;
	now = list;
	put(DATA + NAME - USER_DATA, "/etc/hostname");
	put(DATA + HELLO - USER_DATA, "hello");
	put(DATA + SPLIT - USER_DATA, "/bin/true");
	((char *)DATA)[0xffff] = 'x';
	for (int i = 2; i < 9; i++)
		((char *)DATA)[0x10000 - i] = "abcdefg"[i - 2];
	mmu_on();
	user = (const struct call *)(USER_IMAGE + ((uint64_t)now - MEMORY));
	asm volatile("msr sp_el0, %0; msr elr_el1, %1; msr spsr_el1, xzr; mov x19, %2; mov x20, %3;"
		     "eret"
		     :: "r"(USER_DATA + 0x8000ULL),
			"r"(USER_IMAGE + ((uint64_t)user_run - MEMORY)), "r"(user), "r"(times)
		     : "x19", "x20");
}
