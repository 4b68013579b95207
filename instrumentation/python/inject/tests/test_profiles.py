"""Where the CPU time went, as real programs spend it."""

import signal
import time
from collections.abc import Callable

import pytest
from conftest import PATIENCE, Programs
from otel_inject.profiles.pace import LARGEST_DEBT, SHARE, Pace
from otel_inject.profiles.running import static_data
from profiled import Row
from sink import Sink
from test_servers import free_port

RATE = {"OTEL_PYTHON_INJECT_PROFILES": "97"}
PERIOD = 1_000_000_000 // 97

# On a busy machine samples are rare, and each stands for much CPU time. So programs work until there were enough of them, and say what they spent.
SPENDING = """
    import threading, time
    from otel_inject import profiles

    profiler = profiles._profiler
    if profiler is not None:
        sample, profiler.taken = profiler._sample, 0

        def counting():
            sample()
            profiler.taken += 1

        profiler._sample = counting

    def spend(seconds):
        end = time.thread_time() + seconds
        while time.thread_time() < end:
            pass

    def meet(samples=2):
        # one began before, and may have seen what was then
        end = profiler.taken + samples
        while profiler.taken < end:
            pass

    def settle():
        # until what was spent before is told
        for _ in range(100):
            meet()
            if profiler._owed.get(threading.get_native_id(), 0) < profiler.period:
                break

    def spend_settled(seconds):
        settle()
        begun = time.thread_time_ns()
        spend(seconds)
        spent = time.thread_time_ns() - begun
        settle()
        print(spent, time.thread_time_ns(), flush=True)
"""


@pytest.fixture
def app(programs: Programs) -> Programs:
    """A module that spends CPU time."""
    programs.write("spending.py", SPENDING)
    return programs


def below(sink: Sink, name: str) -> list[Row]:
    """Samples with that function among their frames."""
    return [row for row in sink.samples if any(frame["name"] == name for frame in row["frames"])]


def total(rows: list[Row]) -> int:
    return sum(row["count"] for row in rows)


def told(rows: list[Row], line: str) -> bool:
    """Whether they are what `spend_settled` says: at least what it spent, at most what its thread ever used."""
    spent, used = (int(part) for part in line.split())
    # what is less than a period when it begins or ends is told later
    return spent // PERIOD - 1 <= total(rows) <= used // PERIOD


def test_functions_have_the_share_of_the_cpu_time_that_they_spend(app: Programs, sink: Sink) -> None:
    app.write(
        "main.py",
        """
        import time
        from spending import profiler, settle, spend

        def much():
            spend(0.3)

        def little():
            spend(0.1)

        def none():
            time.sleep(0.2)

        settle()
        begun = time.thread_time_ns()
        for _ in range(100):
            much(); little(); none()
            if profiler.taken >= 200:
                break
        spent = time.thread_time_ns() - begun
        settle()
        print(spent, time.thread_time_ns())
        """,
    )
    done = app.run("main.py", **RATE)
    assert (done.code, done.err) == (0, "")
    # not what it did to end
    assert told(below(sink, "<module>"), done.out)
    much, little = total(below(sink, "much")), total(below(sink, "little"))
    # three quarters, as far as so many samples tell
    assert 0.6 <= much / (much + little) <= 0.9
    assert total(below(sink, "none")) <= 0.05 * (much + little)
    row = below(sink, "much")[0]
    assert row["type"] == ("samples", "count") and row["period_type"] == ("cpu", "nanoseconds") and row["period"] == 10309278
    assert row["resource"]["service.name"] == "tested" and row["scope"] == "otel_inject.profiles"
    names = [frame["name"] for frame in row["frames"]]
    assert names[-3:] == ["spend", "much", "<module>"][-3:]
    frame = row["frames"][names.index("much")]
    assert frame["file"].endswith("/main.py") and frame["line"] == frame["start"] + 1
    assert frame["attributes"] == {"profile.frame.type": "cpython"}
    assert row["attributes"] == {"thread.name": "MainThread"}


def test_off_it_starts_no_thread_and_sends_nothing(app: Programs, sink: Sink) -> None:
    app.write("main.py", "import sys\nfrom spending import spend\nspend(0.5)\nprint('otel_inject.profiles.sampler' in sys.modules)")
    assert app.run("main.py").out == "False\n"
    assert sink.samples == []


