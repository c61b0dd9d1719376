// SPDX-License-Identifier: GPL-2.0
/*
 * Texts of held calls, in the memory of a hostile guest: ioctl() is answered here.
 * The memory is four pages from BASE, of which the third is read-only and the fourth
 * absent.
 */
#include <errno.h>
#include <stdarg.h>

#include "ktap.h"
#include <vsyscalls/held.h>

enum {
	BASE = 0x10000,
	PAGE = 4096,
	READONLY = BASE + 2 * PAGE,
	ABSENT = BASE + 3 * PAGE,
	USTRING = BASE + 0x100,
	OBJATTR = BASE + 0x200,
	TEXT = BASE + 0x400,
	SCRATCH = BASE + 0x800,
};

static unsigned char memory[3 * PAGE], before[3 * PAGE];
static uint64_t args[4];
static struct vsys_rec_entry entry;
static struct vsys_held_call hold = { .s = NULL, .info.at = VSYS_AT_ENTRY, .r = &entry.r };
static char text[70000];
static unsigned int refuse;		/* which of the writes to memory is refused */

static int fault(struct vsys_held_mem *m, uint64_t at, int err)
{
	m->fault = at;
	errno = err;
	return -1;
}

static int do_mem(struct vsys_held_mem *m)
{
	bool write = m->flags & VSYS_WRITE;
	uint64_t at;

	if (write && refuse && !--refuse)
		return fault(m, m->addr, EROFS);
	for (at = m->addr; at != m->addr + m->bytes; at++)
		if (at < BASE || at >= ABSENT)
			return fault(m, at, EADDRNOTAVAIL);
		else if (write && at >= READONLY)
			return fault(m, at, EROFS);
	if (write)
		memcpy(memory + m->addr - BASE, (void *)(uintptr_t)m->data, m->bytes);
	else
		memcpy((void *)(uintptr_t)m->data, memory + m->addr - BASE, m->bytes);
	return 0;
}

static int do_args(struct vsys_held_args *a)
{
	uint64_t *values = (void *)(uintptr_t)a->values;

	if (a->first + a->count > 4) {
		errno = EINVAL;
		return -1;
	}
	if (a->flags & VSYS_WRITE)
		memcpy(args + a->first, values, a->count * sizeof(*args));
	else
		memcpy(values, args + a->first, a->count * sizeof(*args));
	return 0;
}

int vsys_device_fd(const struct vsys_device *s)
{
	(void)s;
	return -1;
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;

	(void)fd;
	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (request == VSYS_HELD_MEM)
		return do_mem(arg);
	if (request == VSYS_HELD_ARGS)
		return do_args(arg);
	errno = request == VSYS_RESUME ? ESTALE : ENOTTY;
	return -1;
}

static void put(uint64_t at, const void *bytes, size_t n)
{
	memcpy(memory + at - BASE, bytes, n);
}

/* An address of the ABI's width, after numbers of half that width. */
static void put_ustring(uint64_t at, uint16_t length, uint16_t maximum, uint64_t buffer)
{
	size_t size = vsys_abi_bits(entry.r.abi) / 8;

	put(at, &length, 2);
	put(at + 2, &maximum, 2);
	put(at + size, &buffer, size);
}

static void begin(unsigned int abi)
{
	memset(memory, 0xee, sizeof(memory));
	memset(args, 0, sizeof(args));
	entry.r.abi = (uint8_t)abi;
	refuse = 0;
}

static void keep(void)
{
	memcpy(before, memory, sizeof(memory));
}

static bool unchanged(void)
{
	return !memcmp(before, memory, sizeof(memory));
}

static int64_t get(unsigned int kind)
{
	memset(text, '?', sizeof(text));
	return vsys_held_call_text(&hold, 0, kind, text, sizeof(text));
}

static int64_t set(unsigned int kind, const char *to, struct vsys_scratch *scratch)
{
	keep();
	return vsys_held_call_set_text(&hold, 0, kind, to, scratch);
}

static void is(int64_t got, int64_t want, const char *name)
{
	is_number((uint64_t)got, (uint64_t)want, name);
}

