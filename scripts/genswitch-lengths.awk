# SPDX-License-Identifier: GPL-2.0
#
# genswitch-lengths.awk: resolves lengths of parameters and writes them as C; see genswitch.awk.

# [COUNT] or [COUNT bytes], of an iovec also [COUNT; BYTES]; before the call [COUNT => COUNT]
function resolve_length(c, i,	text, part, way, n, cl) {
	text = length_of[c, i]
	cl = class[param_type[c, i]]
	if (text == "") {
		if (cl in is_bytes || cl == "iovec" || cl == "mmsghdr" || cl == "structv")
			fail(call_at[c], "parameter " param_name[c, i] " has no length")
		return
	}
	if (cl in is_scalar || cl in is_whole)
		return fail(call_at[c], "parameter " param_name[c, i] " cannot have a length")
	in_bytes[c, i] = sub(/ bytes$/, "", text)
	n = split(text, part, "; *")
	if (n > 2 || (n == 2 && cl != "iovec"))
		return fail(call_at[c], "malformed length [" length_of[c, i] "]")
	before_of[c, i] = split(part[1], way, " => ") == 2 ? resolve_count(c, i, way[1]) : ""
	count_of[c, i] = resolve_count(c, i, before_of[c, i] == "" ? part[1] : way[2])
	if (n == 2)
		bytes_of[c, i] = resolve_count(c, i, part[2])
}

# A term, "TERM + SIZE", "TERM / SIZE", or "TERM max TERM", the first of them in memory.
function resolve_count(c, i, text,	part, by, first_, most) {
	if (match(text, / [+\/] /)) {
		by = substr(text, RSTART, 3)
		if (substr(text, RSTART + 3) !~ /^[1-9][0-9]*(\/[1-9][0-9]*)?$/)
			fail(call_at[c], "malformed length [" length_of[c, i] "]")
		return resolve_term(c, i, substr(text, 1, RSTART - 1)) by substr(text, RSTART + 3)
	}
	if (split(text, part, " max ") < 2)
		return resolve_term(c, i, text)
	first_ = resolve_term(c, i, part[1])
	most = resolve_term(c, i, part[2])
	if (first_ !~ /^@/ && first_ != 0)
		fail(call_at[c], "length [" length_of[c, i] "] has a limit, but is not in memory")
	return first_ " max " most
}

# A term becomes "ret", "#NUMBER", N of parameter N from 1 on, or "@N OFFSET
# SIZE" of the memory that parameter N points to.
function resolve_term(c, i, term,	j, name, path, place) {
	if (term ~ /^[1-9][0-9]*$/)
		return "#" term
	if (term == "ret") {
		if (param_dir[c, i] != "out" && (before_of[c, i] == "" || param_dir[c, i] != "inout"))
			fail(call_at[c], "length [ret] of a parameter that is not out")
		if (param_fails[c, i] != "" && !reads_heads(c, i))
			fail(call_at[c], "length [ret] after a failure")
		return "ret"
	}
	name = term
	sub(/^\*/, "", name)
	path = name
	sub(/^[^.]*/, "", path)
	sub(/\..*/, "", name)
	for (j = 1; j <= nparams[c]; j++)
		if (param_name[c, j] == name)
			break
	if (j > nparams[c])
		return fail(call_at[c], "length [" length_of[c, i] "] names no parameter")
	place = term ~ /^\*/ ? number_there(param_type[c, j], path) : path == "" ? "" : \
		find_member(param_type[c, j], substr(path, 2), 0, 0)
	if (path != "" && place == "")
		return fail(call_at[c], "length [" length_of[c, i] "] names no member")
	if (place != "")
		return "@" j " " place
	if (term ~ /^\*/ || !(class[param_type[c, j]] in is_count))
		return fail(call_at[c], "length [" length_of[c, i] "] is not a number")
	return j ""
}

function number_there(t, path) {
	return path == "" && t ~ /\*$/ && size[t] ~ /^[48](\/[48])?$/ ? "0 " size[t] : ""
}

# Returns OFFSET SIZE of a number in a struct or in a member of it.
function find_member(t, path, at32, at64,	i, f, name) {
	for (i = 1; i <= nfields[t]; i++) {
		f = field_type[t, i]
		name = field_name[t, i]
		if (name == path && f in class && class[f] in is_count && field_offset[t, i] !~ /-/)
			return at32 + pick(field_offset[t, i], 32) "/" \
			       at64 + pick(field_offset[t, i], 64) " " size[f]
		if (index(path, name ".") == 1 && f in class && class[f] == "struct")
			return find_member(f, substr(path, length(name) + 2),
					   at32 + pick(field_offset[t, i], 32),
					   at64 + pick(field_offset[t, i], 64))
	}
	return ""
}

# Of a message received in vain only the head is read.
function reads_heads(c, i) {
	return class[param_type[c, i]] == "msghdr"
}

function takes_two(f, count,	part) {
	split(count, part, / max | \+ | \/ /)
	return (f, part[1]) in is_wide || (f, part[2]) in is_wide
}

# ---- as C -----------------------------------------------------------------

# The value of a term, times K.
function bytes(f, term, k,	s, part, n) {
	if (term == "")
		return "U64_MAX"
	if (split(term, part, " \\+ ") == 2)
		return "vsys_cap_plus(" bytes(f, part[1], k) ", " pick(part[2], form_layout[f]) ")"
	if (split(term, part, " / ") == 2) {
		s = "vsys_cap_div(" bytes(f, part[1], 1) ", " pick(part[2], form_layout[f]) ")"
		return k == 1 ? s : "vsys_cap_mul(" s ", " k ")"
	}
	if (split(term, part, " max ") == 2)
		return least(f, part[1], bytes(f, part[2], 1), k)
	if (term ~ /^#/)
		return substr(term, 2) * k ""
	if (term == "ret")
		s = "vsys_cap_ret(c)"
	else if (term ~ /^@/) {
		split(substr(term, 2), part, " ")
		s = "vsys_cap_mem(c, " slot_of[f, part[1]] ", " pick(part[2], form_layout[f]) \
		    ", " pick(part[3], form_layout[f]) ")"
	} else {	# the upper half of a register is not part of an int
		n = pick(size[param_type[form_call[f], term]], form_layout[f])
		s = (n < 8 ? "(u" n * 8 ")" : "") "vsys_cap_arg(c, " slot_of[f, term] ")"
	}
	return k == 1 ? s : "vsys_cap_mul(" s ", " k ")"
}

# The number in memory, or the limit if there is no such memory.
function least(f, term, most, k,	s, slot) {
	split(term, slot, /[@ ]/)
	s = "vsys_cap_least(c, " slot_of[f, slot[2]] ", " bytes(f, term, 1) ", " most ")"
	return k == 1 ? s : "vsys_cap_mul(" s ", " k ")"
}
