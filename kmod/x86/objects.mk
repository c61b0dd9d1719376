# SPDX-License-Identifier: GPL-2.0
vsyscalls-y += $(addprefix kmod/x86/, \
	abi.o \
	cet.o \
	clock.o \
	emulate.o \
	entry_regs.o \
	exit.o \
	hook.o \
	insn.o \
	paging.o \
	regs.o \
	skip.o \
	svm.o \
	symbols.o \
	task_base.o \
	touch.o \
	trap.o \
	vcpu_state.o \
	verify.o \
	vmx.o)
vsyscalls-y += $(addprefix kmod/compat/, \
	btf.o \
	layout.o)
