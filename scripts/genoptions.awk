# SPDX-License-Identifier: GPL-2.0
#
# genoptions.awk: userspace/vsysread/options.tbl -> the option tables, the help text,
# completions and the option list of the man page.
#
#	awk -f scripts/genoptions.awk -v mode=header|c|bash|zsh|man FILE...
#
# header, c: the options for getopt_long() and the text of --help; bash, zsh: the
# part of the completion that depends on the table; man: the option list.  The last
# three also read a frame and replace its line @OPTIONS@:
#
#	awk -f scripts/genoptions.awk -v mode=man options.tbl vsysread.1.in
#
# The head of the table states the grammar.  An error is FILE:LINE: MESSAGE, on
# stderr; nothing is written then and the exit status is 1.  POSIX awk only.

function fail(what)
{
	printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
	failed = 1
}

# An item: kinds are g(roup), o(ption), e(xpr), c(ommand).
function add(kind, name)
{
	if ((kind, name) in seen)
		fail(name " is there twice")
	seen[kind, name] = 1
	n++
	kinds[n] = kind
	names[n] = name
	helps[n] = mans[n] = shorts[n] = args[n] = completions[n] = ""
	optional[n] = 0
}

function completion(word)
{
	if (word !~ /^(file|pid|name|profile|call)$/ && word !~ /^\{[a-z0-9,-]+\}\*?$/)
		fail(word ": no such completion")
	completions[n] = word
}

