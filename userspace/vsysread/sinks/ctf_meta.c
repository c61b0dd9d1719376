// SPDX-License-Identifier: GPL-2.0
/* The metadata of a CTF trace: they describe in TSDL, field by field, what ctf.c writes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctf.h"
#include "options.h"

enum {
	UNKNOWN_ARGS = VSYS_ARGS,
	FIRST = 64,		/* classes to allocate at first */
};

struct ctf_class {
	const struct vsys_proto *call;	/* NULL for all unknown calls */
	enum ctf_kind kind;
};

unsigned int ctf_class_args(const struct vsys_decoded *c)
{
	return c->call ? c->call->nparams : UNKNOWN_ARGS;
}

static uint32_t *slot(const struct ctf_classes *k, const struct ctf_class *like)
{
	uint64_t h = ((uintptr_t)like->call + like->kind) * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t i = (uint32_t)(h >> 32) & (2 * k->cap - 1);

	for (; k->slots[i]; i = (i + 1) & (2 * k->cap - 1))
		if (k->v[k->slots[i] - 1].call == like->call &&
		    k->v[k->slots[i] - 1].kind == like->kind)
			break;
	return &k->slots[i];
}

static int grow(struct ctf_classes *k)
{
	uint32_t cap = k->cap ? 2 * k->cap : FIRST, i;
	struct ctf_class *v = realloc(k->v, cap * sizeof(*v));

	if (!v)
		return -ENOMEM;
	k->v = v;
	free(k->slots);
	k->slots = calloc(2 * cap, sizeof(*k->slots));
	if (!k->slots) {
		k->cap = k->n = 0;
		return -ENOMEM;
	}
	k->cap = cap;
	for (i = 0; i < k->n; i++)
		*slot(k, &k->v[i]) = i + 1;
	return 0;
}

int ctf_class(struct ctf_classes *k, const struct vsys_decoded *c, enum ctf_kind kind,
	      uint32_t *id)
{
	struct ctf_class like = { .call = c->call, .kind = kind };
	uint32_t *at;

	if (k->n == k->cap && grow(k))
		return -ENOMEM;
	at = slot(k, &like);
	if (!*at) {
		k->v[k->n] = like;
		*at = ++k->n;
	}
	*id = CTF_RECORD_ID + *at;
	return 0;
}

void ctf_classes_free(struct ctf_classes *k)
{
	free(k->v);
	free(k->slots);
}

static void put_types(struct vsys_text *t)
{
	unsigned int abi;

	vsys_text_put(t, "/* CTF 1.8 */\n\n"
			 "typealias integer { size = 8; align = 8; signed = false; } := uint8_t;\n"
			 "typealias integer { size = 32; align = 8; signed = false; } := uint32_t;\n"
			 "typealias integer { size = 64; align = 8; signed = false; } := uint64_t;\n"
			 "typealias integer { size = 64; align = 8; signed = false; base = 16; } := hex_t;\n"
			 "enum abi : uint8_t {\n");
	for (abi = 1; abi < VSYS_ABI_NR; abi++)
		vsys_text_printf(t, "\t\"%s\" = %u,\n", vsys_abi_name(abi), abi);
	vsys_text_put(t, "};\n\n"
			 "trace {\n\tmajor = 1;\n\tminor = 8;\n\tbyte_order = le;\n"
			 "\tpacket.header := struct {\n\t\tuint32_t magic;\n\t\tuint32_t stream_id;\n\t};\n"
			 "};\n\n");
}

/* Names of machines come from QEMU's command line: quote them. */
static void put_env(struct vsys_text *t, const struct vsys_notes *notes)
{
	unsigned int i;

	vsys_text_put(t, "env {\n\ttracer_name = \"vsyscalls\";\n");
	for (i = 0; notes && i < notes->n; i++) {
		vsys_text_printf(t, "\tvm_%u_name = ", notes->machines[i].r.vm);
		vsys_text_quote(t, notes->machines[i].name, strlen(notes->machines[i].name));
		vsys_text_put(t, ";\n");
	}
	vsys_text_put(t, "};\n\n");
}

