// SPDX-License-Identifier: GPL-2.0
/* vsysread convert --to sqlite: a database of calls, arguments, callers and objects. */
#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "names.h"
#include "sink.h"

static const char schema[] =
	"PRAGMA journal_mode = OFF;"
	"PRAGMA synchronous = OFF;"
	"BEGIN;"
	"CREATE TABLE machines (vm INTEGER PRIMARY KEY, name TEXT, profile TEXT, system TEXT);"
	"CREATE TABLE tasks (id INTEGER PRIMARY KEY, vm INTEGER, pid INTEGER, tid INTEGER,"
	" ppid INTEGER, uid INTEGER, vpid INTEGER, session INTEGER, start INTEGER, comm TEXT,"
	" program TEXT, container TEXT, command TEXT);"
	"CREATE TABLE files (id INTEGER PRIMARY KEY, kind TEXT, name TEXT);"
	"CREATE TABLE calls (id INTEGER PRIMARY KEY, time INTEGER, vm INTEGER, vcpu INTEGER,"
	" profile TEXT, abi TEXT, nr INTEGER, name TEXT, task INTEGER REFERENCES tasks,"
	" space INTEGER, pc INTEGER, sp INTEGER, result INTEGER, text TEXT, error TEXT,"
	" latency INTEGER, caller TEXT);"
	"CREATE TABLE args (call INTEGER REFERENCES calls, n INTEGER, name TEXT, value INTEGER,"
	" text TEXT, file INTEGER REFERENCES files, PRIMARY KEY (call, n)) WITHOUT ROWID;"
	"CREATE TABLE losses (time INTEGER, vm INTEGER, vcpu INTEGER, first INTEGER,"
	" count INTEGER);"
	"CREATE TABLE clock (since_1970 INTEGER);";

/* Faster when all rows are there. */
static const char indexes[] =
	"CREATE INDEX calls_time ON calls (time);"
	"CREATE INDEX calls_name ON calls (name, error);"
	"CREATE INDEX calls_task ON calls (task, time);"
	"CREATE INDEX args_file ON args (file) WHERE file IS NOT NULL;"
	"CREATE INDEX tasks_pid ON tasks (vm, pid);"
	"CREATE INDEX files_name ON files (name);"
	"COMMIT;";

enum row { ROW_MACHINE, ROW_TASK, ROW_FILE, ROW_CALL, ROW_ARG, ROW_LOSS, ROW_CLOCK, ROW_NR };

static const char *const inserts[ROW_NR] = {
	[ROW_MACHINE] = "INSERT INTO machines VALUES (?,?,?,?)",
	[ROW_TASK] = "INSERT INTO tasks VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[ROW_FILE] = "INSERT INTO files VALUES (?,?,?)",
	[ROW_CALL] = "INSERT INTO calls VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[ROW_ARG] = "INSERT INTO args VALUES (?,?,?,?,?,?)",
	[ROW_LOSS] = "INSERT INTO losses VALUES (?,?,?,?,?)",
	[ROW_CLOCK] = "INSERT INTO clock VALUES (?)",
};

/**
 * struct sqlite - the sink
 * @calls: rows of calls so far
 * @machines: rows of machines by number
 * @tasks: rows of tasks by all that they have
 * @files: rows of files by kind and name
 * @err: of a value of the row that is being filled
 * @at: column of @row that is filled next, from 1 on
 */
struct sqlite {
	const struct sink_env *env;
	sqlite3 *db;
	sqlite3_stmt *rows[ROW_NR], *row;
	int at, err;
	sqlite3_int64 calls;
	struct names machines, tasks, files;
	struct vsys_text key, object;
};

/* Translate to errno: the caller reports it with the name of the file. */
static int failed(const struct sqlite *s, int err)
{
	int sys = sqlite3_system_errno(s->db);

	switch (err & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
		return 0;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_TOOBIG:
		return -EFBIG;
	default:
		return sys ? -sys : -EIO;
	}
}

static void sqlite_close(void *sink)
{
	struct sqlite *s = sink;
	unsigned int i;

	for (i = 0; i < ROW_NR; i++)
		sqlite3_finalize(s->rows[i]);
	sqlite3_close(s->db);
	names_free(&s->machines);
	names_free(&s->tasks);
	names_free(&s->files);
	vsys_text_free(&s->key);
	vsys_text_free(&s->object);
	free(s);
}

/* Begin with an empty file: the rows of another trace would be taken for calls of this one. */
static int sqlite_begin(struct sqlite *s)
{
	const char *path = s->env->path;
	FILE *f = fopen(path, "we");
	unsigned int i;
	int err;

	if (!f)
		return -errno;
	fclose(f);
	/* SQLite reads names like ":memory:" and "file:x" otherwise. */
	if (*path != '/')
		vsys_text_put(&s->key, "./");
	vsys_text_put(&s->key, path);
	err = s->key.failed ? SQLITE_NOMEM : sqlite3_open(s->key.s, &s->db);
	if (!err)
		err = sqlite3_exec(s->db, schema, NULL, NULL, NULL);
	for (i = 0; !err && i < ROW_NR; i++)
		err = sqlite3_prepare_v2(s->db, inserts[i], -1, &s->rows[i], NULL);
	return failed(s, err);
}

