// SPDX-License-Identifier: GPL-2.0
/* May the module be loaded on this host?  See vsys_symbols_init() of arch.h. */
#include <asm/virt.h>

#include "arch.h"
#include "arm64/fgt.h"
#include "arm64/hook.h"
#include "symbols.h"

/* Refuse hosts whose KVM or whose memory is not as the module assumes. */
static int host_check(void)
{
	if (!VSYS_KVM_KNOWN) {
		pr_err("the KVM of this kernel is not known, cannot load\n");
		return -ENODEV;
	}
	if (PAGE_SIZE != 4096) {
		pr_err("hosts with pages of 4 KB only, cannot load\n");
		return -ENODEV;
	}
	/* EL2 is not the host's then: neither are the traps. */
	if (is_protected_kvm_enabled()) {
		pr_err("KVM is protected from the host (pKVM): cannot load\n");
		return -ENODEV;
	}
	if (!is_kernel_in_hyp_mode()) {
		pr_err("KVM does not run with VHE, or this is no host: cannot load\n");
		return -ENODEV;
	}
	if (!vsys_fgt_usable())
		pr_warn("the CPU has no fine-grained traps (FEAT_FGT): no door can be trapped\n");
	return 0;
}

int vsys_symbols_init(void)
{
	return host_check() ?: vsys_symbols_find() ?: vsys_hook_check();
}

void vsys_symbols_exit(void)
{
}
