"""Samples as a message of OTLP, signal profiles, version v1development."""

import os
from collections.abc import Hashable, Mapping
from types import CodeType
from typing import Any

from opentelemetry.exporter.otlp.proto.common._internal import _encode_resource
from opentelemetry.proto.collector.profiles.v1development.profiles_service_pb2 import ExportProfilesServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

SCOPE = "otel_inject.profiles"

# Stack as the ids of code objects and lines in turns, the innermost first; link; name of the thread.
Key = tuple[tuple[int, ...], tuple[bytes, bytes] | None, str]


class _Table:
    """What is written once and referred to by its place. The first place is empty: 0 refers to nothing."""

    def __init__(self, rows: Any) -> None:
        self._rows, self._places = rows, {}  # type: Any, dict[Hashable, int]
        if hasattr(rows, "add"):
            rows.add()
        else:
            rows.append("")

    def place(self, value: Hashable) -> tuple[int, Any]:
        """Where it is; and the row to be filled in, where it is new."""
        if (place := self._places.get(value)) is not None:
            return place, None
        place = self._places[value] = len(self._rows)
        return place, self._rows.add()

    def text(self, value: str) -> int:
        """The place of a string."""
        if not value:
            return 0
        if (place := self._places.get(value)) is None:
            place = self._places[value] = len(self._rows)
            self._rows.append(value)
        return place


def message(
    samples: Mapping[Key, int], codes: Mapping[int, CodeType | None], resource: Any, period: int, begun: int, ended: int, version: str
) -> bytes:
    """One profile: of each stack how many periods of CPU time were spent in it.

    :param codes: code objects by their id; None is what had no place
    :param resource: the SDK's
    :param period: nanoseconds
    :param begun: nanoseconds since 1970, as `ended`
    """
    request = ExportProfilesServiceRequest()
    dictionary = request.dictionary
    strings, functions = _Table(dictionary.string_table), _Table(dictionary.function_table)
    locations, stacks, links = _Table(dictionary.location_table), _Table(dictionary.stack_table), _Table(dictionary.link_table)
    attributes = _Table(dictionary.attribute_table)
    dictionary.mapping_table.add()

    def attribute(key: str, value: str) -> int:
        place, row = attributes.place((key, value))
        if row is not None:
            row.key_strindex = strings.text(key)
            row.value.CopyFrom(AnyValue(string_value=value))
        return place

    def function(code: CodeType | None) -> int:
        place, row = functions.place(code and id(code))
        if row is not None:
            row.name_strindex = strings.text(_name(code))
            if code is not None:
                row.filename_strindex = strings.text(code.co_filename)
                row.start_line = code.co_firstlineno
        return place

    def location(code: int, line: int) -> int:
        place, row = locations.place((code, line))
        if row is not None:
            row.lines.add(function_index=function(codes[code]), line=line)
            row.attribute_indices.append(attribute("profile.frame.type", "cpython"))
        return place

    of_resource = request.resource_profiles.add()
    of_resource.resource.CopyFrom(_encode_resource(resource))
    of_scope = of_resource.scope_profiles.add()
    of_scope.scope.name, of_scope.scope.version = SCOPE, version
    profile = of_scope.profiles.add(time_unix_nano=begun, duration_nano=max(ended - begun, 0), period=period, profile_id=os.urandom(16))
    profile.sample_type.type_strindex, profile.sample_type.unit_strindex = strings.text("samples"), strings.text("count")
    profile.period_type.type_strindex, profile.period_type.unit_strindex = strings.text("cpu"), strings.text("nanoseconds")
    for (frames, link, thread), count in samples.items():
        stack, row = stacks.place(frames)
        if row is not None:
            row.location_indices.extend(location(code, line) for code, line in zip(frames[::2], frames[1::2], strict=True))
        linked = 0
        if link is not None:
            linked, row = links.place(link)
            if row is not None:
                row.trace_id, row.span_id = link
        sample = profile.samples.add(stack_index=stack, link_index=linked, values=[count])
        if thread:
            sample.attribute_indices.append(attribute("thread.name", thread))
    return request.SerializeToString()


def _name(code: CodeType | None) -> str:
    if code is None:
        return "(further stacks)"
    return getattr(code, "co_qualname", code.co_name)
