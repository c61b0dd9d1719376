#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated AMD host, whose TSC counts instructions: the costs of calls of bare
# guests, one row each, "name smallest largest"; called by bench.
set -u
# shellcheck disable=SC1091 # of the host
. /vm/reader.sh

PLAIN=1 BUFFER=2 STRINGS=4 CPUID=8 UNDEFINED=16 BLOCKED=32 LAYOUTS=64 NT=128

# rows PREFIX MASK
rows() {
	/t/guests/minivm --arg $(($2 << 32 | 200)) /t/guests/x86_64/costs.bin | rows_of "$1"
}

rows32() {
	/t/guests/minivm --legacy none --arg 200 /t/guests/i386/costs32.bin |
		rows_of "$1" | grep "$2"
}

rows_of() {
	sed -n "s/^\([a-z0-9_]* [0-9]* [0-9]*\)$/$1\1/p"
}

# reader OPTION...: attach a session whose reader sleeps, and whose rings are long enough
reader() {
	reader_start -P linux_x86_64 --ring-size 16M -o /dev/null "$@"
	readers="$reader $readers"
	kill -STOP "$reader"
}

end() {
	for r in $readers; do
		kill -KILL "$r"
		wait "$r" 2>/dev/null
	done
	readers=
}

# rules COUNT [CALL]: the options that add as many rules which never act, for CALL or for
# calls that nobody makes
rules() {
	i=0
	while [ $i -lt "$1" ]; do
		echo "-e inject=${2:-$((500 + i % 300))}:error=EPERM:when=$((1000000 + i))"
		i=$((i + 1))
	done
}

# paths COUNT: the same for open with names that nobody opens
paths() {
	i=0
	while [ $i -lt "$1" ]; do
		echo "-e inject=open:error=EPERM:path=/nowhere/$i"
		i=$((i + 1))
	done
}

readers=
rows untraced_ $((CPUID | UNDEFINED))
insmod /t/vsyscalls.ko profile=linux_x86_64 rewrite=1 || exit 1
reader -s 4096
rows '' $((PLAIN | BUFFER | STRINGS | CPUID | UNDEFINED | BLOCKED | LAYOUTS))
reader
rows sessions_2_ $((PLAIN | BUFFER))
reader
rows sessions_3_ $((PLAIN | BUFFER))
end
reader
reader -P windows_7_x64
rows views_2_ $PLAIN
end
reader -e getpid
rows filter_1_ $PLAIN
end
reader -e "$(seq -s , 500 698),getpid"
rows filter_200_ $PLAIN
end
reader -e openat
rows filter_unwanted_ $PLAIN
end
for n in 1 10 20 1000; do
	# shellcheck disable=SC2046 # options
	reader --allow-rewrite $(rules "$n")
	rows "rules_${n}_elsewhere_" $PLAIN
	end
done
# shellcheck disable=SC2046 # options
reader --allow-rewrite $(rules 1 getpid)
rows rule_idle_ $PLAIN
end
# shellcheck disable=SC2046 # options
reader --allow-rewrite $(rules 1000) $(rules 1 getpid)
rows rule_idle_1000_ $PLAIN
end
for n in 1 1000; do
	# shellcheck disable=SC2046 # options
	reader --allow-rewrite $(paths "$n")
	rows "paths_${n}_" $STRINGS | grep '_open_255 '
	end
done
reader -P linux_x86
rows32 '' '^sysenter_\|^int80_'
end
reader -P windows_7_x86
rows32 '' '^nt_'
end
reader -P windows_7_x64
rows '' $NT
end
/t/guests/minivm --timeout 1000 --arg 0xffffffff00 /t/guests/x86_64/costs.bin >/dev/null &
sleep 1
guest=$!
reader -p $guest
sleep 0.5
kill -STOP $guest
rows other_ $CPUID
kill -KILL $guest
end
