// SPDX-License-Identifier: GPL-2.0
/*
 * The checks of vsysread doctor.  They read files of the host.  A check that does not apply
 * leaves its finding empty.
 */
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"
#include "generated/host.h"
#include "machine.h"
#include "machines.h"
#include <vsyscalls/vsyscalls.h>

__attribute__((format(printf, 3, 4)))
static void found(struct finding *f, enum verdict verdict, const char *fmt, ...)
{
	va_list ap;

	f->verdict = verdict;
	va_start(ap, fmt);
	vsnprintf(f->what, sizeof(f->what), fmt, ap);
	va_end(ap);
}

__attribute__((format(printf, 2, 3)))
static void todo(struct finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->todo, sizeof(f->todo), fmt, ap);
	va_end(ap);
}

static bool exists(const char *path)
{
	char full[4096];

	return !access(host_path(path, full, sizeof(full)), F_OK);
}

/* Read a small file, without its last newline; empty if it cannot be read. */
static size_t read_file(const char *path, char *buf, size_t max)
{
	char full[4096];
	FILE *f = fopen(host_path(path, full, sizeof(full)), "re");
	size_t n = f ? fread(buf, 1, max - 1, f) : 0;

	if (f)
		fclose(f);
	buf[n] = '\0';
	if (n && buf[n - 1] == '\n')
		buf[--n] = '\0';
	return n;
}

static bool is_yes(const char *path)
{
	char s[16];

	read_file(path, s, sizeof(s));
	return *s == 'Y' || *s == 'y' || *s == '1';
}

/* Does the first CPU have the flag? */
static bool cpu_has(const char *flag)
{
	static char info[65536];
	char *p, *word, *save;

	read_file("/proc/cpuinfo", info, sizeof(info));
	p = strstr(info, "\nflags");
	if (!p)
		return false;
	p = strchr(p + 1, ':');
	p[strcspn(p, "\n")] = '\0';
	for (word = strtok_r(p + 1, " ", &save); word; word = strtok_r(NULL, " ", &save))
		if (!strcmp(word, flag))
			return true;
	return false;
}

static const char *vendor(void)
{
	return cpu_has("svm") ? "kvm_amd" : cpu_has("vmx") ? "kvm_intel" : NULL;
}

static void check_cpu(struct finding *f)
{
	bool nested = cpu_has("hypervisor");

	if (vendor()) {
		found(f, nested ? NOTE : GOOD, "the CPU has %s%s", cpu_has("svm") ? "SVM" : "VMX",
		      nested ? ", inside a virtual machine" : "");
		if (nested)
			todo(f, "speed and correctness depend on the hypervisor below");
		return;
	}
	found(f, BAD, "the CPU has neither SVM nor VMX");
	if (nested)
		todo(f, "this host is a virtual machine: enable nested virtualization on its own host");
	else
		todo(f, "enable virtualization (SVM, VT-x) in the firmware");
}

static void check_kvm(struct finding *f)
{
	const char *module = vendor();
	char path[64];

	if (!module)
		return;
	snprintf(path, sizeof(path), "/sys/module/%s", module);
	if (exists(path)) {
		found(f, GOOD, "%s is loaded", module);
		return;
	}
	found(f, BAD, "%s is not loaded", module);
	if (exists("/sys/module/vboxdrv") || exists("/sys/module/vmmon"))
		todo(f, "another hypervisor is loaded: stop its machines, unload it, then modprobe %s",
		     module);
	else
		todo(f, "modprobe %s; if that fails the kernel's log says why", module);
}

static unsigned long release(char *name, size_t n)
{
	unsigned int a = 0, b = 0, c = 0;

	read_file("/proc/sys/kernel/osrelease", name, n);
	sscanf(name, "%u.%u.%u", &a, &b, &c);
	return a * 65536ul + b * 256ul + (c < 255 ? c : 255);
}

static void check_kernel(struct finding *f)
{
	char name[128];
	unsigned long v = release(name, sizeof(name));

	if (v >= KERNEL_FIRST) {
		found(f, GOOD, "Linux %s", name);
		return;
	}
	found(f, BAD, "Linux %s: the module needs %d.%d or later", name, KERNEL_FIRST >> 16,
	      KERNEL_FIRST >> 8 & 255);
	todo(f, "boot a newer kernel");
}

