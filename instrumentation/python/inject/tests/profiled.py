"""Profiles as the protocol says that they are read: what it forbids is an error, what refers to something is replaced by it."""

from typing import Any

from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet
from opentelemetry.proto.collector.profiles.v1development.profiles_service_pb2 import ExportProfilesServiceRequest

Row = dict[str, Any]


def read(body: bytes) -> list[Row]:
    """One row a sample. Raises AssertionError where the message is not as profiles.proto has it."""
    request = ExportProfilesServiceRequest.FromString(body)
    _known(request)
    tables = request.dictionary
    assert tables.string_table[0] == "", "string_table[0] must be the empty string"
    for name in ("mapping", "location", "function", "link", "attribute", "stack"):
        first = getattr(tables, f"{name}_table")[0]
        # The collector writes a message inside it that is empty as well.
        assert not any(held.ByteSize() for _, held in first.ListFields()), f"{name}_table[0] must be empty, and is {first}"

    def text(index: int) -> str:
        return str(_at(tables.string_table, index))

    def value(of: Any) -> Any:
        kind = of.WhichOneof("value")
        return text(of.string_value_strindex) if kind == "string_value_strindex" else getattr(of, kind) if kind else None

    def attributes(indices: Any) -> Row:
        rows = [_at(tables.attribute_table, index) for index in indices]
        return {text(row.key_strindex): value(row.value) for row in rows}

    def own(pairs: Any) -> Row:
        for pair in pairs:
            assert not pair.key_strindex or pair.key in ("", text(pair.key_strindex)), f"{pair.key} refers to {text(pair.key_strindex)}"
        return {pair.key or text(pair.key_strindex): value(pair.value) for pair in pairs}

    def frames(stack: int) -> list[Row]:
        rows = []
        for index in _at(tables.stack_table, stack).location_indices:
            place = _at(tables.location_table, index)
            for line in place.lines:
                function = _at(tables.function_table, line.function_index)
                about = {"name": text(function.name_strindex), "file": text(function.filename_strindex), "line": line.line}
                rows.append(about | {"attributes": attributes(place.attribute_indices), "start": function.start_line})
        return rows

    rows: list[Row] = []
    for of_resource in request.resource_profiles:
        for of_scope in of_resource.scope_profiles:
            for profile in of_scope.profiles:
                assert len(profile.profile_id) == 16
                about = {
                    "type": (text(profile.sample_type.type_strindex), text(profile.sample_type.unit_strindex)),
                    "period_type": (text(profile.period_type.type_strindex), text(profile.period_type.unit_strindex)),
                    "period": profile.period,
                    "begun": profile.time_unix_nano,
                    "seconds": profile.duration_nano / 1e9,
                    "profile": profile.profile_id.hex(),
                    "scope": of_scope.scope.name,
                    "resource": own(of_resource.resource.attributes),
                }
                for sample in profile.samples:
                    assert len(sample.values) == 1 and sample.values[0] > 0
                    link = _at(tables.link_table, sample.link_index)
                    rows.append(
                        about
                        | {
                            "count": sample.values[0],
                            "frames": frames(sample.stack_index),
                            "trace": link.trace_id.hex(),
                            "span": link.span_id.hex(),
                            "attributes": attributes(sample.attribute_indices),
                        }
                    )
    return rows


def _at(table: Any, index: int) -> Any:
    assert 0 <= index < len(table), f"{index} refers to nothing"
    return table[index]


def _known(message: Message) -> None:
    """No field that the protocol has not."""
    assert not len(UnknownFieldSet(message)), f"{type(message).__name__} has fields that the protocol has not"
    for field, held in message.ListFields():
        if field.message_type is not None:
            for inner in [held] if isinstance(held, Message) else held:
                _known(inner)
