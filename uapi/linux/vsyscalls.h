/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * vsyscalls: trace the system calls of KVM guests from the host.
 *
 * This header and the ones it includes are the whole interface between
 * vsyscalls.ko and user space:
 *
 *   vsyscalls_records.h   the records that a ring holds
 *   vsyscalls_captures.h  the guest memory in them
 *   vsyscalls_edit.h      rules, held calls
 *   vsyscalls_task.h      the thread that makes a call
 *   vsyscalls_x86.h       register numbers of x86 guests
 *   vsyscalls_arm64.h     those of arm64 guests
 *
 * Sessions
 * --------
 * Each open("/dev/vsyscalls") makes a session.  A session attaches to virtual machines, gets a
 * ring for each of their vCPUs when that vCPU runs, and undoes everything when its last
 * descriptor is closed.  Sessions do not see each other.
 *
 * ioctl format
 * ------------
 * Each ioctl takes a structure that begins with its own size in bytes, set by the caller.
 * The size is not smaller than the one given here.  A larger structure is accepted if all
 * further bytes are zero, so a newer program runs on an older module as long as it asks for
 * nothing the module does not know.  Reserved members and unknown flags must be zero.
 * Sizes and offsets are the same for 32-bit and 64-bit programs.
 *
 * Each enum ends with a member named *_NR, the number of values from 0 up that this header
 * knows.  It grows with the header: compare values with it to bound an array or a loop,
 * never to classify them.  A reader skips record types it does not know and shows unknown
 * values as numbers.
 *
 * Errors
 * ------
 * These mean the same for each ioctl; the structures list the rest.
 *
 *   EINVAL         the size is too small, a reserved member is not zero, a flag is
 *                  unknown, a value is out of range
 *   E2BIG          the structure is larger and its further bytes are not all zero
 *   EFAULT         the structure, or memory it points to, is not accessible
 *   ENOTTY         not an ioctl of vsyscalls
 *   EPERM          the caller lacks the right
 *   ENOENT         no such profile, ring, attach, vCPU or rule
 *   ENOMEM         the host has no memory for it
 *   EINTR          a signal came while the ioctl waited
 *
 * Rings
 * -----
 * The ring of a vCPU has one writer (the vCPU) and one reader (the session).
 * Its mapping, at the offset VSYS_RING returns, is
 *   page 0               struct vsys_ring_reader, the only writable page: map it
 *                        by itself to write to it
 *   page 1               struct vsys_ring_writer, read-only
 *   pages 2..            the records, read-only, mapped twice in a row, so
 *                        that no record is split
 *
 * Positions count bytes since the ring was made and never wrap; the record at
 * position p begins at byte (p mod bytes) of the records.  To read:
 *
 *   1. load-acquire vsys_ring_writer.pos;
 *   2. use the records between vsys_ring_reader.pos and it;
 *   3. store-release vsys_ring_reader.pos.
 *
 * A full ring never blocks a guest.  Events that do not fit are counted, and the
 * next record that does fit is preceded by a VSYS_REC_LOST.  At all times, for
 * each ring,
 *
 *   emitted == events read + events unread + lost
 *
 * where an event is any record but VSYS_REC_LOST.  A reader that stores a position other
 * than the begin of a record between its last one and the writer's harms only itself:
 * events are lost and counted while it is further back than the ring is long, or ahead.
 *
 * poll() reports EPOLLIN when a record can be read or a ring was added since the last
 * VSYS_INFO or read(), EPOLLPRI in the latter case, EPOLLRDBAND when VSYS_HELD has a held
 * call to return.  It never reports EPOLLHUP: machines come and go.  It also wakes when a
 * ring is closed.  A sleeping reader is woken when vsys_setup.watermark bytes are unread
 * in a ring, or after vsys_setup.latency_ms when there are fewer.
 *
 * The ring of a vCPU that is gone stays until it is read, its memory until it is unmapped.
 * While a session has VSYS_UNREAD_MAX bytes of such rings, or its memory or that of all is
 * at the limit of the parameters session_memory and all_memory, or of the cgroup of the
 * device's opener, further vCPUs are refused and counted in vsys_stats.refused, once each;
 * they get a ring within a second after there is room.
 *
 * read() copies whole records from the rings in turn, as many as fit, for programs that
 * cannot map.  It fails with EMSGSIZE if the buffer is smaller than the next record, with
 * EIO if the reader's position is invalid.  Do not mix it with a mapping.
 */
