"""OTLP's bytes, written when a span or record ends: one pass, linear, and what repeats is remembered.

The stock exporter keeps spans as objects and encodes whole batches in a thread of its own, which holds the interpreter while requests wait.
Field numbers are those of opentelemetry-proto 1; tests compare every message with the stock encoder's.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Any

_BYTE = [bytes((value,)) for value in range(128)]
_DOUBLE = struct.Struct("<d").pack
_TIMES = struct.Struct("<BQBQ").pack
_TIME = struct.Struct("<BQ").pack

# Encoded key-values by (key, value), of text and of integers apart, for True == 1. Emptied when full: an attribute may never repeat.
_REMEMBERED = 4096
_texts: dict[tuple[str, str], bytes] = {}
_integers: dict[tuple[str, int], bytes] = {}
_names: dict[str, bytes] = {}
_LONGEST_REMEMBERED = 256


def varint(value: int) -> bytes:
    """A number of 0 or more, below 2**64."""
    if value < 128:
        return _BYTE[value]
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def text(value: str) -> bytes:
    """UTF-8 with its length before it. What UTF-8 cannot hold (lone surrogates) becomes `?`."""
    try:
        encoded = value.encode()
    except UnicodeEncodeError:
        encoded = value.encode(errors="replace")
    return varint(len(encoded)) + encoded


def sized(message: bytes) -> bytes:
    """A message with its length before it."""
    return varint(len(message)) + message


def any_value(value: Any) -> bytes:
    """AnyValue. @raises TypeError for what it cannot hold."""
    if value is None:
        return b""
    if isinstance(value, str):
        return b"\x0a" + text(value)
    if isinstance(value, bool):
        return b"\x10\x01" if value else b"\x10\x00"
    if isinstance(value, int):
        if not -(1 << 63) <= value < 1 << 63:
            raise TypeError(f"{value} has more than 64 bits")
        return b"\x18" + varint(value & 0xFFFF_FFFF_FFFF_FFFF)
    if isinstance(value, float):
        return b"\x21" + _DOUBLE(value)
    if isinstance(value, bytes):
        return b"\x3a" + sized(value)
    if isinstance(value, Sequence):
        return b"\x2a" + sized(b"".join(b"\x0a" + sized(any_value(each)) for each in value))
    if isinstance(value, Mapping):
        return b"\x32" + sized(b"".join(b"\x0a" + key_value(str(key), each) for key, each in value.items()))
    raise TypeError(f"a {type(value).__name__} is no value of an attribute")


def key_value(key: str, value: Any) -> bytes:
    """KeyValue with its length before it."""
    return sized(b"\x0a" + text(key) + b"\x12" + sized(any_value(value)))


def attributes(tag: bytes, values: Mapping[str, Any] | None) -> bytes:
    """Each attribute behind the tag of its field. One that cannot be encoded is left out."""
    if not values:
        return b""
    encoded = [b""]
    for key, value in tuple(values.items()):
        kind = type(value)
        if kind is str:
            remembered = _texts.get((key, value))
            if remembered is None:
                remembered = key_value(key, value)
                if len(value) <= _LONGEST_REMEMBERED:
                    if len(_texts) >= _REMEMBERED:
                        _texts.clear()
                    _texts[key, value] = remembered
        elif kind is int:
            remembered = _integers.get((key, value))
            if remembered is None:
                try:
                    remembered = key_value(key, value)
                except TypeError:
                    continue
                if len(_integers) >= _REMEMBERED:
                    _integers.clear()
                _integers[key, value] = remembered
        else:
            try:
                remembered = key_value(key, value)
            except TypeError:
                continue
        encoded.append(remembered)
    return tag.join(encoded)


def _name(value: str) -> bytes:
    known = _names.get(value)
    if known is None:
        if len(_names) >= _REMEMBERED:
            _names.clear()
        known = _names[value] = text(value)
    return known


def span(ended: Any) -> bytes:
    """Span, of an SDK's span that has ended."""
    context, parent = ended._context, ended._parent
    parts = [b"\x0a\x10", context[0].to_bytes(16, "big"), b"\x12\x08", context[1].to_bytes(8, "big")]
    if context[4]:
        parts += b"\x1a", text(",".join(f"{key}={value}" for key, value in context[4].items()))
    if parent:
        parts += b"\x22\x08", parent[1].to_bytes(8, "big")
    parts += (
        b"\x2a",
        _name(ended._name),
        b"\x30",
        _BYTE[ended._kind.value + 1],
        _TIMES(0x39, ended._start_time, 0x41, ended._end_time),
        attributes(b"\x4a", ended._attributes),
    )
    if dropped := ended.dropped_attributes:
        parts += b"\x50", varint(dropped)
    if ended._events:
        parts += [b"\x5a" + sized(_event(event)) for event in ended._events]
        if dropped := ended.dropped_events:
            parts += b"\x60", varint(dropped)
    if ended._links:
        parts += [b"\x6a" + sized(_link(link)) for link in ended._links]
        if dropped := ended.dropped_links:
            parts += b"\x70", varint(dropped)
    status = ended._status
    code, description = status.status_code.value, status.description
    if code or description:
        parts += b"\x7a", sized((b"\x12" + text(description) if description else b"") + (b"\x18" + _BYTE[code] if code else b""))
    else:
        parts.append(b"\x7a\x00")
    parts.append(_flags(b"\x85\x01", parent))
    return b"".join(parts)


