"""What the tests of queues on Redis share: that of REDIS_URL, else a container; without one they are skipped."""

import asyncio
from collections.abc import Iterator

import pytest
from container_for_tests import server
from sink import Sink


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    async def answers(address: str) -> None:
        host, port = address.split("/")[2].split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"PING\r\n")
        if not await asyncio.wait_for(reader.read(1), 3):
            raise ConnectionError
        writer.close()

    with server("redis", 6379, "redis://127.0.0.1:{port}/0", answers) as url:
        if url is None:
            pytest.skip("no Redis")
        yield url


def named(sink: Sink, name: str) -> list[dict]:
    return [span for span in sink.spans if span["name"] == name]


def traces_of(sink: Sink, body: str) -> set[str]:
    return {log["trace"] for log in sink.logs if log["body"] == body}


def roots_of(sink: Sink, marked: bool) -> set[str]:
    """Names of the calls of Redis that no span is around, and that are, or are not, the worker's own."""
    calls = [span for span in sink.spans if span["kind"] == 3 and span["parent"] == ""]
    return {span["name"] for span in calls if span["attributes"].get("worker.idle", False) is marked}