#ifndef _UAPI_LINUX_VSYSCALLS_H
#define _UAPI_LINUX_VSYSCALLS_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define VSYS_ABI_VERSION	2
#define VSYS_NAME_MAX		32	/* bytes of a profile's name, NUL included */
#define VSYS_UNREAD_MAX		(256U << 20)	/* bytes of closed, unread rings */

#define VSYS_IOCTL_TYPE		0xB8

#define VSYS_INFO	_IO(VSYS_IOCTL_TYPE, 0x00)
#define VSYS_PROFILE	_IO(VSYS_IOCTL_TYPE, 0x01)
#define VSYS_SETUP	_IO(VSYS_IOCTL_TYPE, 0x02)
#define VSYS_ATTACH	_IO(VSYS_IOCTL_TYPE, 0x03)
#define VSYS_DETACH	_IO(VSYS_IOCTL_TYPE, 0x04)
#define VSYS_FILTER	_IO(VSYS_IOCTL_TYPE, 0x05)
#define VSYS_RING	_IO(VSYS_IOCTL_TYPE, 0x06)
#define VSYS_STATS	_IO(VSYS_IOCTL_TYPE, 0x07)
#define VSYS_RULE	_IO(VSYS_IOCTL_TYPE, 0x08)
#define VSYS_UNRULE	_IO(VSYS_IOCTL_TYPE, 0x09)
#define VSYS_RULE_INFO	_IO(VSYS_IOCTL_TYPE, 0x0a)
#define VSYS_HELD	_IO(VSYS_IOCTL_TYPE, 0x0b)
#define VSYS_HELD_ARGS	_IO(VSYS_IOCTL_TYPE, 0x0c)
#define VSYS_HELD_REGS	_IO(VSYS_IOCTL_TYPE, 0x0d)
#define VSYS_HELD_MEM	_IO(VSYS_IOCTL_TYPE, 0x0e)
#define VSYS_RESUME	_IO(VSYS_IOCTL_TYPE, 0x0f)
#define VSYS_VCPU	_IO(VSYS_IOCTL_TYPE, 0x10)
#define VSYS_TIME	_IO(VSYS_IOCTL_TYPE, 0x11)
#define VSYS_RECIPE	_IO(VSYS_IOCTL_TYPE, 0x12)
#define VSYS_TASK_FILTER	_IO(VSYS_IOCTL_TYPE, 0x13)
#define VSYS_MEMORY	_IO(VSYS_IOCTL_TYPE, 0x14)
#define VSYS_VCPU_REGS	_IO(VSYS_IOCTL_TYPE, 0x15)

/* The virtualization extension, or the way of trapping, that the host uses. */
enum vsys_vendor {
	VSYS_VENDOR_SVM = 1,
	VSYS_VENDOR_VMX = 2,
	VSYS_VENDOR_ARM64 = 3,		/* fine-grained traps */
	VSYS_VENDOR_NR,
};

/* A door is an instruction by which a guest program enters its kernel. */
enum vsys_door {
	VSYS_DOOR_SYSCALL = 0,
	VSYS_DOOR_SYSENTER = 1,
	VSYS_DOOR_INT80 = 2,
	VSYS_DOOR_INT2E = 3,
	VSYS_DOOR_SVC = 4,
	VSYS_DOOR_INT2B = 5, VSYS_DOOR_INT2A = 6, VSYS_DOOR_INT2C = 7, VSYS_DOOR_INT2D = 8,
	VSYS_DOOR_NR,
};

