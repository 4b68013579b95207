"""OpenTelemetry's declarative configuration file, named by OTEL_CONFIG_FILE: honoured, or the process is left alone with one line."""

from pathlib import Path

import pytest
from conftest import Programs
from sink import Sink

APPLICATION = """
    import logging
    from opentelemetry import trace
    with trace.get_tracer("shop").start_as_current_span("sell"):
        logging.getLogger("shop").warning("sold")
    print("works", type(trace.get_current_span()).__name__)
"""
DOCUMENTED = Path(__file__).parents[4] / "docs" / "instrumentation.md"


def documented_file() -> str:
    """The example of the documentation."""
    return DOCUMENTED.read_text().split("```yaml\n# otel.yaml\n", 1)[1].split("```", 1)[0]


def test_the_documented_file_is_the_only_source(programs: Programs, sink: Sink) -> None:
    programs.write("app.py", APPLICATION)
    programs.write("otel.yaml", documented_file())
    done = programs.run(
        "app.py",
        OTEL_CONFIG_FILE="otel.yaml",
        OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
        OTEL_RESOURCE_ATTRIBUTES="service.namespace=shops",
        # Variables that the file has a place for count no more.
        OTEL_TRACES_EXPORTER="none",
    )
    assert (done.code, done.out, done.err) == (0, "works NonRecordingSpan\n", "sold\n")
    (span,) = [each for each in sink.spans if each["name"] == "sell"]
    (record,) = [each for each in sink.logs if each["body"] == "sold"]
    assert record["trace"] == span["trace"]
    assert {key: span["resource"].get(key) for key in ("service.name", "service.namespace", "team")} == {
        "service.name": "tested",
        "service.namespace": "shops",
        "team": "shipping",
    }


def test_its_default_sampler_takes_the_quick_path(programs: Programs, sink: Sink) -> None:
    programs.write("app.py", 'from opentelemetry import trace\nprint(type(trace.get_tracer("a").start_span("b")).__name__)')
    programs.write("otel.yaml", documented_file())
    done = programs.run("app.py", OTEL_CONFIG_FILE="otel.yaml", OTEL_EXPORTER_OTLP_ENDPOINT=sink.url)
    assert (done.out, done.err) == ("QuickSpan\n", "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "Configuration file not found: otel.yaml"),
        ("file_format: '1.0'\ntracer_provider: {processors: 3}\n", "Configuration does not match schema: 3 is not of type 'array' (at tracer_provider -> processors)"),
        ("file_format: '7.0'\n", "Unsupported file_format '7.0': this SDK supports schema version 1.x"),
    ],
)
def test_one_that_cannot_be_used_leaves_the_process_alone(programs: Programs, sink: Sink, text: str | None, reason: str) -> None:
    programs.write("app.py", APPLICATION)
    if text is not None:
        programs.write("otel.yaml", text)
    done = programs.run("app.py", OTEL_CONFIG_FILE="otel.yaml")
    assert (done.code, done.out.split()[0], sink.spans) == (0, "works", [])
    lines = [each for each in done.err.splitlines() if each != "sold"]
    assert lines == [f"opentelemetry: not started: OTEL_CONFIG_FILE=otel.yaml: {reason}"]


def test_what_reads_it_is_nowhere_else_on_the_path(programs: Programs) -> None:
    programs.write("app.py", "import sys\nprint([entry for entry in sys.path if entry.endswith('configuration')])")
    assert programs.run("app.py").out == "[]\n"
