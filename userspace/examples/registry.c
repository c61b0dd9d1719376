// SPDX-License-Identifier: GPL-2.0
/*
 * registry: list the registry keys and values a Windows guest uses, with the results.
 *
 *	registry SOURCE [PROFILE [PID]]
 */
#include <inttypes.h>
#include <stdio.h>

#include "watch.h"

static void begin_line(struct vsys_syscall *c, const char *what, const char *key)
{
	watch_who(c);
	printf("%s %s", what, key ? key : "?");
}

/* Append the value's name, if the call has one, and a failure. */
static void end_line(struct vsys_syscall *c)
{
	struct vsys_text name = { 0 };

	if (vsys_syscall_string(c, VSYS_ENTER, "ValueName", &name))
		printf(", value \"%s\"", name.len ? name.s : "");
	if (c->failed)
		printf(": failed, 0x%" PRIx64, c->result);
	putchar('\n');
	vsys_text_free(&name);
}

static void on_key(struct vsys_syscall *c, const char *what)
{
	begin_line(c, what, object_path(c));
	object_opened(c, "KeyHandle");
	end_line(c);
}

static void on_value(struct vsys_syscall *c, const char *what, uint64_t KeyHandle)
{
	const struct object *o = object_find(c, KeyHandle);

	begin_line(c, what, o ? o->name : NULL);
}

static void on_NtOpenKey(struct vsys_syscall *c, uint64_t KeyHandle, uint32_t DesiredAccess,
			 uint64_t ObjectAttributes)
{
	(void)KeyHandle, (void)DesiredAccess, (void)ObjectAttributes;
	on_key(c, "opens");
}

static void on_NtOpenKeyEx(struct vsys_syscall *c, uint64_t KeyHandle, uint32_t DesiredAccess,
			   uint64_t ObjectAttributes, uint32_t OpenOptions)
{
	(void)KeyHandle, (void)DesiredAccess, (void)ObjectAttributes, (void)OpenOptions;
	on_key(c, "opens");
}

static void on_NtCreateKey(struct vsys_syscall *c, uint64_t KeyHandle, uint32_t DesiredAccess,
			   uint64_t ObjectAttributes, uint32_t TitleIndex, uint64_t Class,
			   uint32_t CreateOptions, uint64_t Disposition)
{
	(void)KeyHandle, (void)DesiredAccess, (void)ObjectAttributes, (void)TitleIndex;
	(void)Class, (void)CreateOptions, (void)Disposition;
	on_key(c, "creates");
}

static void on_NtQueryValueKey(struct vsys_syscall *c, uint64_t KeyHandle, uint64_t ValueName,
			       int32_t KeyValueInformationClass, uint64_t KeyValueInformation,
			       uint32_t Length, uint64_t ResultLength)
{
	(void)ValueName, (void)KeyValueInformationClass, (void)KeyValueInformation;
	(void)Length, (void)ResultLength;
	on_value(c, "reads", KeyHandle);
	end_line(c);
}

static void on_NtSetValueKey(struct vsys_syscall *c, uint64_t KeyHandle, uint64_t ValueName,
			     uint32_t TitleIndex, uint32_t Type, uint64_t Data,
			     uint32_t DataSize)
{
	(void)ValueName, (void)TitleIndex, (void)Data;
	on_value(c, "sets", KeyHandle);
	printf(" (type %u, %u bytes)", Type, DataSize);
	end_line(c);
}

static void on_NtDeleteValueKey(struct vsys_syscall *c, uint64_t KeyHandle, uint64_t ValueName)
{
	(void)ValueName;
	on_value(c, "deletes from", KeyHandle);
	end_line(c);
}

static void on_NtDeleteKey(struct vsys_syscall *c, uint64_t KeyHandle)
{
	on_value(c, "deletes", KeyHandle);
	end_line(c);
}

static void on_NtClose(struct vsys_syscall *c, uint64_t Handle)
{
	if (!c->failed)
		object_close(c, Handle);
}

static bool prepare(struct vsys_trace *v)
{
	return watch_for(vsys_on_NtOpenKey_return(v, on_NtOpenKey)) &&
	       watch_for(vsys_on_NtOpenKeyEx_return(v, on_NtOpenKeyEx)) &&
	       watch_for(vsys_on_NtCreateKey_return(v, on_NtCreateKey)) &&
	       watch_for(vsys_on_NtQueryValueKey_return(v, on_NtQueryValueKey)) &&
	       watch_for(vsys_on_NtSetValueKey_return(v, on_NtSetValueKey)) &&
	       watch_for(vsys_on_NtDeleteValueKey_return(v, on_NtDeleteValueKey)) &&
	       watch_for(vsys_on_NtDeleteKey_return(v, on_NtDeleteKey)) &&
	       watch_for(vsys_on_NtClose_return(v, on_NtClose));
}

int main(int argc, char **argv)
{
	return watch(argc, argv, "registry ", prepare);
}
