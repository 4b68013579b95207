"""Where the CPU time went, as real programs spend it."""

import signal
import time
from collections.abc import Callable

import pytest
from conftest import Programs
from otel_inject.profiles.running import static_data
from profiled import Row
from sink import Sink
from test_servers import free_port

RATE = {"OTEL_PYTHON_INJECT_PROFILES": "97"}

SPENDING = """
    import hashlib, time

    def spend(seconds):
        end = time.thread_time() + seconds
        while time.thread_time() < end:
            pass
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


def test_functions_have_the_share_of_the_cpu_time_that_they_spend(app: Programs, sink: Sink) -> None:
    app.write(
        "main.py",
        """
        import time
        from spending import spend

        def much():
            spend(0.3)

        def little():
            spend(0.1)

        def none():
            time.sleep(0.2)

        for _ in range(6):
            much(); little(); none()
        """,
    )
    done = app.run("main.py", **RATE)
    assert (done.code, done.err) == (0, "")
    much, little = total(below(sink, "much")), total(below(sink, "little"))
    # 2.4 s at 97 a second; what another process takes of the CPU makes stacks of one seen more often than the other's, not their sum
    assert 0.8 * 2.4 * 97 <= much + little <= 1.2 * 2.4 * 97
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
        from spending import spend

        tracer = trace.get_tracer("test")

        def work(name):
            with tracer.start_as_current_span(name):
                inside()

        def inside():
            spend(0.5)

        def outside():
            spend(0.3)

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
        from spending import spend

        tracer = trace.get_tracer("test")

        async def one(): await several("one", first)
        async def two(): await several("two", second)

        async def several(name, step):
            with tracer.start_as_current_span(name):
                for _ in range(20):
                    step()
                    await asyncio.sleep(0)

        def first(): spend(0.025)
        def second(): spend(0.025)
        def in_a_pool(): spend(0.4)

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
        assert total(rows) >= 20
        assert {(row["trace"], row["span"]) for row in rows} == {spans[span] if readable else ("", "")}
    assert {(row["trace"], row["span"]) for row in below(sink, "in_a_pool")} == {spans["pool"]}


def test_a_forked_child_sends_its_own_and_nothing_of_its_parent(app: Programs, sink: Sink) -> None:
    app.write(
        "main.py",
        """
        import os, sys
        from spending import spend

        def before(): spend(0.4)
        def child(): spend(0.4)

        before()
        if (pid := os.fork()) == 0:
            child()
            sys.exit(0)
        os.waitpid(pid, 0)
        """,
    )
    done = app.run("main.py", **RATE)
    assert (done.code, done.err) == (0, "")
    for name in ("before", "child"):
        assert 0.7 * 0.4 * 97 <= total(below(sink, name)) <= 1.3 * 0.4 * 97
    assert {row["profile"] for row in below(sink, "before")}.isdisjoint({row["profile"] for row in below(sink, "child")})


SERVED = """
    from spending import spend

    def handle():
        spend(0.2)

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
        "uvicorn --workers 2 --lifespan off --port {port} served:asgi",
        "gunicorn --workers 2 --bind 127.0.0.1:{port} served:wsgi",
        "gunicorn --preload --workers 2 --threads 2 --bind 127.0.0.1:{port} served:wsgi",
    ],
)
def test_workers_of_servers(app: Programs, sink: Sink, fetch: Callable[[str], int], command: str) -> None:
    port = free_port()
    app.write("served.py", SERVED)
    name, *arguments = command.format(port=port).split()
    server = app.start("-m", name, *arguments, **RATE)
    for _ in range(6):
        assert fetch(f"http://127.0.0.1:{port}/") == 200
    sink.until(lambda _: total(below(sink, "handle")) >= 60, 20)
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=20)
    time.sleep(0.2)
    assert total(below(sink, "handle")) <= 1.4 * 6 * 0.2 * 97


def test_it_rests_while_the_limit_of_overhead_has_something_shed(app: Programs, sink: Sink) -> None:
    app.write(
        "main.py",
        """
        from otel_inject import overhead
        from spending import spend

        def shedding(): spend(0.5)
        def after(): spend(0.5)

        overhead._control.stop("test")
        overhead._control.governor.level = 1
        shedding()
        overhead._control.governor.level = 0
        after()
        """,
    )
    app.run("main.py", **RATE, OTEL_PYTHON_INJECT_OVERHEAD="5%")
    assert total(below(sink, "shedding")) <= 3
    assert total(below(sink, "after")) >= 0.6 * 0.5 * 97


def test_it_stops_with_one_line_where_the_intake_takes_none(app: Programs, sink: Sink) -> None:
    sink.refused.add("/v1development/profiles")
    app.write("main.py", "from spending import spend\nspend(2.5)\nprint('ran')")
    done = app.run("main.py", **RATE)
    url = f"{sink.url}/v1development/profiles"
    assert (done.code, done.out, done.err) == (0, "ran\n", f"opentelemetry: profiles: off: {url} answered 404\n")


def test_a_collector_that_is_away_is_told_later(app: Programs, sink: Sink) -> None:
    sink.away.add("/v1development/profiles")
    app.write(
        "main.py",
        """
        import time
        from spending import spend

        def early(): spend(1.2)

        early()
        print("early", flush=True)
        time.sleep(120)
        """,
    )
    process = app.start("main.py", **RATE)
    assert process.stdout is not None and process.stdout.readline() == "early\n"
    assert sink.samples == []
    sink.away.clear()
    sink.until(lambda _: total(below(sink, "early")) >= 0.8 * 1.2 * 97)


@pytest.mark.parametrize("rate", ["19", "100"])
def test_sampling_takes_no_more_than_its_share(app: Programs, sink: Sink, rate: str) -> None:
    app.write(
        "main.py",
        """
        import threading, time
        from otel_inject import profiles
        from spending import spend

        def deep(n):
            if n: deep(n - 1)
            else: time.sleep(2.5)

        threads = [threading.Thread(target=deep, args=(300,)) for _ in range(20)]
        for thread in threads: thread.start()
        begun = time.process_time(), time.monotonic()
        spend(2)
        took = time.monotonic() - begun[1]
        thread = next(profiles.threads()).native_id
        print(time.clock_gettime(~thread << 3 | 6) / took)
        """,
    )
    done = app.run("main.py", OTEL_PYTHON_INJECT_PROFILES=rate)
    print(f"sampling took {float(done.out):.2%} of a core at {rate} a second")
    # a hundredth, and what one sample and the messages take beyond it
    assert float(done.out) <= 0.03


def test_where_the_interpreter_keeps_its_variables() -> None:
    maps = """55d0-55d1 r--p 00000000 08:01 1 /usr/bin/python3.13
5600-5700 rw-p 00000000 08:01 1 /usr/bin/python3.13
5700-5800 rw-p 00000000 00:00 0
5900-6000 rw-p 00000000 00:00 0 [heap]
7000-7100 rw-p 00000000 08:01 2 /usr/lib/libpython3.13.so.1.0
7200-7300 rw-p 00000000 00:00 0
"""
    assert static_data(maps) == ((0x5600, 0x5800), (0x7000, 0x7100))