static void put_clock(struct vsys_text *t, __s64 since_1970)
{
	vsys_text_put(t, "clock {\n\tname = sched;\n\tfreq = 1000000000;\n");
	if (since_1970 > 0)
		vsys_text_printf(t, "\toffset_s = %lld;\n\toffset = %lld;\n",
				 (long long)since_1970 / 1000000000,
				 (long long)since_1970 % 1000000000);
	vsys_text_put(t, "};\n"
			 "typealias integer { size = 64; align = 8; signed = false;"
			 " map = clock.sched.value; } := time_t;\n\n");
}

static void put_stream(struct vsys_text *t)
{
	vsys_text_put(t, "stream {\n\tid = 0;\n"
			 "\tpacket.context := struct {\n"
			 "\t\ttime_t timestamp_begin;\n\t\ttime_t timestamp_end;\n"
			 "\t\tuint64_t content_size;\n\t\tuint64_t packet_size;\n"
			 "\t\tuint64_t events_discarded;\n\t\tuint32_t vm;\n\t\tuint32_t cpu_id;\n\t};\n"
			 "\tevent.header := struct {\n\t\tuint32_t id;\n\t\ttime_t timestamp;\n\t};\n};\n\n");
}

/* Readers drop one underscore, and some then find __pid and _pid equal. */
static bool is_ours(const char *name)
{
	static const char *const ours[] = {
		"abi", "nr", "call", "pc", "sp", "space", "pid", "tid", "comm", "args",
	};
	unsigned int i;

	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (!strcmp(ours[i], name))
			return true;
	return false;
}

/* The underscore keeps names apart from keywords of TSDL; readers drop it. */
static void put_args(struct vsys_text *t, const struct vsys_proto *call)
{
	unsigned int i;

	for (i = 0; i < (call ? call->nparams : UNKNOWN_ARGS); i++)
		if (call)
			vsys_text_printf(t, "\t\thex_t %s%s;\n",
					 is_ours(call->params[i].name) ? "_arg_" : "_",
					 call->params[i].name);
		else
			vsys_text_printf(t, "\t\thex_t _arg%u;\n", i);
}

static void put_class(struct vsys_text *t, const struct ctf_class *k, uint32_t id, bool callers)
{
	vsys_text_printf(t, "event {\n\tname = \"syscall_%s_%s\";\n\tid = %u;\n\tstream_id = 0;\n"
			    "\tfields := struct {\n\t\tenum abi __abi;\n\t\tuint32_t __nr;\n"
			    "\t\tuint64_t __call;\n",
			 k->kind == CTF_ENTRY ? "entry" : "exit",
			 k->call ? k->call->name : "unknown", id);
	if (k->kind == CTF_ENTRY) {
		vsys_text_put(t, "\t\thex_t __pc;\n\t\thex_t __sp;\n\t\thex_t __space;\n"
				 "\t\tuint32_t __pid;\n\t\tuint32_t __tid;\n\t\tstring __comm;\n");
		put_args(t, k->call);
	} else {
		vsys_text_put(t, "\t\thex_t __result;\n\t\tuint64_t __latency;\n"
				 "\t\tstring __error;\n");
	}
	vsys_text_put(t, "\t\tstring __args;\n");
	if (k->kind == CTF_EXIT)
		vsys_text_put(t, callers ? "\t\tstring __text;\n\t\tstring __caller;\n" : "\t\tstring __text;\n");
	vsys_text_put(t, "\t};\n};\n\n");
}

void ctf_metadata(struct vsys_text *t, const struct ctf_classes *k,
		  const struct sink_env *env)
{
	uint32_t i;

	put_types(t);
	put_env(t, env->notes);
	put_clock(t, *env->since_1970);
	put_stream(t);
	vsys_text_printf(t, "event {\n\tname = \"vsyscalls\";\n\tid = %u;\n\tstream_id = 0;\n"
			    "\tfields := struct {\n\t\tstring _text;\n\t};\n};\n\n",
			 CTF_RECORD_ID);
	for (i = 0; i < k->n; i++)
		put_class(t, &k->v[i], CTF_RECORD_ID + 1 + i, env->opt->modules);
}
