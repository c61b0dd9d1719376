/* SPDX-License-Identifier: GPL-2.0 */
/* The device: ioctls and mapped rings, part of libvsyscalls. */
#ifndef VSYS_DEVICE_H
#define VSYS_DEVICE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <linux/vsyscalls.h>
#include "callsets.h"
#include "lookup.h"
#include "record.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VSYS_DEVICE		"/dev/vsyscalls"

/* ---- ioctls ---- */

/* One open device, which is a session of the module; see linux/vsyscalls.h. */
struct vsys_device;

/**
 * vsys_device_open - open the device and check its version
 * @path: usually VSYS_DEVICE
 * @device: out: to be closed with vsys_device_close(), which undoes all that was done
 *          through it
 *
 * Return: 0; -ENOTTY: not the device; -EPROTO: the module has another
 * VSYS_ABI_VERSION; -ENOMEM; or the error of open().
 */
int vsys_device_open(const char *path, struct vsys_device **device);
void vsys_device_close(struct vsys_device *d);

/**
 * vsys_device_fd - the file descriptor, for poll()
 * @d: the device, which still owns it
 */
int vsys_device_fd(const struct vsys_device *d);

/**
 * vsys_device_info - VSYS_INFO: versions, doors, number of profiles and rings
 * @d: the device
 * @info: out
 */
int vsys_device_info(struct vsys_device *d, struct vsys_info *info);

/**
 * vsys_device_profiles - list all profiles of the module
 * @d: the device
 * @p: out: to be freed with vsys_profiles_free(), also after an error
 */
int vsys_device_profiles(struct vsys_device *d, struct vsys_profiles *p);

/**
 * vsys_device_profile - VSYS_PROFILE: one profile of the module
 * @d: the device
 * @index: 0 to vsys_info.profiles - 1
 * @info: out
 */
int vsys_device_profile(struct vsys_device *d, uint32_t index,
			struct vsys_profile_info *info);

/**
 * vsys_device_setup - VSYS_SETUP: set sizes, before the first attach
 * @d: the device
 * @setup: @size is filled in
 */
int vsys_device_setup(struct vsys_device *d, struct vsys_setup *setup);

/**
 * vsys_device_attach - VSYS_ATTACH: trace a machine, or all
 * @d: the device
 * @pid: of the process that runs the machine, 0: all machines
 * @profile: name; NULL: the profile the machine has already, else the default
 * @doors: mask of doors; 0: those of the profile that this host can trap
 *
 * Return: 0, the errors of VSYS_ATTACH, or -ENAMETOOLONG for @profile.
 */
int vsys_device_attach(struct vsys_device *d, pid_t pid, const char *profile,
		       uint32_t doors);

/**
 * vsys_device_attach_text - reason for an error of vsys_device_attach()
 * @err: its negative return value
 *
 * Return: text to follow "pid 7: "; a constant or that of strerror().
 */
const char *vsys_device_attach_text(int err);

/**
 * vsys_device_detach - VSYS_DETACH
 * @d: the device
 * @pid: the pid given to vsys_device_attach()
 */
int vsys_device_detach(struct vsys_device *d, pid_t pid);

/**
 * vsys_device_filter - VSYS_FILTER: have the module drop other calls
 * @d: the device
 * @abi: enum vsys_abi; 0: set it for all ABIs
 * @set: the calls to keep
 */
int vsys_device_filter(struct vsys_device *d, unsigned int abi,
		       const struct vsys_number_set *set);

/**
 * vsys_device_stats - VSYS_STATS: counters of the session
 * @d: the device
 * @stats: out
 */
int vsys_device_stats(struct vsys_device *d, struct vsys_stats *stats);

/**
 * vsys_device_vcpu - VSYS_VCPU: one vCPU of a process, traced or not
 * @d: the device
 * @pid: of the process
 * @index: from 0; -ENOENT above the last
 * @info: out
 */
int vsys_device_vcpu(struct vsys_device *d, pid_t pid, uint32_t index,
		     struct vsys_vcpu_info *info);

