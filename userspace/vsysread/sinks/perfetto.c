// SPDX-License-Identifier: GPL-2.0
/*
 * vsysread convert --to perfetto: a protobuf of TracePackets.  Field numbers are
 * those of perfetto's protos/perfetto/trace: Trace, TracePacket, TrackEvent,
 * TrackDescriptor, DebugAnnotation, ClockSnapshot.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "protobuf.h"
#include "sink.h"

enum {
	TRACE_PACKET = 1,

	PACKET_CLOCKS = 6,
	PACKET_TIME = 8,
	PACKET_SEQUENCE = 10,
	PACKET_EVENT = 11,
	PACKET_TRACK = 60,

	CLOCKS_CLOCK = 1,
	CLOCK_ID = 1,
	CLOCK_TIME = 2,
	CLOCK_REALTIME_ID = 1,
	CLOCK_BOOTTIME_ID = 6,	/* the default clock of PACKET_TIME */

	TRACK_UUID = 1,
	TRACK_NAME = 2,
	TRACK_PROCESS = 3,
	TRACK_PARENT = 5,
	PROCESS_PID = 1,
	PROCESS_NAME = 6,

	EVENT_NOTES = 4,
	EVENT_TYPE = 9,
	EVENT_TRACK = 11,
	EVENT_CATEGORY = 22,
	EVENT_NAME = 23,
	TYPE_BEGIN = 1,
	TYPE_END = 2,
	TYPE_INSTANT = 3,
	NOTE_UINT = 3,
	NOTE_STRING = 6,
	NOTE_POINTER = 7,
	NOTE_NAME = 10,

	SEQUENCE = 1,
	LANES = 4096,		/* in all; calls that find none are instants */
	MACHINES = 4096,
};

/*
 * A track for calls of one thread, or of one address space as long as threads are not
 * known.  Slices of a track must not overlap: overlapping calls take as many lanes as
 * they need.
 */
struct lane {
	uint32_t vm;
	uint64_t owner;		/* process and thread id, or the space */
	uint64_t busy;		/* end of its last slice */
	char name[64];		/* as it was told last: exec changes it */
};

struct perfetto {
	const struct sink_env *env;
	struct vsys_text out, packet, body, inner, args;
	unsigned int n, nmachines;
	struct lane lanes[LANES];
	uint32_t machines[MACHINES];	/* machines that have a track */
	uint64_t newest;
};

/* Track ids: add the index of a lane, or the vm of a machine. */
#define LANE_UUID	(UINT64_C(1) << 32)
#define MACHINE_UUID	(UINT64_C(2) << 32)

static int put_packet(struct perfetto *s, unsigned int field)
{
	put_uint(&s->packet, PACKET_SEQUENCE, SEQUENCE);
	put_message(&s->packet, field, &s->body);
	put_message(&s->out, TRACE_PACKET, &s->packet);
	return sink_write(s->env, &s->out);
}

static void *perfetto_open(const struct sink_env *env)
{
	struct perfetto *s = calloc(1, sizeof(*s));

	if (s)
		s->env = env;
	return s;
}

/* A machine's name as UTF-8: it comes from QEMU's command line and may hold any bytes. */
static void plain_name(struct vsys_text *t, const struct perfetto *s, uint32_t vm)
{
	const struct vsys_note_machine *m = s->env->notes ? vsys_notes_machine(s->env->notes, vm)
							  : NULL;
	const char *p;

	vsys_text_reset(t);
	vsys_text_put(t, "vm");
	if (m && m->name[0])
		vsys_text_char(t, ' ');
	for (p = m ? m->name : ""; *p; p++)
		vsys_text_char(t, *p >= ' ' && *p <= '~' ? *p : '_');
}

static int find_machine(struct perfetto *s, uint32_t vm)
{
	unsigned int i;

	for (i = 0; i < s->nmachines; i++)
		if (s->machines[i] == vm)
			return 0;
	if (s->nmachines < MACHINES)
		s->machines[s->nmachines++] = vm;
	plain_name(&s->args, s, vm);
	put_uint(&s->inner, PROCESS_PID, vm);
	put_string(&s->inner, PROCESS_NAME, s->args.s);
	put_uint(&s->body, TRACK_UUID, MACHINE_UUID + vm);
	put_message(&s->body, TRACK_PROCESS, &s->inner);
	return put_packet(s, PACKET_TRACK);
}

static int put_lane(struct perfetto *s, const struct lane *l)
{
	put_uint(&s->body, TRACK_UUID, LANE_UUID + (uint64_t)(l - s->lanes));
	put_uint(&s->body, TRACK_PARENT, MACHINE_UUID + l->vm);
	put_string(&s->body, TRACK_NAME, l->name);
	return put_packet(s, PACKET_TRACK);
}

/* Set the lane's name, and tell it if it has changed.  A cut name is still ASCII or UTF-8. */
static int name_lane(struct perfetto *s, struct lane *l, const struct vsys_call_event *ev)
{
	char name[sizeof(l->name)];
	size_t n;

	vsys_text_reset(&s->args);
	if (ev->task)
		vsys_format_task(&s->args, ev->task);
	else
		vsys_text_printf(&s->args, "space 0x%llx", (unsigned long long)ev->entry->space);
	if (s->args.failed)
		return -ENOMEM;
	n = s->args.len;
	if (n >= sizeof(name))
		for (n = sizeof(name) - 1; n && (s->args.s[n] & 0xc0) == 0x80; n--)
			;
	memset(name, 0, sizeof(name));
	memcpy(name, s->args.s, n);
	if (!strcmp(l->name, name))
		return 0;
	memcpy(l->name, name, sizeof(name));
	return put_lane(s, l);
}