static void check_lockdown(struct finding *f)
{
	char s[128];

	if (!read_file("/sys/kernel/security/lockdown", s, sizeof(s)))
		return;
	if (strstr(s, "[confidentiality]")) {
		found(f, BAD, "the kernel is locked down for confidentiality: it forbids kprobes, "
			      "which the module needs");
		todo(f, "boot with lockdown=integrity or without lockdown=");
	} else if (strstr(s, "[integrity]")) {
		found(f, NOTE, "the kernel is locked down for integrity: it loads only signed modules");
		todo(f, "sign vsyscalls.ko with a key that the kernel trusts (mokutil --import); "
			"rewriting of calls remains refused");
	} else {
		found(f, GOOD, "no lockdown");
	}
}

static void check_secure_boot(struct finding *f)
{
	unsigned char v[8] = { 0 };

	/* Four bytes of attributes, then the value. */
	if (read_file("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
		      (char *)v, sizeof(v)) < 5 || !v[4])
		return;
	found(f, NOTE, "Secure Boot is on: Debian's kernels load only signed modules");
	todo(f, "sign vsyscalls.ko with a key enrolled by mokutil --import, or turn Secure Boot off");
}

/* Compare names only: addresses may be hidden. */
static void check_symbols(struct finding *f)
{
	const size_t n = sizeof(host_symbols) / sizeof(host_symbols[0]);
	bool seen[sizeof(host_symbols) / sizeof(host_symbols[0])] = { false };
	char line[512], name[256], path[4096];
	FILE *file = fopen(host_path("/proc/kallsyms", path, sizeof(path)), "re");
	bool kprobes = false;
	size_t i;

	if (!file) {
		found(f, BAD, "/proc/kallsyms is missing");
		todo(f, "boot a kernel with CONFIG_KALLSYMS, as Debian's are");
		return;
	}
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*s %*s %255s", name) != 1)
			continue;
		kprobes |= !strcmp(name, "register_kprobe");
		for (i = 0; i < n; i++)
			seen[i] |= !strcmp(name, host_symbols[i]);
	}
	fclose(file);
	if (!kprobes) {
		found(f, BAD, "the kernel has no kprobes");
		todo(f, "boot a kernel with CONFIG_KPROBES, as Debian's are");
		return;
	}
	for (i = 0; i < n && exists("/sys/module/kvm"); i++) {
		if (seen[i])
			continue;
		found(f, BAD, "the kernel has no symbol %s, which the module needs", host_symbols[i]);
		todo(f, "the KVM of this kernel is not supported: boot another kernel");
		return;
	}
	if (exists("/sys/module/kvm"))
		found(f, GOOD, "the kernel has all symbols that the module needs");
}

static bool module_file(const char *kernel)
{
	static const char *const places[] = {
		"extra", "updates", "updates/dkms", "kernel/drivers/misc"
	};
	char pattern[256], full[4096];
	bool there = false;
	glob_t g;
	size_t i;

	for (i = 0; !there && i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(pattern, sizeof(pattern), "/lib/modules/%.100s/%s/vsyscalls.ko*", kernel,
			 places[i]);
		there = !glob(host_path(pattern, full, sizeof(full)), 0, NULL, &g);
		if (there)
			globfree(&g);
	}
	return there;
}

static void check_module(struct finding *f)
{
	char kernel[128], headers[256];

	if (exists("/sys/module/vsyscalls")) {
		found(f, GOOD, "vsyscalls.ko is loaded");
		return;
	}
	release(kernel, sizeof(kernel));
	found(f, BAD, "vsyscalls.ko is not loaded");
	snprintf(headers, sizeof(headers), "/lib/modules/%.100s/build", kernel);
	if (module_file(kernel))
		todo(f, "modprobe vsyscalls");
	else if (exists(headers))
		todo(f, "build it for this kernel: make && make install && depmod -a && "
			"modprobe vsyscalls");
	else
		todo(f, "apt-get install linux-headers-%.100s, then build it", kernel);
}

