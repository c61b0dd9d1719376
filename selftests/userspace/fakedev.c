// SPDX-License-Identifier: GPL-2.0
/*
 * A fake device for vsysread: open() of FAKE and the ioctls are
 * answered here, the rings are pages of a memory file.  Two vCPUs of machine
 * 7 make calls as soon as something is attached, and then end.  Some process
 * ids stand for faults of a machine: see do_attach().
 *
 * FAKEDEV in the environment adds a fault: "version", "gap" (an event that is
 * neither written nor lost), "lost" (losses without a record), "hole" (losses with a
 * record), "old" (a profile that the library does not know), "none" (nothing runs),
 * "locked" (no rules), "error" (each rule has failed once), "find" (the module names no
 * profile, machine 7 has memory: a Linux kernel), "reboot" (the same, and Windows when it
 * is looked at again).  FAKEDEV_LOG names a file:
 * arguments of VSYS_ATTACH, VSYS_FILTER and VSYS_RULE are appended to it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/vsyscalls_edit.h>
#include "fakelinux.h"
#include "fakering.h"

#define FAKE "/fake/vsyscalls"

enum {
	PAGE = 4096,
	BYTES = 4096,
	STRIDE = 1 << 20,
	RINGS = 2,
	READ = 0,
	CLOSE = 3,
	FILTERED = 1000,
	FDS = 1024,

	DOORS = 1 << VSYS_DOOR_SYSCALL | 1 << VSYS_DOOR_SYSENTER,
};

static const struct {
	const char *name;
	uint32_t os, arch, calls;
} profiles[] = {
	{ "linux_x86_64", VSYS_OS_LINUX, VSYS_ARCH_X86_64, 385 },
	{ "other_x86_64", VSYS_OS_LINUX, VSYS_ARCH_X86_64, 2 },
	{ "windows_test_x64", VSYS_OS_WINDOWS, VSYS_ARCH_X86_64, 11 },
	{ "windows_test_x86", VSYS_OS_WINDOWS, VSYS_ARCH_X86, 11 },
	{ "windows_3", VSYS_OS_WINDOWS, VSYS_ARCH_X86, 7 },
	{ "windows_10_19041_x64", VSYS_OS_WINDOWS, VSYS_ARCH_X86_64, 11 },
};

static int fake_fd = -1;
static bool is_fake[FDS];
static bool attached, filtered;
static struct fakeguest memory;
static unsigned int looks;
static uint64_t rules;
static struct fakering rings[RINGS];

static bool spoilt(const char *how)
{
	const char *s = getenv("FAKEDEV");

	return s && !strcmp(s, how);
}

__attribute__((format(printf, 1, 2)))
static void note(const char *fmt, ...)
{
	const char *path = getenv("FAKEDEV_LOG");
	FILE *f = path ? fopen(path, "ae") : NULL;
	va_list ap;

	if (!f)
		return;
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	fclose(f);
}

static bool has_memory(void)
{
	return spoilt("find") || spoilt("reboot");
}

static int open_fake(void)
{
	int fd = memfd_create("fakedev", 0);

	if (fd < 0 || fd >= FDS)
		abort();
	is_fake[fd] = true;
	return fd;
}

/* A new session; one that asks for no profiles looks into a machine, beside the trace. */
static void begin(int fd)
{
	unsigned int i;

	if (fd == fake_fd)
		return;
	for (i = 0; attached && i < RINGS; i++)
		fakering_free(&rings[i]);
	attached = filtered = false;
	fake_fd = fd;
}

