"""The options: arguments of `instrument()`, else environment variables."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_FALSE = ("false", "0", "no", "off")


@dataclass(frozen=True)
class Settings:
    """How discord.py is instrumented.

    id_key: key of the hash that stands for ids of guilds, channels and users; empty: one made from the bot's token.
    events: names of events of the application's own (without `on_`) that may be named in spans and metrics.
    excluded_events: names of events (without `on_`) whose handlers get no span.
    exception_messages: whether an exception's message is recorded; its type and the places in code always are.
    """

    id_key: str = ""
    events: frozenset[str] = frozenset()
    excluded_events: frozenset[str] = frozenset()
    exception_messages: bool = True


def settings_from(arguments: Mapping[str, object], environment: Mapping[str, str] = os.environ) -> Settings:
    """The options given to `instrument()`, and for those not given the environment's."""

    def given(name: str) -> object:
        return arguments.get(name, environment.get(f"OTEL_PYTHON_DISCORD_{name.upper()}", ""))

    messages = given("exception_messages")
    return Settings(
        id_key=str(given("id_key")),
        events=_names(given("events")),
        excluded_events=_names(given("excluded_events")),
        exception_messages=str(messages).strip().lower() not in _FALSE,
    )


def _names(value: object) -> frozenset[str]:
    listed = value.split(",") if isinstance(value, str) else value if isinstance(value, Iterable) else ()
    return frozenset(str(one).strip().removeprefix("on_") for one in listed if str(one).strip())
