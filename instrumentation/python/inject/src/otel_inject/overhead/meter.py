"""What the instrumentation costs, in CPU time, measured for next to nothing.

On the application's threads one call in about 61 of each own function is timed with the thread's CPU clock and stands for all of them. A profiler
would see the instrumentors' own wrappers too, but in Python a thread that looks at others runs when they let go of the interpreter, that is
when they read and write: it sees those places and no others. The export threads' CPU clocks are read as they are.
"""

import functools
import random
import time
from collections.abc import Callable, Iterable
from threading import get_ident
from typing import Any

# Mean distance of two timed calls; drawn, for the calls of requests repeat in a pattern.
EVERY = 61

# What a call may have taken, as a multiple of what calls of its function take on average. A search for garbage, or a machine that is given less than
# it asks for, makes one take a thousand times as long; times `EVERY`, that one would be the whole window.
LONGEST = 6

# Linux: the CPU clock of one thread, by its id. Of a thread that has ended it is refused, which that of its handle is not.
_THREAD_CLOCK = 6


class Meter:
    """CPU time of timed functions and of threads, extrapolated.

    :param threads: the threads whose whole time is the instrumentation's
    :param tick: called after a timed call, on the application's thread
    """

    def __init__(
        self,
        threads: Callable[[], Iterable[Any]],
        tick: Callable[[], None],
        thread_clock: Callable[[], int] = time.thread_time_ns,
        draw: Callable[[], float] = random.Random().random,
    ) -> None:
        self._threads, self._tick, self._clock, self._draw = threads, tick, thread_clock, draw
        self._left = EVERY
        self._timing = 0
        self._nested = 0
        self._spent = 0
        self._read: dict[int, int] = {}
        self._of_clock = min(-thread_clock() + thread_clock() for _ in range(20))

    def timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed now and then. It must not wait: what else a thread does in between would count."""

        typical = [0.0]

        def timed(*args: Any, **kwargs: Any) -> Any:
            # What every call pays.
            self._left -= 1
            return function(*args, **kwargs) if self._left > 0 else self._time(function, args, kwargs, typical)

        return functools.update_wrapper(timed, function)

    def _time(self, function: Callable[..., Any], args: Any, kwargs: Any, typical: list[float]) -> Any:
        """One call stands for `EVERY`: without those within it, which stand for themselves.

        :param typical: nanoseconds that calls of the function take on average
        """
        thread = get_ident()
        if self._timing and self._timing != thread:
            return function(*args, **kwargs)
        outer, nested, self._timing, self._nested = self._timing, self._nested, thread, 0
        begun = self._clock()
        try:
            return function(*args, **kwargs)
        finally:
            took = max(self._clock() - begun - self._of_clock, 0)
            if outer:
                self._timing, self._nested = outer, nested + took
            else:
                self._spent += EVERY * bounded(max(took - self._nested, 0), typical)
                self._timing = self._nested = 0
                # While it was timed, every call came here.
                self._left = 1 + int(self._draw() * (2 * EVERY - 1))
                self._tick()

    def renew(self) -> None:
        """In a forked child, where a thread of the parent may have been timing."""
        self._left, self._timing, self._nested, self._spent = EVERY, 0, 0, 0
        self._read = {}

    def seconds(self) -> tuple[float, float]:
        """CPU time since the last call: of timed functions, and of the threads."""
        spent, self._spent = self._spent, 0
        read = {thread.native_id: _cpu_time(thread.native_id) for thread in self._threads() if thread.native_id and thread.is_alive()}
        of_threads = sum(now - self._read.get(thread, 0) for thread, now in read.items())
        self._read = read
        return spent / 1e9, of_threads / 1e9


def bounded(took: int, typical: list[float]) -> int:
    """What a call took, `LONGEST` times the average at most, which it moves."""
    average = typical[0] or float(took)
    took = min(took, int(LONGEST * average))
    typical[0] = average + (took - average) / 16
    return took


def _cpu_time(thread: int) -> int:
    """Nanoseconds; 0 where there is no such clock."""
    try:
        return time.clock_gettime_ns(~thread << 3 | _THREAD_CLOCK)
    except OSError:
        return 0
