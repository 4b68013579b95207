"""The fixtures: a RabbitMQ, and what an instrumented aio-pika told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from aio_pika_support import rabbitmq
from opentelemetry_instrumentation_aio_pika_messaging import AioPikaInstrumentor
from telemetry_for_tests import Seen


@pytest.fixture(scope="session")
def broker() -> Iterator[str]:
    """The URL of a RabbitMQ; without one the tests are skipped."""
    with rabbitmq() as url:
        if url is None:
            pytest.skip("no RabbitMQ: set RABBITMQ_URL, or RABBITMQ_IMAGE to an image that Docker can start")
        yield url


@pytest.fixture
def seen() -> Iterator[Seen]:
    telemetry = Seen()
    AioPikaInstrumentor().instrument(tracer_provider=telemetry.tracers, meter_provider=telemetry.meters)
    yield telemetry
    AioPikaInstrumentor().uninstrument()
