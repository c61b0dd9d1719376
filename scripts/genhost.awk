# SPDX-License-Identifier: GPL-2.0
#
# genhost.awk: kernel versions and symbols that the module needs -> a header for
# vsysread doctor.
#
#	awk -f scripts/genhost.awk kmod/compat/compat.h kmod/x86/symbols.c
#
# Reads kernel versions from the #if lines of compat.h, symbols from the table in
# symbols.c.  Fails if it finds no version or no symbol.

function version(line)
{
	sub(/.*KERNEL_VERSION\(/, "", line)
	sub(/\).*/, "", line)
	split(line, part, /, */)
	return part[1] * 65536 + part[2] * 256 + part[3]
}

function symbol(line, before)
{
	sub(/.*\(/, "", line)
	sub(/\).*/, "", line)
	print "\t\"" before line "\","
	symbols++
}

/LINUX_VERSION_CODE < KERNEL_VERSION/ && !first {
	first = version($0)
}

/^} table\[\] = \{/ {
	table = 1
	print "/* Made by genhost.awk; do not edit. */"
	print "enum {"
	print "\tKERNEL_FIRST = " first + 0 ","
	print "};"
	print ""
	print "static const char *const host_symbols[] = {"
	next
}

/^\};/ {
	table = 0
}

table && /^\tSYM\(/ {
	sub(/\(.*, *"/, "(")
	sub(/"/, "")
	symbol($0, "")
}

table && /^\tSYM_KEY\(/ {
	symbol($0, "__SCK__kvm_x86_")
}

table && /^\tSYM_TRAMP\(/ {
	symbol($0, "__SCT__kvm_x86_")
}

END {
	print "};"
	if (!first || !symbols) {
		print "genhost.awk: no kernel version or no symbols found" > "/dev/stderr"
		exit 1
	}
}
