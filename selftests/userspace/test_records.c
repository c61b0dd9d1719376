// SPDX-License-Identifier: GPL-2.0
/* Records with inconsistent sizes or counts are refused; valid ones are printed. */
#include <errno.h>

#include "ktap.h"
#include "records.h"
#include "table.h"

static struct rec r;
static const uint64_t args[VSYS_ARGS_MAX];

static struct vsys_capture *capture(size_t at)
{
	return (struct vsys_capture *)(r.b + at);
}

static void refused(const char *want, const char *name)
{
	struct vsys_record *exact = rec_copy(&r);

	is_text(vsys_record_check(exact), want, name);
	free(exact);
}

static void one_capture(void)
{
	rec_entry(&r, NR_OPENAT, 1, 3, args);
	rec_string(&r, 1, 0x5000, "abcdefgh");
}

static void framing(void)
{
	rec_event(&r, VSYS_REC_ATTACH);
	is_number((uint64_t)vsys_record_frame(r.b, 40), 40, "a whole record");
	is_number((uint64_t)vsys_record_frame(r.b, 39), 0, "more bytes are needed");
	is_number((uint64_t)vsys_record_frame(r.b, 3), 0, "not even a size");
	rec_head(&r)->size = 44;
	is_number((uint64_t)-vsys_record_frame(r.b, 100), EBADMSG, "a size that is not aligned");
	rec_head(&r)->size = 32;
	is_number((uint64_t)-vsys_record_frame(r.b, 100), EBADMSG, "a size below the head's");
	rec_head(&r)->size = VSYS_RECORD_MAX + 8;
	is_number((uint64_t)-vsys_record_frame(r.b, SIZE_MAX), EBADMSG, "a size above all bounds");
}

static void captures(void)
{
	size_t at = sizeof(struct vsys_rec_entry);

	one_capture();
	refused("(null)", "an entry with a capture");
	capture(at)->len = 9;
	refused("an entry whose captures do not fit", "a capture that is longer than the record");
	capture(at)->len = 0xffffffff;
	refused("an entry whose captures do not fit", "a capture of 4 GiB");
	capture(at)->len = 0;
	refused("an entry with bytes after its captures", "a capture that ends too early");
	one_capture();
	((struct vsys_rec_entry *)r.b)->captures = 2;
	refused("an entry whose captures do not fit", "fewer captures than said");
	((struct vsys_rec_entry *)r.b)->captures = 0xffffffff;
	refused("an entry whose captures do not fit", "many fewer captures than said");
	((struct vsys_rec_entry *)r.b)->captures = 0;
	refused("an entry with bytes after its captures", "more captures than said");
	one_capture();
	((struct vsys_rec_entry *)r.b)->nargs = VSYS_ARGS_MAX + 1;
	refused("an entry with more arguments than there can be", "one argument too many");
	one_capture();
	rec_valid(&r, 4);
	refused("an entry of which more arguments were read than it has", "four of three");
	rec_entry(&r, NR_OPENAT, 1, 7, args);
	refused("(null)", "seven arguments");
	rec_head(&r)->size -= 8;
	refused("an entry whose arguments do not fit", "seven in the room of six");
	rec_entry(&r, NR_OPENAT, 1, 3, args);
	((struct vsys_rec_entry *)r.b)->nargs = VSYS_ARGS_MAX;
	refused("an entry whose arguments do not fit", "twenty in the room of six");
	rec_entry_reg(&r, 0xc0000082, 1, 2);
	rec_head(&r)->size -= 8;
	refused("a record shorter than its type", "half an MSR");
	rec_return(&r, NR_READ, 1, 0);
	rec_head(&r)->size += 8;
	refused("a record whose captures do not fit", "half a capture after a return");
	rec_head(&r)->size = 40;
	refused("a record shorter than its type", "half a return");
	rec_event(&r, VSYS_REC_ATTACH);
	rec_head(&r)->type = VSYS_REC_ENTRY;
	refused("a record shorter than its type", "half an entry");
	rec_lost(&r, 5, 4);
	refused("a lost record whose count is not last - first + 1", "a range that goes back");
}

