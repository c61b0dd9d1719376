#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vsysread report: the page in headless Chromium.  SHOTS: a folder for screenshots.
# usage: report.sh VSYSREAD MKCALLS MKPROGRAM MKMANY
set -u

vsysread=$1
mkcalls=$2
mkprogram=$3
mkmany=$4
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=22

# shellcheck source=ktap.sh
. "$here/ktap.sh"

# A program and its child, whose names are HTML; a file of such a name.  A lost event.
hostile='</script><script>document.title="owned"</script>'
image='<img/src=x/onerror=document.title="owned">'
script="name 1 <b>first
clock 500 1000000000000000500
task 1 0 900 77 87 87 1 0 server /usr/sbin/server
enter 1 0 1000 0x10000 1 257 -100 0x5000 0x80000 /etc/hostname
leave 1 0 3000 1 257 3 2000
enter 1 0 4000 0x10000 2 0 3 0x6000 10
leave 1 0 5000 2 0 6 1000 abcdef
task 1 0 7000 78 99 99 87 1000 $image $image
enter 1 0 8000 0x20000 4 257 -100 0x5000 0 $hostile
leave 1 0 8500 4 257 -13 500
enter 1 0 9000 0x20000 5 41 2 1 0
leave 1 0 9050 5 41 3 50
enter 1 0 9100 0x20000 6 1 3 0x6000 4
leave 1 0 9400 6 1 4 300
lost 1 12 18"

browser() {
	timeout 120 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$tmp/profile" \
		--window-size=1400,1000 "$@" 2>"$tmp/browser"
}

# steps FILE SCRIPT: what SCRIPT, which calls say(), tells in the page FILE
steps() {
	{
		cat "$1"
		echo "<script>
			const said = [];
			const say = what => said.push(what);
			const rowsOf = part => [...document.querySelectorAll(part)].map(e => e.innerText.replace(/\s+/g, ' ').trim());
			const click = (part, text) => [...document.querySelectorAll(part)].find(e => e.innerText.includes(text)).click();
			const look = text => { const s = document.getElementById('search'); s.value = text; s.dispatchEvent(new Event('input')); };
			try { $2 } catch (e) { say(e.toString()); }
			const pre = document.createElement('pre');
			pre.id = 'said';
			pre.textContent = 'SAID' + said.join('\n') + 'DIAS';
			document.body.replaceChildren(pre);
		</script>"
	} >"$tmp/steps.html"
	browser --virtual-time-budget=5000 --dump-dom "file://$tmp/steps.html" |
		tr '\n' '\001' | sed 's/.*SAID\(.*\)DIAS.*/\1/; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' | tr '\001' '\n'
}

shot() {
	[ -z "${SHOTS:-}" ] || browser --screenshot="$SHOTS/$2" "file://$1" >/dev/null
}

