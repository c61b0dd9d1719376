// SPDX-License-Identifier: GPL-2.0
/* vsys_copy(): all lengths, at all places in a word. */
#include <string.h>

#include "copy.h"
#include "ktap.h"

enum { MOST = VSYS_COPY_SHORT + 20, GUARD = 16 };

int main(void)
{
	unsigned char from[MOST + 8], to[GUARD + MOST + GUARD], want[sizeof(to)];
	unsigned int len, at, i, wrong = 0;

	for (i = 0; i < sizeof(from); i++)
		from[i] = i * 7 + 1;
	for (len = 0; len <= MOST; len++) {
		for (at = 0; at < 8; at++) {
			memset(to, 0xee, sizeof(to));
			memcpy(want, to, sizeof(to));
			memcpy(want + GUARD, from + at, len);
			vsys_copy(to + GUARD, from + at, len);
			wrong += !!memcmp(to, want, sizeof(to));
		}
	}
	ok(!wrong, "it copies as many bytes as it shall, and no other");
	return ktap_end();
}