@pytest.mark.parametrize("value", ["0", "101", "yes", "19.5"])
def test_a_rate_that_is_none_is_said(app: Programs, sink: Sink, value: str) -> None:
    app.write("main.py", "print('ran')")
    done = app.run("main.py", OTEL_PYTHON_INJECT_PROFILES=value)
    expected = f"opentelemetry: profiles: off: OTEL_PYTHON_INJECT_PROFILES is '{value}'. Allowed: samples a second, a whole number from 1 to 100\n"
    assert (done.out, done.err) == ("ran\n", expected)


def test_a_sample_names_the_span_below_which_its_thread_worked(app: Programs, sink: Sink) -> None:
    app.write(
        "main.py",
        """
        import threading
        from opentelemetry import trace
        from spending import meet

        tracer = trace.get_tracer("test")

        def work(name):
            with tracer.start_as_current_span(name):
                inside()

        def inside():
            meet(40)

        def outside():
            meet(20)

        threads = [threading.Thread(target=work, args=(name,), name=name) for name in ("one", "two")]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        outside()
        """,
    )
    app.run("main.py", **RATE)
    spans = {span["name"]: (span["trace"], span["id"]) for span in sink.spans}
    rows = below(sink, "inside")
    assert {row["attributes"]["thread.name"] for row in rows} == {"one", "two"}
    for row in rows:
        assert (row["trace"], row["span"]) == spans[row["attributes"]["thread.name"]]
    assert {(row["trace"], row["span"]) for row in below(sink, "outside")} == {("", "")}


def test_tasks_of_an_event_loop_are_told_apart(app: Programs, sink: Sink) -> None:
    app.write(
        "main.py",
        """
        import asyncio, sys
        from opentelemetry import trace
        from spending import meet, profiler, spend

        tracer = trace.get_tracer("test")

        async def one(): await several("one", first)
        async def two(): await several("two", second)

        async def several(name, step):
            with tracer.start_as_current_span(name):
                while profiler.taken < 100:
                    step()
                    await asyncio.sleep(0)

        def first(): spend(0.025)
        def second(): spend(0.025)
        def in_a_pool(): meet(20)

        async def main():
            await asyncio.gather(one(), two())
            with tracer.start_as_current_span("pool"):
                await asyncio.to_thread(in_a_pool)

        asyncio.run(main())
        print(sys.version_info >= (3, 12))
        """,
    )
    readable = app.run("main.py", **RATE).out == "True\n"
    spans = {span["name"]: (span["trace"], span["id"]) for span in sink.spans}
    for function, span in (("first", "one"), ("second", "two")):
        rows = below(sink, function)
        assert {(row["trace"], row["span"]) for row in rows} == {spans[span] if readable else ("", "")}
    assert {(row["trace"], row["span"]) for row in below(sink, "in_a_pool")} == {spans["pool"]}


def test_greenlets_take_turns_on_one_thread_and_have_no_span(app: Programs, sink: Sink) -> None:
    app.write(
        "main.py",
        """
        from gevent import monkey; monkey.patch_all()
        import time
        import gevent
        from opentelemetry import trace
        from spending import profiler, settle, spend

        tracer = trace.get_tracer("test")

        def first(): spend(0.03)
        def second(): spend(0.01)

        def work(name, step):
            with tracer.start_as_current_span(name):
                while profiler.taken < 150:
                    step()
                    gevent.sleep(0)

        settle()
        begun = time.thread_time_ns()
        gevent.joinall([gevent.spawn(work, "one", first), gevent.spawn(work, "two", second)])
        spent = time.thread_time_ns() - begun
        settle()
        print(spent, time.thread_time_ns())
        """,
    )
    done = app.run("main.py", **RATE)
    assert (done.code, done.err) == (0, "")
    first, second = total(below(sink, "first")), total(below(sink, "second"))
    assert 0.6 <= first / (first + second) <= 0.9
    # not what it did to end
    ours = [row for row in sink.samples if {"work", "<module>"} & {frame["name"] for frame in row["frames"]}]
    assert told(ours, done.out)
    assert {(row["trace"], row["span"]) for row in sink.samples} == {("", "")}