static void check_device(struct finding *f)
{
	char path[4096];

	if (!exists("/sys/module/vsyscalls"))
		return;
	if (!exists(VSYS_DEVICE)) {
		found(f, BAD, "the module is loaded, but there is no " VSYS_DEVICE);
		todo(f, "check that /dev is the devtmpfs of the host, not that of a container");
	} else if (access(host_path(VSYS_DEVICE, path, sizeof(path)), R_OK | W_OK)) {
		found(f, BAD, "this user may not open " VSYS_DEVICE);
		todo(f, "run vsysread as root, or in the group that owns the device");
	} else {
		found(f, GOOD, VSYS_DEVICE " can be opened");
	}
}

static void check_doors(struct finding *f)
{
	static const char vnmi[] = "/sys/module/kvm_intel/parameters/vnmi";

	if (exists(vnmi) && !is_yes(vnmi)) {
		found(f, NOTE, "kvm_intel does not use virtual NMIs: some calls by INT 80h and INT 2Eh "
			       "are missed");
		todo(f, "if the CPU has them: modprobe -r kvm_intel && modprobe kvm_intel vnmi=1");
	}
}

static void check_btf(struct finding *f)
{
	if (exists("/sys/kernel/btf/vmlinux"))
		return;
	found(f, NOTE, "the kernel has no BTF: the module loads only on kernels that it was tested "
		       "with");
}

static void check_nested(struct finding *f)
{
	if (!is_yes("/sys/module/kvm_amd/parameters/nested") &&
	    !is_yes("/sys/module/kvm_intel/parameters/nested"))
		return;
	found(f, NOTE, "guests may run nested guests, whose calls are not seen; Windows with "
		       "virtualization-based security is one itself");
	todo(f, "to trace such a Windows, start its guest with -cpu ...,vmx=off,svm=off, or in it turn "
		"memory integrity, Credential Guard and Hyper-V off: bcdedit /set "
		"hypervisorlaunchtype off");
}

static void check_encrypted(struct finding *f)
{
	const char *kind = is_yes("/sys/module/kvm_amd/parameters/sev_snp") ? "SEV-SNP" :
			   is_yes("/sys/module/kvm_amd/parameters/sev_es") ? "SEV-ES" :
			   is_yes("/sys/module/kvm_amd/parameters/sev") ? "SEV" :
			   is_yes("/sys/module/kvm_intel/parameters/tdx") ? "TDX" : NULL;

	if (!kind)
		return;
	found(f, NOTE, "guests may be encrypted (%s): such guests are refused", kind);
	todo(f, "to trace a guest, start it without sev-guest, sev-snp-guest or tdx-guest");
}

static void check_modern(struct finding *f)
{
	/* AMD: shadow stacks only, and only with the module's parameter cet_amd. */
	bool cet = cpu_has("svm") && (cpu_has("shstk") || cpu_has("user_shstk"));
	bool fred = cpu_has("fred");
	char name[128];

	/* KVM gives guests CET from 6.18 on, and FRED from about then. */
	if ((!cet && !fred) || release(name, sizeof(name)) < (6 << 16 | 18 << 8))
		return;
	found(f, NOTE, "guests may have %s, which the module does not support: do not trace "
	      "guests that use it", cet && fred ? "CET and FRED" : cet ? "CET" : "FRED");
	todo(f, "to trace such a guest, start it with -cpu ...,shstk=off,fred=off");
}

static void check_machines(struct finding *f)
{
	struct machine *m = NULL;
	int n = machines_find(&m);

	if (n == 1)
		found(f, GOOD, "1 machine runs: pid %d", (int)m[0].pid);
	else if (n > 1)
		found(f, GOOD, "%d machines run, see vsysread --list", n);
	else
		found(f, NOTE, "this user can see no virtual machine that runs");
	free(m);
}

const struct check host_checks[] = {
	{ "cpu", check_cpu },
	{ "kvm", check_kvm },
	{ "kernel", check_kernel },
	{ "lockdown", check_lockdown },
	{ "secureboot", check_secure_boot },
	{ "symbols", check_symbols },
	{ "module", check_module },
	{ "device", check_device },
	{ "btf", check_btf },
	{ "doors", check_doors },
	{ "nested", check_nested },
	{ "encrypted", check_encrypted },
	{ "cet, fred", check_modern },
	{ "machines", check_machines },
	{ NULL, NULL },
};
