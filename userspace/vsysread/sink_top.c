// SPDX-License-Identifier: GPL-2.0
/* vsysread top: the sums of each interval, on a screen or as tables. */
#include <curses.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sink_top.h"

struct top {
	struct options *opt;
	uint64_t shown_at;	/* nanoseconds, CLOCK_MONOTONIC */
	FILE *file;
	SCREEN *screen;		/* NULL: no terminal */
	int line;
};

/* A terminal that curses knows, for both directions; else plain tables. */
static SCREEN *open_screen(FILE *file)
{
	const char *term = getenv("TERM");
	SCREEN *s;

	if (file != stdout || !isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO) || !term || !*term)
		return NULL;
	s = newterm(NULL, stdout, stdin);
	if (!s)
		return NULL;
	cbreak();
	noecho();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	curs_set(0);
	return s;
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

struct top *top_new(struct options *o, FILE *file)
{
	struct top *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->opt = o;
	t->file = file;
	t->screen = open_screen(file);
	t->shown_at = now();
	return t;
}

void top_free(struct top *t)
{
	if (t && t->screen) {
		endwin();
		delscreen(t->screen);
	}
	free(t);
}

int top_input(const struct top *t)
{
	return t->screen ? STDIN_FILENO : -1;
}

bool top_keys(struct top *t)
{
	static const char keys[] = "tcenm";
	static const enum order orders[] = {
		ORDER_TIME, ORDER_CALLS, ORDER_ERRORS, ORDER_NAME, ORDER_MAX
	};
	const char *at;
	int c;

	while (t->screen && (c = getch()) != ERR) {
		if (c == 'q')
			return false;
		at = c > 0 && c < 128 ? strchr(keys, c) : NULL;
		if (at)
			t->opt->order = orders[at - keys];
	}
	return true;
}

/* A line, as much of it as the screen has room for. */
__attribute__((format(printf, 2, 3)))
static void put(struct top *t, const char *fmt, ...)
{
	char line[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (!t->screen)
		fprintf(t->file, "%s\n", line);
	else if (t->line < LINES && COLS > 0)
		mvaddnstr(t->line++, 0, line, COLS);
}

static void put_heading(struct top *t, const struct summary *s, size_t n, double seconds,
			unsigned int rings)
{
	uint64_t calls = 0, errors = 0;
	time_t now = time(NULL);
	char clock[16] = "";
	struct tm tm;
	size_t i;

	for (i = 0; i < n; i++) {
		calls += summary_row(s, i)->calls;
		errors += summary_row(s, i)->errors;
	}
	if (localtime_r(&now, &tm))
		strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	put(t, "%s  %u vCPU%s, %.0f calls/s, %.0f errors/s%s", clock, rings, rings == 1 ? "" : "s",
	    (double)calls / seconds, (double)errors / seconds,
	    t->screen ? "   (q: quit; by t: time c: calls e: errors n: name m: max)" : "");
	put(t, "%10s %9s %10s %10s %10s  %s", "calls/s", "errors/s", "usecs/call", "p99", "max",
	    t->opt->by & BY_CALL ? "syscall" : t->opt->by & BY_SPACE ? "address space" :
								       "machine");
}

static void show(struct top *t, struct summary *s, double seconds, unsigned int rings)
{
	size_t n = summary_sort(s), i;
	char what[192];

	if (t->screen)
		erase();
	t->line = 0;
	put_heading(t, s, n, seconds, rings);
	for (i = 0; i < n && !(t->screen && t->line >= LINES); i++) {
		const struct summary_row *r = summary_row(s, i);

		summary_name(s, r, what, sizeof(what));
		put(t, "%10.1f %9.1f %10.1f %10.1f %10.1f  %s", (double)r->calls / seconds,
		    (double)r->errors / seconds,
		    r->timed ? (double)r->nsecs / (double)r->timed / 1e3 : 0,
		    (double)summary_percentile(r, 99) / 1e3, (double)r->max / 1e3, what);
	}
	if (t->screen) {
		refresh();
	} else {
		fputc('\n', t->file);
		fflush(t->file);
	}
	summary_reset(s);
}

int top_wait(const struct top *t)
{
	double left = t->opt->interval - (double)(now() - t->shown_at) / 1e9;

	if (left <= 0)
		return 0;
	return left < INT_MAX / 1000 ? (int)(left * 1000) + 1 : INT_MAX;
}

void top_idle(struct top *t, struct summary *s, unsigned int rings)
{
	uint64_t time = now();

	if (top_wait(t))
		return;
	show(t, s, (double)(time - t->shown_at) / 1e9, rings);
	t->shown_at = time;
}