def test_a_thread_that_goes_on_while_it_is_read_is_read_again(app: Programs, sink: Sink) -> None:
    app.write(
        "main.py",
        """
        import time
        from opentelemetry import trace
        from otel_inject.profiles import links
        from spending import profiler, spend

        tracer, link_of = trace.get_tracer("test"), links.link_of

        def held_up(thread, frame):
            # as where the system takes the CPU from the one who reads
            time.sleep(0.02)
            return link_of(thread, frame)

        links.link_of = held_up

        def first(): spend(0.05)
        def second(): spend(0.05)

        while profiler.taken < 100:
            for name, step in (("one", first), ("two", second)):
                with tracer.start_as_current_span(name):
                    step()
        """,
    )
    app.run("main.py", **RATE)
    named = {span["id"]: span["name"] for span in sink.spans}
    for function, span in (("first", "one"), ("second", "two")):
        rows = below(sink, function)
        assert {named[row["span"]] for row in rows} == {span}


def test_a_forked_child_sends_its_own_and_nothing_of_its_parent(app: Programs, sink: Sink) -> None:
    app.write(
        "main.py",
        """
        import os, sys
        from spending import spend_settled

        def before(): spend_settled(0.4)
        def child(): spend_settled(0.4)

        before()
        if (pid := os.fork()) == 0:
            child()
            sys.exit(0)
        os.waitpid(pid, 0)
        """,
    )
    # From 3.12 on the interpreter warns of a fork beside any other thread; those of the instrumentation are made safe for it.
    done = app.run("main.py", **RATE, PYTHONWARNINGS="ignore::DeprecationWarning")
    assert (done.code, done.err) == (0, "")
    for name, line in zip(("before", "child"), done.out.splitlines(), strict=True):
        assert told(below(sink, name), line)
    assert {row["profile"] for row in below(sink, "before")}.isdisjoint({row["profile"] for row in below(sink, "child")})


SERVED = """
    import os, time
    from spending import spend

    def handle():
        spend(0.2)
        print(os.getpid(), time.process_time_ns(), flush=True)

    async def asgi(scope, receive, send):
        assert scope["type"] == "http", scope["type"]
        handle()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def wsgi(environ, start_response):
        handle()
        start_response("200 OK", [("content-length", "0")])
        return [b""]
"""


@pytest.mark.parametrize(
    "command",
    [
        "uvicorn --workers 2 --timeout-worker-healthcheck 300 --lifespan off --port {port} served:asgi",
        "gunicorn --timeout 300 --workers 2 --bind 127.0.0.1:{port} served:wsgi",
        "gunicorn --timeout 300 --preload --workers 2 --threads 2 --bind 127.0.0.1:{port} served:wsgi",
        "gunicorn --timeout 300 --worker-class gevent --workers 2 --bind 127.0.0.1:{port} served:wsgi",
    ],
)
def test_workers_of_servers(app: Programs, sink: Sink, fetch: Callable[[str, float], int], command: str) -> None:
    port = free_port()
    app.write("served.py", SERVED)
    name, *arguments = command.format(port=port).split()
    server = app.start("-m", name, *arguments, **RATE)
    end = time.monotonic() + PATIENCE
    while total(below(sink, "handle")) < 60 and time.monotonic() < end:
        assert fetch(f"http://127.0.0.1:{port}/", PATIENCE) == 200
    server.send_signal(signal.SIGTERM)
    out, _ = server.communicate(timeout=PATIENCE)
    used = {pid: int(cpu) for pid, cpu in (line.split() for line in out.splitlines() if line[:1].isdigit())}
    assert 60 <= total(below(sink, "handle")) <= sum(used.values()) // PERIOD


def test_it_rests_while_the_limit_of_overhead_has_something_shed(app: Programs, sink: Sink) -> None:
    app.write(
        "main.py",
        """
        from otel_inject import overhead
        from spending import meet, settle, spend, spend_settled

        def shedding(): spend(0.5)
        def after(): spend_settled(0.5)

        overhead._control.stop("test")
        settle()
        overhead._control.governor.level = 1
        meet()
        shedding()
        meet()
        overhead._control.governor.level = 0
        after()
        """,
    )
    done = app.run("main.py", **RATE, OTEL_PYTHON_INJECT_OVERHEAD="5%")
    assert below(sink, "shedding") == []
    assert told(below(sink, "after"), done.out)


