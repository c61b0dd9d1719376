// SPDX-License-Identifier: GPL-2.0
/*
 * patch: where KVM's static calls go.  For each of those that the module takes
 * over, print its name and the function that its trampoline jumps to; then how
 * many symbols of the module the kernel has.
 */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api.h"

static const char *const calls[] = { "vcpu_run", "handle_exit", "vcpu_free" };

/* Symbols of KVM and of the module, the last in the kernel's list. */
static struct symbol {
	uint64_t addr;
	char name[96];
} symbols[32768];
static unsigned int count, ours;

static void read_symbols(void)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	char line[512];
	char *rest;

	while (f && count < sizeof(symbols) / sizeof(symbols[0]) &&
	       fgets(line, sizeof(line), f)) {
		/* A slow host: look at what is of a module only. */
		rest = strchr(line, '\t');
		if (!rest || (!strstr(rest, "[kvm") && !strstr(rest, "[vsyscalls]")))
			continue;
		ours += !!strstr(rest, "[vsyscalls]");
		symbols[count].addr = strtoul(line, &rest, 16);
		sscanf(rest, " %*c %95s", symbols[count++].name);
	}
	if (f)
		fclose(f);
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
	return "nothing known";
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

int test_patch(char **arg)
{
	unsigned int i;

	(void)arg;
	read_symbols();
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		char name[64];
		uint8_t code[5];
		uint64_t tramp;
		int32_t rel;

		snprintf(name, sizeof(name), "__SCT__kvm_x86_%s", calls[i]);
		tramp = address(name);
		/* jmp rel32 */
		if (!tramp || !kernel_read(tramp, code, sizeof(code)) || code[0] != 0xe9) {
			printf("%s: cannot be read\n", name);
			return 1;
		}
		memcpy(&rel, code + 1, sizeof(rel));
		printf("%s %s\n", calls[i], name_of(tramp + 5 + rel));
	}
	printf("symbols %u\n", ours);
	return 0;
}
