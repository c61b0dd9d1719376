#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What does a guest do when its disk is full?  From now on each WHICHth write fails,
# until this is interrupted.
#
#	fault-inject.sh [WHICH [VSYSREAD_OPTION]...]
which=${1:-10}
[ $# = 0 ] || shift
exec "${VSYSREAD:-vsysread}" --allow-rewrite -e trace=write,pwrite64 -e status=failed \
	-e "inject=write,pwrite64:error=ENOSPC:when=$which+$which" "$@"