def _flags(tag: bytes, context: Any) -> bytes:
    """Whether a parent or link came from another process, and that this is known."""
    return tag + (b"\x00\x03\x00\x00" if context and context[2] else b"\x00\x01\x00\x00")


def _event(event: Any) -> bytes:
    dropped = event.dropped_attributes
    return b"".join(
        (
            _TIME(0x09, event.timestamp),
            b"\x12" + text(event.name),
            attributes(b"\x1a", event.attributes),
            b"\x20" + varint(dropped) if dropped else b"",
        )
    )


def _link(link: Any) -> bytes:
    dropped = link.dropped_attributes
    return b"".join(
        (
            b"\x0a\x10" + link.context[0].to_bytes(16, "big"),
            b"\x12\x08" + link.context[1].to_bytes(8, "big"),
            attributes(b"\x22", link.attributes),
            b"\x28" + varint(dropped) if dropped else b"",
            _flags(b"\x35", link.context),
        )
    )


def record(
    *,
    time: int | None,
    observed: int | None,
    severity: int | None,
    level: str | None,
    body: Any,
    values: Mapping[str, Any] | None,
    context: tuple[int, int, int],
    event: str | None = None,
    dropped: int = 0,
) -> bytes:
    """LogRecord. `context` is trace id, span id and flags, zeros where there is no span."""
    trace_id, span_id, flags = context
    parts = [_TIME(0x09, time) if time else b""]
    if severity:
        parts += b"\x10", varint(severity)
    if level:
        parts += b"\x1a", _name(level)
    try:
        parts += b"\x2a", sized(any_value(body))
    except TypeError:
        parts[-1] = b"\x2a" + sized(any_value(str(body)))
    parts.append(attributes(b"\x32", values))
    if dropped:
        parts += b"\x38", varint(dropped)
    if flags:
        parts.append(b"\x45" + flags.to_bytes(4, "little"))
    if trace_id:
        parts += b"\x4a\x10", trace_id.to_bytes(16, "big")
    if span_id:
        parts += b"\x52\x08", span_id.to_bytes(8, "big")
    if observed:
        parts.append(_TIME(0x59, observed))
    if event:
        parts += b"\x62", text(event)
    return b"".join(parts)


# What items are sent below: resource and scope by the number that stands in front of each, and those numbers.
_origins: list[tuple[Any, Any]] = []
_numbers: dict[Any, bytes] = {}
_numbering = Lock()
_NUMBER = 4


def item(resource: Any, scope: Any, data: bytes) -> bytes:
    """An encoded span or record, with the number of what it is sent below in front.

    One string of bytes, because the garbage collector does not look at those: an object that waits in a queue lives long enough to count as
    one that stays, and with enough of them Python searches the whole process for garbage, tens of milliseconds every few seconds.
    """
    key = (id(resource), scope.name, scope.version, scope.schema_url) if scope is not None else id(resource)
    if scope is not None and scope.attributes:
        key = (key, *scope.attributes.items())
    return (_numbers.get(key) or _number(key, resource, scope)) + data


def _number(key: Any, resource: Any, scope: Any) -> bytes:
    with _numbering:
        if key not in _numbers:
            # Kept for ever: another resource must not get the same id. A process has as many as it has loggers and tracers by name.
            _origins.append((resource, scope))
            _numbers[key] = (len(_origins) - 1).to_bytes(_NUMBER, "big")
        return _numbers[key]


def resource_of(item: bytes) -> Any:
    """The resource that the item is sent below."""
    return _origins[int.from_bytes(item[:_NUMBER], "big")][0]


def request(items: Iterable[bytes]) -> bytes:
    """The export request of traces or of logs, which have one shape: resources, of each its scopes, of each its items."""
    of_origins: dict[bytes, list[bytes]] = {}
    for each in items:
        data = of_origins.setdefault(each[:_NUMBER], [])
        data += b"\x12", varint(len(each) - _NUMBER), each[_NUMBER:]
    of_resources: dict[int, tuple[Any, list[tuple[Any, list[bytes]]]]] = {}
    for number, data in of_origins.items():
        resource, scope = _origins[int.from_bytes(number, "big")]
        of_resources.setdefault(id(resource), (resource, []))[1].append((scope, data))
    return b"".join(b"\x0a" + sized(_of_resource(resource, scopes)) for resource, scopes in of_resources.values())


def _of_resource(resource: Any, scopes: Iterable[tuple[Any, list[bytes]]]) -> bytes:
    parts = [b"\x0a", sized(attributes(b"\x0a", resource.attributes))]
    for scope, data in scopes:
        inside = [b"\x0a", sized(_scope(scope)), *data]
        if scope is not None and scope.schema_url:
            inside += b"\x1a", text(scope.schema_url)
        parts += b"\x12", sized(b"".join(inside))
    if resource.schema_url:
        parts += b"\x1a", text(resource.schema_url)
    return b"".join(parts)


def _scope(scope: Any) -> bytes:
    if scope is None:
        return b""
    version = b"\x12" + text(scope.version) if scope.version else b""
    return (b"\x0a" + text(scope.name) if scope.name else b"") + version + attributes(b"\x1a", scope.attributes)
