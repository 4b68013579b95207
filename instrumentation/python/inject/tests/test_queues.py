"""Jobs of RQ and arq, on a live Redis: that of REDIS_URL, else a container; without one they are skipped."""

import asyncio
from collections.abc import Iterator

import pytest
from conftest import Programs
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


def test_a_job_of_rq_is_a_message_in_the_trace_of_who_enqueued_it(programs: Programs, sink: Sink, redis_url: str) -> None:
    pytest.importorskip("rq")
    programs.write(
        "shop.py",
        "import logging\ndef send(code):\n    logging.getLogger('shop').warning('parcel %d', code)\ndef fail():\n    raise LookupError('lost')\n",
    )
    programs.write(
        "app.py",
        f"from redis import Redis\nfrom rq import Queue\nimport shop\nqueue = Queue('parcels-rq', connection=Redis.from_url('{redis_url}'))\n"
        "queue.enqueue(shop.send, 7)\nqueue.enqueue(shop.fail)\n",
    )
    assert programs.run("app.py").code == 0
    done = programs.run("-m", "rq.cli", "worker", "--burst", "--url", redis_url, "parcels-rq")
    assert done.code == 0, done.err
    sink.until(lambda s: named(s, "run/shop.fail") and traces_of(s, "parcel 7"))
    (sent,), (run,), (failed,) = named(sink, "enqueue/shop.send"), named(sink, "run/shop.send"), named(sink, "run/shop.fail")
    assert (run["trace"], run["parent"], run["kind"]) == (sent["trace"], sent["id"], 5)
    assert traces_of(sink, "parcel 7") == {run["trace"]}
    about = {"messaging.system": "redis", "messaging.destination.name": "parcels-rq"}
    assert {key: run["attributes"].get(key) for key in about} == about
    assert 0 <= run["attributes"]["messaging.message.delay"] < 60
    assert failed["status"] == 2
    # The process of a job sends no metrics: each would be a series of its own.
    of_jobs = {span["resource"]["service.instance.id"] for span in (run, failed)}
    assert len(of_jobs) == 2
    assert not of_jobs & {point["resource"]["service.instance.id"] for point in sink.points}


def test_a_job_of_arq_and_a_run_of_its_cron_each_begin_a_trace(programs: Programs, sink: Sink, redis_url: str) -> None:
    pytest.importorskip("arq")
    programs.write(
        "shop.py",
        f"""
        import logging
        from arq import cron
        from arq.connections import RedisSettings
        log = logging.getLogger("shop")
        async def send(ctx, code): log.warning("parcel %d", code)
        async def count(ctx): log.warning("counted")
        async def startup(ctx): await ctx["redis"].enqueue_job("send", 7)
        class Worker:
            functions = [send]
            cron_jobs = [cron(count, second=set(range(60)))]
            on_startup = startup
            queue_name = "parcels-arq"
            redis_settings = RedisSettings.from_dsn("{redis_url}")
        """,
    )
    worker = programs.start("-m", "arq", "shop.Worker")
    sink.until(lambda s: traces_of(s, "parcel 7") and traces_of(s, "counted") and named(s, "count"))
    worker.terminate()
    worker.communicate(timeout=60)
    (sent,), (run,) = named(sink, "enqueue/send"), named(sink, "run/send")
    assert (run["parent"], run["kind"], run["attributes"]["messaging.destination.name"]) == ("", 5, "parcels-arq")
    assert sent["attributes"]["messaging.message.id"] == run["attributes"]["messaging.message.id"]
    assert traces_of(sink, "parcel 7") == {run["trace"]}
    counts = named(sink, "count")
    assert {(count["parent"], count["attributes"]["schedule.job"]) for count in counts} == {("", "cron:count")}
    assert all(0 <= count["attributes"]["schedule.late"] < 30 for count in counts)
