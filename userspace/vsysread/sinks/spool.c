// SPDX-License-Identifier: GPL-2.0
/* The spool of a stream: messages on disk. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outbox.h"
#include "spool.h"

#define STATE_MAGIC "vsysspst"

enum {
	HEAD = SPOOL_FORM,	/* bytes before the first frame */
	BUFFER = 1 << 20,	/* bytes of the largest frame */
	FLUSH = 64 << 10,	/* bytes that are written in one go */
	READ = BUFFER + (64 << 10),
	SEGMENTS = 16,		/* in which the limit is divided */
	SEGMENT_MAX = 16 << 20,
};

/* Content of the file "state": @cursor is the place of the oldest message that is not released. */
struct state {
	char magic[8];
	uint64_t cursor, session, open;
};

/**
 * struct spool - the folder
 * @dir: the folder
 * @form: what segments begin with
 * @lock: the locked file in it
 * @file: that of @state
 * @segment: a segment with so many bytes is full
 * @used: bytes of all segments
 * @oldest: number of the first segment
 * @writing: the last segment, of which @written bytes are there
 * @buffer: @buffered bytes that follow, of @pending messages
 * @reading: the segment that is read next, at @at
 * @ahead: has @nahead bytes of it from there on, at @from
 * @said: a failed write was reported
 */
struct spool {
	int dir, lock, file;
	const char *form;
	struct state state;
	uint64_t limit, used, found, torn, pending;
	uint32_t segment, oldest;
	struct {
		int fd;
		uint32_t n, at;
	} writing, reading;
	char *buffer, *ahead;
	size_t buffered, from, nahead;
	bool said;
};

static uint64_t place(uint32_t segment, uint32_t at)
{
	return (uint64_t)segment << 32 | at;
}

static void segment_name(char *to, uint32_t n)
{
	sprintf(to, "%08" PRIx32 ".seg", n);
}

