/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_CDEV_H
#define VSYS_CDEV_H

int vsys_cdev_init(const char *profile, bool may_rewrite);
void vsys_cdev_exit(void);

#endif /* VSYS_CDEV_H */
