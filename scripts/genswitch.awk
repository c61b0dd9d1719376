# SPDX-License-Identifier: GPL-2.0
#
# genswitch.awk: system call prototypes -> the kernel's switches and the
# reader's tables.
#
#	awk -f scripts/genswitch.awk -v mode=kernel prototypes/*.tbl
#	awk -f scripts/genswitch.awk -v mode=user   prototypes/*.tbl
#	awk -f scripts/genswitch.awk -v mode=check  prototypes/*.tbl
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

# ---- checking --------------------------------------------------------------

function resolve(	i) {
	for (i = 1; i <= ntypes; i++)
		resolve_type(types[i])
	for (i = 1; i <= nsets; i++)
		resolve_set(sets[i])
	for (i = 1; i <= ncalls; i++)
		resolve_call(calls[i])
	for (i = 1; i <= nprofiles; i++)
		resolve_profile(profiles[i])
	if (!nprofiles)
		fail("genswitch.awk:0", "no profile")
	for (i = 1; i <= ncalls; i++)
		if (!(calls[i] in numbered))
			fail(call_at[calls[i]], "call " call_name(calls[i]) " has no number")
	sort(types, ntypes)
	sort(sets, nsets)
	sort(profiles, nprofiles)
}

# By the letters' places in ASCII: awk compares strings as the locale says.
function sort(list, n,	i, j, k, x, key) {
	for (i = 1; i <= n; i++) {
		x = list[i]
		for (k = 1; k <= length(x); k++)
			key[x] = key[x] sprintf("%02d", index(LETTERS, substr(x, k, 1)))
		for (j = i - 1; j >= 1 && key[list[j]] "" > key[x] ""; j--)
			list[j + 1] = list[j]
		list[j + 1] = x
	}
}

function need_set(s, where) {
	if (s != "" && !(s in set_kind))
		fail(where, "unknown set " s)
}

function resolve_type(t,	i) {
	need_set(type_set[t], type_at[t])
	if (class[t] == "struct" && !nfields[t])
		fail(type_at[t], "struct " t " has no members")
	for (i = 1; i <= nfields[t]; i++)
		resolve_field(t, i)
}

# A member lies within its struct, on 32-bit and on 64-bit guests.
function resolve_field(t, i,	f, word) {
	f = field_type[t, i]
	if (!(f in class))
		return fail(field_at[t, i], "unknown type " f)
	if (class[f] == "struct" && rank[f] >= rank[t])
		return fail(field_at[t, i], "struct " f " must come before " t)
	if (!(class[f] in is_scalar) && class[f] != "struct" &&
	    pick(size[f], 64) == 0)
		return fail(field_at[t, i], "a member cannot be of type " f)
	for (word = 32; word <= 64; word += 32)
		if (pick(field_offset[t, i], word) + pick(size[f], word) > pick(size[t], word))
			return fail(field_at[t, i], "member " field_name[t, i] " ends beyond " t)
}

# Of A/B, A is for 32-bit guests, B for 64-bit ones.
function pick(text, word,	part) {
	return split(text, part, "/") == 2 && word == 64 ? part[2] + 0 : part[1] + 0
}

function resolve_set(s,	i) {
	for (i = 1; i <= nconsts[s]; i++)
		if (const_name[s, i] == "use") {
			need_set(const_value[s, i], const_at[s, i])
			resolve_use(s, const_value[s, i], i)
		}
	if (!nconsts[s])
		fail(set_at[s], "set " s " is empty")
}

# What another set has must fit here as if it had been written here.
function resolve_use(s, other, i,	j, mask) {
	mask = const_mask[s, i]
	for (j = 1; j <= nconsts[other]; j++)
		if (const_name[other, j] == "use")
			fail(const_at[s, i], "set " other " uses others itself")
		else if (mask != "" && !is_within(const_value[other, j], mask))
			fail(const_at[s, i], const_name[other, j] " is not within mask " mask)
}

