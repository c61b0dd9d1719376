// SPDX-License-Identifier: GPL-2.0
/* /dev/vsyscalls: open, ioctl table, mmap, read, poll. */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/security.h>
#include <linux/poll.h>
#include <linux/uaccess.h>

#include "arch.h"
#include "attach.h"
#include "cdev.h"
#include "profile.h"
#include "rewrite/hold.h"
#include "rewrite/hold_ioctl.h"
#include "rewrite/rule.h"
#include "ring.h"
#include "ring_read.h"
#include "session.h"
#include "tap.h"
#include "vcpu_info.h"

/* A ring's mmap() offset is its index times this. */
#define RING_STRIDE (1ULL << 32)

static u32 default_profile;
static bool rewrite;

static int do_info(struct vsys_session *s, void *arg)
{
	struct vsys_info *info = arg;

	if (info->flags)
		return -EINVAL;
	info->version = VSYS_ABI_VERSION;
	info->vendor = vsys_arch_vendor();
	info->doors = vsys_arch_doors();
	info->profiles = vsys_nr_profiles;
	info->default_profile = default_profile;
	mutex_lock(&s->lock);
	info->rings = s->nr_rings;
	WRITE_ONCE(s->seen, s->nr_rings);
	mutex_unlock(&s->lock);
	return 0;
}

