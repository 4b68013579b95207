"""What becomes a log record, with whatever the application does about logging."""

import pytest
from conftest import Programs
from sink import Sink


def bodies(sink: Sink, scope: str) -> list[str]:
    return [log["body"] for log in sink.logs if log["scope"] == scope]


@pytest.mark.parametrize(
    ("setup", "printed"),
    [
        ("", "told 1\n"),
        ("logging.basicConfig(format='%(message)s')", "told 1\n"),
        ("logging.getLogger().addHandler(logging.NullHandler())", ""),
        ("log.propagate = False; log.addHandler(logging.NullHandler())", ""),
        ("import logging.config; logging.config.dictConfig({'version': 1, 'disable_existing_loggers': False})", "told 1\n"),
    ],
    ids=["nothing", "basicConfig", "root handler", "no propagation", "dictConfig"],
)
def test_a_record_arrives_once_and_is_printed_as_without_us(programs: Programs, sink: Sink, setup: str, printed: str) -> None:
    programs.write("app.py", f"import logging\nlog = logging.getLogger('shop')\n{setup}\nlog.warning('told %d', 1)\nlog.debug('not told')\n")
    done = programs.run("app.py")
    assert (done.code, done.err) == (0, printed)
    assert bodies(sink, "shop") == ["told 1"]


def test_an_exception_that_ends_the_process_arrives_and_is_printed(programs: Programs, sink: Sink) -> None:
    programs.write("app.py", "raise ValueError('broken')")
    done = programs.run("app.py")
    assert done.code == 1 and done.err.endswith("ValueError: broken\n")
    (log,) = [log for log in sink.logs if log["scope"] == "crash"]
    assert (log["severity"], log["body"]) == ("FATAL", "uncaught ValueError")
    assert log["attributes"]["exception.message"] == "broken"
    assert "app.py" in log["attributes"]["exception.stacktrace"]


def test_so_does_one_that_ends_a_thread(programs: Programs, sink: Sink) -> None:
    programs.write("app.py", "import threading\nt = threading.Thread(target=lambda: 1 / 0, name='worker'); t.start(); t.join()")
    done = programs.run("app.py")
    assert done.code == 0 and "ZeroDivisionError" in done.err
    assert bodies(sink, "crash") == ["uncaught ZeroDivisionError in worker"]


def test_an_exit_is_no_crash(programs: Programs, sink: Sink) -> None:
    programs.write("app.py", "import sys; sys.exit(3)")
    assert programs.run("app.py").code == 3
    assert sink.logs == []


def test_an_exception_that_asyncio_swallows_arrives(programs: Programs, sink: Sink) -> None:
    programs.write(
        "app.py",
        """
        import asyncio, gc
        async def broken(): raise ValueError("lost")
        async def main():
            asyncio.create_task(broken()); await asyncio.sleep(0.05); gc.collect()
        asyncio.run(main())
        """,
    )
    assert programs.run("app.py").code == 0
    (body,) = bodies(sink, "asyncio")
    assert body.startswith("Task exception was never retrieved")


@pytest.mark.parametrize("captured", [False, True])
def test_a_warning_arrives_once(programs: Programs, sink: Sink, captured: bool) -> None:
    programs.write("app.py", f"import logging, warnings\nlogging.captureWarnings({captured})\nwarnings.warn('old')\n")
    done = programs.run("app.py")
    # logging captures without a handler: then Python itself prints nothing
    assert ("UserWarning: old" in done.err) is not captured
    (body,) = bodies(sink, "py.warnings")
    assert "UserWarning: old" in body


@pytest.mark.parametrize("quick", ["on", "off"])
def test_objects_beside_a_message_say_what_they_are_and_nothing_is_printed_about_them(programs: Programs, sink: Sink, quick: str) -> None:
    programs.write(
        "app.py",
        """
        import logging, pathlib
        logging.basicConfig(format="%(name)s: %(message)s")
        class Mute: pass
        class Broken:
            def __str__(self): raise RuntimeError("no")
        extra = {"path": pathlib.PurePosixPath("/a"), "mute": Mute(), "broken": Broken(), "nested": {1: [pathlib.PurePosixPath("/b"), 2]}, "n": 1}
        logging.getLogger("shop").warning("told", extra=extra)
        """,
    )
    done = programs.run("app.py", OTEL_PYTHON_INJECT_QUICK=quick)
    assert (done.code, done.err) == (0, "shop: told\n")
    (log,) = [log for log in sink.logs if log["scope"] == "shop"]
    told = {key: log["attributes"].get(key) for key in ("path", "mute", "broken", "n")}
    assert told == {"path": "/a", "mute": None, "broken": None, "n": 1}
    assert "/b" in str(log["attributes"]["nested"])