static void *sqlite_open(const struct sink_env *env)
{
	struct sqlite *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return NULL;
	s->env = env;
	err = sqlite_begin(s);
	if (!err)
		return s;
	sqlite_close(s);
	errno = -err;
	return NULL;
}

/* ---- a row: begin, a value for each column, end ---- */

static void begin(struct sqlite *s, enum row row)
{
	s->row = s->rows[row];
	s->at = 1;
	s->err = SQLITE_OK;
}

static void took(struct sqlite *s, int err)
{
	if (!s->err)
		s->err = err;
	s->at++;
}

static void put_null(struct sqlite *s)
{
	took(s, sqlite3_bind_null(s->row, s->at));
}

static void put_int(struct sqlite *s, uint64_t v)
{
	took(s, sqlite3_bind_int64(s->row, s->at, (sqlite3_int64)v));
}

static void put_int_if(struct sqlite *s, bool known, uint64_t v)
{
	if (known)
		put_int(s, v);
	else
		put_null(s);
}

/* @text stays until the end of the row; NULL is one. */
static void put_text(struct sqlite *s, const char *text)
{
	took(s, sqlite3_bind_text(s->row, s->at, text, -1, SQLITE_STATIC));
}

static int end(struct sqlite *s)
{
	int err = s->err, step;

	if (!err) {
		step = sqlite3_step(s->row);
		err = step == SQLITE_DONE ? SQLITE_OK : step;
	}
	sqlite3_reset(s->row);
	return failed(s, err);
}

/* ---- rows ---- */

static const char *system_of(const struct vsys_notes *notes, uint32_t vm)
{
	unsigned int i;

	for (i = 0; notes && i < notes->nsystems; i++)
		if (notes->systems[i].r.vm == vm)
			return notes->systems[i].banner;
	return NULL;
}

static int put_machine(struct sqlite *s, const struct vsys_record *r)
{
	const struct vsys_notes *notes = s->env->notes;
	const struct vsys_note_machine *m = notes ? vsys_notes_machine(notes, r->vm) : NULL;
	char number[16];
	bool fresh;

	snprintf(number, sizeof(number), "%u", r->vm);
	if (!names_number(&s->machines, number, &fresh))
		return -ENOMEM;
	if (!fresh)
		return 0;
	begin(s, ROW_MACHINE);
	put_int(s, r->vm);
	put_text(s, sink_escape(&s->key, m ? m->name : NULL));
	put_text(s, vsys_profiles_name(s->env->profiles, r->profile));
	put_text(s, sink_escape(&s->object, system_of(notes, r->vm)));
	return end(s);
}

static void key_number(struct sqlite *s, uint64_t v)
{
	vsys_text_dec(&s->key, v);
	vsys_text_char(&s->key, ' ');
}

static void key_text(struct sqlite *s, const char *text)
{
	vsys_text_put(&s->key, text ? text : "\n");
	vsys_text_char(&s->key, '\n');
}

/* All that the row has: a thread that changes its name gets another one. */
static void task_key(struct sqlite *s, const struct vsys_task *t)
{
	vsys_text_reset(&s->key);
	key_number(s, t->vm);
	key_number(s, t->id);
	key_number(s, t->known);
	key_number(s, t->pid);
	key_number(s, t->tid);
	key_number(s, t->ppid);
	key_number(s, t->uid);
	key_number(s, t->start);
	key_text(s, t->name);
	key_text(s, t->program);
	key_text(s, t->container);
	key_text(s, t->command);
}

static void put_known(struct sqlite *s, const struct vsys_task *t, enum vsys_task_kind kind,
		      uint64_t v)
{
	put_int_if(s, vsys_task_knows(t, kind), v);
}

/* Sets the row's id, 0 without a task. */
static int put_task(struct sqlite *s, const struct vsys_task *t, uint64_t *id)
{
	bool fresh;

	*id = 0;
	if (!t)
		return 0;
	task_key(s, t);
	*id = s->key.failed ? 0 : names_number(&s->tasks, s->key.s, &fresh);
	if (!*id)
		return -ENOMEM;
	if (!fresh)
		return 0;
	begin(s, ROW_TASK);
	put_int(s, *id);
	put_int(s, t->vm);
	put_known(s, t, VSYS_TASK_PID, t->pid);
	put_known(s, t, VSYS_TASK_TID, t->tid);
	put_known(s, t, VSYS_TASK_PPID, t->ppid);
	put_known(s, t, VSYS_TASK_UID, t->uid);
	put_known(s, t, VSYS_TASK_VPID, t->vpid);
	put_known(s, t, VSYS_TASK_SESSION, t->session);
	put_known(s, t, VSYS_TASK_START, t->start);
	put_text(s, t->name);
	put_text(s, t->program);
	put_text(s, t->container);
	put_text(s, t->command);
	return end(s);
}

