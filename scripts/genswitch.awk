# SPDX-License-Identifier: GPL-2.0
#
# genswitch.awk: system call prototypes -> the kernel's switches and the
# reader's tables.  Three files: this one reads, -check resolves, -write writes.
#
#	awk -f scripts/genswitch.awk -f scripts/genswitch-check.awk \
#		-f scripts/genswitch-write.awk -v mode=kernel|user|check prototypes/*.tbl
#
# Each input states its grammar at its head.  Its first line that is not a
# comment says what it holds: @types, @consts, @calls OS, @numbers NUMBERING
# or @profiles.  All is read before anything is resolved, and all lists are
# sorted before they are written, so the order of the files does not matter.
#
# An error is FILE:LINE: what, on stderr; with any error nothing is written
# and the exit status is 1.
#
# POSIX awk only, and of it only what all of mawk, gawk, busybox and the
# original do alike: no interval expressions, no comparison in a printf list,
# no element given to a function that was never assigned.

BEGIN {
	NR_LIMIT = 65536	# call numbers are below this
	ARGS_LIMIT = 24		# what a call takes at most
	ERRORS_LIMIT = 20
	LETTERS = "*0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
	NAME = "^[A-Za-z_][A-Za-z0-9_]*$"

	mark(is_class, "int uint hex octal ptr fd atfd str strv buf iovec " \
	     "msghdr struct sockaddr flags enum dev void")
	mark(is_signed, "int fd atfd enum")
	# What may hold a length.
	mark(is_count, "int uint hex")
	# What is a value in a register and not an address.
	mark(is_scalar, "int uint hex octal ptr fd atfd flags enum dev")
	# The bytes of one element; what is not here has its type's size.
	mark(is_bytes, "buf sockaddr")
	split("- os arch bits calls numbers abis doors errors signals", column, " ")

	if (mode != "kernel" && mode != "user" && mode != "check")
		fail("genswitch.awk:0", "mode must be kernel, user or check")
}

# ---- reading ---------------------------------------------------------------

FNR == 1 { kind = "" }