function resolve_call(c,	i, good) {
	if (is_broken[c])
		return
	if (!(result[c] in class))
		fail(call_at[c], "unknown type " result[c])
	for (i = 1; i <= nparams[c]; i++)
		good += resolve_param(c, i)
	for (i = 1; good == nparams[c] && i <= nparams[c]; i++)
		resolve_length(c, i)
}

function resolve_param(c, i,	t, cl) {
	t = param_type[c, i]
	if (t ~ /\*$/ && !(t in class))
		make_pointer(t)
	if (!(t in class))
		return fail(call_at[c], "unknown type " t)
	cl = class[t]
	need_set(param_set[c, i], call_at[c])
	if ((cl == "flags" || cl == "enum") && param_set[c, i] == "" && type_set[t] == "")
		fail(call_at[c], "parameter " param_name[c, i] " has no set")
	if (cl == "void")
		fail(call_at[c], "parameter " param_name[c, i] " is void")
	if (cl in is_scalar && param_dir[c, i] != "in")
		fail(call_at[c], "parameter " param_name[c, i] " is a value and cannot be " param_dir[c, i])
	return 1
}

# T* is a struct with one member without a name, so that there is one way to
# read what an address points to.
function make_pointer(t,	base) {
	base = substr(t, 1, length(t) - 1)
	if (!(base in class) || !(class[base] in is_scalar))
		return
	types[++ntypes] = t
	class[t] = "struct"
	size[t] = size[base]
	sign[t] = 0
	type_set[t] = ""
	add_field(t, "", base, "0")
}

# [COUNT] or [COUNT bytes], of an iovec also [COUNT; BYTES]
function resolve_length(c, i,	text, part, n, cl) {
	text = length_of[c, i]
	cl = class[param_type[c, i]]
	if (text == "") {
		if (cl == "buf" || cl == "sockaddr" || cl == "iovec")
			fail(call_at[c], "parameter " param_name[c, i] " has no length")
		return
	}
	if (cl in is_scalar || cl == "str" || cl == "strv")
		return fail(call_at[c], "parameter " param_name[c, i] " cannot have a length")
	in_bytes[c, i] = sub(/ bytes$/, "", text)
	n = split(text, part, "; *")
	if (n > 2 || (n == 2 && cl != "iovec"))
		return fail(call_at[c], "malformed length [" length_of[c, i] "]")
	count_of[c, i] = resolve_term(c, i, part[1])
	if (n == 2)
		bytes_of[c, i] = resolve_term(c, i, part[2])
}

# A term becomes "ret", a number, "N" or "*N" of parameter N from 1 on.
function resolve_term(c, i, term,	star, j) {
	if (term ~ /^[1-9][0-9]*$/)
		return "#" term
	if (term == "ret") {
		if (param_dir[c, i] != "out")
			fail(call_at[c], "length [ret] of a parameter that is not out")
		return "ret"
	}
	star = sub(/^\*/, "", term)
	for (j = 1; j <= nparams[c]; j++)
		if (param_name[c, j] == term)
			break
	if (j > nparams[c])
		fail(call_at[c], "length [" length_of[c, i] "] names no parameter")
	else if (star ? !points_to_u32(param_type[c, j]) : !(class[param_type[c, j]] in is_count))
		fail(call_at[c], "length [" length_of[c, i] "] is not a number")
	return (star ? "*" : "") j
}

function points_to_u32(t) {
	return t ~ /\*$/ && size[t] == 4
}

function resolve_profile(p,	n, kind) {
	n = profile[p, "numbers"]
	for (kind = 5; kind <= 6; kind++)
		if (!((column[kind], profile[p, column[kind]]) in first))
			fail(profile_at[p], "unknown " column[kind] " " profile[p, column[kind]])
	for (kind = 9; kind <= 10; kind++)
		if (profile[p, column[kind]] != "-")
			need_set(profile[p, column[kind]], profile_at[p])
	resolve_numbers(p, n, profile[p, "calls"])
}

