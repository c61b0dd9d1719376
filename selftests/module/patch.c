// SPDX-License-Identifier: GPL-2.0
/*
 * patch: for each of KVM's static calls that the module takes
 * over, print its name and the function that its trampoline jumps to.
 * symbols: how many symbols of the module the kernel has.
 */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api.h"

#define CACHE	"/tmp/kvm-symbols"

static const char *const calls[] = { "vcpu_run", "handle_exit", "vcpu_free" };

/* Symbols of KVM and of the module, the last in the kernel's list. */
static struct symbol {
	uint64_t addr;
	char name[96];
} symbols[32768];
static unsigned int count, ours;

/* A line of /proc/kallsyms; skip symbols of other modules. */
static void add_symbol(const char *line, FILE *copy)
{
	const char *rest = strchr(line, '\t');
	char *name;

	/* Slow host: only parse lines of modules. */
	if (!rest || (!strstr(rest, "[kvm") && !strstr(rest, "[vsyscalls]")) ||
	    count == sizeof(symbols) / sizeof(symbols[0]))
		return;
	if (strstr(rest, "[vsyscalls]"))
		ours++;
	else if (copy)
		fputs(line, copy);
	symbols[count].addr = strtoul(line, &name, 16);
	sscanf(name, " %*c %95s", symbols[count++].name);
}

/* Read from the kernel, or from CACHE, written by an earlier run. */
static void read_symbols(bool fresh)
{
	FILE *from = fresh ? NULL : fopen(CACHE, "re"), *copy = NULL;
	char line[512];

	count = ours = 0;
	if (!from) {
		from = fopen("/proc/kallsyms", "re");
		copy = fopen(CACHE, "we");
	}
	while (from && fgets(line, sizeof(line), from))
		add_symbol(line, copy);
	if (from)
		fclose(from);
	if (copy)
		fclose(copy);
}

static uint64_t address(const char *name)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!strcmp(symbols[i].name, name))
			return symbols[i].addr;
	return 0;
}

static const char *name_of(uint64_t addr)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (symbols[i].addr == addr)
			return symbols[i].name;
	return NULL;
}

static bool kernel_read(uint64_t addr, void *to, size_t len)
{
	int fd = open("/proc/kcore", O_RDONLY | O_CLOEXEC), i;
	bool ok = false;
	Elf64_Ehdr e;
	Elf64_Phdr p;

	if (fd < 0 || pread(fd, &e, sizeof(e), 0) != sizeof(e))
		return false;
	for (i = 0; i < e.e_phnum && !ok; i++) {
		if (pread(fd, &p, sizeof(p), e.e_phoff + i * sizeof(p)) != sizeof(p))
			break;
		if (p.p_type == PT_LOAD && addr >= p.p_vaddr && addr - p.p_vaddr < p.p_memsz)
			ok = pread(fd, to, len, p.p_offset + (addr - p.p_vaddr)) == (ssize_t)len;
	}
	close(fd);
	return ok;
}

static bool show(const char *call)
{
	const char *target;
	char name[64];
	uint8_t code[5];
	uint64_t tramp;
	int32_t rel;

	snprintf(name, sizeof(name), "__SCT__kvm_x86_%s", call);
	tramp = address(name);
	/* jmp rel32 */
	if (!tramp || !kernel_read(tramp, code, sizeof(code)) || code[0] != 0xe9)
		return false;
	memcpy(&rel, code + 1, sizeof(rel));
	target = name_of(tramp + 5 + rel);
	if (!target)
		return false;
	printf("%s %s\n", call, target);
	return true;
}

int test_patch(char **arg)
{
	unsigned int i;

	(void)arg;
	read_symbols(false);
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (show(calls[i]))
			continue;
		/* KVM was reloaded, or the symbol is not KVM's. */
		read_symbols(true);
		if (!show(calls[i]))
			printf("%s: nothing known\n", calls[i]);
	}
	return 0;
}

int test_symbols(char **arg)
{
	(void)arg;
	read_symbols(true);
	printf("%u\n", ours);
	return 0;
}
