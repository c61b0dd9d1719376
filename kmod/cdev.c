// SPDX-License-Identifier: GPL-2.0
/* /dev/vsyscalls: open, ioctl table, mmap, read, poll. */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/security.h>
#include <linux/poll.h>
#include <linux/uaccess.h>

#include "arch.h"
#include "attach.h"
#include "cdev.h"
#include "profile.h"
#include "recipe.h"
#include "rewrite/hold.h"
#include "rewrite/hold_ioctl.h"
#include "rewrite/rule.h"
#include "ring.h"
#include "ring_read.h"
#include "session.h"
#include "tap.h"
#include "task_filter.h"
#include "vcpu_info.h"
#include "vcpu_regs.h"
#include "vm_memory.h"

/* A ring's mmap() offset is its index times this. */
#define RING_STRIDE (1ULL << 32)

static u32 default_profile;
static bool profile_named;
static bool rewrite;

static int cdev_info(struct vsys_session *s, struct vsys_info *info)
{
	if (info->flags)
		return -EINVAL;
	info->version = VSYS_ABI_VERSION;
	info->vendor = vsys_arch_vendor();
	info->doors = vsys_arch_doors();
	info->profiles = vsys_nr_profiles;
	info->default_profile = default_profile;
	info->flags = profile_named ? VSYS_INFO_PROFILE : 0;
	vsys_session_reap(s);
	mutex_lock(&s->lock);
	info->rings = s->nr_rings;
	WRITE_ONCE(s->seen, s->nr_rings);
	mutex_unlock(&s->lock);
	return 0;
}

static int cdev_profile(struct vsys_session *s, struct vsys_profile_info *info)
{
	const struct vsys_profile *p;
	int i;

	if (info->flags)
		return -EINVAL;
	if (info->index >= vsys_nr_profiles)
		return -ENOENT;
	p = &vsys_profiles[array_index_nospec(info->index, vsys_nr_profiles)];
	info->os = p->os;
	info->arch = p->arch;
	info->calls = p->numbers[p->abi]->calls;
	info->doors = p->doors;
	info->abis = 0;
	for (i = 1; i < VSYS_ABI_NR; i++)
		if (p->numbers[i])
			info->abis |= 1 << i;
	strscpy_pad(info->name, p->name, sizeof(info->name));
	return 0;
}

static int cdev_attach(struct vsys_session *s, struct vsys_attach *a)
{
	int profile = default_profile;

	if (strnlen(a->profile, sizeof(a->profile)) == sizeof(a->profile))
		return -EINVAL;
	if (a->profile[0])
		profile = vsys_profile_find(a->profile);
	if (profile < 0)
		return profile;
	return vsys_attach(s, a, profile);
}

static int cdev_ring(struct vsys_session *s, struct vsys_ring_info *info)
{
	struct vsys_session_ring *r;

	if (info->flags)
		return -EINVAL;
	mutex_lock(&s->lock);
	r = xa_load(&s->rings, info->index);
	if (r) {
		info->flags = r->counts ? 0 : VSYS_RING_CLOSED;
		info->vm = r->vm;
		info->vcpu = r->vcpu;
		info->profile = r->profile;
		info->offset = info->index * RING_STRIDE;
		info->bytes = r->ring->bytes;
	}
	mutex_unlock(&s->lock);
	return r ? 0 : -ENOENT;
}

static int cdev_time(struct vsys_session *s, struct vsys_time *t)
{
	if (t->flags)
		return -EINVAL;
	local_irq_disable();
	t->clock = vsys_clock_now();
	t->realtime = ktime_get_real_ns();
	local_irq_enable();
	return 0;
}

enum {
	OUT = 1 << 0,	/* the structure is copied back if there was no error */
	EDIT = 1 << 1,	/* needs the right to rewrite; copied back with an error, too */
};

/*
 * The ioctls: number, structure, function, flags.  A function takes the session and
 * its own structure, all of which is from the caller.
 */
