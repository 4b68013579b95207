"""Libraries are instrumented once, whoever else asks for it."""

from conftest import Programs
from sink import Sink


def test_an_application_that_starts_opentelemetry_as_its_manual_says_gets_nothing_twice(programs: Programs, sink: Sink) -> None:
    programs.write(
        "app.py",
        """
        import logging
        logging.basicConfig()
        import sqlite3
        from opentelemetry.instrumentation.auto_instrumentation import initialize
        initialize(swallow_exceptions=False)
        import requests
        db = sqlite3.connect(":memory:")
        db.cursor().execute("SELECT 1")
        """,
    )
    done = programs.run("app.py")
    assert (done.code, done.err) == (0, "")
    assert [span["name"] for span in sink.spans] == ["SELECT"]
