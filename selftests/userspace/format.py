#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Make a C file of docs/format.md that compiles only if the headers say the same.

usage: format.py FORMAT.md HEADER...

Each structure of records of the headers must be there, with all its members.
"""
import re
import sys

# Of the device, not of records.
OTHERS = {"vsys_ring_reader", "vsys_ring_writer", "vsys_task_field", "vsys_recipe", "vsys_task_cond",
          "vsys_task_filter", "vsys_memory", "vsys_vcpu_regs", "vsys_notes"}


def described(page):
    """{structure: (size, [(offset, bytes, member)])}, [(value, name)]"""
    structs, numbers, rows = {}, [], None
    for line in page.splitlines():
        head = re.match(r"### struct (\w+), (\d+) bytes", line)
        row = re.match(r"\| (\d+) \| (\d+) \| (\w+) \|", line)
        number = re.match(r"\| (\d+) \| (VSYS_\w+) \|$", line)
        if head:
            rows = []
            structs[head[1]] = int(head[2]), rows
        elif row:
            rows.append((int(row[1]), int(row[2]), row[3]))
        elif number:
            numbers.append((int(number[1]), number[2]))
    return structs, numbers


def declared(text):
    found = {}
    for name, body in re.findall(r"^struct (\w+) \{\n(.*?)^\};", text, re.M | re.S):
        if name not in OTHERS:
            found[name] = re.findall(r"^\t(?:struct )?\w+ (\w+)(?:\[\w+\])?;", body, re.M)
    return found


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        page = f.read()
    structs, numbers = described(page)
    headers = "".join(open(h, encoding="utf-8").read() for h in sys.argv[2:])
    for name, members in declared(headers).items():
        if [m for _, _, m in structs.get(name, (0, []))[1]] != members:
            sys.exit("%s: not the members of the headers" % name)
    print("#include <stddef.h>\n#include <vsyscalls/vsyscalls.h>\n#include <vsyscalls/notes.h>\n"
          "#include <vsyscalls/stream.h>")
    print('_Static_assert(VSYS_NAME_MAX == %s, "");' % re.search(r"VSYS_NAME_MAX \((\d+)\)", page)[1])
    for name, (size, rows) in structs.items():
        print('_Static_assert(sizeof(struct %s) == %d, "");' % (name, size))
        for at, n, member in rows:
            print('_Static_assert(offsetof(struct %s, %s) == %d, "");' % (name, member, at))
            print('_Static_assert(sizeof(((struct %s *)0)->%s) == %d, "");' % (name, member, n))
    for value, name in numbers:
        print('_Static_assert(%s == %d, "");' % (name, value))


main()
