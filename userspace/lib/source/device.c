// SPDX-License-Identifier: GPL-2.0
/* The ioctls of /dev/vsyscalls. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <vsyscalls/vsyscalls.h>

struct vsys_device {
	int fd;
};

static int do_ioctl(const struct vsys_device *d, unsigned long request, void *arg)
{
	return ioctl(d->fd, request, arg) < 0 ? -errno : 0;
}

int vsys_device_open(const char *path, struct vsys_device **device)
{
	struct vsys_device *d = malloc(sizeof(*d));
	struct vsys_info info;
	int err;

	if (!d)
		return -ENOMEM;
	d->fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (d->fd < 0) {
		err = -errno;
		free(d);
		return err;
	}
	err = vsys_device_info(d, &info);
	if (!err && info.version != VSYS_ABI_VERSION)
		err = -EPROTO;
	if (err) {
		vsys_device_close(d);
		return err;
	}
	*device = d;
	return 0;
}

void vsys_device_close(struct vsys_device *d)
{
	if (!d)
		return;
	close(d->fd);
	free(d);
}

int vsys_device_fd(const struct vsys_device *d)
{
	return d->fd;
}

int vsys_device_info(struct vsys_device *d, struct vsys_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	return do_ioctl(d, VSYS_INFO, info);
}

int vsys_device_profile(struct vsys_device *d, uint32_t index, struct vsys_profile_info *info)
{
	int err;

	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	info->index = index;
	err = do_ioctl(d, VSYS_PROFILE, info);
	info->name[sizeof(info->name) - 1] = '\0';
	return err;
}

int vsys_device_profiles(struct vsys_device *d, struct vsys_profiles *p)
{
	struct vsys_profile_info profile;
	struct vsys_info info;
	uint32_t i;
	int err;

	memset(p, 0, sizeof(*p));
	err = vsys_device_info(d, &info);
	for (i = 0; !err && i < info.profiles; i++) {
		err = vsys_device_profile(d, i, &profile);
		if (!err)
			err = vsys_profiles_add(p, profile.name);
	}
	return err;
}

int vsys_device_setup(struct vsys_device *d, struct vsys_setup *setup)
{
	setup->size = sizeof(*setup);
	return do_ioctl(d, VSYS_SETUP, setup);
}

int vsys_device_attach(struct vsys_device *d, pid_t pid, const char *profile, uint32_t doors)
{
	struct vsys_attach a = {
		.size = sizeof(a),
		.pid = pid,
		.doors = doors,
	};

	if (profile) {
		if (strlen(profile) >= sizeof(a.profile))
			return -ENAMETOOLONG;
		strcpy(a.profile, profile);
	}
	return do_ioctl(d, VSYS_ATTACH, &a);
}

const char *vsys_device_attach_text(int err)
{
	switch (err) {
	case -EPERM:
		return "no right to trace";
	case -ENOENT:
		return "the module has no such profile";
	case -ESRCH:
		return "runs no virtual machine";
	case -EOPNOTSUPP:
		return "not all of these doors can be trapped";
	case -EEXIST:
		return "is attached already";
	case -EBUSY:
		return "no more sessions can be attached";
	case -EDQUOT:
		return "sessions may have no more memory, see session_memory of the module";
	default:
		return strerror(-err);
	}
}

int vsys_device_detach(struct vsys_device *d, pid_t pid)
{
	struct vsys_detach detach = {
		.size = sizeof(detach),
		.pid = pid,
	};

	return do_ioctl(d, VSYS_DETACH, &detach);
}

int vsys_device_filter(struct vsys_device *d, unsigned int abi, const struct vsys_number_set *set)
{
	struct vsys_filter f = {
		.size = sizeof(f),
		.flags = set->invert ? VSYS_FILTER_INVERT : 0,
		.abi = abi,
	};
	uint32_t *numbers;
	int err;

	numbers = malloc(VSYS_FILTER_NUMBERS * sizeof(*numbers));
	if (!numbers)
		return -ENOMEM;
	f.count = vsys_number_set_list(set, numbers);
	f.numbers = (uintptr_t)numbers;
	err = do_ioctl(d, VSYS_FILTER, &f);
	free(numbers);
	return err;
}

int vsys_device_stats(struct vsys_device *d, struct vsys_stats *stats)
{
	memset(stats, 0, sizeof(*stats));
	stats->size = sizeof(*stats);
	return do_ioctl(d, VSYS_STATS, stats);
}

int vsys_device_vcpu(struct vsys_device *d, pid_t pid, uint32_t index,
		     struct vsys_vcpu_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	info->pid = pid;
	info->index = index;
	return do_ioctl(d, VSYS_VCPU, info);
}

int vsys_device_time(struct vsys_device *d, struct vsys_time *t)
{
	memset(t, 0, sizeof(*t));
	t->size = sizeof(*t);
	return do_ioctl(d, VSYS_TIME, t);
}

int vsys_device_memory(struct vsys_device *d, pid_t pid, uint64_t gpa, struct vsys_memory *memory)
{
	memset(memory, 0, sizeof(*memory));
	memory->size = sizeof(*memory);
	memory->pid = pid;
	memory->gpa = gpa;
	return do_ioctl(d, VSYS_MEMORY, memory);
}

int vsys_device_vcpu_regs(struct vsys_device *d, pid_t pid, uint32_t index, int timeout_ms,
			  uint64_t *values, unsigned int n)
{
	struct vsys_vcpu_regs r = {
		.size = sizeof(r),
		.pid = pid,
		.index = index,
		.values = (uintptr_t)values,
		.count = n,
		.timeout_ms = (uint32_t)timeout_ms,
	};

	return do_ioctl(d, VSYS_VCPU_REGS, &r);
}

int vsys_device_recipe(struct vsys_device *d, struct vsys_recipe *recipe)
{
	recipe->size = sizeof(*recipe);
	return do_ioctl(d, VSYS_RECIPE, recipe);
}

int vsys_device_task_filter(struct vsys_device *d, const struct vsys_task_cond *conds,
			    unsigned int n)
{
	struct vsys_task_filter f = {
		.size = sizeof(f),
		.conds = (uintptr_t)conds,
		.count = n,
	};

	return do_ioctl(d, VSYS_TASK_FILTER, &f);
}