enum vsys_os {
	VSYS_OS_LINUX = 1,
	VSYS_OS_WINDOWS = 2,
	VSYS_OS_NR,
};

/*
 * The architecture of the guest's kernel, see vsys_profile_info.arch.  It gives
 * register numbers their meaning: <linux/vsyscalls_x86.h> for the first two,
 * <linux/vsyscalls_arm64.h> for VSYS_ARCH_ARM64.
 */
enum vsys_arch {
	VSYS_ARCH_X86_64 = 1,
	VSYS_ARCH_X86 = 2,
	VSYS_ARCH_ARM64 = 3,
	VSYS_ARCH_NR,
};

/*
 * The meaning of a call's number, arguments and result.  Their place depends on
 * the door, too; records have them in order.
 */
enum vsys_abi {
	VSYS_ABI_LINUX_X86_64 = 1,
	VSYS_ABI_LINUX_X32 = 2,		/* numbers with bit 30 set */
	VSYS_ABI_LINUX_I386 = 3,	/* under a 64-bit kernel, too */
	VSYS_ABI_WINDOWS_X86 = 4,
	VSYS_ABI_WINDOWS_X64 = 5,
	VSYS_ABI_LINUX_ARM64 = 6,
	VSYS_ABI_LINUX_ARM = 7,		/* the EABI; private calls 0xf0001... are 0x1001... */
	VSYS_ABI_NR,
};

#define VSYS_INFO_PROFILE	(1U << 0)	/* the module's parameter names the default */

/**
 * struct vsys_info - VSYS_INFO: this module and session
 * @size: sizeof(struct vsys_info)
 * @flags: in: zero; out: VSYS_INFO_*
 * @version: out: VSYS_ABI_VERSION of the module
 * @vendor: out: enum vsys_vendor
 * @doors: out: bit mask (1 << enum vsys_door) of the doors this host can trap
 * @profiles: out: number of profiles, see VSYS_PROFILE
 * @default_profile: out: index of the profile that an attach without a name takes
 * @rings: out: number of rings of this session so far; rings are never
 *         renumbered
 */
struct vsys_info {
	__u32 size;
	__u32 flags;
	__u32 version;
	__u32 vendor;
	__u32 doors;
	__u32 profiles;
	__u32 default_profile;
	__u32 rings;
};

/**
 * struct vsys_profile_info - VSYS_PROFILE: one profile
 * @size: sizeof(struct vsys_profile_info)
 * @flags: none defined, zero
 * @index: in: 0 to vsys_info.profiles - 1; ENOENT above
 * @os: out: enum vsys_os
 * @arch: out: enum vsys_arch
 * @calls: out: number of system calls known in the first of its ABIs
 * @doors: out: bit mask of the doors to trap by default
 * @abis: out: bit mask (1 << enum vsys_abi) of its ABIs
 * @name: out: NUL-terminated
 */
struct vsys_profile_info {
	__u32 size;
	__u32 flags;
	__u32 index;
	__u32 os;
	__u32 arch;
	__u32 calls;
	__u32 doors;
	__u32 abis;
	char name[VSYS_NAME_MAX];
};

/**
 * struct vsys_setup - VSYS_SETUP: sizes, before the first VSYS_ATTACH
 * @size: sizeof(struct vsys_setup)
 * @flags: none defined, zero
 * @ring_bytes: bytes of records in each ring: a power of two from 4096 to
 *              64 MiB, default 1 MiB
 * @watermark: unread bytes in a ring that wake a sleeping reader: 1 to
 *             @ring_bytes, default a quarter of it
 * @latency_ms: wake the reader after this time for fewer bytes, 1 to 10000,
 *              default 20
 * @capture_bytes: limit of bytes copied from guest memory for one argument: 0 to
 *                 65536, default 256; of several sessions the largest limit applies
 *
 * A member that is zero, @capture_bytes excepted, means the default.  EBUSY
 * once the session has attached.
 */
