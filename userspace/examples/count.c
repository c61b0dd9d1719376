// SPDX-License-Identifier: GPL-2.0
/*
 * count: list the files that each machine opens, and count them.  An example for
 * libvsyscalls: attach to all machines, filter in the kernel, read for ten seconds,
 * decode the calls.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <vsyscalls/vsyscalls.h>

static void report(void *arg, const char *what)
{
	(void)arg;
	fprintf(stderr, "count: %s\n", what);
}

static unsigned long take(struct vsys_reader *reader, const struct vsys_table *table,
			  struct vsys_pairing *pairing, struct vsys_decoder *decoder)
{
	const struct vsys_record *rec;
	struct vsys_call_event ev;
	struct vsys_decoded call;
	unsigned long n = 0;

	while ((rec = vsys_reader_next(reader))) {
		if (vsys_pairing_feed(pairing, rec, &ev) != 1 || !ev.entry)
			continue;
		if (!vsys_decoder_call(decoder, table, &ev, &call) && call.nargs > 1) {
			printf("vm %u: %s\n", ev.entry->r.vm, call.args[1].text);
			n++;
		}
	}
	return n;
}

int main(void)
{
	const struct vsys_table *table = vsys_table_find("linux_x86_64");
	struct vsys_pairing *pairing = vsys_pairing_new(0);
	struct vsys_decoder *decoder = vsys_decoder_new(0);
	struct vsys_reader *reader = NULL;
	struct vsys_device *d = NULL;
	struct vsys_number_set only = { 0 };
	time_t end = time(NULL) + 10;
	unsigned long n = 0;
	unsigned int i;
	int err = -1;

	if (!table || !pairing || !decoder)
		goto out;
	err = vsys_device_open(VSYS_DEVICE, &d);
	/* The call has another number in each ABI. */
	for (i = 0; !err && i < table->nabis; i++) {
		memset(&only, 0, sizeof(only));
		vsys_number_set_add_named(&only, &table->abis[i], "openat");
		err = vsys_device_filter(d, table->abis[i].abi, &only);
	}
	if (!err)
		err = vsys_reader_open(d, report, NULL, &reader);
	if (!err)
		err = vsys_device_attach(d, 0, "linux_x86_64", 0);
	while (!err && time(NULL) < end) {
		struct pollfd p = { .fd = vsys_device_fd(d), .events = POLLIN | POLLPRI };

		poll(&p, 1, 1000);
		err = vsys_reader_update(reader);
		if (!err)
			n += take(reader, table, pairing, decoder);
	}
	if (err)
		fprintf(stderr, "count: %s\n", strerror(-err));
	else
		printf("%lu files\n", n);
out:
	vsys_reader_close(reader);
	vsys_device_close(d);
	vsys_pairing_free(pairing);
	vsys_decoder_free(decoder);
	return err ? 1 : 0;
}
