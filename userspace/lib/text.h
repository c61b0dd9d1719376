/* SPDX-License-Identifier: GPL-2.0 */
/* Text that grows, part of libvsyscalls. */
#ifndef VSYS_TEXT_H
#define VSYS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct vsys_text - text that grows
 * @s: NUL-terminated once anything was put; owned by this structure
 * @len: bytes before the NUL
 * @cap: bytes allocated
 * @failed: memory ran out, text is missing at the end
 *
 * Begin with all zero.  Reuse with vsys_text_reset(), which keeps the memory.
 */
struct vsys_text {
	char *s;
	size_t len;
	size_t cap;
	bool failed;
};

void vsys_text_reset(struct vsys_text *t);
void vsys_text_free(struct vsys_text *t);
void vsys_text_char(struct vsys_text *t, char c);
void vsys_text_bytes(struct vsys_text *t, const char *s, size_t n);
void vsys_text_put(struct vsys_text *t, const char *s);
void vsys_text_printf(struct vsys_text *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void vsys_text_dec(struct vsys_text *t, uint64_t v);
void vsys_text_hex(struct vsys_text *t, uint64_t v);
size_t vsys_text_plain(struct vsys_text *t, const void *bytes, size_t n);
void vsys_text_quote(struct vsys_text *t, const void *bytes, size_t n);
void vsys_text_wide(struct vsys_text *t, const void *bytes, size_t n);
void vsys_text_json(struct vsys_text *t, const char *s);
void vsys_text_json_wide(struct vsys_text *t, const void *bytes, size_t n);

#ifdef __cplusplus
}
#endif

#endif /* VSYS_TEXT_H */
