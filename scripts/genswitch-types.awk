# SPDX-License-Identifier: GPL-2.0
#
# genswitch-types.awk: reads, checks and writes types and their members; see genswitch.awk.

# NAME CLASS SIZE [signed|unsigned] [= SET]
function read_type(	i) {
	type = ""
	if ($1 !~ NAME || NF < 3 || $3 !~ /^[0-9]+(\/[0-9]+)?$/)
		return malformed("type")
	if (!is_new("type", $1, $1))
		return
	type = $1
	types[++ntypes] = type
	type_at[type] = here
	class[type] = $2
	size[type] = $3
	sign[type] = $2 in is_signed
	type_set[type] = ""
	if (!($2 in is_class))
		fail(here, "unknown class " $2)
	else if ($2 in is_scalar && $3 !~ /^[1248](\/[1248])?$/)
		fail(here, "no number has " $3 " bytes")
	i = 4
	if ($i == "signed" || $i == "unsigned")
		sign[type] = $(i++) == "signed"
	if ($i == "=" && i + 1 == NF)
		type_set[type] = $NF
	else if (i <= NF)
		malformed("type")
}

# A member of the struct above: NAME TYPE OFFSET [-> TARGET [COUNT]].  An offset "-" is of a
# layout that has no such member; TYPE[] is an array.
function read_field() {
	if (type == "" || class[type] !~ /^(structv?|[sc]qes)$/)
		return fail(here, "member outside of a struct")
	if ((NF != 3 && (NF < 5 || NF > 6 || $4 != "->")) || $1 !~ NAME ||
	    $3 !~ /^([0-9]+|[0-9]+\/[0-9]+|-\/[0-9]+|[0-9]+\/-)$/)
		return malformed("member")
	if (!is_new("member of " type, $1, $1))
		return
	add_field(type, $1, $2, $3)
	field_to[type, nfields[type]] = $5
	field_count[type, nfields[type]] = $6
}

# A line below a member: MEMBER[&MASK] VALUE TYPE, the type of the member above where MEMBER has
# VALUE.
function read_variant(	i, n, part) {
	i = nfields[type]
	split($1, part, "&")
	if (type == "" || !i || NF != 3 || part[1] !~ NAME || !is_number($2) ||
	    ($1 ~ /&/ && !is_number(part[2])))
		return malformed("member")
	n = ++nvariants[type, i]
	variant_by[type, i, n] = part[1]
	variant_mask[type, i, n] = $1 ~ /&/ ? part[2] : "~0ULL"
	variant_value[type, i, n] = $2
	variant_type[type, i, n] = $3
	variant_at[type, i, n] = here
}

function add_field(t, name, ftype, offset,	i) {
	i = ++nfields[t]
	field_name[t, i] = name
	field_type[t, i] = ftype
	field_offset[t, i] = offset
	field_at[t, i] = here
}

# ---- checks -----------------------------------------------------------------

function resolve_type(t,	i) {
	need_set(type_set[t], type_at[t])
	if (class[t] == "struct" && !nfields[t] && !(t in is_entry))
		fail(type_at[t], "struct " t " has no members")
	for (i = 1; i <= nfields[t]; i++)
		resolve_field(t, i)
}

# A member must lie within its struct, on 32-bit and on 64-bit guests.
function resolve_field(t, i,	f, word) {
	f = field_type[t, i]
	if (f ~ /\[\]$/)
		resolve_array(t, i, f)
	if (!(f in class))
		return fail(field_at[t, i], "unknown type " f)
	nwalks++
	if (class[f] == "struct" && holds(f, t)) {
		is_round[t] = 1
		return fail(field_at[t, i], "struct " t " holds itself")
	}
	if (class[f] in is_tail && pick(size[f], 64) == 0 && i < nfields[t])
		return fail(field_at[t, i], "member " field_name[t, i] " must be the last")
	if (!(class[f] in is_scalar) && class[f] != "struct" && !(class[f] in is_tail) &&
	    pick(size[f], 64) == 0)
		return fail(field_at[t, i], "a member cannot be of type " f)
	if (class[f] != "struct" && pick(size[f], 64) > MEMBER_LIMIT)
		return fail(field_at[t, i], "member " field_name[t, i] " has more than " \
			    MEMBER_LIMIT " bytes")
	resolve_target(t, i)
	for (word = 1; word <= nvariants[t, i]; word++)
		resolve_variant(t, i, word)
	for (word = 32; word <= 64; word += 32)
		if (class[t] !~ /^[sc]qes$/ && has_field(t, i, word) &&
		    pick(field_offset[t, i], word) + pick(size[f], word) > pick(size[t], word))
			return fail(field_at[t, i], "member " field_name[t, i] " ends beyond " t)
}

