#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Show how a guest behaves when its disk is full: each WHICHth write fails with ENOSPC
# until this script is interrupted.
#
#	fault-inject.sh [WHICH [VSYSREAD_OPTION]...]
which=${1:-10}
[ $# = 0 ] || shift
exec "${VSYSREAD:-vsysread}" --allow-rewrite -e trace=write,pwrite64 -e status=failed \
	-e "inject=write,pwrite64:error=ENOSPC:when=$which+$which" "$@"
