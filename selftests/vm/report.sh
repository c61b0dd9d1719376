# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Does the kernel complain in its log?

REPORT='Oops|BUG[: ]|Kernel panic|WARNING:|INFO: (rcu|task|possible|trying)|rcu: INFO:'
REPORT+='|[Ll]ockup|general protection fault|stack guard page|double fault'
REPORT+='|KASAN:|KCSAN:|UBSAN:|unchecked MSR access|kmemleak: [1-9]'
REPORT+='|possible (circular|recursive) locking|detected stall|invalid opcode'
# Kernels from 6.12 on may print a WARNING about the emulated CPU's topology.
REPORT_BOOT=${REPORT/|WARNING:/}

# report_lines LOG ALLOWED: print the complaints with their line numbers, except
# those that match ALLOWED.
report_lines() {
	local log=$1 allowed=${2:-} boot=$REPORT init

	[[ $KERNEL_VERSION == 6.1.* ]] || boot=$REPORT_BOOT
	init=$(grep -naF -m 1 'vm: init' "$log" | cut -d: -f1)
	{
		head -n "${init:-1000000}" "$log" | grep -naE "$boot"
		[[ $init ]] && tail -n "+$((init + 1))" "$log" | grep -naE "$REPORT" |
			awk -v n="$init" -F: '{ sub(/^[0-9]+/, $1 + n); print }'
	} | if [[ $allowed ]]; then grep -avE -- "$allowed"; else cat; fi
}

# report_print LOG LINES: print the log around the first complaint to standard error.
report_print() {
	local first=${2%%:*}

	say "the kernel reports:"
	tail -n "+$((first > 2 ? first - 2 : 1))" "$1" | head -n 60 >&2
}
