// SPDX-License-Identifier: GPL-2.0
/*
 * Read a recorded file through libvsyscalls and discard the result.
 * usage: bench_read binary|text|json|callbacks FILE
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <vsyscalls/callbacks.h>

static uint64_t records, bytes;

static void show(struct vsys_decoder *d, struct vsys_text *t, const struct vsys_profiles *p,
		 const struct vsys_call_event *ev, bool json)
{
	const struct vsys_record *r = ev->entry ? &ev->entry->r : &ev->ret->r;
	struct vsys_decoded call;

	vsys_decoder_call(d, vsys_profiles_table(p, r->profile), ev, &call);
	vsys_text_reset(t);
	if (json)
		vsys_format_call_json(t, &call, p);
	else
		vsys_format_call(t, &call);
	bytes += t->len;
}

static void on_read(struct vsys_syscall *c, int32_t fd, uint64_t buf, uint64_t count)
{
	(void)c, (void)fd, (void)buf;
	records++;
	bytes += count;
}

/* Most calls have none; read() has captures at its entry and its return. */
static int run(const char *path)
{
	struct vsys_trace *v;

	if (vsys_trace_open(path, &v) || vsys_on_read_enter(v, on_read) ||
	    vsys_on_read_return(v, on_read) || vsys_trace_run(v, -1))
		return 2;
	vsys_trace_close(v);
	return 0;
}

int main(int argc, char **argv)
{
	struct vsys_pairing *pairing = vsys_pairing_new(0);
	struct vsys_decoder *d = vsys_decoder_new(0);
	const struct vsys_record *rec;
	struct vsys_call_event ev;
	struct vsys_text t = { 0 };
	struct vsys_stream *st;
	bool text, json;
	int n;

	if (argc == 3 && !strcmp(argv[1], "callbacks"))
		return run(argv[2]);
	if (argc != 3 ||
	    vsys_stream_open(open(argv[2], O_RDONLY | O_CLOEXEC), 0, NULL, NULL, &st))
		return 2;
	text = !strcmp(argv[1], "text");
	json = !strcmp(argv[1], "json");
	while ((n = vsys_stream_next(st, &rec)) > 0) {
		records++;
		bytes += rec->size;
		if ((text || json) && vsys_pairing_feed(pairing, rec, &ev) > 0)
			show(d, &t, vsys_stream_profiles(st), &ev, json);
	}
	printf("%" PRIu64 " %" PRIu64 "\n", records, bytes);
	vsys_stream_close(st);
	vsys_decoder_free(d);
	vsys_pairing_free(pairing);
	vsys_text_free(&t);
	return n < 0;
}