int open(const char *path, int flags, ...)
{
	va_list ap;
	int mode;

	if (!strcmp(path, FAKE))
		return open_fake();
	va_start(ap, flags);
	mode = va_arg(ap, int);
	va_end(ap);
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static void emit(struct fakering *f, struct rec *r, uint64_t time)
{
	struct vsys_record *h = rec_head(r);

	h->seq = f->writer.emitted++;
	h->time = time;
	h->vm = 7;
	h->vcpu = (uint16_t)f->ring.vcpu;
	fakering_junk(f, r->b, h->size);
}

static void lose(struct fakering *f, uint64_t n)
{
	static struct rec r;

	rec_lost(&r, f->writer.emitted, f->writer.emitted + n - 1);
	f->writer.emitted += n;
	f->writer.lost += n;
	rec_head(&r)->vm = 7;
	rec_head(&r)->vcpu = (uint16_t)f->ring.vcpu;
	rec_head(&r)->time = 55;
	fakering_junk(f, r.b, rec_head(&r)->size);
}

/* A call on one vCPU that returns on the other. */
static void calls(void)
{
	static const uint64_t args[] = { 5, 0, 0 };
	static struct rec r;

	rec_event(&r, VSYS_REC_ATTACH);
	emit(&rings[0], &r, 10);
	rec_event(&r, VSYS_REC_ATTACH);
	emit(&rings[1], &r, 11);
	if (spoilt("reboot")) {
		rec_event(&r, VSYS_REC_ENTRY_REG);
		emit(&rings[0], &r, 15);
	}
	rec_entry(&r, CLOSE, 1, 1, args);
	emit(&rings[0], &r, 20);
	rec_return(&r, CLOSE, 1, 0);
	emit(&rings[1], &r, 30);
	rec_entry(&r, filtered ? CLOSE : FILTERED, 2, 1, args);
	emit(&rings[1], &r, 40);
	rec_return(&r, filtered ? CLOSE : FILTERED, 2, (uint64_t)-9);
	emit(&rings[0], &r, 50);
	if (spoilt("hole"))
		lose(&rings[0], 5);
	rec_entry(&r, READ, 3, 3, args);
	emit(&rings[0], &r, 60);
	if (spoilt("gap"))
		rings[0].writer.emitted++;
	if (spoilt("lost")) {
		rings[0].writer.emitted += 3;
		rings[0].writer.lost += 3;
	}
}

static void publish(void)
{
	unsigned int i;

	if (ftruncate(fake_fd, RINGS * STRIDE))
		abort();
	for (i = 0; i < RINGS; i++) {
		off_t at = (off_t)i * STRIDE;

		rings[i].writer.closed = 1;
		if (pwrite(fake_fd, &rings[i].writer, sizeof(rings[i].writer), at + PAGE) < 0 ||
		    pwrite(fake_fd, rings[i].data, 2 * BYTES, at + 2 * PAGE) < 0)
			abort();
	}
}

static int do_attach(const struct vsys_attach *a, bool looking)
{
	static const int wrong[] = { [8] = ESRCH, [11] = EEXIST, [12] = EBUSY };
	unsigned int i;

	note("%s %d %s 0x%x\n", looking ? "look" : "attach", (int)a->pid, a->profile[0] ? a->profile : "-", a->doors);
	if (a->pid > 0 && a->pid < 13 && wrong[a->pid]) {
		errno = wrong[a->pid];
		return -1;
	}
	/* No profile has all doors of the host, as an example. */
	if (a->doors & ~(uint32_t)DOORS || a->doors == DOORS) {
		errno = EOPNOTSUPP;
		return -1;
	}
	if (attached || looking || spoilt("none"))
		return 0;
	for (i = 0; i < RINGS; i++)
		fakering_init(&rings[i], BYTES, i, NULL);
	calls();
	publish();
	attached = true;
	return 0;
}

static int do_ring(struct vsys_ring_info *info)
{
	info->vm = 7;
	info->vcpu = info->index;
	info->offset = (uint64_t)info->index * STRIDE;
	info->bytes = BYTES;
	return 0;
}

static int do_filter(const struct vsys_filter *f)
{
	const uint32_t *numbers = (const uint32_t *)(uintptr_t)f->numbers;
	unsigned int i;

	note("filter %u %s%s", f->abi, f->flags ? "!" : "", f->count ? "" : "-");
	for (i = 0; i < f->count; i++)
		note("%s%u", i ? "," : "", numbers[i]);
	note("\n");
	filtered = true;
	return 0;
}

static void note_conds(uint64_t conds, uint32_t count)
{
	const struct vsys_task_cond *c = (const struct vsys_task_cond *)(uintptr_t)conds;
	uint32_t i;

	for (i = 0; i < count; i++, c++) {
		note(" %s%u:", c->flags & VSYS_TASK_NOT ? "!" : "", c->what);
		if (*c->glob)
			note("'%s'", c->glob);
		else
			note("%llu", (unsigned long long)c->value);
	}
}

static int do_rule(struct vsys_rule *r)
{
	const uint32_t *numbers = (const uint32_t *)(uintptr_t)r->numbers;
	const struct vsys_act *a = (const struct vsys_act *)(uintptr_t)r->acts;
	const unsigned char *data;
	uint32_t i, j;

	if (spoilt("locked")) {
		errno = EPERM;
		return -1;
	}
	note("rule %u flags %u %llu..%llu+%llu '%.*s'", r->abi, r->flags,
	     (unsigned long long)r->first, (unsigned long long)r->last,
	     (unsigned long long)r->step, (int)r->glob_bytes,
	     r->glob_bytes ? (const char *)(uintptr_t)r->glob : "");
	for (i = 0; i < r->count; i++)
		note("%s%u", i ? "," : " ", numbers[i]);
	for (i = 0; i < r->nacts; i++, a++) {
		note(" %u@%u[%u]=0x%llx", a->what, a->at, a->index, (unsigned long long)a->value);
		if (a->ms)
			note(",%ums", a->ms);
		data = (const unsigned char *)(uintptr_t)a->data;
		for (j = 0; j < a->bytes; j++)
			note("%s%02x", j ? "" : ":", data[j]);
	}
	note_conds(r->tasks, r->ntasks);
	note("\n");
	r->id = ++rules;
	return 0;
}

static int do_task_filter(const struct vsys_task_filter *f)
{
	note("tasks");
	note_conds(f->conds, f->count);
	note("\n");
	return 0;
}

static int do_rule_info(struct vsys_rule_info *info)
{
	if (info->id >= rules) {
		errno = ENOENT;
		return -1;
	}
	info->id++;
	info->matched = 3;
	info->acted = 2;
	info->failed = spoilt("error");
	info->error = spoilt("error") ? EROFS : 0;
	return 0;
}

static int do_profile(struct vsys_profile_info *p)
{
	strcpy(p->name, profiles[p->index].name);
	p->os = profiles[p->index].os;
	p->arch = profiles[p->index].arch;
	p->calls = profiles[p->index].calls;
	return 0;
}

static int do_info(struct vsys_info *info)
{
	info->version = VSYS_ABI_VERSION + spoilt("version");
	info->flags = has_memory() ? 0 : VSYS_INFO_PROFILE;
	info->profiles = has_memory() ? 6 : spoilt("old") ? 5 : 4;
	info->doors = DOORS;
	info->rings = attached ? RINGS : 0;
	return 0;
}

/* Process 7 has two vCPUs; two other sessions trace the first. */
static int do_vcpu(struct vsys_vcpu_info *v)
{
	if (v->pid != 7 || v->index > 1) {
		errno = v->pid == 7 ? ENOENT : ESRCH;
		return -1;
	}
	v->vcpu = v->index;
	v->mode = v->index ? VSYS_MODE_REAL : VSYS_MODE_LONG;
	v->flags = v->index ? 0 : VSYS_VCPU_TRACED;
	v->sessions = v->index ? 0 : 2;
	v->profile = 2;
	return 0;
}

/* Machine 7 runs Linux; after its reboot Windows 10. */
static int do_regs(const struct vsys_vcpu_regs *r)
{
	uint64_t *v = (uint64_t *)(uintptr_t)r->values;

	if (!has_memory())
		return 0;
	if (!memory.bytes) {
		fake_linux_begin(&memory, &fake_layouts[0]);
		fake_task(&memory, &fake_layouts[0], 0, 1, "init", 0, 0);
		fake_current(&memory, &fake_layouts[0], 0);
		fake_map(&memory, 0x7ffe0000, 4096, 0);
		fake_put(&memory, 0x7ffe0030, "C\0:\0\\", 6);
		fake_put32(&memory, 0x7ffe0260, 19041);
		fake_put32(&memory, 0x7ffe026c, 10);
	}
	v[VSYS_X86_VCPU_CR0] = 0x80000001;
	v[VSYS_X86_VCPU_CR3] = memory.space.root;
	v[VSYS_X86_VCPU_CR4] = 0x20;
	v[VSYS_X86_VCPU_EFER] = 0x500;
	v[VSYS_X86_VCPU_LSTAR] = looks++ && spoilt("reboot") ? 0xfffff80000001000 : FAKE_ENTRY;
	v[VSYS_X86_VCPU_KERNEL_GS] = FAKE_PERCPU;
	return 0;
}

static int do_memory(struct vsys_memory *m)
{
	if (has_memory() && m->gpa) {
		errno = ENOENT;
		return -1;
	}
	m->bytes = has_memory() ? FAKE_BYTES : 0;
	m->addr = 0x10000;
	return 0;
}

ssize_t process_vm_readv(pid_t pid, const struct iovec *to, unsigned long nto,
			 const struct iovec *from, unsigned long nfrom, unsigned long flags)
{
	uint64_t at = (uintptr_t)from->iov_base - 0x10000;

	(void)nto, (void)nfrom, (void)flags;
	if (pid != 7 || at > FAKE_BYTES || to->iov_len > FAKE_BYTES - at)
		return -1;
	memcpy(to->iov_base, memory.bytes + at, to->iov_len);
	return (ssize_t)to->iov_len;
}

static int do_time(struct vsys_time *t)
{
	t->clock = 10;
	t->realtime = UINT64_C(1000000000000000010);
	return 0;
}

int close(int fd)
{
	if (fd >= 0 && fd < FDS)
		is_fake[fd] = false;
	if (fd == fake_fd)
		fake_fd = -1;
	return (int)syscall(SYS_close, fd);
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (fd < 0 || fd >= FDS || !is_fake[fd])
		return (int)syscall(SYS_ioctl, fd, request, arg);
	switch (request) {
	case VSYS_INFO:
		return do_info(arg);
	case VSYS_PROFILE:
		begin(fd);
		return do_profile(arg);
	case VSYS_ATTACH:
		return do_attach(arg, fd != fake_fd);
	case VSYS_DETACH:
		if (has_memory())
			note("detach %d\n", (int)((struct vsys_detach *)arg)->pid);
		return 0;
	case VSYS_VCPU_REGS:
		return do_regs(arg);
	case VSYS_MEMORY:
		return do_memory(arg);
	case VSYS_RECIPE:
		if (has_memory())
			note("recipe %d%s\n", ((struct vsys_recipe *)arg)->pid,
			     ((struct vsys_recipe *)arg)->nfields ? "" : " none");
		return 0;
	case VSYS_FILTER:
		return fd == fake_fd ? do_filter(arg) : 0;
	case VSYS_RULE:
		return do_rule(arg);
	case VSYS_RULE_INFO:
		return do_rule_info(arg);
	case VSYS_RING:
		return do_ring(arg);
	case VSYS_VCPU:
		return do_vcpu(arg);
	case VSYS_TASK_FILTER:
		return do_task_filter(arg);
	case VSYS_TIME:
		return do_time(arg);
	case VSYS_STATS:
		((struct vsys_stats *)arg)->unknown = 3;
		return 0;
	default:
		return 0;
	}
}