def test_it_stops_with_one_line_where_the_intake_takes_none(app: Programs, sink: Sink) -> None:
    sink.refused.add("/v1development/profiles")
    app.write("main.py", "from spending import profiler\nwhile profiler.thread.is_alive(): pass\nprint('ran')")
    done = app.run("main.py", **RATE)
    url = f"{sink.url}/v1development/profiles"
    assert (done.code, done.out, done.err) == (0, "ran\n", f"opentelemetry: profiles: off: {url} answered 404\n")


def test_a_collector_that_is_away_is_told_later(app: Programs, sink: Sink) -> None:
    sink.away.add("/v1development/profiles")
    app.write(
        "main.py",
        """
        import time
        from spending import spend_settled

        def early(): spend_settled(1.2)

        early()
        time.sleep(120)
        """,
    )
    process = app.start("main.py", **RATE)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert sink.samples == []
    sink.away.clear()
    sink.until(lambda _: sink.samples, PATIENCE)
    assert told(below(sink, "early"), line)


@pytest.mark.parametrize(("rate", "longer"), [("19", 0), ("100", 0), ("100", 0.005)])
def test_sampling_takes_no_more_than_its_share(app: Programs, sink: Sink, rate: str, longer: float) -> None:
    app.write(
        "main.py",
        f"""
        import threading, time
        from otel_inject.profiles.pace import LARGEST_DEBT, SHARE
        from spending import meet, profiler, spend

        sample = profiler._sample

        def longer():
            sample()
            spend({longer})

        def deep(n):
            if n: deep(n - 1)
            else: time.sleep(2.5)

        threads = [threading.Thread(target=deep, args=(300,)) for _ in range(20)]
        for thread in threads: thread.start()
        meet()
        profiler._sample = longer
        cpu = lambda: time.clock_gettime(~profiler.thread.native_id << 3 | 6)
        begun = cpu(), time.monotonic()
        spend(2)
        took = time.monotonic() - begun[1]
        print((cpu() - begun[0]) / took, SHARE + LARGEST_DEBT / 1e9 / took)
        """,
    )
    done = app.run("main.py", OTEL_PYTHON_INJECT_PROFILES=rate)
    taken, limit = map(float, done.out.split())
    print(f"sampling took {taken:.2%} of a core at {rate} a second")
    # and one sample and one message beyond it
    assert taken <= limit + 0.01


def test_what_is_taken_once_is_paid_by_many_samples() -> None:
    pace, now, waits = Pace(), 0, []
    for sample, message in [(5_000_000, 0), *[(50_000, 0)] * 5, (50_000, 1_000_000), *[(50_000, 0)] * 400]:
        waits.append(pace.wait(10_000_000, sample, message, now))
        now += int(waits[-1])
    # neither the first, which takes a hundred times what others take, nor a message is one long wait
    assert waits[0] == 10_000_000 and max(waits) <= 4 * 50_000 / SHARE
    assert waits[-1] == 10_000_000
    taken = 5_000_000 + 406 * 50_000 + 1_000_000
    assert taken <= SHARE * now + 50_000


def test_beyond_the_largest_debt_nothing_is_done_until_it_is_paid() -> None:
    pace = Pace()
    pace.wait(1, 50_000, 0, 0)
    wait = pace.wait(1, 50_000, 2 * LARGEST_DEBT, 0)
    assert wait == (LARGEST_DEBT + 100_000) / SHARE


def test_where_the_interpreter_keeps_its_variables() -> None:
    maps = """55d0-55d1 r--p 00000000 08:01 1 /usr/bin/python3.13
5600-5700 rw-p 00000000 08:01 1 /usr/bin/python3.13
5700-5800 rw-p 00000000 00:00 0
5900-6000 rw-p 00000000 00:00 0 [heap]
7000-7100 rw-p 00000000 08:01 2 /usr/lib/libpython3.13.so.1.0
7200-7300 rw-p 00000000 00:00 0
"""
    assert static_data(maps) == ((0x5600, 0x5800), (0x7000, 0x7100))
