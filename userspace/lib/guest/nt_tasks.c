// SPDX-License-Identifier: GPL-2.0
/* Threads of Windows: where the kernel, or a thread's environment block, has them. */
#include <string.h>

#include "getter.h"
#include "nt.h"

enum {
	SELECTOR_KPCR = 0x30,
	IMAGE_NAME = 15,
};

/* Offsets of builds, from @build on, by public symbols. */
static const struct row {
	unsigned int build, word;
	struct vsys_nt_offsets o;
} table[] = {
	{ 2600, 4, { 0x44, 0x1ec, 0x84, 0x14c, 0x174, 0x1f4 } },
	{ 3790, 4, { 0x44, 0x1f4, 0x84, 0x128, 0x154, 0x1d4 } },
	{ 3790, 4, { 0x38, 0x1e4, 0x94, 0x138, 0x164, 0x1e4 } },
	{ 6000, 4, { 0x48, 0x20c, 0x9c, 0x124, 0x14c, 0x1cc } },
	{ 7600, 4, { 0x50, 0x22c, 0xb4, 0x140, 0x16c, 0x1ec } },
	{ 9200, 4, { 0x80, 0x214, 0xb4, 0x134, 0x170, 0x184 } },
	{ 9600, 4, { 0x80, 0x364, 0xb4, 0x134, 0x170, 0x184 } },
	{ 10240, 4, { 0x80, 0x374, 0xb4, 0x138, 0x170, 0x184 } },
	{ 10586, 4, { 0x80, 0x374, 0xb4, 0x138, 0x174, 0x188 } },
	{ 15063, 4, { 0x80, 0x37c, 0xb4, 0x140, 0x17c, 0x190 } },
	{ 18362, 4, { 0x80, 0x384, 0xb4, 0x140, 0x17c, 0x190 } },
	{ 19041, 4, { 0x80, 0x2ac, 0xe4, 0x170, 0x1ac, 0x1c0 } },
	{ 3790, 8, { 0x68, 0x370, 0xd8, 0x218, 0x268, 0x318 } },
	{ 3790, 8, { 0x68, 0x358, 0xd8, 0x218, 0x268, 0x318 } },
	{ 6000, 8, { 0x68, 0x380, 0xe0, 0x1f0, 0x238, 0x2e8 } },
	{ 7600, 8, { 0x70, 0x3b0, 0x180, 0x290, 0x2e0, 0x390 } },
	{ 7600, 8, { 0x70, 0x3b8, 0x180, 0x290, 0x2e0, 0x390 } },
	{ 9200, 8, { 0xb8, 0x398, 0x2e0, 0x3d0, 0x438, 0x450 } },
	{ 9600, 8, { 0xb8, 0x620, 0x2e0, 0x3d0, 0x438, 0x450 } },
	{ 10240, 8, { 0xb8, 0x628, 0x2e8, 0x3e0, 0x448, 0x460 } },
	{ 10586, 8, { 0xb8, 0x628, 0x2e8, 0x3e0, 0x450, 0x468 } },
	{ 14393, 8, { 0xb8, 0x630, 0x2e8, 0x3e0, 0x450, 0x468 } },
	{ 15063, 8, { 0xb8, 0x638, 0x2e0, 0x3e0, 0x450, 0x468 } },
	{ 18362, 8, { 0xb8, 0x648, 0x2e8, 0x3e8, 0x450, 0x468 } },
	{ 19041, 8, { 0xb8, 0x478, 0x440, 0x540, 0x5a8, 0x5c0 } },
};

/* Of environment blocks and of the control region, by width. */
static const struct block {
	int self, cid, peb, session, parameters, image, command, thread;
} narrow = { 0x18, 0x20, 0x30, 0x1d4, 0x10, 0x38, 0x40, 0x124 },
  wide = { 0x30, 0x40, 0x60, 0x2c0, 0x20, 0x60, 0x70, 0x188 };

static const struct block *block_of(unsigned int word)
{
	return word == 8 ? &wide : &narrow;
}

static void field_add(struct vsys_recipe *r, struct vsys_task_field *fields, unsigned int kind,
		      unsigned int form, unsigned int bytes, unsigned int steps, const int32_t *off)
{
	struct vsys_task_field *f = &fields[r->nfields++];

	memset(f, 0, sizeof(*f));
	f->kind = (uint8_t)kind;
	f->form = (uint8_t)form;
	f->bytes = (uint16_t)bytes;
	f->steps = (uint8_t)steps;
	memcpy(f->off, off, (steps + 1) * sizeof(*off));
}

#define FIELD(kind, form, bytes, ...)						\
	field_add(r, f, kind, form, bytes,					\
		  sizeof((int32_t[]){ __VA_ARGS__ }) / sizeof(int32_t) - 1,	\
		  (int32_t[]){ __VA_ARGS__ })

/* Do these offsets lead to the thread that the environment block names? */
static bool offsets_fit(const struct vsys_nt_offsets *o, const struct vsys_nt *nt, struct vsys_space *s,
			uint64_t kpcr)
{
	unsigned int word = vsys_space_word(s);
	const struct block *b = block_of(word);
	uint64_t thread, process, pid, tid, cid[2], own;

	return vsys_space_pointer(s, kpcr + (uint64_t)b->thread, &thread) &&
	       vsys_space_pointer(s, thread + (uint64_t)o->cid, &cid[0]) &&
	       vsys_space_pointer(s, thread + (uint64_t)o->cid + word, &cid[1]) &&
	       vsys_space_pointer(s, thread + (uint64_t)o->process, &process) &&
	       vsys_space_pointer(s, process + (uint64_t)o->pid, &own) &&
	       vsys_space_pointer(s, nt->teb + (uint64_t)b->cid, &pid) &&
	       vsys_space_pointer(s, nt->teb + (uint64_t)b->cid + word, &tid) &&
	       pid == cid[0] && tid == cid[1] && pid == own && pid && tid;
}

