"""A limit of what OpenTelemetry may cost the process: `OTEL_PYTHON_INJECT_OVERHEAD=5%`. Without it, nothing here is imported but this file.

The instrumentation measures itself (`meter`), decides by that what to shed (`governor`), and sheds it (`shedding`). It says so on stderr, at each
change and at most once a minute, and in the metrics `telemetry.overhead.*` and `telemetry.shed.items`.
"""

import os
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from otel_inject.start import say

VARIABLE = "OTEL_PYTHON_INJECT_OVERHEAD"
SCOPE = "otel_inject.overhead"

_WINDOW_SECONDS = 5.0
_LINE_SECONDS = 60.0

# Set where the variable is.
_control: "Control | None" = None


def before_configuring(quick: bool) -> None:
    """Before anything is made whose calls are timed.

    :param quick: whether spans and records are made by `otel_inject.quick`, which alone can shed them
    """
    global _control
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return
    from otel_inject.overhead import governor

    try:
        limit = governor.parse(text)
    except ValueError:
        say(f"overhead: not limited: {VARIABLE} is {text!r}. Allowed: a percentage above 0 and up to 50, such as 5%")
        return
    if not quick:
        say("overhead: not limited: OpenTelemetry's own SDK makes the telemetry in this process, and sheds nothing")
        return
    _control = Control(limit)
    _control.install()


def after_configuring(provider: Any, processors: Sequence[Any]) -> None:
    """Once there are providers.

    :param provider: that of spans
    :param processors: those of its processors that are quick
    """
    if _control is None:
        return
    from opentelemetry.sdk.trace import sampling

    from otel_inject.overhead.shedding import without_details

    if getattr(provider, "sampler", None) is not sampling.DEFAULT_ON or not processors:
        _control.stop("the process has a sampler or an exporter of its own")
        return
    for processor in processors:
        processor.on_end = without_details(processor.on_end, _control.governor)
    _control.publish()


def time_methods(holder: Any, *names: str) -> None:
    """Has functions of a class or module timed, where there is a limit."""
    if _control is not None:
        for name in names:
            setattr(holder, name, _control.meter.timed(getattr(holder, name)))


def level() -> int:
    """How much is shed now; 0 is nothing, also where there is no limit."""
    return 0 if _control is None else _control.governor.level


def renew() -> None:
    """In a forked child: the level stays, counts begin at zero."""
    if _control is not None:
        _control.shed.clear()
        _control.meter.renew()
        _control.begin_window()


class Control:
    """The limit of this process."""

    def __init__(self, limit: float) -> None:
        from otel_inject.overhead.governor import Governor
        from otel_inject.overhead.meter import Meter

        self.governor = Governor(limit)
        self.meter = Meter(_threads, self.tick)
        self.shed: Counter[str] = Counter()
        self.window_seconds = _WINDOW_SECONDS
        self._said, self._next_line, self._stopped = 0, 0.0, False
        self.begin_window()

    def install(self) -> None:
        """Takes the place of the tracer's `start_span`, and times what is called often."""
        from opentelemetry.sdk.metrics._internal.instrument import Counter, Histogram, UpDownCounter
        from opentelemetry.sdk.trace import Tracer

        from otel_inject.overhead import shedding
        from otel_inject.quick.records import Records
        from otel_inject.quick.spans import QuickSpan

        Tracer.start_span = shedding.governed_start(Tracer.start_span, self.governor, self.shed)  # type: ignore[method-assign,assignment]
        Records.emit = shedding.without_records_of_shed_traces(Records.emit, self.shed)  # type: ignore[method-assign]
        time_methods(Tracer, "start_span")
        time_methods(Records, "emit")
        time_methods(QuickSpan, "end")
        time_methods(shedding.Shed, "end")
        for kind in (Counter, UpDownCounter):
            time_methods(kind, "add")
        time_methods(Histogram, "record")

    def begin_window(self) -> None:
        """What was before does not count."""
        self.meter.seconds()
        self._process, self._begun = time.process_time(), time.monotonic()

    def tick(self) -> None:
        """Judges a window that is over. Called while the process works, so one that does nothing stays as it is."""
        now = time.monotonic()
        seconds = now - self._begun
        if seconds < self.window_seconds or self._stopped:
            return
        try:
            self._judge(now, seconds)
        except Exception as error:  # the application called what was timed
            self.stop(f"{type(error).__name__}: {error}")

    def stop(self, reason: str) -> None:
        """Nothing is shed any more."""
        self._stopped, self.governor.level = True, 0
        say(f"overhead: not limited: {reason}")

    def _judge(self, now: float, seconds: float) -> None:
        process = time.process_time()
        used, self._process, self._begun = process - self._process, process, now
        self.governor.judge(*self.meter.seconds(), used, seconds)
        if self.governor.level != self._said and now >= self._next_line:
            self._said, self._next_line = self.governor.level, now + _LINE_SECONDS
            say(self.line())

    def line(self) -> str:
        """What is shed now, and why."""
        from otel_inject.overhead.governor import HIGHEST, LEVELS

        made, level = self.governor, self.governor.level
        return f"overhead {made.share:.1%} of the application's CPU time, limit {made.limit * 100:g}%: level {level} of {HIGHEST}, {LEVELS[level]}"

    def publish(self) -> None:
        """The metrics."""
        from opentelemetry import metrics
        from opentelemetry.metrics import CallbackOptions, Observation

        def observed(value: str) -> Any:
            def read(_: CallbackOptions) -> Iterable[Observation]:
                return [Observation(getattr(self.governor, value))]

            return [read]

        def shed(_: CallbackOptions) -> Iterable[Observation]:
            return [Observation(count, {"reason": reason}) for reason, count in tuple(self.shed.items())]

        meter = metrics.get_meter(SCOPE)
        of = "of the application's CPU time"
        meter.create_observable_gauge("telemetry.overhead.share", observed("share"), "1", f"CPU time of the instrumentation as a share {of}")
        meter.create_observable_gauge("telemetry.overhead.limit", observed("limit"), "1", f"Share {of} above which it sheds")
        meter.create_observable_gauge("telemetry.overhead.level", observed("level"), "{level}", "How much it sheds: 0 nothing, 4 the most")
        meter.create_observable_counter("telemetry.shed.items", [shed], "{item}", "Spans and records that were shed, by reason")


def _threads() -> Iterable[Any]:
    from otel_inject import lifecycle

    return lifecycle.own_threads()
