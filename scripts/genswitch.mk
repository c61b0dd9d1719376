# SPDX-License-Identifier: GPL-2.0
#
# The generator and its input, for Kbuild, Makefile and userspace/Makefile: each
# sets TREE, the top of the sources, and includes this.
#
#	$(call genswitch,MODE)		the command that writes MODE to stdout
#
# A prototype file lies two or three folders deep.  The output does not depend on
# the order of the files; sorting also fixes the order of the error messages.

GENSWITCH := $(addprefix $(TREE)/scripts/,genswitch.awk genswitch-cases.awk genswitch-entries.awk \
	genswitch-types.awk genswitch-numbers.awk genswitch-check.awk genswitch-lengths.awk genswitch-write.awk \
	genswitch-callbacks.awk)
PROTOTYPES := $(sort $(wildcard $(TREE)/prototypes/*/*.tbl $(TREE)/prototypes/*/*/*.tbl))
genswitch = $(or $(AWK),awk) $(GENSWITCH:%=-f %) -v mode=$(1) $(PROTOTYPES)
