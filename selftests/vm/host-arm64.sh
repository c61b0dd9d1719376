# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034 # names shared with run
#
# The arm64 host: QEMU's emulation of a CPU with EL2, VHE and fine-grained traps.

arm64_defaults() {
	: "${opt_cpu:=max}" "${opt_mem:=1024}" "${opt_timeout:=180}"
}

# arm64_command DIRECTORY COMMAND_LINE: as amd_command. The board has one serial port,
# which is the kernel's console; PCI has ports with the names that init uses.
arm64_command() {
	local dir=$1 arguments=${2/ttyS1,115200/ttyAMA0} tree=$ARM64_TREE port file

	emulator=("$tree/lib64/ld-linux-x86-64.so.2"
		--library-path "$tree/usr/lib/x86_64-linux-gnu"
		"$tree/usr/bin/qemu-system-aarch64" -L "$tree/usr/share/qemu"
		-accel 'tcg,thread=multi' -M 'virt,virtualization=on,gic-version=3'
		-cpu "$opt_cpu" -smp "$opt_smp" -m "$opt_mem"
		-nodefaults -no-user-config -display none -monitor none -no-reboot
		-kernel "$KERNEL_IMAGE" -initrd "$dir/initrd" -append "$arguments"
		-serial "file:$dir/kernel")
	for port in 0 1 2; do
		file=(output unused verdict)
		emulator+=(-chardev "file,id=c$port,path=$dir/${file[port]}"
			-device "pci-serial,chardev=c$port,addr=$((port + 2))")
	done
	[[ ! $opt_one_thread$opt_icount ]] || emulator[6]='tcg,thread=single'
	[[ ! $opt_icount ]] || emulator+=(-icount shift=0)
}

# As on the AMD host.
arm64_powered_off() {
	[[ $2 == 0 ]]
}
