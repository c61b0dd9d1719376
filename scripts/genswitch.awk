# SPDX-License-Identifier: GPL-2.0
#
# genswitch.awk: system call prototypes -> the kernel's switches and the
# reader's tables and callbacks.  This file reads the input, -cases cases of calls, -entries
# entries of queues, -types and -numbers types and numberings, -check and -lengths resolve names,
# -write and -callbacks write the output.
# genswitch.mk has the command, with
# -v mode=MODE: kernel, user, callbacks (the header for programs), numbers (a list of all
# numberings) or check.
#
# The head of one input file of each kind states the grammar.  The first line
# that is not a comment names the kind: @types, @consts, @calls SCOPE, @entries, @numbers
# NUMBERING, @abis or @profiles.  All files are read before any name is resolved,
# and lists are sorted before they are written, so the order of the files does not
# matter.
#
# An error is FILE:LINE: MESSAGE, on stderr; with any error nothing is written
# and the exit status is 1.
# POSIX awk only, and only features that mawk, gawk, busybox and the original awk
# treat alike: no interval expressions, no comparison in a printf list, no
# unassigned array element as an argument of a function.

BEGIN {
	# VSYS_NR_SHIFT and VSYS_NR_TABLES of kmod/profile.h
	TABLE_SIZE = 4096
	NR_LIMIT = 2 * TABLE_SIZE
	NAME_LIMIT = 31		# VSYS_NAME_MAX without the NUL
	MEMBER_LIMIT = 255	# bytes, vsys_field.size
	CAPTURES_LIMIT = 20	# VSYS_ARGS_MAX
	ERRORS_LIMIT = 20
	UNKNOWN_ARGS = 4	# of a call whose argument count is unknown
	ENTRY_SIZE = 64		# bytes of an entry of a queue that are captured
	LETTERS = "*0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
	NAME = "^[A-Za-z_][A-Za-z0-9_]*$"
	CONST_NAME = "^([A-Za-z_][A-Za-z0-9_]*|htons\\([A-Z0-9_]+\\)|1<<[A-Z0-9_]+|[A-Z0-9_]+<<[0-9]+)$"
	CALL_NAME = "^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z0-9_]+)?$"
	NUMBER = "^(0|[1-9][0-9]*|0x[0-9a-fA-F]+)$"

	mark(is_class, "int uint hex octal ptr fd atfd str strv buf iovec msghdr mmsghdr struct " \
	     "sockaddr flags enum dev void bool handle status wait sigset kib ioc ioprio inet bits fdset sid dirents " \
	     "dirents64 siginfo ustr lstr wstr objattr psattr psparams afdbufs afdsendto afdrecvfrom wtext regdata structv fprog sqes cqes")
	mark(is_signed, "int fd atfd enum")
	# Classes that may hold a length
	mark(is_count, "int uint hex")
	# Classes of values; all others are addresses
	mark(is_scalar, "int uint hex octal ptr fd atfd flags enum dev bool handle status wait " \
	     "sigset kib ioc ioprio inet sid sqes cqes")
	# Classes of memory that ends by itself, without a length
	mark(is_whole, "str strv ustr lstr wstr objattr psattr psparams fprog")
	# Classes with elements of one byte; others have elements of their type's size
	mark(is_bytes, "buf sockaddr bits fdset dirents dirents64 wtext")
	# Classes that, without a size, are the rest of a struct
	mark(is_tail, "buf wtext regdata sockaddr array")
	# Limits of an OS: slots of arguments, tables of calls
	slot_limit["linux"] = 6
	table_limit["linux"] = 1
	slot_limit["windows"] = 20	# VSYS_ARGS_MAX
	table_limit["windows"] = 2

	if (mode !~ /^(kernel|user|callbacks|numbers|check)$/)
		fail("genswitch.awk:0", "mode must be kernel, user, callbacks, numbers or check")
}

# ---- reading ---------------------------------------------------------------

FNR == 1 { kind = "" }

