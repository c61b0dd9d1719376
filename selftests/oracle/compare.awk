# SPDX-License-Identifier: GPL-2.0
#
# Check that the trace has all calls that strace has seen.
#
#	awk -f compare.awk STRACE TRACE
#
# strace prints socketcall() as the socket call behind it.
#
# STRACE: lines of strace -f.  TRACE: lines of vsysread.  Per call and result
# the trace must have at least as many as strace.  A call of the trace whose
# return was not seen matches any result of that call; except for calls
# that never return by SYSRET, at most 2 % of strace's may need one.
#
# The thread of each call must be strace's.

# Return the call's name and result at the end of a line, "" if it has none.
function key(name, line,	at, result, word) {
	at = 0
	while (match(substr(line, at + 1), /\) += /))
		at += RSTART + RLENGTH - 1
	if (!at)
		return ""
	result = substr(line, at + 1)
	split(result, word, " ")
	# strace adds words to results that vsysread leaves as they are.
	if (word[1] == "-1" || (word[1] == "?" && word[2] ~ /^ERESTART/))
		return name " " word[1] " " word[2]
	if (word[1] ~ /^0x/)
		return name " " number(word[1])
	return name " " word[1]
}

# strace writes some results in hex that vsysread writes in decimal.
function number(s,	i, v) {
	s = substr(s, 3)
	for (i = 1; i <= length(s); i++)
		v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
	return sprintf("%.0f", v)
}

function call_name(line) {
	if (line ~ /^socketcall\(/)
		return socket_call(line)
	sub(/\(.*/, "", line)
	return line
}

# Return the call behind socketcall(): by name, or by number as in linux/net.h.
function socket_call(line) {
	sub(/^socketcall\((call=)?/, "", line)
	sub(/[,)].*/, "", line)
	if (line ~ /^[0-9]/)
		return socket_calls[line + 0]
	sub(/^SYS_/, "", line)
	return tolower(line)
}

BEGIN {
	split("socket bind connect listen accept getsockname getpeername " \
		"socketpair send recv sendto recvfrom shutdown setsockopt " \
		"getsockopt sendmsg recvmsg accept4 recvmmsg sendmmsg", socket_calls)
}

FILENAME == ARGV[1] {
	tid = $0
	sub(/^\[?(pid +)?/, "", tid)
	tid += 0
	sub(/^\[?(pid +)?[0-9]+\]? +/, "")
	if (/^<\.\.\. [a-z0-9_]+ resumed>/) {
		name = $2
		k = key(name, $0)
	} else if (/^[a-z0-9_]+\(/ && !/<unfinished \.\.\.>$/) {
		name = call_name($0)
		k = key(name, $0)
	} else
		next
	if (k == "")
		next
	if (!first)
		first = tid
	of_strace[tid]
	want[k]++
	want_by[tid " " k]++
	of[k] = name
	calls++
	next
}

{
	# "[vm 1 87/88 name] ", "[vm 1 87 name] ", "[vm 1 vcpu 0] "
	tid = $3
	sub(/.*\//, "", tid)
	sub(/^\[vm [0-9]+ [^]]*\] /, "")
	if (!/^[a-z0-9_]+\(/)
		next
	name = call_name($0)
	k = key(name, $0)
	if (/= \? <return not seen>$/ || /= \?$/)
		any[name]++
	else if (k != "") {
		have[k]++
		have_by[tid " " k]++
		known += tid != "vcpu"
	}
}

# The threads by which the trace has a call.
function threads(k,	at, text) {
	for (at in have_by)
		if (substr(at, index(at, " ") + 1) == k)
			text = text " " substr(at, 1, index(at, " ") - 1)
	return text
}

# Calls of strace that the trace has only by another thread.
function compare_threads(	k, at, missing, extra, tid) {
	for (at in want_by) {
		missing = want_by[at] - have_by[at]
		if (missing <= 0)
			continue
		k = at
		sub(/^[0-9]+ /, "", k)
		# One whose return was not seen may be of any thread.
		any_left[of[k]] -= missing
		if (any_left[of[k]] < 0) {
			print "# by another thread: " at ", " missing " times; the trace has it by" threads(k)
			bad++
		}
	}
	# The other way round: but for the first, strace has seen threads from their begin.
	for (at in have_by) {
		extra = have_by[at] - want_by[at]
		tid = at
		sub(/ .*/, "", tid)
		if (extra <= 0 || !(tid in of_strace) || tid == first)
			continue
		print "# not by this thread: " at ", " extra " times"
		bad++
	}
	print "# of " known + 0 " calls in the trace the thread is known"
}

END {
	for (k in any)
		any_left[k] = any[k]
	compare_threads()
	for (k in want) {
		missing = want[k] - have[k]
		if (missing <= 0)
			continue
		name = of[k]
		if (missing > any[name]) {
			print "# strace " want[k] " times, trace " have[k] + 0 ": " k
			bad++
			continue
		}
		any[name] -= missing
		if (name !~ /^(execve|rt_sigreturn|sigreturn|exit|exit_group)$/)
			blurred += missing
	}
	print "# " calls + 0 " calls of strace, " blurred + 0 " matched without their result"
	if (calls < 50) {
		print "# " (calls ? "too few calls to tell anything" : "strace wrote nothing")
		bad++
	}
	if (blurred * 50 > calls) {
		print "# more than 2 % of the returns were not seen"
		bad++
	}
	exit bad != 0
}