page() {
	run report -o "$tmp/page.html" "$tmp/calls"
	is "it is written" "0 vsysread: 12 events, 7 lost, 1 ring, 5 calls" "$status $err"
	is "it is one file that names no other" 0 \
		"$(grep -ciE '(src|href) *= *"?(https?:|//)|@import|url\(' "$tmp/page.html")"
	is "hostile names are not HTML there" "0 2" \
		"$(grep -c '<img' "$tmp/page.html") $(grep -c '</script>' "$tmp/page.html")"
	is "the tree" 'vm 1 <b>first|87 /usr/sbin/server 2|99 '"${image//\"/\\\"}"' 3' \
		"$(steps "$tmp/page.html" "say(rowsOf('#tree .row').map(s => s.replace('▾ ', '')).join('|'))")"
	is "no name became HTML" "System calls 0 0" \
		"$(steps "$tmp/page.html" "look('img'); click('#detail tr.pick', 'img'); say([document.title, document.images.length, document.querySelectorAll('b').length].join(' '))")"
	is "what was lost" "7 events were lost: what is not here may have happened." \
		"$(steps "$tmp/page.html" "say(rowsOf('#notes div')[0])")"
	is "calls by time" "openat 2 1 2.50 µs 1.25 µs 2.00 µs" \
		"$(steps "$tmp/page.html" "say(rowsOf('#detail tr.pick')[0])")"
	is "errors" "openat EACCES 1" \
		"$(steps "$tmp/page.html" "say(rowsOf('#detail tr').find(r => r.includes('EACCES')))")"
}

clicks() {
	is "a click on a process shows its files" "/etc/hostname 2" \
		"$(steps "$tmp/page.html" "click('#tree .row', '87'); say(rowsOf('#detail tr').find(r => r.includes('hostname')))")"
	is "another one's are its own" "false TCP 1" \
		"$(steps "$tmp/page.html" "click('#tree .row', '99'); say([rowsOf('#detail td').includes('/etc/hostname'), rowsOf('#detail tr').find(r => r.startsWith('TCP'))].join(' '))")"
	is "a click folds a branch" "false true" \
		"$(steps "$tmp/page.html" "const f = document.querySelectorAll('.fold')[1], li = f.closest('li'); const was = li.classList.contains('closed'); f.click(); say([was, li.classList.contains('closed')].join(' '))")"
	is "a click on a call shows its latencies" "Latency of openat, by powers of two of nanoseconds 2" \
		"$(steps "$tmp/page.html" "click('#detail tr.pick', 'openat'); say(rowsOf('#latency h2')[0] + ' ' + document.querySelectorAll('#latency rect').length)")"
	is "search finds objects and calls" "3 1 2" \
		"$(steps "$tmp/page.html" "look('hostname'); say([rowsOf('#detail h2').length, rowsOf('#detail tr.pick').filter(r => r.startsWith('/etc')).length, rowsOf('#detail tr.pick').length].join(' '))")"
	is "and a click on what it found leads to its process" 1 \
		"$(steps "$tmp/page.html" "look('TCP'); click('#detail tr.pick', 'TCP'); say(rowsOf('.row.selected').filter(r => r.includes('99')).length)")"
	shot "$tmp/page.html" page.png
}

windows() {
	"$mkprogram" windows_10_19041_x64 >"$tmp/windows"
	run report -o "$tmp/windows.html" "$tmp/windows"
	is "keys of Windows" '\Registry\Machine\Software\Run 5' \
		"$(steps "$tmp/windows.html" "click('#tree .row', 'unknown'); say(rowsOf('#detail tr').find(r => r.includes('Run ')))")"
	shot "$tmp/windows.html" windows.png
}

# family PARENT...: processes 2, 3, ..., of these parents, that make a call at the same time
family() {
	local ppid pid=1

	for ppid; do
		pid=$((pid + 1))
		echo "task 1 $((pid % 16)) 5 $pid $pid $pid $ppid 0 p"
		echo "enter 1 $((pid % 16)) 10 0x10000 $pid 39 1 2 3"
		echo "leave 1 $((pid % 16)) 15 $pid 39 $pid 5"
	done | "$mkcalls" >"$tmp/family"
	run report -o "$tmp/family.html" "$tmp/family"
}

# A guest that lies about its processes hides none of them.
families() {
	family 3 2
	is "each other's parents" "3 1" \
		"$(steps "$tmp/family.html" "select(processes[0]); say(rowsOf('#tree .row').length + ' ' + rowsOf('.row.selected').length)")"
	# shellcheck disable=SC2046 # words
	family $(seq 4000)
	is "a chain of 4000" 4001 "$(steps "$tmp/family.html" "say(rowsOf('#tree .row').length)")"
}

# 20,001 files of which the first is used again: what is shown has all its uses.
files() {
	{
		seq 20001
		echo 1
	} | awk '{ print "enter 1 0 " 10 * NR, "0x10000", NR, "257 -100 0x5000 0 /tmp/" $1
		print "leave 1 0 " 10 * NR + 5, NR, "257 -2 5" }' | "$mkcalls" >"$tmp/files"
	run report -o "$tmp/files.html" "$tmp/files"
	is "uses of many files" "2 20,000 1 uses of further objects are not shown." \
		"$(steps "$tmp/files.html" "const o = processes[0].objects; say([o[0].count, number(o.length), document.getElementById('notes').innerText.split('\\n').pop()].join(' '))")"
}

# A thread's call may return long after those that began later.
waits() {
	"$mkcalls" >"$tmp/waits" <<-END
		task 1 0 5 1 10 10 1 0 waiter
		enter 1 0 1000 0x10000 1 39 1 2 3
		leave 1 0 1010 1 39 10 5
		enter 1 0 2000 0x10000 2 61 1 2 3
		task 1 1 2100 2 10 11 1 0 worker
		enter 1 1 3000 0x10000 3 39 1 2 3
		leave 1 1 3010 3 39 10 5
		leave 1 0 9000 2 61 10 7000
	END
	run report -o "$tmp/waits.html" "$tmp/waits"
	is "a process's first and last call" "from 0 ns to 2.00 µs" \
		"$(steps "$tmp/waits.html" "select(processes[0]); say(rowsOf('#detail p')[0].replace(/.*, from/, 'from'))")"
}

# Calls of ever new numbers do not make the page ever longer.
numbers() {
	seq 6000 | awk '{ print "enter 1 0 " 10 * $1, "0x10000", $1, 100000 + $1, "1 2 3"
		print "leave 1 0 " 10 * $1 + 5, $1, 100000 + $1, "-38 5" }' | "$mkcalls" >"$tmp/numbers"
	run report -o "$tmp/numbers.html" "$tmp/numbers"
	is "calls of many numbers" "4097 other calls 1904 1904" \
		"$(steps "$tmp/numbers.html" "const c = calls[calls.length - 1]; say([calls.length, c.name, c.calls, c.errors].join(' '))")"
}

# A million calls open within 3 seconds; a sample of them is there.
large() {
	"$mkmany" 1000000 >"$tmp/many"
	run report -o "$tmp/many.html" "$tmp/many"
	is "a million calls: sums of all, a sample" "1,000,000 calls, 4 processes Sums are of all calls. Single calls are a random sample: 20,000." \
		"$(steps "$tmp/many.html" "say(document.getElementById('totals').innerText + ' ' + rowsOf('#notes div')[0])")"
	is "they open within 3 seconds" true \
		"$(steps "$tmp/many.html" "document.body.getBoundingClientRect(); say(performance.now() < 3000 ? true : performance.now())")"
	shot "$tmp/many.html" many.png
}

"$mkcalls" <<<"$script" >"$tmp/calls" || exit 1
plan
page
clicks
windows
families
files
numbers
waits
large
end
