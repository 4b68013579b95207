"""Whether a thread works or waits, asked of the kernel: its CPU time, and the system call that it is in."""

import re
import time
from functools import cache

# Clock of the CPU time of a thread: CPUCLOCK_PERTHREAD_MASK | CPUCLOCK_SCHED.
_THREAD_CLOCK = 6

# Numbers of the system call futex: x86_64, and arm64.
_FUTEX = ("202", "98")

# A thread that used this share of the time since the last sample works, where the kernel does not tell what it waits for.
_WORKING = 0.2


def can_be_told() -> bool:
    """Whether this system has such clocks."""
    return cpu_time(0) is not None


def cpu_time(thread: int) -> int | None:
    """Nanoseconds since it began; None for a thread that has ended.

    :param thread: its native id; 0 is the calling thread
    """
    try:
        return time.clock_gettime_ns(~thread << 3 | _THREAD_CLOCK)
    except OSError:
        return None


def works(thread: int, share: float) -> bool:
    """Whether it works, or would if the interpreter's lock were free: the one who asks holds that lock.

    :param share: of the time since it was asked before, in which it used a CPU
    """
    try:
        with open(f"/proc/self/task/{thread}/syscall", "rb", buffering=0) as file:
            call = file.read(64).decode("ascii", "replace").split()
    except OSError:
        return share >= _WORKING
    if not call or call[0] == "running":
        return True
    if call[0] not in _FUTEX or len(call) < 2:
        return False
    try:
        address = int(call[1], 16)
    except ValueError:
        return False
    # The interpreter's lock lies in its static data; the locks of an application lie on the heap or on a stack.
    return any(begin <= address < end for begin, end in _static_data())


@cache
def _static_data() -> tuple[tuple[int, int], ...]:
    """Where the interpreter's variables are."""
    try:
        with open("/proc/self/maps") as file:
            return static_data(file.read())
    except OSError:
        return ()


_INTERPRETER = re.compile(r"/(lib)?python\d[^/]*$")


def static_data(maps: str) -> tuple[tuple[int, int], ...]:
    """The writable parts of the interpreter's file, and what follows them directly, which has no file: variables that begin as zero."""
    found: list[tuple[int, int]] = []
    for line in maps.splitlines():
        addresses, rights, _, _, _, *path = line.split(maxsplit=5)
        begin, end = (int(each, 16) for each in addresses.split("-"))
        if not rights.startswith("rw"):
            continue
        if path and _INTERPRETER.search(path[0].strip()):
            found.append((begin, end))
        elif not path and found and found[-1][1] == begin:
            found[-1] = found[-1][0], end
    return tuple(found)
