// SPDX-License-Identifier: GPL-2.0
/* Rings are read in time order, each in its own order. */
#include "fakering.h"
#include "ktap.h"

static struct fakering f[3];
static struct vsys_ring_view *rings[3] = { &f[0].ring, &f[1].ring, &f[2].ring };
static struct vsys_merge m = { .rings = rings, .n = 3 };

/* The times of all records, with the vCPU of each: "0:1 1:2". */
static const char *merged(void)
{
	static char out[512];
	const struct vsys_record *rec;
	size_t n = 0;
	unsigned int i;

	out[0] = '\0';
	for (i = 0; i < 3; i++)
		vsys_ring_view_snapshot(rings[i]);
	vsys_merge_start(&m);
	while ((rec = vsys_merge_next(&m)))
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%u:%u", n ? " " : "",
				      rec->vcpu, (unsigned int)rec->time);
	for (i = 0; i < 3; i++)
		vsys_ring_view_release(rings[i]);
	return out;
}

static void write_times(unsigned int vcpu, unsigned int n, const uint64_t *times)
{
	while (n--)
		fakering_event(&f[vcpu], 40, *times++);
}

#define WRITE(vcpu, ...) do {						\
	static const uint64_t times[] = { __VA_ARGS__ };		\
									\
	write_times(vcpu, sizeof(times) / sizeof(times[0]), times);	\
} while (0)

int main(void)
{
	unsigned int i;

	ktap_plan(7);
	for (i = 0; i < 3; i++)
		fakering_init(&f[i], 4096, i, NULL);
	is_text(merged(), "", "empty rings");
	WRITE(0, 1, 2, 9);
	WRITE(1, 3, 4, 8);
	WRITE(2, 5);
	is_text(merged(), "0:1 0:2 1:3 1:4 2:5 1:8 0:9", "by time");
	WRITE(2, 20, 21);
	WRITE(1, 20, 21);
	WRITE(0, 21);
	is_text(merged(), "1:20 2:20 0:21 1:21 2:21", "equal times: lower ring first");
	WRITE(0, 40, 30, 41);
	WRITE(1, 35, 42);
	is_text(merged(), "1:35 0:40 0:30 0:41 1:42", "a clock that goes back reorders no ring");
	WRITE(1, 50, 51, 52);
	is_text(merged(), "1:50 1:51 1:52", "one ring alone");
	WRITE(0, 60, 61);
	is_text(merged(), "0:60 0:61", "another alone");
	WRITE(2, 10);
	WRITE(0, 70);
	is_text(merged(), "2:10 0:70", "late news goes first, in what was not yet read");
	for (i = 0; i < 3; i++)
		fakering_free(&f[i]);
	return ktap_end();
}