static void kernel_recipe(const struct vsys_nt_offsets *o, struct vsys_recipe *r, struct vsys_task_field *f)
{
	int word = (int)r->width;

	r->base = word == 8 ? VSYS_X86_BASE_KERNEL_GS : VSYS_X86_BASE_GDT;
	r->selector = word == 8 ? 0 : SELECTOR_KPCR;
	r->slot = (uint64_t)block_of(r->width)->thread;
	/* Both ids: one word of a 32-bit kernel. */
	r->watch[r->watches++] = o->cid;
	if (word == 8)
		r->watch[r->watches++] = o->cid + word;
	FIELD(VSYS_TASK_PID, VSYS_TASK_NUMBER, 4, o->cid);
	FIELD(VSYS_TASK_TID, VSYS_TASK_NUMBER, 4, o->cid + word);
	FIELD(VSYS_TASK_PPID, VSYS_TASK_NUMBER, 4, o->process, o->parent);
	FIELD(VSYS_TASK_NAME, VSYS_TASK_CHARS, IMAGE_NAME, o->process, o->name);
	if (o->path >= 0)
		FIELD(VSYS_TASK_PROGRAM, VSYS_TASK_USTRING, VSYS_TASK_TEXT_MAX, o->process, o->path, 0);
}

/* What a function that the kernel exports returns, -1: it is not known. */
static int exported(const struct vsys_nt *nt, struct vsys_space *s, const char *name, bool process)
{
	uint64_t at = vsys_pe_export(&nt->image, s, name);
	unsigned char code[VSYS_GETTER_BYTES];
	unsigned int word = vsys_space_word(s);

	if (!at || !vsys_space_read(s, at, code, sizeof(code)))
		return -1;
	return process ? vsys_getter_process(code, sizeof(code), word, (unsigned int)block_of(word)->thread) :
			 vsys_getter_member(code, sizeof(code), word);
}

/* The kernel's functions know their own structures. */
static bool offsets_exported(struct vsys_nt_offsets *o, const struct vsys_nt *nt, struct vsys_space *s)
{
	int tid = exported(nt, s, "PsGetThreadId", false);
	unsigned int i;

	o->process = exported(nt, s, "PsGetCurrentProcess", true);
	o->cid = tid - (int)vsys_space_word(s);
	o->pid = exported(nt, s, "PsGetProcessId", false);
	o->parent = exported(nt, s, "PsGetProcessInheritedFromUniqueProcessId", false);
	o->name = exported(nt, s, "PsGetProcessImageFileName", false);
	o->path = -1;
	/* None of them returns the path. */
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].word == vsys_space_word(s) && table[i].o.pid == o->pid &&
		    table[i].o.name == o->name && table[i].o.parent == o->parent)
			o->path = table[i].o.path;
	return o->process > 0 && tid > 0 && o->pid > 0 && o->parent > 0 && o->name > 0;
}

static void user_recipe(unsigned int word, struct vsys_recipe *r, struct vsys_task_field *f)
{
	const struct block *b = block_of(word);

	r->flags = VSYS_RECIPE_CLAIMED;
	r->base = word == 8 ? VSYS_X86_BASE_GS : VSYS_X86_BASE_FS;
	r->slot = (uint64_t)b->self;
	r->watch[r->watches++] = b->cid;
	if (word == 8)
		r->watch[r->watches++] = b->cid + 8;
	FIELD(VSYS_TASK_PID, VSYS_TASK_NUMBER, 4, b->cid);
	FIELD(VSYS_TASK_TID, VSYS_TASK_NUMBER, 4, b->cid + (int)word);
	FIELD(VSYS_TASK_SESSION, VSYS_TASK_NUMBER, 4, b->peb, b->session);
	FIELD(VSYS_TASK_PROGRAM, VSYS_TASK_USTRING, VSYS_TASK_TEXT_MAX, b->peb, b->parameters, b->image);
}

/* Offsets that lead to the running thread. */
static bool offsets_find(struct vsys_nt *nt, struct vsys_space *s, uint64_t kpcr)
{
	unsigned int word = vsys_space_word(s), i, build = 0;

	nt->exported = offsets_exported(&nt->offsets, nt, s) && offsets_fit(&nt->offsets, nt, s, kpcr);
	if (nt->exported)
		return true;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].word == word && table[i].build <= nt->build)
			build = table[i].build;
	/* A build may have several: its updates changed them. */
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		nt->offsets = table[i].o;
		if (table[i].word == word && table[i].build == build && offsets_fit(&nt->offsets, nt, s, kpcr))
			return true;
	}
	return false;
}

bool vsys_nt_recipe(struct vsys_nt *nt, struct vsys_space *s, uint64_t kpcr,
		    struct vsys_recipe *r, struct vsys_task_field *f)
{
	if (!nt->teb)
		return false;
	memset(r, 0, sizeof(*r));
	r->width = vsys_space_word(s);
	nt->kernel = offsets_find(nt, s, kpcr);
	if (nt->kernel)
		kernel_recipe(&nt->offsets, r, f);
	else
		user_recipe(r->width, r, f);
	return true;
}
