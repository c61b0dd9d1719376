// SPDX-License-Identifier: GPL-2.0
/*
 * hostile TEST [ARGUMENT...]: misuse /dev/vsyscalls and report in KTAP
 * whether the results are those that the header promises.
 *
 *	ioctl			sizes, flags, reserved members, values; no guest
 *	holds rights		root may edit, a user with its descriptor may not
 *	holds refused WHO	every edit is refused; WHO is for messages
 *	holds rules		invalid rules, and too many
 *	ended			attaches to processes that have ended
 *	rights [PID]		a user without rights; PID runs a machine
 *	attaches COUNT READY	a session attached to so many processes; no KTAP
 *	stuck READY GO		attach to all, then detach; no KTAP
 *	stop PID		end the guest busy.c; no KTAP
 *	patch, symbols		current targets of KVM's calls, and the kernel's
 *				symbols of the module; print, no KTAP
 *	load FILE [PARAMETER], unload
 *				prints the errno when refused, no KTAP
 * and, while a guest runs that makes calls all the time:
 *	task-filter PID WHICH	the same guest, filtered
 *	task-rule PID WHICH	the same by a rule
 *	task-regs PID		its registers are asked for
 *	task-asleep PID		memory of a task of it is absent
 *	task-removed PID	its recipe is removed
 *	regs PID		registers of a vCPU; no KTAP
 *	task PID [claimed]	the guest ../guests/x86_64/task.c
 *	mmap, position, read, poll, fork
 *	holds ends		a hold ends with its session
 *	holds deadlines COUNT	so many holds end by deadline
 *	holds signals PID	the process of the machine gets signals
 *	holds together		several sessions hold the same calls
 *	holds unplug PID	a vCPU disappears while its call is held
 *	holds wait READY	hold a call until killed; no KTAP
 *	storm SECONDS		everything concurrently
 *	cycle COUNT		so many sessions one after another; no KTAP
 *	hold COUNT		keep so many sessions attached until killed
 *	random COUNT SECONDS PID
 *				so many ioctls at random, as far as time allows;
 *				PID runs a machine that may break
 *	faults PID		each possible failure in the kernel; PID runs a machine
 * and before a guest starts; they end when it has ended:
 *	held PROFILE READY SIGNALS SKIPPED [NUMBER PATTERN]...
 *				the holder of ../guests/x86_64/held.c and the like; so
 *				many signals and skipped calls
 *	qemu rules READY, qemu hold READY GO once|again|anew
 *				for ../rewrite/tests/qemu.sh
 *	unread READY		the memory of rings that are not read
 *	storms KIND COUNT [PID]	what a member of the group may do all the time
 *	memory DIR		whose memory a session has, and its limits
 *	loss never|slow READY	exact accounts of a reader that is too slow;
 *				makes the file READY once attached
 */
#include <stdio.h>
#include <string.h>

#include "api.h"

static const struct {
	const char *name;
	int (*fn)(char **arg);
} tests[] = {
	{ "ioctl", test_ioctl }, { "mmap", test_mmap }, { "position", test_position },
	{ "loss", test_loss }, { "unread", test_unread }, { "memory", test_memory },
	{ "read", test_read }, { "regs", test_regs },
	{ "poll", test_poll }, { "storm", test_storm }, { "fork", test_fork },
	{ "ended", test_ended }, { "rights", test_rights },
	{ "patch", test_patch }, { "cycle", test_cycle }, { "hold", test_hold },
	{ "load", test_load }, { "unload", test_unload },
	{ "storms", test_storms }, { "stop", test_stop }, { "dirty", test_dirty },
	{ "stuck", test_stuck }, { "attaches", test_attaches },
	{ "held", test_held },
	{ "holds", test_holds }, { "qemu", test_qemu }, { "task", test_task }, { "task-filter", test_task_filter },
	{ "task-rule", test_task_rule }, { "task-regs", test_task_regs },
	{ "task-asleep", test_task_asleep }, { "task-removed", test_task_removed },
	{ "sysenter-regs", test_sysenter_regs },
	{ "symbols", test_symbols }, { "faults", test_faults }, { "random", test_random },
};

int main(int argc, char **argv)
{
	unsigned int i;

	for (i = 0; argc > 1 && i < sizeof(tests) / sizeof(tests[0]); i++)
		if (!strcmp(argv[1], tests[i].name))
			return tests[i].fn(argv + 2);
	fprintf(stderr, "usage: hostile TEST [ARGUMENT...]\n");
	return 2;
}
