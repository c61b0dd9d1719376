// SPDX-License-Identifier: GPL-2.0
/*
 * --dump-files: the bytes that calls read from files and write to them, in files of a folder.
 * Guests choose paths, offsets and how much there is: names are encoded, no link is followed, no
 * file that was there is written to, and all of it has a limit.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "names.h"
#include "option.h"
#include "sink.h"

enum {
	PAGE = 4096,		/* what a file, or a piece apart from the others, takes besides its bytes */
	NAME_LIMIT = 200,	/* of a name's letters */
	INDEX_LINE = 128,	/* of a line of the index, without a path */
};

#define DEFAULT_BYTES	(UINT64_C(256) << 20)

/**
 * struct files - files that are written
 * @env: see sink.h
 * @dir: the folder
 * @index: what the files are, and what is missing in them
 * @left: bytes that may still be written
 * @names: numbers of the files
 * @ends: of each, the offset behind what was written last
 * @path: of the file in the guest
 * @name: of the file here
 */
struct files {
	const struct sink_env *env;
	int dir;
	FILE *index;
	uint64_t left;
	struct names names;
	uint64_t *ends;
	struct vsys_text path, name;
};

int opt_dump_files(struct options *o, char *arg)
{
	char *colon = strrchr(arg, ':');

	o->files_limit = DEFAULT_BYTES;
	if (colon && options_number(colon + 1, PAGE, INT64_MAX, true, &o->files_limit))
		*colon = '\0';
	if (!*arg)
		return options_wrong("--dump-files: no folder is named");
	o->files_dir = arg;
	return OPTION_GOOD;
}

int files_check(struct options *o)
{
	int index;

	if (!o->files_dir)
		return OPTION_GOOD;
	if (o->record)
		return options_wrong("--dump-files cannot be combined with -w");
	if (mkdir(o->files_dir, 0700) && errno != EEXIST)
		return options_wrong("--dump-files %s: %s", o->files_dir, strerror(errno));
	o->files_fd = open(o->files_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	index = o->files_fd < 0 ? -1 : openat(o->files_fd, "index", O_WRONLY | O_CREAT | O_EXCL |
					      O_NOFOLLOW | O_CLOEXEC, 0600);
	o->files_index = index < 0 ? NULL : fdopen(index, "w");
	if (!o->files_index)
		return options_wrong("--dump-files %s: %s", o->files_dir, errno == EEXIST ?
				     "it has files of another trace" : strerror(errno));
	return OPTION_GOOD;
}

void files_free(struct options *o)
{
	if (!o->files_index)
		return;
	fclose(o->files_index);
	close(o->files_fd);
}

static void *files_open(const struct sink_env *env)
{
	struct files *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->env = env;
	f->dir = env->opt->files_fd;
	f->index = env->opt->files_index;
	f->left = env->opt->files_limit;
	return f;
}

/* No more is written; the trace goes on. */
static void give_up(struct files *f, const char *why)
{
	f->left = 0;
	fprintf(stderr, "vsysread: --dump-files %s: %s\n", f->env->opt->files_dir, why);
	*f->env->failed = true;
}

/* Does it fit?  Else what comes now is left out, and all that follows. */
static bool take(struct files *f, uint64_t bytes)
{
	if (bytes <= f->left) {
		f->left -= bytes;
		return true;
	}
	if (f->left)
		fprintf(f->index, "full\t%" PRIu64 "\n", f->env->opt->files_limit);
	f->left = 0;
	return false;
}

static bool is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '.' || c == '-' || c == '_';
}

/*
 * "1,etc,passwd" for /etc/passwd of machine 1, "1+data" for a path that is not absolute.  "%+":
 * what was appended.  A name that is too long ends in its number.
 */
static void put_name(struct vsys_text *t, uint32_t vm, const char *path, bool placed, uint64_t number)
{
	char separator = *path == '\\' ? '\\' : '/';

	vsys_text_printf(t, *path == separator ? "%u" : "%u+", vm);
	for (; *path && t->len < NAME_LIMIT; path++) {
		if (*path == separator)
			vsys_text_char(t, ',');
		else if (is_plain(*path))
			vsys_text_char(t, *path);
		else
			vsys_text_printf(t, "%%%02X", (unsigned char)*path);
	}
	if (*path)
		vsys_text_printf(t, "%%~%" PRIu64, number);
	if (!placed)
		vsys_text_put(t, "%+");
}

