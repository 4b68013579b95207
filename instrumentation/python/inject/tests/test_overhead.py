"""The limit of what OpenTelemetry may cost: what is measured, what is decided, what is shed and what never is."""

import logging
import random
import re
import threading
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from conftest import Programs
from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.sdk import trace as sdk
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, StatusCode, TraceFlags, TraceState
from otel_inject.overhead import governor as governing
from otel_inject.overhead.governor import Governor
from otel_inject.overhead.meter import EVERY, Meter, bounded
from otel_inject.overhead.shedding import SHED_SPANS, governed_start, sampled, without_details, without_records_of_shed_traces
from otel_inject.quick import spans as quick
from sink import Sink
from test_servers import end, free_port


def test_a_limit_is_a_percentage_above_0_and_up_to_50() -> None:
    assert [governing.parse(text) for text in ("5%", " 0.5% ", "50%")] == [0.05, 0.005, 0.5]
    for text in ("5", "0%", "51%", "-1%", "5%%", "5 % of it", "nan%", "%"):
        with pytest.raises(ValueError):
            governing.parse(text)


def changes(governor: Governor, *windows: tuple[float, int]) -> list[int]:
    """The level after each stretch: its share of own to other CPU time, and how many windows of 5 s it lasts. Half a core is busy."""
    levels = []
    for share, count in windows:
        for _ in range(count):
            governor.judge(0, 2.5 * share / (1 + share), 2.5, 5)
        levels.append(governor.level)
    return levels


def test_it_sheds_one_level_more_after_each_two_windows_above_the_limit() -> None:
    assert changes(Governor(0.05), (0.051, 1), (0.051, 1), (0.051, 2), (0.9, 2), (0.9, 20)) == [0, 1, 2, 3, 4]


def test_a_single_window_above_the_limit_changes_nothing() -> None:
    governor = Governor(0.05)
    assert changes(governor, *[(0.2, 1), (0.04, 1)] * 10) == [0] * 20
    assert governor.share == pytest.approx(0.04)


def test_between_seven_tenths_of_the_limit_and_the_limit_it_stays() -> None:
    assert changes(Governor(0.05), (0.06, 2), (0.05, 500), (0.036, 500)) == [1, 1, 1]


def test_it_goes_back_after_30_s_of_calm_and_waits_twice_as_long_where_that_failed() -> None:
    governor = Governor(0.05)
    assert changes(governor, (0.06, 2), (0.03, 5), (0.03, 1), (0.06, 2), (0.03, 11), (0.03, 1)) == [1, 1, 0, 1, 1, 0]
    # It held: the next time it is tried after 30 s again.
    assert changes(governor, (0.03, 100), (0.06, 2), (0.03, 6)) == [0, 1, 0]


def test_the_wait_ends_at_16_minutes() -> None:
    governor = Governor(0.05)
    waits = []
    for _ in range(9):
        changes(governor, (0.06, 2))
        waits.append(0)
        while governor.level:
            changes(governor, (0.01, 1))
            waits[-1] += 5
    assert waits == [30, 60, 120, 240, 480, 960, 960, 960, 960]


def test_a_process_that_does_next_to_nothing_is_left_as_it_is_and_goes_back() -> None:
    governor = Governor(0.05)
    for _ in range(10):
        governor.judge(0, 0.1, 0.2, 5)
    assert (governor.level, governor.share) == (0, 1.0)
    governor.level = 2
    for _ in range(6):
        governor.judge(0, 0.1, 0.2, 5)
    assert governor.level == 1


@pytest.mark.parametrize(
    ("timed", "threads", "process", "share"), [(0, 0, 0, 0), (0, 3, 2, 1), (9, 0, 2, 1), (0, -1, 2, 0), (0, 1, 3, 0.5), (0.1, 0.7, 3, 0.5)]
)
def test_a_share_is_a_number_whatever_the_clocks_say(timed: float, threads: float, process: float, share: float) -> None:
    governor = Governor(0.05)
    governor.judge(timed, threads, process, 5)
    assert governor.share == pytest.approx(share)


