# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034 # names shared with run
#
# The AMD host: QEMU's emulation of a CPU with SVM and nested paging.

# shellcheck disable=SC2317 # called by cached
tsc_khz_make() {
	need gcc libc6-dev
	gcc -O2 -o "$1.tsc" "$here/tsc.c" && "$1.tsc" >"$1"
}

# tsc_khz: set TSC_KHZ to the frequency of this machine's TSC, measured once a boot.
tsc_khz() {
	local file

	file=$VM_CACHE/tsc/$(</proc/sys/kernel/random/boot_id)
	cached "$file" tsc_khz_make
	TSC_KHZ=$(<"$file")
}

# What QEMU 7.2 needs.  Without CMPXCHG16B: it leaves random flags after it, which crashes
# every other boot of 6.12, and any code interrupted there on any kernel.
amd_old_defaults() {
	cpu+=,-cx16
	# On one CPU Linux makes DS prefixes of LOCK prefixes; QEMU adds the base of DS in
	# 64-bit mode.
	guest_append=noreplace-smp
	# It does not intercept XSETBV: KVM would never learn the guest's XCR0.
	guest_cpu=host,-xsave
	# Two threads go on with code that another has patched, which later kernels do more.
	[[ ! $opt_guest || $KERNEL_VERSION == 6.1.* ]] || opt_smp=1
	((opt_smp == 1)) || opt_one_thread=1
	# It changes a CPU's pending interrupts at VMRUN and #VMEXIT without a lock. An
	# interrupt that another thread raises at that moment may be lost until the next one.
	# A periodic tick provides the next. With -icount, too, QEMU's main thread runs timers
	# beside the CPU's.
	opt_append="nohz=off highres=off $opt_append"
}

amd_defaults() {
	local cpu=max

	need qemu-system-x86
	# QEMU 11.1 runs no 32-bit kernel with or without nested paging, and has no -singlestep;
	# compat was not tried.
	[[ $opt_guest != *-i386 && $opt_guest != compat && ! ${VSYS_EXEC_LOG:-} ]] ||
		: "${opt_qemu:=own}"
	: "${opt_qemu:=newest}"
	qemu_find
	[[ $QEMU_TREE ]] || amd_old_defaults
	# KVM of PREEMPT_RT needs a TSC that the CPU reports as constant.
	[[ $KERNEL_VERSION != *-rt-* ]] || cpu+=,+invtsc,x-force-features=on
	: "${opt_cpu:=$cpu}" "${opt_mem:=1024}" "${opt_timeout:=120}"
	# The guest's TSC is this machine's. A kernel measures it wrongly on a busy machine:
	# at 97 MHz instead of 2,596 time ran so fast that ticks left no time.
	if [[ ! $opt_icount ]]; then
		tsc_khz
		opt_append="tsc_early_khz=$TSC_KHZ $opt_append"
	fi
}

# amd_command DIRECTORY COMMAND_LINE: set emulator to the command that boots the archive
# initrd in DIRECTORY, its serial ports going to the pipe and files there.
amd_command() {
	local dir=$1 port accel=tcg,thread=multi

	[[ ! $opt_one_thread$opt_icount ]] || accel=tcg,thread=single
	emulator=("${QEMU[@]}" "${QEMU_DATA[@]}" -accel "$accel" -cpu "$opt_cpu"
		-smp "$opt_smp" -m "$opt_mem" -M 'q35,hpet=off,usb=off,smbus=off'
		-nodefaults -no-user-config -display none -monitor none -no-reboot
		-kernel "$KERNEL_IMAGE" -initrd "$dir/initrd" -append "$2")
	for port in output kernel verdict; do
		emulator+=(-serial "file:$dir/$port")
	done
	# The CPU's state at a triple fault, of which nothing else tells.
	emulator+=(-d cpu_reset -D "$dir/reset")
	# The time stamp counter then counts instructions.
	[[ ! $opt_icount ]] || emulator+=(-icount shift=0)
	# VSYS_EXEC_LOG=FILE VSYS_EXEC_RANGE=FROM..TO: log each instruction in the range.
	if [[ ${VSYS_EXEC_LOG:-} ]]; then
		emulator+=(-singlestep -d 'exec,nochain' -D "$VSYS_EXEC_LOG"
			-dfilter "$VSYS_EXEC_RANGE")
	fi
}

# QEMU's status is 0 only after the guest has powered off.
amd_powered_off() {
	[[ $2 == 0 ]]
}
