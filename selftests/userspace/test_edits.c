// SPDX-License-Identifier: GPL-2.0
/* Records of edits and holds: validity, text and JSON; and results of such calls. */
#include "ktap.h"
#include <vsyscalls/held.h>
#include "records.h"
#include "table.h"

static struct vsys_profiles profiles;
static struct vsys_text t;

/* An edit of openat() by rule 3, with @bytes old and new ones. */
static struct {
	struct vsys_rec_edit e;
	unsigned char bytes[16];
} edit;

static void begin(unsigned int what, unsigned int index, uint64_t was, uint64_t value)
{
	memset(&edit, 0, sizeof(edit));
	edit.e = (struct vsys_rec_edit){
		.r = { .size = sizeof(edit.e), .type = VSYS_REC_EDIT, .vm = 1,
		       .abi = VSYS_ABI_LINUX_X86_64, .nr = NR_OPENAT },
		.call = 1, .rule = 3, .what = what, .index = index, .was = was,
		.value = value, .at = VSYS_AT_ENTRY,
	};
}

static void is_line(const void *rec, const char *want, const char *name)
{
	vsys_text_reset(&t);
	vsys_format_note(&t, rec, &profiles);
	is_text(t.s, want, name);
}

#define HEAD(type) "{\"type\":\"" type "\",\"vm\":1,\"vcpu\":0,\"time\":\"0x0\",\"seq\":\"0x0\"," \
	"\"profile\":\"linux_x86_64\",\"name\":\"openat\",\"nr\":257,\"at\":\"entry\""

static void is_json(const void *rec, const char *want, const char *name)
{
	vsys_text_reset(&t);
	vsys_format_record_json(&t, rec, &profiles);
	is_text(t.s, want, name);
}

static void edits(void)
{
	begin(VSYS_EDIT_ARG, 1, 0x5000, 0x6000);
	is_line(&edit, "--- openat: arg1 0x5000 => 0x6000, rule 3 ---", "an argument");
	is_json(&edit, HEAD("edit") ",\"rule\":\"0x3\",\"what\":\"arg\",\"index\":1,"
		"\"was\":\"0x5000\",\"value\":\"0x6000\"}", "an argument, JSON");
	begin(VSYS_EDIT_REG, VSYS_X86_RBX, 1, 2);
	edit.e.rule = 0;
	is_line(&edit, "--- openat: rbx 0x1 => 0x2 ---", "a register, by a holder");
	is_json(&edit, HEAD("edit") ",\"what\":\"register\",\"register\":\"rbx\","
		"\"was\":\"0x1\",\"value\":\"0x2\"}", "a register, JSON");
	begin(VSYS_EDIT_SKIP, 0, 0, (uint64_t)-1);
	is_line(&edit, "--- openat: skipped, result 0xffffffffffffffff, rule 3 ---", "a skip");
	is_json(&edit, HEAD("edit") ",\"rule\":\"0x3\",\"what\":\"skip\","
		"\"value\":\"0xffffffffffffffff\"}", "a skip, JSON");
	begin(VSYS_EDIT_TOUCH, 1, 0, 0);
	edit.e.addr = 0x7123;
	is_line(&edit, "--- openat: waits for arg1, absent at 0x7123, rule 3 ---", "a wait");
	is_json(&edit, HEAD("edit") ",\"rule\":\"0x3\",\"what\":\"touch\",\"index\":1,"
		"\"addr\":\"0x7123\"}", "a wait, JSON");
	begin(VSYS_EDIT_MEM, 0, 0, 0);
	edit.e.error = 30;
	edit.e.bytes = 4096;
	edit.e.addr = 0x7000;
	is_line(&edit, "--- openat: memory 0x7000 not changed: EROFS at 0x7000, rule 3 ---",
		"one that failed");
	is_json(&edit, HEAD("edit") ",\"rule\":\"0x3\",\"what\":\"memory\",\"addr\":\"0x7000\","
		"\"errno\":30}", "one that failed, JSON");
	is_true(!vsys_record_check(&edit.e.r), "has no bytes");
}

static void memory(void)
{
	begin(VSYS_EDIT_MEM, 0, 0, 0);
	edit.e.r.size = sizeof(edit);
	edit.e.addr = 0x7000;
	edit.e.bytes = 3;
	memcpy(edit.bytes, "a\"c", 3);
	memcpy(edit.bytes + 8, "x\033z", 3);
	is_true(!vsys_record_check(&edit.e.r), "memory");
	is_line(&edit, "--- openat: memory 0x7000 \"a\\\"c\" => \"x\\33z\", rule 3 ---", "as text");
	is_json(&edit, HEAD("edit") ",\"rule\":\"0x3\",\"what\":\"memory\",\"addr\":\"0x7000\","
		"\"old\":\"612263\",\"new\":\"781b7a\"}", "as JSON");
	edit.e.bytes = 9;
	is_true(vsys_record_check(&edit.e.r), "more bytes than there are");
	edit.e.bytes = UINT32_MAX;
	is_true(vsys_record_check(&edit.e.r), "far more");
	edit.e.bytes = 0;
	is_true(vsys_record_check(&edit.e.r), "less");
	begin(99, 0, 1, 2);
	is_line(&edit, "--- openat: edit of type 99 0x1 => 0x2, rule 3 ---", "of a newer module");
}

static void holds(void)
{
	struct vsys_rec_hold h = {
		.r = { .size = sizeof(h), .type = VSYS_REC_HOLD, .vm = 1,
		       .abi = VSYS_ABI_LINUX_X86_64, .nr = NR_OPENAT },
		.call = 1, .id = 7, .rule = 3, .at = VSYS_AT_ENTRY, .event = VSYS_HOLD_SIGNAL,
	};

	is_line(&h, "--- openat: gives way to a signal, hold 7 at its entry ---", "a hold");
	is_json(&h, HEAD("hold") ",\"rule\":\"0x3\",\"hold\":\"0x7\",\"event\":\"signal\"}",
		"a hold, JSON");
	h.event = 99;
	is_line(&h, "--- openat: ?, hold 7 at its entry ---", "an event of a newer module");
	h.r.size -= 8;
	is_true(vsys_record_check(&h.r), "a hold that is cut");
}

static void results(void)
{
	const uint64_t args[] = { (uint64_t)-100, 0x5000, 0 };
	static struct rec entry, ret;

	rec_entry(&entry, NR_OPENAT, 1, 3, args);
	rec_return(&ret, NR_OPENAT, 1, (uint64_t)-1);
	rec_head(&ret)->flags = VSYS_F_SKIPPED | VSYS_F_EDITED;
	is_text(strstr(rec_line(&test_table, &entry, &ret), "= "),
		"= -1 EPERM (Operation not permitted) (INJECTED)", "a call that was skipped");
	rec_return(&ret, NR_OPENAT, 1, 3);
	rec_head(&ret)->flags = VSYS_F_EDITED;
	is_text(strstr(rec_line(&test_table, &entry, &ret), "= "), "= 3 (EDITED)",
		"a call that was changed");
}

int main(void)
{
	ktap_plan(11 + 7 + 4 + 2);
	vsys_profiles_add(&profiles, "linux_x86_64");
	edits();
	memory();
	holds();
	results();
	vsys_profiles_free(&profiles);
	vsys_text_free(&t);
	return ktap_end();
}
