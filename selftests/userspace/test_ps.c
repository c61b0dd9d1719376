// SPDX-License-Identifier: GPL-2.0
/* Lists of processes that a hostile guest makes: long ones, circles, deep trees. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ktap.h"
#include <vsyscalls/vsyscalls.h>
#include "guests.h"

enum { MANY = 200000 };

volatile sig_atomic_t stop_signal;	/* of main.c */
static struct vsys_guest_task *list;

static void put(size_t at, uint32_t pid, uint32_t tid, uint32_t ppid)
{
	list[at] = (struct vsys_guest_task){ .pid = pid, .tid = tid, .ppid = ppid, .name = "x" };
}

/* Print @n tasks; returns the number of lines, checks the time. */
static size_t lines(size_t n, const char *name)
{
	clock_t begin = clock();
	char line[512];
	size_t got = 0;
	int out = dup(1), err;
	FILE *f = tmpfile();

	fflush(stdout);
	dup2(fileno(f), 1);
	err = ps_print(1, list, n, false);
	fflush(stdout);
	dup2(out, 1);
	close(out);
	is_number((uint64_t)err, 0, name);
	is_true(clock() - begin < 5 * CLOCKS_PER_SEC, "in time");
	rewind(f);
	while (fgets(line, sizeof(line), f))
		got += strncmp(line, "1 ", 2) == 0;
	fclose(f);
	return got;
}

int main(void)
{
	size_t i;

	ktap_plan(12);
	list = calloc(MANY, sizeof(*list));
	for (i = 0; i < MANY; i++)
		put(i, (uint32_t)i + 1, (uint32_t)i + 1, i ? 1 : 0);
	is_number(lines(MANY, "many children of one"), MANY, "each once");
	for (i = 0; i < MANY; i++)
		put(i, 5, (uint32_t)i + 5, 1);
	is_number(lines(MANY, "many threads of one"), MANY, "each once");
	for (i = 0; i < MANY; i++)
		put(i, (uint32_t)(MANY - i), (uint32_t)(MANY - i), (uint32_t)(MANY - i - 1));
	is_number(lines(MANY, "each the child of the one before"), MANY, "each once");
	for (i = 0; i < MANY; i++)
		put(i, (uint32_t)i + 1, (uint32_t)i + 1, (uint32_t)((i + 1) % MANY + 1));
	is_number(lines(MANY, "a circle"), MANY, "each once");
	free(list);
	return ktap_end();
}
