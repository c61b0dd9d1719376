// SPDX-License-Identifier: GPL-2.0
/* Calls and other records as JSON. */
#include "ktap.h"
#include "records.h"
#include "table.h"

static struct vsys_profiles profiles;
static struct vsys_text t;

static const char *call(const struct rec *entry, const struct rec *ret)
{
	struct vsys_decoder *d = vsys_decoder_new(0);
	struct vsys_call_event ev = {
		.state = !entry ? VSYS_STATE_ORPHAN : !ret ? VSYS_STATE_UNSEEN : VSYS_STATE_RETURNED,
		.entry = entry ? (void *)entry->b : NULL,
		.ret = ret ? (void *)ret->b : NULL,
	};
	struct vsys_decoded c;

	vsys_text_reset(&t);
	vsys_decoder_call(d, &test_table, &ev, &c);
	vsys_format_call_json(&t, &c, &profiles);
	vsys_decoder_free(d);
	return t.s;
}

static const char *record(const struct rec *r)
{
	vsys_text_reset(&t);
	vsys_format_record_json(&t, (const void *)r->b, &profiles);
	return t.s;
}

#define HEAD "\"vm\":1,\"vcpu\":0,\"time\":\"0x0\",\"seq\":\"0x0\",\"profile\":\"linux_x86_64\""
#define CALL(nr, name) "{\"type\":\"call\"," HEAD ",\"abi\":\"linux_x86_64\"," \
	"\"door\":\"syscall\",\"nr\":" nr ",\"name\":\"" name "\""
#define PLACE "\"pc\":\"0x401000\",\"sp\":\"0x7ffc00001000\",\"space\":\"0x12345000\""
#define OPENAT_ARGS(path) "\"args\":[" \
	"{\"name\":\"dirfd\",\"value\":\"0xffffffffffffff9c\",\"text\":\"AT_FDCWD\"}," \
	"{\"name\":\"filename\",\"value\":\"0x5000\",\"text\":\"" path "\"}," \
	"{\"name\":\"flags\",\"value\":\"0x0\",\"text\":\"O_RDONLY\"}]"

static void calls(void)
{
	const uint64_t args[] = { (uint64_t)-100, 0x5000, 0 };
	static struct rec entry, ret;

	rec_entry(&entry, NR_OPENAT, 1, 3, args);
	rec_string(&entry, 1, 0x5000, "/a\"\n\377");
	rec_return(&ret, NR_OPENAT, 1, 3);
	is_text(call(&entry, &ret), CALL("257", "openat") ",\"entry\":\"seen\"," PLACE ","
		OPENAT_ARGS("\\\"/a\\\\\\\"\\\\n\\\\377\\\"")
		",\"return\":\"seen\",\"result\":\"0x3\",\"text\":\"3\",\"latency_ns\":\"0x5dc\"}",
		"a call");
	rec_return(&ret, NR_OPENAT, 1, (uint64_t)-2);
	rec_entry(&entry, NR_OPENAT, 1, 3, args);
	is_text(call(&entry, &ret), CALL("257", "openat") ",\"entry\":\"seen\"," PLACE ","
		OPENAT_ARGS("0x5000")
		",\"return\":\"seen\",\"result\":\"0xfffffffffffffffe\","
		"\"text\":\"-1 ENOENT (No such file or directory)\",\"error\":\"ENOENT\","
		"\"latency_ns\":\"0x5dc\"}", "an error");
	is_text(call(&entry, NULL), CALL("257", "openat") ",\"entry\":\"seen\"," PLACE ","
		OPENAT_ARGS("0x5000") ",\"return\":\"unseen\"}", "a return that was not seen");
	is_text(call(NULL, &ret), CALL("257", "openat") ",\"entry\":\"unseen\","
		"\"return\":\"seen\",\"result\":\"0xfffffffffffffffe\","
		"\"text\":\"-1 ENOENT (No such file or directory)\",\"error\":\"ENOENT\"}",
		"an entry that was not seen");
	rec_entry(&entry, 8000, 1, 1, args);
	is_text(call(&entry, NULL), CALL("8000", "syscall_0x1f40") ",\"entry\":\"seen\"," PLACE
		",\"args\":[{\"name\":\"arg0\",\"value\":\"0xffffffffffffff9c\","
		"\"text\":\"0xffffffffffffff9c\"}],\"return\":\"unseen\"}", "an unknown call");
}

static void records(void)
{
	static struct rec r;

	rec_lost(&r, 100, 116);
	is_text(record(&r), "{\"type\":\"lost\",\"vm\":1,\"vcpu\":0,\"time\":\"0x0\",\"seq\":\"0x75\","
		"\"profile\":\"linux_x86_64\",\"first\":\"0x64\",\"last\":\"0x74\",\"count\":\"0x11\"}", "lost");
	rec_event(&r, VSYS_REC_ATTACH);
	is_text(record(&r), "{\"type\":\"attach\"," HEAD "}", "attach");
	rec_event(&r, VSYS_REC_DETACH);
	is_text(record(&r), "{\"type\":\"detach\"," HEAD "}", "detach");
	rec_event(&r, VSYS_REC_NESTED);
	is_text(record(&r), "{\"type\":\"nested\"," HEAD "}", "nested");
	rec_event(&r, VSYS_REC_REFUSED);
	((struct vsys_rec_refused *)r.b)->reason = VSYS_REFUSED_ENCRYPTED;
	is_text(record(&r), "{\"type\":\"refused\"," HEAD ",\"reason\":1,"
		"\"text\":\"the guest is encrypted\",\"pc\":\"0x0\"}", "refused");
}

int main(void)
{
	ktap_plan(10);
	vsys_profiles_add(&profiles, "linux_x86_64");
	calls();
	records();
	vsys_profiles_free(&profiles);
	vsys_text_free(&t);
	return ktap_end();
}