static int segment_open(const struct spool *sp, uint32_t n, int flags)
{
	char name[16];

	segment_name(name, n);
	return openat(sp->dir, name, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
}

static void segment_remove(struct spool *sp, uint32_t n)
{
	struct stat st;
	char name[16];

	segment_name(name, n);
	if (!fstatat(sp->dir, name, &st, AT_SYMLINK_NOFOLLOW) && !unlinkat(sp->dir, name, 0))
		sp->used -= (uint64_t)st.st_size < sp->used ? (uint64_t)st.st_size : sp->used;
}

static int save_state(const struct spool *sp)
{
	ssize_t n = pwrite(sp->file, &sp->state, sizeof(sp->state), 0);

	return n == sizeof(sp->state) ? 0 : n < 0 ? -errno : -ENOSPC;
}

/* ---- write ---- */

static bool write_failed(struct spool *sp)
{
	if (!sp->said)
		fprintf(stderr, "vsysread: --spool: %s\n", strerror(errno));
	sp->said = true;
	return false;
}

/* What is written in part must not be followed by more. */
static bool write_all(struct spool *sp, const char *bytes, size_t n)
{
	ssize_t done = pwrite(sp->writing.fd, bytes, n, sp->writing.at);

	if (done == (ssize_t)n) {
		sp->writing.at += (uint32_t)n;
		sp->used += n;
		return true;
	}
	if (done >= 0)
		errno = ENOSPC;
	write_failed(sp);
	if (ftruncate(sp->writing.fd, sp->writing.at))
		write_failed(sp);
	return false;
}

/* Begin the next segment.  An error leaves the one before. */
static bool begin_segment(struct spool *sp)
{
	int fd = segment_open(sp, sp->writing.n + 1, O_RDWR | O_CREAT | O_TRUNC), before = sp->writing.fd;
	uint32_t at = sp->writing.at;

	if (fd < 0)
		return write_failed(sp);
	sp->writing.fd = fd;
	sp->writing.at = 0;
	if (!write_all(sp, sp->form, HEAD)) {
		sp->writing.fd = before;
		sp->writing.at = at;
		close(fd);
		return false;
	}
	sp->writing.n++;
	if (before >= 0) {
		/* To the disk, but the reader of the rings cannot wait for it. */
		sync_file_range(before, 0, 0, SYNC_FILE_RANGE_WRITE);
		close(before);
	}
	return true;
}

uint64_t spool_flush(struct spool *sp)
{
	if (sp->buffered && !write_all(sp, sp->buffer, sp->buffered))
		return sp->pending;
	sp->pending = sp->buffered = 0;
	return 0;
}

/* A place for @need bytes in @buffer, in a segment with room. */
static char *place_for(struct spool *sp, size_t need)
{
	bool full = sp->writing.at > HEAD && sp->writing.at + sp->buffered + need > sp->segment;

	if ((full || sp->buffered + need > BUFFER) && spool_flush(sp))
		return NULL;
	if (full && sp->writing.at > HEAD && !begin_segment(sp))
		return NULL;
	return sp->buffer + sp->buffered;
}

bool spool_append(struct spool *sp, const char *bytes, size_t size, bool always)
{
	struct spool_frame f = { (uint32_t)size, spool_sum(bytes, size) };
	size_t need = sizeof(f) + size;
	char *to;

	if (need > BUFFER || (!always && sp->used + sp->buffered + need > sp->limit))
		return false;
	to = place_for(sp, need);
	if (!to)
		return false;
	memcpy(to, &f, sizeof(f));
	memcpy(to + sizeof(f), bytes, size);
	sp->buffered += need;
	sp->pending++;
	if (sp->buffered >= FLUSH)
		spool_flush(sp);
	return true;
}

/* ---- read ---- */

/* Have @need bytes of the segment, or to its end, in @ahead. */
static bool look_ahead(struct spool *sp, size_t need)
{
	ssize_t n;

	if (sp->nahead < need && sp->from) {
		memmove(sp->ahead, sp->ahead + sp->from, sp->nahead);
		sp->from = 0;
	}
	while (sp->nahead < need) {
		n = pread(sp->reading.fd, sp->ahead + sp->nahead, READ - sp->nahead,
			  (off_t)(sp->reading.at + sp->nahead));
		if (n <= 0)
			return false;
		sp->nahead += (size_t)n;
	}
	return true;
}

static void skip(struct spool *sp, size_t n)
{
	sp->reading.at += (uint32_t)n;
	sp->nahead -= n;
	sp->from += n;
}

/* Two NULs, as outbox.h has it. */
static bool is_message(const char *bytes, size_t size)
{
	const char *id = memchr(bytes, '\0', size);

	return id && memchr(id + 1, '\0', size - (size_t)(id + 1 - bytes));
}

/* Is there a whole frame?  Sets its size; 0 at the end of the segment, else it is torn. */
static bool peek(struct spool *sp, struct spool_frame *f)
{
	f->size = 0;
	if (!look_ahead(sp, sizeof(*f))) {
		f->size = (uint32_t)sp->nahead;
		return false;
	}
	memcpy(f, sp->ahead + sp->from, sizeof(*f));
	if (f->size > BUFFER - sizeof(*f) || !look_ahead(sp, sizeof(*f) + f->size) ||
	    spool_sum(sp->ahead + sp->from + sizeof(*f), f->size) != f->sum ||
	    !is_message(sp->ahead + sp->from + sizeof(*f), f->size)) {
		f->size = 1;
		return false;
	}
	return true;
}

/* Read the segment @n from @at on; one that is missing is empty. */
static void read_from(struct spool *sp, uint32_t n, uint32_t at)
{
	if (sp->reading.fd >= 0)
		close(sp->reading.fd);
	sp->reading.fd = segment_open(sp, n, O_RDWR);
	sp->reading.n = n;
	sp->reading.at = at;
	sp->from = sp->nahead = 0;
}

struct message *spool_next(struct spool *sp)
{
	struct message *m;
	struct spool_frame f;

	while (!peek(sp, &f)) {
		if (sp->reading.n == sp->writing.n) {
			if (!sp->pending || spool_flush(sp))
				return NULL;
			continue;
		}
		read_from(sp, sp->reading.n + 1, HEAD);
	}
	m = malloc(sizeof(*m) + f.size);
	if (!m)
		return NULL;
	memcpy(m->bytes, sp->ahead + sp->from + sizeof(f), f.size);
	m->next = NULL;
	m->size = m->len = f.size;
	skip(sp, sizeof(f) + f.size);
	m->end = place(sp->reading.n, sp->reading.at);
	return m;
}

void spool_release(struct spool *sp, const struct message *m)
{
	sp->state.cursor = m->end;
	save_state(sp);
	while (sp->oldest < (uint32_t)(m->end >> 32))
		segment_remove(sp, sp->oldest++);
}

/* ---- open and close ---- */

/* Set the first and the last segment; none: @oldest is after the last. */
static int find_segments(struct spool *sp)
{
	int fd = openat(sp->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	struct stat st;
	uint32_t n;
	int end;

	if (!d)
		return -errno;
	sp->oldest = UINT32_MAX;
	while ((e = readdir(d))) {
		end = 0;
		if (sscanf(e->d_name, "%8" SCNx32 ".seg%n", &n, &end) != 1 || e->d_name[end] || !n ||
		    n == UINT32_MAX || fstatat(sp->dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		sp->used += (uint64_t)st.st_size;
		sp->oldest = n < sp->oldest ? n : sp->oldest;
		sp->writing.n = n > sp->writing.n ? n : sp->writing.n;
	}
	closedir(d);
	return 0;
}

static int load_state(struct spool *sp)
{
	struct state *s = &sp->state;
	ssize_t n = pread(sp->file, s, sizeof(*s), 0);
	uint32_t segment;

	if (n != sizeof(*s) || memcmp(s->magic, STATE_MAGIC, sizeof(s->magic)))
		memset(s, 0, sizeof(*s));
	memcpy(s->magic, STATE_MAGIC, sizeof(s->magic));
	segment = (uint32_t)(s->cursor >> 32);
	if (segment < sp->oldest || segment > sp->writing.n)
		s->cursor = place(sp->oldest, HEAD);
	while (sp->oldest < (uint32_t)(s->cursor >> 32))
		segment_remove(sp, sp->oldest++);
	return save_state(sp);
}

static bool is_ours(const struct spool *sp)
{
	char form[HEAD];

	return pread(sp->reading.fd, form, HEAD, 0) == HEAD && !memcmp(form, sp->form, HEAD);
}

/* Count the messages, and cut off what is torn. */
static int scan(struct spool *sp)
{
	uint32_t n = sp->oldest, at = (uint32_t)sp->state.cursor;
	struct spool_frame f;

	for (; n <= sp->writing.n; n++, at = HEAD) {
		read_from(sp, n, at);
		while (sp->reading.fd >= 0 && peek(sp, &f)) {
			if (!is_ours(sp))
				return -EXDEV;
			skip(sp, sizeof(f) + f.size);
			sp->found++;
		}
		if (sp->reading.fd < 0 || !f.size)
			continue;
		sp->torn++;
		if (ftruncate(sp->reading.fd, sp->reading.at))
			return -errno;
	}
	return 0;
}

/* After what is there. */
static int begin_writing(struct spool *sp)
{
	sp->said = true;	/* the caller reports it */
	if (!begin_segment(sp))
		return -errno;
	sp->said = false;
	if (sp->oldest > sp->writing.n) {
		sp->oldest = sp->writing.n;
		sp->state.cursor = place(sp->oldest, HEAD);
	}
	read_from(sp, sp->oldest, (uint32_t)sp->state.cursor);
	return save_state(sp);
}

/* Of the user, and not to be written by others: what is here is sent as events of this host. */
static int open_folder(struct spool *sp, const char *dir)
{
	struct stat st;

	if (mkdir(dir, 0700) && errno != EEXIST)
		return -errno;
	sp->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (sp->dir < 0 || fstat(sp->dir, &st))
		return -errno;
	if (st.st_uid != geteuid() || st.st_mode & (S_IWGRP | S_IWOTH))
		return -EPERM;
	sp->lock = openat(sp->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (sp->lock < 0 || flock(sp->lock, LOCK_EX | LOCK_NB))
		return -errno;
	sp->file = openat(sp->dir, "state", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	return sp->file < 0 ? -errno : 0;
}

int spool_open(const char *dir, uint64_t limit, const char *form, struct spool **spool)
{
	struct spool *sp = calloc(1, sizeof(*sp));
	int err;

	if (!sp)
		return -ENOMEM;
	sp->dir = sp->lock = sp->file = sp->writing.fd = sp->reading.fd = -1;
	sp->form = form;
	sp->limit = limit;
	sp->segment = limit / SEGMENTS < SEGMENT_MAX ? (uint32_t)(limit / SEGMENTS) : SEGMENT_MAX;
	sp->buffer = malloc(BUFFER);
	sp->ahead = malloc(READ);
	err = sp->buffer && sp->ahead ? open_folder(sp, dir) : -ENOMEM;
	if (!err)
		err = find_segments(sp);
	if (!err)
		err = load_state(sp);
	if (!err)
		err = scan(sp);
	if (!err)
		err = begin_writing(sp);
	if (err)
		spool_close(sp);
	else
		*spool = sp;
	return err;
}

static void close_if(int fd)
{
	if (fd >= 0)
		close(fd);
}

void spool_close(struct spool *sp)
{
	if (!sp)
		return;
	close_if(sp->reading.fd);
	close_if(sp->writing.fd);
	close_if(sp->file);
	close_if(sp->lock);
	close_if(sp->dir);
	free(sp->buffer);
	free(sp->ahead);
	free(sp);
}

uint64_t spool_begin(struct spool *sp, uint64_t session)
{
	uint64_t before = sp->state.open && sp->state.session != session ? sp->state.session : 0;

	sp->state.session = session;
	sp->state.open = 1;
	save_state(sp);
	return before;
}

static void sync_all(struct spool *sp)
{
	uint32_t n;
	int fd;

	for (n = sp->oldest; n <= sp->writing.n; n++) {
		fd = segment_open(sp, n, O_RDONLY);
		fdatasync(fd);
		close_if(fd);
	}
	fdatasync(sp->file);
	fsync(sp->dir);
}

void spool_end(struct spool *sp)
{
	/* All is released: keep no content. */
	if (sp->state.cursor == place(sp->writing.n, sp->writing.at) && !sp->buffered &&
	    !ftruncate(sp->writing.fd, HEAD))
		sp->state.cursor = place(sp->writing.n, HEAD);
	sp->state.open = 0;
	save_state(sp);
	sync_all(sp);
}

uint64_t spool_found(const struct spool *sp)
{
	return sp->found;
}

uint64_t spool_torn(const struct spool *sp)
{
	return sp->torn;
}

uint64_t spool_used(const struct spool *sp)
{
	return sp->used + sp->buffered;
}

uint64_t spool_limit(const struct spool *sp)
{
	return sp->limit;
}
