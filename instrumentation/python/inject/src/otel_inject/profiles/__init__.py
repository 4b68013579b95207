"""Samples of what the process spends its CPU time on: `OTEL_PYTHON_INJECT_PROFILES=19`, so many a second. Without it, nothing here is imported
but this file.

A thread looks at the others' stacks (`sampler`), says below which span each worked (`links`), and sends both as OTLP (`message`). It takes no more
than a hundredth of a core, and rests while the limit of overhead has anything shed. docs/profiles.md.
"""

import os
from collections.abc import Iterator
from typing import Any

from otel_inject.start import say

VARIABLE = "OTEL_PYTHON_INJECT_PROFILES"
HIGHEST_RATE = 100

_profiler: Any = None


def start() -> None:
    """Starts sampling where the variable says so, once there are providers."""
    global _profiler
    text = os.environ.get(VARIABLE, "").strip()
    if not text or text == "off":
        return
    if not text.isdecimal() or not 1 <= int(text) <= HIGHEST_RATE:
        say(f"profiles: off: {VARIABLE} is {text!r}. Allowed: samples a second, a whole number from 1 to {HIGHEST_RATE}")
        return
    from otel_inject.profiles import links, running, sampler

    if not running.can_be_told():
        say("profiles: off: this system does not tell the CPU time of a thread")
        return
    links.install()
    _profiler = sampler.Profiler(int(text))
    _profiler.start()


def threads() -> Iterator[Any]:
    """The thread that samples and sends."""
    if _profiler is not None:
        yield _profiler.thread


def renew() -> None:
    """In a forked child: what the parent sampled, it sends itself."""
    if _profiler is not None:
        _profiler.renew()


def flush() -> None:
    """Sends what is there."""
    if _profiler is not None:
        _profiler.send()


def end() -> None:
    """Has the thread send what is there, and end."""
    if _profiler is not None:
        _profiler.stop()
