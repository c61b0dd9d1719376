# SPDX-License-Identifier: GPL-2.0
vsyscalls-y += $(addprefix kmod/arm64/, \
	abi.o \
	exit.o \
	fgt.o \
	hook.o \
	load.o \
	paging.o \
	regs.o \
	skip.o \
	symbols.o \
	task_base.o \
	touch.o \
	trap.o \
	vcpu_state.o \
	verify.o)
