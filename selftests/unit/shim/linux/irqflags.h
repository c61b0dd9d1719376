/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_IRQFLAGS_H
#define SHIM_IRQFLAGS_H

static inline void local_irq_disable(void)
{
}

static inline void local_irq_enable(void)
{
}

#endif
