# SPDX-License-Identifier: GPL-2.0
#
# genswitch-check.awk: resolves names and checks that the prototypes fit together;
# see genswitch.awk.

function resolve(	i) {
	for (i = 1; i <= nentries; i++)
		resolve_entry(entries[i])
	for (i = 1; i <= ntypes; i++)
		resolve_type(types[i])
	for (i = 1; i <= nsets; i++)
		resolve_set(sets[i])
	for (i = 1; i <= ncalls; i++)
		read_alike(calls[i])
	for (i = 1; i <= ncalls; i++)
		resolve_call(calls[i])
	for (i = 1; i <= ncases; i++) {
		resolve_call(cases[i])
		resolve_values(cases[i])
	}
	for (i = 1; i <= nabis; i++)
		resolve_abi(abis[i])
	sort(doors, ndoors)
	for (i = 1; i <= nnumberings; i++)
		inherit(numberings[i])
	# Count forms in the order in which the profiles use them.
	sort(profiles, nprofiles)
	for (i = 1; i <= nprofiles; i++)
		resolve_profile(profiles[i])
	if (!nprofiles)
		fail("genswitch.awk:0", "no profile")
	for (i = 1; i <= nnumberings; i++)
		resolve_numbering(numberings[i])
	for (i = 1; i <= ncalls; i++)
		if (!(calls[i] in numbered))
			fail(call_at[calls[i]], "call " call_name(calls[i]) " has no number")
	sort(types, ntypes)
	sort(sets, nsets)
}

# Sorts by ASCII codes: awk's own comparison depends on the locale.
function sort(list, n,	i, j, k, x, gap, key) {
	for (i = 1; i <= n; i++) {
		x = list[i]
		key[x] = ""
		for (k = 1; k <= length(x); k++)
			key[x] = key[x] sprintf("%02d", index(LETTERS, substr(x, k, 1)))
	}
	for (gap = int(n / 2); gap > 0; gap = int(gap / 2))
		for (i = gap + 1; i <= n; i++) {
			x = list[i]
			for (j = i - gap; j >= 1 && key[list[j]] "" > key[x] ""; j -= gap)
				list[j + gap] = list[j]
			list[j + gap] = x
		}
}

function need_set(s, where) {
	if (s != "" && !(s in set_kind))
		fail(where, "unknown set " s)
}

# A/B means A for 32-bit guests, B for 64-bit ones.
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

# The constants of another set obey the rules of this one.
function resolve_use(s, other, i,	j, mask) {
	mask = const_mask[s, i]
	for (j = 1; j <= nconsts[other]; j++)
		if (const_name[other, j] == "use")
			fail(const_at[s, i], "set " other " uses others itself")
		else if (mask != "" && !is_within(const_value[other, j], mask))
			fail(const_at[s, i], const_name[other, j] " is not within mask " mask)
}

function resolve_call(c,	i, before) {
	if (is_broken[c])
		return
	before = nerrors
	if (!(result[c] in class))
		fail(call_at[c], "unknown type " result[c])
	for (i = 1; i <= nparams[c]; i++)
		resolve_param(c, i)
	for (i = 1; nerrors == before && i <= nparams[c]; i++)
		resolve_length(c, i)
	if (nerrors != before)
		is_broken[c] = 1
}

# The values of a case are names of the selecting parameter's set, or numbers.
function resolve_values(c,	i, p, sel, s, v) {
	p = case_parent[c]
	sel = case_by[p]
	if (is_broken[c] || is_broken[p])
		return
	s = param_set[p, sel] != "" ? param_set[p, sel] : type_set[param_type[p, sel]]
	if (!(class[param_type[p, sel]] in is_scalar))
		return fail(call_at[c], "a case by " param_name[p, sel] ", which is no value")
	if (case_mask[c] != "" && !is_number(case_mask[c]))
		return fail(call_at[c], "malformed mask " case_mask[c])
	for (i = 1; i <= case_values[c]; i++) {
		v = is_number(case_value[c, i]) ? case_value[c, i] : value_named(s, case_value[c, i])
		if (v == "")
			return fail(call_at[c], "no value is called " case_value[c, i])
		case_value[c, i] = v
		here = call_at[c]
		is_new("case of " call_name(c), p SUBSEP sprintf("%.0f", number(v)), v)
	}
}

