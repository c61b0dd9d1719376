// SPDX-License-Identifier: GPL-2.0
/*
 * A reader of RCU that has a session while it is closed, for ../tests/freed.sh: as a vCPU has
 * one by a rule, but until the test sets @closed.
 */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

static bool closed;
module_param(closed, bool, 0644);

static DECLARE_COMPLETION(begun);
static struct task_struct *task;

static int reader_run(void *session)
{
	rcu_read_lock();
	complete(&begun);
	while (!READ_ONCE(closed) && !kthread_should_stop())
		cpu_relax();
	READ_ONCE(*(char *)session);
	rcu_read_unlock();
	return 0;
}

static int __init reader_init(void)
{
	struct file *file = filp_open("/dev/vsyscalls", O_RDWR, 0);

	if (IS_ERR(file))
		return PTR_ERR(file);
	task = kthread_create(reader_run, file->private_data, "reader");
	if (IS_ERR(task)) {
		filp_close(file, NULL);
		return PTR_ERR(task);
	}
	get_task_struct(task);
	wake_up_process(task);
	wait_for_completion(&begun);
	/* The session ends when insmod returns to user mode. */
	filp_close(file, NULL);
	return 0;
}

static void __exit reader_exit(void)
{
	kthread_stop(task);
	put_task_struct(task);
}

module_init(reader_init);
module_exit(reader_exit);
MODULE_DESCRIPTION("A reader of RCU that has a session");
MODULE_LICENSE("GPL");
