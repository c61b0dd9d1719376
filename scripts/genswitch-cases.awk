# SPDX-License-Identifier: GPL-2.0
#
# genswitch-cases.awk: reads calls that have other parameters by the value of one;
# see genswitch.awk.

# A case of the call above, or, with one more tab, of the case above:
# PARAM[&MASK] VALUE... (PARAM, ...) [: TYPE|noreturn], or {PARAM, ...}
function read_case(	depth, n, open, close_, sel, list, word, i, parent, tail) {
	case_line[above[0], ++nlines[above[0]]] = $0
	match($0, /^\t+/)
	depth = RLENGTH
	open = match($0, /[({]/)
	close_ = match($0, /[)}]/)
	tail = substr($0, close_ + 1)
	parent = above[depth - 1]
	if (open < 2 || close_ < open || tail !~ /^( : [A-Za-z_][A-Za-z0-9_]*| noreturn)?$/ || parent == "")
		return malformed("case")
	n = split(substr($0, depth + 1, open - depth - 1), word, " ")
	if (n < 2)
		return malformed("case")
	ncases_of[parent]++
	call = parent SUBSEP ncases_of[parent]
	above[depth] = call
	above[depth + 1] = ""
	cases[++ncases] = call
	call_at[call] = here
	case_parent[call] = parent
	noreturn[call] = tail == "" ? noreturn[parent] : tail == " noreturn"
	returns[call] = returns[parent]
	result[call] = tail ~ /^( noreturn)?$/ ? result[parent] : substr(tail, 4)
	for (i = 2; i <= n; i++)
		case_value[call, i - 1] = word[i]
	case_values[call] = n - 1
	sel = copy_params(parent, call, word[1])
	n = split(substr($0, open + 1, close_ - open - 1), list, ",")
	if (substr($0, open, 1) == "{")
		return replace_params(n, list)
	nparams[call] = sel + n
	for (i = 1; i <= n; i++)
		read_param(sel + i, list[i])
}

# Copies the parameters of a call to a case of it, and says by which of them it is
# selected.  Returns the number of that one.
function copy_params(from, to, by,	i, sel, part) {
	split(by, part, "&")
	for (i = 1; i <= nparams[from]; i++) {
		copy_param(from, to, i)
		if (param_name[from, i] == part[1])
			sel = i
	}
	nparams[to] = nparams[from]
	case_mask[to] = by ~ /&/ ? part[2] : ""
	if (!sel)
		return broken("the case names no parameter")
	if (from in case_by && (case_by[from] != sel || case_by_mask[from] != case_mask[to]))
		return broken("a case by another parameter than the one above")
	case_by[from] = sel
	case_by_mask[from] = case_mask[to]
	return sel
}

function copy_param(from, to, i) {
	param_dir[to, i] = param_dir[from, i]
	param_fails[to, i] = param_fails[from, i]
	fails_only[to, i] = fails_only[from, i]
	param_type[to, i] = param_type[from, i]
	param_name[to, i] = param_name[from, i]
	param_set[to, i] = param_set[from, i]
	length_of[to, i] = length_of[from, i]
	count_of[to, i] = before_of[to, i] = bytes_of[to, i] = ""
}

# Each of the list takes the place of the parameter with its name.
function replace_params(n, list,	i, j, name) {
	for (i = 1; i <= n; i++) {
		name = list[i]
		sub(/ *\[.*/, "", name)
		sub(/ *=.*/, "", name)
		sub(/.* /, "", name)
		for (j = 1; j <= nparams[call]; j++)
			if (param_name[call, j] == name)
				break
		if (j > nparams[call])
			return broken("the call has no parameter " name)
		read_param(j, list[i])
	}
}

# like NAME, below a call: it has the cases of that one, too, but for the values of its own.
function read_like() {
	if (NF != 2 || $2 !~ CALL_NAME || above[0] == "" || above[0] in like_call)
		return malformed("case")
	like_call[above[0]] = scope SUBSEP $2
	like_at[above[0]] = here
}

# Reads the lines of the call that C is like as if they stood below C.
function read_alike(c,	from, own, i, keep) {
	if (!(c in like_call) || is_alike[c]++)
		return
	from = like_call[c]
	here = like_at[c]
	if (!(from in call_at))
		return fail(here, "unknown call " call_name(from))
	read_alike(from)
	own = own_values(c)
	above[0] = c
	above[1] = ""
	here = like_at[c]
	for (i = 1; i <= nlines[from]; i++) {
		$0 = case_line[from, i]
		# A case of a case goes where that one goes.
		if ($0 !~ /^\t\t/)
			keep = keep_others(own)
		if (keep)
			read_case()
	}
}

function case_head(line) {
	return substr(line, 1, match(line, /[({]/) - 1)
}

# The values of all cases of C, each between blanks.
function own_values(c,	i, text) {
	text = " "
	for (i = 1; i <= nlines[c]; i++)
		if (case_line[c, i] !~ /^\t\t/)
			text = text case_head(case_line[c, i]) " "
	return text
}

# Takes the values OWN from the case in $0; returns how many are left.
function keep_others(own,	head, rest, value, i, n, left) {
	head = case_head($0)
	rest = substr($0, length(head) + 1)
	n = split(head, value, " ")
	head = "\t" value[1]
	for (i = 2; i <= n; i++)
		if (!index(own, " " value[i] " ")) {
			head = head " " value[i]
			left++
		}
	$0 = head " " rest
	return left + 0
}
