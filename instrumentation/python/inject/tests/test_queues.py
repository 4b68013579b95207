"""Jobs of RQ and arq, on a live Redis: that of REDIS_URL, else a container; without one they are skipped."""

import pytest
from conftest import Programs
from jobs import named, roots_of, traces_of
from jobs import redis_url as redis_url
from sink import Sink


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


def test_what_a_worker_of_arq_asks_by_itself_is_marked_and_nothing_of_the_applications(programs: Programs, sink: Sink, redis_url: str) -> None:
    pytest.importorskip("arq")
    programs.write(
        "shop.py",
        f"""
        from arq.connections import RedisSettings
        async def send(ctx, code): await ctx["redis"].hget("in", "job")
        async def startup(ctx):
            await ctx["redis"].strlen("at-start")
            await ctx["redis"].enqueue_job("send", 7)
        async def before(ctx): await ctx["redis"].llen("before-job")
        class Worker:
            functions = [send]
            on_startup = startup
            on_job_start = before
            queue_name = "parcels-idle-arq"
            redis_settings = RedisSettings.from_dsn("{redis_url}")
        """,
    )
    worker = programs.start("-m", "arq", "shop.Worker")
    sink.until(lambda s: named(s, "run/send") and {"ZRANGEBYSCORE"} <= roots_of(s, True))
    worker.terminate()
    worker.communicate(timeout=60)
    # What is read and written down of the job itself, and what it asks when it starts and ends, is the worker's own as well.
    assert roots_of(sink, False) == {"STRLEN", "LLEN"}
    assert not {"STRLEN", "LLEN"} & roots_of(sink, True)
    (in_job,) = named(sink, "HGET")
    assert (in_job["parent"], in_job["attributes"].get("worker.idle")) == (named(sink, "run/send")[0]["id"], None)


def test_what_a_worker_of_rq_asks_by_itself_is_marked_and_nothing_of_its_jobs(programs: Programs, sink: Sink, redis_url: str) -> None:
    pytest.importorskip("rq")
    programs.write(
        "shop.py",
        f"from redis import Redis\ndef send():\n    Redis.from_url('{redis_url}').hget('in', 'job')\n"
        f"def done(job, connection, result):\n    Redis.from_url('{redis_url}').llen('in-callback')\n"
        "def fail():\n    raise LookupError('lost')\n"
        f"def handle(job, *error):\n    Redis.from_url('{redis_url}').scard('in-handler')\n",
    )
    programs.write(
        "app.py",
        "from redis import Redis\nfrom rq import Callback, Queue\nimport shop\n"
        f"queue = Queue('parcels-idle-rq', connection=Redis.from_url('{redis_url}'))\n"
        "queue.connection.strlen('own')\nqueue.enqueue(shop.fail)\nqueue.enqueue(shop.send, on_success=Callback(shop.done))\n",
    )
    assert programs.run("app.py").code == 0
    handler = ("--exception-handler", "shop.handle")
    worker = programs.start("-m", "rq.cli", "worker", *handler, "--url", redis_url, "parcels-idle-rq")
    sink.until(lambda s: named(s, "HGET") and {"STRLEN", "LLEN", "SCARD"} <= roots_of(s, False) and "BLMOVE" in roots_of(s, True))
    worker.terminate()
    worker.communicate(timeout=60)
    # What is written down of a job in its own process is not the application's either.
    assert roots_of(sink, False) - {"EXISTS"} == {"STRLEN", "LLEN", "SCARD"}
    (in_job,) = named(sink, "HGET")
    assert (in_job["parent"], in_job["attributes"].get("worker.idle")) == (named(sink, "run/shop.send")[0]["id"], None)


def test_a_call_that_is_not_of_a_store_or_has_a_span_around_it_is_never_marked(programs: Programs, sink: Sink) -> None:
    programs.write(
        "app.py",
        """
        import asyncio
        from opentelemetry import trace
        from opentelemetry.trace import SpanKind
        from otel_inject import idle
        tracer = trace.get_tracer("x")
        def call(name, kind=SpanKind.CLIENT):
            with tracer.start_as_current_span(name, kind=kind): pass
        class Worker:
            def poll(self):
                call("asked")
                call("made", SpanKind.PRODUCER)
                with tracer.start_as_current_span("job"): call("in job")
                self.hook()
            def hook(self): call("in hook")
            @classmethod
            def look(cls): call("looked")
            async def wait(self): await asyncio.sleep(0); call("waited")
        idle.mark(Worker, "poll", "look", "wait", "of another version")
        idle.application(Worker, "hook")
        Worker().poll(); Worker.look(); asyncio.run(Worker().wait())
        call("afterwards")
        """,
    )
    assert programs.run("app.py").code == 0
    marked = {span["name"] for span in sink.spans if span["attributes"].get("worker.idle")}
    assert (marked, len(sink.spans)) == ({"asked", "looked", "waited"}, 8)
