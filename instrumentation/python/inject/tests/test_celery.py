"""Celery: messages as the conventions say, spans that end, and runs of beat that begin a trace. The broker is kombu's in memory or in files."""

from conftest import Programs
from sink import Sink

TASKS = """
import logging
from celery import Celery
app = Celery("shop", broker="filesystem://", backend=None)
app.conf.broker_transport_options = {"data_folder_in": "queue", "data_folder_out": "queue", "control_folder": "control"}
app.conf.beat_schedule = {"count-all": {"task": "shop.count", "schedule": 0.5}}
app.conf.worker_hijack_root_logger = False
@app.task(name="shop.send")
def send(code):
    logging.getLogger("shop").warning("parcel %d", code)
@app.task(name="shop.fail")
def fail():
    raise LookupError("lost")
@app.task(name="shop.count")
def count():
    pass
"""
WORKER = ("-m", "celery", "-A", "tasks", "worker", "--concurrency", "1", "--without-mingle", "--without-gossip", "--loglevel", "info")


def prepared(programs: Programs) -> None:
    programs.write("tasks.py", TASKS)
    for folder in ("queue", "control"):
        (programs.folder / folder).mkdir()


def named(sink: Sink, name: str) -> list[dict]:
    return [span for span in sink.spans if span["name"] == name]


def test_a_task_is_a_message_from_sending_to_handling(programs: Programs, sink: Sink) -> None:
    prepared(programs)
    programs.write("app.py", "import tasks\ntasks.send.delay(7)\ntasks.fail.delay()\n")
    assert programs.run("app.py").code == 0
    worker = programs.start(*WORKER)
    sink.until(lambda s: named(s, "run/shop.send") and named(s, "run/shop.fail"))
    worker.terminate()
    worker.communicate(timeout=60)
    (sent,), (run,) = named(sink, "apply_async/shop.send"), named(sink, "run/shop.send")
    assert (run["trace"], run["parent"]) == (sent["trace"], sent["id"])
    about = {"messaging.system": "filesystem", "messaging.destination.name": "celery"}
    assert {key: sent["attributes"].get(key) for key in about} == about
    assert {key: run["attributes"].get(key) for key in about} == about
    assert (sent["attributes"]["messaging.operation.type"], run["attributes"]["messaging.operation.type"]) == ("send", "process")
    assert sent["attributes"]["messaging.message.id"] == run["attributes"]["messaging.message.id"]
    assert 0 <= run["attributes"]["messaging.message.delay"] < 60
    assert not {key for span in (sent, run) for key in span["attributes"]} & {"messaging.destination", "messaging.destination_kind"}
    assert {log["trace"] for log in sink.logs if log["scope"] == "shop"} == {run["trace"]}
    last = {(point["name"], point["attributes"].get("error.type")): point["value"] for point in sink.points if point["name"].startswith("messaging.")}
    assert last[("messaging.client.sent.messages", None)] == 2
    assert last[("messaging.process.duration", None)] == 1
    assert last[("messaging.process.duration", "LookupError")] == 1
    assert last[("messaging.message.delay", None)] == 2


def test_sending_ends_where_the_task_is_not_known_here_or_the_broker_is_away(programs: Programs, sink: Sink) -> None:
    programs.write(
        "app.py",
        """
        import logging
        from celery import Celery
        away = Celery("away", broker="amqp://me:secret@127.0.0.1:1//")
        away.conf.task_publish_retry = False
        try: away.send_task("shop.elsewhere")
        except Exception: pass
        near = Celery("near", broker="memory://")
        near.send_task("shop.elsewhere", queue="parcels")
        logging.getLogger("shop").warning("afterwards")
        """,
    )
    assert programs.run("app.py").code == 0
    failed, sent = named(sink, "apply_async/shop.elsewhere")
    assert (failed["status"], failed["attributes"]["error.type"]) == (2, "OperationalError")
    assert [failed["attributes"][key] for key in ("messaging.system", "server.address", "server.port")] == ["rabbitmq", "127.0.0.1", 1]
    assert (sent["status"], sent["attributes"]["messaging.destination.name"], sent["parent"]) == (0, "parcels", "")
    (log,) = [log for log in sink.logs if log["scope"] == "shop"]
    assert log["trace"] == ""


def test_a_run_of_beat_is_a_trace_with_its_job_and_how_late_it_is(programs: Programs, sink: Sink) -> None:
    prepared(programs)
    beat = programs.start("-m", "celery", "-A", "tasks", "beat", "--loglevel", "info", "--schedule", str(programs.folder / "beat"))
    sink.until(lambda s: len(named(s, "count")) >= 2)
    beat.terminate()
    beat.communicate(timeout=60)
    runs = named(sink, "count")
    assert {(run["parent"], run["attributes"]["schedule.job"], run["attributes"]["code.function.name"]) for run in runs} == {("", "count-all", "shop.count")}
    assert all(0 <= run["attributes"]["schedule.late"] < 30 for run in runs)
    sent = {span["parent"] for span in named(sink, "apply_async/shop.count")}
    assert sent == {run["id"] for run in runs}
    due = [log for log in sink.logs if log["body"].startswith("Scheduler: Sending due task count-all")]
    assert {log["trace"] for log in due} == {run["trace"] for run in runs}


def test_a_heartbeat_is_the_workers_own_call(programs: Programs, sink: Sink) -> None:
    """Celery's Redis transport needs a newer redis than the other tests here; a store's client stands in for it below the event."""
    prepared(programs)
    programs.write(
        "app.py",
        """
        from celery.worker.heartbeat import Heart
        from opentelemetry import trace
        from opentelemetry.trace import SpanKind
        import tasks
        class Events:
            on_enabled, on_disabled, enabled, groups = set(), set(), True, set()
            def send(self, event, **_):
                with trace.get_tracer("redis").start_as_current_span(event, kind=SpanKind.CLIENT): pass
        Heart(None, Events())._send("worker-heartbeat")
        Events().send("task-sent")
        """,
    )
    done = programs.run("app.py")
    assert done.code == 0, done.err
    (heartbeat,), (other,) = named(sink, "worker-heartbeat"), named(sink, "task-sent")
    assert (heartbeat["attributes"].get("worker.idle"), other["attributes"].get("worker.idle")) == (True, None)


def test_what_a_worker_does_at_its_start_and_to_acknowledge_is_its_own_call(programs: Programs, sink: Sink) -> None:
    """As above; what goes on without a worker is called with what stands in for one."""
    prepared(programs)
    programs.write(
        "app.py",
        """
        from collections import deque
        from types import SimpleNamespace
        from celery import bootsteps
        from celery.worker import consumer
        from opentelemetry import trace
        from opentelemetry.trace import SpanKind
        import tasks
        def call(name):
            with trace.get_tracer("redis").start_as_current_span(name, kind=SpanKind.CLIENT): pass
        class Own(bootsteps.StartStopStep):
            def start(self, c): call("own step")
        class Worker(consumer.Consumer):
            def __init__(self): self.hub, self._pending_operations, self.controller = None, deque(), SimpleNamespace(semaphore=None)
            def connect(self):
                call("connect")
                return SimpleNamespace(as_uri=lambda: "")
        worker = Worker()
        consumer.Connection(worker).start(worker)
        Own(worker).start(worker)
        worker.call_soon(call, "acknowledge")
        worker.perform_pending_operations()
        call("afterwards")
        """,
    )
    done = programs.run("app.py")
    assert done.code == 0, done.err
    marked = {span["name"]: span["attributes"].get("worker.idle") for span in sink.spans}
    assert marked == {"connect": True, "own step": None, "acknowledge": True, "afterwards": None}