/* Find or make a lane of the caller, free at the entry.  NULL with @err 0: none is left. */
static struct lane *find_lane(struct perfetto *s, const struct vsys_call_event *ev, int *err)
{
	const struct vsys_record *r = &ev->entry->r;
	uint64_t owner = ev->task ? (uint64_t)ev->task->pid << 32 | ev->task->tid : ev->entry->space;
	struct lane *l = s->lanes;

	for (; l < s->lanes + s->n; l++)
		if (l->vm == r->vm && l->owner == owner && l->busy <= r->time)
			break;
	*err = 0;
	if (l == s->lanes + s->n) {
		*err = find_machine(s, r->vm);
		if (*err || s->n == LANES)
			return NULL;
		s->n++;
		*l = (struct lane){ .vm = r->vm, .owner = owner };
	}
	*err = name_lane(s, l, ev);
	return l;
}

static void put_note(struct perfetto *s, const char *name, unsigned int field, uint64_t v,
		     const char *text)
{
	put_string(&s->inner, NOTE_NAME, name);
	if (text)
		put_string(&s->inner, field, text);
	else
		put_uint(&s->inner, field, v);
	put_message(&s->body, EVENT_NOTES, &s->inner);
}

static void put_call(struct perfetto *s, const struct vsys_decoded *c)
{
	const struct vsys_record *r = sink_call_record(&c->ev);

	put_string(&s->body, EVENT_CATEGORY, vsys_abi_name(r->abi));
	put_string(&s->body, EVENT_NAME, sink_call_name(c));
	put_note(s, "args", NOTE_STRING, 0, sink_args(&s->args, c));
	put_note(s, "result", NOTE_STRING, 0, c->result);
	put_note(s, "vcpu", NOTE_UINT, r->vcpu, NULL);
	if (!sink_call_unknown(&c->ev))
		put_note(s, "nr", NOTE_UINT, r->nr, NULL);
	if (c->ev.entry)
		put_note(s, "pc", NOTE_POINTER, c->ev.entry->pc, NULL);
}

static int put_event(struct perfetto *s, unsigned int type, uint64_t track, uint64_t time)
{
	put_uint(&s->body, EVENT_TYPE, type);
	put_uint(&s->body, EVENT_TRACK, track);
	put_uint(&s->packet, PACKET_TIME, time);
	return put_packet(s, PACKET_EVENT);
}

static int perfetto_call(void *sink, const struct vsys_call_event *ev)
{
	struct perfetto *s = sink;
	const struct vsys_record *r = sink_call_record(ev);
	bool slice = ev->state == VSYS_STATE_RETURNED && ev->ret->r.time >= r->time;
	struct lane *l = NULL;
	struct vsys_decoded c;
	uint64_t track;
	int err;

	/* Without the entry the address space is not known. */
	if (ev->entry)
		l = find_lane(s, ev, &err);
	else
		err = find_machine(s, r->vm);
	if (!err)
		err = sink_decode(s->env, ev, &c);
	if (err)
		return err;
	track = l ? LANE_UUID + (uint64_t)(l - s->lanes) : MACHINE_UUID + r->vm;
	put_call(s, &c);
	/* Slices on the machine's own track would overlap. */
	if (!l || !slice)
		return put_event(s, TYPE_INSTANT, track, r->time);
	err = put_event(s, TYPE_BEGIN, track, r->time);
	l->busy = ev->ret->r.time;
	return err ? err : put_event(s, TYPE_END, track, l->busy);
}

static int perfetto_event(void *sink, const struct vsys_record *rec)
{
	struct perfetto *s = sink;
	int err = find_machine(s, rec->vm);

	if (err)
		return err;
	if (rec->time > s->newest)
		s->newest = rec->time;
	put_string(&s->body, EVENT_CATEGORY, rec->type == VSYS_REC_LOST ? "lost" : "trace");
	put_string(&s->body, EVENT_NAME, sink_event_text(s->env, &s->args, rec));
	return put_event(s, TYPE_INSTANT, MACHINE_UUID + rec->vm, rec->time);
}

static int perfetto_lost(void *sink, const struct vsys_rec_lost *lost)
{
	return perfetto_event(sink, &lost->r);
}

/* Relate the records' clock, which is called boot time here, to the time of day. */
static int perfetto_end(void *sink)
{
	struct perfetto *s = sink;

	if (!*s->env->since_1970)
		return 0;
	put_uint(&s->inner, CLOCK_ID, CLOCK_BOOTTIME_ID);
	put_uint(&s->inner, CLOCK_TIME, s->newest);
	put_message(&s->body, CLOCKS_CLOCK, &s->inner);
	put_uint(&s->inner, CLOCK_ID, CLOCK_REALTIME_ID);
	put_uint(&s->inner, CLOCK_TIME, s->newest + (uint64_t)*s->env->since_1970);
	put_message(&s->body, CLOCKS_CLOCK, &s->inner);
	return put_packet(s, PACKET_CLOCKS);
}

static void perfetto_close(void *sink)
{
	struct perfetto *s = sink;

	vsys_text_free(&s->out);
	vsys_text_free(&s->packet);
	vsys_text_free(&s->body);
	vsys_text_free(&s->inner);
	vsys_text_free(&s->args);
	free(s);
}

const struct sink_ops sink_perfetto = {
	.name = "perfetto",
	.binary = true,
	.open = perfetto_open,
	.call = perfetto_call,
	.lost = perfetto_lost,
	.event = perfetto_event,
	.end = perfetto_end,
	.close = perfetto_close,
};