/* The captures begin at the end of the arguments. */
static void arguments(void)
{
	static const uint64_t many[VSYS_ARGS_MAX] = { [5] = 55, [6] = 66, [19] = 99 };
	const struct vsys_rec_entry *e = (const void *)r.b;
	struct vsys_cap cap;
	uint64_t v;

	rec_entry(&r, NR_OPENAT, 1, VSYS_ARGS_MAX, many);
	rec_string(&r, 19, 0x5000, "abc");
	is_text(vsys_record_check(rec_head(&r)), "(null)", "twenty arguments and a capture");
	is_true(vsys_record_arg(e, 5, &v) && v == 55, "the last in the structure");
	is_true(vsys_record_arg(e, 6, &v) && v == 66, "the first after it");
	is_true(vsys_record_arg(e, 19, &v) && v == 99, "the last");
	is_true(!vsys_record_arg(e, 20, &v) && !v, "none after it");
	is_true(vsys_record_capture(rec_head(&r), 19, false, &cap) && cap.len == 3 &&
		!memcmp(cap.data, "abc", 3), "its capture");
	rec_valid(&r, 6);
	is_true(vsys_record_arg(e, 5, &v) && !vsys_record_arg(e, 6, &v) && !v,
		"what could not be read is not known");
	rec_abi(&r, VSYS_ABI_LINUX_I386, VSYS_DOOR_INT80);
	((struct vsys_rec_entry *)r.b)->args[0] = 0xffffffff00000001;
	is_true(vsys_record_arg(e, 0, &v) && v == 1, "as wide as the ABI");
}

static void lines(const char *want, const char *name)
{
	struct vsys_profiles p = { 0 };
	struct vsys_text t = { 0 };

	vsys_profiles_add(&p, "linux_x86_64");
	vsys_format_record(&t, rec_head(&r), &p);
	is_text(t.s, want, name);
	vsys_text_free(&t);
	vsys_profiles_free(&p);
}

static void text(void)
{
	rec_lost(&r, 100, 116);
	lines("[vm 1 vcpu 0] <lost 17 events, seq 100-116>", "lost");
	rec_lost(&r, 7, 7);
	lines("[vm 1 vcpu 0] <lost 1 event, seq 7-7>", "lost one");
	rec_event(&r, VSYS_REC_ATTACH);
	lines("[vm 1 vcpu 0] --- attached, profile linux_x86_64 ---", "attached");
	rec_head(&r)->profile = 9;
	lines("[vm 1 vcpu 0] --- attached, profile unknown ---", "attached, unknown profile");
	rec_event(&r, VSYS_REC_DETACH);
	lines("[vm 1 vcpu 0] --- detached ---", "detached");
	rec_event(&r, VSYS_REC_NESTED);
	lines("[vm 1 vcpu 0] --- a nested guest runs: its calls are not seen ---", "nested");
	rec_event(&r, VSYS_REC_REFUSED);
	((struct vsys_rec_refused *)r.b)->reason = VSYS_REFUSED_FETCH;
	((struct vsys_rec_refused *)r.b)->pc = 0x401000;
	lines("[vm 1 vcpu 0] --- not traced: the instruction cannot be read, pc 0x401000 ---",
	      "refused");
	((struct vsys_rec_refused *)r.b)->reason = VSYS_REFUSED_DOOR;
	((struct vsys_rec_refused *)r.b)->door = VSYS_DOOR_INT80;
	((struct vsys_rec_refused *)r.b)->pc = 0;
	lines("[vm 1 vcpu 0] --- not traced: this CPU has no way to trap the door int80 ---",
	      "a door");
	rec_entry_reg(&r, 0xc0000082, 0xffffffff81a00000, 0xffffffffc0401000);
	lines("[vm 1 vcpu 0] --- entry register LSTAR: 0xffffffff81a00000 => 0xffffffffc0401000 ---", "MSR");
	rec_entry_reg(&r, 0x10, 0, 1);
	lines("[vm 1 vcpu 0] --- entry register 0x10: 0x0 => 0x1 ---", "an MSR without a name");
}

int main(void)
{
	ktap_plan(41);
	framing();
	captures();
	arguments();
	text();
	return ktap_end();
}
