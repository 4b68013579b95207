"""What the instrumentation costs, in CPU time, measured for next to nothing.

On the application's threads one call in about 31 of each own function is timed with the thread's CPU clock and stands for all of them. A profiler
would see the instrumentors' own wrappers too, but in Python a thread that looks at others runs when they let go of the interpreter, that is
when they read and write: it sees those places and no others. The export threads' CPU clocks are read as they are.
"""

import functools
import random
import time
from collections.abc import Callable, Iterable
from typing import Any

# Mean distance of two timed calls; drawn, for the calls of requests repeat in a pattern.
EVERY = 31

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
        self._inside = False
        self._left = EVERY
        self._spent = 0
        self._read: dict[int, int] = {}
        self._of_clock = min(-thread_clock() + thread_clock() for _ in range(20))

    def timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed now and then. It must not wait: what else a thread does in between would count."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            if self._inside:  # part of what is timed around it
                return function(*args, **kwargs)
            self._inside = True
            self._left -= 1
            if self._left > 0:
                try:
                    return function(*args, **kwargs)
                finally:
                    self._inside = False
            self._left = 1 + int(self._draw() * (2 * EVERY - 1))
            begun = self._clock()
            try:
                return function(*args, **kwargs)
            finally:
                self._spent += EVERY * max(self._clock() - begun - self._of_clock, 0)
                self._inside = False
                self._tick()

        return functools.update_wrapper(timed, function)

    def seconds(self) -> float:
        """CPU time since the last call."""
        spent, self._spent = self._spent, 0
        read = {thread.native_id: _cpu_time(thread.native_id) for thread in self._threads() if thread.is_alive()}
        spent += sum(now - self._read.get(thread, 0) for thread, now in read.items())
        self._read = read
        return spent / 1e9


def _cpu_time(thread: int) -> int:
    """Nanoseconds; 0 where there is no such clock."""
    try:
        return time.clock_gettime_ns(~thread << 3 | _THREAD_CLOCK)
    except OSError:
        return 0
