/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KTAP_H
#define KTAP_H

#include <stdio.h>
#include <stdlib.h>

static int ktap_tests, ktap_failures;

/* VSYS_TAMPER=1 inverts the first result, to show that it is noticed. */
static inline void ok(int good, const char *name)
{
	if (!ktap_tests++ && getenv("VSYS_TAMPER"))
		good = !good;
	ktap_failures += !good;
	printf("%s %d %s\n", good ? "ok" : "not ok", ktap_tests, name);
}

static inline int ktap_end(void)
{
	printf("1..%d\n", ktap_tests);
	return ktap_failures || !ktap_tests;
}

#endif
