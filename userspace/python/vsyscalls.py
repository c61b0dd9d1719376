# SPDX-License-Identifier: GPL-2.0
"""The system calls of virtual machines, from libvsyscalls.

    import vsyscalls

    for call in vsyscalls.open("/dev/vsyscalls"):
        print(call.name, call.args)

open() takes the device or a file that "vsysread -w" recorded.  A trace gives
each call when it has returned, or when it is known that its return will not be
seen.  Use a trace from one thread at a time.
"""

import ctypes
import errno
import json
import os
import warnings

__all__ = ["open", "Trace", "Call", "Arg", "Error", "DEVICE"]

DEVICE = "/dev/vsyscalls"

_lib = ctypes.CDLL(os.environ.get("LIBVSYSCALLS", "libvsyscalls.so.1"))
_REPORT = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p)


class _Event(ctypes.Structure):
    """struct vsys_event"""
    _fields_ = [("call", ctypes.c_void_p), ("rec", ctypes.c_void_p)]


def _declare(name, result, *args):
    function = getattr(_lib, name)
    function.restype = result
    function.argtypes = args
    return function


_VSYS = ctypes.c_void_p
_error = _declare("vsys_error", ctypes.c_char_p)
_open = _declare("vsys_open", ctypes.c_int, ctypes.c_char_p, ctypes.POINTER(_VSYS))
_close = _declare("vsys_close", None, _VSYS)
_report = _declare("vsys_report", None, _VSYS, _REPORT, ctypes.c_void_p)
_session_of = _declare("vsys_session_of", ctypes.c_void_p, _VSYS)
_attach = _declare("vsys_attach", ctypes.c_int, _VSYS, ctypes.c_int, ctypes.c_char_p,
                   ctypes.c_uint32)
_detach = _declare("vsys_detach", ctypes.c_int, _VSYS, ctypes.c_int)
_stop = _declare("vsys_stop", ctypes.c_int, _VSYS)
_filter = _declare("vsys_filter", ctypes.c_int, _VSYS, ctypes.c_char_p)
_next_event = _declare("vsys_next_event", ctypes.c_int, _VSYS, ctypes.c_int,
                       ctypes.POINTER(_Event))
_event_json = _declare("vsys_event_json", ctypes.c_char_p, _VSYS, ctypes.POINTER(_Event))


class Error(OSError):
    """What libvsyscalls could not do; errno says why."""


def _check(result):
    if result < 0:
        raise Error(-result, _error().decode(errors="replace"))
    return result


# What JSON has as strings, since many readers have numbers of 53 bits.
_WIDE = ("time", "seq", "pc", "sp", "cr3", "result", "latency_ns", "first", "last", "count",
         "was", "value")


def _load(line):
    if line is None:
        raise MemoryError
    fields = json.loads(line)
    for key in _WIDE:
        if key in fields:
            fields[key] = int(fields[key], 16)
    return fields


def _name(text):
    return None if text is None else os.fsencode(text)


def _signed(value, bits):
    value &= (1 << bits) - 1
    return value - (value >> bits - 1 << bits)


class Arg(str):
    """An argument, as vsysread prints it.

    value: the number that the guest gave, None when it could not be read
    string, string_out: a Windows string at the call and at the return, or None
    """

    def __new__(cls, fields):
        arg = super().__new__(cls, fields["text"])
        arg.name = fields["name"]
        arg.value = None if fields["value"] is None else int(fields["value"], 16)
        arg.string = fields.get("string")
        arg.string_out = fields.get("string_out")
        return arg


class Call:
    """A system call of a guest.

    name, profile, abi, door, nr: which call
    vm, vcpu, time, cr3, pc, sp: of whom and when; the last three are None
        when the entry was not seen
    args: its arguments by name, each an Arg
    returned: was its return seen?  If not, the following are None:
    result: the result register, signed if it is of Linux
    text: what vsysread prints of it
    error: name of the error, None when it is none
    latency: in nanoseconds
    """

    def __init__(self, fields):
        self.fields = fields
        for key in ("vm", "vcpu", "time", "profile", "abi", "door", "nr", "name"):
            setattr(self, key, fields[key])
        for key in ("pc", "sp", "cr3", "result"):
            setattr(self, key, fields.get(key))
        self.args = {a["name"]: Arg(a) for a in fields.get("args", ())}
        self.returned = "result" in fields
        if self.returned and self.abi.startswith("linux"):
            self.result = _signed(self.result, 32 if self.abi == "linux_i386" else 64)
        self.text = fields.get("text")
        self.error = fields.get("error")
        self.latency = fields.get("latency_ns")

    def __repr__(self):
        args = ", ".join(f"{name}={text}" for name, text in self.args.items())
        return f"{self.name}({args}) = {self.text if self.returned else '?'}"


class Trace:
    """The calls of a source, to be iterated; events() has all else, too.

    lost: how many events were lost so far
    """

    def __init__(self, path):
        self._v = _VSYS()
        self._said = []
        self.lost = 0
        _check(_open(os.fsencode(path), ctypes.byref(self._v)))
        self._told = _REPORT(lambda arg, what: self._said.append(what.decode(errors="replace")))
        _report(self._v, self._told, None)
        self.live = bool(_session_of(self._v))

    def _handle(self):
        if not self._v:
            raise ValueError("the trace is closed")
        return self._v

    def attach(self, pid=0, profile=None, doors=0):
        """Trace the machine that process pid runs, 0: all; of a file, choose it."""
        _check(_attach(self._handle(), pid, _name(profile), doors))

    def detach(self, pid=0):
        """Undo attach()."""
        _check(_detach(self._handle(), pid))

    def stop(self):
        """Detach from all; the iteration ends with what is left."""
        _check(_stop(self._handle()))

    def filter(self, *calls):
        """Give only the calls of these names, all without any."""
        _check(_filter(self._handle(), ",".join(calls).encode() if calls else None))

    def events(self, timeout=None):
        """Call for a call, a dict for any other record: see vsysread(1), --json;
        values of 64 bits are numbers here.

        Ends when there was nothing for timeout seconds.
        """
        wait = -1 if timeout is None else int(timeout * 1000)
        event = _Event()
        while True:
            n = _next_event(self._handle(), wait, ctypes.byref(event))
            for what in self._said:
                warnings.warn(what, stacklevel=2)
            self._said.clear()
            if n == -errno.EINTR:
                continue
            if n == -errno.EAGAIN or n == 0:
                return
            _check(n)
            fields = _load(_event_json(self._v, ctypes.byref(event)))
            if fields["type"] == "lost":
                self.lost += fields["count"]
            yield Call(fields) if fields["type"] == "call" else fields

    def __iter__(self):
        for event in self.events():
            if isinstance(event, Call):
                yield event
            elif event["type"] == "lost":
                warnings.warn(f"{event['count']} events were lost", stacklevel=2)

    def close(self):
        """Close the source; a device then traces nothing any more."""
        _close(self._v)
        self._v = _VSYS()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def __del__(self):
        if getattr(self, "_v", None):
            self.close()


def open(path=DEVICE, pid=0, profile=None, calls=()):
    """A Trace of the device or of a recorded file.

    A device is attached to the machine that process pid runs, 0: to all that
    run now or later.  profile says what they are, else they are what the
    module's parameter says.  calls: names of those that are wanted.
    """
    trace = Trace(path)
    if calls:
        trace.filter(*calls)
    if trace.live or pid or profile:
        trace.attach(pid, profile)
    return trace
