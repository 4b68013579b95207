"""What a process says that it made, dropped and got rid of, against what it did and what came to the intake."""

import socket
from collections import Counter

from conftest import Programs
from opentelemetry.sdk.metrics.export import AggregationTemporality, Metric, MetricsData, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from otel_inject.quick import counts
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
    """The last value of each point of a metric, by these attributes, of all processes together."""
    points = [point for point in sink.points if point["name"] == name]
    values = {(point["resource"]["service.instance.id"], *sorted(point["attributes"].items())): point for point in points}
    total: Counter[tuple[str, ...]] = Counter()
    for point in values.values():
        total[tuple(point["attributes"].get(key, "") for key in keys)] += point["value"]
    return dict(total)


def made_by(sink: Sink) -> Counter[str]:
    """What processes said that they made, by signal: each point says what none before it did."""
    total: Counter[str] = Counter()
    for point in sink.points:
        if point["name"] == "telemetry.made.items":
            total[point["attributes"]["signal"]] += point["value"]
    return total


def test_what_was_made_and_what_became_of_it(programs: Programs, sink: Sink) -> None:
    programs.write("work.py", WORK)
    programs.write("app.py", "from work import *\nwork(7, records=4)\nsay()")
    assert programs.run("app.py").code == 0
    made = made_by(sink)
    assert (len(sink.spans), len(sink.logs)) == (7, 4)
    assert (made["traces"], made["logs"]) == (7, 4)
    # Of points, those that were sent before it was said.
    assert 0 < made["metrics"] < len(sink.points)
    for noun, count in (("span", 7), ("log", 4)):
        assert last(sink, f"otel.sdk.processor.{noun}.processed", "error.type") == {("",): count}
        assert last(sink, f"otel.sdk.exporter.{noun}.exported", "error.type") == {("",): count}
        assert last(sink, f"otel.sdk.processor.{noun}.queue.size") == {}


def test_what_found_the_queue_full(programs: Programs, sink: Sink) -> None:
    programs.write("work.py", WORK)
    programs.write("app.py", "from work import *\nwork(25)\nsay()")
    assert programs.run("app.py", OTEL_BSP_MAX_QUEUE_SIZE="10", OTEL_BSP_MAX_EXPORT_BATCH_SIZE="10", OTEL_BSP_SCHEDULE_DELAY="60000").code == 0
    processed = last(sink, "otel.sdk.processor.span.processed", "error.type")
    assert made_by(sink)["traces"] == 25
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
    assert made_by(sink)["traces"] == 5
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
    assert made_by(sink)["traces"] == 6


def test_it_is_said_once_a_minute_and_at_the_end(programs: Programs, sink: Sink) -> None:
    programs.write("work.py", WORK)
    programs.write("app.py", "from work import *\nwork(7)\nsay()\nwork(2)\nsay()\nsay()")
    assert programs.run("app.py").code == 0
    assert made_by(sink)["traces"] == 9
    exports = {point["time"] for point in sink.points if point["name"] == "process.cpu.time"}
    said = {point["time"] for point in sink.points if point["name"] == "otel.sdk.processor.span.processed"}
    # At the first export, at the last, and at one between where another minute is over then.
    assert len(exports) > 5 and 2 <= len(said) <= 3


class Time:
    """One reader's exports at chosen times."""

    def __init__(self, counted: counts.Counts) -> None:
        self.counted, self.telling = counted, counts.Telling([counted])

    def said(self, seconds: int, *, ends: bool = False) -> dict[str, int | float]:
        """What an export says, by which minute; empty: nothing."""
        at = (30_000_000 * 60 + seconds) * 1_000_000_000
        own = InstrumentationScope(counts.SCOPE)
        point = NumberDataPoint({}, 0, at, 1)
        of_it = Metric("otel.sdk.processor.span.processed", "", "", Sum([point], AggregationTemporality.CUMULATIVE, True))
        others = ScopeMetrics(InstrumentationScope("app"), [of_it], "")
        data = MetricsData([ResourceMetrics(Resource({}), [others, ScopeMetrics(own, [of_it], "")], "")])
        told = self.telling.told(data, ends=ends)
        assert told.resource_metrics[0].scope_metrics[0] is others
        metrics = [metric for scope in told.resource_metrics[0].scope_metrics[1:] for metric in scope.metrics]
        made = [point for metric in metrics[1:] for point in metric.data.data_points]
        assert all(point.time_unix_nano == at for point in made)
        return {str(point.attributes["minute"]): point.value for point in made}

    def make(self, *seconds: int) -> None:
        for second in seconds:
            self.counted.minutes[counts.minute((30_000_000 * 60 + second) * 1_000_000_000)] += 1


def test_a_minute_is_said_when_it_has_been_over_for_five_seconds() -> None:
    time = Time(counts.Counts("traces", "span", "p", "e"))
    time.make(10, 20, 59, 60)
    assert [time.said(second) for second in (50, 64, 65, 80)] == [{}, {}, {"last": 3}, {}]
    time.make(30, 70)
    assert time.said(125) == {"before": 1, "last": 2}
    assert time.said(185) == {}


def test_what_ends_says_all_and_nothing_twice() -> None:
    time = Time(counts.Counts("traces", "span", "p", "e"))
    time.make(10, 59, 61)
    assert time.said(63, ends=True) == {"this": 2, "next": 1}
    # It went on nevertheless.
    time.make(64, 64)
    assert time.said(66, ends=True) == {"this": 2}
    assert time.said(125) == {}


def test_what_lasted_for_an_hour_is_not_taken_for_something_of_now() -> None:
    time = Time(counts.Counts("traces", "span", "p", "e"))
    for minutes in range(70):
        time.make(minutes * 60 - 3300, minutes * 60 - 600)
        assert time.said(minutes * 60 + 5) == {}