struct vsys_setup {
	__u32 size;
	__u32 flags;
	__u32 ring_bytes;
	__u32 watermark;
	__u32 latency_ms;
	__u32 capture_bytes;
};

/**
 * struct vsys_attach - VSYS_ATTACH: trace a machine, or all
 * @size: sizeof(struct vsys_attach)
 * @flags: none defined, zero
 * @pid: the process that runs the machine, as the caller's pid namespace
 *       counts it, or a thread of it; 0 for all machines that run now or later
 * @doors: bit mask of the doors to trap; 0 for the profile's default doors
 *         that this host can trap, with a VSYS_REC_REFUSED for each of the others
 * @profile: NUL-terminated name of a profile; empty for the module's default.  It is the
 *           session's own: other sessions may trace the machine with other profiles
 *
 * The session gets the ring of a vCPU when that vCPU next runs.
 *
 *   EPERM       no right to ptrace the process; all machines: no CAP_SYS_PTRACE
 *               in the initial user namespace
 *   ESRCH       the process runs no machine
 *   ENOENT      unknown profile
 *   EOPNOTSUPP  this host or profile cannot trap such a door
 *   EEXIST      the session is attached to the machine, or to all, already
 *   EBUSY       eight other sessions are attached, or another module has hooked KVM
 *   ENOSPC      the session is attached to 4096 processes
 *   EDQUOT      the module's limits of memory leave no room for one ring
 */
struct vsys_attach {
	__u32 size;
	__u32 flags;
	__s32 pid;
	__u32 doors;
	char profile[VSYS_NAME_MAX];
};

/**
 * struct vsys_detach - VSYS_DETACH: undo a VSYS_ATTACH
 * @size: sizeof(struct vsys_detach)
 * @flags: none defined, zero
 * @pid: the one given to VSYS_ATTACH
 * @reserved: zero
 *
 * After the return no vCPU of the machine writes to this session: the call waits for
 * one that waits for memory of its machine.  The rings stay until they are read.
 *
 *   ENOENT      no such attach; VSYS_ATTACH undoes attaches of its session to
 *               processes that have ended
 *   EINTR       the caller is being killed; the rest is done without it
 */
struct vsys_detach {
	__u32 size;
	__u32 flags;
	__s32 pid;
	__u32 reserved;
};

#define VSYS_FILTER_INVERT	(1U << 0)	/* all but these calls */
#define VSYS_FILTER_NUMBERS	8192		/* numbers are below this */

/**
 * struct vsys_filter - VSYS_FILTER: which calls become records
 * @size: sizeof(struct vsys_filter)
 * @flags: VSYS_FILTER_*
 * @numbers: address of @count __u32 call numbers
 * @count: 0 to VSYS_FILTER_NUMBERS
 * @abi: the calls of this enum vsys_abi; 0 for those of all ABIs
 *
 * Replaces the session's filter, or the part of it for @abi.  The filter of a new
 * session has @count 0 and VSYS_FILTER_INVERT: all calls pass.  A number
 * of VSYS_FILTER_NUMBERS or more passes if and only if VSYS_FILTER_INVERT is
 * set; bit 30 of VSYS_ABI_LINUX_X32 numbers is ignored.  The return of a call
 * passes if its entry did.  The machine's profile gives numbers their meaning: use
 * one session for each profile.
 */
struct vsys_filter {
	__u32 size;
	__u32 flags;
	__aligned_u64 numbers;
	__u32 count;
	__u32 abi;
};

/**
 * struct vsys_ring_info - VSYS_RING: one ring
 * @size: sizeof(struct vsys_ring_info)
 * @flags: in: zero; out: VSYS_RING_*
 * @index: in: 0 to vsys_info.rings - 1; ENOENT above, and for a freed ring: one
 *         that was closed and read to its end
 * @vm: out: process id of the machine, initial pid namespace
 * @vcpu: out: index of the vCPU
 * @profile: out: index of the profile
 * @offset: out: mmap() offset of the ring
 * @bytes: out: of records; the mapping is 2 pages + 2 * @bytes long
 */
