/* SPDX-License-Identifier: GPL-2.0 */
/* Tables of descriptors and handles, shared by handles.c, fds.c and nt_handles.c. */
#ifndef VSYS_DECODE_HANDLES_H
#define VSYS_DECODE_HANDLES_H

#include <vsyscalls/handles.h>
#include "decode.h"

enum {
	VSYS_HANDLES_MAX = 65536,	/* of a table */
	VSYS_OPENS_MAX = 1 << 20,	/* of all tables together */
	VSYS_OBJECT_NAME_MAX = 4096,	/* bytes of a name that others may be relative to */
	VSYS_HANDLES_BEFORE = 64,	/* changed by one call, and shown as they were */
	VSYS_HANDLES_FORKS = 32,	/* children of a process that made no call yet */
	VSYS_AT_CWD = -100,
};

/**
 * struct vsys_object - what descriptors refer to, all that were duplicated from one
 * @refs: number of references
 * @path: @name is an absolute path, or one below it can be named
 * @socket: numbers of family, type and protocol; valid if @is_socket
 * @is_socket: a socket
 * @local: its address as text, NULL: unknown
 * @peer: likewise
 * @process: process id that it stands for, 0: none
 * @placed: @offset is known
 * @append: what is written goes to the end
 * @offset: position in the file
 * @number: of a socket, counted by vsys_handles_count()
 * @mate: the number of the other socket of its pair, 0: unknown
 * @name: escaped
 */
struct vsys_object {
	unsigned int refs;
	bool path, is_socket, placed, append;
	uint64_t offset;
	int socket[3];
	char *local, *peer;
	uint32_t process;
	unsigned int number, mate;
	char name[];
};

/**
 * struct vsys_open - a descriptor or handle
 * @value: its number
 * @object: NULL: closed, or unknown
 * @flag: closed by execve(); of Windows: inherited
 */
struct vsys_open {
	uint64_t value;
	struct vsys_object *object;
	bool flag;
};

/* The descriptors of a process, or of several; sorted by value.  @total is of all tables. */
struct vsys_opens {
	unsigned int refs;
	size_t *total;
	size_t n, cap;
	struct vsys_open *v;
};

/**
 * struct vsys_map - memory that a process has mapped
 * @begin: its address
 * @end: address behind it
 * @base: of the module, or of the memory
 * @object: a file, or a section; NULL: of no file
 */
struct vsys_map {
	uint64_t begin, end, base;
	struct vsys_object *object;
};

/* What a process has mapped, sorted; no two overlap. */
struct vsys_maps {
	size_t n, cap;
	struct vsys_map *v;
};

/* Descriptors that were sent and not received; newest last. */
struct vsys_flight {
	struct vsys_flight *next;
	uint32_t vm;
	uint64_t call;			/* that has sent them */
	struct vsys_object *socket;	/* by which */
	size_t n;
	struct vsys_object *object[];
};

/* A child that is being made: what it will have. */
struct vsys_fork {
	uint64_t call;		/* that makes it */
	uint32_t child;		/* its process id as its parent knows it, 0: unknown */
	bool pending;		/* no result yet */
	struct vsys_opens *opens;	/* NULL: the child has taken them */
	struct vsys_object *cwd;
	struct vsys_maps *maps;
};

/**
 * struct vsys_process - a process
 * @next: in its bucket
 * @vm: its machine
 * @by_space: @id is an address space, not a process id
 * @id: see @by_space
 * @start: of a process id that may be used again, 0: unknown
 * @exec: address space in which execve() was called, plus 1; 0: none
 * @opens: its descriptors
 * @cwd: its working directory, NULL: unknown
 * @maps: what it has mapped; NULL if nobody asks
 * @fork: its children, @nforks of them
 * @nforks: number of @fork
 */