# An array of structs, as many as the member before it says whose name ends in Count.
function resolve_array(t, i, f,	of, j) {
	of = substr(f, 1, length(f) - 2)
	if (!(of in class) || class[of] != "struct")
		return fail(field_at[t, i], "no array of " of)
	for (j = i - 1; j && field_name[t, j] !~ /Count$/; j--)
		;
	if (!j)
		fail(field_at[t, i], "member " field_name[t, i] " has no count")
	class[f] = "array"
	size[f] = "0"
	sign[f] = 0
	type_set[f] = ""
	field_to[t, i] = of
}

# What the array is of that a struct ends in.
function element(t,	f) {
	f = field_type[t, nfields[t] + 0]
	return f ~ /\[\]$/ ? substr(f, 1, length(f) - 2) : ""
}

# Does a layout have the member?
function has_field(t, i, word,	part) {
	return part[split(field_offset[t, i], part, "/") == 2 && word == 64 ? 2 : 1] != "-"
}

# The memory that a member points to.
function resolve_target(t, i,	to, n) {
	to = field_to[t, i]
	n = field_count[t, i]
	if (to == "" || class[field_type[t, i]] == "array")
		return
	if (to ~ /\*$/ && !(to in class))
		make_pointer(to)
	if (!(to in class))
		return fail(field_at[t, i], "unknown type " to)
	if (class[field_type[t, i]] != "ptr" || (class[to] != "str" && class[to] != "struct" &&
	    class[to] != "buf" && class[to] != "sockaddr") || class[t] != "struct")
		return fail(field_at[t, i], "member " field_name[t, i] " cannot point to " to)
	if (n == "" ? class[to] ~ /^(buf|sockaddr)$/ : class[to] == "str" || find_member(t, n, 0, 0) == "")
		return fail(field_at[t, i], "member " field_name[t, i] " has no length")
}

# A member that says what type another one has.
function resolve_variant(t, i, n,	by, v, f) {
	by = variant_by[t, i, n]
	v = variant_type[t, i, n]
	f = field_type[t, i]
	if (place_of(t, by) == "")
		fail(variant_at[t, i, n], "no member is called " by)
	if (!(v in class) || !(class[f] in is_scalar) ||
	    (class[v] != "void" && (!(class[v] in is_scalar) || size[v] != size[f])))
		fail(variant_at[t, i, n], "not a number as large as member " field_name[t, i] ": " v)
}

# OFFSET SIZE of a member that is a number.
function place_of(t, name,	i, f) {
	for (i = 1; i <= nfields[t]; i++) {
		f = field_type[t, i]
		if (field_name[t, i] == name && f in class && class[f] in is_scalar &&
		    field_offset[t, i] !~ /-/)
			return field_offset[t, i] " " size[f]
	}
	return ""
}

# Is struct T within struct OUTER, or the same?  A walk visits each struct once.
function holds(outer, t,	i, f) {
	if (outer == t)
		return 1
	if (walked[outer] == nwalks)
		return 0
	walked[outer] = nwalks
	for (i = 1; i <= nfields[outer]; i++) {
		f = field_type[outer, i]
		if (f in class && class[f] == "struct" && holds(f, t))
			return 1
	}
	return 0
}

# ---- the reader's tables ---------------------------------------------------