/**
 * vsys_device_time - VSYS_TIME: the clock of records and the time of day
 * @d: the device
 * @t: out
 */
int vsys_device_time(struct vsys_device *d, struct vsys_time *t);

/**
 * vsys_device_memory - VSYS_MEMORY: a range of a machine's memory
 * @d: the device
 * @pid: of the process that runs the machine
 * @gpa: 0, or the end of the range before
 * @memory: out: the first range that ends above @gpa
 */
int vsys_device_memory(struct vsys_device *d, pid_t pid, uint64_t gpa, struct vsys_memory *memory);

/**
 * vsys_device_vcpu_regs - VSYS_VCPU_REGS: registers of a running vCPU
 * @d: the device
 * @pid: of the process that runs the machine
 * @index: of the vCPU within the process
 * @timeout_ms: 1 to 10000
 * @values: out: by register number, zero beyond the last
 * @n: number of @values
 */
int vsys_device_vcpu_regs(struct vsys_device *d, pid_t pid, uint32_t index, int timeout_ms,
			  uint64_t *values, unsigned int n);

/* vsys_device_recipe - VSYS_RECIPE: how to find the task of a call; sets @recipe->size */
int vsys_device_recipe(struct vsys_device *d, struct vsys_recipe *recipe);

/**
 * vsys_device_task_filter - VSYS_TASK_FILTER: the tasks whose calls become records
 * @d: the device
 * @conds: the conditions
 * @n: number of @conds; 0: all tasks
 */
int vsys_device_task_filter(struct vsys_device *d, const struct vsys_task_cond *conds,
			    unsigned int n);

/* ---- mapped rings ---- */

struct vsys_reader;

/**
 * vsys_reader_open - read a device by mapping its rings
 * @d: the device; must outlive the reader
 * @report: callback for stream errors, or NULL
 * @arg: its argument
 * @reader: out: to be closed with vsys_reader_close()
 *
 * Return: 0 or -ENOMEM.
 */
int vsys_reader_open(struct vsys_device *d, vsys_report_fn report, void *arg,
		     struct vsys_reader **reader);
void vsys_reader_close(struct vsys_reader *r);

/**
 * vsys_reader_update - map new rings and read the writers' positions
 * @r: the reader
 *
 * vsys_reader_next() returns the records up to these positions. The record that it
 * returned last becomes invalid.
 */
int vsys_reader_update(struct vsys_reader *r);

/**
 * vsys_reader_next - take the oldest record
 * @r: the reader
 *
 * Records of one ring keep their order. Among rings the lower time goes first, then
 * the lower ring index.
 *
 * Return: the record, valid until the next call on @r; NULL if none is left up to
 * the last vsys_reader_update().
 */
const struct vsys_record *vsys_reader_next(struct vsys_reader *r);

/* vsys_reader_rings - number of rings that are mapped */
unsigned int vsys_reader_rings(const struct vsys_reader *r);

/**
 * vsys_reader_gone - has each ring been closed and read to its end?
 * @r: the reader
 *
 * Return: false, too, as long as there is no ring.
 */
bool vsys_reader_gone(const struct vsys_reader *r);

/**
 * vsys_reader_settle - check that emitted == read + lost for each ring
 * @r: the reader; all machines are detached and all records read
 *
 * Counts losses after the last record, which no record reports, and reports the
 * events that remain unexplained as missing.
 */
void vsys_reader_settle(struct vsys_reader *r);

/**
 * vsys_reader_lost_at_end - loss after the last record of a ring, as a record
 * @r: the reader, after vsys_reader_settle()
 * @index: of the ring, below vsys_reader_rings()
 * @lost: out
 *
 * Return: whether there is one.
 */
bool vsys_reader_lost_at_end(const struct vsys_reader *r, unsigned int index,
			     struct vsys_rec_lost *lost);

/**
 * vsys_reader_account - sum up the counts of all rings
 * @r: the reader
 * @sum: out: without @sum->next
 */
void vsys_reader_account(const struct vsys_reader *r, struct vsys_account *sum);

#ifdef __cplusplus
}
#endif

#endif /* VSYS_DEVICE_H */