# A profile's Kth call is number nr_of[p, K], its prototype call_of[p, K].
function resolve_numbers(p, n, os_calls,	nr, k, next_nr, c) {
	for (nr = 0; nr < number_end[n]; nr++) {
		if (!((n, nr) in number_at))
			continue
		if (nr > next_nr)
			fail(number_at[n, nr], "numbers " next_nr + 0 "-" nr - 1 " are neither named nor reserved")
		next_nr = nr + 1
		if (number_name[n, nr] == "")
			continue
		c = os_calls SUBSEP number_call[n, nr]
		if (!(c in call_at))
			fail(number_at[n, nr], "unknown call " number_call[n, nr])
		numbered[c] = 1
		nr_of[p, ++k] = nr
		name_of[p, k] = number_name[n, nr]
		call_of[p, k] = c
	}
	known[p] = k + 0
}

# ---- the kernel's switches -------------------------------------------------

function write_kernel(	i) {
	print "/* SPDX-License-Identifier: GPL-2.0 */"
	print "/* Generated by scripts/genswitch.awk: do not edit. */"
	print "#include \"../capture.h\""
	print "#include \"../profile.h\""
	for (i = 1; i <= nprofiles; i++) {
		write_switch(profiles[i], "in", "entry")
		write_switch(profiles[i], "out", "exit")
		write_info(profiles[i])
	}
	print "\nconst struct vsys_profile vsys_profiles[] = {"
	for (i = 1; i <= nprofiles; i++)
		write_profile(profiles[i])
	print "};\nconst unsigned int vsys_nr_profiles = ARRAY_SIZE(vsys_profiles);"
}

# One group of case labels for each body: most calls share theirs with others.
function write_switch(p, dir, name,	k, text, group, groups, label, body, i) {
	for (k = 1; k <= known[p]; k++) {
		text = captures(call_of[p, k], dir, profile[p, "bits"])
		if (text == "")
			continue
		has_case[p, dir, k] = 1
		if (!(text in group)) {
			group[text] = ++groups
			body[groups] = text
		}
		i = group[text]
		label[i] = label[i] "\tcase " nr_of[p, k] ": /* " name_of[p, k] " */\n"
	}
	printf "\nstatic void %s_%s(struct vsys_capture_ctx *c, u32 nr)\n{\n\tswitch (nr) {\n", p, name
	for (i = 1; i <= groups; i++)
		printf "%s%s\t\tbreak;\n", label[i], body[i]
	print "\t}\n}"
}

function captures(c, dir, word,	i, text, s) {
	for (i = 1; i <= nparams[c]; i++) {
		s = index(param_dir[c, i], dir) ? capture(c, i, word) : ""
		if (s != "")
			text = text "\t\t" s ";\n"
	}
	return text
}

function capture(c, i, word,	cl, arg, n) {
	cl = class[param_type[c, i]]
	arg = "(c, " i - 1
	if (cl == "str" || cl == "strv")
		return "vsys_cap_" cl arg ")"
	if (cl == "msghdr")
		return "vsys_cap_msghdr" arg ", " bytes(c, count_of[c, i], 1, word) ")"
	if (cl == "iovec")
		return "vsys_cap_iov" arg ", " bytes(c, count_of[c, i], 1, word) \
		       ", " bytes(c, bytes_of[c, i], 1, word) ")"
	if (cl in is_scalar)
		return ""
	n = in_bytes[c, i] || cl in is_bytes ? 1 : pick(size[param_type[c, i]], word)
	return "vsys_cap_buf" arg ", " bytes(c, count_of[c, i] == "" ? "#1" : count_of[c, i], n, word) ")"
}