struct vsys_process {
	struct vsys_process *next;
	uint32_t vm;
	bool by_space;
	uint64_t id, start, exec;
	struct vsys_opens *opens;
	struct vsys_object *cwd;
	struct vsys_maps *maps;
	struct vsys_fork fork[VSYS_HANDLES_FORKS];
	unsigned int nforks;
};

/* A call that tells about handles. */
struct vsys_handle_call {
	struct vsys_handles *h;
	struct vsys_process *p;
	const struct vsys_proto *form;
	const struct vsys_call_event *ev;
	uint64_t result;
};

/* Objects.  All take and drop references; NULL is none. */
struct vsys_object *vsys_object_new(const char *escaped, size_t n);
struct vsys_object *vsys_object_get(struct vsys_object *o);
void vsys_object_put(struct vsys_object *o);

/* Replace the descriptor, remember what it was for vsys_handle_names; takes @o. */
void vsys_handle_set(struct vsys_handle_call *c, uint64_t value, struct vsys_object *o, bool flag);

/* Change the working directory; takes @o. */
void vsys_cwd_set(struct vsys_handle_call *c, struct vsys_object *o);

/* Show it as it is now, although it will change: of sockets. */
void vsys_handle_keep(struct vsys_handle_call *c, uint64_t value);

const struct vsys_open *vsys_handle_find(const struct vsys_process *p, uint64_t value);
struct vsys_object *vsys_handle_object(const struct vsys_process *p, uint64_t value);

/* Tables; @total counts descriptors of all.  The first two return NULL if memory runs out. */
struct vsys_opens *vsys_opens_new(size_t *total);
/* Without @closed ones for a child: no report on it is older than it is. */
struct vsys_opens *vsys_opens_copy(const struct vsys_opens *from, bool closed);
void vsys_opens_put(struct vsys_opens *t);

/* Takes @o.  A closed descriptor stays, so that an older report does not open it. */
void vsys_opens_set(struct vsys_opens *t, uint64_t value, struct vsys_object *o, bool flag);

/* Give the process descriptors of its own. Returns false if memory runs out. */
bool vsys_opens_unshare(struct vsys_process *p);

/* Close what has the flag, or what has not. */
void vsys_opens_close(struct vsys_process *p, bool flag);

/* maps.c: what calls map; @of is the process concerned, NULL: unknown. */
struct vsys_maps *vsys_maps_copy(const struct vsys_maps *from);
void vsys_maps_put(struct vsys_maps *m);
void vsys_maps_mmap(struct vsys_handle_call *c);
void vsys_maps_munmap(struct vsys_handle_call *c);
void vsys_maps_mremap(struct vsys_handle_call *c);
void vsys_maps_view(struct vsys_handle_call *c, struct vsys_process *of, struct vsys_object *section);
void vsys_maps_unview(struct vsys_handle_call *c, struct vsys_process *of);
void vsys_maps_memory(struct vsys_handle_call *c, struct vsys_process *of, bool allocated);
void vsys_maps_caller(const struct vsys_process *p, const struct vsys_rec_entry *e,
		      struct vsys_caller *caller);

/* The program is replaced: all that was mapped is gone. */
void vsys_process_execs(struct vsys_process *p);

/* The process makes a child, which gets its descriptors, or shares them. */
void vsys_process_forks(struct vsys_process *p, uint64_t call, bool shares);
void vsys_process_forked(struct vsys_process *p, uint64_t call, uint32_t child);

/* A number for what has none, such as a pipe. */
unsigned int vsys_handles_count(struct vsys_handles *h);

/* Arguments by name. */
bool vsys_handle_arg(const struct vsys_handle_call *c, const char *name, uint64_t *value);
const struct vsys_param *vsys_handle_param(const struct vsys_handle_call *c, const char *name);
bool vsys_handle_in(const struct vsys_handle_call *c, const char *name, struct vsys_cap *cap);
bool vsys_handle_out(const struct vsys_handle_call *c, const char *name, struct vsys_cap *cap);

