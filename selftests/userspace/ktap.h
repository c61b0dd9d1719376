/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KTAP for the tests of this folder.  Each check is a test result; the exit
 * status is 1 if one failed or their number is not the planned one.
 *
 * With VSYS_TAMPER=N in the environment the expectation of check N is changed
 * before it is compared: negative.sh checks that this is noticed.
 */
#ifndef KTAP_H
#define KTAP_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned int ktap_planned, ktap_n, ktap_failed;

static inline void ktap_plan(unsigned int n)
{
	ktap_planned = n;
	printf("KTAP version 1\n1..%u\n", n);
}

static inline bool ktap_tamper(void)
{
	const char *s = getenv("VSYS_TAMPER");

	return s && (unsigned int)atoi(s) == ktap_n + 1;
}

static inline int ktap_end(void)
{
	if (ktap_n != ktap_planned)
		printf("# %u results, %u planned\n", ktap_n, ktap_planned);
	return ktap_failed || ktap_n != ktap_planned;
}

static inline void ktap_result(bool ok, const char *name)
{
	bool control = ktap_tamper();

	ktap_failed += !ok;
	printf("%sok %u %s\n", ok ? "" : "not ", ++ktap_n, name);
	fflush(stdout);
	/* A control has its answer: what follows need not run again. */
	if (control) {
		ktap_planned = ktap_n;
		exit(ktap_end());
	}
}

static inline void is_true(bool got, const char *name)
{
	ktap_result(got != ktap_tamper(), name);
}

static inline void is_number(uint64_t got, uint64_t want, const char *name)
{
	want += ktap_tamper();
	if (got != want)
		printf("# %s: got %" PRIu64 ", want %" PRIu64 "\n", name, got, want);
	ktap_result(got == want, name);
}

static inline void is_text(const char *got, const char *want, const char *name)
{
	bool ok;

	if (!got)
		got = "(null)";
	if (ktap_tamper())
		want = "tampered";
	ok = !strcmp(got, want);
	if (!ok)
		printf("# %s\n# got:  %s\n# want: %s\n", name, got, want);
	ktap_result(ok, name);
}

#endif /* KTAP_H */
