"""Runs programs as services do: another interpreter, the instrumentation from a folder beside it, a real intake."""

import os
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sink import Sink

INJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a service mounts. OTEL_INJECT_PACKAGES and OTEL_INJECT_CONFIGURATION name the installed packages; the tests' environment
    holds the application's."""
    packages = Path(os.environ["OTEL_INJECT_PACKAGES"])
    root = tmp_path_factory.mktemp("instrumentation")
    (root / "packages").mkdir()
    for entry in packages.iterdir():
        if entry.name != "otel_inject":
            (root / "packages" / entry.name).symlink_to(entry)
    (root / "packages" / "otel_inject").symlink_to(INJECT / "src" / "otel_inject")
    (root / "configuration").symlink_to(os.environ["OTEL_INJECT_CONFIGURATION"])
    (root / "start").symlink_to(INJECT / "start")
    return root


@pytest.fixture
def sink() -> Iterator[Sink]:
    """An intake that keeps what arrives."""
    made = Sink()
    yield made
    made.close()


@dataclass
class Finished:
    """What a program left."""

    code: int
    out: str
    err: str


# Ends only what never ends by itself: a busy machine takes minutes for what takes a quiet one seconds.
PATIENCE = 300


class Programs:
    """Starts Python programs with the instrumentation on their PYTHONPATH."""

    def __init__(self, tree: Path, folder: Path, sink: Sink) -> None:
        self.tree, self.folder, self.sink = tree, folder, sink
        self.running: list[subprocess.Popen[str]] = []
        self.env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{tree}/start",
            "PYTHONDONTWRITEBYTECODE": "1",
            "OTEL_SERVICE_NAME": "tested",
            "OTEL_EXPORTER_OTLP_ENDPOINT": sink.url,
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_TRACES_EXPORTER": "otlp",
            "OTEL_METRICS_EXPORTER": "otlp",
            "OTEL_LOGS_EXPORTER": "otlp",
            "OTEL_SEMCONV_STABILITY_OPT_IN": "http,database",
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            "OTEL_BLRP_SCHEDULE_DELAY": "100",
            "OTEL_METRIC_EXPORT_INTERVAL": "500",
            "OTEL_PYTHON_SYSTEM_METRICS_EXCLUDED_METRICS": "system.*,process.runtime.*",
        }

    def write(self, name: str, text: str) -> None:
        """A module of the application."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))

    def start(self, *arguments: str, interpreter: str = sys.executable, **env: str) -> subprocess.Popen[str]:
        """Python with these arguments, in the application's folder."""
        process = subprocess.Popen(
            [interpreter, *arguments],
            cwd=self.folder,
            env=self.env | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(process)
        return process

    def run(self, *arguments: str, seconds: float = PATIENCE, interpreter: str = sys.executable, **env: str) -> Finished:
        """The same, to its end."""
        process = self.start(*arguments, interpreter=interpreter, **env)
        out, err = process.communicate(timeout=seconds)
        return Finished(process.returncode, out, err)

    def close(self) -> None:
        """Ends what still runs."""
        for process in self.running:
            if process.poll() is None:
                process.terminate()
        for process in self.running:
            try:
                process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()


@pytest.fixture
def programs(tree: Path, tmp_path: Path, sink: Sink) -> Iterator[Programs]:
    """Programs that send to `sink`."""
    made = Programs(tree, tmp_path, sink)
    yield made
    made.close()


@pytest.fixture
def fetch() -> Callable[[str], int]:
    """Status of a GET, once somebody listens."""

    def get(url: str, seconds: float = 40) -> int:
        end = time.monotonic() + seconds
        while True:
            try:
                # Long: one that is given up is served all the same by a server whose workers are still starting.
                with urllib.request.urlopen(url, timeout=seconds) as answer:
                    return int(answer.status)
            except urllib.error.HTTPError as error:
                return error.code
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    return get