static void strings(void)
{
	struct vsys_scratch scratch = { SCRATCH + 1, 31 };

	begin(VSYS_ABI_LINUX_X86_64);
	args[0] = TEXT;
	put(TEXT, "/etc/passwd", 12);
	is(get(VSYS_CAP_STRING), 11, "a string");
	is_text(text, "/etc/passwd", "is read");
	is(set(VSYS_CAP_STRING, "/etc/shadow", NULL), 0, "one as long");
	is_text((char *)memory + TEXT - BASE, "/etc/shadow", "is written");
	is(set(VSYS_CAP_STRING, "/etc/shadows", NULL), -ENOSPC, "one byte more");
	is_true(unchanged(), "changes nothing");
	is_text(vsys_error(), "a text of 12 bytes where there are 11", "and is named");
	is(set(VSYS_CAP_STRING, "/etc/shadows", &scratch), 0, "with scratch memory");
	is(args[0], SCRATCH + 8, "the argument points there");
	is_text((char *)memory + SCRATCH + 8 - BASE, "/etc/shadows", "where the text is");
	is_true(scratch.addr == SCRATCH + 24 && scratch.bytes == 8, "what is left");
	is(set(VSYS_CAP_STRING, "/etc/shadows/of/it", &scratch), -ENOSPC, "is too little");
	is_true(unchanged(), "and unchanged");

	args[0] = BASE + PAGE - 3;
	put(args[0], "/a/b/c", 7);
	is(get(VSYS_CAP_STRING), 6, "a string across pages");
	args[0] = ABSENT - 3;
	is(get(VSYS_CAP_STRING), -EADDRNOTAVAIL, "one without an end");
	is(hold.fault, ABSENT, "the first absent byte is named");
	args[0] = READONLY;
	put(READONLY, "/tmp", 5);
	is(set(VSYS_CAP_STRING, "/usr", NULL), -EROFS, "a read-only one");
	is(hold.fault, READONLY, "is named");
	is(vsys_held_call_text(&hold, 0, VSYS_CAP_STRING, text, 4), -EMSGSIZE, "too little room");
	args[0] = 0;
	is(get(VSYS_CAP_STRING), -EADDRNOTAVAIL, "NULL");
	is(vsys_held_call_text(&hold, 9, VSYS_CAP_STRING, text, 4), -EINVAL, "no such argument");
	is(get(VSYS_CAP_IOVEC), -EINVAL, "no text");
}

/* Each width, and each way to the UNICODE_STRING. */
static void wide(unsigned int abi, bool objattr)
{
	unsigned int kind = objattr ? VSYS_CAP_OBJATTR : VSYS_CAP_USTRING;
	struct vsys_scratch scratch = { SCRATCH, 32 };
	size_t size = vsys_abi_bits(abi) / 8;
	uint64_t address = USTRING, got = 0;

	begin(abi);
	put_ustring(USTRING, 6, 9, TEXT);
	put(TEXT, "a\0b\0c\0", 6);
	put(OBJATTR + 2 * size, &address, size);
	args[0] = objattr ? OBJATTR : USTRING;
	is(get(kind), 3, objattr ? "a name" : "a UNICODE_STRING");
	is_text(text, "abc", "is read");
	is(set(kind, "wxyz", NULL), 0, "up to MaximumLength");
	is_true(!memcmp(memory + TEXT - BASE, "w\0x\0y\0z\0\xee", 9), "and not beyond");
	is_true(!memcmp(memory + USTRING - BASE, "\10\0\11\0", 4), "Length is set");
	is(set(kind, "vwxyz", NULL), -ENOSPC, "one character more");
	is_true(unchanged(), "changes nothing");
	is(set(kind, "", NULL), 0, "an empty one");
	is(get(kind), 0, "is read");
	is(set(kind, "vwxyz", &scratch), 0, "with scratch memory");
	is_true(!memcmp(memory + USTRING - BASE, "\12\0\12\0", 4), "both lengths are set");
	memcpy(&got, memory + USTRING + size - BASE, size);
	is(got, SCRATCH, "Buffer is");
	is_text(get(kind) == 5 ? text : "", "vwxyz", "it is read");
	put_ustring(USTRING, 6, 8, TEXT);
	refuse = 2;
	is(set(kind, "q", NULL), -EROFS, "Length cannot be written");
	is_true(unchanged(), "the text is then as it was");
}

