# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2086 # names of lib.sh, without blanks
#
# A real Linux guest of two vCPUs: several sessions change its calls at once, and a load
# on the second vCPU must not notice.  One holds a call and is killed.
. ./lib.sh

cat >$tmp/guest <<'GUEST'
taskset 2 sh -c 'for i in 1 2 3; do sha256sum /load; done >/tmp/sums' &
echo plain >/tmp/plain
echo redirected >"/tmp/another file with a longer name"
echo abcdef >/tmp/data
cat /tmp/denied 2>&1 | sed 's/.*: //'
touch /tmp/keep /tmp/other /tmp/held /tmp/late
ln -s /bin/busybox /tmp/forbidden
taskset 1 victim calls
victim unlink
wait
sort -u /tmp/sums | cut -d' ' -f1
wc -l </tmp/sums
GUEST

ok "load" load rewrite=1 profile=linux_x86_64
start redirect /t/redirect-open linux_x86_64 /tmp/plain '/tmp/another file with a longer name'
redirect=$started
start deny /t/deny-exec linux_x86_64 '*/forbidden'
deny=$started
start poke /t/holder poke
poke=$started
start keep /t/holder keep
keep=$started
# A thousand for names that no program opens, before the one for a name that it does.
others=
for i in $(seq 1000); do
	others="$others -e inject=openat:error=EPERM:path=/tmp/none$i"
done
/t/vsysread --allow-rewrite -P linux_x86_64 $others --ready-file $tmp/ready2 -o $tmp/trace --whole \
	-e trace=unlink,write -e inject=unlink:error=EPERM:path='/tmp/k*' \
	-e inject=openat:error=EACCES:path=/tmp/denied -e inject=write:arg2=1 \
	-e inject=unlink:error_exit=EIO:path=/tmp/late \
	-e inject=access:delay_exit=400ms:path=/tmp/slow \
	-e inject=mkdir:delay_enter=.4s:error=ENOSPC:path=/tmp/never 2>$tmp/said &
reader=$!
await [ -s $tmp/ready2 ]
realguest --smp 2 --init $tmp/guest >$tmp/out &
guest=$!
await said $tmp/keep 'held /tmp/held'
is "a call is held" 0 $?
kill -9 $keep
wait $guest
is "its holder is killed: the guest goes on" 0 $?
end $redirect
end $deny
kill -9 $poke
end $reader

is "its program has seen what it should, the load nothing" "Permission denied
/tmp/plain: 11 redirected
/tmp/data: 7 XYZdef
write: 1
size: 1
unlink keep: EPERM
keep: done
unlink other: done
unlink late: EIO
late: ENOENT
access slow: late
mkdir never: ENOSPC late
never: ENOENT
execl: EACCES
unlink held: done
$(cat /t/sum)
3" "$(cat $tmp/out)"
grep -v XYZ $tmp/redirect | sed 's/^/# /'
has "redirect-open says what it did" "/tmp/plain -> /tmp/another file" $tmp/redirect
has "so does deny-exec" "denied 1" $tmp/deny
has "and vsysread: a call that was skipped" \
	'unlink("/tmp/keep") = -1 EPERM (Operation not permitted) (INJECTED)' $tmp/trace
has "one that was not" 'unlink("/tmp/other") = 0' $tmp/trace
has "one that was changed" 'write: arg2 0x10 => 0x1, rule' $tmp/trace
has "one that was made, and then failed" \
	'unlink("/tmp/late") = -1 EIO (Input/output error) (EDITED)' $tmp/trace
has "and how often" "inject=unlink:error=EPERM:path=/tmp/k*: 1 calls matched, 1 changed" $tmp/said
is "1,000 others did nothing" 1000 \
	"$(grep -c 'inject=openat:error=EPERM:path=/tmp/none[0-9]*: 0 calls matched, 0 changed' $tmp/said)"
has "the one behind them did" 'inject=openat:error=EACCES:path=/tmp/denied: 1 calls matched, 1 changed' $tmp/said
grep -v ': 0 calls' $tmp/said | sed 's/^/# /'

# This guest's other writes, before and after, are shorter.
VSYSREAD=/t/vsysread /t/fault-inject.sh 20 -P linux_x86_64 --ready-file $tmp/ready3 \
	>$tmp/trace 2>$tmp/said &
reader=$!
await [ -s $tmp/ready3 ]
realguest --run 'dd if=/dev/zero of=/tmp/z bs=512 count=30; echo dd $?' >$tmp/out 2>&1
is "fault-inject.sh: a write fails, and the guest goes on" 0 $?
has "its program says so" 'No space left on device' $tmp/out
end $reader
has "and the reader" 'ENOSPC (No space left on device) (INJECTED)' $tmp/trace
ok "the module unloads after that" unload
finish
