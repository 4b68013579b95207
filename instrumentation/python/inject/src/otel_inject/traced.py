"""Spans for the application's own functions, named in OTEL_PYTHON_TRACED: no change to its code."""

VARIABLE = "OTEL_PYTHON_TRACED"


def install(targets: str) -> None:
    """Wraps what is named once its module is imported."""
