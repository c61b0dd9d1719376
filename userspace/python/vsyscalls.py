# SPDX-License-Identifier: GPL-2.0
"""The system calls of virtual machines, from libvsyscalls.

    import vsyscalls

    for call in vsyscalls.open("/dev/vsyscalls"):
        print(call.name, call.args)

open() takes the device or a file that "vsysread -w" recorded.  A trace yields
each call when it has returned, or as soon as its return can no longer be seen.
One thread at a time may use a trace.

Calls can also be held and changed, if the module was loaded with rewrite=1:

    trace = vsyscalls.open(profile="linux_x86_64")
    trace.hold("open", "openat")
    for held in trace.held():
        if held.text() == "/etc/passwd":
            held.set_text("/etc/issue")
"""

import ctypes
import errno
import json
import os
import warnings

__all__ = ["open", "Trace", "Call", "Arg", "Held", "Error", "DEVICE"]

DEVICE = "/dev/vsyscalls"



def _library():
    """The library: as the environment says, or that of this tree if it was built, or the installed one."""
    built = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                         "../../build/user/lib/libvsyscalls.so.1")
    return os.environ.get("LIBVSYSCALLS") or (
        built if os.path.exists(built) else "libvsyscalls.so.1")


_lib = ctypes.CDLL(_library())
_REPORT = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p)


class _Event(ctypes.Structure):
    """struct vsys_event"""
    _fields_ = [("call", ctypes.c_void_p), ("rec", ctypes.c_void_p)]


class _Act(ctypes.Structure):
    """struct vsys_act"""
    _fields_ = [("what", ctypes.c_uint32), ("at", ctypes.c_uint32), ("flags", ctypes.c_uint32),
                ("index", ctypes.c_uint32), ("value", ctypes.c_uint64),
                ("data", ctypes.c_uint64), ("bytes", ctypes.c_uint32), ("ms", ctypes.c_uint32)]


