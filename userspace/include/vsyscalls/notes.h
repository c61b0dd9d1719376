/* SPDX-License-Identifier: GPL-2.0 */
/* What a recorded file says besides the records of the module, part of libvsyscalls. */
#ifndef VSYS_NOTES_H
#define VSYS_NOTES_H

#include <stdbool.h>
#include <linux/vsyscalls.h>

/* Types of records that only a recorded file has; unknown ones are skipped. */
enum vsys_note_type {
	VSYS_NOTE_FIRST = 0xff00,
	VSYS_NOTE_MACHINE = 0xff01,	/* struct vsys_note_machine */
	VSYS_NOTE_CLOCK = 0xff02,	/* struct vsys_note_clock */
	VSYS_NOTE_END = 0xff03,		/* struct vsys_note_end, the last record */
};

#define VSYS_MACHINE_NAME	64

/**
 * struct vsys_note_machine - a machine, before its first record
 * @r: vm and profile are the machine's
 * @started: when its process was started, clock ticks since boot, 0 when unknown
 * @name: as QEMU's -name has it, NUL-terminated, empty when unknown: hostile
 */
struct vsys_note_machine {
	struct vsys_record r;
	__aligned_u64 started;
	char name[VSYS_MACHINE_NAME];
};

/**
 * struct vsys_note_clock - two clocks at one moment
 * @r: time is that of the newest record, or 0
 * @realtime: nanoseconds since 1970, when that record was read
 */
struct vsys_note_clock {
	struct vsys_record r;
	__aligned_u64 realtime;
};

/**
 * struct vsys_note_end - the recording was ended in order
 * @r: nothing in it but size and type
 * @records: in the file, notes are not counted
 */
struct vsys_note_end {
	struct vsys_record r;
	__aligned_u64 records;
};

/**
 * struct vsys_notes - the notes of a stream, as far as it was read
 * @machines: by vm, the last note of each; @n of them
 * @clocked: @offset is known
 * @offset: add it to a record's time to have nanoseconds since 1970; late by as much
 *          as the record was read late that was read soonest
 * @ended: the end mark was seen
 */
struct vsys_notes {
	struct vsys_note_machine *machines;
	unsigned int n;
	bool clocked;
	__s64 offset;
	bool ended;
};

/* Returns NULL, or what is wrong with a note. */
const char *vsys_notes_add(struct vsys_notes *n, const struct vsys_record *rec);
void vsys_notes_free(struct vsys_notes *n);

/**
 * vsys_notes_machine - what is known of a machine, or NULL
 * @n: the notes
 * @vm: of its records
 */
const struct vsys_note_machine *vsys_notes_machine(const struct vsys_notes *n, __u32 vm);

#endif /* VSYS_NOTES_H */
