// SPDX-License-Identifier: GPL-2.0
/* Recorded streams: header, framing, separate rings, detected damage. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ktap.h"
#include "records.h"

enum { END = sizeof(struct vsys_note_end) };

static unsigned int reports;

static void report(void *arg, const char *what)
{
	(void)arg;
	(void)what;
	reports++;
}

static struct vsys_text bytes;

static void begin(void)
{
	struct vsys_profiles p = { 0 };

	vsys_text_reset(&bytes);
	vsys_profiles_add(&p, "linux_x86_64");
	vsys_profiles_add(&p, "another");
	vsys_stream_begin(&bytes, &p);
	vsys_profiles_free(&p);
	reports = 0;
}

static void event(uint32_t vm, uint16_t vcpu, uint64_t seq)
{
	struct rec r;

	rec_event(&r, VSYS_REC_ATTACH);
	rec_head(&r)->vm = vm;
	rec_head(&r)->vcpu = vcpu;
	rec_head(&r)->seq = seq;
	vsys_text_bytes(&bytes, (char *)r.b, rec_head(&r)->size);
}

static void end(uint64_t records)
{
	struct rec r;

	rec_end(&r, records);
	vsys_text_bytes(&bytes, (char *)r.b, rec_head(&r)->size);
}

static const char *wrong;

static int open_stream(size_t n, struct vsys_stream **st, int *fd)
{
	*fd = memfd_create("stream", 0);
	*st = NULL;
	if (write(*fd, bytes.s, n) != (ssize_t)n || lseek(*fd, 0, SEEK_SET))
		abort();
	return vsys_stream_open(*fd, 0, report, NULL, st);
}

/* The error of opening the first @n bytes. */
static int opened(size_t n)
{
	struct vsys_stream *st;
	int fd, err = open_stream(n, &st, &fd);

	vsys_stream_close(st);
	close(fd);
	return err;
}

/* Read all.  Returns what the last vsys_stream_next() did. */
static int drain(size_t n, struct vsys_account *sum, unsigned int *rings)
{
	const struct vsys_record *rec;
	struct vsys_stream *st;
	int fd, err;

	if (open_stream(n, &st, &fd))
		abort();
	do
		err = vsys_stream_next(st, &rec);
	while (err > 0);
	vsys_stream_account(st, sum);
	wrong = vsys_stream_wrong(st);
	*rings = vsys_stream_rings(st);
	vsys_stream_close(st);
	close(fd);
	return err;
}

static void headers(void)
{
	struct vsys_stream_header *h;
	struct vsys_stream *st;
	size_t n;
	int fd;

	begin();
	n = bytes.len;
	h = (void *)bytes.s;
	is_number((uint64_t)open_stream(n, &st, &fd), 0, "a header");
	is_text(vsys_profiles_name(vsys_stream_profiles(st), 1), "another", "names its profiles");
	is_true(vsys_profiles_table(vsys_stream_profiles(st), 0), "one with a table");
	is_true(!vsys_profiles_table(vsys_stream_profiles(st), 1), "one without");
	is_true(!vsys_profiles_table(vsys_stream_profiles(st), 2), "one that is not there");
	vsys_stream_close(st);
	close(fd);
	is_number((uint64_t)-opened(0), EINVAL, "an empty file");
	is_number((uint64_t)-opened(n - 1), EINVAL, "a header cut off");
	bytes.s[sizeof(*h)] = '\33';
	is_number((uint64_t)-opened(n), EINVAL, "a name that is not plain");
	begin();
	h->version = VSYS_STREAM_DELTAS + 1;
	is_number((uint64_t)-opened(n), EPROTO, "another version");
	begin();
	h->profiles = 0x8000001;
	is_number((uint64_t)-opened(n), EINVAL, "more profiles than the header holds");
	begin();
	h->magic[0] = 'V';
	is_number((uint64_t)-opened(n), EINVAL, "another magic");
}

static void bodies(void)
{
	struct vsys_account sum;
	unsigned int rings, i;

	begin();
	for (i = 0; i < 30000; i++)
		event(i % 3, (uint16_t)(i % 2), i / 6);
	end(30000);
	is_number((uint64_t)drain(bytes.len, &sum, &rings), 0, "records to the end");
	is_number(sum.read, 30000, "all of them");
	is_number(rings, 6, "of six vCPUs");
	is_number(sum.missing + reports, 0, "each with its own numbers");
	is_number((uint64_t)-drain(bytes.len - END - 8, &sum, &rings), EBADMSG, "the last one cut off");
	is_number(sum.read, 29999, "all but it are read");
	drain(bytes.len - END, &sum, &rings);
	is_text(wrong, "the file ends without its end mark, it was cut off", "no end mark");
	event(1, 0, 0);
	drain(bytes.len, &sum, &rings);
	is_text(wrong, "bytes after the end mark", "bytes after the end mark");

	begin();
	event(1, 0, 0);
	event(1, 0, 1);
	event(1, 0, 0);
	drain(bytes.len, &sum, &rings);
	is_number(rings, 2, "numbers that begin again are a new ring");
	is_number(sum.missing, 0, "and no gap");
	event(1, 0, 7);
	drain(bytes.len, &sum, &rings);
	is_number(sum.missing, 6, "a gap is");

	begin();
	event(1, 0, 0);
	vsys_text_bytes(&bytes, "\4\0\0\0\0\0\0\0", 8);
	event(1, 0, 1);
	is_number((uint64_t)-drain(bytes.len, &sum, &rings), EBADMSG, "a size that cannot be");
	is_number(sum.read, 1, "what came before is read");

	begin();
	event(1, 0, 0);
	end(2);
	is_number((uint64_t)-drain(bytes.len, &sum, &rings), EBADMSG, "records that are not there");
	is_text(wrong, "records are missing before the end mark", "are noticed");
}

int main(void)
{
	ktap_plan(26);
	headers();
	bodies();
	vsys_text_free(&bytes);
	return ktap_end();
}
