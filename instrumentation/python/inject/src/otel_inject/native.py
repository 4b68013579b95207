"""Threads, events and locks of the interpreter itself, for the threads that send.

gevent and eventlet put their own in the place of `threading`'s, also under threads that run already: a thread that then waits becomes a second
loop of theirs, and on some versions of Python it waits for ever. These stay what they were when this was imported, before the application.
"""

import sys
import traceback
from _thread import allocate_lock as Lock
from _thread import get_native_id, start_new_thread
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

__all__ = ["Event", "Lock", "Thread", "use"]


class Event:
    """As `threading.Event`."""

    def __init__(self) -> None:
        self._flag = False
        # Held while the event is not set.
        self._unset = Lock()
        self._unset.acquire()

    def is_set(self) -> bool:
        """Whether it is set."""
        return self._flag

    def set(self) -> None:
        """Lets everybody go who waits."""
        self._flag = True
        self._let_go()

    def clear(self) -> None:
        """Has those wait who come from now on."""
        self._flag = False
        self._unset.acquire(False)

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it was set within so many seconds."""
        if not self._flag and self._unset.acquire(True, -1 if timeout is None else max(timeout, 0.0)):
            # The next who waits.
            self._let_go()
        return self._flag

    def _let_go(self) -> None:
        try:
            self._unset.release()
        except RuntimeError:
            # It is not held.
            pass


class Thread:
    """As a daemon of `threading.Thread`."""

    def __init__(
        self,
        name: str = "",
        target: Callable[..., Any] | None = None,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        daemon: bool = True,
    ) -> None:
        self.name, self.daemon, self.native_id = name, daemon, 0
        self._work = target, tuple(args), dict(kwargs or {})
        self._running = Lock()

    def start(self) -> None:
        """Starts it."""
        self._running.acquire()
        try:
            start_new_thread(self._run, ())
        except BaseException:
            self._running.release()
            raise

    def is_alive(self) -> bool:
        """Whether it has begun and not ended."""
        return self._running.locked()

    def join(self, timeout: float | None = None) -> None:
        """Waits for its end, so many seconds at most."""
        if self._running.acquire(True, -1 if timeout is None else max(timeout, 0.0)):
            self._running.release()

    def _run(self) -> None:
        self.native_id = get_native_id()
        target, args, kwargs = self._work
        try:
            if target is not None:
                target(*args, **kwargs)
        except Exception:
            if sys.stderr is not None:
                traceback.print_exc()
        finally:
            self._running.release()


def use() -> None:
    """Gives the SDK's processors, readers and exporters these, before there are any."""
    from opentelemetry.exporter.otlp.common import http
    from opentelemetry.sdk import _shared_internal
    from opentelemetry.sdk.metrics._internal import export

    own = SimpleNamespace(Event=Event, Lock=Lock, Thread=Thread)
    http.threading = _shared_internal.threading = own  # type: ignore[attr-defined,assignment]
    export.Event, export.Lock, export.Thread = Event, Lock, Thread  # type: ignore[misc,assignment,attr-defined]
