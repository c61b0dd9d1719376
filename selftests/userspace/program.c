// SPDX-License-Identifier: GPL-2.0
/* The calls of the program of program.h; the numbers are those of the systems. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "program.h"

enum call {
	CLOSE, CREATE_FILE, CREATE_KEY, CREATE_PROCESS_EX, CREATE_SECTION, CREATE_THREAD,
	CREATE_USER_PROCESS, DELETE_VALUE_KEY, OPEN_FILE, OPEN_KEY, QUERY_VALUE_KEY, READ_FILE,
	REMOVE_COMPLETION, SET_VALUE_KEY, TERMINATE_PROCESS, WRITE_FILE, UNKNOWN, CALLS
};

static const struct os {
	const char *profile;
	unsigned int abi, word;
	uint32_t numbers[CALLS];	/* in the order of enum call */
} systems[] = {
	{ XP, VSYS_ABI_WINDOWS_X86, 4,
	  { 0x19, 0x25, 0x29, 0x30, 0x32, 0x35, 0, 0x41, 0x74, 0x77, 0xb1, 0xb7, 0xbe, 0xf7,
	    0x101, 0x112, 0xfff } },
	{ SEVEN, VSYS_ABI_WINDOWS_X64, 8,
	  { 0xc, 0x52, 0x1a, 0x4a, 0x47, 0x4b, 0xaa, 0xb6, 0x30, 0xf, 0x14, 0x3, 0x6, 0x5d,
	    0x29, 0x5, 0xfff } },
	{ TEN, VSYS_ABI_WINDOWS_X64, 8,
	  { 0xf, 0x55, 0x1d, 0x4d, 0x4a, 0x4e, 0xc8, 0xd6, 0x33, 0x12, 0x17, 0x6, 0x9, 0x60,
	    0x2c, 0x8, 0xfff } },
};

enum {
	OUT = 0x1000, NAME = 0x2000, STATUS_BLOCK = 0x3000, BUFFER = 0x5000, CONTEXT = 0x9000,
	PENDING = 0x103, NAME_NOT_FOUND = 0xc0000034, INVALID_SERVICE = 0xc000001c,
};

static const struct os *os;
static struct vsys_recorder *recorder;
static struct rec entry, ret;
static uint64_t seq, now, calls;

static void emit(struct rec *r)
{
	struct vsys_record *h = rec_head(r);

	h->vm = PROGRAM_VM;
	h->time = now++;
	h->seq = seq++;
	if (vsys_recorder_add(recorder, h))
		abort();
}

static void begin(uint32_t nr, unsigned int abi, uint64_t result, unsigned int nargs,
		  const uint64_t *args)
{
	rec_entry(&entry, nr, ++calls, nargs, args);
	rec_abi(&entry, abi, 0);
	rec_return(&ret, nr, calls, result);
	rec_abi(&ret, abi, 0);
}

static void both(void)
{
	emit(&entry);
	emit(&ret);
}

/* ---- Windows ---- */