# The value of a constant of a set, "" if it has none of that name.
function value_named(s, name,	i) {
	for (i = 1; s != "" && i <= nconsts[s]; i++) {
		if (const_name[s, i] == name)
			return const_value[s, i]
		if (const_name[s, i] == "use" && value_named(const_value[s, i], name) != "")
			return value_named(const_value[s, i], name)
	}
	return ""
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
	resolve_fails(c, i)
	if (cl in is_scalar && param_dir[c, i] != "in")
		fail(call_at[c], "parameter " param_name[c, i] " is a value and cannot be " param_dir[c, i])
}

# The results of the failed calls after which a parameter is read.
function resolve_fails(c, i,	s) {
	s = param_fails[c, i]
	if (s != "any")
		need_set(s, call_at[c])
	if (s != "" && param_dir[c, i] == "in")
		fail(call_at[c], "parameter " param_name[c, i] " is not written")
	if (s in set_kind && set_kind[s] != "enum")
		fail(call_at[c], "the failures " s " are flags")
}

# Makes T* a struct with one member without a name, so that an address always
# points to a struct.
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

function resolve_abi(a) {
	if (abi_errors[a] != "-")
		need_set(abi_errors[a], abi_at[a])
	if (abi_signals[a] != "-")
		need_set(abi_signals[a], abi_at[a])
	need_set(abi_unwritten[a], abi_at[a])
}

function resolve_profile(p,	i, a, n) {
	for (i = 1; i <= profile_abis[p]; i++) {
		if (!((p, i) in profile_abi))
			continue
		a = profile_abi[p, i]
		n = profile_numbers[p, i]
		if (!(a in abi_at))
			fail(profile_at[p], "unknown ABI " a)
		else if (!(abi_calls[a] in is_scope))
			fail(abi_at[a], "unknown calls " abi_calls[a])
		else if (!(n in numbers_at))
			fail(profile_at[p], "unknown numbers " n)
		else
			resolve_numbers(a, n)
	}
}

# A table has no gaps: each number is named or reserved.
function resolve_numbering(n,	t, nr, next_nr) {
	if (!(n in is_used))
		fail(numbers_at[n], "no profile has the numbers " n)
	if (n in progress && progress[n] == "failed")
		return
	if (!(n in has_names))
		fail(numbers_at[n], "numbers " n " name no call")
	for (t = 0; t * TABLE_SIZE < NR_LIMIT; t++) {
		next_nr = t * TABLE_SIZE
		for (nr = next_nr; nr < number_end[n, t]; nr++) {
			if (!((n, nr) in number_at))
				continue
			if (nr > next_nr)
				fail(number_at[n, nr], "numbers " next_nr "-" nr - 1 \
				     " are neither named nor reserved")
			next_nr = nr + 1
		}
	}
}

# Records the use of a numbering in an ABI.  Its Kth call is number use_nr[u, K]
# and has the form use_form[u, K].
function resolve_numbers(a, n,	u, t, nr, k) {
	u = a "_" n
	if (u in use_abi)
		return
	uses[++nuses] = u
	use_abi[u] = a
	use_numbers[u] = n
	is_used[n] = 1
	for (t = 0; t * TABLE_SIZE < NR_LIMIT; t++) {
		if (t >= table_limit[abi_os[a]] + is_arm[a] && number_end[n, t] > 0)
			fail(numbers_at[n], "ABI " a " has no table " t)
		for (nr = t * TABLE_SIZE; nr < number_end[n, t]; nr++)
			if (number_name[n, nr] != "")
				k += use_number(u, k + 1, nr)
	}
	use_calls[u] = k + 0
	for (t = 1; t <= ndoors; t++)
		if ((n, doors[t]) in door_name)
			k += use_door(u, k + 1, doors[t])
	use_all[u] = k + 0
}


