"""A RabbitMQ for the tests, and what they see of an instrumented aio-pika."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractQueue
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

_REPOSITORY = "game-scheduler-otel/rabbitmq"


class Seen:
    """What telemetry came out of it."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self._reader = InMemoryMetricReader()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.meters = MeterProvider([self._reader])
        self.application = self.tracers.get_tracer("application")

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self._exporter.get_finished_spans())

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.spans if span.name == name]

    def one(self, name: str) -> ReadableSpan:
        found = self.named(name)
        assert len(found) == 1, f"{len(found)} spans {name!r} among {[span.name for span in self.spans]}"
        return found[0]

    def points(self, metric: str) -> list[tuple[dict[str, Any], Any]]:
        """Attributes and value (of a histogram: count and sum) of every point of a metric."""
        data = self._reader.get_metrics_data()
        scopes = [scope for one in (data.resource_metrics if data else ()) for scope in one.scope_metrics]
        return [
            (dict(point.attributes), (point.count, point.sum) if hasattr(point, "count") else point.value)
            for scope in scopes
            for found in scope.metrics
            if found.name == metric
            for point in found.data.data_points
        ]


@contextmanager
def rabbitmq() -> Iterator[str | None]:
    """RABBITMQ_URL, else a container of RABBITMQ_IMAGE or of this repository's own image; None without any of them."""
    given = os.environ.get("RABBITMQ_URL")
    image = os.environ.get("RABBITMQ_IMAGE") or _own_image()
    if given is not None or image is None:
        yield given
        return
    name = f"test-rabbitmq-{uuid.uuid4().hex[:8]}"
    # the user guest may come from outside of the container, which is this machine alone
    guest = "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-rabbit loopback_users []"
    options = ["--detach", "--rm", "--name", name, "--memory", "512m", "--env", guest, "--publish", "127.0.0.1::5672"]
    subprocess.run(["docker", "run", *options, image], check=True, capture_output=True)
    try:
        bound = subprocess.run(["docker", "port", name, "5672"], check=True, capture_output=True, text=True)
        url = f"amqp://guest:guest@127.0.0.1:{bound.stdout.split()[0].rpartition(':')[2]}/"
        _until_it_answers(url)
        yield url
    finally:
        subprocess.run(["docker", "rm", "--force", "--volumes", name], check=False, capture_output=True)


def _own_image() -> str | None:
    if shutil.which("docker") is None:
        return None
    command = ["docker", "images", "--format", "{{.Repository}}:{{.Tag}}", _REPOSITORY]
    listed = subprocess.run(command, check=False, capture_output=True, text=True).stdout.split()
    return listed[0] if listed else None


def _until_it_answers(url: str) -> None:
    async def connect() -> None:
        await (await aio_pika.connect(url, timeout=2)).close()

    deadline = time.monotonic() + 60
    while True:
        try:
            asyncio.run(connect())
            return
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


class Bench:
    """A connection, an exchange with one queue bound to it, and everything that a test needs of them."""

    def __init__(self, channel: AbstractChannel, queue: AbstractQueue, name: str) -> None:
        self.channel, self.queue, self.name = channel, queue, name

    async def publish(self, body: str = "a message", routing_key: str = "key.1", **properties: Any) -> None:
        exchange = await self.channel.get_exchange(self.name, ensure=False)
        await exchange.publish(aio_pika.Message(body.encode(), **properties), routing_key)


def run(url: str, scenario: Callable[[Bench], Awaitable[None]], *, robust: bool = False) -> None:
    """Runs a scenario with an exchange `games` and a queue `bot`, at most twenty seconds."""

    async def main() -> None:
        connection = await (aio_pika.connect_robust if robust else aio_pika.connect)(url)
        async with connection:
            channel = await connection.channel()
            exchange = await channel.declare_exchange("games", aio_pika.ExchangeType.TOPIC)
            queue = await channel.declare_queue("bot", exclusive=True)
            await queue.bind(exchange, "#")
            await scenario(Bench(channel, queue, "games"))

    asyncio.run(asyncio.wait_for(main(), 20))


async def until(condition: Callable[[], object]) -> None:
    """Waits until something holds, at most five seconds."""
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen within 5 s")