static int do_profile(struct vsys_session *s, void *arg)
{
	struct vsys_profile_info *info = arg;
	const struct vsys_profile *p;
	int i;

	if (info->flags)
		return -EINVAL;
	if (info->index >= vsys_nr_profiles)
		return -ENOENT;
	p = &vsys_profiles[info->index];
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

static int do_setup(struct vsys_session *s, void *arg)
{
	return vsys_session_setup(s, arg);
}

static int do_attach(struct vsys_session *s, void *arg)
{
	struct vsys_attach *a = arg;
	int profile = default_profile;

	if (strnlen(a->profile, sizeof(a->profile)) == sizeof(a->profile))
		return -EINVAL;
	if (a->profile[0])
		profile = vsys_profile_find(a->profile);
	if (profile < 0)
		return profile;
	return vsys_attach(s, a, profile);
}

static int do_detach(struct vsys_session *s, void *arg)
{
	return vsys_detach(s, arg);
}

static int do_filter(struct vsys_session *s, void *arg)
{
	return vsys_tap_filter(s, arg);
}

static int do_ring(struct vsys_session *s, void *arg)
{
	struct vsys_ring_info *info = arg;
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

static int do_stats(struct vsys_session *s, void *arg)
{
	return vsys_session_stats(s, arg);
}

static int do_rule(struct vsys_session *s, void *arg)
{
	return vsys_rule_add(s, arg);
}

static int do_unrule(struct vsys_session *s, void *arg)
{
	return vsys_rule_remove(s, arg);
}

static int do_rule_info(struct vsys_session *s, void *arg)
{
	return vsys_rule_info(s, arg);
}

static int do_held(struct vsys_session *s, void *arg)
{
	return vsys_hold_ioctl_next(s, arg);
}

static int do_args(struct vsys_session *s, void *arg)
{
	return vsys_hold_ioctl_args(s, arg);
}

static int do_regs(struct vsys_session *s, void *arg)
{
	return vsys_hold_ioctl_regs(s, arg);
}

static int do_mem(struct vsys_session *s, void *arg)
{
	return vsys_hold_ioctl_mem(s, arg);
}

static int do_resume(struct vsys_session *s, void *arg)
{
	return vsys_hold_ioctl_resume(s, arg);
}

static int do_vcpu(struct vsys_session *s, void *arg)
{
	return vsys_vcpu_info_get(s, arg);
}

static int do_time(struct vsys_session *s, void *arg)
{
	struct vsys_time *t = arg;

	if (t->flags)
		return -EINVAL;
	local_irq_disable();
	t->clock = vsys_clock_now();
	t->realtime = ktime_get_real_ns();
	local_irq_enable();
	return 0;
}

#define IN(ioctl, type, fn) \
	[_IOC_NR(ioctl)] = { ioctl, sizeof(struct type), fn, false, false }
#define OUT(ioctl, type, fn) \
	[_IOC_NR(ioctl)] = { ioctl, sizeof(struct type), fn, true, false }
#define EDIT(ioctl, type, fn) \
	[_IOC_NR(ioctl)] = { ioctl, sizeof(struct type), fn, true, true }

static const struct {
	unsigned int cmd;
	u32 size;
	int (*fn)(struct vsys_session *s, void *arg);
	bool out;	/* the structure is written, too */
	bool edits;	/* needs more rights; says more than an errno */
} ops[] = {
	OUT(VSYS_INFO, vsys_info, do_info),
	OUT(VSYS_PROFILE, vsys_profile_info, do_profile),
	IN(VSYS_SETUP, vsys_setup, do_setup),
	IN(VSYS_ATTACH, vsys_attach, do_attach),
	IN(VSYS_DETACH, vsys_detach, do_detach),
	IN(VSYS_FILTER, vsys_filter, do_filter),
	OUT(VSYS_RING, vsys_ring_info, do_ring),
	OUT(VSYS_STATS, vsys_stats, do_stats),
	EDIT(VSYS_RULE, vsys_rule, do_rule),
	EDIT(VSYS_HELD, vsys_held, do_held),
	EDIT(VSYS_HELD_ARGS, vsys_held_args, do_args),
	EDIT(VSYS_HELD_REGS, vsys_held_regs, do_regs),
	EDIT(VSYS_HELD_MEM, vsys_held_mem, do_mem),
	EDIT(VSYS_RESUME, vsys_resume, do_resume),
	IN(VSYS_UNRULE, vsys_rule_info, do_unrule),
	OUT(VSYS_RULE_INFO, vsys_rule_info, do_rule_info),
	OUT(VSYS_VCPU, vsys_vcpu_info, do_vcpu),
	OUT(VSYS_TIME, vsys_time, do_time),
};

static bool may_edit(void)
{
	return rewrite && capable(CAP_SYS_ADMIN) &&
	       !security_locked_down(LOCKDOWN_INTEGRITY_MAX);
}

static long cdev_ioctl(struct file *file, unsigned int cmd, unsigned long uarg)
{
	unsigned int nr = array_index_nospec(_IOC_NR(cmd), ARRAY_SIZE(ops));
	void __user *user = (void __user *)uarg;
	u64 arg[sizeof(struct vsys_rule) / sizeof(u64)];	/* the largest one */
	u32 size;
	int err;

	if (_IOC_NR(cmd) >= ARRAY_SIZE(ops) || ops[nr].cmd != cmd)
		return -ENOTTY;
	if (ops[nr].edits && !may_edit())
		return -EPERM;
	if (get_user(size, (u32 __user *)user))
		return -EFAULT;
	if (size < ops[nr].size || size > PAGE_SIZE)
		return -EINVAL;
	memset(arg, 0, sizeof(arg));
	err = copy_struct_from_user(arg, ops[nr].size, user, size);
	if (err)
		return err;
	err = ops[nr].fn(file->private_data, arg);
	if (!ops[nr].out || (err && !ops[nr].edits))
		return err;
	/* The size the caller gave stays: a retry is the same call. */
	*(u32 *)arg = size;
	return copy_to_user(user, arg, ops[nr].size) ? -EFAULT : err;
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
	vsys_session_free(s);
	return 0;
}

static int cdev_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct vsys_session *s = file->private_data;
	unsigned long pages = RING_STRIDE >> PAGE_SHIFT;
	struct vsys_session_ring *r;
	int err = -EINVAL;

	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;
	mutex_lock(&s->lock);
	r = xa_load(&s->rings, vma->vm_pgoff / pages);
	if (r)
		err = vsys_ring_mmap(r->ring, vma, vma->vm_pgoff % pages);
	mutex_unlock(&s->lock);
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
 * @profile: name of the default profile
 * @may_rewrite: calls may be held and changed
 *
 * Return: 0, -EINVAL for an unknown profile, which the log says, or what
 * misc_register() says.
 */
int __init vsys_cdev_init(const char *profile, bool may_rewrite)
{
	int index = vsys_profile_find(profile);

	if (index < 0) {
		pr_err("unknown profile \"%s\"\n", profile);
		vsys_profile_list();
		return -EINVAL;
	}
	default_profile = index;
	rewrite = may_rewrite;
	return misc_register(&misc);
}

void vsys_cdev_exit(void)
{
	misc_deregister(&misc);
}