#define NT(call, result, ...)							\
	begin(os->numbers[call], os->abi, result,				\
	      sizeof((uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t),		\
	      (uint64_t[]){ __VA_ARGS__ })

/* Words of the guest, from an address on. */
static void out(unsigned int arg, uint64_t a, uint64_t b, unsigned int words)
{
	unsigned char bytes[16];

	memcpy(bytes, &a, os->word);
	memcpy(bytes + os->word, &b, os->word);
	rec_cap(&ret, arg, VSYS_CAP_BYTES, 0, OUT, bytes, words * os->word);
}

static void name(unsigned int arg, uint64_t root, const char *text)
{
	struct vsys_objattr o = {
		.length = os->word == 4 ? 24 : 48, .root = root, .name = 1, .attributes = 0x40,
	};
	unsigned char bytes[512];

	rec_cap(&entry, arg, VSYS_CAP_OBJATTR, 0, NAME, bytes, rec_objattr(bytes, &o, text));
}

static void value_name(const char *text)
{
	unsigned char bytes[256];
	unsigned int n = 2 * (unsigned int)strlen(text);

	rec_cap(&entry, 1, VSYS_CAP_USTRING, 0, NAME, bytes, rec_ustring(bytes, n, n, text));
}

static void nt_read(const char *data, uint64_t context, const uint64_t *offset)
{
	NT(READ_FILE, data ? 0 : PENDING, 0x7c, 0, 0, context, STATUS_BLOCK, BUFFER, 16,
	   offset ? 0x6000 : 0, 0);
	if (offset)
		rec_cap(&entry, 7, VSYS_CAP_BYTES, 0, 0x6000, offset, sizeof(*offset));
	if (data) {
		out(4, 0, strlen(data), 2);
		rec_cap(&ret, 5, VSYS_CAP_BYTES, 0, BUFFER, data, strlen(data));
	}
	both();
}

static void nt_file(void)
{
	static const uint64_t hundred = 100;

	NT(CREATE_FILE, 0, OUT, 0x80100000, NAME, STATUS_BLOCK, 0, 0x80, 1, 1, 0x60, 0, 0);
	name(2, 0, "\\??\\C:\\secret.txt");
	out(0, 0x7c, 0, 1);
	out(3, 0, 1, 2);
	both();
	nt_read("0123456789", 0, NULL);
	nt_read("abcd", 0, &hundred);
	NT(WRITE_FILE, 0, 0x7c, 0, 0, 0, STATUS_BLOCK, BUFFER, 5, 0, 0);
	rec_cap(&entry, 5, VSYS_CAP_BYTES, 0, BUFFER, "hello", 5);
	out(4, 0, 5, 2);
	both();
	nt_read(NULL, CONTEXT, &hundred);
	NT(REMOVE_COMPLETION, 0, 0x70, OUT, OUT + 8, STATUS_BLOCK, 0);
	out(2, CONTEXT, 0, 1);
	out(3, 0, 7, 2);
	both();
	nt_read(NULL, CONTEXT + 0x100, &hundred);
	NT(CLOSE, 0, 0x7c);
	both();
}

static void nt_registry(void)
{
	NT(OPEN_KEY, 0, OUT, 0x20019, NAME);
	name(2, 0, "\\Registry\\Machine\\Software");
	out(0, 0x80, 0, 1);
	both();
	NT(CREATE_KEY, 0, OUT, 0xf003f, NAME, 0, 0, 0, 0);
	name(2, 0x80, "Run");
	out(0, 0x84, 0, 1);
	both();
	NT(SET_VALUE_KEY, 0, 0x84, NAME, 0, 1, BUFFER, 10);
	value_name("evil");
	rec_cap(&entry, 4, VSYS_CAP_BYTES, 0, BUFFER, "e\0.\0e\0x\0e\0", 10);
	both();
	NT(DELETE_VALUE_KEY, 0, 0x84, NAME);
	value_name("good");
	both();
	NT(QUERY_VALUE_KEY, NAME_NOT_FOUND, 0x84, NAME, 2, BUFFER, 16, OUT);
	value_name("good");
	both();
	NT(CLOSE, 0, 0x84);
	both();
}

/* Since Vista one call replaces several. */
static void nt_process(void)
{
	unsigned char image[64];

	if (os->numbers[CREATE_USER_PROCESS]) {
		NT(CREATE_USER_PROCESS, 0, OUT, OUT + 8, 0x2000000, 0x2000000, 0, 0, 0, 1,
		   0x7000, 0x7100, 0x7200);
		rec_cap(&entry, 10, VSYS_CAP_WSTRING, 0, 0x7250, image,
			rec_wide(image, "\\??\\C:\\evil.exe"));
		out(0, 0x98, 0, 1);
		out(1, 0x9c, 0, 1);
		both();
		return;
	}
	NT(OPEN_FILE, 0, OUT, 0x100020, NAME, STATUS_BLOCK, 5, 0x60);
	name(2, 0, "\\??\\C:\\evil.exe");
	out(0, 0x90, 0, 1);
	both();
	NT(CREATE_SECTION, 0, OUT, 0xf001f, 0, 0, 0x10, 0x1000000, 0x90);
	out(0, 0x94, 0, 1);
	both();
	NT(CREATE_PROCESS_EX, 0, OUT, 0x1f0fff, 0, (uint64_t)-1, 0, 0x94, 0, 0, 0);
	out(0, 0x98, 0, 1);
	both();
	NT(CREATE_THREAD, 0, OUT, 0x1f03ff, 0, 0x98, OUT, 0x7300, 0x7400, 1);
	out(0, 0x9c, 0, 1);
	out(4, 0x1267, 0x1268, 2);
	both();
}

static void windows(void)
{
	nt_file();
	nt_registry();
	nt_process();
	NT(UNKNOWN, INVALID_SERVICE, 1, 2, 3, 4);
	rec_head(&entry)->flags = VSYS_F_UNKNOWN;
	rec_head(&ret)->flags = VSYS_F_UNKNOWN;
	both();
	NT(TERMINATE_PROCESS, 0, 0x98, 1);
	both();
	NT(TERMINATE_PROCESS, 0, os->word == 4 ? 0xffffffff : (uint64_t)-1, 0xc0000005);
	emit(&entry);
}

/* ---- Linux ---- */

#define LX(nr, result, ...)							\
	begin(nr, VSYS_ABI_LINUX_X86_64, result,				\
	      sizeof((uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t),		\
	      (uint64_t[]){ __VA_ARGS__ })

static void lx_read(uint32_t nr, const char *data, uint64_t offset)
{
	LX(nr, (uint32_t)strlen(data), 3, BUFFER, 16, offset);
	rec_cap(&ret, 1, VSYS_CAP_BYTES, 0, BUFFER, data, strlen(data));
	both();
}

static void linux_(void)
{
	LX(257, 3, (uint64_t)-100, NAME, 0, 0);	/* openat */
	rec_string(&entry, 1, NAME, "/etc/secret.txt");
	both();
	lx_read(0, "0123456789", 0);		/* read */
	lx_read(17, "abcd", 100);		/* pread64 */
	lx_read(0, "ef", 0);
	LX(32, 4, 3);				/* dup */
	both();
	LX(1, 5, 4, BUFFER, 5);			/* write */
	rec_cap(&entry, 1, VSYS_CAP_BYTES, 0, BUFFER, "hello", 5);
	both();
	LX(3, 0, 4);				/* close */
	both();
	LX(3, 0, 3);
	both();
	LX(257, (uint64_t)-2, (uint64_t)-100, NAME, 0, 0);
	rec_string(&entry, 1, NAME, "/etc/missing");
	both();
	LX(57, 4712, 0);			/* fork */
	both();
	LX(59, 0, NAME, 0, 0);			/* execve, which returns elsewhere */
	rec_string(&entry, 0, NAME, "/bin/evil");
	emit(&entry);
	LX(231, 0, 3);				/* exit_group */
	rec_head(&entry)->flags = VSYS_F_NORETURN;
	emit(&entry);
}

void program_write(int fd, const char *profile)
{
	struct vsys_profiles p = { 0 };
	struct rec lost;
	unsigned int i;

	os = NULL;
	seq = now = calls = 0;
	for (i = 0; i < sizeof(systems) / sizeof(systems[0]); i++)
		if (!strcmp(systems[i].profile, profile))
			os = &systems[i];
	if (vsys_profiles_add(&p, profile) || vsys_recorder_open(fd, &p, &recorder))
		abort();
	rec_event(&entry, VSYS_REC_ATTACH);
	emit(&entry);
	if (os)
		windows();
	else
		linux_();
	rec_lost(&lost, seq, seq + PROGRAM_LOST - 1);
	rec_head(&lost)->vm = PROGRAM_VM;
	if (vsys_recorder_add(recorder, rec_head(&lost)) || vsys_recorder_end(recorder))
		abort();
	vsys_recorder_free(recorder);
	vsys_profiles_free(&p);
}

const char *program_path(const char *profile)
{
	static char path[64];
	static int fd = -1;

	if (fd >= 0)
		close(fd);
	fd = memfd_create("program", 0);
	program_write(fd, profile);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}
