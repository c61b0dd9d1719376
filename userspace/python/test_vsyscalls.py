# SPDX-License-Identifier: GPL-2.0
"""Test the binding on recordings of one program.  RECORDINGS: folder with a recording
for each profile, named after it.  LIBVSYSCALLS: path of the library."""

import errno
import os
import unittest
import warnings

import vsyscalls

RECORDINGS = os.environ["RECORDINGS"]
WINDOWS = ("windows_xpsp3_x86", "windows_7_x64", "windows_10_19041_x64")


def recording(profile):
    return os.path.join(RECORDINGS, profile)


class Tests(unittest.TestCase):
    def setUp(self):
        warnings.simplefilter("ignore")

    def test_calls(self):
        with vsyscalls.open(recording("linux_x86_64")) as trace:
            calls = list(trace)
        self.assertEqual([call.name for call in calls],
                         ["openat", "read", "pread64", "read", "dup", "write", "close", "close",
                          "openat", "fork", "exit_group", "execve"])
        read = calls[1]
        self.assertEqual(read.args, {"fd": "3", "buf": '"0123456789"', "count": "16"})
        self.assertEqual(read.args["buf"].value, 0x5000)
        self.assertEqual((read.result, read.text, read.latency, read.vm), (10, "10", 1500, 7))
        self.assertEqual((calls[8].result, calls[8].error), (-2, "ENOENT"))
        self.assertEqual(repr(read), 'read(fd=3, buf="0123456789", count=16) = 10')

    def test_same_program_on_each_windows(self):
        for profile in WINDOWS:
            for call in vsyscalls.open(recording(profile), calls=["NtCreateFile"]):
                name = call.args["ObjectAttributes"]
                self.assertEqual(name.string, "\\??\\C:\\secret.txt")
                self.assertEqual(call.profile, profile)
                self.assertEqual((call.text, call.error), ("0x0 STATUS_SUCCESS", None))
                break
            else:
                self.fail("no call")

    def test_a_call_that_does_not_return(self):
        *_, last = vsyscalls.open(recording(WINDOWS[0]))
        self.assertEqual((last.name, last.returned, last.result, last.latency),
                         ("NtTerminateProcess", False, None, None))
        self.assertEqual(repr(last)[-4:], " = ?")

    def test_losses(self):
        trace = vsyscalls.open(recording(WINDOWS[1]))
        with self.assertWarnsRegex(UserWarning, "^17 events were lost$"):
            list(trace)
        self.assertEqual(trace.lost, 17)

    def test_events(self):
        first, *_ = vsyscalls.open(recording(WINDOWS[1])).events()
        self.assertEqual((first["type"], first["vm"]), ("attach", 7))

    def test_filter(self):
        trace = vsyscalls.open(recording(WINDOWS[2]), calls=("NtClose", "NtReadFile"))
        self.assertEqual({call.name for call in trace}, {"NtClose", "NtReadFile"})

    def test_machine(self):
        self.assertEqual(list(vsyscalls.open(recording(WINDOWS[2]), pid=8)), [])
        self.assertEqual(len(list(vsyscalls.open(recording(WINDOWS[2]), pid=7))), 18)

    def test_errors(self):
        with self.assertRaisesRegex(vsyscalls.Error, "No such file") as caught:
            vsyscalls.open("/nonexistent")
        self.assertEqual(caught.exception.errno, errno.ENOENT)
        with self.assertRaisesRegex(vsyscalls.Error, "NtClsoe: no such system call"):
            vsyscalls.open(recording(WINDOWS[0]), calls=["NtClsoe"])
        trace = vsyscalls.open(recording(WINDOWS[0]))
        with self.assertRaisesRegex(vsyscalls.Error, "the calls of a file are over"):
            trace.hold("NtClose")
        with self.assertRaisesRegex(ValueError, "the trace is closed"):
            trace.close()
            trace.hold("NtClose")
        trace.close()
        with self.assertRaises(ValueError):
            list(trace)


if __name__ == "__main__":
    unittest.main()
