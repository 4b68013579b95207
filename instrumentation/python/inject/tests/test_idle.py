"""What a loop of the application's own asks Redis for, on a live Redis."""

import pytest
from conftest import Programs
from jobs import named
from jobs import redis_url as redis_url
from sink import Sink


def test_a_wait_in_vain_is_marked_and_one_that_brings_something_is_not(programs: Programs, sink: Sink, redis_url: str) -> None:
    pytest.importorskip("redis")
    program = f"""
import asyncio, redis
from redis.asyncio import Redis
client = redis.Redis.from_url('{redis_url}')
client.delete('idle-empty', 'idle-full', 'idle-stream')
client.rpush('idle-full', 'x')
client.blpop('idle-empty', 1)
client.brpop('idle-full', 1)
async def wait():
    async with Redis.from_url('{redis_url}') as own:
        await own.xread({{'idle-stream': '0'}}, block=10)
        await own.get('idle-empty')
asyncio.run(wait())
"""
    programs.write("app.py", program)
    assert programs.run("app.py").code == 0
    sink.until(lambda s: named(s, "GET"))
    marks = {name: [span["attributes"].get("worker.idle") for span in named(sink, name)] for name in ("BLPOP", "BRPOP", "XREAD", "GET")}
    assert marks == {"BLPOP": [True], "BRPOP": [None], "XREAD": [True], "GET": [None]}