/* Sets the row's id, 0 if the argument names nothing. */
static int put_file(struct sqlite *s, const struct vsys_decoded *c, unsigned int i, uint64_t *id)
{
	enum vsys_object_kind kind;
	bool fresh;

	*id = 0;
	vsys_text_reset(&s->object);
	kind = vsys_decoder_object(s->env->decoder, c, i, &s->object);
	if (kind == VSYS_OBJECT_NONE)
		return s->object.failed ? -ENOMEM : 0;
	vsys_text_reset(&s->key);
	key_text(s, vsys_object_kind_name(kind));
	key_text(s, s->object.s);
	*id = s->key.failed ? 0 : names_number(&s->files, s->key.s, &fresh);
	if (!*id)
		return -ENOMEM;
	if (!fresh)
		return 0;
	begin(s, ROW_FILE);
	put_int(s, *id);
	put_text(s, vsys_object_kind_name(kind));
	put_text(s, s->object.s);
	return end(s);
}

static int put_arg(struct sqlite *s, const struct vsys_decoded *c, unsigned int i)
{
	uint64_t file;
	int err = put_file(s, c, i, &file);

	if (err)
		return err;
	begin(s, ROW_ARG);
	put_int(s, (uint64_t)s->calls);
	put_int(s, i);
	put_text(s, c->args[i].name);
	put_int_if(s, c->args[i].known, c->args[i].value);
	put_text(s, c->args[i].text);
	put_int_if(s, file, file);
	return end(s);
}

static int put_call(struct sqlite *s, const struct vsys_decoded *c, uint64_t task)
{
	const struct vsys_call_event *ev = &c->ev;
	const struct vsys_record *r = sink_call_record(ev);
	bool known = !sink_call_unknown(ev);

	begin(s, ROW_CALL);
	put_int(s, r->time);
	put_int(s, r->vm);
	put_int(s, r->vcpu);
	put_text(s, vsys_profiles_name(s->env->profiles, r->profile));
	put_text(s, vsys_abi_name(r->abi));
	put_int_if(s, known, r->nr);
	put_text(s, known ? c->name : NULL);
	put_int_if(s, task, task);
	put_int_if(s, ev->entry, ev->entry ? ev->entry->space : 0);
	put_int_if(s, ev->entry, ev->entry ? ev->entry->pc : 0);
	put_int_if(s, ev->entry, ev->entry ? ev->entry->sp : 0);
	put_int_if(s, ev->ret, ev->ret ? ev->ret->result : 0);
	put_text(s, c->result);
	put_text(s, c->error);
	put_int_if(s, ev->state == VSYS_STATE_RETURNED, ev->ret ? ev->ret->latency : 0);
	put_text(s, c->caller ? sink_caller(&s->object, c) : NULL);
	s->calls++;
	return end(s);
}

static int sqlite_call(void *sink, const struct vsys_call_event *ev)
{
	struct sqlite *s = sink;
	struct vsys_decoded c;
	uint64_t task = 0;
	unsigned int i;
	int err;

	err = put_machine(s, sink_call_record(ev));
	if (!err)
		err = put_task(s, ev->task, &task);
	if (!err)
		err = sink_decode(s->env, ev, &c);
	if (!err)
		err = put_call(s, &c, task);
	for (i = 0; !err && i < c.nargs; i++)
		err = put_arg(s, &c, i);
	return err;
}

static int sqlite_lost(void *sink, const struct vsys_rec_lost *lost)
{
	struct sqlite *s = sink;
	int err = put_machine(s, &lost->r);

	if (err)
		return err;
	begin(s, ROW_LOSS);
	put_int(s, lost->r.time);
	put_int(s, lost->r.vm);
	put_int(s, lost->r.vcpu);
	put_int(s, lost->first);
	put_int(s, lost->count);
	return end(s);
}

static int sqlite_end(void *sink)
{
	struct sqlite *s = sink;
	int err = 0;

	if (*s->env->since_1970) {
		begin(s, ROW_CLOCK);
		put_int(s, (uint64_t)*s->env->since_1970);
		err = end(s);
	}
	return err ? err : failed(s, sqlite3_exec(s->db, indexes, NULL, NULL, NULL));
}

const struct sink_ops sink_sqlite = {
	.name = "sqlite",
	.own_files = true,
	.named = true,
	.whole = true,
	.objects = true,
	.open = sqlite_open,
	.call = sqlite_call,
	.lost = sqlite_lost,
	.end = sqlite_end,
	.close = sqlite_close,
};
