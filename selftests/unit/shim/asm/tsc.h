/* SPDX-License-Identifier: GPL-2.0 */
#define rdtsc()				0ULL
#define mul_u64_u64_shr(a, b, s)	((a) * (b) >> (s))
