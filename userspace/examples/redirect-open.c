// SPDX-License-Identifier: GPL-2.0
/*
 * redirect-open: open another file in place of a given one, on Linux and Windows.
 *
 *	redirect-open PROFILE FROM TO
 *
 * The module must be loaded with rewrite=1.  A longer name is written below the
 * program's stack and its red zone: that memory is unused during the call.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <vsyscalls/held.h>

enum { RED_ZONE = 128 };

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	stop = sig;
}

/* Hold the calls that open files; the kind of capture later tells the path's argument. */
static int hold_opens(struct vsys_device *d, const char *profile)
{
	struct vsys_act hold = { .what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY };
	struct vsys_rule rule = { .acts = (uintptr_t)&hold, .nacts = 1 };
	const struct vsys_table *table = vsys_table_find(profile);

	if (!table) {
		fprintf(stderr, "redirect-open: there is no profile %s\n", profile);
		return -ENOENT;
	}
	return vsys_device_rule_add_calls(d, table, "open,openat,openat2,NtCreateFile,NtOpenFile",
					  &rule);
}

static int redirect(struct vsys_held_call *h, const char *from, const char *to)
{
	int arg = vsys_held_call_text_arg(h);
	struct vsys_scratch scratch;
	uint64_t regs[VSYS_X86_REG_NR];
	char name[4096];

	/* Leave a name that cannot be read to the guest's kernel, which will refuse it. */
	if (arg < 0 || vsys_held_call_text(h, (unsigned int)arg, 0, name, sizeof(name)) < 0 ||
	    strcmp(name, from) || vsys_held_call_regs(h, VSYS_X86_REG_NR, regs))
		return 0;
	scratch.bytes = 2 * strlen(to) + 16;
	scratch.addr = regs[VSYS_X86_RSP] - RED_ZONE - scratch.bytes;
	printf("vm %u: %s -> %s\n", h->r->vm, from, to);
	return vsys_held_call_set_text(h, (unsigned int)arg, 0, to, &scratch);
}

static int serve(struct vsys_device *d, const char *from, const char *to)
{
	struct vsys_held_call *h;
	int err = 0;

	while (!stop) {
		err = vsys_held_call_wait(d, 500, &h);
		if (err == -EAGAIN || err == -EINTR)
			continue;
		if (err)
			break;
		if (redirect(h, from, to))
			fprintf(stderr, "redirect-open: %s\n", vsys_error());
		/* Ignore errors: a hold suspended by a signal is offered again. */
		vsys_held_call_resume(h, VSYS_CONTINUE, 0);
		vsys_held_call_free(h);
		fflush(stdout);
	}
	return stop ? 0 : err;
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_signal };
	struct vsys_device *d = NULL;
	int err;

	if (argc != 4) {
		fprintf(stderr, "usage: redirect-open PROFILE FROM TO\n");
		return 2;
	}
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	err = vsys_device_open(VSYS_DEVICE, &d);
	if (err) {
		fprintf(stderr, "redirect-open: %s: %s\n", VSYS_DEVICE, strerror(-err));
		return 1;
	}
	err = hold_opens(d, argv[1]);
	if (err < 0) {
		fprintf(stderr, "redirect-open: %s\n", vsys_error());
	} else {
		err = vsys_device_attach(d, 0, argv[1], 0);
		if (err)
			fprintf(stderr, "redirect-open: attach: %s\n", strerror(-err));
		else
			puts("ready");
		fflush(stdout);
		if (!err)
			err = serve(d, argv[2], argv[3]);
	}
	vsys_device_close(d);
	return err < 0;
}
