# SPDX-License-Identifier: GPL-2.0
#
# genswitch-numbers.awk: reads numberings and completes those declared like
# another one; see genswitch.awk.  The grammar is in
# prototypes/linux/numbers/x86_64.tbl.

# @numbers NUMBERING [like BASE [below NR]]
function read_numbering(	limit) {
	limit = NF == 6 && $6 ~ NUMBER ? number($6) : NR_LIMIT
	if (NF != 2 && !(NF == 4 || (NF == 6 && $5 == "below" && $6 ~ NUMBER)) ||
	    (NF > 2 && ($3 != "like" || $4 !~ NAME)))
		return malformed("header")
	if (limit == 0 || limit > NR_LIMIT || limit % TABLE_SIZE)
		return fail(here, "no table begins at " $6)
	if (!is_new(kind, scope, scope))
		return
	numberings[++nnumberings] = scope
	numbers_at[scope] = here
	if (NF > 2) {
		base_of[scope] = $4
		base_limit[scope] = limit
	}
}

# Does the base of this numbering fill the table of NR?
function is_inherited(nr) {
	return scope in base_of && nr < base_limit[scope]
}

# @reserved FIRST[-LAST]
function read_reserved(	part, n, i, last) {
	n = split($2, part, "-")
	if (NF != 2 || n < 1 || n > 2 || part[1] !~ NUMBER || part[n] !~ NUMBER ||
	    number(part[n]) < number(part[1]))
		return malformed("reservation")
	i = number(part[1])
	last = number(part[n])
	if (is_in_table(i, last))
		for (; i <= last; i++)
			take_number(i, "")
}