struct vsys_ring_info {
	__u32 size;
	__u32 flags;
	__u32 index;
	__u32 vm;
	__u32 vcpu;
	__u32 profile;
	__aligned_u64 offset;
	__aligned_u64 bytes;
};

#define VSYS_RING_CLOSED	(1U << 0)	/* nothing more will be written */

/**
 * struct vsys_stats - VSYS_STATS: sums over the session's rings and vCPUs
 * @size: sizeof(struct vsys_stats)
 * @flags: none defined, zero
 * @emitted: events, see "Rings" above
 * @lost: of these, not written because the ring was full
 * @traps: VM exits that were a call's entry or return
 * @fast: of these, handled with interrupts off, before KVM's own exit handling
 * @slow: of these, handled where sleeping is allowed
 * @unseen: calls whose return was not seen
 * @refused: vCPUs that could not be traced, see VSYS_REC_REFUSED, or had no ring
 * @memory: bytes of rings and of the state of vCPUs that the session holds
 * @unknown: calls that VSYS_TASK_FILTER has refused as their task was not known
 */
struct vsys_stats {
	__u32 size;
	__u32 flags;
	__aligned_u64 emitted;
	__aligned_u64 lost;
	__aligned_u64 traps;
	__aligned_u64 fast;
	__aligned_u64 slow;
	__aligned_u64 unseen;
	__aligned_u64 refused;
	__aligned_u64 memory;
	__aligned_u64 unknown;
};

/* The mode a guest runs in, as KVM saw it last; of Arm, that of its kernel. */
enum vsys_mode {
	VSYS_MODE_REAL = 1,
	VSYS_MODE_PROTECTED = 2,	/* 16-bit or 32-bit, virtual-8086 too */
	VSYS_MODE_LONG = 3,		/* 64-bit, its 32-bit programs too */
	VSYS_MODE_ARM64 = 4,
	VSYS_MODE_ARM = 5,		/* AArch32 */
	VSYS_MODE_NR,
};

#define VSYS_VCPU_TRACED	(1U << 0)	/* by any session; else @sessions to @refusal are 0 */
#define VSYS_VCPU_OURS		(1U << 1)	/* by this one */

/**
 * struct vsys_vcpu_info - VSYS_VCPU: a vCPU of the host, traced or not
 * @size: sizeof(struct vsys_vcpu_info)
 * @flags: in: zero; out: VSYS_VCPU_*
 * @pid: in: of the process that runs the machine, as for VSYS_ATTACH
 * @index: in: index of the vCPU within the process, from 0; ENOENT above the last
 * @vcpu: out: index of the vCPU in its machine
 * @mode: out: enum vsys_mode
 * @sessions: out: number of sessions that trace it
 * @profile: out: index of the profile of the session that attached first
 * @doors: out: bit mask of the trapped doors
 * @refusal: out: enum vsys_refusal if it cannot be traced, else 0
 *
 * EPERM, ESRCH as for VSYS_ATTACH.
 */
struct vsys_vcpu_info {
	__u32 size;
	__u32 flags;
	__s32 pid;
	__u32 index;
	__u32 vcpu;
	__u32 mode;
	__u32 sessions;
	__u32 profile;
	__u32 doors;
	__u32 refusal;
};

/**
 * struct vsys_time - VSYS_TIME: the clock of vsys_record.time
 * @size: sizeof(struct vsys_time)
 * @flags: none defined, zero
 * @clock: out: the time a record written now would have
 * @realtime: out: nanoseconds since 1970, at that moment
 */
struct vsys_time {
	__u32 size;
	__u32 flags;
	__aligned_u64 clock;
	__aligned_u64 realtime;
};

#include <linux/vsyscalls_records.h>
#include <linux/vsyscalls_task.h>
#include <linux/vsyscalls_edit.h>
#include <linux/vsyscalls_arm64.h>
#include <linux/vsyscalls_x86.h>