{
	here = FILENAME ":" FNR
	sub(/#.*/, "")
	sub(/[ \t\r]+$/, "")
}

/^$/ { next }
/^@(types|consts|calls|entries|numbers|abis|profiles)( |$)/ { read_header(); next }
kind == "types" && /^\t\t/ { read_variant(); next }
kind == "types" && /^[ \t]/ { read_field(); next }
kind == "types" { read_type(); next }
kind == "consts" && /^[ \t]/ { read_const(); next }
kind == "consts" { read_set(); next }
kind == "calls" && /^\tlike / { read_like(); next }
kind == "calls" && /^\t/ { read_case(); next }
kind == "calls" && $1 == "@unknown" { read_unknown(); next }
kind == "calls" { read_call(); next }
kind == "entries" { read_entry(); next }
kind == "numbers" && $1 == "@reserved" { read_reserved(); next }
kind == "numbers" && $1 == "-" { read_removal(); next }
kind == "numbers" && $2 == "->" { read_change(); next }
kind == "numbers" && $1 ~ /^int[0-9a-f][0-9a-f]$/ { read_door(); next }
kind == "numbers" { read_number($1 == "+" ? 2 : 1); next }
kind == "abis" { read_abi(); next }
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
	else if (mode == "callbacks")
		write_callbacks()
	else if (mode == "numbers")
		list_numbers()
	if (nerrors)
		exit 1
}

function mark(set, names,	list, i) {
	split(names, list, " ")
	for (i in list)
		set[list[i]] = 1
}

# Returns zero, so that a check can return it.  Reports a message once: each
# numbering that is like a faulty one has the fault again.
function fail(where, what) {
	if (!((where ": " what) in is_reported))
		error[++nerrors] = where ": " what
	is_reported[where ": " what] = 1
	return 0
}

function report(	i) {
	for (i = 1; i <= nerrors && i <= ERRORS_LIMIT; i++)
		print error[i] | "cat 1>&2"
	if (nerrors > ERRORS_LIMIT)
		print "genswitch.awk: and " nerrors - ERRORS_LIMIT " more errors" | "cat 1>&2"
	close("cat 1>&2")
}

# Is KEY new among names of the kind WHAT?  If not, reports its first place.
function is_new(what, key, shown) {
	if ((what, key) in first)
		return fail(here, what " " shown " is already at " first[what, key])
	first[what, key] = here
	return 1
}

function malformed(what) {
	return fail(here, "malformed " what ": " $0)
}

