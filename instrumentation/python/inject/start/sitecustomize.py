"""Starts OpenTelemetry in the service's own Python processes.

This folder is the only one that PYTHONPATH gets. The packages are beside it and come last on sys.path, so that they never take the place of
the application's own. Whatever goes wrong here is one line on stderr; the application runs on. Any Python can read this file, also 2.7.
"""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))


def _run_hidden():
    """Another sitecustomize of the interpreter or the image, which this one has hidden: it runs as if this one were not there."""
    here = sys.modules.pop("sitecustomize", None)
    hidden = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) == _HERE]
    rest = [entry for entry in sys.path if entry not in hidden]
    sys.path[:] = rest
    try:
        import sitecustomize  # noqa: F401
    except ImportError as error:
        if getattr(error, "name", "sitecustomize") != "sitecustomize":
            raise
        sys.modules["sitecustomize"] = here
    except BaseException:
        sys.modules["sitecustomize"] = here
        raise


def _start():
    if os.environ.get("OTEL_PYTHON_INJECT", "").lower() == "off":
        return
    if sys.version_info < (3, 10):
        sys.stderr.write("opentelemetry: not started: Python %d.%d is older than 3.10\n" % sys.version_info[:2])
        return
    root = os.path.dirname(_HERE)
    folders = [os.path.join(root, "packages")]
    sys.path.extend(folders)
    try:
        from otel_inject.start import start
    except Exception:
        sys.path[:] = [entry for entry in sys.path if entry not in folders]
        raise
    start(root)


try:
    _run_hidden()
finally:
    try:
        _start()
    except Exception as error:
        try:
            sys.stderr.write("opentelemetry: not started: %s: %s\n" % (type(error).__name__, error))
        except Exception:
            pass
