// SPDX-License-Identifier: GPL-2.0
/* Results: numbers, addresses, errors, restarts, and none. */
#include "ktap.h"
#include "records.h"
#include "table.h"

static struct rec entry, ret;

static void result(uint32_t nr, uint64_t arg, uint64_t value, const char *want, const char *name)
{
	const uint64_t args[] = { arg, 0 };

	rec_entry(&entry, nr, 1, 2, args);
	rec_return(&ret, nr, 1, value);
	is_text(rec_line(&test_table, &entry, &ret), want, name);
}

static void errors(void)
{
	result(NR_UMASK, 022, (uint64_t)-2,
	       "[vm 1 vcpu 0] umask(022) = -1 ENOENT (No such file or directory)", "error");
	result(NR_UMASK, 022, (uint64_t)-4095,
	       "[vm 1 vcpu 0] umask(022) = -1 errno 4095 (Unknown error)", "greatest error");
	result(NR_PIPE, 0, (uint64_t)-4096, "[vm 1 vcpu 0] pipe(NULL) = -4096",
	       "one past the greatest error");
	result(NR_UMASK, 022, (uint64_t)-512, "[vm 1 vcpu 0] umask(022) = ? ERESTARTSYS "
	       "(To be restarted if SA_RESTART is set)", "ERESTARTSYS");
	result(NR_UMASK, 022, (uint64_t)-513,
	       "[vm 1 vcpu 0] umask(022) = ? ERESTARTNOINTR (To be restarted)", "ERESTARTNOINTR");
	result(NR_UMASK, 022, (uint64_t)-514, "[vm 1 vcpu 0] umask(022) = ? ERESTARTNOHAND "
	       "(To be restarted if no handler)", "ERESTARTNOHAND");
	result(NR_UMASK, 022, (uint64_t)-516, "[vm 1 vcpu 0] umask(022) = ? ERESTART_RESTARTBLOCK "
	       "(Interrupted by signal)", "ERESTART_RESTARTBLOCK");
}

static void unfinished(void)
{
	uint64_t args[VSYS_ARGS] = { 1, 2, 3, 4, 5, 6 };

	rec_entry(&entry, NR_EXIT, 1, 1, args);
	is_text(rec_line(&test_table, &entry, NULL),
		"[vm 1 vcpu 0] exit(1) = ? <return not seen>", "return not seen");
	rec_head(&entry)->flags = VSYS_F_NORETURN;
	is_text(rec_line(&test_table, &entry, NULL), "[vm 1 vcpu 0] exit(1) = ?", "no return");
	rec_return(&ret, NR_OPENAT, 0, 3);
	is_text(rec_line(&test_table, NULL, &ret), "[vm 1 vcpu 0] <... openat resumed>) = 3",
		"entry not seen");
	rec_return(&ret, 0, 0, (uint64_t)-4);
	rec_abi(&ret, 0, VSYS_DOOR_SYSCALL);
	rec_head(&ret)->flags = VSYS_F_UNPAIRED;
	is_text(rec_line(&test_table, NULL, &ret), "[vm 1 vcpu 0] <... call that was not seen "
		"resumed>) = 0xfffffffffffffffc", "call not known");
	rec_entry(&entry, 0x1fff, 1, 6, args);
	rec_return(&ret, 0x1fff, 1, (uint64_t)-2);
	is_text(rec_line(&test_table, &entry, &ret),
		"[vm 1 vcpu 0] syscall_0x1fff(0x1, 0x2, 0x3, 0x4, 0x5, 0x6) = "
		"-1 ENOENT (No such file or directory)", "unknown call");
	is_text(rec_line(NULL, &entry, &ret),
		"[vm 1 vcpu 0] syscall_0x1fff(0x1, 0x2, 0x3, 0x4, 0x5, 0x6) = "
		"-1 errno 2 (No such file or directory)", "unknown profile");
}

int main(void)
{
	ktap_plan(17);
	result(NR_UMASK, 022, 0, "[vm 1 vcpu 0] umask(022) = 000", "octal result");
	result(NR_MMAP, 0, 0x7f0000000000, "[vm 1 vcpu 0] mmap(NULL, 0) = 0x7f0000000000",
	       "address");
	result(NR_MMAP, 0, (uint64_t)-1,
	       "[vm 1 vcpu 0] mmap(NULL, 0) = -1 EPERM (Operation not permitted)",
	       "an address can be an error");
	result(NR_PIPE, 0x7ffc00007000, (uint64_t)-14,
	       "[vm 1 vcpu 0] pipe(0x7ffc00007000) = -1 errno 14 (Bad address)",
	       "the whole address of a small number");
	errors();
	unfinished();
	return ktap_end();
}
