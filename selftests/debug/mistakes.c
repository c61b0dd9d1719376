// SPDX-License-Identifier: GPL-2.0
/* One mistake, made at load, for the debug kernel to find. */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

static char *what = "";
module_param(what, charp, 0444);

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);

static void inversion(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);
	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static int __init mistakes_init(void)
{
	volatile int n = 40;
	char *p = kzalloc(40, GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	if (!strcmp(what, "leak"))
		return 0;
	if (!strcmp(what, "bounds"))
		((volatile char *)p)[n] = 1;
	if (!strcmp(what, "shift"))
		n = 1 << n;
	if (!strcmp(what, "inversion"))
		inversion();
	if (!strcmp(what, "sleep")) {
		local_irq_disable();
		might_sleep();
		local_irq_enable();
	}
	kfree(p);
	if (!strcmp(what, "freed"))
		n = *(volatile char *)p;
	return 0;
}

static void __exit mistakes_exit(void)
{
}

module_init(mistakes_init);
module_exit(mistakes_exit);
MODULE_DESCRIPTION("Mistakes for the debug kernel to find");
MODULE_LICENSE("GPL");
