"""The fixtures: a PostgreSQL, and what an instrumented asyncpg told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from asyncpg_support import postgres
from opentelemetry_instrumentation_asyncpg_direct import AsyncpgInstrumentor
from telemetry_for_tests import Seen


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """The URL of a PostgreSQL; without one the tests are skipped."""
    with postgres() as url:
        if url is None:
            pytest.skip("no PostgreSQL: set POSTGRES_URL, or POSTGRES_IMAGE to an image that Docker can start")
        yield url


@pytest.fixture
def seen() -> Iterator[Seen]:
    telemetry = Seen()
    AsyncpgInstrumentor().instrument(tracer_provider=telemetry.tracers, meter_provider=telemetry.meters)
    yield telemetry
    AsyncpgInstrumentor().uninstrument()
