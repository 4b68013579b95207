"""Tasks of Huey, on a live Redis."""

import pytest
from conftest import Programs
from jobs import named, roots_of, traces_of
from jobs import redis_url as redis_url
from sink import Sink


def shop(redis_url: str, body: str) -> str:
    return f"import logging\nfrom huey import RedisHuey, crontab\nlog = logging.getLogger('shop')\nhuey = RedisHuey('Parcels.1', url='{redis_url}')\n" + body


def consumer(programs: Programs) -> list[str]:
    """Huey's own program, as a script of the tests' environment; in its place what that does, which needs no PATH."""
    programs.write("consumer.py", "import shop\nshop.huey.create_consumer(workers=1, initial_delay=0.1, max_delay=0.5).run()\n")
    return ["consumer.py"]


def test_a_task_begins_a_trace_and_is_a_message(programs: Programs, sink: Sink, redis_url: str) -> None:
    pytest.importorskip("huey")
    body = """
@huey.task()
def send(code): log.warning('parcel %d', code)
@huey.task()
def fail(): raise LookupError('lost')
"""
    programs.write("shop.py", shop(redis_url, body))
    programs.write("app.py", "import shop\nshop.send(7)\nshop.fail()\nshop.huey.immediate = True\nshop.send(8)\n")
    assert programs.run("app.py").code == 0
    worker = programs.start(*consumer(programs))
    sink.until(lambda s: traces_of(s, "parcel 7") and named(s, "run/fail"))
    worker.terminate()
    worker.communicate(timeout=60)
    # What is called at once is no message.
    (sent,), (run,), (failed,) = named(sink, "enqueue/send"), named(sink, "run/send"), named(sink, "run/fail")
    about = {"messaging.system": "redis", "messaging.destination.name": "Parcels.1"}
    assert {key: run["attributes"].get(key) for key in about} == about == {key: sent["attributes"].get(key) for key in about}
    assert (run["parent"], run["kind"], failed["status"]) == ("", 5, 2)
    assert sent["attributes"]["messaging.message.id"] == run["attributes"]["messaging.message.id"]
    assert traces_of(sink, "parcel 7") == {run["trace"]}


def test_a_periodic_task_is_a_scheduled_run(programs: Programs, sink: Sink, redis_url: str) -> None:
    pytest.importorskip("huey")
    body = """
@huey.periodic_task(lambda now: True)
def sweep(): log.warning('swept')
"""
    programs.write("shop.py", shop(redis_url, body))
    worker = programs.start(*consumer(programs))
    sink.until(lambda s: traces_of(s, "swept") and named(s, "sweep"))
    worker.terminate()
    worker.communicate(timeout=60)
    run = named(sink, "sweep")[0]
    assert (run["parent"], run["attributes"]["schedule.job"]) == ("", "sweep")
    assert named(sink, "enqueue/sweep") == []


def test_what_its_consumer_asks_by_itself_is_marked_and_nothing_of_its_tasks(programs: Programs, sink: Sink, redis_url: str) -> None:
    pytest.importorskip("huey")
    body = f"""
from redis import Redis
from huey import signals
@huey.task()
def send(): Redis.from_url('{redis_url}').hget('in', 'task')
@huey.signal(signals.SIGNAL_COMPLETE)
def done(signal, task): Redis.from_url('{redis_url}').strlen('in-signal')
@huey.on_startup()
def begin(): Redis.from_url('{redis_url}').llen('at-start')
"""
    programs.write("shop.py", shop(redis_url, body))
    programs.write("app.py", "import shop\nshop.send()\n")
    assert programs.run("app.py").code == 0
    worker = programs.start(*consumer(programs))
    sink.until(lambda s: named(s, "HGET") and {"STRLEN", "LLEN"} <= roots_of(s, False) and roots_of(s, True))
    worker.terminate()
    worker.communicate(timeout=60)
    assert roots_of(sink, False) == {"STRLEN", "LLEN"}
    (in_task,) = named(sink, "HGET")
    assert (in_task["parent"], in_task["attributes"].get("worker.idle")) == (named(sink, "run/send")[0]["id"], None)
