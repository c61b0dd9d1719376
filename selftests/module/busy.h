/* SPDX-License-Identifier: GPL-2.0 */
/* Shared by busy.c and stop.c. */
#ifndef MODULE_BUSY_H
#define MODULE_BUSY_H

#define BUSY_MAGIC	0x7973756279737562ULL

#endif