# Several files may have calls of one scope; one file has a numbering.
function read_header(	named) {
	kind = substr($1, 2)
	scope = $2
	type = set = ""
	named = kind == "calls" || kind == "numbers"
	if ((NF != 1 + named && kind != "numbers") || (named && scope !~ NAME))
		return malformed("header")
	if (kind == "calls")
		is_scope[scope] = 1
	if (kind == "numbers")
		read_numbering()
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
	if ($1 !~ CONST_NAME || NF < 2 || NF > 3 || (NF == 3 && !is_number($3)) ||
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
	# libvsyscalls clears the bits that it has named: a later name of zero
	# would match the rest.
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

# NAME[.VARIANT](PARAM, ...) : TYPE [twice|leaves|rings], or noreturn
function read_call(	name, open, close_, n, i, list, tail, way) {
	open = index($0, "(")
	close_ = index($0, ")")
	name = substr($0, 1, open - 1)
	tail = substr($0, close_ + 1)
	if (open < 2 || close_ < open || name !~ CALL_NAME ||
	    tail !~ /^( : [A-Za-z_][A-Za-z0-9_]*( twice| leaves| rings)?| noreturn)$/)
		return malformed("call")
	n = split(substr($0, open + 1, close_ - open - 1), list, ",")
	way = match(tail, / (twice|leaves|rings)$/) ? substr(tail, RSTART + 1) : ""
	sub(/ (twice|leaves|rings)$/, "", tail)
	if (!add_call(name, tail ~ /noreturn$/, substr(tail, 4), n))
		return
	returns[call] = way
	above[0] = call
	for (i = 1; i <= n; i++)
		read_param(i, list[i])
}

# @unknown [COUNT] NAME[.VARIANT]...
function read_unknown(	i, k, n) {
	i = $2 ~ NUMBER ? 3 : 2
	n = i == 3 ? number($2) : UNKNOWN_ARGS
	if (NF < i || n > CAPTURES_LIMIT)
		return malformed("call")
	for (; i <= NF; i++) {
		if ($i !~ CALL_NAME)
			return malformed("call")
		if (add_call($i, 0, "hex", n)) {
			is_guess[call] = $2 !~ NUMBER
			for (k = 1; k <= n; k++)
				read_param(k, "hex arg" k)
		}
	}
}

function add_call(name, is_noreturn, type_, n) {
	if (!is_new("call of " scope, name, name))
		return 0
	call = scope SUBSEP name
	calls[++ncalls] = call
	call_at[call] = here
	noreturn[call] = is_noreturn
	result[call] = is_noreturn ? "void" : type_
	nparams[call] = n
	return 1
}

# [in|out|inout[+SET|!SET]] TYPE NAME [[LENGTH]] [= SET]
function read_param(i, text,	words, n, w, open, close_) {
	if (text ~ /^ *- *$/)
		text = "addr hole" i
	open = index(text, "[")
	close_ = index(text, "]")
	length_of[call, i] = ""
	if (open && close_ > open + 1) {
		length_of[call, i] = substr(text, open + 1, close_ - open - 1)
		text = substr(text, 1, open - 1) " " substr(text, close_ + 1)
	}
	n = split(text, words, " ")
	w = words[1] ~ /^(in|out|inout)([+!][A-Za-z_][A-Za-z0-9_]*)?$/ ? 2 : 1
	read_direction(i, w == 2 ? words[1] : "in")
	param_type[call, i] = words[w]
	param_name[call, i] = words[w + 1]
	param_set[call, i] = n == w + 3 ? words[n] : ""
	count_of[call, i] = before_of[call, i] = bytes_of[call, i] = ""
	if (n != w + 1 && !(n == w + 3 && words[w + 2] == "="))
		return broken("malformed parameter " i)
	if (words[w + 1] !~ NAME || words[w + 1] == "ret")
		return broken("parameter " i " has no proper name")
	is_new("parameter of " call_name(call), call SUBSEP words[w + 1], words[w + 1])
}

# in, out, inout, each with +SET or !SET: read also, or only, after failures in SET.
function read_direction(i, text,	at) {
	at = match(text, /[+!]/)
	param_dir[call, i] = at ? substr(text, 1, at - 1) : text
	param_fails[call, i] = at ? substr(text, at + 1) : ""
	fails_only[call, i] = at && substr(text, at, 1) == "!"
}

# Reports a call and excludes it from further checks.
function broken(what) {
	fail(here, what)
	is_broken[call] = 1
}

function call_name(c,	part) {
	split(c, part, SUBSEP)
	return part[2]
}

# A call's name without its variant.
function plain_name(name,	dot) {
	dot = index(name, ".")
	return dot ? substr(name, 1, dot - 1) : name
}

# ABI BITS CALLS ERRORS SIGNALS [UNWRITTEN]
function read_abi(	part) {
	if (NF < 5 || NF > 6 || $1 !~ NAME || $2 !~ /^(32|32arm|64)$/)
		return malformed("ABI")
	if (!is_new("ABI", $1, $1))
		return
	split($1, part, "_")
	if (!(part[1] in slot_limit))
		return fail(here, "ABI " $1 " is of no known OS")
	abis[++nabis] = $1
	abi_at[$1] = here
	abi_os[$1] = part[1]
	abi_bits[$1] = $2 + 0
	is_arm[$1] = $2 == "32arm"
	abi_calls[$1] = $3
	abi_errors[$1] = $4
	abi_signals[$1] = $5
	abi_unwritten[$1] = $6
}

# NAME OS ARCH DOORS ABI=NUMBERS[,ABI=NUMBERS]...
function read_profile(	i, n, list, pair) {
	n = split($5, list, ",")
	if (NF != 5 || $1 !~ NAME || $2 !~ NAME || $3 !~ NAME)
		return malformed("profile")
	if (!is_new("profile", $1, $1))
		return
	if (length($1) > NAME_LIMIT)
		fail(here, "name of more than " NAME_LIMIT " letters")
	profiles[++nprofiles] = $1
	profile_at[$1] = here
	profile_os[$1] = $2
	profile_arch[$1] = $3
	profile_doors[$1] = $4
	profile_abis[$1] = n
	for (i = 1; i <= n; i++) {
		if (split(list[i], pair, "=") != 2)
			return malformed("profile")
		if (is_new("ABI of " $1, pair[1], pair[1])) {
			profile_abi[$1, i] = pair[1]
			profile_numbers[$1, i] = pair[2]
		}
	}
	check_doors($4)
}

function check_doors(text,	i, list) {
	for (i = split(text, list, ","); i; i--)
		if (list[i] !~ NAME)
			malformed("profile")
}
