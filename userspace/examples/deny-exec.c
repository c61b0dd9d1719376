// SPDX-License-Identifier: GPL-2.0
/*
 * deny-exec: fail the execution of Linux programs that match a pattern, with EACCES.
 *
 *	deny-exec PROFILE GLOB
 *
 * The module applies the rule by itself: no call waits for this program, which prints
 * the number of denials.  The module must be loaded with rewrite=1.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <vsyscalls/held.h>

static int deny(struct vsys_device *d, const char *profile, const char *glob)
{
	struct vsys_act skip = {
		.what = VSYS_ACT_SKIP, .at = VSYS_AT_ENTRY, .value = (uint64_t)-EACCES,
	};
	struct vsys_rule rule = {
		.flags = VSYS_RULE_GLOB_ANY,
		.acts = (uintptr_t)&skip, .nacts = 1,
		.glob = (uintptr_t)glob, .glob_bytes = (uint32_t)strlen(glob),
	};
	const struct vsys_table *table = vsys_table_find(profile);
	int err;

	if (!table || table->os != VSYS_OS_LINUX) {
		fprintf(stderr, "deny-exec: %s is not a Linux profile\n", profile);
		return -ENOENT;
	}
	err = vsys_device_rule_add_calls(d, table, "execve,execveat", &rule);
	if (err < 0)
		fprintf(stderr, "deny-exec: %s\n", vsys_error());
	return err;
}

int main(int argc, char **argv)
{
	struct vsys_rule_info info = { 0 };
	struct vsys_device *d = NULL;
	uint64_t acted = 0;
	sigset_t end;
	int err, sig;

	if (argc != 3) {
		fprintf(stderr, "usage: deny-exec PROFILE GLOB\n");
		return 2;
	}
	sigemptyset(&end);
	sigaddset(&end, SIGINT);
	sigaddset(&end, SIGTERM);
	sigprocmask(SIG_BLOCK, &end, NULL);
	err = vsys_device_open(VSYS_DEVICE, &d);
	if (err) {
		fprintf(stderr, "deny-exec: %s: %s\n", VSYS_DEVICE, strerror(-err));
		return 1;
	}
	err = deny(d, argv[1], argv[2]);
	if (err > 0) {
		err = vsys_device_attach(d, 0, argv[1], 0);
		if (err)
			fprintf(stderr, "deny-exec: attach: %s\n", strerror(-err));
	}
	if (!err) {
		puts("ready");
		fflush(stdout);
		sigwait(&end, &sig);
		while (!vsys_device_rule_next(d, &info))
			acted += info.acted - info.failed;
		printf("denied %" PRIu64 "\n", acted);
	}
	vsys_device_close(d);
	return err < 0;
}
