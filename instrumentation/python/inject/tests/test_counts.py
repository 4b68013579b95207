"""What a process says that it made, dropped and got rid of, against what it did and what came to the intake."""

import socket
from collections import Counter

from conftest import Programs
from sink import Sink

WORK = """
import logging, os, sys, time
from opentelemetry import trace

def work(spans, records=0):
    for n in range(spans):
        with trace.get_tracer("x").start_as_current_span("it"): pass
    for n in range(records): logging.getLogger("x").warning("line")

def say():
    "Two intervals of metrics: what is counted has been sent."
    time.sleep(1.5)
"""


def last(sink: Sink, name: str, *keys: str) -> dict[tuple[str, ...], float]:
    """The last value of each point of a metric, by these attributes, of all processes and minutes together."""
    points = [point for point in sink.points if point["name"] == name]
    values = {(point["resource"]["service.instance.id"], *sorted(point["attributes"].items())): point for point in points}
    total: Counter[tuple[str, ...]] = Counter()
    for point in values.values():
        total[tuple(point["attributes"].get(key, "") for key in keys)] += point["value"]
    return dict(total)


def test_what_was_made_and_what_became_of_it(programs: Programs, sink: Sink) -> None:
    programs.write("work.py", WORK)
    programs.write("app.py", "from work import *\nwork(7, records=4)\nsay()")
    assert programs.run("app.py").code == 0
    made = last(sink, "telemetry.made.items", "signal")
    assert (len(sink.spans), len(sink.logs)) == (7, 4)
    assert (made[("traces",)], made[("logs",)]) == (7, 4)
    # Of points, those that were sent before it was said.
    assert 0 < made[("metrics",)] < len(sink.points)
    for noun, count in (("span", 7), ("log", 4)):
        assert last(sink, f"otel.sdk.processor.{noun}.processed", "error.type") == {("",): count}
        assert last(sink, f"otel.sdk.exporter.{noun}.exported", "error.type") == {("",): count}
        assert last(sink, f"otel.sdk.processor.{noun}.queue.size") == {(): 0}


def test_what_found_the_queue_full(programs: Programs, sink: Sink) -> None:
    programs.write("work.py", WORK)
    programs.write("app.py", "from work import *\nwork(25)\nsay()")
    assert programs.run("app.py", OTEL_BSP_MAX_QUEUE_SIZE="10", OTEL_BSP_MAX_EXPORT_BATCH_SIZE="10", OTEL_BSP_SCHEDULE_DELAY="60000").code == 0
    processed = last(sink, "otel.sdk.processor.span.processed", "error.type")
    assert last(sink, "telemetry.made.items", "signal")[("traces",)] == 25
    assert processed[("",)] == len(sink.spans)
    # The SDK's thread may take one at the moment at which it counts as dropped.
    assert 0 < 25 - len(sink.spans) <= processed[("queue_full",)]


def test_what_nobody_took(programs: Programs, sink: Sink) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}/v1/traces"
        programs.write("work.py", WORK)
        programs.write("app.py", "from work import *\nwork(5)\nsay()\nsay()")
        assert programs.run("app.py", OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=nowhere, OTEL_EXPORTER_OTLP_TRACES_TIMEOUT="1").code == 0
    assert last(sink, "telemetry.made.items", "signal")[("traces",)] == 5
    assert last(sink, "otel.sdk.exporter.span.exported", "error.type") == {("",): 0, ("unreachable",): 5}


def test_a_forked_child_counts_its_own(programs: Programs, sink: Sink) -> None:
    programs.write("work.py", WORK)
    programs.write(
        "app.py",
        """
        from work import *
        work(3)
        with trace.get_tracer("x").start_as_current_span("around"):
            pid = os.fork()
            if pid == 0:
                work(2)
                say()
                sys.exit(0)
            os.waitpid(pid, 0)
        say()
        """,
    )
    assert programs.run("app.py").code == 0
    assert len(sink.spans) == 6
    assert last(sink, "telemetry.made.items", "signal")[("traces",)] == 6
