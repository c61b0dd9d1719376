/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_MADE_H
#define VSYS_MADE_H

struct vsys_state;
struct vsys_vcpu;

void vsys_stop_ready(struct vsys_vcpu *v, struct vsys_state *st);
void vsys_stop_made(struct vsys_vcpu *v);

#endif /* VSYS_MADE_H */
