"""Spans of the SDK without its locks, copies and bounded dictionaries: one plain object, encoded as it ends.

A subclass of the SDK's span, so everything that reads, changes or processes spans finds what it knows; limits, cleaning of values and what
happens after the end are the SDK's.
"""

from collections.abc import Mapping, Sequence
from time import time_ns
from typing import Any

from opentelemetry import trace
from opentelemetry.attributes import _clean_attribute_value
from opentelemetry.sdk import trace as sdk
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.util import BoundedList
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags, get_current_span
from opentelemetry.trace.status import Status, StatusCode

_PLAIN = frozenset({str, bool, int, float})
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)
_SAMPLED_RANDOM = TraceFlags(TraceFlags.SAMPLED | TraceFlags.RANDOM_TRACE_ID)
_UNSET = Status(StatusCode.UNSET)


class QuickSpan(sdk.Span):
    """The SDK's span with the same meaning."""

    # What most spans never have costs nothing in each.
    _start_time: int | None = None
    _end_time: int | None = None
    _status = _UNSET
    _events: Sequence[Any] = ()
    _links: Sequence[Any] = ()
    _dropped = 0
    _sampler: Any = None
    _trace_config = None
    _record_end_metrics = None

    def __init__(
        self,
        name: str,
        context: SpanContext,
        parent: SpanContext | None = None,
        sampler: Any = None,
        trace_config: None = None,
        resource: Any = None,
        attributes: Mapping[str, Any] | None = None,
        events: Sequence[Any] | None = None,
        links: Sequence[Any] = (),
        kind: SpanKind = SpanKind.INTERNAL,
        span_processor: Any = None,
        instrumentation_info: Any = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
        limits: Any = None,
        instrumentation_scope: Any = None,
        *,
        record_end_metrics: Any = None,
    ) -> None:
        self._name = name
        self._context = context
        self._kind = kind
        self._parent = parent
        self._resource = resource
        self._span_processor = span_processor
        self._instrumentation_info = instrumentation_info
        self._instrumentation_scope = instrumentation_scope
        self._limits = limits
        self._record_exception = record_exception
        self._set_status_on_exception = set_status_on_exception
        self._attributes: dict[str, Any] = {}
        if attributes:
            self._put(attributes)
        if links:
            self._links = self._new_links(links)

    def set_attribute(self, key: str, value: Any) -> None:
        """As the SDK's."""
        if self._end_time is not None:
            sdk.logger.warning("Setting attribute on ended span.")
            return
        self._put({key: value})

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        """As the SDK's."""
        if self._end_time is not None:
            sdk.logger.warning("Setting attribute on ended span.")
            return
        self._put(attributes)

    def _put(self, attributes: Mapping[str, Any]) -> None:
        own, limits = self._attributes, self._limits
        most, longest = limits.max_span_attributes, limits.max_span_attribute_length
        if longest is None and (most is None or len(own) + len(attributes) <= most):
            for key, value in attributes.items():
                if type(value) in _PLAIN and type(key) is str and key:
                    own[key] = value
                else:
                    self._put_cleaned({key: value})
        else:
            self._put_cleaned(attributes)

    def _put_cleaned(self, attributes: Mapping[str, Any]) -> None:
        own, most = self._attributes, self._limits.max_span_attributes
        if most == 0:
            self._dropped += len(attributes)
            return
        cleaned = _clean_attribute_value(attributes, self._limits.max_span_attribute_length)
        self._dropped += len(attributes) - len(cleaned)
        for key, value in cleaned.items():
            own.pop(key, None)
            if most is not None and len(own) >= most:
                del own[next(iter(own))]
                self._dropped += 1
            own[key] = value

    @property
    def dropped_attributes(self) -> int:
        """How many the limits left out."""
        return self._dropped

    def _add_event(self, event: Any) -> None:
        if self._ended("_add_event"):
            return
        if not self._events:
            self._events = BoundedList(self._limits.max_events)
        self._events.append(event)  # type: ignore[attr-defined]

    def _add_link(self, link: Any) -> None:
        if self._ended("_add_link"):
            return
        if not self._links:
            self._links = BoundedList(self._limits.max_links)
        self._links.append(link)  # type: ignore[attr-defined]

    def _ended(self, method: str) -> bool:
        if self._end_time is None:
            return False
        sdk.logger.warning("Tried calling %s on an ended span.", method)
        return True

    def update_name(self, name: str) -> None:
        """As the SDK's."""
        if not self._ended("update_name"):
            self._name = name

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        """As the SDK's: OK is final, UNSET says nothing."""
        if self._ended("set_status") or self._status.status_code is StatusCode.OK:
            return
        if isinstance(status, Status):
            if status.status_code is StatusCode.UNSET:
                return
            if description is not None:
                sdk.logger.warning("Description %s ignored. Use either `Status` or `(StatusCode, Description)`", description)
            self._status = status
        elif isinstance(status, StatusCode) and status is not StatusCode.UNSET:
            self._status = Status(status, description)

    def start(self, start_time: int | None = None, parent_context: Any = None) -> None:
        """Called by the tracer."""
        self._start_time = time_ns() if start_time is None else start_time
        for processor in self._span_processor._span_processors:
            if not hasattr(processor, "_quick"):
                processor.on_start(self, parent_context=parent_context)

    def end(self, end_time: int | None = None) -> None:
        """As the SDK's; a processor of ours takes the span itself, any other a copy for reading."""
        if self._end_time is not None:
            sdk.logger.warning("Calling end() on an ended span.")
            return
        processors = self._span_processor._span_processors
        self._end_time = time_ns() if end_time is None else end_time
        if len(processors) == 1 and hasattr(processors[0], "_quick"):
            processors[0].on_end(self)
            return
        for processor in processors:
            processor._on_ending(self)
        copy = self._readable_span()
        for processor in processors:
            processor.on_end(self if hasattr(processor, "_quick") else copy)

    def _readable_span(self) -> sdk.ReadableSpan:
        copy = super()._readable_span()
        if self._dropped:
            # The SDK reads the count from its own dictionary.
            bounded = sdk.BoundedAttributes(None, self._attributes, immutable=True)
            bounded.dropped = self._dropped
            copy._attributes = bounded
        return copy


def start_span(stock: Any) -> Any:
    """The tracer's `start_span` where every trace is sampled as its parent, or always; any other sampler is asked by the stock one."""

    def quick(
        self: Any,
        name: str,
        context: Any = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Mapping[str, Any] | None = None,
        links: Sequence[Any] | None = (),
        start_time: int | None = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
    ) -> trace.Span:
        sampler, generator = self.sampler, self.id_generator
        if sampler is not sdk.sampling.DEFAULT_ON or type(generator) is not RandomIdGenerator or not self._tracer_config.is_enabled:
            return stock(self, name, context, kind, attributes, links, start_time, record_exception, set_status_on_exception)
        parent = get_current_span(context).get_span_context()
        if parent is None or not parent[5]:
            parent, state, flags = None, None, _SAMPLED_RANDOM
            trace_id = generator.generate_trace_id()
        elif parent[3] & TraceFlags.SAMPLED:
            trace_id, state = parent[0], parent[4]
            flags = _SAMPLED_RANDOM if parent[3] & TraceFlags.RANDOM_TRACE_ID else _SAMPLED
        else:
            return stock(self, name, context, kind, attributes, links, start_time, record_exception, set_status_on_exception)
        span = QuickSpan(
            name,
            SpanContext(trace_id, generator.generate_span_id(), False, flags, state),
            parent,
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
        span.start(start_time, context)
        return span

    return quick
