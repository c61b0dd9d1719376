/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_RECIPE_H
#define VSYS_RECIPE_H

struct vsys_recipe;
struct vsys_session;

int vsys_recipe_set(struct vsys_session *s, struct vsys_recipe *in);

#endif /* VSYS_RECIPE_H */
