"""What is left out at each level, so that nothing that failed is lost and no trace is torn.

A span that is shed is still a span to whoever made it: it holds what it is given until it ends, for it may fail. What it passes on is its parent's
context, so what is begun below it, here or in another service, belongs to its parent. If it fails, or something shed below it, it is sent after all.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from time import time_ns
from typing import Any

from opentelemetry.sdk.trace import sampling
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import INVALID_SPAN_CONTEXT, Span, SpanContext, SpanKind, TraceFlags, TraceState, get_current_span
from opentelemetry.trace.status import StatusCode

from otel_inject.overhead.governor import CALLS, DETAIL, KEPT_OF, TRACES, Governor
from otel_inject.quick.spans import QuickSpan

# Attribute of the span below which spans were shed: how many.
SHED_SPANS = "telemetry.shed.spans"

# Nobody looks for spans by these; each is different from request to request, or the same in all of them.
DETAILS = frozenset(
    """
    client.port code.file.path code.line.number network.peer.address network.peer.port network.protocol.name network.protocol.version
    network.transport server.port thread.id thread.name url.query user_agent.original
    """.split()
)

# Randomness and thresholds of OpenTelemetry's probability sampling have so many bits.
_BITS = 56


class Shed(QuickSpan):
    """A span that is sent only if it fails, or what is shed below it does."""

    _above: "Shed | None" = None
    """The shed span that it is below."""
    _holder: QuickSpan | None = None
    """The span that says how many were shed below it."""
    _own: SpanContext | None = None
    """What it is sent as, once that is known."""
    _whole = False
    """Whether its trace is shed."""
    _reason = ""
    _shed: Counter[str]

    def start(self, start_time: int | None = None, parent_context: Any = None) -> None:
        """No processor hears of it."""
        self._start_time = time_ns() if start_time is None else start_time

    def end(self, end_time: int | None = None) -> None:
        """Sent where something failed, else counted."""
        if self._end_time is not None or (self._own is None and self._status.status_code is not StatusCode.ERROR):
            if not self._ended("end"):
                self._end_time = time_ns() if end_time is None else end_time
                self._count()
            return
        self._context = self.kept()
        if self._above is not None:
            self._parent = self._above.kept()
        super().end(end_time)

    def kept(self) -> SpanContext:
        """Its own context: from here on it will be sent. Where it has ended without, what it was below stands for it."""
        if self._own is None:
            passed = self._context
            if self._end_time is not None:
                return self._above.kept() if self._above is not None else self._parent or passed
            # The root of a trace that is shed has its own context already, and has passed it on.
            span_id = RandomIdGenerator().generate_span_id() if self._parent is not None else passed[1]
            flags = TraceFlags(passed[3] | TraceFlags.SAMPLED)
            self._own = SpanContext(passed[0], span_id, False, flags, passed[4])
        return self._own

    def _count(self) -> None:
        self._shed[self._reason] += 1
        holder = self._holder
        if holder is not None and holder._end_time is None:
            holder._attributes[SHED_SPANS] = holder._attributes.get(SHED_SPANS, 0) + 1


def governed_start(start: Callable[..., Span], governor: Governor, shed: Counter[str]) -> Callable[..., Span]:
    """The tracer's `start_span`, which sheds at the governor's level."""

    def start_span(
        self: Any,
        name: str,
        context: Any = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Mapping[str, Any] | None = None,
        links: Sequence[Any] | None = (),
        start_time: int | None = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
    ) -> Span:
        level, above = governor.level, get_current_span(context)
        below_shed = type(above) is Shed
        given = (name, context, kind, attributes, links, start_time, record_exception, set_status_on_exception)
        if not (level or below_shed) or not _may_shed(self):
            return start(self, *given)
        parent = above.get_span_context() or INVALID_SPAN_CONTEXT
        passed, whole = parent, below_shed and above._whole  # type: ignore[attr-defined]
        if whole:
            reason = "trace"
        elif parent[5] and not parent[3] & TraceFlags.SAMPLED:
            return start(self, *given)
        elif not parent[5] or parent[2]:
            # The first span of a trace in this process.
            if level < TRACES:
                return start(self, *given)
            trace_id = parent[0] if parent[5] else self.id_generator.generate_trace_id()
            state = sampled(trace_id, parent[4] if parent[5] else TraceState(), KEPT_OF[level])
            if state is not None:
                span = start(self, *given)
                made = span.get_span_context()
                span._context = SpanContext(trace_id, made[1], False, made[3], state)  # type: ignore[attr-defined]
                return span
            reason, whole = "trace", True
            if not parent[5]:
                flags = TraceFlags(TraceFlags.RANDOM_TRACE_ID)
                passed = SpanContext(trace_id, self.id_generator.generate_span_id(), False, flags)
        elif kind is SpanKind.INTERNAL and level >= DETAIL:
            reason = "internal"
        elif kind is SpanKind.CLIENT and level >= CALLS:
            reason = "call"
        else:
            return start(self, *given)
        span = Shed(
            name,
            passed,
            parent if parent[5] else None,
            None,
            None,
            self.resource,
            attributes,
            None,
            links or (),
            kind,
            self.span_processor,
            self.instrumentation_info,
            record_exception,
            set_status_on_exception,
            self._span_limits,
            self._instrumentation_scope,
        )
        span._reason, span._whole, span._shed = reason, whole, shed
        if below_shed:
            span._above, span._holder = above, above._holder  # type: ignore[assignment,attr-defined]
        elif isinstance(above, QuickSpan):
            span._holder = above
        span.start(start_time, context)
        return span

    return start_span


def _may_shed(tracer: Any) -> bool:
    """Whether spans of the tracer are made by `spans.start_span`, all of them."""
    sampler, generator = tracer.sampler, tracer.id_generator
    return sampler is sampling.DEFAULT_ON and type(generator) is RandomIdGenerator and tracer._tracer_config.is_enabled


def sampled(trace_id: int, state: TraceState, one_of: int) -> TraceState | None:
    """The tracestate of a trace that is kept, which says for how many it stands; None for one that is not.

    By the randomness that its first service drew, or its id, as every sampler of the pipeline decides (docs/sampling.md). One that was sampled
    more sparsely before keeps its weight.
    """
    fields = [field for field in (state.get("ot") or "").split(";") if field]
    values = {key: value for key, _, value in (field.partition(":") for field in fields)}
    randomness = _number(values.get("rv"), trace_id & (1 << _BITS) - 1)
    threshold = (1 << _BITS) - (1 << _BITS) // one_of
    if randomness < threshold:
        return None
    if _number(values.get("th"), 0, pad=True) >= threshold:
        return state
    written = f"{threshold:0{_BITS // 4}x}".rstrip("0")
    value = ";".join([f"th:{written}", *(field for field in fields if not field.startswith("th:"))])
    return TraceState([("ot", value), *((key, other) for key, other in state.items() if key != "ot")])


def _number(text: str | None, otherwise: int, pad: bool = False) -> int:
    digits = _BITS // 4
    try:
        return int(text.ljust(digits, "0") if pad else text, 16) if text and len(text) <= digits else otherwise
    except ValueError:
        return otherwise


def without_details(end: Callable[[Any], None], governor: Governor) -> Callable[[Any], None]:
    """A processor's `on_end`, which leaves out attributes of detail of spans that succeeded."""

    def on_end(ended: Any) -> None:
        if governor.level and type(ended) is QuickSpan and ended._status.status_code is not StatusCode.ERROR:
            attributes = ended._attributes
            for key in DETAILS.intersection(attributes):
                del attributes[key]
                ended._dropped += 1
        end(ended)

    return on_end


def without_records_of_shed_traces(emit: Callable[..., None], shed: Counter[str]) -> Callable[..., None]:
    """A handler's `emit`: records below WARNING are shed with their trace."""

    def emit_kept(self: Any, record: logging.LogRecord) -> None:
        if record.levelno < logging.WARNING:
            span = get_current_span()
            if type(span) is Shed and span._whole:
                shed["record"] += 1
                return
        emit(self, record)

    return emit_kept
