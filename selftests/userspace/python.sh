#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The tests of userspace/python, with the installed library and module.
# usage: python.sh FOLDER MKPROGRAM; FOLDER/root is what was installed
set -u

root=$(cd "$1/root" && pwd)
mkprogram=$2
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=11

# shellcheck source=ktap.sh
. "$here/ktap.sh"

for profile in windows_xpsp3_x86 windows_7_x64 windows_10_19041_x64 linux_x86_64; do
	"$mkprogram" $profile >"$tmp/$profile" || exit 1
done
export RECORDINGS=$tmp LD_LIBRARY_PATH=$root/usr/lib PYTHONDONTWRITEBYTECODE=1
export PYTHONPATH=$root/usr/lib/python3/dist-packages

plan
is "as the documentation has it" "openat {'dfd': 'AT_FDCWD', 'filename': '\"/etc/secret.txt\"', 'flags': 'O_RDONLY'}" \
	"$(python3 -W ignore -c '
import sys, vsyscalls

for call in vsyscalls.open(sys.argv[1]):
    print(call.name, call.args)' "$tmp/linux_x86_64" 2>&1 | head -n 1)"
mkdir -p "$tmp/tree/userspace/python" "$tmp/tree/build/user/lib"
cp "$here/../../userspace/python/vsyscalls.py" "$tmp/tree/userspace/python"
cp "$root/usr/lib/libvsyscalls.so.1" "$tmp/tree/build/user/lib"
is "from the build tree" openat "$(env -u LD_LIBRARY_PATH PYTHONPATH="$tmp/tree/userspace/python" \
	python3 -W ignore -c '
import sys, vsyscalls

print(next(iter(vsyscalls.open(sys.argv[1]))).name)' "$tmp/linux_x86_64" 2>&1 | tail -n 1)"
gcc -I"$root/usr/include" -o "$tmp/sizes" -x c - <<'END'
#include <stdio.h>
#include <vsyscalls/held.h>

int main(void)
{
	printf("%zu %zu %zu %zu %zu\n", sizeof(struct vsys_act), sizeof(struct vsys_rule),
	       sizeof(struct vsys_record), sizeof(struct vsys_held_call), sizeof(struct vsys_scratch));
	return 0;
}
END
is "structures are as large as in C" "$("$tmp/sizes")" "$(python3 -c '
import ctypes, vsyscalls as v
print(*map(ctypes.sizeof, (v._Act, v._Rule, v._Record, v._Hold, v._Scratch)))')"
python3 "$here/../../userspace/python/test_vsyscalls.py" -v 2>"$tmp/out"
while read -r name _ verdict; do
	is "$name" ok "${verdict##* }"
done < <(grep '^test_.* \.\.\. ' "$tmp/out")
grep -v '^test_' "$tmp/out" | sed 's/^/# /'
end