# The call of door D is one of the numbering U, or its Kth, with the number of the door.
function use_door(u, k, d,	n, nr) {
	n = use_numbers[u]
	use_by_door[u, d] = called(u, plain_name(door_name[n, d]))
	if (use_by_door[u, d])
		return 0
	nr = door_nr[d]
	if ((n, nr) in number_at && number_at[n, nr] != door_at[n, d])
		return fail(door_at[n, d], "the number " nr " of " d " is already at " number_at[n, nr])
	number_name[n, nr] = door_name[n, d]
	number_at[n, nr] = door_at[n, d]
	use_by_door[u, d] = k
	return use_number(u, k, nr)
}

# Which call of a numbering has this name; 0: none.
function called(u, name,	k) {
	for (k = 1; k <= use_calls[u]; k++)
		if (plain_name(call_name(form_call[use_form[u, k]])) == name)
			return k
	return 0
}

function use_number(u, k, nr,	n, a, c) {
	a = use_abi[u]
	n = use_numbers[u]
	c = abi_calls[a] SUBSEP number_name[n, nr]
	if (!(c in call_at))
		return fail(number_at[n, nr], "unknown call " number_name[n, nr])
	numbered[c] = 1
	use_nr[u, k] = nr
	use_form[u, k] = find_form(c, (n, nr) in is_narrow ? 32 : abi_bits[a], slots_of(c, a), a)
	if ((n, nr) in said_slots && said_slots[n, nr] != nslots[use_form[u, k]])
		fail(number_at[n, nr], "call " number_name[n, nr] " takes " \
		     nslots[use_form[u, k]] + 0 " arguments, not " said_slots[n, nr])
	return 1
}

# The slots of an ABI: 32 or 64 bits, or 32arm if a value of the call takes two.
function slots_of(c, a,	i) {
	for (i = 1; is_arm[a] && !is_broken[c] && i <= nparams[c]; i++)
		if (exceeds_slot(c, i, abi_bits[a], a))
			return "32arm"
	return abi_bits[a]
}

function exceeds_slot(c, i, layout, a,	t) {
	t = param_type[c, i]
	return class[t] in is_scalar && pick(size[t], layout) * 8 > abi_bits[a]
}

# A form is a call with a layout of structures, 32 or 64 bits, and slots.
function find_form(c, layout, slots, a,	f, k, v) {
	if ((c, layout, slots) in form)
		return form[c, layout, slots]
	f = form[c, layout, slots] = ++nforms
	form_call[f] = c
	form_layout[f] = layout
	form_bits[f] = slots
	form_scope[f] = abi_calls[a]
	if (!is_broken[c])
		place_params(f, c, a)
	for (k = 1; !is_broken[c] && k <= ncases_of[c]; k++) {
		v = find_form(c SUBSEP k, layout, slots, a)
		is_case[v] = 1
		if (!is_broken[c SUBSEP k] && (nslots[v] > nslots[f] || slot_of[v, case_by[c]] != slot_of[f, case_by[c]]))
			fail(call_at[c SUBSEP k], "the slots of the case are not those of its call")
	}
	return f
}

# A value that is larger than a slot takes two.
function place_params(f, c, a,	i, slot, wide) {
	for (i = 1; i <= nparams[c]; i++) {
		wide = exceeds_slot(c, i, form_layout[f], a)
		slot += wide && is_arm[a] && slot % 2
		slot_of[f, i] = slot + 0
		if (wide)
			is_wide[f, i] = 1
		slot += 1 + wide
	}
	nslots[f] = slot + 0
	for (i = 1; i <= nparams[c]; i++)
		if (pointers(param_type[c, i]) > 0 && slot + pointers(param_type[c, i]) > CAPTURES_LIMIT)
			fail(call_at[c], "members point to more memory than a record has captures")
	if (slot > slot_limit[abi_os[a]])
		fail(call_at[c], slot " slots are too many for " a)
	for (i = 1; i <= nparams[c]; i++)
		if (takes_two(f, count_of[c, i]) || takes_two(f, before_of[c, i]) ||
		    takes_two(f, bytes_of[c, i]))
			fail(call_at[c], "length [" length_of[c, i] "] takes two slots of " a)
}