# NR NAME[.VARIANT][/COUNT] ... [: 32], or + NR ...; NR is field number AT
function read_number(at,	nr, n, i, narrow, slots, part) {
	n = NF
	narrow = n > at + 2 && $(n - 1) == ":" && $n == "32"
	if (narrow)
		n -= 2
	for (i = at + 1; i <= n; i++) {
		slots[i] = split($i, part, "/") == 2 ? part[2] : ""
		if (part[1] !~ CALL_NAME || $i ~ /\/.*\// || ($i ~ /\// && slots[i] !~ NUMBER))
			break
		$i = part[1]
	}
	if ($at !~ NUMBER || n <= at || i <= n)
		return malformed("number")
	nr = number($at)
	if (!is_in_table(nr, nr + n - at - 1) || !is_in_place(nr, at == 2))
		return
	for (i = at + 1; i <= n; i++) {
		if (take_number(nr, $i) && narrow)
			has_narrow[scope] = is_narrow[scope, nr] = 1
		if (slots[i] != "")
			said_slots[scope, nr] = number(slots[i])
		nr++
	}
}

function is_in_place(nr, inserted) {
	if (inserted && !is_inherited(nr))
		return fail(here, "number " nr " is inserted, but its table has no base")
	if (!inserted && is_inherited(nr))
		return fail(here, "number " nr " is listed, but its table has a base")
	return 1
}

function is_in_table(nr, last) {
	if (last >= NR_LIMIT)
		return fail(here, "number " last " is in no table")
	if (int(nr / TABLE_SIZE) != int(last / TABLE_SIZE))
		return fail(here, "numbers " nr "-" last " are in two tables")
	return 1
}

# No is_new() check for the number: there are too many.
function take_number(nr, name,	table) {
	if ((scope, nr) in number_at)
		return fail(here, "number of " scope " " nr " is already at " number_at[scope, nr])
	if (name != "" && !is_new("name in " scope, plain_name(name), plain_name(name)))
		return 0
	if (name != "")
		has_names[scope] = 1
	number_name[scope, nr] = name
	number_at[scope, nr] = here
	table = int(nr / TABLE_SIZE)
	if (nr >= number_end[scope, table])
		number_end[scope, table] = nr + 1
	if (scope in base_of)
		own_number[scope, ++nown[scope]] = nr
	return 1
}

# intXX NAME[.VARIANT]: all calls by that door are this one
function read_door() {
	if (NF != 2 || $2 !~ CALL_NAME)
		return malformed("door")
	if (!is_new("door of " scope, $1, $1))
		return
	has_names[scope] = 1
	door_name[scope, $1] = $2
	door_at[scope, $1] = here
	if (!($1 in door_nr))
		doors[++ndoors] = $1
	door_nr[$1] = TABLE_SIZE - 256 + number("0x" substr($1, 4))
}

# - NAME[.VARIANT]...
function read_removal(	i) {
	for (i = 2; i <= NF; i++)
		if ($i !~ CALL_NAME)
			break
	if (NF < 2 || i <= NF)
		return malformed("removal")
	for (i = 2; i <= NF; i++)
		add_difference($i, "")
}

# NAME[.VARIANT] -> NAME[.VARIANT]
function read_change() {
	if (NF != 3 || $1 !~ CALL_NAME || $3 !~ CALL_NAME)
		return malformed("change")
	if ($1 == $3)
		return fail(here, "call " $1 " does not change")
	if (is_new("name in " scope, plain_name($3), plain_name($3)))
		add_difference($1, $3)
}

# Call NAME of the base becomes TO; an empty TO removes it.
function add_difference(name, to,	i) {
	if (!(scope in base_of))
		return fail(here, "numbers " scope " have no base")
	if (!is_new("difference of " scope, name, name))
		return
	i = ++ndifferences[scope]
	difference_name[scope, i] = name
	difference_at[scope, name] = here
	becomes[scope, name] = to
}

# ---- numberings that are like another one ----------------------------------

# Complete the numbering N; false if its base is unknown or not complete.
function inherit(n,	b) {
	if (!(n in base_of))
		return 1
	if (n in progress) {
		if (progress[n] == "begun")
			fail(numbers_at[n], "numbers " n " are like themselves")
		return progress[n] == "complete"
	}
	b = base_of[n]
	progress[n] = "begun"
	if (!(b in numbers_at))
		fail(numbers_at[n], "unknown base " b)
	if (b in numbers_at && inherit(b)) {
		take_tables(n, b)
		take_doors(n, b)
		progress[n] = "complete"
		return 1
	}
	progress[n] = "failed"
	return 0
}

# The arrays are local, and a call's name is their key without a prefix: this runs
# for each call of each numbering, and longer keys take longer.
function take_tables(n, b,	i, t, nr, name, differs, taken, named) {
	for (i = 1; i <= ndifferences[n]; i++) {
		name = difference_name[n, i]
		differs[name] = 1
		if (becomes[n, name] != "")
			named[plain_name(becomes[n, name])] = difference_at[n, name]
	}
	for (i = 1; i <= nown[n]; i++) {
		nr = own_number[n, i]
		taken[nr] = 1
		named[plain_name(number_name[n, nr])] = number_at[n, nr]
	}
	for (t = 0; t * TABLE_SIZE < base_limit[n]; t++)
		take_table(n, b, t, differs, taken, named)
	for (i = 1; i <= ndifferences[n]; i++) {
		name = difference_name[n, i]
		if (name in differs)
			fail(difference_at[n, name], "base " b " has no call " name)
	}
}

# The calls of table T of B take, in their order, the numbers that are not TAKEN.
# DIFFERS keeps the names not met yet, NAMED tells where N names a call.
function take_table(n, b, t, differs, taken, named,	start, from, to, end, name, where) {
	start = to = t * TABLE_SIZE
	end = number_end[b, t]
	for (from = start; from < end; from++) {
		name = number_name[b, from]
		if (name == "")
			continue
		where = number_at[b, from]
		if (name in differs) {
			delete differs[name]
			where = difference_at[n, name]
			name = becomes[n, name]
			if (name == "")
				continue
		} else if ((index(name, ".") ? plain_name(name) : name) in named) {
			fail(named[plain_name(name)], "call " name " of base " b " is neither removed nor renamed")
			continue
		}
		while (to in taken)
			to++
		if (to >= start + TABLE_SIZE)
			return fail(numbers_at[n], "table " t " is too small")
		number_name[n, to] = name
		number_at[n, to] = where
		if (has_narrow[b] && (b, from) in is_narrow)
			has_narrow[n] = is_narrow[n, to] = 1
		to++
	}
	if (to > start && to > number_end[n, t])
		number_end[n, t] = to
	has_names[n] = 1
}

# The doors of B have the same calls in N, but for those that N names.
function take_doors(n, b,	i, d) {
	for (i = 1; i <= ndoors; i++) {
		d = doors[i]
		if ((b, d) in door_name && !((n, d) in door_name)) {
			door_name[n, d] = door_name[b, d]
			door_at[n, d] = door_at[b, d]
		}
	}
}

# NUMBERING NR 0xNR NAME[.VARIANT]
function list_numbers(	i, n, t, nr) {
	sort(numberings, nnumberings)
	for (i = 1; i <= nnumberings; i++) {
		n = numberings[i]
		for (t = 0; t * TABLE_SIZE < NR_LIMIT; t++)
			for (nr = t * TABLE_SIZE; nr < number_end[n, t]; nr++)
				list_number(n, nr)
		for (t = 1; t <= ndoors; t++)
			list_number(n, door_nr[doors[t]])
	}
}

function list_number(n, nr) {
	if ((n, nr) in number_name && number_name[n, nr] != "")
		printf "%s %d 0x%x %s\n", n, nr, nr, number_name[n, nr]
}
