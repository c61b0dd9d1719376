// SPDX-License-Identifier: GPL-2.0
/*
 * Any folder must be read as a spool without a fault, and what is read sent as OpenTelemetry has it.
 * The input is a list of pieces, each a byte for its file, a byte for its length, and its bytes.  Of
 * segments they are plain, or messages in frames, since a fuzzer finds no checksum.  What is left is
 * the answer of a receiver.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sinks/otlp.h"
#include "sinks/spool.h"

enum {
	SEGMENTS = 3,
	FRAMED = 0x80,
	BATCH = 64,
};

static const char form[] = "vsysotlp";
static char dir[] = "/dev/shm/fuzz-spool-XXXXXX";	/* where fsync() costs nothing */
static int folder = -1;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void empty_folder(void)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (!d)
		abort();
	while ((e = readdir(d)))
		if (*e->d_name != '.')
			unlinkat(folder, e->d_name, 0);
	closedir(d);
}

static void remove_folder(void)
{
	empty_folder();
	rmdir(dir);
}

static void put(const char *name, const void *bytes, size_t n)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_APPEND, 0600);

	if (fd < 0 || (n && write(fd, bytes, n) != (ssize_t)n))
		abort();
	close(fd);
}

/* Returns what is left. */
static size_t fill_folder(const uint8_t *data, size_t size)
{
	struct spool_frame f;
	char name[16];
	size_t n;

	for (n = 1; n <= SEGMENTS; n++) {
		snprintf(name, sizeof(name), "%08zx.seg", n);
		put(name, form, SPOOL_FORM);
	}
	for (; size >= 2 && data[1] && data[1] <= size - 2; data += 2 + n, size -= 2 + n) {
		n = data[1];
		snprintf(name, sizeof(name), "%08x.seg", *data % (SEGMENTS + 1));
		if (!(*data % (SEGMENTS + 1))) {
			put("state", data + 2, n);
			continue;
		}
		f = (struct spool_frame){ (uint32_t)n, spool_sum((const char *)data + 2, n) };
		if (*data & FRAMED)
			put(name, &f, sizeof(f));
		put(name, data + 2, n);
	}
	return size;
}

/* Its parts end in it. */
static void judge(struct message *m)
{
	size_t len;
	const char *text = message_text(m, &len);

	if (m->len > m->size || text < m->bytes || text + len != m->bytes + m->len)
		abort();
}

/* Read and release all, and send them. */
static uint64_t drain(struct spool *sp)
{
	struct vsys_text request = { 0 };
	struct message *batch[BATCH];
	uint64_t count = 0;
	size_t n, i;

	do {
		for (n = 0; n < BATCH && (batch[n] = spool_next(sp)); n++)
			judge(batch[n]);
		if (otlp_request(&request, batch, n) > n)
			abort();
		for (i = 0; i < n; i++) {
			spool_release(sp, batch[i]);
			free(batch[i]);
		}
		count += n;
		vsys_text_reset(&request);
	} while (n);
	vsys_text_free(&request);
	return count;
}

static void read_spool(void)
{
	static const char event[] = "vsys.host.1.read\0id\0text";
	uint64_t found;
	struct spool *sp;

	if (spool_open(dir, SPOOL_LEAST, form, &sp))
		return;
	found = spool_found(sp);
	if (drain(sp) != found || !spool_append(sp, event, sizeof(event), true) || spool_flush(sp))
		abort();
	spool_close(sp);
	/* What is released is gone, what was appended is there. */
	if (spool_open(dir, SPOOL_LEAST, form, &sp) || spool_found(sp) != 1 || spool_torn(sp) || drain(sp) != 1)
		abort();
	spool_end(sp);
	spool_close(sp);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vsys_text why = { 0 };
	size_t left;

	if (folder < 0) {
		folder = mkdtemp(dir) ? open(dir, O_RDONLY | O_DIRECTORY) : -1;
		atexit(remove_folder);
	}
	empty_folder();
	left = fill_folder(data, size);
	/* The negative control of check.sh. */
	if (size > 8 && getenv("FUZZ_CONTROL"))
		free((void *)data);
	otlp_rejected((const char *)data + size - left, left, &why);
	vsys_text_free(&why);
	read_spool();
	return 0;
}