static void hostile(void)
{
	begin(VSYS_ABI_WINDOWS_X64);
	args[0] = USTRING;
	put(TEXT, "a\0b\0c\0", 6);
	put_ustring(USTRING, 5, 6, TEXT);
	is(get(VSYS_CAP_USTRING), 2, "an odd Length");
	put_ustring(USTRING, 0xffff, 0xffff, TEXT);
	is(get(VSYS_CAP_USTRING), -EADDRNOTAVAIL, "the largest Length");
	put_ustring(USTRING, 7, 6, TEXT);
	is(get(VSYS_CAP_USTRING), -EBADMSG, "Length above MaximumLength");
	is_text(vsys_error(), "a UNICODE_STRING of Length 7 and MaximumLength 6", "is named");
	is(set(VSYS_CAP_USTRING, "x", NULL), -EBADMSG, "and is not written");
	put_ustring(USTRING, 0, 1, TEXT);
	is(set(VSYS_CAP_USTRING, "x", NULL), -ENOSPC, "half a character's room");
	is_true(unchanged(), "is none");
	put_ustring(USTRING, 4, 4, ABSENT - 2);
	is(get(VSYS_CAP_USTRING), -EADDRNOTAVAIL, "text that is half absent");
	is(hold.fault, ABSENT, "is named");
	put_ustring(USTRING, 8, 8, UINT64_MAX - 3);
	is(get(VSYS_CAP_USTRING), -EADDRNOTAVAIL, "text around the end of memory");
	args[0] = ABSENT - 8;
	is(get(VSYS_CAP_USTRING), -EADDRNOTAVAIL, "a structure that is half absent");
	args[0] = 0;
	is(get(VSYS_CAP_USTRING), -EFAULT, "no UNICODE_STRING");
	is(get(VSYS_CAP_OBJATTR), -EFAULT, "no OBJECT_ATTRIBUTES");
	args[0] = OBJATTR;
	memset(memory + OBJATTR - BASE, 0, 48);
	is(get(VSYS_CAP_OBJATTR), -EFAULT, "no name");
}

static void surrogates(void)
{
	/* D800 'b' DC00, then a pair: U+1F600. */
	static const unsigned char halves[] = {
		0x00, 0xd8, 'b', 0, 0x00, 0xdc, 0x3d, 0xd8, 0x00, 0xde,
	};

	begin(VSYS_ABI_WINDOWS_X64);
	args[0] = USTRING;
	put(TEXT, halves, sizeof(halves));
	put_ustring(USTRING, sizeof(halves), sizeof(halves), TEXT);
	is(get(VSYS_CAP_USTRING), 11, "unpaired surrogates");
	is_text(text, "\xed\xa0\x80" "b\xed\xb0\x80\xf0\x9f\x98\x80", "three bytes each");
	is(set(VSYS_CAP_USTRING, text, NULL), 0, "are written");
	is_true(unchanged(), "as they were");
	is(set(VSYS_CAP_USTRING, "\xc3(", NULL), -EILSEQ, "no UTF-8");
	is(set(VSYS_CAP_USTRING, "\xed\xa0", NULL), -EILSEQ, "UTF-8 cut off");
	is_true(unchanged(), "is not written");
}

static void rest(void)
{
	char large[VSYS_MEM_MAX + 1];
	uint64_t value = 1;

	is(vsys_held_call_read(&hold, BASE, large, sizeof(large), 0), -EINVAL, "too much at a time");
	is(vsys_held_call_args(&hold, 3, 2, &value), -EINVAL, "too many arguments");
	is(vsys_held_call_resume(&hold, VSYS_CONTINUE, 0), -ESTALE, "a call that has gone");
	is_text(vsys_error(), "resuming a call: the call is not held any more", "is told");
	is(vsys_held_call_text_arg(&hold), -ENOENT, "a record without captures");
}

int main(void)
{
	ktap_plan(22 + 4 * 15 + 14 + 7 + 5);
	entry.r.size = sizeof(entry);
	entry.r.type = VSYS_REC_ENTRY;
	strings();
	wide(VSYS_ABI_WINDOWS_X86, false);
	wide(VSYS_ABI_WINDOWS_X86, true);
	wide(VSYS_ABI_WINDOWS_X64, false);
	wide(VSYS_ABI_WINDOWS_X64, true);
	hostile();
	surrogates();
	rest();
	return ktap_end();
}
