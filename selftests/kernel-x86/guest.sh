# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# In the guest: run the programs of /programs, send output and exit code of each.
mkdir /tmp/out
while read -r name; do
	# cat also waits for background children.
	{
		timeout -s KILL 600 "$name" </dev/null
		echo $? >"/tmp/out/$name.exit"
	} 2>&1 | cat >"/tmp/out/$name"
done </programs
tar -C /tmp/out -czf /dev/ttyS1 .