# The value of a term, times K.
function bytes(c, term, k, word,	s) {
	if (term == "")
		return "U64_MAX"
	if (term ~ /^#/)
		return substr(term, 2) * k ""
	if (term == "ret")
		s = "vsys_cap_ret(c)"
	else if (term ~ /^\*/)
		s = "vsys_cap_u32(c, " substr(term, 2) - 1 ")"
	else	# the upper half of a register is not part of an int
		s = (pick(size[param_type[c, term]], word) < 8 ? "(u32)" : "") "vsys_cap_arg(c, " term - 1 ")"
	return k == 1 ? s : "vsys_cap_mul(" s ", " k ")"
}

function write_info(p,	k, c) {
	printf "\nstatic const u16 %s_info[] = {\n", p
	for (k = 1; k <= known[p]; k++) {
		c = call_of[p, k]
		printf "\t[%d] = %d | VSYS_CALL_KNOWN%s%s%s,\n", nr_of[p, k], nparams[c],
		       (p, "in", k) in has_case ? " | VSYS_CALL_IN" : "",
		       (p, "out", k) in has_case ? " | VSYS_CALL_OUT" : "",
		       noreturn[c] ? " | VSYS_CALL_NORETURN" : ""
	}
	print "};"
}

function write_profile(p,	n, i, door, mask) {
	n = split(profile[p, "doors"], door, ",")
	for (i = 1; i <= n; i++)
		mask = mask (i > 1 ? " | " : "") "1 << VSYS_DOOR_" toupper(door[i])
	print "\t{"
	printf "\t\t.name = \"%s\",\n", p
	printf "\t\t.os = VSYS_OS_%s,\n", toupper(profile[p, "os"])
	printf "\t\t.arch = VSYS_ARCH_%s,\n", toupper(profile[p, "arch"])
	printf "\t\t.calls = %d,\n", known[p]
	printf "\t\t.doors = %s,\n", mask
	printf "\t\t.abi = %s,\n", first_abi(p)
	printf "\t\t.info = %s_info,\n", p
	printf "\t\t.nr_info = ARRAY_SIZE(%s_info),\n", p
	printf "\t\t.entry = %s_entry,\n", p
	printf "\t\t.exit = %s_exit,\n", p
	print "\t},"
}

function first_abi(p,	abi) {
	split(profile[p, "abis"], abi, ",")
	return "VSYS_ABI_" toupper(abi[1])
}

# ---- the reader's tables ---------------------------------------------------

function write_user(	i, word) {
	print "/* SPDX-License-Identifier: GPL-2.0 */"
	print "/* Generated by scripts/genswitch.awk: do not edit. */"
	print "#include <stddef.h>"
	print "#include \"../tables.h\""
	write_sets()
	for (i = 1; i <= nprofiles; i++) {
		word = profile[profiles[i], "bits"]
		if (!written[word]++)
			write_types(word)
		write_calls(profiles[i], word)
	}
	print "\nconst struct vsys_table vsys_tables[] = {"
	for (i = 1; i <= nprofiles; i++)
		write_table(profiles[i])
	print "};\nconst unsigned int vsys_ntables = sizeof(vsys_tables) / sizeof(vsys_tables[0]);"
}

function write_sets(	i, j, s, n) {
	print "\nstatic const struct vsys_const consts[] = {"
	for (i = 1; i <= nsets; i++) {
		s = sets[i]
		set_index[s] = i - 1
		first_const[s] = n + 0
		print "\t/* " s " */"
		for (j = 1; j <= nconsts[s]; j++)
			if (const_name[s, j] == "use")
				n += write_used(s, const_value[s, j], const_mask[s, j])
			else
				n += write_const(s, s, j, const_mask[s, j])
		set_size[s] = n - first_const[s]
	}
	print "};\n\nstatic const struct vsys_set sets[] = {"
	for (i = 1; i <= nsets; i++) {
		s = sets[i]
		printf "\t{ \"%s\", %d, %d, consts + %d },\n", s,
		       (set_kind[s] == "flags"), set_size[s], first_const[s]
	}
	print "};"
}

function write_used(s, other, mask,	j) {
	for (j = 1; j <= nconsts[other]; j++)
		write_const(s, other, j, mask == "" ? const_mask[other, j] : mask)
	return nconsts[other]
}

# A flag covers its own bits; a name of zero covers all of them.
function write_const(s, from, j, mask,	v) {
	v = const_value[from, j]
	if (set_kind[s] == "enum")
		mask = "0"
	else if (mask == "")
		mask = number(v) == 0 ? "~0ULL" : v
	printf "\t{ \"%s\", %s, %s },\n", const_name[from, j],
	       v ~ /^-/ ? "(uint64_t)" v : v, mask
	return 1
}

function set_ref(s) {
	return s == "" || s == "-" ? "NULL" : "sets + " set_index[s]
}

function write_types(word,	i, t, n) {
	printf "\nstatic const struct vsys_field fields_%d[] = {\n", word
	for (i = 1; i <= ntypes; i++) {
		t = types[i]
		type_index[t] = i - 1
		first_field[t] = n + 0
		n += write_fields(t, "", 0, word)
		all_fields[t] = n - first_field[t]
	}
	printf "};\n\nstatic const struct vsys_type types_%d[] = {\n", word
	for (i = 1; i <= ntypes; i++) {
		t = types[i]
		printf "\t{ \"%s\", VSYS_CL_%s, %d, %d, %s, %d, %s },\n", t,
		       toupper(class[t]), sign[t], pick(size[t], word), set_ref(type_set[t]),
		       all_fields[t], all_fields[t] ? "fields_" word " + " first_field[t] : "NULL"
	}
	print "};"
}

# A struct within a struct becomes its members, named outer.inner.
function write_fields(t, prefix, base, word,	i, f, name, offset, n) {
	for (i = 1; i <= nfields[t]; i++) {
		f = field_type[t, i]
		name = prefix field_name[t, i]
		offset = base + pick(field_offset[t, i], word)
		if (class[f] == "struct") {
			n += write_fields(f, name ".", offset, word)
			continue
		}
		printf "\t{ \"%s\", %d, %d, %d, VSYS_CL_%s, %s },\n", name, offset,
		       pick(size[f], word), sign[f], toupper(class[f]), set_ref(type_set[f])
		n++
	}
	return n + 0
}

function write_calls(p, word,	k, c, i, at) {
	printf "\nstatic const struct vsys_param %s_params[] = {\n", p
	for (k = 1; k <= known[p]; k++)
		for (i = 1; i <= nparams[call_of[p, k]]; i++)
			write_param(call_of[p, k], i, word)
	printf "};\n\nstatic const struct vsys_call %s_calls[] = {\n", p
	for (k = 1; k <= known[p]; k++) {
		c = call_of[p, k]
		printf "\t{ %d, \"%s\", %s, %d, types_%d + %d, %s_params + %d },\n", nr_of[p, k],
		       name_of[p, k], noreturn[c] ? "VSYS_CALLF_NORETURN" : "0",
		       nparams[c], word, type_index[result[c]], p, at
		at += nparams[c]
	}
	print "};"
}

function write_param(c, i, word,	d) {
	d = param_dir[c, i]
	d = d == "inout" ? "VSYS_DIR_IN | VSYS_DIR_OUT" : "VSYS_DIR_" toupper(d)
	printf "\t{ \"%s\", types_%d + %d, %s, %s },\n", param_name[c, i], word,
	       type_index[param_type[c, i]], d, set_ref(param_set[c, i])
}

function write_table(p) {
	printf "\t{ \"%s\", VSYS_OS_%s, VSYS_ARCH_%s, %s, %d, %s_calls, %s, %s },\n", p,
	       toupper(profile[p, "os"]), toupper(profile[p, "arch"]), first_abi(p), known[p], p,
	       set_ref(profile[p, "errors"]), set_ref(profile[p, "signals"])
}
