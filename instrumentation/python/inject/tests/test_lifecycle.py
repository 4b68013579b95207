"""Forks and ends of programs, with a collector, without one, and with one that does not answer."""

import socket
import time
from collections.abc import Iterator

import pytest
from conftest import Programs
from sink import Sink
from test_servers import END_SECONDS, counted

WORK = """
import os, sys, time
from opentelemetry import metrics, trace
counter = metrics.get_meter("x").create_counter("work")
def work(name):
    counter.add(1)
    with trace.get_tracer("x").start_as_current_span(name): pass
"""


@pytest.fixture(params=["refuses", "is silent"])
def nowhere(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a collector that takes nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if request.param == "is silent":
            listener.listen()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def names(sink: Sink) -> list[str]:
    return sorted(span["name"] for span in sink.spans)


def instances(sink: Sink) -> int:
    return len({span["resource"]["service.instance.id"] for span in sink.spans})


@pytest.mark.parametrize("leave", ["os._exit(0)", "sys.exit(0)"])
def test_a_forked_process_sends_its_own_and_counts_from_zero(programs: Programs, sink: Sink, leave: str) -> None:
    flush = "trace.get_tracer_provider().force_flush(); metrics.get_meter_provider().force_flush()" if "_exit" in leave else "pass"
    programs.write("work.py", WORK)
    programs.write(
        "app.py",
        f"""
        from work import *
        for n in range(5): work("parent")
        children = []
        for n in range(2):
            pid = os.fork()
            if pid == 0:
                work(f"child {{n}}")
                {flush}
                {leave}
            children.append(pid)
        for pid in children: os.waitpid(pid, 0)
        """,
    )
    finished = programs.run("app.py")
    assert finished.code == 0, finished.err
    assert names(sink) == ["child 0", "child 1", *["parent"] * 5]
    assert instances(sink) == 3
    assert sorted(counted(sink, "work").values()) == [1, 1, 5]


def test_a_span_that_is_open_at_the_fork_is_sent_by_the_parent_alone(programs: Programs, sink: Sink) -> None:
    programs.write("work.py", WORK)
    programs.write(
        "app.py",
        """
        from work import *
        with trace.get_tracer("x").start_as_current_span("around"):
            pid = os.fork()
            if pid == 0:
                work("child")
                sys.exit(0)
            os.waitpid(pid, 0)
        """,
    )
    assert programs.run("app.py").code == 0
    assert names(sink) == ["around", "child"]
    around, child = sorted(sink.spans, key=lambda span: span["name"])
    assert child["parent"] == around["id"]


def test_a_fork_while_the_parent_sends_ends(programs: Programs, nowhere: str) -> None:
    """The parent holds the locks of its exports at that moment: a child that waited for them would wait for ever."""
    programs.write("work.py", WORK)
    programs.write(
        "app.py",
        """
        from work import *
        work("parent")
        provider = metrics.get_meter_provider()
        while not all(reader._export_lock.locked() for reader in provider._metric_readers): time.sleep(0.01)
        pid = os.fork()
        if pid == 0:
            work("child")
            trace.get_tracer_provider().force_flush(); metrics.get_meter_provider().force_flush()
            sys.exit(0)
        os.waitpid(pid, 0)
        print("ended")
        """,
    )
    finished = programs.run("app.py", seconds=END_SECONDS, OTEL_EXPORTER_OTLP_ENDPOINT=nowhere, OTEL_EXPORTER_OTLP_TIMEOUT="3")
    assert (finished.code, finished.out) == (0, "ended\n"), finished.err


def test_a_program_ends_soon_although_nothing_takes_its_telemetry(programs: Programs, nowhere: str) -> None:
    programs.write("work.py", WORK)
    programs.write("app.py", "from work import *\nfor n in range(1000): work('it')\nprint(time.monotonic())")
    finished = programs.run("app.py", OTEL_EXPORTER_OTLP_ENDPOINT=nowhere)
    # The SDK's own end takes 30 s and more here; ours 2 s, and the machine may be busy.
    assert time.monotonic() - float(finished.out) < 15
    assert finished.code == 0


def test_an_end_loses_nothing_that_waits(programs: Programs, sink: Sink) -> None:
    programs.write("work.py", WORK)
    programs.write("app.py", "from work import *\nfor n in range(500): work('it')")
    assert programs.run("app.py", OTEL_BSP_SCHEDULE_DELAY="60000", OTEL_METRIC_EXPORT_INTERVAL="60000").code == 0
    assert len(sink.spans) == 500
    assert list(counted(sink, "work").values()) == [500]


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_processes_of_multiprocessing_send_theirs(programs: Programs, sink: Sink, method: str) -> None:
    programs.write("work.py", WORK)
    programs.write(
        "app.py",
        f"""
        import multiprocessing as mp
        from work import work
        if __name__ == "__main__":
            work("parent")
            children = [mp.get_context({method!r}).Process(target=work, args=(f"child {{n}}",)) for n in range(2)]
            for child in children: child.start()
            for child in children: child.join()
        """,
    )
    finished = programs.run("app.py")
    assert finished.code == 0, finished.err
    assert names(sink) == ["child 0", "child 1", "parent"], finished.err
    assert instances(sink) == 3
    assert sorted(value for value in counted(sink, "work").values() if value) == [1, 1, 1]


def test_a_child_that_cannot_be_made_safe_has_no_telemetry_and_says_why(programs: Programs, sink: Sink) -> None:
    programs.write("work.py", WORK)
    programs.write(
        "app.py",
        """
        from work import *
        work("parent")
        consumer = metrics.get_meter_provider()._measurement_consumer
        storages = consumer._reader_storages
        consumer._reader_storages = None
        pid = os.fork()
        consumer._reader_storages = storages
        if pid == 0:
            work("child")
            trace.get_tracer_provider().force_flush(); metrics.get_meter_provider().force_flush()
            sys.exit(0)
        os.waitpid(pid, 0)
        """,
    )
    finished = programs.run("app.py")
    assert finished.code == 0
    assert "opentelemetry: not started in the forked process" in finished.err
    assert names(sink) == ["parent"]
    assert list(counted(sink, "work").values()) == [1]


@pytest.mark.parametrize("quick", ["on", "off"])
def test_no_thread_of_ours_imports_anything(programs: Programs, sink: Sink, quick: str) -> None:
    """A child that is forked meanwhile would wait for that import for ever: gunicorn's workers hung in their first look-up of a name."""
    program = """
        import _thread, logging, sys, time
        main, seen = _thread.get_ident(), set()
        sys.addaudithook(lambda event, given: event == "import" and _thread.get_ident() != main and seen.add(given[0]))
        from opentelemetry import metrics, trace
        metrics.get_meter("shop").create_counter("sold").add(1)
        with trace.get_tracer("shop").start_as_current_span("sell"):
            logging.getLogger("shop").warning("sold")
        time.sleep(3)
        print(sorted(seen))
    """
    programs.write("main.py", program)
    done = programs.run("main.py", OTEL_EXPORTER_OTLP_ENDPOINT=sink.url.replace("127.0.0.1", "localhost"), OTEL_PYTHON_INJECT="on", OTEL_PYTHON_INJECT_QUICK=quick)
    assert [len(each) > 0 for each in (sink.spans, sink.logs, sink.points)] == [True] * 3
    assert done.out == "[]\n", done.err