/* The number of the file, from 1 on, whose name is in @name then; 0 if there is none. */
static uint64_t find(struct files *f, uint32_t vm, bool placed, bool *fresh)
{
	uint64_t number, *ends;

	vsys_text_reset(&f->name);
	vsys_text_printf(&f->name, "%u%c%s", vm, placed ? ' ' : '+', f->path.s);
	number = f->name.failed ? 0 : names_number(&f->names, f->name.s, fresh);
	if (!number) {
		give_up(f, strerror(ENOMEM));
		return 0;
	}
	vsys_text_reset(&f->name);
	put_name(&f->name, vm, f->path.s, placed, number);
	if (!*fresh)
		return number;
	ends = realloc(f->ends, (size_t)number * sizeof(*ends));
	if (!ends || f->name.failed) {
		give_up(f, strerror(ENOMEM));
		return 0;
	}
	f->ends = ends;
	f->ends[number - 1] = 0;
	return number;
}

static void hole(struct files *f, uint64_t offset, uint64_t bytes)
{
	if (bytes && take(f, INDEX_LINE))
		fprintf(f->index, "hole\t%s\t%" PRIu64 "\t%" PRIu64 "\n", f->name.s, offset, bytes);
}

/* Returns how many bytes were written: none where files cannot have any here. */
static size_t put_bytes(struct files *f, int fd, uint64_t offset, const unsigned char *p, size_t n)
{
	ssize_t done;

	if (!n || offset > INT64_MAX - n)
		return 0;
	done = pwrite(fd, p, n, (off_t)offset);
	if (done >= 0)
		return (size_t)done;
	if (errno != EFBIG && errno != EINVAL)
		give_up(f, strerror(errno));
	return 0;
}

/* Write the @n bytes that were copied of @bytes. */
static void put_piece(struct files *f, int fd, uint64_t *end, uint64_t offset, const unsigned char *p,
		      size_t n, uint64_t bytes)
{
	size_t done;

	if (n > bytes)
		n = (size_t)bytes;
	if (n && !take(f, n + (offset == *end ? 0 : PAGE)))
		return;
	done = put_bytes(f, fd, offset, p, n);
	hole(f, offset + done, bytes - done);
	*end = offset + bytes;
}

static void put_transfer(struct files *f, int fd, uint64_t *end, const struct vsys_transfer *t)
{
	uint64_t offset = t->placed ? t->offset : *end, left = t->bytes, n;
	struct vsys_rest r = { t->data.data, t->data.len };
	const unsigned char *p;
	struct vsys_part part;

	if (t->data.kind != VSYS_CAP_PARTS) {
		put_piece(f, fd, end, offset, t->data.data, t->data.len, left);
		return;
	}
	while (left && vsys_rest_head(&r, &part, sizeof(part))) {
		p = vsys_rest_take(&r, part.bytes);
		if (!p)
			break;
		n = part.len < left ? part.len : left;
		put_piece(f, fd, end, offset, p, part.bytes, n);
		offset += n;
		left -= n;
	}
	hole(f, offset, left);
}

static int files_call(void *sink, const struct vsys_call_event *ev)
{
	struct files *f = sink;
	struct vsys_transfer t;
	struct vsys_decoded c;
	uint64_t number;
	bool fresh;
	int fd;

	if (!f->left || !vsys_decoder_transfer(f->env->decoder, &t) || !t.bytes)
		return 0;
	vsys_text_reset(&f->path);
	if (sink_decode(f->env, ev, &c) ||
	    vsys_decoder_object(f->env->decoder, &c, 0, &f->path) != VSYS_OBJECT_FILE ||
	    f->path.failed || !f->path.len)
		return 0;
	number = find(f, ev->entry->r.vm, t.placed, &fresh);
	if (!number || (fresh && !take(f, PAGE + f->path.len)))
		return 0;
	if (fresh)
		fprintf(f->index, "file\t%s\t%u\t%s\n", f->name.s, ev->entry->r.vm, f->path.s);
	fd = openat(f->dir, f->name.s, O_WRONLY | O_NOFOLLOW | O_CLOEXEC |
		    (fresh ? O_CREAT | O_EXCL : 0), 0600);
	if (fd < 0) {
		give_up(f, strerror(errno));
		return 0;
	}
	put_transfer(f, fd, &f->ends[number - 1], &t);
	close(fd);
	return 0;
}

static int files_end(void *sink)
{
	struct files *f = sink;

	if (fflush(f->index))
		give_up(f, strerror(errno));
	return 0;
}

static void files_close(void *sink)
{
	struct files *f = sink;

	names_free(&f->names);
	free(f->ends);
	vsys_text_free(&f->path);
	vsys_text_free(&f->name);
	free(f);
}

const struct sink_ops sink_files = {
	.open = files_open,
	.call = files_call,
	.end = files_end,
	.close = files_close,
};
