# SPDX-License-Identifier: GPL-2.0
"""vsysread top on a terminal that changes and goes away.

usage: top.py VSYSREAD DEVICE: what is wrong, a line each
"""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

HELP = b"m: max)"  # the end of the first line, beyond column 80


class Screen:
    def __init__(self, rows, columns, nohup=False, interval="0.2"):
        size = struct.pack("HHHH", rows, columns, 0, 0)
        self.pid, self.fd = pty.fork()
        if not self.pid:
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            signal.signal(signal.SIGHUP, signal.SIG_IGN if nohup else signal.SIG_DFL)
            os.environ["TERM"] = "xterm"
            os.execv(sys.argv[1], [sys.argv[1], "top", "--interval", interval, sys.argv[2]])

    def resize(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def shows(self, text, seconds):
        """Is that written within so many seconds?"""
        end = time.monotonic() + seconds
        got = b""
        while text not in got and time.monotonic() < end:
            if select.select([self.fd], [], [], 0.1)[0]:
                got += os.read(self.fd, 65536)
        return text in got

    def status(self, seconds=10):
        """Exit status; None if it goes on for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.05)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        return None


def check(what, good):
    if not good:
        print(what)


screen = Screen(24, 80)
check("there is no table", screen.shows(b"usecs/call", 10))
check("a line is longer than the screen is wide", not screen.shows(HELP, 1))
screen.resize(24, 120)
check("it does not grow with the screen", screen.shows(HELP, 10))
screen.resize(1, 8)
screen.shows(HELP, 1)
os.write(screen.fd, b"q")
check("it does not survive a very small screen", screen.status() == 0)
os.close(screen.fd)

for nohup in False, True:
    screen = Screen(24, 80, nohup)
    screen.shows(b"usecs/call", 10)
    os.close(screen.fd)
    check(f"it goes on without a terminal, SIGHUP ignored: {nohup}", screen.status() == 0)

# The first table has two calls; the filter is typed before it comes.
screen = Screen(24, 80, interval="5")
time.sleep(1)
os.write(screen.fd, b"/clq")
check("the filter line is not shown", screen.shows(b"clq", 2))
os.write(screen.fd, b"\x7fose\n")
end = time.monotonic() + 20
seen = b""
while b"  close" not in seen and time.monotonic() < end:
    if select.select([screen.fd], [], [], 0.1)[0]:
        seen += os.read(screen.fd, 65536)
check("q in the filter line ends it", b"usecs/call" in seen)
table = seen[seen.find(b"usecs/call"):]
check("a row that passes is missing", b"close" in table)
check("a row passes that does not have the text", b"0x3e8" not in table)
os.write(screen.fd, b"q")
check("q behind the filter line does not end it", screen.status() == 0)
os.close(screen.fd)