function write_types(word,	i, t, n) {
	printf "\nstatic const struct vsys_type types_%d[%d];\n", word, ntypes
	for (i = 1; i <= ntypes; i++)
		type_index[types[i]] = i - 1
	for (i = 1; i <= ntypes; i++)
		write_variants(types[i], word)
	printf "\nstatic const struct vsys_field fields_%d[] = {\n", word
	for (i = 1; i <= ntypes; i++) {
		t = types[i]
		first_field[t] = n + 0
		n += write_fields(t, "", 0, word)
		all_fields[t] = n - first_field[t]
	}
	printf "};\n\nstatic const struct vsys_type types_%d[%d] = {\n", word, ntypes
	for (i = 1; i <= ntypes; i++) {
		t = types[i]
		printf "\t{ \"%s\", VSYS_CL_%s, %d, %d, %s, %d, %s },\n", t,
		       toupper(class[t]), sign[t], pick(size[t], word), set_ref(type_set[t]),
		       all_fields[t], all_fields[t] ? "fields_" word " + " first_field[t] : "NULL"
	}
	print "};"
}

# Writes the members of a struct within a struct as outer.inner.
function write_fields(t, prefix, base, word,	i, f, name, offset, n) {
	for (i = 1; i <= nfields[t]; i++) {
		if (!has_field(t, i, word))
			continue
		f = field_type[t, i]
		name = prefix field_name[t, i]
		offset = base + pick(field_offset[t, i], word)
		if (class[f] == "struct") {
			n += write_fields(f, name ".", offset, word)
			continue
		}
		printf "\t{ \"%s\", %d, %d, %d, VSYS_CL_%s, %s, %s, %d, %s },\n", name, offset,
		       pick(size[f], word), sign[f], toupper(class[f]), set_ref(type_set[f]),
		       type_ref(field_to[t, i] "", word), nvariants[t, i], variants_ref(t, i, word)
		n++
	}
	return n + 0
}

function type_ref(t, word) {
	return t == "" ? "NULL" : "types_" word " + " type_index[t]
}

function variants_ref(t, i, word) {
	return nvariants[t, i] ? "variants_" word "_" type_index[t] "_" i : "NULL"
}

# The other types of members, by the value of another member of their struct.
function write_variants(t, word,	i, n, part) {
	for (i = 1; i <= nfields[t]; i++) {
		if (!nvariants[t, i] || !has_field(t, i, word))
			continue
		printf "\nstatic const struct vsys_variant variants_%d_%d_%d[] = {\n", word, type_index[t], i
		for (n = 1; n <= nvariants[t, i]; n++) {
			split(place_of(t, variant_by[t, i, n]), part, " ")
			printf "\t{ %d, %d, %s, %s, types_%d + %d },\n", pick(part[1], word) - pick(field_offset[t, i], word),
			       pick(part[2], word), variant_mask[t, i, n], variant_value[t, i, n], word, type_index[variant_type[t, i, n]]
		}
		print "};"
	}
}

# ---- the kernel's switches --------------------------------------------------

# Captures of what the members of a struct point to, which stands BASE bytes from the begin
# of the memory that slot ARG points to.
function pointed(f, arg, t, base, indent,	i, s, at, to, n) {
	for (i = 1; i <= nfields[t]; i++) {
		at = base + pick(field_offset[t, i], form_layout[f])
		to = field_to[t, i]
		if (class[field_type[t, i]] == "struct")
			s = s pointed(f, arg, field_type[t, i], at, indent)
		if (to == "" || class[field_type[t, i]] == "array")
			continue
		s = s ";\n" indent "vsys_cap_member_" (class[to] == "str" ? "str" : "buf") "(c, " arg ", " at ", " \
		    pick(size[field_type[t, i]], form_layout[f])
		n = class[to] == "struct" ? pick(size[to], form_layout[f]) : 1
		if (class[to] != "str")
			s = s ", " (field_count[t, i] == "" ? n : members(f, t, field_count[t, i], base, n))
		s = s ")"
	}
	return s
}

# How many members of a struct point to memory.
function pointers(t,	i, n) {
	for (i = 1; !(t in is_round) && i <= nfields[t]; i++)
		n += (field_to[t, i] != "" && class[field_type[t, i]] != "array") + (class[field_type[t, i]] == "struct" ? pointers(field_type[t, i]) : 0)
	return n + 0
}

# The value of a member of the struct at BASE, times K.
function members(f, t, name, base, k,	part, s) {
	split(find_member(t, name, 0, 0), part, " ")
	s = "vsys_cap_member(c, " base + pick(part[1], form_layout[f]) ", " pick(part[2], form_layout[f]) ")"
	return k == 1 ? s : "vsys_cap_mul(" s ", " k ")"
}
