// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of a hostile guest.  The first byte chooses: type information, entry code, small
 * functions, an image with exports, or the physical memory of a guest of 1 GiB, zero behind
 * the input, with registers in front.
 */
#include <stdlib.h>
#include <string.h>

#include <guest/btf.h>
#include <guest/entry.h>
#include <guest/getter.h>
#include <guest/guest.h>
#include <guest/pe.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct memory {
	const uint8_t *data;
	size_t size;
};

static bool phys_read(void *arg, uint64_t gpa, void *buf, size_t n)
{
	const struct memory *m = arg;
	size_t there;

	if (gpa > 1 << 30 || n > (1 << 30) - gpa)
		return false;
	there = gpa < m->size ? m->size - (size_t)gpa : 0;
	if (there > n)
		there = n;
	memset(buf, 0, n);
	memcpy(buf, m->data + (gpa < m->size ? gpa : 0), there);
	return true;
}

static void types(const uint8_t *data, size_t size)
{
	uint8_t *exact = malloc(size + 1);
	uint64_t budget = UINT64_C(1) << 24;
	uint32_t offset = 0, type;
	struct vsys_btf b;

	memcpy(exact, data, size);
	if (!vsys_btf_parse(&b, exact, size, &budget)) {
		vsys_btf_offset(&b, "task_struct", "pid");
		vsys_btf_offset(&b, "file", "f_path.dentry");
		vsys_btf_size(&b, "upid");
		if (vsys_btf_percpu(&b, "pcpu_hot", &offset, &type))
			vsys_btf_member(&b, type, "current_task", &offset, NULL);
		vsys_btf_free(&b);
	}
	free(exact);
}

static int task(void *arg, const struct vsys_guest_task *t)
{
	(void)t;
	return --*(int *)arg ? 0 : 1;
}

static void guest(const uint8_t *data, size_t size)
{
	struct vsys_guest *g = calloc(1, sizeof(*g));
	struct memory m = { data, size };
	int left = 1000;

	if (size < sizeof(g->regs)) {
		free(g);
		return;
	}
	memcpy(g->regs, data, sizeof(g->regs));
	g->regs[VSYS_X86_VCPU_CR0] |= UINT64_C(1) << 31;
	g->space.phys = phys_read;
	g->space.arg = &m;
	vsys_guest_identify(g);
	vsys_guest_tasks(g, task, &left);
	free(g);
}

/* Page tables of one large page that is 1 GiB of memory, and the image in it. */
static bool image_phys(void *arg, uint64_t gpa, void *buf, size_t n)
{
	const uint64_t table[] = { 0x1007, 0x83 };

	memset(buf, 0, n);
	if (gpa < 0x2000 && n == 4096)
		memcpy(buf, &table[gpa / 0x1000], sizeof(*table));
	return gpa < 0x2000 || phys_read(arg, gpa - 0x2000, buf, n);
}

static void image(const uint8_t *data, size_t size)
{
	struct vsys_space *s = calloc(1, sizeof(*s));
	struct memory m = { data, size };
	struct vsys_pe pe;

	s->phys = image_phys;
	s->arg = &m;
	s->paging = VSYS_SPACE_4LEVEL;
	s->budget = UINT64_C(1) << 26;
	if (vsys_pe_find(&pe, s, 0x2000 + size))
		vsys_pe_export(&pe, s, "PsGetProcessId");
	free(s);
}

static void functions(const uint8_t *data, size_t size)
{
	vsys_getter_member(data, size, size % 2 ? 8 : 4);
	vsys_getter_process(data, size, size % 2 ? 8 : 4, 0x188);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t offset;

	/* The negative control of check.sh. */
	if (size > 8 && getenv("FUZZ_CONTROL"))
		free((void *)data);
	if (!size)
		return 0;
	/* Inputs that were kept begin with one of the first three. */
	switch (data[0] % 3 + (data[0] >= 128 ? 3 : 0)) {
	case 0:
		types(data + 1, size - 1);
		break;
	case 1:
		vsys_entry_stack(data + 1, size - 1, UINT64_C(0xffffffff81000080), &offset);
		break;
	case 3:
		functions(data + 1, size - 1);
		break;
	case 4:
		image(data + 1, size - 1);
		break;
	default:
		guest(data + 1, size - 1);
	}
	return 0;
}
