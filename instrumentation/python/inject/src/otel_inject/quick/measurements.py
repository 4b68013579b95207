"""Counters and histograms that find their point by the attributes at once.

The SDK makes an object of each measurement, cleans and hashes its attributes, and goes through readers, views and an exemplar reservoir.
Here the first measurement with some attributes takes that path; later ones add to the point that it left.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from time import time_ns
from typing import Any

from opentelemetry.sdk.metrics._internal.aggregation import _ExplicitBucketHistogramAggregation, _SumAggregation
from opentelemetry.sdk.metrics._internal.exemplar import (
    AlignedHistogramBucketExemplarReservoir,
    AlwaysOffExemplarFilter,
    Exemplar,
    ExemplarReservoir,
    SimpleFixedSizeExemplarReservoir,
    TraceBasedExemplarFilter,
)
from opentelemetry.sdk.metrics._internal.instrument import Counter, Histogram, UpDownCounter
from opentelemetry.trace import get_current_span

# Points an instrument remembers; emptied when full, since attributes may be unbounded.
_REMEMBERED = 2000
_SIMPLE = frozenset({str, int, bool, float})

# What stands for attributes whose points cannot be added to directly.
_STOCK: tuple[Any, ...] = ()


def install() -> None:
    """Takes the place of the SDK's `add` and `record`."""
    for kind in (Counter, UpDownCounter):
        kind.add = _quick(kind.add, -math.inf if kind is UpDownCounter else 0)  # type: ignore[method-assign]
    Histogram.record = _quick(Histogram.record, 0)  # type: ignore[method-assign]


def _quick(stock: Callable[..., None], least: float) -> Callable[..., None]:
    def measure(self: Any, amount: float, attributes: Mapping[str, Any] | None = None, context: Any = None) -> None:
        storages = self._measurement_consumer._reader_storages
        points = self.__dict__.get("_quick_points")
        # Another reader, or a forked child, has other storages.
        if points is None or self._quick_storages is not storages:
            points, self._quick_storages = {}, storages
            self._quick_points = points
        try:
            # The kinds too, for 1 == True == 1.0.
            key = (*attributes.items(), *map(type, attributes.values())) if attributes else ()
            found = points.get(key)
        except (AttributeError, TypeError):
            found = _STOCK
        if found and least <= amount < math.inf and amount > -math.inf and self._is_enabled():
            for add in found:
                add(amount, context)
            return
        stock(self, amount, attributes, context)
        if found is None and self._is_enabled() and least <= amount < math.inf:
            if len(points) >= _REMEMBERED:
                points.clear()
            points[key] = _points(self, attributes, storages)

    return measure


def _points(instrument: Any, attributes: Mapping[str, Any] | None, storages: Any) -> Sequence[Any]:
    """How to add to the points of these attributes, of every reader and view; `_STOCK` where one of them needs more than adding."""
    from opentelemetry.sdk.metrics._internal._view_instrument_match import _hash_attributes

    plain = dict(attributes or {})
    if not all(type(key) is str and key and type(value) in _SIMPLE for key, value in plain.items()):
        return _STOCK
    adders = []
    for storage in storages.values():
        exemplars = type(storage._sdk_config.exemplar_filter)
        if exemplars not in (TraceBasedExemplarFilter, AlwaysOffExemplarFilter):
            return _STOCK
        for match in storage._instrument_view_instrument_matches.get(instrument, ()):
            point = match._attributes_aggregation.get(_hash_attributes(plain))
            kind = type(point)
            if match._view._attribute_keys is not None or kind not in (_SumAggregation, _ExplicitBucketHistogramAggregation):
                return _STOCK
            if exemplars is TraceBasedExemplarFilter:
                of_stock = SimpleFixedSizeExemplarReservoir if kind is _SumAggregation else AlignedHistogramBucketExemplarReservoir
                if type(point._reservoir) is of_stock:
                    point._reservoir = LastExemplars()
                elif type(point._reservoir) is not LastExemplars:
                    return _STOCK
            adders.append(_adder(point, exemplars is TraceBasedExemplarFilter))
    return adders


def _adder(point: Any, exemplars: bool) -> Callable[[float, Any], None]:
    lock = point._lock

    def add(amount: float, context: Any) -> None:
        with lock:
            point._value = amount if point._value is None else point._value + amount
        if exemplars:
            point._reservoir.keep(0, amount, context)

    if type(point) is _SumAggregation:
        return add
    boundaries, empty, extremes = point._boundaries, point._get_empty_bucket_counts, point._record_min_max

    def record(amount: float, context: Any) -> None:
        bucket = bisect_left(boundaries, amount)
        with lock:
            if point._value is None:
                point._value = empty()
            point._value[bucket] += 1
            point._sum += amount
            if extremes:
                if amount < point._min:
                    point._min = amount
                if amount > point._max:
                    point._max = amount
        if exemplars:
            point._reservoir.keep(bucket, amount, context)

    return record


class LastExemplars(ExemplarReservoir):
    """The last measurement of each bucket that was made in a sampled span."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[float, int, Any]] = {}

    def keep(self, bucket: int, amount: float, context: Any) -> None:
        """Keeps it where a sampled span is current."""
        span = get_current_span(context).get_span_context()
        if span[3] & 1:
            self._last[bucket] = amount, time_ns(), span

    def offer(self, value: float, time_unix_nano: int, attributes: Any, context: Any) -> None:
        """Of measurements that still take the SDK's path."""
        self._last[0] = value, time_unix_nano, get_current_span(context).get_span_context()

    def collect(self, point_attributes: Any) -> list[Exemplar]:
        """What is there, once. No view has left out attributes, so none are left to tell."""
        last, self._last = self._last, {}
        filtered = {} if point_attributes else None
        return [Exemplar(filtered, amount, time, span[1], span[0]) for _, (amount, time, span) in sorted(last.items())]
