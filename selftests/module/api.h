/* SPDX-License-Identifier: GPL-2.0 */
/* Shared by the tests of the device's interface: KTAP, calls, rings. */
#ifndef MODULE_API_H
#define MODULE_API_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <linux/vsyscalls.h>

enum {
	PAGE = 4096,
	PATIENCE_MS = 120000,	/* for events that must happen, on a busy machine */
};

/* KTAP; VSYS_TAMPER inverts the first result. */
bool check(bool ok, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void check_err(int err, int want, const char *what);
int finish(void);

/* 0 or an errno. */
int ctl(int fd, unsigned long cmd, void *arg);
int attach(int fd, pid_t pid);
int detach(int fd, pid_t pid);
int setup(int fd, uint32_t bytes, uint32_t watermark, uint32_t latency_ms);

/* Report a failure and its reason; ends the test, as do those below when they fail. */
void die(const char *what) __attribute__((noreturn));
int device(int flags);
/* Create the file that the shell waits for. */
bool tell_ready(const char *path);
struct vsys_info info(int fd);
struct vsys_stats stats(int fd);

/* A ring, mapped. */
struct ring {
	struct vsys_ring_info info;
	volatile struct vsys_ring_reader *reader;
	const volatile struct vsys_ring_writer *writer;
	const uint8_t *data;
};

bool ring_map(int fd, uint32_t index, struct ring *r);
void ring_unmap(struct ring *r);
uint64_t ring_end(const struct ring *r);
bool rings_wait(int fd, uint32_t count);

/* State of one ring as a reader has seen it. */
struct account {
	uint64_t events;	/* records read, except VSYS_REC_LOST */
	uint64_t told;		/* lost according to VSYS_REC_LOST */
	uint64_t next;		/* number of the next event */
	bool good;		/* all records and numbers were valid */
};

bool account_add(struct account *a, const struct vsys_record *r, uint64_t room);
void ring_read(struct ring *r, struct account *a);

long now_ms(void);
void nap(long ms);
/* Does @what become true within PATIENCE_MS? */
#define WAIT_FOR(what) ({ \
	long end_ = now_ms() + PATIENCE_MS; \
	while (!(what) && now_ms() < end_) \
		nap(1); \
	(what); })

/* The tests; each gets the arguments after its name. */
int test_ioctl(char **arg);
int test_mmap(char **arg);
int test_position(char **arg);
int test_loss(char **arg);
int test_unread(char **arg);
int test_memory(char **arg);
int test_read(char **arg);
int test_regs(char **arg);
int test_poll(char **arg);
int test_storm(char **arg);
int test_fork(char **arg);
int test_ended(char **arg);
int test_rights(char **arg);
int test_patch(char **arg);
int test_cycle(char **arg);
int test_load(char **arg);
int test_unload(char **arg);
int test_stop(char **arg);
int test_storms(char **arg);
int test_stuck(char **arg);
int test_attaches(char **arg);
int test_symbols(char **arg);
int test_hold(char **arg);
int test_held(char **arg);
int test_holds(char **arg);
int test_dirty(char **arg);
int test_qemu(char **arg);
int test_task(char **arg);
int test_task_filter(char **arg);
int test_task_regs(char **arg);
int test_task_asleep(char **arg);
int test_task_removed(char **arg);
int test_sysenter_regs(char **arg);
int test_task_rule(char **arg);
int test_faults(char **arg);
int test_random(char **arg);

#endif
