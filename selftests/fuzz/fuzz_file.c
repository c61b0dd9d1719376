// SPDX-License-Identifier: GPL-2.0
/*
 * Any file must be read without a fault, down to the last line of output, which must be
 * harmless to a terminal.  The first byte tells how the rest is stored: plain, or in
 * frames, since a fuzzer finds no checksum.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include "options.h"
#include "trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put(int fd, const void *p, size_t n)
{
	if (n && write(fd, p, n) != (ssize_t)n)
		abort();
}

static void put_frame(int fd, const void *p, size_t n)
{
	static unsigned char out[1 << 16];
	size_t got = ZSTD_compress(out, sizeof(out), p, n, 1);

	if (!ZSTD_isError(got))
		put(fd, out, got);
}

static int store(const uint8_t *data, size_t size)
{
	int fd = memfd_create("file", 0);
	size_t cut;

	if (fd < 0)
		abort();
	if (size && data[0] & 1) {
		cut = (size_t)data[0] / 2 * 8 + 56;
		cut = cut < size - 1 ? cut : size - 1;
		put_frame(fd, data + 1, cut);
		put_frame(fd, data + 1 + cut, size - 1 - cut);
	} else if (size) {
		put(fd, data + 1, size - 1);
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* A JSON string must be ASCII and use only the escapes we write.  Returns its end. */
static const char *judge_string(const char *p)
{
	for (p++; *p != '"'; p++) {
		if (*p < ' ' || *p > '~')
			abort();
		if (*p != '\\')
			continue;
		p++;
		if (*p == 'u') {
			if (strspn(p + 1, "0123456789abcdef") < 4)
				abort();
			p += 4;
		} else if (*p != '"' && *p != '\\') {
			abort();
		}
	}
	return p;
}

/* Brackets match, strings end, one line. */
static void judge_json(const struct vsys_text *t)
{
	char open[16];
	unsigned int depth = 0;
	const char *p;

	for (p = t->s; p && p < t->s + t->len; p++) {
		if (*p == '"')
			p = judge_string(p);
		else if (*p == '{' || *p == '[')
			open[depth++ % sizeof(open)] = *p == '{' ? '}' : ']';
		else if ((*p == '}' || *p == ']') && (!depth || open[--depth % sizeof(open)] != *p))
			abort();
		else if (*p < ' ' || *p > '~')
			abort();
	}
	if (depth || !t->len)
		abort();
}

/* A terminal must obey none of it: no control characters, neither C0 nor C1; one line. */
static void judge_line(const struct vsys_text *t)
{
	size_t i;

	for (i = 0; i < t->len; i++) {
		unsigned char c = (unsigned char)t->s[i];

		if (c < ' ' || c == 0x7f ||
		    (c == 0xc2 && (unsigned char)t->s[i + 1] < 0xa0))
			abort();
	}
}

/* Read the file as lines and in the other formats. */
struct reading {
	const struct vsys_profiles *profiles;
	struct vsys_pairing *pairing;
	struct vsys_decoder *decoder;
	struct vsys_recorder *recorder;
	struct vsys_text text;
};

static void show(struct reading *r, const struct vsys_call_event *ev)
{
	const struct vsys_record *rec = ev->entry ? &ev->entry->r : &ev->ret->r;
	struct vsys_decoded call;

	vsys_decoder_call(r->decoder, vsys_profiles_table(r->profiles, rec->profile), ev, &call);
	vsys_text_reset(&r->text);
	vsys_format_call(&r->text, &call);
	judge_line(&r->text);
	vsys_text_reset(&r->text);
	vsys_format_call_json(&r->text, &call, r->profiles);
	judge_json(&r->text);
}

static void take(struct reading *r, const struct vsys_record *rec)
{
	struct vsys_call_event ev;

	vsys_recorder_add(r->recorder, rec);
	vsys_text_reset(&r->text);
	vsys_format_record(&r->text, rec, r->profiles);
	judge_line(&r->text);
	vsys_text_reset(&r->text);
	vsys_format_record_json(&r->text, rec, r->profiles);
	judge_json(&r->text);
	if (vsys_pairing_feed(r->pairing, rec, &ev) > 0)
		show(r, &ev);
}

/* Write the outputs that have a file format, as options select them. */
static const struct form {
	enum mode mode;
	const char *to;
	bool table;
} forms[] = {
	{ MODE_TEXT, NULL, true }, { MODE_JSON, NULL, false }, { MODE_CONVERT, "csv", false },
	{ MODE_CONVERT, "folded", false }, { MODE_CONVERT, "perfetto", false },
};

enum { FORMS = sizeof(forms) / sizeof(forms[0]) };

static void begin_forms(struct trace *traces, struct vsys_stream *st)
{
	static struct options options[FORMS];
	unsigned int i;

	for (i = 0; i < FORMS; i++) {
		options[i] = (struct options){
			.path = "-", .output = "/dev/null", .mode = forms[i].mode,
			.to = forms[i].to, .summary_too = forms[i].table, .histogram = true,
			.by = BY_CALL | BY_SPACE, .limit = SIZE_MAX, .ntargets = 1,
			.handles = forms[i].mode == MODE_TEXT ? VSYS_HANDLE_ALL : VSYS_HANDLE_NUMBER,
			.absolute = forms[i].mode == MODE_TEXT,
		};
		if (trace_begin(&traces[i], &options[i]))
			abort();
		traces[i].notes = vsys_stream_notes(st);
		if (trace_open(&traces[i], vsys_stream_profiles(st)))
			abort();
	}
}

static void read_all(struct vsys_stream *st, int null)
{
	struct reading r = { .profiles = vsys_stream_profiles(st) };
	const struct vsys_notes *notes;
	const struct vsys_record *rec;
	struct trace traces[FORMS];
	struct vsys_call_event ev;
	unsigned int i;

	r.pairing = vsys_pairing_new(0);
	r.decoder = vsys_decoder_new(0);
	if (vsys_recorder_open(null, r.profiles, &r.recorder))
		abort();
	begin_forms(traces, st);
	while (vsys_stream_next(st, &rec) > 0) {
		take(&r, rec);
		notes = vsys_stream_notes(st);
		for (i = 0; i < notes->nhandles; i++)
			vsys_handles_note(traces[0].handles, notes->handles[i]);
		for (i = 0; i < FORMS; i++)
			trace_record(&traces[i], rec);
	}
	while (vsys_pairing_drain(r.pairing, &ev))
		show(&r, &ev);
	for (i = 0; i < FORMS; i++) {
		trace_end(&traces[i]);
		trace_free(&traces[i]);
	}
	vsys_recorder_end(r.recorder);
	vsys_recorder_free(r.recorder);
	vsys_pairing_free(r.pairing);
	vsys_decoder_free(r.decoder);
	vsys_text_free(&r.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int null = -1;
	struct vsys_stream *st;
	int fd = store(data, size);

	if (null < 0)
		null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	/* The negative control of check.sh. */
	if (size > 8 && getenv("FUZZ_CONTROL"))
		free((void *)data);
	if (!vsys_stream_open(fd, 0, NULL, NULL, &st)) {
		read_all(st, null);
		vsys_stream_close(st);
	}
	close(fd);
	return 0;
}
