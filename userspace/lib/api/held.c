// SPDX-License-Identifier: GPL-2.0
/* Held calls: wait for, read, change and resume them. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "handle.h"
#include <vsyscalls/held.h>

/* A struct vsys_held_call, which is the first member, with its record. */
struct own {
	struct vsys_held_call h;
	uint64_t record[VSYS_RECORD_MAX / sizeof(uint64_t)];
};

static const char *const reg_names[VSYS_X86_REG_NR] = {
	"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
	"r13", "r14", "r15", "rip", "rflags",
};

const char *vsys_edit_error(int err)
{
	return err == EPERM ? "it needs CAP_SYS_ADMIN and the module parameter rewrite=1, and is "
			      "refused while the kernel is locked down" : strerror(err);
}

const char *vsys_reg_name(unsigned int reg)
{
	return reg < VSYS_X86_REG_NR ? reg_names[reg] : "no register";
}

static const char *reason(int err)
{
	switch (err) {
	case ESTALE:
		return "the call is not held any more";
	case EOPNOTSUPP:
		return "not possible here";
	case EINVAL:
		return "invalid argument, register or value for this call";
	default:
		return vsys_edit_error(err);
	}
}

static int fail_ioctl(const char *what, int err)
{
	return vsys_fail(-err, "%s: %s", what, reason(err));
}

static int fail_at(struct vsys_held_call *h, const char *what, int err, uint64_t fault)
{
	if (err != EROFS && err != EADDRNOTAVAIL)
		return fail_ioctl(what, err);
	h->fault = fault;
	return vsys_fail(-err, "%s: guest memory at 0x%" PRIx64 " is %s", what, fault,
			 err == EROFS ? "read-only" : "absent");
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / 1000000;
}

/* Get the next held call; -EAGAIN: there is none. */
static int next_call(struct vsys_device *d, struct own *o)
{
	o->h.info = (struct vsys_held){
		.size = sizeof(o->h.info), .record = (uintptr_t)o->record,
		.bytes = sizeof(o->record),
	};
	if (ioctl(vsys_device_fd(d), VSYS_HELD, &o->h.info) < 0)
		return errno == EAGAIN ? -EAGAIN : fail_ioctl("a held call", errno);
	o->h.s = d;
	o->h.r = (const void *)o->record;
	if (vsys_record_frame(o->record, o->h.info.bytes) <= 0 || vsys_record_check(o->h.r) ||
	    o->h.r->type != (o->h.info.at == VSYS_AT_ENTRY ? VSYS_REC_ENTRY : VSYS_REC_RETURN))
		return vsys_fail(-EBADMSG, "a held call: the module returned an invalid record");
	return 0;
}

int vsys_held_call_wait(struct vsys_device *d, int timeout_ms, struct vsys_held_call **hold)
{
	struct pollfd p = { .fd = vsys_device_fd(d), .events = POLLRDBAND };
	int64_t left = timeout_ms, end = now_ms() + timeout_ms;
	struct own *o = malloc(sizeof(*o));
	int err;

	if (!o)
		return vsys_fail(-ENOMEM, "a held call: out of memory");
	o->h = (struct vsys_held_call){ 0 };
	while ((err = next_call(d, o)) == -EAGAIN && (timeout_ms < 0 || left > 0)) {
		if (poll(&p, 1, timeout_ms < 0 ? -1 : (int)left) < 0) {
			err = fail_ioctl("waiting for a held call", errno);
			break;
		}
		left = end - now_ms();
	}
	if (err) {
		free(o);
		return err == -EAGAIN ? vsys_fail(err, "no call is held") : err;
	}
	*hold = &o->h;
	return 0;
}

void vsys_held_call_free(struct vsys_held_call *h)
{
	free(h);
}

