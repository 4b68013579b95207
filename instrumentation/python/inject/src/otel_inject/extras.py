"""What an application adds to a record (`extra`), in the types that a log record of OpenTelemetry has."""

from collections.abc import Mapping, Sequence
from typing import Any

_AS_THEY_ARE = (str, int, bool, float)


def said(values: dict[str, Any]) -> dict[str, Any]:
    """The values as the SDK stores them: of any other object what it says of itself, and nothing where it says only its address.

    The SDK would do the same, but with a warning in the application's own log for each: Django alone adds its request to every line about an
    answer that failed.
    """
    if all(type(value) in _AS_THEY_ARE for value in values.values()):
        return values
    return {key: _plain(value) for key, value in values.items() if isinstance(key, str) and key}


def _plain(value: Any) -> Any:
    try:
        if value is None or isinstance(value, (str, bool, int, float, bytes)):
            return value
        if isinstance(value, Mapping):
            return {str(key): _plain(each) for key, each in value.items() if _speaks(key) and str(key)}
        if isinstance(value, Sequence):
            return tuple(_plain(each) for each in value)
        return str(value) if _speaks(value) else None
    except Exception:
        # A value that cannot be shown is no reason to lose the record.
        return None


def _speaks(value: Any) -> bool:
    return type(value).__str__ is not object.__str__ or type(value).__repr__ is not object.__repr__
