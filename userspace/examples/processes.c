// SPDX-License-Identifier: GPL-2.0
/*
 * processes: show which programs create processes, execute and end.
 *
 *	processes SOURCE [PROFILE [PID]]
 *
 * A program is identified by its machine and address space; the lines of a program
 * name the processes that it creates.
 */
#include <inttypes.h>
#include <stdio.h>

#include "watch.h"

enum { CLONE_THREAD = 0x10000 };

/* ---- Windows ---- */

/* Give the handle returned in @param the name of the object of @from. */
static void becomes(struct vsys_syscall *c, const char *param, uint64_t from)
{
	const struct object *o = object_find(c, from);
	uint64_t handle;

	if (!c->failed && vsys_syscall_number(c, VSYS_RETURN, param, &handle))
		object_new(c, handle, o ? o->name : NULL);
}

static void on_NtCreateSection(struct vsys_syscall *c, uint64_t SectionHandle,
			       uint32_t DesiredAccess, uint64_t ObjectAttributes,
			       uint64_t MaximumSize, uint32_t SectionPageProtection,
			       uint32_t AllocationAttributes, uint64_t FileHandle)
{
	(void)SectionHandle, (void)DesiredAccess, (void)ObjectAttributes, (void)MaximumSize;
	(void)SectionPageProtection, (void)AllocationAttributes;
	becomes(c, "SectionHandle", FileHandle);
}

static void say_created(struct vsys_syscall *c)
{
	const struct object *o;
	uint64_t handle;

	if (c->failed || !vsys_syscall_number(c, VSYS_RETURN, "ProcessHandle", &handle))
		return;
	o = object_find(c, handle);
	watch_who(c);
	printf("creates process 0x%" PRIx64 ", image %s\n", handle, o->name);
}

static void created(struct vsys_syscall *c, uint64_t section)
{
	becomes(c, "ProcessHandle", section);
	say_created(c);
}

static void on_NtCreateProcess(struct vsys_syscall *c, uint64_t ProcessHandle,
			       uint32_t DesiredAccess, uint64_t ObjectAttributes,
			       uint64_t ParentProcess, uint8_t InheritObjectTable,
			       uint64_t SectionHandle, uint64_t DebugPort, uint64_t TokenHandle)
{
	(void)ProcessHandle, (void)DesiredAccess, (void)ObjectAttributes, (void)ParentProcess;
	(void)InheritObjectTable, (void)DebugPort, (void)TokenHandle;
	created(c, SectionHandle);
}

static void on_NtCreateProcessEx(struct vsys_syscall *c, uint64_t ProcessHandle,
				 uint32_t DesiredAccess, uint64_t ObjectAttributes,
				 uint64_t ParentProcess, uint32_t Flags, uint64_t SectionHandle,
				 uint64_t DebugPort, uint64_t TokenHandle, uint32_t Reserved)
{
	(void)ProcessHandle, (void)DesiredAccess, (void)ObjectAttributes, (void)ParentProcess;
	(void)Flags, (void)DebugPort, (void)TokenHandle, (void)Reserved;
	created(c, SectionHandle);
}

static void on_NtCreateUserProcess(struct vsys_syscall *c, uint64_t ProcessHandle,
				   uint64_t ThreadHandle, uint32_t ProcessDesiredAccess,
				   uint32_t ThreadDesiredAccess,
				   uint64_t ProcessObjectAttributes,
				   uint64_t ThreadObjectAttributes, uint32_t ProcessFlags,
				   uint32_t ThreadFlags, uint64_t ProcessParameters,
				   uint64_t CreateInfo, uint64_t AttributeList)
{
	struct vsys_text image = { 0 };
	uint64_t handle;

	(void)ProcessHandle, (void)ThreadHandle, (void)ProcessDesiredAccess;
	(void)ThreadDesiredAccess, (void)ProcessObjectAttributes, (void)ThreadObjectAttributes;
	(void)ProcessFlags, (void)ThreadFlags, (void)ProcessParameters, (void)CreateInfo;
	(void)AttributeList;
	if (!c->failed && vsys_syscall_number(c, VSYS_RETURN, "ProcessHandle", &handle))
		object_new(c, handle, vsys_syscall_string(c, VSYS_ENTER, "AttributeList", &image) ?
			   image.s : NULL);
	vsys_text_free(&image);
	say_created(c);
}

