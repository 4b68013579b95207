"""Messages of Dramatiq, on a live Redis."""

import pytest
from conftest import Programs
from jobs import named, roots_of, traces_of
from jobs import redis_url as redis_url
from sink import Sink


def shop(redis_url: str, body: str) -> str:
    return (
        "import logging\nimport dramatiq\nfrom dramatiq.brokers.redis import RedisBroker\n"
        f"dramatiq.set_broker(RedisBroker(url='{redis_url}'))\nlog = logging.getLogger('shop')\n" + body
    )


ACTORS = """
@dramatiq.actor(queue_name='parcels-dramatiq', max_retries=0)
def send(code): log.warning('parcel %d', code)
@dramatiq.actor(queue_name='parcels-dramatiq', max_retries=0)
def fail(): raise LookupError('lost')
@dramatiq.actor(queue_name='parcels-dramatiq', max_retries=1, min_backoff=1, max_backoff=1)
def again():
    if not tries.append(1) and len(tries) == 1: raise dramatiq.errors.Retry('later', delay=1)
    log.warning('again')
tries = []
"""


def test_a_message_is_in_the_trace_of_who_sent_it(programs: Programs, sink: Sink, redis_url: str) -> None:
    pytest.importorskip("dramatiq")
    programs.write("shop.py", shop(redis_url, ACTORS))
    programs.write("app.py", "import shop\nshop.send.send(7)\nshop.send.send_with_options(args=(8,), delay=300)\nshop.fail.send()\n")
    assert programs.run("app.py").code == 0
    worker = programs.start("-m", "dramatiq", "shop", "--processes", "1", "--threads", "1")
    sink.until(lambda s: traces_of(s, "parcel 7") and traces_of(s, "parcel 8") and named(s, "process/fail"))
    worker.terminate()
    worker.communicate(timeout=60)
    sent = {span["id"]: span for span in named(sink, "enqueue/send")}
    runs = named(sink, "process/send")
    assert (len(sent), len(runs)) == (2, 2)
    for run in runs:
        assert (sent[run["parent"]]["trace"], run["kind"]) == (run["trace"], 5)
        assert 0 <= run["attributes"]["messaging.message.delay"] < 60
    assert traces_of(sink, "parcel 7") | traces_of(sink, "parcel 8") == {run["trace"] for run in runs}
    about = {"messaging.system": "redis", "messaging.destination.name": "parcels-dramatiq"}
    (failed,) = named(sink, "process/fail")
    assert ({key: failed["attributes"].get(key) for key in about}, failed["status"]) == (about, 2)
    assert all(run["status"] != 2 for run in runs)


def test_an_actor_that_asks_to_be_called_again_has_not_failed(programs: Programs, sink: Sink, redis_url: str) -> None:
    pytest.importorskip("dramatiq")
    programs.write("shop.py", shop(redis_url, ACTORS.replace("parcels-dramatiq", "parcels-dramatiq-again")))
    programs.write("app.py", "import shop\nshop.again.send()\n")
    assert programs.run("app.py").code == 0
    worker = programs.start("-m", "dramatiq", "shop", "--processes", "1", "--threads", "1")
    sink.until(lambda s: traces_of(s, "again") and len(named(s, "process/again")) == 2)
    worker.terminate()
    worker.communicate(timeout=60)
    # The second was sent while the first was handled.
    runs = named(sink, "process/again")
    assert ([run["status"] for run in runs], len({run["trace"] for run in runs})) == ([0, 0], 1)


def test_what_its_worker_asks_by_itself_is_marked_and_nothing_of_its_actors(programs: Programs, sink: Sink, redis_url: str) -> None:
    pytest.importorskip("dramatiq")
    body = f"""
from redis import Redis
from dramatiq import Middleware
class Watch(Middleware):
    def after_consumer_thread_boot(self, broker, thread): Redis.from_url('{redis_url}').strlen('at-boot')
dramatiq.get_broker().add_middleware(Watch())
@dramatiq.actor(queue_name='parcels-idle-dramatiq')
def send(): Redis.from_url('{redis_url}').hget('in', 'actor')
"""
    programs.write("shop.py", shop(redis_url, body))
    programs.write("app.py", "import shop\nshop.send.send()\n")
    assert programs.run("app.py").code == 0
    worker = programs.start("-m", "dramatiq", "shop", "--processes", "1", "--threads", "1")
    sink.until(lambda s: named(s, "HGET") and roots_of(s, True) and "STRLEN" in roots_of(s, False))
    worker.terminate()
    worker.communicate(timeout=60)
    assert roots_of(sink, False) == {"STRLEN"}
    (in_actor,) = named(sink, "HGET")
    assert (in_actor["parent"], in_actor["attributes"].get("worker.idle")) == (named(sink, "process/send")[0]["id"], None)
