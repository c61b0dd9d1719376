// SPDX-License-Identifier: GPL-2.0
/* Small functions of a Windows kernel: which member do they return? */
#include <stdint.h>
#include <string.h>

#include "getter.h"

enum { OFFSET_MAX = 0x4000 };

/* Code that is left. */
struct code {
	const unsigned char *p;
	size_t n;
};

static bool take(struct code *c, const char *bytes, size_t n)
{
	if (c->n < n || memcmp(c->p, bytes, n))
		return false;
	c->p += n;
	c->n -= n;
	return true;
}

#define TAKE(c, bytes) take(c, bytes, sizeof(bytes) - 1)

/* A displacement of 1 or 4 bytes. */
static int disp(struct code *c, size_t n)
{
	int32_t v;

	if (c->n < n)
		return -1;
	v = *c->p;
	if (n == 4)
		memcpy(&v, c->p, 4);
	c->p += n;
	c->n -= n;
	return v >= 0 && v <= (n == 1 ? 0x7f : OFFSET_MAX) ? v : -1;
}

/* mov disp(%rcx), %rax or %eax; or lea */
static int member_wide(struct code *c)
{
	int offset;

	TAKE(c, "\xf3\x0f\x1e\xfa");
	if (TAKE(c, "\x48\x8b\x81") || TAKE(c, "\x48\x8d\x81") || TAKE(c, "\x8b\x81"))
		offset = disp(c, 4);
	else if (TAKE(c, "\x48\x8b\x41") || TAKE(c, "\x48\x8d\x41") || TAKE(c, "\x8b\x41"))
		offset = disp(c, 1);
	else
		return -1;
	return TAKE(c, "\xc3") ? offset : -1;
}

/* The argument is loaded with a frame or without. */
static int member_narrow(struct code *c)
{
	bool frame;
	int offset;

	TAKE(c, "\x8b\xff");
	frame = TAKE(c, "\x55\x8b\xec\x8b\x45\x08");
	if (!frame && !TAKE(c, "\x8b\x44\x24\x04"))
		return -1;
	if (TAKE(c, "\x8b\x80") || TAKE(c, "\x8d\x80") || TAKE(c, "\x05"))
		offset = disp(c, 4);
	else if (TAKE(c, "\x8b\x40") || TAKE(c, "\x8d\x40"))
		offset = disp(c, 1);
	else
		return -1;
	if (frame && !TAKE(c, "\x5d"))
		return -1;
	return TAKE(c, "\xc2\x04\x00") ? offset : -1;
}

int vsys_getter_member(const unsigned char *code, size_t n, unsigned int word)
{
	struct code c = { code, n };

	return word == 8 ? member_wide(&c) : member_narrow(&c);
}

int vsys_getter_process(const unsigned char *code, size_t n, unsigned int word, unsigned int thread)
{
	struct code c = { code, n };
	int offset;

	if (word == 8 ? !TAKE(&c, "\x65\x48\x8b\x04\x25") : !TAKE(&c, "\x64\xa1"))
		return -1;
	if (disp(&c, 4) != (int)thread)
		return -1;
	if (word == 8)
		TAKE(&c, "\x48");	/* REX.W */
	if (TAKE(&c, "\x8b\x80"))
		offset = disp(&c, 4);
	else if (TAKE(&c, "\x8b\x40"))
		offset = disp(&c, 1);
	else
		return -1;
	return TAKE(&c, "\xc3") ? offset : -1;
}