{
	here = FILENAME ":" FNR
	sub(/#.*/, "")
	sub(/[ \t\r]+$/, "")
}

/^$/ { next }
/^@(types|consts|calls|numbers|profiles)( |$)/ { read_header(); next }
kind == "types" && /^[ \t]/ { read_field(); next }
kind == "types" { read_type(); next }
kind == "consts" && /^[ \t]/ { read_const(); next }
kind == "consts" { read_set(); next }
kind == "calls" { read_call(); next }
kind == "numbers" && $1 == "@reserved" { read_reserved(); next }
kind == "numbers" { read_number(); next }
kind == "profiles" { read_profile(); next }
!headless[FILENAME]++ { fail(here, "line before an @ header") }

END {
	resolve()
	if (nerrors)
		report()
	else if (mode == "kernel")
		write_kernel()
	else if (mode == "user")
		write_user()
	if (nerrors)
		exit 1
}

function mark(set, names,	list, i) {
	split(names, list, " ")
	for (i in list)
		set[list[i]] = 1
}

# Worth zero, so that a check can return it.
function fail(where, what) {
	error[++nerrors] = where ": " what
	return 0
}

function report(	i) {
	for (i = 1; i <= nerrors && i <= ERRORS_LIMIT; i++)
		print error[i] | "cat 1>&2"
	if (nerrors > ERRORS_LIMIT)
		print "genswitch.awk: and " nerrors - ERRORS_LIMIT " more errors" | "cat 1>&2"
	close("cat 1>&2")
}

# Is it new in the table of this kind?  Else says where it was first.
function is_new(what, key, shown) {
	if ((what, key) in first)
		return fail(here, what " " shown " is already at " first[what, key])
	first[what, key] = here
	return 1
}

function malformed(what) {
	return fail(here, "malformed " what ": " $0)
}

function read_header() {
	kind = substr($1, 2)
	scope = $2
	type = set = ""
	if (NF != ((kind == "calls" || kind == "numbers") ? 2 : 1))
		malformed("header")
	else if (kind == "calls" || kind == "numbers")
		is_new(kind, scope, scope)
}

# NAME CLASS SIZE [signed|unsigned] [= SET]
function read_type(	i) {
	type = ""
	if ($1 !~ NAME || NF < 3 || $3 !~ /^[0-9]+(\/[0-9]+)?$/)
		return malformed("type")
	if (!is_new("type", $1, $1))
		return
	type = $1
	types[++ntypes] = type
	rank[type] = ntypes
	type_at[type] = here
	class[type] = $2
	size[type] = $3
	sign[type] = $2 in is_signed
	type_set[type] = ""
	if (!($2 in is_class))
		fail(here, "unknown class " $2)
	i = 4
	if ($i == "signed" || $i == "unsigned")
		sign[type] = $(i++) == "signed"
	if ($i == "=" && i + 1 == NF)
		type_set[type] = $NF
	else if (i <= NF)
		malformed("type")
}

# A member of the struct above: NAME TYPE OFFSET
function read_field() {
	if (type == "" || class[type] != "struct")
		return fail(here, "member outside of a struct")
	if (NF != 3 || $1 !~ NAME || $3 !~ /^[0-9]+(\/[0-9]+)?$/)
		return malformed("member")
	if (is_new("member of " type, $1, $1))
		add_field(type, $1, $2, $3)
}

function add_field(t, name, ftype, offset,	i) {
	i = ++nfields[t]
	field_name[t, i] = name
	field_type[t, i] = ftype
	field_offset[t, i] = offset
	field_at[t, i] = here
}

# enum NAME, flags NAME
function read_set() {
	set = ""
	if (NF != 2 || ($1 != "enum" && $1 != "flags") || $2 !~ NAME)
		return malformed("set")
	if (!is_new("set", $2, $2))
		return
	set = $2
	sets[++nsets] = set
	set_kind[set] = $1
	set_at[set] = here
}

# NAME VALUE [MASK], use SET [MASK]
function read_const(	i) {
	if (set == "")
		return fail(here, "constant outside of a set")
	if ($1 !~ NAME || NF < 2 || NF > 3 || (NF == 3 && !is_number($3)) ||
	    ($1 != "use" && !is_number($2)))
		return malformed("constant")
	i = nconsts[set] + 1
	if ($1 != "use" && !check_const(i))
		return
	nconsts[set] = i
	const_name[set, i] = $1
	const_value[set, i] = $2
	const_mask[set, i] = $3
	const_at[set, i] = here
}

function check_const(i) {
	if (!is_new("constant of " set, $1, $1))
		return 0
	if (NF == 3 && set_kind[set] == "enum")
		fail(here, "a mask in an enum")
	else if (NF == 3 && !is_within($2, $3))
		fail(here, "value " $2 " is not within mask " $3)
	# A reader that strikes off what it has named would else see a zero
	# where there was none.
	if (set_kind[set] == "flags" && NF == 2 && number($2) == 0 && i > 1)
		fail(here, "the name of zero must be the first of its set")
	return is_new("value in " set, sprintf("%.0f/", number($2)) $3, $2)
}

function is_number(s) {
	return s ~ /^-?[1-9][0-9]*$/ || s ~ /^0[0-7]*$/ || s ~ /^0x[0-9a-fA-F]+$/
}

function number(s,	v, i, base) {
	if (s !~ /^0./)
		return s + 0
	base = s ~ /^0x/ ? 16 : 8
	s = tolower(s)
	for (i = base == 16 ? 3 : 2; i <= length(s); i++)
		v = v * base + index("0123456789abcdef", substr(s, i, 1)) - 1
	return v + 0
}

# Awk has no bit operations.
function is_within(value, mask,	v, m) {
	v = number(value)
	m = number(mask)
	if (v < 0)
		return 0
	for (; v > 0; v = int(v / 2)) {
		if (v % 2 > m % 2)
			return 0
		m = int(m / 2)
	}
	return 1
}

# NAME(PARAM, ...) [: TYPE] [noreturn]
function read_call(	name, open, close_, n, i, list, tail) {
	open = index($0, "(")
	close_ = index($0, ")")
	name = substr($0, 1, open - 1)
	tail = substr($0, close_ + 1)
	if (open < 2 || close_ < open || name !~ NAME ||
	    tail !~ /^( : [A-Za-z_][A-Za-z0-9_]*| noreturn)$/)
		return malformed("call")
	if (!is_new("call of " scope, name, name))
		return
	call = scope SUBSEP name
	calls[++ncalls] = call
	call_at[call] = here
	noreturn[call] = tail ~ /noreturn$/
	result[call] = noreturn[call] ? "void" : substr(tail, 4)
	n = split(substr($0, open + 1, close_ - open - 1), list, ",")
	nparams[call] = n
	if (n > ARGS_LIMIT)
		fail(here, "more than " ARGS_LIMIT " parameters")
	for (i = 1; i <= n; i++)
		read_param(i, list[i])
}

# [in|out|inout] TYPE NAME [[LENGTH]] [= SET]
function read_param(i, text,	words, n, w, open, close_) {
	open = index(text, "[")
	close_ = index(text, "]")
	if (open && close_ > open + 1) {
		length_of[call, i] = substr(text, open + 1, close_ - open - 1)
		text = substr(text, 1, open - 1) " " substr(text, close_ + 1)
	}
	n = split(text, words, " ")
	w = words[1] ~ /^(in|out|inout)$/ ? 2 : 1
	param_dir[call, i] = w == 2 ? words[1] : "in"
	param_type[call, i] = words[w]
	param_name[call, i] = words[w + 1]
	param_set[call, i] = n == w + 3 ? words[n] : ""
	count_of[call, i] = bytes_of[call, i] = ""
	if (n != w + 1 && !(n == w + 3 && words[w + 2] == "="))
		return broken("malformed parameter " i)
	if (words[w + 1] !~ NAME || words[w + 1] == "ret")
		return broken("parameter " i " has no proper name")
	is_new("parameter of " call_name(call), words[w + 1], words[w + 1])
}

# Nothing more is said of such a call.
function broken(what) {
	fail(here, what)
	is_broken[call] = 1
}

function call_name(c,	part) {
	split(c, part, SUBSEP)
	return part[2]
}

# @reserved FIRST[-LAST]
function read_reserved(	part, n, i) {
	n = split($2, part, "-")
	if (NF != 2 || $2 !~ /^[0-9]+(-[0-9]+)?$/ || part[n] + 0 < part[1] + 0 ||
	    part[n] + 0 >= NR_LIMIT)
		return malformed("reservation")
	for (i = part[1] + 0; i <= part[n] + 0; i++)
		if (is_new("number of " scope, i, i))
			take_number(i, "")
}

# NR NAME [= CALL]
function read_number(	nr) {
	if ($1 !~ /^[0-9]+$/ || $1 + 0 >= NR_LIMIT || $2 !~ NAME ||
	    !(NF == 2 || (NF == 4 && $3 == "=" && $4 ~ NAME)))
		return malformed("number")
	nr = $1 + 0
	if (!is_new("number of " scope, nr, nr) ||
	    !is_new("name in " scope, $2, $2))
		return
	take_number(nr, $2)
	number_call[scope, nr] = $NF
}

function take_number(nr, name) {
	number_name[scope, nr] = name
	number_at[scope, nr] = here
	if (nr >= number_end[scope])
		number_end[scope] = nr + 1
}

# NAME OS ARCH BITS CALLS NUMBERS ABIS DOORS ERRORS SIGNALS
function read_profile(	i, list) {
	if (NF != 10 || $1 !~ NAME || ($4 != 32 && $4 != 64))
		return malformed("profile")
	if (!is_new("profile", $1, $1))
		return
	profiles[++nprofiles] = $1
	profile_at[$1] = here
	for (i = 2; i <= NF; i++)
		profile[$1, column[i]] = $i
	if (split($7, list, ",") != split($8, list, ","))
		fail(here, "as many ABIs as doors are needed")
}