class Clock:
    """A thread's CPU clock that moves only when it is told to; reading it costs nothing."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


def meter_of(clock: Clock, draws: Iterator[float], ticks: list[int]) -> Meter:
    return Meter(lambda: (), lambda: ticks.append(clock.now), clock, lambda: next(draws))


def test_one_call_of_61_stands_for_all() -> None:
    clock, ticks = Clock(), []
    meter = meter_of(clock, iter([0.5] * 1000), ticks)

    def work() -> str:
        clock.now += 2_000
        return "done"

    timed = meter.timed(work)
    assert {timed() for _ in range(EVERY * 100)} == {"done"}
    assert (meter.seconds(), len(ticks)) == ((pytest.approx(EVERY * 100 * 2e-6), 0), 100)
    assert (meter.seconds(), timed.__name__) == ((0, 0), "work")


def test_a_call_within_a_timed_one_counts_once_and_a_failure_is_the_callers() -> None:
    clock, draws = Clock(), random.Random(1)
    meter = meter_of(clock, iter(draws.random, None), [])

    def inner() -> None:
        clock.now += 1_000

    timed_inner = meter.timed(inner)

    def outer() -> None:
        timed_inner()
        clock.now += 3_000
        timed_inner()
        raise KeyError("mine")

    timed = meter.timed(outer)
    for _ in range(30_000):
        with pytest.raises(KeyError, match="mine"):
            timed()
    assert meter.seconds()[0] == pytest.approx(30_000 * 5e-6, rel=0.1)


def test_what_another_thread_does_meanwhile_is_not_taken_for_a_call_within() -> None:
    clock = Clock()
    meter = meter_of(clock, iter([0.0] * 1000), [])

    def work() -> None:
        clock.now += 1_000

    timed_work = meter.timed(work)

    def outer() -> None:
        elsewhere = threading.Thread(target=timed_work)
        elsewhere.start()
        elsewhere.join()

    timed = meter.timed(outer)
    for _ in range(EVERY):
        timed()
    # The clock of this test is one for all threads: the other's time would be missing if it were taken for nested.
    assert meter.seconds()[0] >= EVERY * 1e-6


def test_a_forked_child_times_its_calls_though_a_thread_of_its_parent_was_timing() -> None:
    clock = Clock()
    meter = meter_of(clock, iter([0.0] * 1000), [])

    def work() -> None:
        clock.now += 1_000

    timed = meter.timed(work)
    meter._timing = -1
    for _ in range(3 * EVERY):
        timed()
    assert meter.seconds() == (0, 0)
    meter.renew()
    for _ in range(EVERY):
        timed()
    assert meter.seconds()[0] == pytest.approx(EVERY * 1e-6)


def test_a_failure_of_its_own_is_not_the_applications(programs: Programs) -> None:
    programs.write(
        "app.py",
        """
        from opentelemetry import trace
        from otel_inject import overhead
        overhead._control.window_seconds = 0
        overhead._control.governor.level = 2
        overhead._control.meter.seconds = None
        for _ in range(200):
            trace.get_tracer("shop").start_span("step").end()
        print(overhead._control.governor.level)
        """,
    )
    finished = programs.run("app.py", OTEL_PYTHON_INJECT_OVERHEAD="5%")
    assert (finished.out, finished.err) == ("0\n", "opentelemetry: overhead: not limited: TypeError: 'NoneType' object is not callable\n")


class Sent(sdk.SpanProcessor):
    """A quick processor that keeps what it is given."""

    _quick = True

    def __init__(self) -> None:
        self.spans: list[Any] = []

    def on_end(self, span: Any) -> None:
        self.spans.append(span)


class Tracing:
    """A tracer that is governed, and what it sends."""

    def __init__(self, level: int) -> None:
        self.governor, self.shed, self.sent = Governor(0.05, level), Counter[str](), Sent()
        provider = sdk.TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(self.sent)
        self.sent.on_end = without_details(self.sent.on_end, self.governor)  # type: ignore[method-assign]
        self.tracer = provider.get_tracer("tested")
        self._start = governed_start(quick.start_span(sdk.Tracer.start_span), self.governor, self.shed)

    @contextmanager
    def span(self, name: str, kind: SpanKind = SpanKind.INTERNAL, **given: Any) -> Iterator[Any]:
        with trace.use_span(self._start(self.tracer, name, kind=kind, **given), end_on_exit=True) as span:
            yield span

    def names(self) -> list[str]:
        return [span.name for span in self.sent.spans]


def request(tracing: Tracing, failing: str = "", parent: SpanContext | None = None) -> list[SpanContext]:
    """A request with a function of its own, a statement in it and a message; the contexts that each passes on. `failing` ends with an error."""
    passed = []
    token = contexts.attach(trace.set_span_in_context(NonRecordingSpan(parent)) if parent else contexts.Context())

    @contextmanager
    def one(name: str, kind: SpanKind) -> Iterator[None]:
        with tracing.span(name, kind) as span:
            passed.append(trace.get_current_span().get_span_context())
            yield
            if name == failing:
                span.set_status(StatusCode.ERROR, "it failed")

    try:
        with one("GET /", SpanKind.SERVER), one("function", SpanKind.INTERNAL):
            with one("SELECT", SpanKind.CLIENT):
                pass
            with one("send", SpanKind.PRODUCER):
                pass
    finally:
        contexts.detach(token)
    return passed


@pytest.mark.parametrize(
    ("level", "sent", "shed"),
    [
        (0, ["SELECT", "send", "function", "GET /"], {}),
        (1, ["SELECT", "send", "GET /"], {"internal": 1}),
        (2, ["send", "GET /"], {"internal": 1, "call": 1}),
    ],
)
def test_a_level_sheds_its_spans_and_what_is_left_is_one_tree(level: int, sent: list[str], shed: dict[str, int]) -> None:
    tracing = Tracing(level)
    passed = request(tracing)
    assert (tracing.names(), dict(tracing.shed)) == (sent, shed)
    server = tracing.sent.spans[-1]
    ids = {span.get_span_context().span_id for span in tracing.sent.spans}
    # Whoever is called, and every record of the log, refers to a span that is sent.
    assert {context.span_id for context in passed} == ids
    assert {context.trace_id for context in passed} == {server.get_span_context().trace_id}
    assert all(span.parent is None or span.parent.span_id in ids for span in tracing.sent.spans)
    assert server.attributes.get(SHED_SPANS, 0) == sum(shed.values())


@pytest.mark.parametrize("level", [1, 2, 3, 4])
@pytest.mark.parametrize("failing", ["GET /", "function", "SELECT", "send"])
@pytest.mark.parametrize("parent", [None, SpanContext(7, 8, True, TraceFlags(1))], ids=["a new trace", "a trace from elsewhere"])
def test_what_failed_is_sent_with_the_spans_that_it_is_below(level: int, failing: str, parent: SpanContext | None) -> None:
    tracing = Tracing(level)
    request(tracing, failing, parent)
    (failed,) = (span for span in tracing.sent.spans if not span.status.is_ok)
    assert (failed.name, failed.status.description, failed.get_span_context().trace_flags.sampled) == (failing, "it failed", True)
    spans = {span.get_span_context().span_id: span for span in tracing.sent.spans}
    path = [failed]
    while path[-1].parent is not None and path[-1].parent.span_id in spans:
        path.append(spans[path[-1].parent.span_id])
    assert path[-1].name == "GET /"
    assert path[-1].parent == parent
    assert len({span.get_span_context().trace_id for span in tracing.sent.spans}) == 1


def test_an_exception_is_a_failure_with_its_event() -> None:
    tracing = Tracing(4)
    with pytest.raises(ValueError, match="no good"), tracing.span("run"), tracing.span("SELECT", SpanKind.CLIENT, attributes={"db.system.name": "x"}):
        raise ValueError("no good")
    assert [(span.name, [event.name for event in span.events]) for span in tracing.sent.spans] == [("SELECT", ["exception"]), ("run", ["exception"])]
    assert tracing.sent.spans[0].attributes == {"db.system.name": "x"}


@pytest.mark.parametrize(("level", "one_of", "threshold"), [(3, 4, "c"), (4, 16, "f")])
def test_traces_are_sampled_by_their_id_and_say_for_how_many_they_stand(level: int, one_of: int, threshold: str) -> None:
    tracing, traces = Tracing(level), 4000
    passed = [request(tracing) for _ in range(traces)]
    kept = [span for span in tracing.sent.spans if span.kind is SpanKind.SERVER]
    assert len(kept) == pytest.approx(traces / one_of, rel=0.25)
    assert len(kept) + tracing.shed["trace"] / 4 == traces
    assert {span.get_span_context().trace_state.get("ot") for span in tracing.sent.spans} == {f"th:{threshold}"}
    least = int(threshold.ljust(14, "0"), 16)
    for contexts_of_one in passed:
        (trace_id,) = {context.trace_id for context in contexts_of_one}
        sampled_flags = {context.trace_flags.sampled for context in contexts_of_one}
        assert sampled_flags == {trace_id & (1 << 56) - 1 >= least}


def test_a_trace_from_elsewhere_that_is_shed_goes_on_as_it_came() -> None:
    tracing, parent = Tracing(3), SpanContext(1, 8, True, TraceFlags(1), TraceState([("vendor", "x")]))
    assert request(tracing, parent=parent) == [parent] * 4
    assert (tracing.names(), dict(tracing.shed)) == ([], {"trace": 4})


def test_an_unsampled_trace_from_elsewhere_stays_unsampled_and_is_not_counted() -> None:
    for level in (1, 2, 3, 4):
        tracing = Tracing(level)
        passed = request(tracing, "SELECT", SpanContext(2**56 - 1, 8, True, TraceFlags(0)))
        assert (tracing.names(), dict(tracing.shed), {context.trace_flags for context in passed}) == ([], {}, {0})


@pytest.mark.parametrize(
    ("trace_id", "state", "written"),
    [
        (2**56 - 1, "", "ot=th:c"),
        (2**55, "", None),
        (0, "ot=rv:c0000000000000", "ot=th:c;rv:c0000000000000"),
        (2**56 - 1, "ot=rv:bfffffffffffff", None),
        (2**56 - 1, "vendor=x,ot=th:8;x:1", "ot=th:c;x:1,vendor=x"),
        (2**56 - 1, "ot=th:e", "ot=th:e"),
        (2**56 - 1, "ot=th:zz;rv:zz", "ot=th:c;rv:zz"),
    ],
)
def test_a_weight_is_written_as_the_collectors_sampler_reads_it(trace_id: int, state: str, written: str | None) -> None:
    made = sampled(trace_id, TraceState.from_header([state]), 4)
    assert (made if made is None else made.to_header()) == written


def test_a_span_begun_in_a_shed_trace_is_shed_with_it_also_once_the_level_has_fallen() -> None:
    tracing = Tracing(3)
    with tracing.span("GET /", SpanKind.SERVER, context=trace.set_span_in_context(NonRecordingSpan(SpanContext(1, 2, True, TraceFlags(1))))):
        tracing.governor.level = 0
        with tracing.span("SELECT", SpanKind.CLIENT):
            pass
    assert (tracing.names(), dict(tracing.shed)) == ([], {"trace": 2})


def test_details_are_left_out_of_what_succeeded_and_of_nothing_else() -> None:
    given = {"http.route": "/", "client.port": 5, "user_agent.original": "curl"}
    for level, failed, left in ((0, False, given), (1, True, given), (1, False, {"http.route": "/"})):
        tracing = Tracing(level)
        with tracing.span("GET /", SpanKind.SERVER, attributes=given) as span:
            if failed:
                span.set_status(StatusCode.ERROR)
        (sent,) = tracing.sent.spans
        assert (dict(sent.attributes), sent.dropped_attributes) == (left, len(given) - len(left))


def test_records_below_warning_are_shed_with_their_trace_and_no_others() -> None:
    emitted: list[str] = []

    def emit(_: Any, record: logging.LogRecord) -> None:
        emitted.append(record.getMessage())

    tracing = Tracing(4)
    handle = without_records_of_shed_traces(emit, tracing.shed)

    def log(text: str) -> None:
        for level in (logging.INFO, logging.WARNING, logging.ERROR):
            handle(None, logging.LogRecord("shop", level, "", 0, f"{text} {level}", (), None))

    log("outside")
    with tracing.span("GET /", context=trace.set_span_in_context(NonRecordingSpan(SpanContext(1, 2, True, TraceFlags(1))))):
        log("shed")
    with tracing.span("GET /", context=trace.set_span_in_context(NonRecordingSpan(SpanContext(2**56 - 1, 2, True, TraceFlags(1))))):
        log("kept")
    assert emitted == ["outside 20", "outside 30", "outside 40", "shed 30", "shed 40", "kept 20", "kept 30", "kept 40"]
    assert tracing.shed["record"] == 1


BUSY = """
    import logging, os, sys, threading, time
    from opentelemetry import trace
    from otel_inject import overhead
    overhead._control.window_seconds = 0.3
    logging.basicConfig(level=logging.INFO)
    tracer, log = trace.get_tracer("shop"), logging.getLogger("shop")
    end, runs = time.monotonic() + float(sys.argv[1]), 0
    while time.monotonic() < end:
        runs += 1
        with tracer.start_as_current_span("run", kind=trace.SpanKind.SERVER):
            with tracer.start_as_current_span("step"):
                log.debug("step %s", runs)
            with tracer.start_as_current_span("SELECT", kind=trace.SpanKind.CLIENT) as span:
                if runs % 500 == 0:
                    span.set_status(trace.StatusCode.ERROR)
            if runs % 500 == 0:
                log.warning("warned %s", runs)
            sum(range(int(sys.argv[2])))
    print(runs, overhead._control.governor.level)
