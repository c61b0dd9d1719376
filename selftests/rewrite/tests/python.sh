# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2086 # names of lib.sh, without blanks
#
# The Python program python.py holds, changes and reads calls of a real Linux guest.
. ./lib.sh

cat >$tmp/guest <<'GUEST'
echo plain >/tmp/plain
echo redirected >"/tmp/another file with a longer name"
touch /tmp/keep
cat /tmp/plain
rm /tmp/keep 2>/dev/null
echo rm $?
ls /tmp/keep
sh -c 'echo parent $PPID'
GUEST

ok "load" load rewrite=1 profile=linux_x86_64
start python env PYTHONHOME=/t/python PYTHONPATH=/t/python LD_LIBRARY_PATH=/t/python/lib \
	python3 -S /t/python/python.py
python=$started
realguest --init $tmp/guest >$tmp/out
is "Python: the guest goes on" 0 $?
end $python
is "Python: so does the program, to its end" 0 $?
is "what the guest has seen" "redirected
rm 1
/tmp/keep
parent 4242" "$(cat $tmp/out)"
has "a call is held at its entry" "openat at entry: '/tmp/plain' b'/tmp/plain\\x00'" $tmp/python
has "one at its return" "getppid at return" $tmp/python
has "calls that were held are calls of the trace" "openat \"/tmp/plain\" None" $tmp/python
has "so is one that was skipped" "unlink \"/tmp/keep\" EPERM" $tmp/python
sed 's/^/# /' $tmp/python
ok "the module unloads after Python" unload
finish
