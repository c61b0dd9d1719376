// SPDX-License-Identifier: GPL-2.0
/*
 * minivm: the smallest virtual machine that can make a system call.
 *
 *	minivm [options] GUEST.bin
 *
 *	--vcpus N		1 to 8 vCPUs, default 1
 *	--la57			5-level paging; skips (exit 4) without LA57
 *	--legacy PAGING		32-bit protected mode, PAGING is none, 2 (levels),
 *				pse (4 MiB pages) or pae
 *	--strict[=DOORS]	the CPU's known deviations in these instructions are
 *				failures, for guests that are traced: syscall (if
 *				none is named), sysenter, int80, int2e
 *	--timeout SECONDS	default 600
 *	--cpuid-vendor TEXT	12 characters for CPUID leaf 0
 *	--arg N			a number for the guest
 *	--device FILE		map a page of a device at MINIVM_DEVICE: FILE is a resource
 *				of a PCI device in sysfs, as resource5
 *	--kick US		interrupt vCPU 0 every US microseconds
 *	--move US		the same, and move the machine, as a migration does
 *	--absent		a page of its memory is absent until SIGHUP comes
 *	--dirty-ring ENTRIES	KVM logs writes of each vCPU in a ring of so many
 *
 * On SIGUSR2 vCPU 1 is closed, and its thread ends.
 *
 * Every vCPU starts in 64-bit mode (--legacy: with flat 32-bit segments) at CPL 0
 * at the first byte of the image, with RDI = index, RSI = flags and RDX =
 * argument, see ../lib/minivm.h.
 *
 * Exit code: the guest's; 2 usage; 3 the guest crashed, hung or could
 * not be run; 4 skipped.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "vm.h"

struct vm vm = { .nr_vcpus = 1, .levels = 4 };

void die(int code, const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	va_start(ap, fmt);
	printf("# minivm: ");
	vprintf(fmt, ap);
	printf("\n");
	va_end(ap);
	fflush(stdout);
	_exit(code);
}

int kvm_ioctl(int fd, unsigned long request, void *arg, const char *what)
{
	int ret = ioctl(fd, request, arg);

	if (ret < 0)
		die(EXIT_CRASH, "%s: %s", what, strerror(errno));
	return ret;
}

static void on_kick(int sig)
{
	(void)sig;
}

/* Close a vCPU while it runs, as a virtual machine monitor may. */
static void on_unplug(int sig)
{
	(void)sig;
	if (vm.nr_vcpus < 2 || vm.unplugged)
		return;
	vm.unplugged = 1;
	close(vm.vcpus[1].fd);
	pthread_kill(vm.vcpus[1].thread, SIGUSR1);
}

static bool set_legacy(const char *paging)
{
	static const struct {
		const char *name;
		int levels;
		uint64_t flags;
	} modes[] = {
		{ "none", 0, 0 },
		{ "2", 2, 0 },
		{ "pse", 2, MINIVM_F_PSE },
		{ "pae", 3, 0 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (!strcmp(paging, modes[i].name)) {
			vm.levels = modes[i].levels;
			vm.flags |= modes[i].flags;
			return true;
		}
	}
	return false;
}

static bool set_strict(char *doors)
{
	static const char *const names[] = {
		[MINIVM_DOOR_SYSCALL] = "syscall",
		[MINIVM_DOOR_SYSENTER] = "sysenter",
		[MINIVM_DOOR_INT80] = "int80",
		[MINIVM_DOOR_INT2E] = "int2e",
	};
	char *name;
	int i;

	for (name = strtok(doors, ","); name; name = strtok(NULL, ",")) {
		for (i = 0; i < 4 && strcmp(name, names[i]); i++)
			;
		if (i == 4)
			return false;
		vm.flags |= 1ULL << (MINIVM_F_STRICT_SHIFT + i);
	}
	return true;
}

static void kick_often(unsigned int us, unsigned int seconds)
{
	time_t end = time(NULL) + seconds;

	while (time(NULL) < end) {
		usleep(us);
		pthread_kill(vm.vcpus[0].thread, SIGUSR1);
	}
}

static void __attribute__((noreturn)) usage(void)
{
	fprintf(stderr, "usage: minivm [options] GUEST.bin\n");
	exit(2);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "vcpus", required_argument, NULL, 'n' },
		{ "la57", no_argument, NULL, 'l' },
		{ "legacy", required_argument, NULL, 'p' },
		{ "strict", optional_argument, NULL, 's' },
		{ "timeout", required_argument, NULL, 't' },
		{ "cpuid-vendor", required_argument, NULL, 'v' },
		{ "arg", required_argument, NULL, 'a' },
		{ "device", required_argument, NULL, 'd' },
		{ "kick", required_argument, NULL, 'k' },
		{ "move", required_argument, NULL, 'm' },
		{ "absent", no_argument, NULL, 'b' },
		{ "dirty-ring", required_argument, NULL, 'r' },
		{ }
	};
	struct sigaction kick = { .sa_handler = on_kick };
	struct sigaction unplug = { .sa_handler = on_unplug };
	const char *vendor = NULL, *device = NULL;
	unsigned int timeout = 600, kick_us = 0;
	bool absent = false;
	int c, i;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'n': vm.nr_vcpus = atoi(optarg); break;
		case 'l': vm.levels = 5; break;
		case 'p':
			if (!set_legacy(optarg))
				usage();
			break;
		case 's':
			if (!set_strict(optarg ? optarg : (char []){ "syscall" }))
				usage();
			break;
		case 't': timeout = atoi(optarg); break;
		case 'v': vendor = optarg; break;
		case 'd': device = optarg; break;
		case 'a': vm.arg = strtoull(optarg, NULL, 0); break;
		case 'm': vm.moves = true; /* fall through */
		case 'k': kick_us = atoi(optarg); break;
		case 'b': absent = true; break;
		case 'r': vm.dirty_ring = atoi(optarg); break;
		default: usage();
		}
	}
	if (optind != argc - 1 || vm.nr_vcpus < 1 || vm.nr_vcpus > MAX_VCPUS ||
	    (vendor && strlen(vendor) != 12))
		usage();
	vm.flags |= (uint64_t)vm.nr_vcpus << MINIVM_F_VCPUS_SHIFT |
		    (uint64_t)vm.levels << MINIVM_F_LEVELS_SHIFT;

	create_vm(argv[optind], vendor);
	if (device)
		add_device(device);
	if (absent)
		absent_page();
	sigaction(SIGUSR1, &kick, NULL);
	sigaction(SIGUSR2, &unplug, NULL);
	for (i = 0; i < vm.nr_vcpus; i++)
		if (pthread_create(&vm.vcpus[i].thread, NULL, run_vcpu,
				   &vm.vcpus[i]))
			die(EXIT_CRASH, "cannot create a thread");
	if (kick_us)
		kick_often(kick_us, timeout);
	else
		while ((timeout = sleep(timeout)))
			;
	vm.timed_out = 1;
	for (;;) {
		for (i = 0; i < vm.nr_vcpus; i++)
			pthread_kill(vm.vcpus[i].thread, SIGUSR1);
		usleep(100000);
	}
}