"""


def test_a_busy_process_comes_below_its_limit_says_so_and_loses_nothing_that_failed(programs: Programs, sink: Sink) -> None:
    programs.write("busy.py", BUSY)
    # A run's own work is about 0.2 ms.
    finished = programs.run("busy.py", "6", "10000", OTEL_PYTHON_INJECT_OVERHEAD="10%", OTEL_BSP_MAX_QUEUE_SIZE="100000")
    assert finished.code == 0, finished.err
    runs, level = map(int, finished.out.split())
    assert level >= 1
    (line,) = [line for line in finished.err.splitlines() if line.startswith("opentelemetry: ")]
    said = re.fullmatch(
        r"opentelemetry: overhead (\d+\.\d)% of the application's CPU time, limit 10%: level 1 of 4, sheds internal spans and attributes of detail", line
    )
    assert said and float(said[1]) > 10
    wanted = runs // 500
    sink.until(lambda seen: len([span for span in seen.spans if span["status"] == 2]) == wanted)
    assert len([log for log in sink.logs if log["body"].startswith("warned ")]) == wanted
    shed = {point["attributes"]["reason"]: point["value"] for point in sink.points if point["name"] == "telemetry.shed.items"}
    sent = Counter(span["name"] for span in sink.spans)
    # To the item: what was made is what was sent and what was shed.
    if level < governing.TRACES:
        assert sent["run"] == runs
        assert sent["step"] + sent["SELECT"] + sum(shed.values()) == 2 * runs
    else:
        assert sum(sent.values()) + sum(shed.values()) == 3 * runs
    points = {point["name"]: point["value"] for point in sink.points}
    assert (points["telemetry.overhead.limit"], points["telemetry.overhead.level"]) == (0.1, level)
    # An estimate from some fifteen timed calls, in a window of 0.3 s: it may well be more than the application's own part.
    assert points["telemetry.overhead.share"] > 0


def test_a_process_that_does_much_between_its_spans_sheds_nothing(programs: Programs, sink: Sink) -> None:
    programs.write("busy.py", BUSY)
    finished = programs.run("busy.py", "3", "1000000", OTEL_PYTHON_INJECT_OVERHEAD="10%")
    assert (finished.out.split()[1], finished.err) == ("0", "")
    sink.until(lambda seen: any(point["name"] == "telemetry.overhead.share" for point in seen.points))
    assert not [point for point in sink.points if point["name"] == "telemetry.shed.items"]
    assert Counter(span["name"] for span in sink.spans)["step"] == int(finished.out.split()[0])


def test_without_the_variable_nothing_is_governed(programs: Programs, sink: Sink) -> None:
    programs.write("app.py", "import sys, otel_inject.overhead as o; print(o._control, 'otel_inject.overhead.shedding' in sys.modules)")
    assert programs.run("app.py").out == "None False\n"


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"OTEL_PYTHON_INJECT_OVERHEAD": "5"}, "OTEL_PYTHON_INJECT_OVERHEAD is '5'. Allowed: a percentage above 0 and up to 50, such as 5%"),
        (
            {"OTEL_PYTHON_INJECT_OVERHEAD": "5%", "OTEL_PYTHON_INJECT_QUICK": "off"},
            "OpenTelemetry's own SDK makes the telemetry in this process, and sheds nothing",
        ),
        (
            {"OTEL_PYTHON_INJECT_OVERHEAD": "5%", "OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.5"},
            "the process has a sampler or an exporter of its own",
        ),
    ],
)
def test_what_cannot_be_limited_is_said_and_works(programs: Programs, env: dict[str, str], said: str) -> None:
    programs.write("app.py", "print('works')")
    finished = programs.run("app.py", **env)
    assert (finished.out, finished.err) == ("works\n", f"opentelemetry: overhead: not limited: {said}\n")


def test_a_forked_child_counts_from_zero(programs: Programs, sink: Sink) -> None:
    programs.write(
        "app.py",
        """
        import os, time
        from opentelemetry import trace
        from otel_inject import overhead
        overhead._control.governor.level = 1
        tracer = trace.get_tracer("shop")
        def steps(count):
            with tracer.start_as_current_span("run"):
                for _ in range(count):
                    tracer.start_span("step").end()
        steps(5)
        child = os.fork()
        if child == 0:
            steps(2)
        time.sleep(1.5)
        if child:
            os.waitpid(child, 0)
        """,
    )
    assert programs.run("app.py", OTEL_PYTHON_INJECT_OVERHEAD="5%").code == 0
    shed = {point["resource"]["service.instance.id"]: point["value"] for point in sink.points if point["name"] == "telemetry.shed.items"}
    assert sorted(shed.values()) == [2, 5]
    assert sorted(span["attributes"][SHED_SPANS] for span in sink.spans) == [2, 5]


def test_one_call_in_which_python_looked_for_garbage_is_not_the_whole_window() -> None:
    typical = [0.0]
    usual = [bounded(took, typical) for took in (20_000, 22_000, 18_000, 25_000) * 20]
    assert sum(usual) == (20_000 + 22_000 + 18_000 + 25_000) * 20
    assert bounded(90_000_000, typical) < 150_000
    assert 15_000 < typical[0] < 30_000


def test_calls_that_have_become_slow_are_counted_as_such_soon() -> None:
    typical = [0.0]
    for _ in range(20):
        bounded(1_000, typical)
    assert [bounded(50_000, typical) for _ in range(20)][-1] == 50_000
