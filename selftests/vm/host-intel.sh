# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034 # names shared with run
#
# The Intel host: Bochs' emulation of a CPU with VMX and EPT. Bochs boots like a PC,
# so kernel and archive are put on a CD with a boot loader.

# Set by intel_bochs: the command, the variables that it needs, its version and its images.
BOCHS=() BOCHS_VERSION='' BOCHS_SHARE=/usr/share/bochs

# bochs_knows MODEL: is it a CPU of this Bochs?
bochs_knows() {
	# Its exit status says nothing.
	grep -qx -- "$1" < <(env -i "${BOCHS[@]}" --help cpu 2>&1)
}

# intel_bochs MODEL: the machine's Bochs, or one of trixie if the model is too new for it.
# Debian's sid has a newer one, whose 64-bit IDIV gives wrong quotients.
intel_bochs() {
	local tree lib

	BOCHS=(PATH=/usr/bin:/bin LC_ALL=C bochs-bin)
	if ! bochs_knows "$1"; then
		packages_tree bochs-trixie 'suite_apt trixie' bochs bochs-wx- bochs-x- bochsbios vgabios
		tree=$PACKAGES_TREE
		lib=$tree/usr/lib/x86_64-linux-gnu
		BOCHS_SHARE=$tree/usr/share/bochs
		# By its own loader: a library of one release does not fit another's.
		BOCHS=(LTDL_LIBRARY_PATH="$lib/bochs/plugins" BXSHARE="$BOCHS_SHARE"
			"$tree/lib64/ld-linux-x86-64.so.2" --library-path "$lib" "$tree/usr/bin/bochs-bin")
		bochs_knows "$1" || die "Bochs has no CPU $1"
	fi
	BOCHS_VERSION=$(env -i "${BOCHS[@]}" --help 2>&1 | sed -n 's/.*Emulator \([0-9.]*\).*/\1/p')
}

intel_defaults() {
	: "${opt_cpu:=corei7_haswell_4770}" "${opt_mem:=512}" "${opt_timeout:=300}"
	[[ ! $opt_icount ]] || die "--icount is for --host amd"
	need bochs bochsbios vgabios xorriso isolinux syslinux-common
	intel_bochs "$opt_cpu"
	# Its VM entry fails unless the descriptor of posted interrupts begins a page. Its XRSTOR
	# finds no component behind one that it does not restore: Linux restores PKRU by itself.
	[[ $BOCHS_VERSION != 3.0 ]] ||
		opt_append="kvm_intel.enable_apicv=0 clearcpuid=pku $opt_append"
}

# The CD as a directory of links.
intel_cd() {
	local dir=$1 arguments=$2 cd=$1/cd

	mkdir "$cd"
	cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 "$cd"
	ln -s "$KERNEL_IMAGE" "$cd/linux"
	ln -s "$dir/initrd" "$cd/initrd"
	cat >"$cd/isolinux.cfg" <<-END
		default linux
		prompt 0
		label linux
		kernel /linux
		append initrd=/initrd $arguments
	END
	xorriso -as mkisofs -quiet -f -o "$dir/cd.iso" -b isolinux.bin -c boot.cat \
		-no-emul-boot -boot-load-size 4 -boot-info-table "$cd" >"$dir/xorriso" 2>&1 ||
		die "xorriso: $(tail -n 5 "$dir/xorriso")"
}

# intel_command DIRECTORY COMMAND_LINE: as amd_command. rfb is the only display
# that needs no terminal; nobody connects to it.
intel_command() {
	local dir=$1

	intel_cd "$dir" "$2"
	# Only ata0 and mandatory devices: others cost time in the BIOS.
	# Bochs 2.7 always has sound; its ALSA mixer aborts where there is no sound card.
	cat >"$dir/bochsrc" <<-END
		display_library: rfb, options="timeout=0"
		memory: guest=$opt_mem, host=$opt_mem
		romimage: file=$BOCHS_SHARE/BIOS-bochs-latest, options=fastboot
		vgaromimage: file=$BOCHS_SHARE/VGABIOS-lgpl-latest
		cpu: model=$opt_cpu, count=$opt_smp, ips=100000000, reset_on_triple_fault=0
		clock: sync=none
		boot: cdrom
		ata0: enabled=1
		ata0-master: type=cdrom, path=$dir/cd.iso, status=inserted
		sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
		com1: enabled=1, mode=file, dev=$dir/output
		com2: enabled=1, mode=file, dev=$dir/kernel
		com3: enabled=1, mode=file, dev=$dir/verdict
		log: /dev/stdout
		panic: action=fatal
		error: action=report
		info: action=report
		debug: action=ignore
	END
	# Debian's build has the debugger, which waits for a command to continue.
	echo c >"$dir/debugger"
	emulator=(env "${BOCHS[@]}" -q -f "$dir/bochsrc" -rc "$dir/debugger")
	# The display listens on a TCP port: give it a network namespace of its own.
	if unshare -n true 2>/dev/null; then
		emulator=(unshare -n "${emulator[@]}")
	elif unshare -rn true 2>/dev/null; then
		emulator=(unshare -rn "${emulator[@]}")
	fi
}

# Its status is 1 after a normal power-off as well as after an error.
intel_powered_off() {
	grep -q 'soft power off' "$1/emulator"
}
