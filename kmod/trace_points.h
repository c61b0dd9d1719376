/* SPDX-License-Identifier: GPL-2.0 */
/* The tracepoints, in the form that <trace/define_trace.h> reads several times. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vsyscalls

#if !defined(VSYS_TRACE_POINTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define VSYS_TRACE_POINTS_H

#include <linux/tracepoint.h>
#include <linux/vsyscalls.h>

#ifndef VSYS_TRACE_WHO
#define VSYS_TRACE_WHO
/* Who makes a call.  Zeros and an empty name: unknown. */
struct vsys_trace_who {
	u32 vm;
	u32 vcpu;
	const struct vsys_rec_task *task;
};

#define VSYS_TRACE_WHO_FIELDS \
	__field(u32, vm) __field(u32, vcpu) __field(u32, pid) __field(u32, tid) \
		__array(char, comm, VSYS_TASK_NAME_MAX)

#define VSYS_TRACE_WHO_ASSIGN \
	do { \
		__entry->vm = who->vm; \
		__entry->vcpu = who->vcpu; \
		__entry->pid = who->task->pid; \
		__entry->tid = who->task->tid; \
		memcpy(__entry->comm, who->task->name, VSYS_TASK_NAME_MAX); \
		__entry->comm[VSYS_TASK_NAME_MAX - 1] = '\0'; \
	} while (0)

#define vsys_trace_abi(abi) \
	__print_symbolic(abi, { VSYS_ABI_LINUX_X86_64, "linux_x86_64" }, \
			 { VSYS_ABI_LINUX_X32, "linux_x32" }, \
			 { VSYS_ABI_LINUX_I386, "linux_i386" }, \
			 { VSYS_ABI_WINDOWS_X86, "windows_x86" }, \
			 { VSYS_ABI_WINDOWS_X64, "windows_x64" }, \
			 { VSYS_ABI_LINUX_ARM64, "linux_arm64" }, \
			 { VSYS_ABI_LINUX_ARM, "linux_arm" })
#endif

TRACE_EVENT(call_enter,
	TP_PROTO(const struct vsys_trace_who *who, u64 call, u32 nr, u8 abi, const u64 *args),
	TP_ARGS(who, call, nr, abi, args),
	TP_STRUCT__entry(
		VSYS_TRACE_WHO_FIELDS
		__field(u64, call)
		__field(u32, nr)
		__field(u8, abi)
		__field(u64, arg0)
		__field(u64, arg1)
		__field(u64, arg2)
		__field(u64, arg3)
		__field(u64, arg4)
		__field(u64, arg5)
	),
	TP_fast_assign(
		VSYS_TRACE_WHO_ASSIGN;
		__entry->call = call;
		__entry->nr = nr;
		__entry->abi = abi;
		__entry->arg0 = args[0];
		__entry->arg1 = args[1];
		__entry->arg2 = args[2];
		__entry->arg3 = args[3];
		__entry->arg4 = args[4];
		__entry->arg5 = args[5];
	),
	TP_printk("vm=%u vcpu=%u pid=%u tid=%u comm=%s call=%llu abi=%s nr=%u args=0x%llx, 0x%llx, 0x%llx, 0x%llx, 0x%llx, 0x%llx",
		  __entry->vm, __entry->vcpu, __entry->pid, __entry->tid, __entry->comm,
		  __entry->call, vsys_trace_abi(__entry->abi), __entry->nr, __entry->arg0,
		  __entry->arg1, __entry->arg2, __entry->arg3, __entry->arg4, __entry->arg5)
);

TRACE_EVENT(call_return,
	TP_PROTO(const struct vsys_trace_who *who, u64 call, u32 nr, u8 abi, s64 result, u64 latency),
	TP_ARGS(who, call, nr, abi, result, latency),
	TP_STRUCT__entry(
		VSYS_TRACE_WHO_FIELDS
		__field(u64, call)
		__field(u32, nr)
		__field(u8, abi)
		__field(s64, result)
		__field(u64, latency)
	),
	TP_fast_assign(
		VSYS_TRACE_WHO_ASSIGN;
		__entry->call = call;
		__entry->nr = nr;
		__entry->abi = abi;
		__entry->result = result;
		__entry->latency = latency;
	),
	TP_printk("vm=%u vcpu=%u pid=%u tid=%u comm=%s call=%llu abi=%s nr=%u result=%lld latency=%llu",
		  __entry->vm, __entry->vcpu, __entry->pid, __entry->tid, __entry->comm,
		  __entry->call, vsys_trace_abi(__entry->abi), __entry->nr, __entry->result,
		  __entry->latency)
);

TRACE_EVENT(task,
	TP_PROTO(const struct vsys_trace_who *who),
	TP_ARGS(who),
	TP_STRUCT__entry(
		VSYS_TRACE_WHO_FIELDS
		__field(u32, ppid)
		__field(u32, uid)
	),
	TP_fast_assign(
		VSYS_TRACE_WHO_ASSIGN;
		__entry->ppid = who->task->ppid;
		__entry->uid = who->task->uid;
	),
	TP_printk("vm=%u vcpu=%u pid=%u tid=%u ppid=%u uid=%u comm=%s", __entry->vm,
		  __entry->vcpu, __entry->pid, __entry->tid, __entry->ppid, __entry->uid,
		  __entry->comm)
);

#endif /* VSYS_TRACE_POINTS_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace_points
#include <trace/define_trace.h>
