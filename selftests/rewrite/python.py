# SPDX-License-Identifier: GPL-2.0
"""In the host: hold and change calls of python.sh's guest, until SIGINT; then say
which calls there were."""

import errno
import signal

import vsyscalls

trace = vsyscalls.open(profile="linux_x86_64", calls=("open", "openat", "unlink", "getppid"))
trace.hold("open", "openat", path="/tmp/plain")
trace.hold("getppid", at="return")
trace.skip("unlink", result=-errno.EPERM, path="/tmp/k*")
# A shell ignores SIGINT in background processes.
signal.signal(signal.SIGINT, signal.default_int_handler)
print("ready", flush=True)
try:
    for held in trace.held():
        if held.at == "return":
            print(held.name, "at return", flush=True)
            held.result(4242)
            continue
        arg = 0 if held.name == "open" else 1
        print(f"{held.name} at {held.at}: {held.text()!r} {held.read(held.arg(arg), 11)}",
              flush=True)
        # The shell has written the file before.
        if held.arg(arg + 1) & 3 == 0:
            held.set_text("/tmp/another file with a longer name")
except KeyboardInterrupt:
    trace.stop()
for call in trace:
    path = call.args.get("filename") or call.args.get("pathname")
    if path and path.startswith('"/tmp/'):
        print(call.name, path, call.error)
