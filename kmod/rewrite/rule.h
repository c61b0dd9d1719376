/* SPDX-License-Identifier: GPL-2.0 */
/* Rules: which calls to change or to hold, and how. */
#ifndef VSYS_RULE_H
#define VSYS_RULE_H

#include "rewrite/rule_types.h"

struct vsys_rule_info;

void vsys_rule_put(struct vsys_rule_own *r);
void vsys_rule_concern(struct vsys_session *s);

int vsys_rule_add(struct vsys_session *s, struct vsys_rule *in);
int vsys_rule_remove(struct vsys_session *s, struct vsys_rule_info *in);
int vsys_rule_info(struct vsys_session *s, struct vsys_rule_info *info);
void vsys_rule_remove_all(struct vsys_session *s);

#endif /* VSYS_RULE_H */
