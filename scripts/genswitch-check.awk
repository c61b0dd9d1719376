# SPDX-License-Identifier: GPL-2.0
#
# genswitch-check.awk: the second part, do the prototypes fit together?; see genswitch.awk.

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
