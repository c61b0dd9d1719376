/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RECORDS_H
#define RECORDS_H

#include <vsyscalls/vsyscalls.h>

/* A record under construction. */
struct rec {
	_Alignas(8) unsigned char b[VSYS_RECORD_MAX + 64];
};

static inline struct vsys_record *rec_head(struct rec *r)
{
	return (struct vsys_record *)r->b;
}

/* Of vm 1, vcpu 0, at time 0; the sequence number is 0. */
void rec_event(struct rec *r, unsigned int type);
void rec_entry(struct rec *r, uint32_t nr, uint64_t call, unsigned int nargs,
	       const uint64_t *args);
void rec_return(struct rec *r, uint32_t nr, uint64_t call, uint64_t result);
void rec_lost(struct rec *r, uint64_t first, uint64_t last);

/* How a recorded file ends. */
void rec_end(struct rec *r, uint64_t records);
void rec_cap(struct rec *r, unsigned int arg, unsigned int kind, unsigned int flags,
	     uint64_t addr, const void *data, size_t len);

void rec_entry_reg(struct rec *r, uint32_t reg, uint64_t was, uint64_t value);

/* By default an entry is of linux_x86_64, by syscall, and all of its arguments were read. */
void rec_abi(struct rec *r, unsigned int abi, unsigned int door);
void rec_valid(struct rec *r, unsigned int valid);

/* Bytes of captures of Windows strings, from ASCII; each returns how many. */
size_t rec_wide(unsigned char *to, const char *s);
size_t rec_ustring(unsigned char *to, unsigned int length, unsigned int maximum, const char *s);
size_t rec_objattr(unsigned char *to, const struct vsys_objattr *o, const char *s);

/* A string without its NUL. */
void rec_string(struct rec *r, unsigned int arg, uint64_t addr, const char *s);

/* A copy in memory of exactly its size, so that the sanitizer sees overruns. */
void *rec_copy(const struct rec *r);

/* The line for a call; @ret may be NULL.  Valid until the next call. */
const char *rec_line(const struct vsys_table *table, const struct rec *entry,
		     const struct rec *ret);

#endif /* RECORDS_H */