#define IOCTLS(X) \
	X(VSYS_INFO, vsys_info, cdev_info, OUT) \
	X(VSYS_PROFILE, vsys_profile_info, cdev_profile, OUT) \
	X(VSYS_SETUP, vsys_setup, vsys_session_setup, 0) \
	X(VSYS_ATTACH, vsys_attach, cdev_attach, 0) \
	X(VSYS_DETACH, vsys_detach, vsys_detach, 0) \
	X(VSYS_FILTER, vsys_filter, vsys_tap_filter, 0) \
	X(VSYS_RING, vsys_ring_info, cdev_ring, OUT) \
	X(VSYS_STATS, vsys_stats, vsys_session_stats, OUT) \
	X(VSYS_RULE, vsys_rule, vsys_rule_add, OUT | EDIT) \
	X(VSYS_UNRULE, vsys_rule_info, vsys_rule_remove, 0) \
	X(VSYS_RULE_INFO, vsys_rule_info, vsys_rule_info, OUT) \
	X(VSYS_HELD, vsys_held, vsys_hold_ioctl_next, OUT | EDIT) \
	X(VSYS_HELD_ARGS, vsys_held_args, vsys_hold_ioctl_args, OUT | EDIT) \
	X(VSYS_HELD_REGS, vsys_held_regs, vsys_hold_ioctl_regs, OUT | EDIT) \
	X(VSYS_HELD_MEM, vsys_held_mem, vsys_hold_ioctl_mem, OUT | EDIT) \
	X(VSYS_RESUME, vsys_resume, vsys_hold_ioctl_resume, OUT | EDIT) \
	X(VSYS_VCPU, vsys_vcpu_info, vsys_vcpu_info_get, OUT) \
	X(VSYS_TIME, vsys_time, cdev_time, OUT) \
	X(VSYS_RECIPE, vsys_recipe, vsys_recipe_set, 0) \
	X(VSYS_TASK_FILTER, vsys_task_filter, vsys_task_filter, 0) \
	X(VSYS_MEMORY, vsys_memory, vsys_vm_memory_get, OUT) \
	X(VSYS_VCPU_REGS, vsys_vcpu_regs, vsys_vcpu_regs_get, OUT)

/* Room for any of the structures. */
union cdev_arg {
	u32 size;	/* the first member of each */
#define X(ioctl, type, fn, flags_) struct type arg_##ioctl;
	IOCTLS(X)
#undef X
};

static const struct {
	unsigned int cmd;
	u32 size;
	u32 flags;
} ops[] = {
#define X(ioctl, type, fn, flags_) \
	[_IOC_NR(ioctl)] = { \
		.cmd = ioctl, \
		.size = sizeof(struct type) + BUILD_BUG_ON_ZERO(offsetof(struct type, size)), \
		.flags = flags_, \
	},
	IOCTLS(X)
#undef X
};

