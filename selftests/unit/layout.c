// SPDX-License-Identifier: GPL-2.0
/* BTF descriptions of types as a kernel may have them, and the layouts found in them. */
#include "../../kmod/compat/layout.h"
#include "ktap.h"

/* Numbers of the types below; 0 is void. */
enum {
	VOID, U32, POINTER, INNER, OUTER, BITS, NUMBERS, ALIAS, CONST, VOLATILE,
	QUEUE, QUEUE_PROTO, EMULATE, EMULATE_PROTO, DANGLING,
};

static const char *const names[] = { "", "inner", "next", "count", "A", "B", "late" };
enum { NONE, N_INNER, N_NEXT, N_COUNT, N_A, N_B, N_LATE };

#define INFO(kind, n)	((BTF_KIND_##kind) << 24 | (n))

static const u32 words[][12] = {
	[U32] = { NONE, INFO(INT, 0), 4 },
	[POINTER] = { NONE, INFO(PTR, 0), INNER },
	[INNER] = { NONE, INFO(STRUCT, 0), 24 },
	[OUTER] = { NONE, INFO(STRUCT, 3), 40, N_INNER, INNER, 0,
		    N_NEXT, POINTER, 192, N_COUNT, ALIAS, 256 },
	/* Offsets with the width of a bit field above them. */
	[BITS] = { NONE, 1U << 31 | INFO(STRUCT, 1), 8, N_COUNT, U32, 3 << 24 | 32 },
	[NUMBERS] = { NONE, INFO(ENUM, 2), 4, N_A, 16, N_B, 17 },
	[ALIAS] = { NONE, INFO(TYPEDEF, 0), CONST },
	[CONST] = { NONE, INFO(CONST, 0), VOLATILE },
	[VOLATILE] = { NONE, INFO(VOLATILE, 0), U32 },
	[QUEUE] = { NONE, INFO(FUNC, 0), QUEUE_PROTO },
	[QUEUE_PROTO] = { NONE, INFO(FUNC_PROTO, 2), VOID, NONE, POINTER, NONE, ALIAS },
	[EMULATE] = { NONE, INFO(FUNC, 0), EMULATE_PROTO },
	[EMULATE_PROTO] = { NONE, INFO(FUNC_PROTO, 1), U32, NONE, POINTER },
	[DANGLING] = { NONE, INFO(FUNC, 0), 1000 },
};

const struct btf_type *btf_type_by_id(const struct btf *btf, u32 id)
{
	(void)btf;
	return id && id < sizeof(words) / sizeof(words[0]) ?
		(const struct btf_type *)words[id] : NULL;
}

const char *vsys_btf_name(const struct btf *btf, u32 offset)
{
	(void)btf;
	return offset < sizeof(names) / sizeof(names[0]) ? names[offset] : NULL;
}

#define FUNC(result, n, ...) \
	{ .kind = BTF_KIND_FUNC, .bytes = result, .at = n, .args = { __VA_ARGS__ } }
#define MEMBER(member, offset, size) \
	{ .kind = BTF_KIND_STRUCT, .name = member, .at = offset, .bytes = size }
#define CONSTANT(constant, value) \
	{ .kind = BTF_KIND_ENUM, .name = constant, .at = value }

static const struct {
	const char *what;
	u32 id;
	bool agrees;
	struct vsys_layout want;
} cases[] = {
	{ "a member", OUTER, true, MEMBER("next", 24, 8) },
	{ "a member of any size", OUTER, true, MEMBER("next", 24, 0) },
	{ "a member that has moved", OUTER, false, MEMBER("next", 32, 8) },
	{ "a member that has grown", OUTER, false, MEMBER("inner", 0, 16) },
	{ "a structure within", OUTER, true, MEMBER("inner", 0, 24) },
	{ "a member by other names of its type", OUTER, true, MEMBER("count", 32, 4) },
	{ "a member that is gone", OUTER, false, MEMBER("late", 32, 4) },
	{ "of a structure without members", INNER, false, MEMBER("next", 0, 0) },
	{ "a bit field", BITS, true, MEMBER("count", 4, 0) },
	{ "a constant", NUMBERS, true, CONSTANT("B", 17) },
	{ "a constant with another value", NUMBERS, false, CONSTANT("B", 16) },
	{ "a constant that is gone", NUMBERS, false, CONSTANT("late", 16) },
	{ "a function", QUEUE, true, FUNC(0, 2, 8, 4) },
	{ "a function with a result", EMULATE, true, FUNC(4, 1, 8) },
	{ "a function that had none", QUEUE, false, FUNC(4, 2, 8, 4) },
	{ "a function with a parameter more", QUEUE, false, FUNC(0, 1, 8) },
	{ "a function with one less", QUEUE, false, FUNC(0, 3, 8, 4, 4) },
	{ "a function with a wider one", QUEUE, false, FUNC(0, 2, 8, 8) },
	{ "a function without a prototype", DANGLING, false, FUNC(0, 0, 0) },
	{ "no type at all", 1000, false, FUNC(0, 0, 0) },
};

int main(void)
{
	unsigned int i;
	char name[80];

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(name, sizeof(name), "%s %s", cases[i].what,
			 cases[i].agrees ? "agrees" : "does not agree");
		ok(vsys_layout_agrees(NULL, cases[i].id, &cases[i].want) == cases[i].agrees,
		   name);
	}
	return ktap_end();
}
