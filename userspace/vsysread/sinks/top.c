// SPDX-License-Identifier: GPL-2.0
/* vsysread top: the sums of each interval, on a screen or as tables. */
#include <curses.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "options.h"
#include "sink.h"
#include "summary.h"

/**
 * struct top - the sums of an interval
 * @env: see struct sink_env
 * @calls: the sums
 * @lost: number of events, in the interval
 * @order: of the rows; keys change it
 * @shown_at: when the interval began, nanoseconds of CLOCK_MONOTONIC
 * @screen: NULL: tables go to the output
 * @line: of the screen, the next to be written
 * @typing: keys go to @filter
 * @filter: text that the names of rows have
 */
struct top {
	const struct sink_env *env;
	struct summary *calls;
	uint64_t lost;
	enum order order;
	uint64_t shown_at;
	SCREEN *screen;
	int line;
	bool typing;
	char filter[64];
};

/* Open the screen if input and output are a terminal that curses knows. */
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

static void *top_open(const struct sink_env *env)
{
	struct top *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->env = env;
	t->order = env->opt->order;
	t->calls = summary_new(env->opt, env->notes, true);
	if (!t->calls) {
		free(t);
		return NULL;
	}
	t->screen = open_screen(env->file);
	t->shown_at = now();
	return t;
}

static void top_close(void *sink)
{
	struct top *t = sink;

	if (t->screen) {
		endwin();
		delscreen(t->screen);
	}
	summary_free(t->calls);
	free(t);
}

static int top_call(void *sink, const struct vsys_call_event *ev)
{
	struct top *t = sink;
	const struct vsys_record *r = sink_call_record(ev);

	return summary_add(t->calls, vsys_profiles_table(t->env->profiles, r->profile), ev);
}

static int top_lost(void *sink, const struct vsys_rec_lost *lost)
{
	struct top *t = sink;

	t->lost += lost->count;
	return 0;
}

static int top_input(const void *sink)
{
	const struct top *t = sink;

	return t->screen ? STDIN_FILENO : -1;
}

/* The filter line is the last one; the next table follows the filter. */
static void draw_filter(const struct top *t)
{
	if (LINES < 2 || COLS < 1)
		return;
	move(LINES - 1, 0);
	clrtoeol();
	if (t->typing || t->filter[0]) {
		addnstr("filter: ", COLS);
		addnstr(t->filter, COLS > 9 ? COLS - 9 : 0);
	}
	refresh();
}

/* A key of the filter line; true while there are more. */
static bool filter_key(struct top *t, int c)
{
	size_t n = strlen(t->filter);

	if (c == 27)
		t->filter[0] = '\0';
	else if ((c == KEY_BACKSPACE || c == 127 || c == 8) && n)
		t->filter[n - 1] = '\0';
	else if (c >= ' ' && c <= '~' && n + 1 < sizeof(t->filter))
		memcpy(t->filter + n, (char[]){ (char)c, '\0' }, 2);
	return c != 27 && c != '\n' && c != KEY_ENTER;
}

static bool top_keys(void *sink)
{
	static const char keys[] = "tcenm";
	static const enum order orders[] = {
		ORDER_TIME, ORDER_CALLS, ORDER_ERRORS, ORDER_NAME, ORDER_MAX
	};
	struct top *t = sink;
	const char *at;
	int c;

	while (t->screen && (c = getch()) != ERR) {
		if (t->typing || c == '/') {
			t->typing = !t->typing || filter_key(t, c);
			draw_filter(t);
			continue;
		}
		if (c == 'q')
			return false;
		at = c > 0 && c < 128 ? strchr(keys, c) : NULL;
		if (at)
			t->order = orders[at - keys];
	}
	return true;
}

/* Print a line, as much of it as fits on the screen. */
__attribute__((format(printf, 2, 3)))
static void put(struct top *t, const char *fmt, ...)
{
	char line[SUMMARY_NAME + 128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (!t->screen)
		fprintf(t->env->file, "%s\n", line);
	else if (t->line < LINES && COLS > 0)
		mvaddnstr(t->line++, 0, line, COLS);
}

static void put_heading(struct top *t, size_t n, double seconds)
{
	unsigned int rings = t->env->rings;
	uint64_t calls = 0, errors = 0;
	time_t now = time(NULL);
	char clock[16] = "", lost[48] = "";
	struct tm tm;
	size_t i;

	for (i = 0; i < n; i++) {
		calls += summary_row(t->calls, i)->calls;
		errors += summary_row(t->calls, i)->errors;
	}
	if (localtime_r(&now, &tm))
		strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	if (t->lost)
		snprintf(lost, sizeof(lost), ", %" PRIu64 " events lost", t->lost);
	put(t, "%s  %u vCPU%s, %.0f calls/s, %.0f errors/s%s%s", clock, rings,
	    rings == 1 ? "" : "s", (double)calls / seconds, (double)errors / seconds, lost,
	    t->screen ? "   (q: quit; /: filter; by t: time c: calls e: errors n: name m: max)" : "");
	put(t, "%10s %9s %10s %10s %10s  %s", "calls/s", "errors/s", "usecs/call", "p99", "max",
	    summary_heading(t->env->opt));
}

static void show(struct top *t, double seconds)
{
	size_t n = summary_sort(t->calls, t->order), i;
	char what[SUMMARY_NAME];

	if (t->screen)
		erase();
	t->line = 0;
	put_heading(t, n, seconds);
	for (i = 0; i < n && !(t->screen && t->line >= LINES); i++) {
		const struct summary_row *r = summary_row(t->calls, i);

		summary_name(t->calls, r, what, sizeof(what));
		if (!strcasestr(what, t->filter))
			continue;
		put(t, "%10.1f %9.1f %10.1f %10.1f %10.1f  %s", (double)r->calls / seconds,
		    (double)r->errors / seconds,
		    r->timed ? (double)r->nsecs / (double)r->timed / 1e3 : 0,
		    (double)summary_percentile(r, 99) / 1e3, (double)r->max / 1e3, what);
	}
	if (t->screen)
		draw_filter(t);
	else
		fputc('\n', t->env->file);
	summary_reset(t->calls);
	t->lost = 0;
}

static int top_wait(const void *sink)
{
	const struct top *t = sink;
	double left = t->env->opt->interval - (double)(now() - t->shown_at) / 1e9;

	if (left <= 0)
		return 0;
	return left < INT_MAX / 1000 ? (int)(left * 1000) + 1 : INT_MAX;
}

static int top_idle(void *sink)
{
	struct top *t = sink;
	uint64_t time = now();

	if (top_wait(t))
		return 0;
	show(t, (double)(time - t->shown_at) / 1e9);
	t->shown_at = time;
	return ferror(t->env->file) ? -errno : 0;
}

const struct sink_ops sink_top = {
	.name = "top",
	.open = top_open,
	.call = top_call,
	.lost = top_lost,
	.idle = top_idle,
	.wait = top_wait,
	.input = top_input,
	.keys = top_keys,
	.close = top_close,
};
