# SPDX-License-Identifier: GPL-2.0
#
# Compare lines of vsysread with those of strace for the same program, argument by
# argument.
#
#	awk -f lines.awk EXCEPTIONS STRACE TRACE
#
# An exception is a line
#
#	CALL PLACE REASON...	PLACE: the argument, from 0 on, "=" the result, "*" all
#
# CALL of fcntl and the like is fcntl/F_SETLK.
#
# REASON "varies": numbers in it differ from run to run and are not compared.  "form",
# "more": each number and each name in capitals that strace shows must be there, too.
# "other", "weaker": nothing is compared.

# The argument that says what the others of these calls are.
BEGIN {
	split("fcntl 1 ioctl 1 prctl 0 keyctl 0 shmctl 1 semctl 2 msgctl 1 setsockopt 2 " \
	      "getsockopt 2 futex 1 ptrace 0 bpf 0 arch_prctl 0 socket 0 seccomp 0", list_, " ")
	for (i_ = 1; i_ in list_; i_ += 2)
		selector[list_[i_]] = list_[i_ + 1]
}

# Splits the arguments of a line at the commas outside of brackets and quotes.
# Fills part[0..n-1], part["="], part["name"] and returns n; -1: not a call.
function split_line(line, part,	i, c, depth, quoted, n, from, end) {
	i = index(line, "(")
	if (line !~ /^[a-z0-9_]+\(/)
		return -1
	part["name"] = substr(line, 1, i - 1)
	from = i + 1
	n = 0
	for (i = from; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (quoted) {
			if (c == "\\")
				i++
			else if (c == "\"")
				quoted = 0
		} else if (c == "\"")
			quoted = 1
		else if (c ~ /[\[{(]/)
			depth++
		else if (c == ")" && depth == 0)
			break
		else if (c ~ /[\]})]/)
			depth--
		else if (c == "," && depth == 0) {
			part[n++] = substr(line, from, i - from)
			from = i + 2
		}
	}
	if (i > from || n)
		part[n++] = substr(line, from, i - from)
	end = substr(line, i + 1)
	sub(/^ *= */, "", end)
	part["="] = end
	return n
}

# Numbers become N, so that only the form is compared.
function form(s) {
	gsub(/0x[0-9a-f]+|[0-9]+/, "N", s)
	return s
}

function hex(s,	i, v) {
	for (i = 3; i <= length(s); i++)
		v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
	return v
}

# Fills SET with the numbers and names of S.
function facts(s, set,	n, i, part) {
	split("", set)
	n = split(s, part, /[^A-Za-z0-9_]+/)
	for (i = 1; i <= n; i++)
		if (part[i] ~ /^0x[0-9a-f]+$/)
			set[sprintf("%.0f", hex(part[i]))] = 1
		else if (part[i] ~ /^[0-9]+$/)
			set[sprintf("%.0f", part[i])] = 1
		else if (part[i] ~ /^[A-Z][A-Z0-9_][A-Z0-9_]+$/)
			set[part[i]] = 1
}

# Has B all numbers and names of A?
function contained(a, b,	fact) {
	facts(a, theirs_)
	facts(b, ours_)
	for (fact in theirs_)
		if (!(fact in ours_))
			return 0
	return 1
}

# Is place P of both the same, or excepted?  strace does not say that memory is absent.
function same(name, p, a, b,	key, why) {
	sub(/<gap>$/, "", b)
	if (a == b)
		return 1
	if (list) {
		print name, p, form(a) == form(b) ? "varies" : "weaker"
		return 0
	}
	for (key = name " " p; ; key = name " *") {
		if (key in reason) {
			why = reason[key]
			used[key] = 1
			if (why ~ /^varies/ && form(a) == form(b))
				return 1
			if (why !~ /^varies/) {
				if (why ~ /^(form|more)$/ && !contained(a, b))
					return 0
				weaker += why ~ /^weaker/
				judged++
				return 1
			}
		}
		if (key == name " *")
			return 0
	}
}

function compare(line, theirs,	n, m, i, bad, name) {
	split("", a)
	split("", b)
	n = split_line(theirs, a)
	m = split_line(line, b)
	# Younger than strace.
	if (a["name"] ~ /^syscall_0x/)
		return 1
	if (a["name"] != b["name"]) {
		print "# other calls:\n#   " theirs "\n#   " line
		return 0
	}
	name = a["name"]
	if (name in selector)
		name = name "/" a[selector[name]]
	gsub(/ /, "_", name)
	bad = !same(name, "=", a["="], b["="])
	for (i = 0; i < n || i < m; i++)
		bad += !same(name, i, i < n ? a[i] "" : "", i < m ? b[i] "" : "")
	if (bad && !list)
		print "#   " theirs "\n#   " line
	return !bad
}

FILENAME == ARGV[1] && /^[a-z]/ {
	reason[$1 " " $2] = $3
	place_of[$1 " " $2] = FNR
}
FILENAME == ARGV[2] && /^[a-z0-9_]+\(/ { their[++theirs] = $0 }
FILENAME == ARGV[3] && /^[a-z0-9_]+\(/ { our[++ours] = $0 }

END {
	for (i = 1; i <= theirs && i <= ours; i++) {
		if (their[i] == our[i])
			equal++
		if (!compare(our[i], their[i]))
			different++
	}
	if (list)
		exit
	for (key in reason)
		if (!(key in used)) {
			print "# exceptions line " place_of[key] ": nothing needs " key
			unneeded++
		}
	print "# " theirs + 0 " calls of strace, " ours + 0 " of the trace: " equal + 0 " equal, " \
		different + 0 " different; of arguments, " judged + 0 " excepted by name, " weaker + 0 " of them weaker"
	exit theirs < 500 || ours != theirs || different > 0 || (strict && unneeded)
}