int vsys_held_call_resume(struct vsys_held_call *h, unsigned int verdict, uint64_t result)
{
	struct vsys_resume r = {
		.size = sizeof(r), .id = h->info.id, .verdict = verdict, .result = result,
	};

	if (ioctl(vsys_device_fd(h->s), VSYS_RESUME, &r) < 0)
		return fail_ioctl("resuming a call", errno);
	return 0;
}

static int do_args(struct vsys_held_call *h, struct vsys_held_args *a, const char *what)
{
	a->size = sizeof(*a);
	a->id = h->info.id;
	if (ioctl(vsys_device_fd(h->s), VSYS_HELD_ARGS, a) < 0)
		return fail_at(h, what, errno, a->fault);
	return 0;
}

int vsys_held_call_args(struct vsys_held_call *h, unsigned int first, unsigned int count, uint64_t *values)
{
	struct vsys_held_args a = {
		.values = (uintptr_t)values, .first = first, .count = count,
	};

	return do_args(h, &a, "reading arguments");
}

int vsys_held_call_set_args(struct vsys_held_call *h, unsigned int first, unsigned int count,
			    const uint64_t *values)
{
	struct vsys_held_args a = {
		.flags = VSYS_WRITE, .values = (uintptr_t)values, .first = first, .count = count,
	};

	return do_args(h, &a, "writing arguments");
}

int vsys_held_call_regs(struct vsys_held_call *h, unsigned int count, uint64_t *regs)
{
	struct vsys_held_regs r = {
		.size = sizeof(r), .id = h->info.id, .values = (uintptr_t)regs, .count = count,
	};

	if (ioctl(vsys_device_fd(h->s), VSYS_HELD_REGS, &r) < 0)
		return fail_ioctl("reading registers", errno);
	return 0;
}

static int refused_regs(uint64_t mask)
{
	char names[VSYS_X86_REG_NR * 8], *at = names;
	unsigned int i;

	*at = '\0';
	for (i = 0; i < VSYS_X86_REG_NR; i++)
		if (mask >> i & 1)
			at += sprintf(at, " %s", reg_names[i]);
	return vsys_fail(-EROFS, "registers not writable at this point:%s", names);
}

int vsys_held_call_set_regs(struct vsys_held_call *h, uint64_t mask, const uint64_t *regs)
{
	struct vsys_held_regs r = {
		.size = sizeof(r), .flags = VSYS_WRITE, .id = h->info.id, .mask = mask,
		.values = (uintptr_t)regs, .count = mask ? 64 - (unsigned int)__builtin_clzll(mask) : 1,
	};

	if (ioctl(vsys_device_fd(h->s), VSYS_HELD_REGS, &r) < 0)
		return errno == EROFS ? refused_regs(r.mask) :
					fail_ioctl("writing registers", errno);
	return 0;
}

static int do_mem(struct vsys_held_call *h, uint64_t addr, const void *data, size_t bytes,
		  unsigned int flags)
{
	const char *what = flags & VSYS_WRITE ? "writing memory" : "reading memory";
	struct vsys_held_mem m = {
		.size = sizeof(m), .flags = flags, .id = h->info.id, .addr = addr,
		.data = (uintptr_t)data, .bytes = (uint32_t)bytes,
	};

	if (!bytes || bytes > VSYS_MEM_MAX)
		return vsys_fail(-EINVAL, "%s: not 1 to %d bytes at a time", what, VSYS_MEM_MAX);
	if (ioctl(vsys_device_fd(h->s), VSYS_HELD_MEM, &m) < 0)
		return fail_at(h, what, errno, m.fault);
	return 0;
}

int vsys_held_call_read(struct vsys_held_call *h, uint64_t addr, void *data, size_t bytes,
			unsigned int flags)
{
	return do_mem(h, addr, data, bytes, flags & ~VSYS_WRITE);
}

int vsys_held_call_write(struct vsys_held_call *h, uint64_t addr, const void *data, size_t bytes,
			 unsigned int flags)
{
	return do_mem(h, addr, data, bytes, flags | VSYS_WRITE);
}
