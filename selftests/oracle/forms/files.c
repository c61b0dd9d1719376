// SPDX-License-Identifier: GPL-2.0
/* Files by name, and their attributes. */
#include <linux/fs.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <utime.h>

#include "forms.h"

static void open_forms(void)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_BENEATH };

	close(DO(open, "new", O_RDWR | O_CREAT | O_TRUNC, 0644));
	DO(open, "missing", O_RDONLY);
	DO(open, "missing", O_WRONLY | O_APPEND, 0123);
	DO(open, BAD, O_RDONLY);
	close(DO(openat, AT_FDCWD, "new", O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
	close(DO(openat, AT_FDCWD, ".", O_RDWR | O_TMPFILE, 0600));
	close(DO(openat, AT_FDCWD, ".", O_RDONLY | O_DIRECTORY | O_PATH));
	close(DO(openat, AT_FDCWD, "new", O_RDWR | O_SYNC | O_NONBLOCK));
	close(DO(openat, AT_FDCWD, "new", O_RDWR | O_DSYNC));
	close(DO(openat2, AT_FDCWD, "new", &how, sizeof(how)));
	close(DO(creat, "new", 0600));
	DO(access, "new", R_OK | W_OK);
	DO(access, "missing", F_OK);
	DO(faccessat, AT_FDCWD, "new", X_OK);
	DO(faccessat2, AT_FDCWD, "new", R_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW);
}

static void name_forms(void)
{
	char buf[64];

	DO(mkdir, "d", 0755);
	DO(mkdir, "d", 0700);
	DO(mkdirat, AT_FDCWD, "e", 01777);
	DO(rename, "e", "f");
	DO(renameat, AT_FDCWD, "f", AT_FDCWD, "e");
	DO(renameat2, AT_FDCWD, "e", AT_FDCWD, "d", RENAME_EXCHANGE);
	DO(renameat2, AT_FDCWD, "e", AT_FDCWD, "d", RENAME_NOREPLACE);
	DO(rmdir, "e");
	DO(rmdir, "missing");
	DO(unlinkat, AT_FDCWD, "d", AT_REMOVEDIR);
	DO(link, "new", "hard");
	DO(linkat, AT_FDCWD, "new", AT_FDCWD, "hard2", AT_SYMLINK_FOLLOW);
	DO(symlink, "new", "soft");
	DO(symlinkat, "new", AT_FDCWD, "soft2");
	DO(readlink, "soft", buf, sizeof(buf));
	DO(readlinkat, AT_FDCWD, "soft", buf, sizeof(buf));
	DO(readlink, "new", buf, sizeof(buf));
	DO(unlink, "hard");
	DO(unlink, "hard2");
	DO(unlink, "soft");
	DO(unlinkat, AT_FDCWD, "soft2", 0);
	DO(mknod, "fifo", S_IFIFO | 0644, 0);
	DO(mknod, "node", S_IFCHR | 0600, makedev(1, 3));
	DO(mknodat, AT_FDCWD, "plain", S_IFREG | 0600, 0);
	DO(mknodat, AT_FDCWD, "node2", S_IFBLK | 0600, makedev(7, 1));
	DO(unlink, "fifo");
	DO(unlink, "node");
	DO(unlink, "plain");
	DO(unlink, "node2");
	DO(getcwd, buf, sizeof(buf));
	DO(getcwd, buf, 2);
	DO(chdir, ".");
	DO(chroot, "missing");
	DO(umask, 027);
	DO(umask, 022);
}

static void stat_forms(void)
{
	struct stat st;
	struct statfs fs;
	struct statx sx;

	DO(stat, "/dev/null", &st);
	DO(lstat, "/dev/null", &st);
	DO(newfstatat, AT_FDCWD, "/dev/null", &st, AT_SYMLINK_NOFOLLOW);
	DO(newfstatat, AT_FDCWD, "missing", &st, 0);
	DO(stat, "/dev/null", BAD);
	DO(fstat, 0, BAD);
	DO(statx, AT_FDCWD, "/dev/null", AT_STATX_SYNC_AS_STAT, STATX_BASIC_STATS, &sx);
	DO(statx, AT_FDCWD, "missing", AT_STATX_FORCE_SYNC, STATX_TYPE | STATX_MODE, &sx);
	DO(statfs, "/proc", &fs);
	DO(statfs, "/dev", &fs);
	DO(statfs, "missing", &fs);
}

static void change_forms(void)
{
	struct timespec now[2] = { { 0, UTIME_NOW }, { 0, UTIME_OMIT } };
	struct timespec set[2] = { { 1000, 5 }, { 2000, 6 } };
	struct timeval tv[2] = { { 1000, 5 }, { 2000, 6 } };
	struct utimbuf ut = { 1000, 2000 };

	DO(chmod, "new", 0640);
	DO(fchmodat, AT_FDCWD, "new", 0600);
	DO(fchmodat2, AT_FDCWD, "new", 0600, AT_SYMLINK_NOFOLLOW);
	DO(chown, "new", 0, 0);
	DO(lchown, "new", -1, -1);
	DO(fchownat, AT_FDCWD, "new", 0, -1, AT_SYMLINK_NOFOLLOW);
	DO(utimensat, AT_FDCWD, "new", now, 0);
	DO(utimensat, AT_FDCWD, "new", set, AT_SYMLINK_NOFOLLOW);
	DO(utimensat, AT_FDCWD, "new", NULL, 0);
	DO(utimes, "new", tv);
	DO(futimesat, AT_FDCWD, "new", tv);
	DO(utime, "new", &ut);
	DO(utime, "new", NULL);
	DO(truncate, "new", 4096);
	DO(truncate, "missing", 0);
}

static void xattr_forms(void)
{
	char buf[64];
	int fd = open("new", O_RDWR);

	DO(setxattr, "new", "user.a", "one", 3, XATTR_CREATE);
	DO(lsetxattr, "new", "user.b", "two\0", 4, 0);
	DO(fsetxattr, fd, "user.a", "one", 3, XATTR_REPLACE);
	DO(getxattr, "new", "user.a", buf, sizeof(buf));
	DO(getxattr, "new", "user.a", NULL, 0);
	DO(lgetxattr, "new", "user.b", buf, sizeof(buf));
	DO(fgetxattr, fd, "user.missing", buf, sizeof(buf));
	DO(listxattr, "new", buf, sizeof(buf));
	DO(listxattr, "new", NULL, 0);
	DO(flistxattr, fd, buf, sizeof(buf));
	DO(removexattr, "new", "user.a");
	DO(fremovexattr, fd, "user.b");
	DO(lremovexattr, "new", "user.b");
	close(fd);
}

static void mount_forms(void)
{
	DO(mount, "none", "missing", "tmpfs", MS_NOSUID | MS_NODEV, "size=1k");
	DO(mount, NULL, "missing", NULL, MS_REMOUNT | MS_RDONLY, NULL);
	DO(mount, "a", "missing", NULL, MS_BIND | MS_REC, NULL);
	DO(mount, "none", "missing", NULL, MS_SHARED, NULL);
	DO(umount2, "missing", MNT_DETACH | UMOUNT_NOFOLLOW);
	DO(pivot_root, "missing", "missing");
	DO(swapon, "missing", 0x8000 | 5);
	DO(swapoff, "missing");
	DO(acct, "missing");
	DO(quotactl, 0x80000700, "missing", 1000, BAD);
	DO(fsopen, "missingfs", 1);
	DO(open_tree, AT_FDCWD, "missing", O_CLOEXEC | 1);
	DO(move_mount, -1, "", AT_FDCWD, "missing", 4);
	DO(fspick, AT_FDCWD, "missing", 1);
	DO(fsmount, -1, 1, 1);
	DO(fsconfig, -1, 0, "ro", NULL, 0);
	DO(fsconfig, -1, 1, "source", "none", 0);
	DO(fsconfig, -1, 6, NULL, NULL, 0);
}

void files(void)
{
	open_forms();
	name_forms();
	stat_forms();
	change_forms();
	xattr_forms();
	mount_forms();
	unlink("new");
}
