"""Starts OpenTelemetry in this process, or says in one line why not. Called once, before the application's first line."""

import os
import sys

from otel_inject.process import foreign


def start(root: str) -> None:
    """Starts everything. Never raises; the application does not depend on it.

    :param root: the folder of the instrumentation: `packages/`, `glibc/` or `musl/` for what is compiled, and `configuration/` for what reads
        OpenTelemetry's declarative configuration file
    """
    if os.environ.get("OTEL_PYTHON_INJECT", "").lower() != "on" and foreign(sys.orig_argv) is not None:
        _withdraw(root)
        return
    from otel_inject.guards import StepAside, check

    try:
        sys.path.append(os.path.join(root, "musl" if is_musl() else "glibc"))
        if os.environ.get("OTEL_CONFIG_FILE"):
            sys.path.append(os.path.join(root, "configuration"))
        check(root)
        _start(root)
    except StepAside as reason:
        _withdraw(root)
        say(f"not started: {reason}")
    except Exception as error:  # an application must not notice
        say(f"not started: {type(error).__name__}: {error}")


def _start(root: str) -> None:
    from otel_inject import access, crashes, dramatiq_actors, frameworks, huey_tasks, libraries, logs, pika_channels, profiles, providers, queues, schedulers, traced

    providers.configure()
    logs.capture()
    crashes.capture()
    libraries.instrument(root)
    access.install()
    frameworks.install()
    schedulers.install()
    queues.install()
    dramatiq_actors.install()
    pika_channels.install()
    huey_tasks.install()
    traced.install(os.environ.get(traced.VARIABLE, ""))
    profiles.start()


def say(text: str) -> None:
    """One line on stderr."""
    try:
        sys.stderr.write(f"opentelemetry: {text}\n")
    except Exception:
        pass


def is_musl() -> bool:
    """Whether this interpreter was built for musl (Alpine) and not for glibc. Before 3.11 names of compiled modules do not tell."""
    try:
        return not str(os.confstr("CS_GNU_LIBC_VERSION")).startswith("glibc")
    except (ValueError, OSError):
        return True


def _withdraw(root: str) -> None:
    """Takes our folders from sys.path again: a process that is left alone sees nothing of us."""
    sys.path[:] = [entry for entry in sys.path if not entry.startswith(root + os.sep)]