/* Sizes are part of the interface; all structures of these headers are listed. */
#if defined(__cplusplus) && __cplusplus >= 201103L
#define VSYS_ASSERT_SIZE(type, bytes) static_assert(sizeof(struct type) == (bytes), #type)
#elif !defined(__cplusplus) && defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define VSYS_ASSERT_SIZE(type, bytes) _Static_assert(sizeof(struct type) == (bytes), #type)
#endif
#ifdef VSYS_ASSERT_SIZE
VSYS_ASSERT_SIZE(vsys_info, 32);
VSYS_ASSERT_SIZE(vsys_profile_info, 64);
VSYS_ASSERT_SIZE(vsys_setup, 24);
VSYS_ASSERT_SIZE(vsys_attach, 48);
VSYS_ASSERT_SIZE(vsys_detach, 16);
VSYS_ASSERT_SIZE(vsys_filter, 24);
VSYS_ASSERT_SIZE(vsys_ring_info, 40);
VSYS_ASSERT_SIZE(vsys_stats, 80);
VSYS_ASSERT_SIZE(vsys_vcpu_info, 40);
VSYS_ASSERT_SIZE(vsys_time, 24);
VSYS_ASSERT_SIZE(vsys_cond, 32);
VSYS_ASSERT_SIZE(vsys_act, 40);
VSYS_ASSERT_SIZE(vsys_rule, 112);
VSYS_ASSERT_SIZE(vsys_rule_info, 56);
VSYS_ASSERT_SIZE(vsys_held, 48);
VSYS_ASSERT_SIZE(vsys_held_args, 40);
VSYS_ASSERT_SIZE(vsys_held_regs, 40);
VSYS_ASSERT_SIZE(vsys_held_mem, 48);
VSYS_ASSERT_SIZE(vsys_resume, 32);
VSYS_ASSERT_SIZE(vsys_task_field, 40);
VSYS_ASSERT_SIZE(vsys_recipe, 72);
VSYS_ASSERT_SIZE(vsys_task_cond, 80);
VSYS_ASSERT_SIZE(vsys_task_filter, 24);
VSYS_ASSERT_SIZE(vsys_memory, 40);
VSYS_ASSERT_SIZE(vsys_vcpu_regs, 32);
VSYS_ASSERT_SIZE(vsys_ring_reader, 8);
VSYS_ASSERT_SIZE(vsys_ring_writer, 32);
VSYS_ASSERT_SIZE(vsys_record, 40);
VSYS_ASSERT_SIZE(vsys_rec_entry, 128);
VSYS_ASSERT_SIZE(vsys_rec_return, 64);
VSYS_ASSERT_SIZE(vsys_rec_lost, 64);
VSYS_ASSERT_SIZE(vsys_rec_refused, 56);
VSYS_ASSERT_SIZE(vsys_rec_entry_reg, 64);
VSYS_ASSERT_SIZE(vsys_rec_hold, 72);
VSYS_ASSERT_SIZE(vsys_rec_edit, 104);
VSYS_ASSERT_SIZE(vsys_rec_task, 120);
VSYS_ASSERT_SIZE(vsys_rec_late, 56);
VSYS_ASSERT_SIZE(vsys_rec_undecided, 64);
VSYS_ASSERT_SIZE(vsys_rec_polled, 56);
VSYS_ASSERT_SIZE(vsys_rec_more, 64);
VSYS_ASSERT_SIZE(vsys_capture, 16);
VSYS_ASSERT_SIZE(vsys_ustring, 16);
VSYS_ASSERT_SIZE(vsys_part, 24);
VSYS_ASSERT_SIZE(vsys_msg, 64);
VSYS_ASSERT_SIZE(vsys_uring, 16);
VSYS_ASSERT_SIZE(vsys_sqe, 72);
VSYS_ASSERT_SIZE(vsys_objattr, 56);
#endif

#endif /* _UAPI_LINUX_VSYSCALLS_H */
