#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated host: who runs in a real guest, and who makes its calls?  Prints KTAP.
#
#	host.sh MODE APPEND
#
# MODE: pti for a guest with page-table isolation, i386 for a 32-bit one, or any other.  APPEND: kernel
# parameters.
set -u
mode=$1 append=$2
case $mode in
i386) profile=linux_x86 how='offsets of the first tasks; current task at %fs:' cpus=1 ;;
*) profile=linux_x86_64 how='BTF at .* types; current task at %gs:' cpus=2 ;;
esac
container=0123456789abcdef0123456789abcdef
box=/sys/fs/cgroup/docker-$container.scope
# shellcheck disable=SC1091 # of the host
. /vm/ktap.sh

# Each name belongs to its own ids only.
cat >/tmp/names.awk <<'AWK'
FILENAME ~ /ids$/ { name[$3] = $4; pid[$3] = $2; next }
match($0, /kill\([0-9]+/) {
	tid = substr($0, RSTART + 5, RLENGTH - 5)
	if (!(tid in name))
		next
	want = pid[tid] (tid == pid[tid] ? "" : "/" tid) " " name[tid] "] "
	if (index($0, " vcpu "))
		unknown++
	else if (index($0, want))
		right[tid]++
	else {
		wrong++
		print "# wrong: " $0 ", not " want
	}
}
END {
	for (tid in name) {
		print "# " name[tid] " " tid ": " right[tid] + 0 " calls"
		few += right[tid] < 20
	}
	print "# before it was known: " unknown + 0
	exit wrong || few
}
AWK

# Each number is an argument of one execve that succeeds; sh makes some of them.
cat >/tmp/execs.awk <<'AWK'
/\] execve(at)?\(/ && /no\.[0-9]+\./ && !/\["sh", "-c"/ {
	match($0, /no\.[0-9]+\./)
	number = substr($0, RSTART + 3, RLENGTH - 4)
	good = /\(("\/bin\/execguest"|AT_FDCWD, "\/bin\/execguest"|[0-9]+, "")(<late>)?, \["/ && / = 0$/ && !/<gap>/ && !/ vcpu /
	n[number] += good
	late += /<late>/
	if (!good)
		print "# " $0
}
/ = 0$/ && /\["sh", "-c", ("--", )?"\/bin\/execguest leaf no\./ { shells++ }
END {
	for (i = 0; i < 72; i++)
		if (n[i] == 1)
			right++
		else
			print "# " n[i] + 0 " times: number " i
	print "# " right + 0 " of 72, " shells + 0 " by sh -c, " late + 0 " read late"
	exit right != 72 || shells != 12 || late < 12
}
AWK

# reader OPTION...: begin to trace
reader() {
	rm -f /tmp/ready
	/t/vsysread --ready-file /tmp/ready --whole -q -o /tmp/trace "$@" 2>/tmp/said &
	reader=$!
	for _ in $(seq 200); do
		[ -e /tmp/ready ] && return
		sleep 0.1
	done
	sed 's/^/# /' /tmp/said
}

# stop COMMAND...: when it succeeds, end the trace; at the latest after a minute
stop() {
	for _ in $(seq 300); do
		"$@" >/dev/null && break
		sleep 0.2
	done
	kill -INT $reader 2>/dev/null
	wait $reader
}

# lines COUNT PATTERN: of the trace
lines() {
	[ "$(grep -c -- "$2" /tmp/trace)" -ge "$1" ]
}

insmod /t/vsyscalls.ko rewrite=1 || exit 1
reader
realguest --pid /tmp/qpid --smp $cpus --append "$append" --run \
	"mount -t cgroup2 cgroup2 /sys/fs/cgroup && mkdir $box"'
	idguest alpha-proc 2000 &
	'"sh -c 'echo 0 >$box/cgroup.procs; exec idguest beta-proc 2000 1000' &"'
	(sleep 4; execguest 72; execguest-i386 true & execguest true) &
	mkfifo /f; while read -t 1 i <&7 || :; do :; done 7<>/f & wait' >/tmp/out 2>&1 &
for _ in $(seq 300); do
	[ "$(grep -c ^ids /tmp/out)" = 4 ] && break
	sleep 0.2
done
grep ^ids /tmp/out >/tmp/ids
[ "$(wc -l </tmp/ids)" = 4 ]
result $? "the guest's threads tell who they are"

grep -q '^\[vm .*\] ' /tmp/trace
result $? "without a profile its calls are traced"

/t/vsysread --identify >/tmp/found 2>&1
sed 's/^/# /' /tmp/found
grep -q '^vm .*: Linux version ' /tmp/found && grep -q "^  profile  $profile\$" /tmp/found &&
	grep -q "^  tasks    $how" /tmp/found
result $? "--identify: a Linux kernel, its profile, its tasks"
[ "$(grep -c 'page-table isolation' /tmp/found)" = "$([ "$mode" = pti ] && echo 1 || echo 0)" ]
result $? "and whether it has page-table isolation"
# An eighth of what may be read in the second that it is to take at most.
awk '$1 == "found" { few = $5 > 0 && $5 < 65536 && $6 == "KiB" } END { exit !few }' /tmp/found
result $? "with little of its memory read"

/t/vsysread ps >/tmp/ps 2>&1
/t/vsysread ps --json >/tmp/psjson 2>&1
status=0
while read -r _ pid tid name uid; do
	[ "$pid" = "$tid" ] && shown=$name || shown="{$name}"
	awk -v p="$pid" -v t="$tid" -v n="$shown" -v u="$uid" '$2 == p && $3 == t && $4 == u && $5 == n { found = 1 }
		END { exit !found }' /tmp/ps || status=1
	grep -q "\"pid\":$pid,\"tid\":$tid,.*\"comm\":\"$name\",\"program\":\"/bin/idguest\"" /tmp/psjson ||
		status=1
done </tmp/ids
[ $status = 0 ] || sed 's/^/# /' /tmp/ps
result $status "ps: all threads, with their process, name, user and program"
grep -q ' kthreadd$' /tmp/ps && [ "$(awk '$2 == 1 && $3 == 1' /tmp/ps | wc -l)" = 1 ]
result $? "ps: kernel threads and the first process, once"

# Is all there?
all() {
	grep -q '^execs done' /tmp/out && awk -f /tmp/names.awk /tmp/ids /tmp/trace
}
stop all
awk -f /tmp/execs.awk /tmp/trace
result $? "each execve has its path and arguments, and returns 0 in its new program"
sed 's/"no\.7\."/0x1000<gap>/' /tmp/trace >/tmp/altered
! awk -f /tmp/execs.awk /tmp/altered >/dev/null
result $? "one that has not would be noticed"
awk -f /tmp/names.awk /tmp/ids /tmp/trace
result $? "each call has the process and the name of its thread"
sed 's/ alpha-proc\] kill/ beta-proc] kill/' /tmp/trace >/tmp/altered
! awk -f /tmp/names.awk /tmp/ids /tmp/altered >/dev/null
result $? "a wrong name would be noticed"

# Only beta-proc is that process, of that user, in that container.
pid=$(awk '$4 == "beta-proc" { print $2 }' /tmp/ids)
by="pid=$pid uid=1000 container=${container%????????????????????}"
for by in $by; do
	reader -e "$by" -e kill
	stop lines 20 "^\[vm [0-9]* ${pid}[/ ].*kill("
	lines 20 "^\[vm [0-9]* ${pid}[/ ].*kill(" && ! grep -v " ${pid}[/ ]" /tmp/trace
	result $? "-e ${by%%=*}="
done
tid=$(awk '$4 == "worker-thr" { print $3; exit }' /tmp/ids)
reader -e "tid=$tid" -e kill
stop lines 20 "^\[vm [0-9]* [0-9]*/$tid worker-thr\] kill($tid,"
lines 20 "/$tid worker-thr\] kill($tid," && ! grep -v "/$tid worker-thr\]" /tmp/trace
result $? "-e tid="
reader -e comm=worker* -e kill
stop lines 20 '\] kill('
lines 20 '\] kill(' && ! grep -v '/[0-9]* worker-thr\] kill(' /tmp/trace
result $? "-e comm="

# execguest and the children that it makes meanwhile, but no other process.
pid=$(/t/vsysread ps 2>&1 | awk '$5 == "execguest" { print $2 }' | sort -n | head -n 1)
reader -e "tree=$pid" -e kill,execve,openat
descend() {
	awk -v p="$pid" '/ kill\(/ { others++ }
		$3 == p && / openat\(/ { root++ }
		$3 != p && / execve\("\/bin\/true"/ { children++ }
		END { print "# of " p ": " root + 0 " calls, of its children " children + 0 ", of others " others + 0
			exit !p || others || root < 5 || children < 5 }' /tmp/trace
}
stop descend
descend
result $? "-e tree="

# Without types of the kernel its tables of descriptors are not found.
if [ "$mode" != i386 ]; then
	reader -y -e dup2
	stop lines 1 '\] dup2(7</f>, 0'
	lines 1 '\] dup2(7</f>, 0'
	result $? "-y: what was open before"
fi

# Each /bin/true is denied, or the rule is said to be undecided.
denied() {
	awk '/\] execve\("\/bin\/true"/ && / = [^?]/ { all++; denied += / EACCES /; ran += / = 0$/ }
		/\] execve\(/ && !/ EACCES | = 0$/ { print "# " $0 }
		/ vcpu [0-9]+\] execve\("\/bin\/true".*<return not seen>$/ { early++ }	# nobody knew tasks yet
		/ execve: rule [0-9]+ is undecided, arg0 was absent ---$/ { undecided++ }
		END { print "# " all + 0 " of /bin/true: " denied + 0 " denied, " undecided + 0 " undecided, " ran + 0 " ran"
			exit all < 5 || denied + ran < all - early - 1 || undecided < ran || undecided > ran + early + 1 }' /tmp/trace
}
reader --allow-rewrite -e execve -e inject=execve:path=/bin/true:error=EACCES
stop denied
denied
result $? "a rule on a path acts, or says that it could not"

# strict NAME: with --strict each call of that program, or of all, is denied, those too whose
# path had to be waited for, or that have none.  The last one may be under way when the reader ends: "= ?".
strict() {
	grep " ${1-.*}\] " /tmp/trace | awk '/ execve: waits for arg0, absent at 0x/ { waited++ }
		/\] execve\("\/bin\/true"/ && / = [^?]/ { all++; denied += / EACCES /; late += /<late>/ }
		/\] openat\(AT_FDCWD, "\/nothing"<late>, / && / = [^?]/ { opens++; refused += / EACCES / }
		/\] openat\(AT_FDCWD, 0x10<gap>, / && / = [^?]/ { nowhere++; refused += / EACCES / }
		/ openat: waits for arg1, absent at 0x10,/ { tries++ }
		/ is undecided, / { undecided++ }
		END { print "# " all + 0 " of /bin/true: " denied + 0 " denied, " late + 0 " of them waited, " waited + 0 " times"
			print "# " opens + 0 " of /nothing, " nowhere + 0 " of no name: " refused + 0 " refused; " undecided + 0 " undecided"
			exit all < 5 || denied != all || late < 2 || waited < late || undecided ||
				opens < 3 || nowhere < 3 || refused != opens + nowhere || tries < 8 * nowhere }'
}
stricts() {
	strict && strict execguest && { [ "$mode" = i386 ] || strict execguest-i386; }
}
reader --allow-rewrite --strict -e execve,openat -e inject=execve:path=/bin/true:error=EACCES \
	-e inject=openat:path=/nothing:error=EACCES
stop stricts
stricts
result $? "--strict: a rule on a path always acts"

reader -P windows_7_x64
wrong() {
	grep -q 'is traced as windows_7_x64, but runs Linux version .*; use -P '"$profile"'$' /tmp/said
}
stop wrong
status=$?
sed 's/^/# /' /tmp/said
[ $status = 1 ] && wrong
result $? "a wrong profile is noticed, and an error"

for by in "-p $(cat /tmp/qpid)" -a; do
	# shellcheck disable=SC2086 # words
	timeout 20 /t/vsysread -q --whole -P auto $by -e kill --max-events 20 >/tmp/auto 2>&1
	[ "$(grep -c '\] kill(.*) = 0' /tmp/auto)" = 20 ] || ! sed 's/^/# /' /tmp/auto
	result $? "-P auto $by"
done

kill "$(cat /tmp/qpid)"
sleep 1
rmmod vsyscalls
result $? "the module unloads"
finish
