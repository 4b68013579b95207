"""The fixture `seen`: discord.py is instrumented while a test runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry_instrumentation_discord_py import DiscordInstrumentor
from telemetry_for_tests import Seen


@pytest.fixture
def seen() -> Iterator[Seen]:
    telemetry = Seen()
    instrumentor = DiscordInstrumentor()
    instrumentor.instrument(tracer_provider=telemetry.tracers, meter_provider=telemetry.meters, id_key="a key")
    yield telemetry
    instrumentor.uninstrument()
