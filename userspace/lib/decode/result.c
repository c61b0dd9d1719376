// SPDX-License-Identifier: GPL-2.0
/* Format the result of a call, and tell errors. */
#include <string.h>

#include "decode.h"

enum {
	MAX_ERRNO = 4095,
};

/* The part of the register that holds the result, sign-extended for Linux. */
static uint64_t result_of(unsigned int abi, uint64_t result)
{
	if (vsys_abi_bits(abi) == 64)
		return result;
	return vsys_abi_os(abi) == VSYS_OS_LINUX ? (uint64_t)(int64_t)(int32_t)result :
						   (uint32_t)result;
}

static bool is_status(const struct vsys_proto *call)
{
	return call && call->result->cls == VSYS_CL_STATUS;
}

bool vsys_result_failed(const struct vsys_proto *call, unsigned int abi, uint64_t result)
{
	switch (vsys_abi_os(abi)) {
	case VSYS_OS_LINUX:
		/* The unsigned distance from zero: -1 is 1, -4095 is 4095. */
		return -result_of(abi, result) - 1 < MAX_ERRNO;
	case VSYS_OS_WINDOWS:
		return is_status(call) && (uint32_t)result >> 30 == 3;
	default:
		return false;
	}
}

bool vsys_result_unwritten(const struct vsys_numbering *numbers, const struct vsys_proto *call,
			   const struct vsys_call_event *ev)
{
	return ev->ret && numbers && numbers->unwritten && is_status(call) &&
	       vsys_set_name(numbers->unwritten, (uint32_t)ev->ret->result);
}

uint64_t vsys_result_value(const struct vsys_proto *call, unsigned int abi, uint64_t result)
{
	const struct vsys_type *type = call ? call->result : NULL;

	if (!type || (vsys_abi_os(abi) == VSYS_OS_LINUX && vsys_result_failed(call, abi, result)))
		return result_of(abi, result);
	return vsys_typed(result, type->cls, type->size, type->sign);
}

/* Meaning of the kernel's internal restart codes, which user space never sees. */
static const char *restart(uint64_t code, const char **text)
{
	switch (code) {
	case 512:
		*text = "To be restarted if SA_RESTART is set";
		return "ERESTARTSYS";
	case 513:
		*text = "To be restarted";
		return "ERESTARTNOINTR";
	case 514:
		*text = "To be restarted if no handler";
		return "ERESTARTNOHAND";
	case 516:
		*text = "Interrupted by signal";
		return "ERESTART_RESTARTBLOCK";
	default:
		return NULL;
	}
}

/* strerror() fits: x86 Linux guests and hosts share their error numbers. */
static void put_error(struct vsys_text *t, const struct vsys_numbering *numbers, uint64_t code,
		      struct vsys_decoded *out)
{
	const char *text;

	out->error = restart(code, &text);
	if (out->error) {
		vsys_text_printf(t, "? %s (%s)", out->error, text);
		return;
	}
	out->error = numbers ? vsys_set_name(numbers->errors, code) : NULL;
	text = strerrordesc_np((int)code);
	vsys_text_put(t, "-1 ");
	if (out->error)
		vsys_text_put(t, out->error);
	else
		vsys_text_printf(t, "errno %u", (unsigned int)code);
	vsys_text_printf(t, " (%s)", text ? text : "Unknown error");
}

/* "0xc0000034 STATUS_OBJECT_NAME_NOT_FOUND" */
static void put_status(struct vsys_text *t, const struct vsys_set *set, uint32_t status,
		       struct vsys_decoded *out)
{
	const char *name = vsys_status_name(set, status);

	vsys_text_hex(t, status);
	if (name) {
		vsys_text_char(t, ' ');
		vsys_text_put(t, name);
	}
	if (out->failed)
		out->error = name;
}

/* The names of statuses, from any call that returns one. */
static const struct vsys_set *statuses(const struct vsys_numbering *numbers)
{
	unsigned int i;

	for (i = 0; numbers && i < numbers->n; i++)
		if (is_status(&numbers->calls[numbers->numbers[i].call]))
			return numbers->calls[numbers->numbers[i].call].result->set;
	return NULL;
}

