# SPDX-License-Identifier: GPL-2.0
#
# genswitch-entries.awk: reads entries of io_uring's submission queue, and writes what the
# kernel captures with them; see genswitch.awk.  An entry is a struct whose name is the
# operation.

# OPERATION[.arm](PARAM, ...)
function read_entry(	open, close_, n, i, list) {
	open = index($0, "(")
	close_ = index($0, ")")
	type = ""
	if (open < 2 || close_ != length($0) || substr($0, 1, open - 1) !~ /^[A-Z][A-Z0-9_]*(\.arm)?$/)
		return malformed("entry")
	if (!is_new("type", substr($0, 1, open - 1), substr($0, 1, open - 1)))
		return
	type = substr($0, 1, open - 1)
	types[++ntypes] = entries[++nentries] = type
	type_at[type] = here
	class[type] = "struct"
	size[type] = ENTRY_SIZE
	sign[type] = 0
	type_set[type] = ""
	is_entry[type] = 1
	n = split(substr($0, open + 1, close_ - open - 1), list, ",")
	for (i = 1; i <= n; i++)
		read_entry_param(list[i])
}

# [out] TYPE NAME OFFSET [[LENGTH]] [= SET]
function read_entry_param(text,	words, n, w, i, open, close_, length_) {
	open = index(text, "[")
	close_ = index(text, "]")
	if (open && close_ > open + 1) {
		length_ = substr(text, open + 1, close_ - open - 1)
		text = substr(text, 1, open - 1) " " substr(text, close_ + 1)
	}
	n = split(text, words, " ")
	w = words[1] == "out" ? 2 : 1
	if ((n != w + 2 && !(n == w + 4 && words[w + 3] == "=")) || words[w + 1] !~ NAME ||
	    words[w + 2] !~ NUMBER)
		return malformed("entry")
	if (!is_new("member of " type, type SUBSEP words[w + 1], words[w + 1]))
		return
	add_field(type, words[w + 1], words[w], words[w + 2])
	i = nfields[type]
	field_set[type, i] = n == w + 4 ? words[n] : ""
	field_count[type, i] = length_
	is_written[type, i] = w == 2
}

# ---- checks -----------------------------------------------------------------

# Its number, and what its members are: values, with a set of their own, or addresses.
function resolve_entry(t,	i, f) {
	entry_value[t] = value_named("io_uring_op", plain_name(t))
	if (entry_value[t] == "")
		fail(type_at[t], "no operation is called " t)
	for (i = 1; i <= nfields[t]; i++) {
		f = field_type[t, i]
		if (!(f in class) && f !~ /\*$/)
			continue	# resolve_field() says so
		if (!(f in class) || !(class[f] in is_scalar)) {
			field_type[t, i] = "ptr64"
			field_to[t, i] = is_written[t, i] ? "" : f
		} else if (field_set[t, i] != "")
			field_type[t, i] = type_with(f, field_set[t, i], type_at[t])
	}
}

# The type whose values have the names of a set.
function type_with(base, s, where,	t) {
	need_set(s, where)
	t = base "=" s
	if (t in class)
		return t
	types[++ntypes] = t
	type_at[t] = where
	class[t] = class[base]
	size[t] = size[base]
	sign[t] = sign[base]
	type_set[t] = s
	return t
}

# ---- the kernel's switch ----------------------------------------------------

function write_entries(	i, j, text, group, groups, label, body) {
	if (!nentries)
		return
	for (i = 1; i <= nentries; i++) {
		text = entries[i] ~ /\./ ? "" : entry_captures(entries[i])
		if (text == "")
			continue
		if (!(text in group)) {
			group[text] = ++groups
			body[groups] = text
		}
		j = group[text]
		label[j] = label[j] "\tcase " entry_value[entries[i]] ": /* " entries[i] " */\n"
	}
	print "\nvoid vsys_sqe_memory(struct vsys_sqe_ctx *s)\n{\n\tswitch (s->sqe->entry[0]) {"
	for (i = 1; i <= groups; i++)
		printf "%s%s\t\tbreak;\n", label[i], body[i]
	print "\t}\n}"
}

# What the members of an entry point to.
function entry_captures(t,	i, to, part, n, s) {
	for (i = 1; i <= nfields[t]; i++) {
		to = field_to[t, i]
		if (to == "")
			continue
		s = s "\t\tvsys_sqe_" (class[to] == "str" ? "str" : "buf") "(s, " field_offset[t, i]
		n = class[to] == "struct" ? pick(size[to], 64) : 1
		if (field_count[t, i] != "") {
			split(find_member(t, field_count[t, i], 0, 0), part, " ")
			s = s ", " (n == 1 ? "" : "vsys_cap_mul(") "vsys_sqe_number(s, " pick(part[1], 64) ", " \
			    pick(part[2], 64) ")" (n == 1 ? "" : ", " n ")")
		} else if (class[to] != "str")
			s = s ", " n
		s = s ");\n"
	}
	return s
}

# ---- the reader's table -----------------------------------------------------

# By the number of the operation; then those that Arm has of its own.
function write_entry_types(	i, layout) {
	layout = 64 in written ? 64 : 32
	print "\nconst struct vsys_type *const vsys_sqe_types[2][256] = {"
	for (i = 1; i <= nentries; i++)
		print "\t[" (entries[i] ~ /\./ ? 1 : 0) "][" entry_value[entries[i]] "] = types_" layout " + " \
		      type_index[entries[i]] ","
	print "};"
}
