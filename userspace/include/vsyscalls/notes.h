/* SPDX-License-Identifier: GPL-2.0 */
/* Notes: records that only a recorded file has, part of libvsyscalls. */
#ifndef VSYS_NOTES_H
#define VSYS_NOTES_H

#include <stdbool.h>
#include <linux/vsyscalls.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Record types from VSYS_NOTE_FIRST on are notes; unknown notes are skipped. */
enum vsys_note_type {
	VSYS_NOTE_FIRST = 0xff00,
	VSYS_NOTE_MACHINE = 0xff01,	/* struct vsys_note_machine */
	VSYS_NOTE_CLOCK = 0xff02,	/* struct vsys_note_clock */
	VSYS_NOTE_END = 0xff03,		/* struct vsys_note_end, the last record */
	VSYS_NOTE_SYSTEM = 0xff04,	/* struct vsys_note_system */
	VSYS_NOTE_HANDLE = 0xff05,	/* struct vsys_note_handle */
};

#define VSYS_MACHINE_NAME	64
#define VSYS_SYSTEM_TEXT	256

/**
 * struct vsys_note_machine - a machine, written before its first record
 * @r: head; vm and profile are those of the machine
 * @started: start time of its process, clock ticks since boot; 0: unknown
 * @name: name given by QEMU's -name, NUL-terminated; empty: unknown. Untrusted:
 *        escape it before it goes to a terminal
 */
struct vsys_note_machine {
	struct vsys_record r;
	__aligned_u64 started;
	char name[VSYS_MACHINE_NAME];
};

/**
 * struct vsys_note_system - what was found in a machine's memory; the last one holds
 * @r: head; vm is that of the machine
 * @profile: the one for this system, NUL-terminated; empty: unknown
 * @banner: what its kernel says it is, as of struct vsys_guest_info: untrusted
 * @how: how its tasks were found; empty: they were not
 */
struct vsys_note_system {
	struct vsys_record r;
	char profile[VSYS_NAME_MAX];
	char banner[VSYS_SYSTEM_TEXT];
	char how[VSYS_SYSTEM_TEXT];
};

#define VSYS_HANDLE_CWD		(1U << 0)	/* not a descriptor: the working directory */
#define VSYS_HANDLE_CLOEXEC	(1U << 1)	/* it is closed by execve() */

/**
 * struct vsys_note_handle - what a process had open when its machine was looked at
 * @r: head; vm is that of the machine
 * @value: the descriptor
 * @pid: of the process
 * @flags: VSYS_HANDLE_*
 * @bytes: of the text that follows, padded to 8: a path, or "pipe:[12]". Untrusted
 * @reserved: zero
 */
struct vsys_note_handle {
	struct vsys_record r;
	__aligned_u64 value;
	__u32 pid;
	__u32 flags;
	__u32 bytes;
	__u32 reserved;
};

/**
 * struct vsys_note_clock - both clocks at one moment
 * @r: head; time is that of the newest record, or 0
 * @realtime: CLOCK_REALTIME when that record was read, ns since 1970
 */
struct vsys_note_clock {
	struct vsys_record r;
	__aligned_u64 realtime;
};

/**
 * struct vsys_note_end - the recording ended in order
 * @r: head; only size and type are set
 * @records: number of records in the file, without notes
 */
struct vsys_note_end {
	struct vsys_record r;
	__aligned_u64 records;
};

/**
 * struct vsys_notes - the notes of a stream, as far as it was read
 * @machines: the last note of each machine, sorted by vm
 * @n: number of @machines
 * @systems: the last note of each machine's system
 * @nsystems: number of @systems
 * @handles: the notes of handles
 * @nhandles: number of @handles
 * @handle_bytes: their bytes, which are limited
 * @clocked: @offset is known
 * @offset: ns to add to vsys_record.time to get ns since 1970; its error is the delay
 *          of the record that was read most promptly
 * @ended: the end mark was seen
 */
struct vsys_notes {
	struct vsys_note_machine *machines;
	unsigned int n;
	struct vsys_note_system *systems;
	unsigned int nsystems;
	struct vsys_note_handle **handles;
	unsigned int nhandles;
	size_t handle_bytes;
	bool clocked;
	__s64 offset;
	bool ended;
};

/**
 * vsys_notes_add - take in a note
 * @n: the notes, all zero at first
 * @rec: the note, accepted by vsys_record_frame()
 *
 * Return: NULL, or a constant text of what is wrong with it.
 */
const char *vsys_notes_add(struct vsys_notes *n, const struct vsys_record *rec);

/* vsys_notes_free - free what @n points to, not @n */
void vsys_notes_free(struct vsys_notes *n);

/**
 * vsys_notes_machine - find the note of a machine
 * @n: the notes
 * @vm: vsys_record.vm
 *
 * Return: valid until the next vsys_notes_add(); NULL if there is none.
 */
const struct vsys_note_machine *vsys_notes_machine(const struct vsys_notes *n, __u32 vm);

#ifdef __cplusplus
}
#endif

#endif /* VSYS_NOTES_H */