/* Is the result of a call without a prototype a warning or an error of NT with a name? */
static bool is_warning(const struct vsys_decoded *out, const struct vsys_numbering *numbers,
		       uint64_t result)
{
	return !out->call && out->os == VSYS_OS_WINDOWS && result >> 31 == 1 &&
	       vsys_status_name(statuses(numbers), (uint32_t)result);
}

/* Results that strace shows in hex, with a word before what they mean. */
static const struct notation {
	const char *set, *word;
} notations[] = {
	{ "fd_flags", "flags " }, { "open_flags", "flags " }, { "open_flags_arm", "flags " },
	{ "seal_flags", "seals " }, { "personality", "" }, { "membarrier_cmds", "" },
	{ "secure_bits", "" }, { "spec_ctrl", "" }, { "lock_type", "" },
};

static const struct notation *notation_of(const struct vsys_set *set)
{
	size_t i;

	for (i = 0; i < sizeof(notations) / sizeof(notations[0]); i++)
		if (!strcmp(notations[i].set, set->name))
			return &notations[i];
	return NULL;
}

static bool has_meaning(const struct vsys_value *how, uint64_t result)
{
	switch (how->cls) {
	case VSYS_CL_FLAGS:
		return result || vsys_set_name(how->set, 0);
	case VSYS_CL_ENUM:
		return vsys_set_name(how->set, result);
	default:
		return how->cls == VSYS_CL_IOPRIO;
	}
}

/* As strace does: the number, and what it means.  No flags may have a name, too. */
static void put_meaning(struct vsys_text *t, const struct vsys_value *how, uint64_t result)
{
	const struct notation *n;

	if (!has_meaning(how, result)) {
		vsys_put_value(t, how, result);
		return;
	}
	n = notation_of(how->set);
	if (n && result)
		vsys_text_hex(t, result);
	else
		vsys_text_dec(t, result);
	vsys_text_put(t, " (");
	vsys_text_put(t, n ? n->word : "");
	vsys_put_value(t, how, result);
	vsys_text_char(t, ')');
}

/* A structure or string is returned by its address. */
static void put_typed(struct vsys_text *t, uint64_t result, unsigned int width,
		      const struct vsys_decoded *out)
{
	const struct vsys_type *type = out->call ? out->call->result : NULL;
	struct vsys_value how = { .cls = VSYS_CL_INT, .sign = 1 };

	if (type && type->cls != VSYS_CL_VOID) {
		how.cls = type->cls;
		how.sign = type->sign;
		how.size = vsys_by_value(type) && type->size < width ? type->size : width;
		how.set = type->set;
	} else if (out->os != VSYS_OS_LINUX) {
		vsys_text_hex(t, result);
		return;
	}
	put_meaning(t, &how, result);
}

void vsys_put_result(struct vsys_text *t, const struct vsys_numbering *numbers,
		     struct vsys_decoded *out)
{
	const struct vsys_rec_return *ret = out->ev.ret;
	unsigned int abi;
	uint64_t result;

	if (out->ev.state == VSYS_STATE_NORETURN) {
		vsys_text_put(t, "?");
		return;
	}
	if (!ret) {
		vsys_text_put(t, "? <return not seen>");
		return;
	}
	abi = out->ev.entry ? out->ev.entry->r.abi : ret->r.abi;
	result = result_of(abi, ret->result);
	out->failed = vsys_result_failed(out->call, abi, result);
	if (is_status(out->call))
		put_status(t, out->call->result->set, (uint32_t)result, out);
	else if (is_warning(out, numbers, result))
		put_status(t, statuses(numbers), (uint32_t)result, out);
	else if (out->failed)
		put_error(t, numbers, -result, out);
	else
		put_typed(t, result, vsys_abi_bits(abi) / 8, out);
	if (ret->r.flags & VSYS_F_SKIPPED)
		vsys_text_put(t, " (INJECTED)");
	else if (ret->r.flags & VSYS_F_EDITED)
		vsys_text_put(t, " (EDITED)");
}