class _Rule(ctypes.Structure):
    """struct vsys_rule"""
    _fields_ = [("size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("id", ctypes.c_uint64),
                ("numbers", ctypes.c_uint64), ("conds", ctypes.c_uint64),
                ("acts", ctypes.c_uint64), ("glob", ctypes.c_uint64),
                ("first", ctypes.c_uint64), ("last", ctypes.c_uint64),
                ("step", ctypes.c_uint64), ("count", ctypes.c_uint32),
                ("abi", ctypes.c_uint32), ("nconds", ctypes.c_uint32),
                ("nacts", ctypes.c_uint32), ("glob_bytes", ctypes.c_uint32),
                ("glob_arg", ctypes.c_uint32), ("tasks", ctypes.c_uint64),
                ("ntasks", ctypes.c_uint32), ("reserved", ctypes.c_uint32)]


class _Record(ctypes.Structure):
    """struct vsys_record"""
    _fields_ = [("size", ctypes.c_uint32), ("type", ctypes.c_uint16), ("flags", ctypes.c_uint16),
                ("seq", ctypes.c_uint64), ("time", ctypes.c_uint64), ("vm", ctypes.c_uint32),
                ("vcpu", ctypes.c_uint16), ("abi", ctypes.c_uint8), ("door", ctypes.c_uint8),
                ("nr", ctypes.c_uint32), ("profile", ctypes.c_uint32)]


class _Hold(ctypes.Structure):
    """struct vsys_held_call, with its struct vsys_held"""
    _fields_ = [("s", ctypes.c_void_p), ("size", ctypes.c_uint32), ("flags", ctypes.c_uint32),
                ("id", ctypes.c_uint64), ("record", ctypes.c_uint64), ("rule", ctypes.c_uint64),
                ("bytes", ctypes.c_uint32), ("at", ctypes.c_uint32), ("left_ms", ctypes.c_uint32),
                ("insn_len", ctypes.c_uint32), ("r", ctypes.POINTER(_Record)),
                ("fault", ctypes.c_uint64)]


class _Scratch(ctypes.Structure):
    """struct vsys_scratch"""
    _fields_ = [("addr", ctypes.c_uint64), ("bytes", ctypes.c_size_t)]


_AT = {"entry": 1, "return": 2}  # enum vsys_at
_CONTINUE, _SKIP, _RESULT = range(3)  # enum vsys_verdict
_ACT_HOLD, _ACT_SKIP, _ACT_RESULT = range(1, 4)  # enum vsys_act_what
_NOCASE, _GLOB_ANY = 2, 4  # VSYS_RULE_*
_FORCE, _PHYS = 2, 4
_REGS = ("rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11",
         "r12", "r13", "r14", "r15", "rip", "rflags")
_TEXT = 1 << 17  # a UNICODE_STRING of 65535 bytes takes up to 3 bytes of UTF-8 for each 2
_RED_ZONE = 128


def _declare(name, result, *args):
    function = getattr(_lib, name)
    function.restype = result
    function.argtypes = args
    return function


_VSYS = ctypes.c_void_p
_error = _declare("vsys_error", ctypes.c_char_p)
_open = _declare("vsys_trace_open", ctypes.c_int, ctypes.c_char_p, ctypes.POINTER(_VSYS))
_close = _declare("vsys_trace_close", None, _VSYS)
_report = _declare("vsys_trace_report", None, _VSYS, _REPORT, ctypes.c_void_p)
_session_of = _declare("vsys_trace_device", ctypes.c_void_p, _VSYS)
_attach = _declare("vsys_trace_attach", ctypes.c_int, _VSYS, ctypes.c_int, ctypes.c_char_p,
                   ctypes.c_uint32)
_detach = _declare("vsys_trace_detach", ctypes.c_int, _VSYS, ctypes.c_int)
_stop = _declare("vsys_trace_stop", ctypes.c_int, _VSYS)
_filter = _declare("vsys_trace_filter", ctypes.c_int, _VSYS, ctypes.c_char_p)
_next_event = _declare("vsys_trace_next_event", ctypes.c_int, _VSYS, ctypes.c_int,
                       ctypes.POINTER(_Event))
_event_json = _declare("vsys_event_json", ctypes.c_char_p, _VSYS, ctypes.POINTER(_Event))

_HOLD = ctypes.POINTER(_Hold)
_U64S = ctypes.POINTER(ctypes.c_uint64)
_profiles_of = _declare("vsys_trace_profiles", ctypes.c_void_p, _VSYS)
_profiles_table = _declare("vsys_profiles_table", ctypes.c_void_p, ctypes.c_void_p,
                           ctypes.c_uint32)
_table_find = _declare("vsys_table_find", ctypes.c_void_p, ctypes.c_char_p)
# A struct vsys_proto begins with its name.
_table_record = _declare("vsys_table_record", ctypes.POINTER(ctypes.c_char_p), ctypes.c_void_p,
                         ctypes.POINTER(_Record))
_abi_name = _declare("vsys_abi_name", ctypes.c_char_p, ctypes.c_uint)
_rule_add_named = _declare("vsys_device_rule_add_calls", ctypes.c_int, ctypes.c_void_p,
                           ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(_Rule))
_hold_wait = _declare("vsys_held_call_wait", ctypes.c_int, ctypes.c_void_p, ctypes.c_int,
                      ctypes.POINTER(_HOLD))
_hold_resume = _declare("vsys_held_call_resume", ctypes.c_int, _HOLD, ctypes.c_uint, ctypes.c_uint64)
_hold_free = _declare("vsys_held_call_free", None, _HOLD)
_hold_args = _declare("vsys_held_call_args", ctypes.c_int, _HOLD, ctypes.c_uint, ctypes.c_uint, _U64S)
_hold_set_args = _declare("vsys_held_call_set_args", ctypes.c_int, _HOLD, ctypes.c_uint,
                          ctypes.c_uint, _U64S)
_hold_regs = _declare("vsys_held_call_regs", ctypes.c_int, _HOLD, ctypes.c_uint, _U64S)
_hold_set_regs = _declare("vsys_held_call_set_regs", ctypes.c_int, _HOLD, ctypes.c_uint64, _U64S)
_hold_read = _declare("vsys_held_call_read", ctypes.c_int, _HOLD, ctypes.c_uint64, ctypes.c_void_p,
                      ctypes.c_size_t, ctypes.c_uint)
_hold_write = _declare("vsys_held_call_write", ctypes.c_int, _HOLD, ctypes.c_uint64, ctypes.c_void_p,
                       ctypes.c_size_t, ctypes.c_uint)
_hold_text_arg = _declare("vsys_held_call_text_arg", ctypes.c_int, _HOLD)
_hold_text = _declare("vsys_held_call_text", ctypes.c_ssize_t, _HOLD, ctypes.c_uint, ctypes.c_uint,
                      ctypes.c_char_p, ctypes.c_size_t)
_hold_set_text = _declare("vsys_held_call_set_text", ctypes.c_int, _HOLD, ctypes.c_uint,
                          ctypes.c_uint, ctypes.c_char_p, ctypes.POINTER(_Scratch))


class Error(OSError):
    """An error of libvsyscalls; errno has its number."""


def _check(result):
    if result < 0:
        raise Error(-result, _error().decode(errors="replace"))
    return result


# 64-bit values, which are strings in JSON as many readers have 53 bits.
_WIDE = ("time", "seq", "pc", "sp", "space", "result", "latency_ns", "first", "last", "count",
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

    value: the number the guest passed, None if it could not be read
    string, string_out: a Windows string at the call and at the return, or None
    """

    def __new__(cls, fields):
        arg = super().__new__(cls, fields["text"])
        arg.name = fields["name"]
        arg.value = None if fields["value"] is None else int(fields["value"], 16)
        arg.string = fields.get("string")
        arg.string_out = fields.get("string_out")
        return arg


class Task:
    """The thread of a guest that made a call; what is not known is None.

    pid, tid, ppid, uid, vpid, pidns, session: numbers of the guest
    id: tells it from other threads that live at the same time
    start, cgroup: when the process began, in the guest's own units; id of its cgroup
    comm, program, container, command: texts, with escapes in place of control characters
    claimed: the guest's program could have written all of this itself
    """

    def __init__(self, fields):
        for key in ("pid", "tid", "ppid", "uid", "vpid", "pidns", "session", "comm", "program",
                    "container", "command"):
            setattr(self, key, fields.get(key))
        for key in ("id", "start", "cgroup"):
            setattr(self, key, int(fields[key], 16) if key in fields else None)
        self.claimed = fields.get("claimed", False)

    def __repr__(self):
        return f"{self.pid}/{self.tid} {self.comm}"


class Call:
    """A system call of a guest.

    name, profile, abi, door, nr: identify the call
    vm, vcpu, time, space, pc, sp: its caller and time; the last three are None
        if the entry was not seen
    task: the thread that made it, a Task, or None
    args: its arguments by name, each an Arg
    returned: whether its return was seen; if not, the following are None:
    result: the result register, signed for Linux
    text: the result as vsysread prints it
    error: name of the error, None if the call succeeded
    latency: in nanoseconds
    """

    def __init__(self, fields):
        self.fields = fields
        for key in ("vm", "vcpu", "time", "profile", "abi", "door", "nr", "name"):
            setattr(self, key, fields[key])
        for key in ("pc", "sp", "space", "result"):
            setattr(self, key, fields.get(key))
        self.task = Task(fields["task"]) if "task" in fields else None
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


class Held:
    """A call that is held at its entry or its return, see Trace.held().

    name, nr, abi, vm, vcpu: the call and its caller; name is None if unknown
    at: "entry" or "return"
    left: seconds to its deadline, at which it continues by itself

    Numbers of a guest are unsigned.
    """

    def __init__(self, trace, hold):
        record = hold.contents.r.contents
        table = _profiles_table(_profiles_of(trace._handle()), record.profile)
        proto = _table_record(table, hold.contents.r) if table else None
        self._trace = trace
        self._h = hold
        self._resumed = False
        self.name = proto[0].decode() if proto else None
        self.nr, self.vm, self.vcpu = record.nr, record.vm, record.vcpu
        self.abi = _abi_name(record.abi).decode()
        self.at = "entry" if hold.contents.at == _AT["entry"] else "return"
        self.left = hold.contents.left_ms / 1000
        # Keep lone surrogates (Windows) and bytes that are not UTF-8 (Linux).
        self._errors = "surrogatepass" if self.abi.startswith("windows") else "surrogateescape"

    def _hold(self):
        if not self._h:
            raise ValueError("the call is not held any more")
        self._trace._handle()
        return self._h

    def arg(self, index):
        """Return an argument, counted from 0."""
        value = ctypes.c_uint64()
        _check(_hold_args(self._hold(), index, 1, ctypes.byref(value)))
        return value.value

    def set_arg(self, index, value):
        """Change an argument; at the entry only."""
        _check(_hold_set_args(self._hold(), index, 1, ctypes.byref(ctypes.c_uint64(value))))

    def regs(self):
        """Return the registers by name: "rax"."""
        values = (ctypes.c_uint64 * len(_REGS))()
        _check(_hold_regs(self._hold(), len(_REGS), values))
        return dict(zip(_REGS, values))

    def set_regs(self, **regs):
        """Change the given registers."""
        values = (ctypes.c_uint64 * len(_REGS))()
        mask = 0
        for name, value in regs.items():
            mask |= 1 << _REGS.index(name)
            values[_REGS.index(name)] = value
        _check(_hold_set_regs(self._hold(), mask, values))

    def read(self, addr, size, physical=False):
        """Read guest memory; an Error is raised unless all can be read."""
        data = ctypes.create_string_buffer(size)
        _check(_hold_read(self._hold(), addr, data, size, _PHYS if physical else 0))
        return data.raw

    def write(self, addr, data, physical=False, force=False):
        """Write guest memory; force: also pages that are read-only for the guest."""
        flags = (_PHYS if physical else 0) | (_FORCE if force else 0)
        _check(_hold_write(self._hold(), addr, bytes(data), len(data), flags))

    def _text_arg(self, arg):
        return _check(_hold_text_arg(self._hold())) if arg is None else arg

    def text(self, arg=None):
        """Return a string argument, by default the first one."""
        text = ctypes.create_string_buffer(_TEXT)
        n = _check(_hold_text(self._hold(), self._text_arg(arg), 0, text, _TEXT))
        return text.raw[:n].decode(errors=self._errors)

    def set_text(self, text, arg=None):
        """Replace a string argument; a longer one is put below the caller's stack."""
        text = text.encode(errors=self._errors)
        room = 2 * len(text) + 16
        scratch = _Scratch(self.regs()["rsp"] - _RED_ZONE - room, room)
        _check(_hold_set_text(self._hold(), self._text_arg(arg), 0, text,
                              ctypes.byref(scratch)))

    def _resume(self, verdict, value):
        _check(_hold_resume(self._hold(), verdict, value))
        self._resumed = True

    def resume(self):
        """Let the call continue, with all changes."""
        self._resume(_CONTINUE, 0)

    def skip(self, result):
        """At the entry: skip the call, with this result, such as -errno.EACCES."""
        self._resume(_SKIP, result)

    def result(self, value):
        """At the return: let the call continue with this result."""
        self._resume(_RESULT, value)

    def _end(self):
        hold, self._h = self._h, None
        # Ignore errors: ESTALE only means that the call has continued by itself.
        if not self._resumed and self._trace._v:
            _hold_resume(hold, _CONTINUE, 0)
        _hold_free(hold)


class Trace:
    """An iterable of the calls of a source; events() yields other records, too.

    lost: number of events lost so far
    """

    def __init__(self, path):
        self._v = _VSYS()
        self._said = []
        self._profile = None
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
        """Trace the machine of process pid, 0: all; for a file, select the machine."""
        _check(_attach(self._handle(), pid, _name(profile), doors))
        self._profile = profile or self._profile

    def detach(self, pid=0):
        """Undo attach()."""
        _check(_detach(self._handle(), pid))

    def stop(self):
        """Detach from all machines; the iteration ends after the remaining events."""
        _check(_stop(self._handle()))

    def filter(self, *calls):
        """Yield only the calls of these names; without names all."""
        _check(_filter(self._handle(), ",".join(calls).encode() if calls else None))

    def _rule(self, act, calls, profile, path):
        session = _session_of(self._handle())
        profile = profile or self._profile
        table = _table_find(_name(profile)) if profile else None
        glob = ctypes.create_string_buffer(_name(path) or b"")
        flags = _GLOB_ANY if path else 0

        if not session:
            raise Error(errno.ENOTTY, "the calls of a file are over")
        if not table:
            raise Error(errno.ENOENT, f"there is no profile {profile}")
        if path and profile.startswith("windows"):
            flags |= _NOCASE
        rule = _Rule(flags=flags, acts=ctypes.addressof(act), nacts=1,
                     glob=ctypes.addressof(glob) if path else 0, glob_bytes=len(glob) - 1)
        _check(_rule_add_named(session, table, ",".join(calls).encode(), ctypes.byref(rule)))

    def hold(self, *calls, at="entry", path=None, profile=None, seconds=0):
        """From now on hold the calls of these names at their entry or return, for
        seconds (0: 5) at most; held() yields them.

        path: only calls with a string or name that matches this pattern of * and ?
        profile: needed if attach() or open() had none
        """
        self._rule(_Act(what=_ACT_HOLD, at=_AT[at], ms=int(seconds * 1000)), calls, profile,
                   path)

    def skip(self, *calls, result, path=None, profile=None):
        """From now on skip the calls of these names, with this result.  The module
        does so by itself, without waiting for this program."""
        self._rule(_Act(what=_ACT_SKIP, at=_AT["entry"], value=result), calls, profile, path)

    def held(self, timeout=None):
        """Yield each held call as a Held; it continues when the next one is requested.

        Ends if no call was held for timeout seconds.
        """
        wait = -1 if timeout is None else int(timeout * 1000)
        hold = _HOLD()
        while True:
            n = _hold_wait(_session_of(self._handle()), wait, ctypes.byref(hold))
            if n == -errno.EINTR:
                continue
            if n == -errno.EAGAIN:
                return
            _check(n)
            held = Held(self, hold)
            try:
                yield held
            finally:
                held._end()

    def events(self, timeout=None):
        """Yield a Call for each call and a dict for any other record, with the keys
        of --json, see vsysread(1); 64-bit values are numbers here.

        Ends if there was no event for timeout seconds.
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
        """Close the source, and with it end the tracing of a device."""
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
    """Return a Trace of the device or of a recorded file.

    A device is attached to the machine of process pid, 0: to all machines, present
    and future.  profile is their profile, by default that of the module's
    parameter.  calls: names of the calls to trace.
    """
    trace = Trace(path)
    if calls:
        trace.filter(*calls)
    if trace.live or pid or profile:
        trace.attach(pid, profile)
    return trace