/* The process ID is returned with its first thread. */
static void on_NtCreateThread(struct vsys_syscall *c, uint64_t ThreadHandle, uint32_t DesiredAccess,
			      uint64_t ObjectAttributes, uint64_t ProcessHandle,
			      uint64_t ClientId, uint64_t ThreadContext, uint64_t InitialTeb,
			      uint8_t CreateSuspended)
{
	const struct object *o = object_find(c, ProcessHandle);
	uint64_t pid;

	(void)ThreadHandle, (void)DesiredAccess, (void)ObjectAttributes, (void)ClientId;
	(void)ThreadContext, (void)InitialTeb, (void)CreateSuspended;
	if (!o || c->failed || !vsys_syscall_number(c, VSYS_RETURN, "ClientId.UniqueProcess", &pid))
		return;
	watch_who(c);
	printf("process 0x%" PRIx64 " is %" PRIu64 "\n", ProcessHandle, pid);
}

static void on_NtTerminateProcess(struct vsys_syscall *c, uint64_t ProcessHandle,
				  uint32_t ExitStatus)
{
	const struct object *o = object_find(c, ProcessHandle);

	/* A handle of 0 ends the process's other threads, not the process. */
	if (!ProcessHandle)
		return;
	watch_who(c);
	if (ProcessHandle == UINT64_MAX)
		printf("ends, status 0x%x\n", ExitStatus);
	else
		printf("ends process 0x%" PRIx64 ", image %s, status 0x%x\n", ProcessHandle,
		       o ? o->name : "?", ExitStatus);
}

/* ---- Linux ---- */

static void forked(struct vsys_syscall *c)
{
	if (c->failed || !c->result)
		return;
	watch_who(c);
	printf("creates process %" PRIu64 "\n", c->result);
}

static void on_clone(struct vsys_syscall *c, uint64_t flags, uint64_t newsp, uint64_t parent_tid,
		     uint64_t child_tid, uint64_t tls)
{
	(void)newsp, (void)parent_tid, (void)child_tid, (void)tls;
	if (!(flags & CLONE_THREAD))
		forked(c);
}

static void on_clone3(struct vsys_syscall *c, uint64_t args, uint64_t size)
{
	uint64_t flags;

	(void)args, (void)size;
	if (!vsys_syscall_number(c, VSYS_ENTER, "args.flags", &flags) || !(flags & CLONE_THREAD))
		forked(c);
}

static void becomes_image(struct vsys_syscall *c)
{
	struct vsys_text name = { 0 };

	watch_who(c);
	printf("becomes %s\n", vsys_syscall_string(c, VSYS_ENTER, "filename", &name) ? name.s : "?");
	vsys_text_free(&name);
}

static void on_execve(struct vsys_syscall *c, uint64_t filename, uint64_t argv, uint64_t envp)
{
	(void)filename, (void)argv, (void)envp;
	becomes_image(c);
}

static void on_execveat(struct vsys_syscall *c, int32_t dfd, uint64_t filename, uint64_t argv,
			uint64_t envp, uint32_t flags)
{
	(void)dfd, (void)filename, (void)argv, (void)envp, (void)flags;
	becomes_image(c);
}

static void on_exit_group(struct vsys_syscall *c, int32_t status)
{
	watch_who(c);
	printf("ends, status %d\n", (int)status);
}

static bool prepare(struct vsys_trace *v)
{
	return watch_opens(v) &&
	       watch_for(vsys_on_NtCreateSection_return(v, on_NtCreateSection)) &&
	       watch_for(vsys_on_NtCreateProcess_return(v, on_NtCreateProcess)) &&
	       watch_for(vsys_on_NtCreateProcessEx_return(v, on_NtCreateProcessEx)) &&
	       watch_for(vsys_on_NtCreateUserProcess_return(v, on_NtCreateUserProcess)) &&
	       watch_for(vsys_on_NtCreateThread_return(v, on_NtCreateThread)) &&
	       watch_for(vsys_on_NtTerminateProcess_enter(v, on_NtTerminateProcess)) &&
	       watch_for(vsys_on_fork_return(v, forked)) &&
	       watch_for(vsys_on_vfork_return(v, forked)) &&
	       watch_for(vsys_on_clone_return(v, on_clone)) &&
	       watch_for(vsys_on_clone3_return(v, on_clone3)) &&
	       watch_for(vsys_on_execve_enter(v, on_execve)) &&
	       watch_for(vsys_on_execveat_enter(v, on_execveat)) &&
	       watch_for(vsys_on_exit_group_enter(v, on_exit_group));
}

int main(int argc, char **argv)
{
	return watch(argc, argv, "processes ", prepare);
}
