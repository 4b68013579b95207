"""The thread that samples the others' stacks and sends what it saw."""

import os
import random
import sys
import threading
import time
from _thread import get_ident, get_native_id
from collections import Counter
from types import CodeType, FrameType
from typing import Any

from opentelemetry import context, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.util.re import parse_env_headers
from otel_inject import native, overhead
from otel_inject.profiles import links, message, running
from otel_inject.profiles.pace import Pace
from otel_inject.quick.transport import Transport
from otel_inject.start import say

# Frames of a stack, the innermost first. What called the outermost of them is left out.
DEPTH = 128

# Different stacks between two messages; beyond them all are one. The collector's exporter takes no profile of more than it has room for.
STACKS = 2000

PATH = "/v1development/profiles"


class Profiler:
    """Samples this process so many times a second, in the middle."""

    def __init__(self, rate: int) -> None:
        self.period = 1_000_000_000 // rate
        self.send_seconds = max(float(os.environ.get("OTEL_METRIC_EXPORT_INTERVAL") or 60000) / 1000, 0.1)
        self._endpoint, self._version = _endpoint(), _version()
        self._headers = {"content-type": "application/x-protobuf"} | parse_env_headers(
            os.environ.get("OTEL_EXPORTER_OTLP_HEADERS", ""), liberal=True
        )
        self._transport = Transport()
        self._reset()

    def _reset(self) -> None:
        self._main = get_ident(), get_native_id()
        self._stopping, self._lock = native.Event(), native.Lock()
        self.thread = native.Thread("otel-profiles", self._run)
        # CPU time of each thread at the last sample, and what of it has not become a sample yet.
        self._cpu: dict[int, int] | None = None
        self._owed: dict[int, int] = {}
        self._sampled_at = 0
        self._begin()

    def _begin(self) -> None:
        self._samples: Counter[message.Key] = Counter()
        self._codes: dict[int, CodeType | None] = {}
        self._begun = time.time_ns()

    def start(self) -> None:
        """Starts the thread. Called by the main thread."""
        self.thread.start()

    def renew(self) -> None:
        """In a forked child, by the thread that forked."""
        self._transport.close()
        links.renew()
        self._reset()
        self.start()

    def stop(self) -> None:
        """Has the thread send what is there, and end."""
        self._stopping.set()

    def _run(self) -> None:
        context.attach(context.set_value(context._SUPPRESS_INSTRUMENTATION_KEY, True))
        pace = Pace()
        next_send, wait, ended = time.monotonic() + self.send_seconds, float(self.period), time.thread_time_ns()
        while not self._stopping.wait(wait / 1e9):
            with self._lock:
                self._sample()
            sampled = time.thread_time_ns()
            if time.monotonic() >= next_send:
                next_send = time.monotonic() + self.send_seconds
                self.send()
            # Not in step with what the application does at fixed times. Waking up is part of a sample.
            period, begun, ended = self.period * random.uniform(0.5, 1.5), ended, time.thread_time_ns()
            wait = pace.wait(period, sampled - begun, ended - sampled, time.monotonic_ns())
        self.send()

    def _sample(self) -> None:
        if overhead.level() > 0:
            # Sampling is detail; what is spent meanwhile is nobody's.
            self._cpu = None
            return
        last, self._cpu = self._cpu, {}
        now = time.monotonic_ns()
        since, self._sampled_at = max(now - self._sampled_at, 1), now
        # Stacks and spans are read before anything that lets other threads go on. The interpreter may all the same, where this one was held up.
        seen: list[tuple[int, FrameType, float, int, message.Key]] = []
        own, frames = get_ident(), sys._current_frames()
        names = {ident: (thread.native_id, thread.name) for ident, thread in tuple(threading._active.items())}  # type: ignore[attr-defined]
        for ident, frame in frames.items():
            native_id, name = names.get(ident, (None, "MainThread"))
            if ident == self._main[0]:
                # `threading` keeps the parent's number in a forked child, and knows greenlets in the place of threads where gevent patched it.
                native_id = self._main[1]
            if ident == own or native_id is None or (cpu := running.cpu_time(native_id)) is None:
                continue
            self._cpu[native_id] = cpu
            if last is None:
                continue
            used = max(cpu - last.get(native_id, 0), 0)
            self._owed[native_id] = owed = self._owed.get(native_id, 0) + used
            if used > 0 and owed >= self.period:
                key = self._stack(frame), links.link_of(ident, frame), name
                seen.append((native_id, frame, used / since, owed // self.period, key))
        # A thread that has gone on to another function meanwhile was read in two places: what it owes is told by the next sample.
        still = {id(frame) for frame in sys._current_frames().values()}
        for native_id, frame, share, periods, key in seen:
            if id(frame) in still and running.works(native_id, share):
                self._owed[native_id] -= periods * self.period
                self._add(key, periods)
        self._owed = {thread: owed for thread, owed in self._owed.items() if thread in self._cpu}

    def _stack(self, frame: FrameType) -> tuple[int, ...]:
        stack: list[int] = []
        inner: FrameType | None = frame
        while inner is not None and len(stack) < 2 * DEPTH:
            code = inner.f_code
            self._codes[id(code)] = code
            stack += (id(code), inner.f_lineno or 0)
            inner = inner.f_back
        return tuple(stack)

    def _add(self, key: message.Key, periods: int) -> None:
        if key not in self._samples and len(self._samples) >= STACKS:
            self._codes[0] = None
            key = (0, 0), None, ""
        self._samples[key] += periods

    def send(self) -> None:
        """Sends what is there; what the collector could not be told now is told with the next."""
        with self._lock:
            samples, codes, begun, ended = self._samples, self._codes, self._begun, time.time_ns()
            if not samples:
                self._begin()
                return
            links.forget(sys._current_frames())
            body = message.message(samples, codes, _resource(), self.period, begun, ended, self._version)
            answer = self._transport.request("POST", self._endpoint, headers=self._headers, timeout=5.0, data=body)
            status = answer.status_code
            if status is None or status in (429, 502, 503, 504):
                return
            self._begin()
        if status >= 400 and not self._stopping.is_set():
            say(f"profiles: off: {self._endpoint} answered {status}")
            self._stopping.set()


def _endpoint() -> str:
    if whole := os.environ.get("OTEL_EXPORTER_OTLP_PROFILES_ENDPOINT"):
        return whole
    return (os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or "http://localhost:4318").rstrip("/") + PATH


def _resource() -> Any:
    return getattr(trace.get_tracer_provider(), "resource", None) or Resource.create()


def _version() -> str:
    from importlib import metadata

    try:
        return metadata.version("otel-inject")
    except metadata.PackageNotFoundError:
        return ""
