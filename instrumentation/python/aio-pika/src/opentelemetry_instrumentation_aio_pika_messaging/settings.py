"""The options: arguments of `instrument()`, else environment variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

_PREFIX = "OTEL_PYTHON_AIO_PIKA_"
_PARENTS = ("producer", "none")
_FALSE = ("false", "0", "no", "off")


@dataclass(frozen=True)
class Settings:
    """How aio-pika is instrumented.

    parent: `producer`: the handling of a message continues the trace of whoever published it; `none`: it begins a
    trace of its own.
        It is linked to the producer in both cases.
    delay: whether messages carry the time of their publication, from which the delay until their handling is measured.
    """

    parent: str = "producer"
    delay: bool = True


def settings_from(arguments: Mapping[str, object], environment: Mapping[str, str] = os.environ) -> Settings:
    """The options given to `instrument()`, and for those not given the environment's.

    Raises ValueError when `parent` is neither `producer` nor `none`.
    """
    parent = str(arguments.get("parent", environment.get(f"{_PREFIX}PARENT", ""))) or _PARENTS[0]
    if parent not in _PARENTS:
        raise ValueError(f"{_PREFIX}PARENT is {parent!r}; it must be producer or none")
    delay = str(arguments.get("delay", environment.get(f"{_PREFIX}DELAY", "true")))
    return Settings(parent, delay.strip().lower() not in _FALSE)
