#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Are lines of JSON what a schema says?  usage: lines.py SCHEMA <LINES

Prints how many lines there are, and for the first that is wrong why.  A name that comes
twice in an object is wrong, and so are arguments of a DRAKVUF call that are not NArgs many:
its readers take all members that they do not know for arguments.
"""
import json
import sys

import jsonschema

KNOWN = {"Plugin", "TimeStamp", "PID", "PPID", "TID", "UserName", "UserId", "ProcessName", "Method",
         "EventUID", "Module", "vCPU", "CR3", "Syscall", "NArgs"}


def once(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice: %s" % [name for name, _ in pairs])
    return found


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        validator = jsonschema.Draft202012Validator(json.load(f))
    n = 0
    for n, line in enumerate(sys.stdin, 1):
        try:
            o = json.loads(line, object_pairs_hook=once)
        except ValueError as e:
            sys.exit("line %d: %s" % (n, e))
        error = jsonschema.exceptions.best_match(validator.iter_errors(o))
        if error:
            sys.exit("line %d: %s: %s" % (n, list(error.path), error.message))
        if o.get("Plugin") == "syscall" and len(o.keys() - KNOWN) != o["NArgs"]:
            sys.exit("line %d: %d arguments, not NArgs" % (n, len(o.keys() - KNOWN)))
    print(n, "lines")


main()
