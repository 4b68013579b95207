"""Python's search for garbage, which spans would make dearer.

A request that is under way holds about twice as many objects with a span and its context as without, and Python looks for garbage after so many
new objects; after some of these searches it looks through the whole process, tens of milliseconds during which nobody is answered.

So the threshold is doubled, and what is there half a minute after the start is set aside: a search of the whole process looks only at what came
since, and at everything once in five minutes. An application that sets a threshold itself does so later, and keeps it; to one that sets objects
aside itself everything is left. `gc.collect()` looks at everything, always.
"""

import functools
import gc
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

VARIABLE = "OTEL_PYTHON_INJECT_GC"

# Not at once: a start imports and patches, and what does the latter may go through all objects (gevent looks for locks).
START_SECONDS = 30.0
EVERYTHING_SECONDS = 300.0


class SetAside:
    """Sets aside what searches have left, the first time after any of them, then after those of the whole process.

    :param now: a clock, in seconds
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._freeze, self._unfreeze, self._collect = gc.freeze, gc.unfreeze, gc.collect
        self.left_to_application = False
        self.begin()

    def begin(self) -> None:
        """As at the start of the process; also in a forked child, which starts once more."""
        self._from = self._now() + START_SECONDS
        self._everything_at = 0.0
        self._aside = False

    def install(self) -> None:
        """Hears of searches, and of what the application asks for itself."""
        gc.callbacks.append(self.searching)
        gc.freeze, gc.unfreeze = self._own(self._freeze), self._own(self._unfreeze)
        gc.collect = self._everything()
        os.register_at_fork(after_in_child=self._in_child)

    def searching(self, phase: str, info: Mapping[str, Any]) -> None:
        """Called before and after each search."""
        whole = info["generation"] == 2
        if not whole and self._everything_at:
            return
        if self.left_to_application or (now := self._now()) < self._from:
            return
        if phase == "stop":
            self._everything_at = self._everything_at or now + EVERYTHING_SECONDS
            self._aside = True
            self._freeze()
        elif whole and now >= self._everything_at:
            self._everything_at = now + EVERYTHING_SECONDS
            self._back()

    def _back(self) -> None:
        if self._aside:
            self._unfreeze()
            self._aside = False

    def _in_child(self) -> None:
        if not self.left_to_application:
            self._back()
            self.begin()

    def _own(self, function: Callable[[], None]) -> Callable[[], None]:
        @functools.wraps(function)
        def by_application() -> None:
            if not self.left_to_application:
                self.left_to_application = True
                self._back()
            function()

        return by_application

    def _everything(self) -> Callable[..., int]:
        @functools.wraps(self._collect)
        def collect(generation: int = 2) -> int:
            if generation == 2 and not self.left_to_application:
                self._back()
            return self._collect(generation)

        return collect


def install() -> None:
    """Unless OTEL_PYTHON_INJECT_GC is `off`."""
    if os.environ.get(VARIABLE, "").lower() == "off":
        return
    youngest, *older = gc.get_threshold()
    gc.set_threshold(2 * youngest, *older)
    # 0: an interpreter that searches the whole process in small steps.
    if older[-1]:
        SetAside().install()