function option(	i, name)
{
	i = 1
	if ($1 ~ /^-[A-Za-z]$/)
		i = 2
	name = $i
	sub(/^--/, "", name)
	sub(/(\[=|=).*/, "", name)
	if ($i !~ /^--[a-z]/ || name !~ /^[a-z][a-z-]*$/ || NF > i + 1) {
		fail("not [-X] --NAME[=ARG] [COMPLETION]")
		return
	}
	add("o", name)
	if (i == 2) {
		shorts[n] = substr($1, 2)
		if (shorts[n] in taken)
			fail($1 " is there twice")
		taken[shorts[n]] = 1
	}
	args[n] = substr($i, length(name) + 3)
	optional[n] = args[n] ~ /^\[=/
	if (NF > i)
		completion($(i + 1))
}

function expr(	at)
{
	at = index($2, "=")
	if (!at || NF < 2 || NF > 3) {
		fail("not @expr KIND=ARG [COMPLETION]")
		return
	}
	if (n && kinds[n] != "e")
		owner = n
	add("e", substr($2, 1, at - 1))
	args[n] = substr($2, at)
	if (NF == 3)
		completion($3)
}

function c_string(s)
{
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	return "\"" s "\\n\"\n"
}

function identifier(name)
{
	gsub(/-/, "_", name)
	return name
}

function spaces(count,	s)
{
	for (s = ""; length(s) < count;)
		s = s " "
	return s
}

# "  -p, --pid=PID" and its text from column 26 on
function help(i,	head, lines, count, j, s)
{
	if (kinds[i] == "g")
		return c_string(names[i] ":")
	if (kinds[i] == "o")
		head = "  " (shorts[i] != "" ? "-" shorts[i] ", " : "    ") "--" names[i] args[i]
	else if (kinds[i] == "e")
		head = "        " names[i] args[i]
	else
		head = "  vsysread " names[i] args[i]
	count = split(helps[i], lines, "\n")
	j = 1
	if (length(head) < 26)
		head = head spaces(26 - length(head)) lines[j++]
	s = c_string(head)
	for (; j <= count; j++)
		s = s c_string(spaces(26) lines[j])
	return s
}

function print_header(	i)
{
	print "/* Made by genoptions.awk from options.tbl; do not edit. */"
	for (i = 1; i <= n; i++)
		if (kinds[i] == "o")
			printf "int opt_%s(struct options *o, char *arg);\n", identifier(names[i])
}

function print_c(	i, value, short)
{
	print "/* Made by genoptions.awk from options.tbl; do not edit. */"
	print "#include <getopt.h>"
	print "#include <stddef.h>"
	print "#include \"option.h\""
	print ""
	print "const struct option_def option_defs[] = {"
	for (i = 1; i <= n; i++) {
		if (kinds[i] != "o")
			continue
		value = optional[i] ? "optional_argument" : \
			args[i] != "" ? "required_argument" : "no_argument"
		short = shorts[i] != "" ? "'" shorts[i] "'" : "0"
		printf "\t{ %s, \"%s\", %s, opt_%s },\n", short, names[i], value,
			identifier(names[i])
	}
	print "\t{ 0, NULL, 0, NULL },"
	print "};"
	print ""
	print "const char option_help[] ="
	for (i = 1; i <= n; i++)
		printf "%s", help(i)
	print ";"
}

# Escapes -, which roff prints as a hyphen.
function roff(s)
{
	gsub(/\\/, "\\e", s)
	gsub(/-/, "\\-", s)
	gsub(/'/, "\\(aq", s)
	return s
}

function man_heading(i,	arg, short)
{
	if (kinds[i] == "g")
		return ".SS " names[i]
	if (kinds[i] == "c")
		return ".TP\n.B vsysread " names[i]
	arg = roff(args[i])
	# Punctuation stays bold: [= and =.
	if (match(arg, /^\[?=/))
		arg = substr(arg, 1, RLENGTH) "\\fI" substr(arg, RLENGTH + 1) "\\fR"
	if (kinds[i] == "e")
		return ".TP\n\\fB" names[i] arg "\\fR"
	if (shorts[i] != "")
		short = "\\fB\\-" shorts[i] "\\fR, "
	return ".TP\n" short "\\fB\\-\\-" roff(names[i]) arg "\\fR"
}

# Prints the kinds of -e indented below it.
function print_man(	i, inside)
{
	for (i = 1; i <= n; i++) {
		if (kinds[i] == "e" && !inside)
			print ".RS"
		if (kinds[i] != "e" && inside)
			print ".RE"
		inside = kinds[i] == "e"
		print man_heading(i)
		if (mans[i] != "")
			print mans[i]
		else if (helps[i] != "")
			print roff(toupper(substr(helps[i], 1, 1)) substr(helps[i], 2)) "."
	}
}

# {a,b}* -> "a b"
function words(list)
{
	gsub(/[{}*]/, "", list)
	gsub(/,/, " ", list)
	return list
}

function bash_action(what, list)
{
	if (what == "")
		return "return"
	if (what ~ /^\{.*\*$/)
		return "_vsysread_list \"" words(what) "\" \"" list "\""
	if (what ~ /^\{/)
		return "_vsysread_words \"" words(what) "\" \"" list "\""
	return "_vsysread_" what " \"" list "\""
}

function print_bash(	i, all, commands, kinds_of_e, short, action)
{
	for (i = 1; i <= n; i++) {
		if (kinds[i] == "o") {
			all = all " --" names[i] (args[i] != "" && !optional[i] ? "=" : "")
			if (shorts[i] != "")
				all = all " -" shorts[i]
		}
		if (kinds[i] == "c")
			commands = commands " " names[i]
		if (kinds[i] == "e")
			kinds_of_e = kinds_of_e " " names[i] "="
	}
	print "_vsysread_options=\"" substr(all, 2) "\""
	print "_vsysread_commands=\"" substr(commands, 2) "\""
	print ""
	print "# _vsysread_kind KIND WORD: after -e KIND="
	print "_vsysread_kind() {"
	print "\tcase $1 in"
	for (i = 1; i <= n; i++)
		if (kinds[i] == "e")
			printf "\t%s) %s ;;\n", names[i], bash_action(completions[i], "$2")
	print "\t*) _vsysread_words \"" substr(kinds_of_e, 2) "\" \"$2\" ;;"
	print "\tesac"
	print "}"
	print ""
	print "# _vsysread_argument OPTION WORD: returns 1 if the option takes none"
	print "_vsysread_argument() {"
	print "\tcase $1 in"
	for (i = 1; i <= n; i++) {
		if (kinds[i] != "o" || args[i] == "")
			continue
		short = shorts[i] != "" ? "-" shorts[i] " | " : ""
		action = i == owner ? "_vsysread_expr \"$2\"" : bash_action(completions[i], "$2")
		printf "\t%s--%s) %s ;;\n", short, names[i], action
	}
	print "\t*) return 1 ;;"
	print "\tesac"
	print "}"
}

function zsh_action(i)
{
	if (i == owner)
		return "_vsysread_expr"
	if (completions[i] == "file")
		return "_files"
	if (completions[i] ~ /^\{.*\*$/)
		return "_values -s , word " words(completions[i])
	if (completions[i] ~ /^\{/)
		return "(" words(completions[i]) ")"
	return completions[i] == "" ? " " : "_vsysread_" completions[i]
}

function zsh_text(s)
{
	sub(/\n.*/, "", s)
	gsub(/'/, "'\\''", s)
	gsub(/:/, "\\:", s)
	gsub(/\[/, "\\[", s)
	gsub(/\]/, "\\]", s)
	return s
}

function print_zsh(	i, tail, commands, kinds_of_e, plus, equals)
{
	print "_vsysread_options=("
	for (i = 1; i <= n; i++) {
		if (kinds[i] == "c")
			commands = commands " " names[i]
		if (kinds[i] == "e")
			kinds_of_e = kinds_of_e " '" names[i] "='"
		if (kinds[i] != "o")
			continue
		tail = "[" zsh_text(helps[i]) "]"
		if (args[i] != "")
			tail = tail (optional[i] ? "::" : ":") names[i] ":" zsh_action(i)
		plus = equals = ""
		if (args[i] != "") {
			plus = "+"
			equals = optional[i] ? "=-" : "="
		}
		if (shorts[i] != "")
			printf "\t'*-%s%s%s'\n", shorts[i], plus, tail
		printf "\t'*--%s%s%s'\n", names[i], equals, tail
	}
	print ")"
	print "_vsysread_commands=(" substr(commands, 2) ")"
	print "_vsysread_kinds=(" substr(kinds_of_e, 2) ")"
	for (i = 1; i <= n; i++)
		if (kinds[i] == "e" && completions[i] ~ /^\{/)
			printf "_vsysread_after[%s]='%s'\n", names[i], words(completions[i])
}

FNR == 1 {
	files++
}

# Keep the frame: it is written around the list.
files == 2 {
	if ($0 == "@OPTIONS@")
		place = FNR
	frame[++frame_n] = $0
	next
}

/^#/ || /^$/ {
	next
}

/^\t/ || /^\|/ {
	if (!n)
		fail("text of nothing")
	else if (substr($0, 1, 1) == "|")
		mans[n] = mans[n] (mans[n] == "" ? "" : "\n") substr($0, 2)
	else
		helps[n] = helps[n] (helps[n] == "" ? "" : "\n") substr($0, 2)
	next
}

/^-/ {
	option()
	next
}

$1 == "@group" && NF > 1 {
	add("g", substr($0, 8))
	next
}

$1 == "@expr" {
	expr()
	next
}

$1 == "@command" && NF >= 2 {
	add("c", $2)
	args[n] = substr($0, length($1 " " $2) + 1)
	next
}

{
	fail("not a line of an option table: " $0)
}

function print_list()
{
	if (mode == "bash")
		print_bash()
	else if (mode == "zsh")
		print_zsh()
	else
		print_man()
}

END {
	for (i = 1; i <= n; i++)
		if (kinds[i] != "g" && helps[i] == "") {
			printf "%s: %s has no text\n", ARGV[1], names[i] > "/dev/stderr"
			failed = 1
		}
	if (mode != "header" && mode != "c" && !place) {
		printf "%s: no line @OPTIONS@\n", ARGV[2] > "/dev/stderr"
		failed = 1
	}
	if (failed)
		exit 1
	if (mode == "header")
		print_header()
	else if (mode == "c")
		print_c()
	for (i = 1; i <= frame_n; i++)
		if (i == place)
			print_list()
		else
			print frame[i]
}
