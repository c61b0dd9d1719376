// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of a hostile guest.  The first byte chooses: type information, entry code, or the
 * physical memory of a guest of 1 GiB, zero behind the input, with registers in front.
 */
#include <stdlib.h>
#include <string.h>

#include <guest/btf.h>
#include <guest/entry.h>
#include <guest/guest.h>

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
	uint32_t offset = 0, type;
	struct vsys_btf b;

	memcpy(exact, data, size);
	if (!vsys_btf_parse(&b, exact, size)) {
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t offset;

	/* The negative control of check.sh. */
	if (size > 8 && getenv("FUZZ_CONTROL"))
		free((void *)data);
	if (!size)
		return 0;
	if (data[0] % 3 == 0)
		types(data + 1, size - 1);
	else if (data[0] % 3 == 1)
		vsys_entry_stack(data + 1, size - 1, UINT64_C(0xffffffff81000080), &offset);
	else
		guest(data + 1, size - 1);
	return 0;
}
