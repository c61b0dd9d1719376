#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated arm64 host, booted with kvm-arm.mode=protected: the module does not load, and
# says why.  Prints KTAP.
set -u
# shellcheck source=lib.sh
. /g/lib.sh

guest 12,48 3
result $? "a guest runs"
! insmod /g/vsyscalls.ko 2>/dev/null
result $? "the module does not load"
dmesg | grep -q 'vsyscalls: KVM is protected from the host (pKVM)'
result $? "and says why"
guest 12,48 3
result $? "a guest runs on"
finish