/* Append bytes, escaped for a name in <>. */
void vsys_handle_escape(struct vsys_text *t, const void *bytes, size_t n);

/* fd_objects.c: arguments of Linux, -1 and false if they are not known; and what they name. */
int32_t vsys_fd_arg(const struct vsys_handle_call *c, const char *name);
bool vsys_fd_flag(const struct vsys_handle_call *c, const char *name, uint64_t bit);
struct vsys_object *vsys_fd_path_object(struct vsys_handle_call *c, const char *dir, const char *name);
struct vsys_object *vsys_fd_socket_object(struct vsys_handle_call *c);

/* The address as -yy has it, to be freed; NULL: none. */
char *vsys_fd_address_text(const struct vsys_cap *cap);

/* The call has returned a descriptor. */
void vsys_fd_made(struct vsys_handle_call *c);

/* transfers.c: what a call has transferred, and where; does one that opens, by these flags, append? */
void vsys_transfers_call(struct vsys_handle_call *c, struct vsys_transfer *t);
bool vsys_transfers_append(const struct vsys_handle_call *c, uint64_t flags);

/* rights.c: descriptors that processes send to others. */
void vsys_rights_send(struct vsys_handle_call *c);
void vsys_rights_unsend(struct vsys_handle_call *c);
void vsys_rights_receive(struct vsys_handle_call *c);
void vsys_rights_forget(struct vsys_flight **list, uint32_t vm);
struct vsys_flight **vsys_handles_flights(struct vsys_handles *h);

/* fds.c, nt_handles.c: what a call does. */
void vsys_fds_begin(struct vsys_handle_call *c, const struct vsys_rec_entry *entry);
void vsys_fds_call(struct vsys_handle_call *c);
void vsys_nt_begin(struct vsys_handle_call *c, const struct vsys_rec_entry *entry);
void vsys_nt_call(struct vsys_handle_call *c);

/* The absolute path of a relative one: appended, or nothing. */
bool vsys_fds_path(const struct vsys_process *p, struct vsys_object *base, const char *path, size_t n,
		   struct vsys_text *t);

/**
 * struct vsys_handle_names - names while a call is decoded
 * @h: the tables
 * @p: the process, NULL: unknown
 * @detail: what to show
 * @absolute: show absolute paths, too
 * @after: what is shown is a result
 * @dir: descriptor of the folder that the next path is below
 */
struct vsys_handle_names {
	const struct vsys_handles *h;
	struct vsys_process *p;
	enum vsys_handle_detail detail;
	bool absolute, after;
	int64_t dir;
};

/* What the last call has transferred. */
const struct vsys_transfer *vsys_handles_transfer(const struct vsys_handles *h);

/* Look for the process of a call. */
struct vsys_process *vsys_handles_process(const struct vsys_handles *h, const struct vsys_record *r,
					  const struct vsys_task *task, uint64_t space);

/* What an argument was before the call, or what it is now. */
struct vsys_object *vsys_names_object(const struct vsys_handle_names *n, uint64_t value);

/* The code that makes the call, NULL: nobody asks. */
const struct vsys_caller *vsys_names_caller(const struct vsys_handle_names *n);

/* The working directory of an argument, or of a result; NULL: unknown. */
struct vsys_object *vsys_names_cwd(const struct vsys_handle_names *n);

/* Append "<name>" if it is known. */
void vsys_put_handle_name(struct vsys_text *t, uint64_t value);
void vsys_put_cwd(struct vsys_text *t);

/* Append "<path>" of a relative path, if it is known: @in is what the program named. */
void vsys_put_absolute(struct vsys_text *t, const struct vsys_param *param,
		       const struct vsys_cap *in);

/* Append what an argument refers to, or nothing; @in->len is 0 without a capture. */
enum vsys_object_kind vsys_put_object(struct vsys_text *t, const struct vsys_param *param,
				      uint64_t value, const struct vsys_cap *in);

#endif /* VSYS_DECODE_HANDLES_H */
