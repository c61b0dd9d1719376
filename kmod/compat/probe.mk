# SPDX-License-Identifier: GPL-2.0
#
# Probe the kernel's headers for compat.h.  Stable updates and distributions move such
# changes between versions, so the version does not decide.
#
# $(call have,NAME,HEADER,REGEX): -DVSYS_HAVE_NAME if a line of the header matches
have = $(shell grep -qsE '$(3)' $(srctree)/$(2) && echo -DVSYS_HAVE_$(1))
kvm_host := arch/x86/include/asm/kvm_host.h

ccflags-y += $(call have,RUN_FLAGS,$(kvm_host),KVM_RUN_FORCE_IMMEDIATE_EXIT)
ccflags-y += $(call have,ARCH_RIP,$(kvm_host),unsigned long rip;)
ccflags-y += $(call have,PROTECTED_STATE,$(kvm_host),bool has_protected_state;)
ccflags-y += $(call have,ENABLE_VIRTUALIZATION,$(kvm_host),\<enable_virtualization_cpu\>)
ccflags-y += $(call have,L1D_FLAG,$(kvm_host),bool l1tf_flush_l1d;)
ccflags-y += $(call have,PRIVATE_MEM,include/linux/kvm_host.h,kvm_arch_has_private_mem)
ccflags-y += $(call have,QUEUE_EXCEPTION,$(kvm_host),^void kvm_queue_exception_e\>)
ccflags-y += $(call have,FIND_BTF_ID,include/linux/btf.h,bpf_find_btf_id)
ccflags-y += $(call have,MISC_CTL,arch/x86/include/asm/svm.h,u64 misc_ctl;)
ccflags-y += $(call have,VM_FLAGS_CLEAR,include/linux/mm.h, vm_flags_clear\>)
ccflags-y += $(call have,ENTRY_VIRT,include/linux/entry-virt.h,.)

kvm_arm := arch/arm64/include/asm/kvm_host.h
ccflags-y += $(call have,FGU,$(kvm_arm),u64 fgu\[)
ccflags-y += $(call have,VCPU_FGT,$(kvm_arm),define vcpu_fgt)
ccflags-y += $(call have,NESTED,arch/arm64/include/asm/kvm_nested.h,vcpu_has_nv)
