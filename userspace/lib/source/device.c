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

static int call(const struct vsys_device *s, unsigned long request, void *arg)
{
	return ioctl(s->fd, request, arg) < 0 ? -errno : 0;
}

int vsys_device_open(const char *path, struct vsys_device **session)
{
	struct vsys_device *s = malloc(sizeof(*s));
	struct vsys_info info;
	int err;

	if (!s)
		return -ENOMEM;
	s->fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (s->fd < 0) {
		err = -errno;
		free(s);
		return err;
	}
	err = vsys_device_info(s, &info);
	if (!err && info.version != VSYS_ABI_VERSION)
		err = -EPROTO;
	if (err) {
		vsys_device_close(s);
		return err;
	}
	*session = s;
	return 0;
}

void vsys_device_close(struct vsys_device *s)
{
	if (!s)
		return;
	close(s->fd);
	free(s);
}

int vsys_device_fd(const struct vsys_device *s)
{
	return s->fd;
}

/**
 * vsys_device_info - VSYS_INFO
 * @s: the session
 * @info: out
 */
int vsys_device_info(struct vsys_device *s, struct vsys_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	return call(s, VSYS_INFO, info);
}

int vsys_device_profile(struct vsys_device *s, uint32_t index, struct vsys_profile_info *info)
{
	int err;

	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	info->index = index;
	err = call(s, VSYS_PROFILE, info);
	info->name[sizeof(info->name) - 1] = '\0';
	return err;
}

int vsys_device_profiles(struct vsys_device *s, struct vsys_profiles *p)
{
	struct vsys_profile_info profile;
	struct vsys_info info;
	uint32_t i;
	int err;

	memset(p, 0, sizeof(*p));
	err = vsys_device_info(s, &info);
	for (i = 0; !err && i < info.profiles; i++) {
		err = vsys_device_profile(s, i, &profile);
		if (!err)
			err = vsys_profiles_add(p, profile.name);
	}
	return err;
}

int vsys_device_setup(struct vsys_device *s, struct vsys_setup *setup)
{
	setup->size = sizeof(*setup);
	return call(s, VSYS_SETUP, setup);
}

int vsys_device_attach(struct vsys_device *s, pid_t pid, const char *profile, uint32_t doors)
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
	return call(s, VSYS_ATTACH, &a);
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
	case -ENOTUNIQ:
		return "is being traced as another profile";
	case -EEXIST:
		return "is attached already";
	case -EBUSY:
		return "no more sessions can be attached";
	default:
		return strerror(-err);
	}
}

/**
 * vsys_device_detach - VSYS_DETACH
 * @s: the session
 * @pid: as it was given to vsys_device_attach()
 */
int vsys_device_detach(struct vsys_device *s, pid_t pid)
{
	struct vsys_detach d = {
		.size = sizeof(d),
		.pid = pid,
	};

	return call(s, VSYS_DETACH, &d);
}

int vsys_device_filter(struct vsys_device *s, unsigned int abi, const struct vsys_number_set *set)
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
	err = call(s, VSYS_FILTER, &f);
	free(numbers);
	return err;
}

/**
 * vsys_device_stats - VSYS_STATS
 * @s: the session
 * @stats: out
 */
int vsys_device_stats(struct vsys_device *s, struct vsys_stats *stats)
{
	memset(stats, 0, sizeof(*stats));
	stats->size = sizeof(*stats);
	return call(s, VSYS_STATS, stats);
}

int vsys_device_vcpu(struct vsys_device *s, pid_t pid, uint32_t index,
		     struct vsys_vcpu_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	info->pid = pid;
	info->index = index;
	return call(s, VSYS_VCPU, info);
}

int vsys_device_time(struct vsys_device *s, struct vsys_time *t)
{
	memset(t, 0, sizeof(*t));
	t->size = sizeof(*t);
	return call(s, VSYS_TIME, t);
}