static int cdev_call(struct vsys_session *s, unsigned int cmd, union cdev_arg *arg)
{
	switch (cmd) {
#define X(ioctl, type, fn, flags_) \
	case ioctl: \
		return fn(s, &arg->arg_##ioctl);
		IOCTLS(X)
#undef X
	default:
		return -ENOTTY;
	}
}

static bool may_edit(void)
{
	return rewrite && capable(CAP_SYS_ADMIN) &&
	       !security_locked_down(LOCKDOWN_INTEGRITY_MAX);
}

static long cdev_ioctl(struct file *file, unsigned int cmd, unsigned long uarg)
{
	struct vsys_session *s = file->private_data;
	void __user *user = (void __user *)uarg;
	unsigned int nr = _IOC_NR(cmd);
	union cdev_arg arg = {};
	u32 size;
	int err;

	if (nr >= ARRAY_SIZE(ops))
		return -ENOTTY;
	nr = array_index_nospec(nr, ARRAY_SIZE(ops));
	if (ops[nr].cmd != cmd)
		return -ENOTTY;
	if (ops[nr].flags & EDIT && !may_edit())
		return -EPERM;
	if (get_user(size, (u32 __user *)user))
		return -EFAULT;
	if (size < ops[nr].size || size > PAGE_SIZE)
		return -EINVAL;
	err = copy_struct_from_user(&arg, ops[nr].size, user, size);
	if (err)
		return err;
	err = cdev_call(s, cmd, &arg);
	if (!(ops[nr].flags & OUT) || (err && !(ops[nr].flags & EDIT)))
		return err;
	/* The size the caller gave stays: a retry is the same call. */
	arg.size = size;
	return copy_to_user(user, &arg, ops[nr].size) ? -EFAULT : err;
}

static int cdev_open(struct inode *inode, struct file *file)
{
	file->private_data = vsys_session_new();
	if (!file->private_data)
		return -ENOMEM;
	return nonseekable_open(inode, file);
}

static int cdev_release(struct inode *inode, struct file *file)
{
	struct vsys_session *s = file->private_data;

	vsys_detach_all(s);
	vsys_rule_remove_all(s);
	vsys_session_put(s);
	return 0;
}

static int cdev_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct vsys_session *s = file->private_data;
	unsigned long pages = RING_STRIDE >> PAGE_SHIFT;
	struct vsys_session_ring *r;
	struct vsys_ring *ring;
	int err;

	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;
	/* A mapping may wait for memory, and vCPUs wait for the lock. */
	mutex_lock(&s->lock);
	r = xa_load(&s->rings, vma->vm_pgoff / pages);
	ring = r ? vsys_ring_get(r->ring) : NULL;
	mutex_unlock(&s->lock);
	if (!ring)
		return -EINVAL;
	err = vsys_ring_mmap(ring, vma, vma->vm_pgoff % pages);
	vsys_ring_put(ring);
	return err;
}

/* The timer is set after the reader has queued itself, so it finds it. */
static bool readable_or_timer(struct vsys_session *s)
{
	if (vsys_session_readable(s))
		return true;
	vsys_session_wait_begin(s);
	return false;
}

static ssize_t cdev_read(struct file *file, char __user *buf, size_t len,
			 loff_t *pos)
{
	struct vsys_session *s = file->private_data;
	ssize_t ret;

	do {
		ret = vsys_read(s, buf, len);
		if (ret || !len)
			return ret;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		ret = wait_event_interruptible(s->wait, readable_or_timer(s));
	} while (!ret);
	return ret;
}

static __poll_t cdev_poll(struct file *file, poll_table *wait)
{
	struct vsys_session *s = file->private_data;
	__poll_t ret = 0;

	poll_wait(file, &s->wait, wait);
	if (readable_or_timer(s))
		ret = EPOLLIN | EPOLLRDNORM;
	if (READ_ONCE(s->nr_rings) != READ_ONCE(s->seen))
		ret |= EPOLLPRI;
	if (vsys_hold_first(s))
		ret |= EPOLLRDBAND;
	return ret;
}

static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.open = cdev_open,
	.release = cdev_release,
	.unlocked_ioctl = cdev_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = cdev_mmap,
	.read = cdev_read,
	.poll = cdev_poll,
};

static struct miscdevice misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "vsyscalls",
	.fops = &fops,
	.mode = 0600,
};

/**
 * vsys_cdev_init() - make /dev/vsyscalls
 * @profile: name of the default profile; NULL: that of the build
 * @may_rewrite: calls may be held and changed
 *
 * Return: 0, -EINVAL for an unknown profile, which the log says, or what
 * misc_register() says.
 */
int __init vsys_cdev_init(const char *profile, bool may_rewrite)
{
	int index = vsys_profile_find(profile ?: VSYS_DEFAULT_PROFILE);

	if (index < 0) {
		pr_err("unknown profile \"%s\", see vsysread --profiles\n", profile);
		return -EINVAL;
	}
	default_profile = index;
	profile_named = profile;
	rewrite = may_rewrite;
	return misc_register(&misc);
}

void vsys_cdev_exit(void)
{
	misc_deregister(&misc);
}
