"""Real servers: one trace and one set of records a request, an identity a process, numbers neither lost nor doubled, and an end in time."""

import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import Programs
from sink import Sink

WEB = """
import logging, os
from fastapi import FastAPI
from opentelemetry import metrics, trace
from starlette.applications import Starlette
app = FastAPI()
log = logging.getLogger("shop")
asked = metrics.get_meter("shop").create_counter("asked")
@app.get("/parcels/{code}")
async def show(code: str):
    asked.add(1)
    log.warning("parcel %s", code)
    return {"pid": os.getpid()}
def wsgi(environ, start_response):
    asked.add(1)
    with trace.get_tracer("shop").start_as_current_span("GET /parcels/{code}"):
        log.warning("parcel %s", environ["PATH_INFO"])
    start_response("200 OK", [("content-type", "text/plain")])
    return [str(os.getpid()).encode()]
"""

# Separates a server that hangs from one that is slow on a machine that is busy; a container's grace time is 20 s.
END_SECONDS = 60

_UVICORN_WORKER = ["-k", "uvicorn_worker.UvicornWorker"]
WORKERS = {
    "uvicorn": ["-m", "uvicorn", "web:app", "--workers", "2", "--timeout-worker-healthcheck", "300", "--port"],
    "gunicorn": ["-m", "gunicorn", "web:wsgi", "--workers", "2", "--bind"],
    "gunicorn preload": ["-m", "gunicorn", "web:wsgi", "--workers", "2", "--preload", "--bind"],
    "gunicorn uvicorn": ["-m", "gunicorn", "web:app", *_UVICORN_WORKER, "--workers", "2", "--bind"],
    "gunicorn uvicorn preload": ["-m", "gunicorn", "web:app", *_UVICORN_WORKER, "--workers", "2", "--preload", "--bind"],
}
each_server = pytest.mark.parametrize("command", WORKERS.values(), ids=WORKERS.keys())


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def served(sink: Sink) -> list[dict]:
    return [span for span in sink.spans if span["name"] == "GET /parcels/{code}"]


def ask(fetch: Callable[[str], int], port: int, workers: int = 2) -> int:
    """Asks until each worker has answered, several at once; how many requests it were."""
    url = f"http://127.0.0.1:{port}/parcels/7"
    assert fetch(url) == 200
    requests, answered = 1, set()
    deadline = time.monotonic() + END_SECONDS

    def answer(_: int) -> bytes:
        with urllib.request.urlopen(url, timeout=30) as response:
            return response.read()

    with ThreadPoolExecutor(8) as pool:
        while len(answered) < workers:
            assert time.monotonic() < deadline, f"{len(answered)} of {workers} workers answered {requests} requests"
            answered.update(pool.map(answer, range(20)))
            requests += 20
    return requests


def end(server: subprocess.Popen[str]) -> str:
    """What it said on stderr; fails where it does not end."""
    server.send_signal(signal.SIGTERM)
    return server.communicate(timeout=END_SECONDS)[1]


def test_a_request_is_one_span_with_its_records(programs: Programs, sink: Sink, fetch: Callable[[str], int]) -> None:
    programs.write("web.py", WEB)
    port = free_port()
    programs.start("-m", "uvicorn", "web:app", "--port", str(port))
    assert fetch(f"http://127.0.0.1:{port}/parcels/7") == 200
    sink.until(lambda s: served(s) and any(log["scope"] == "uvicorn.access" for log in s.logs))
    (span,) = sink.spans
    assert (span["name"], span["scope"], span["attributes"]["http.route"]) == (
        "GET /parcels/{code}",
        "opentelemetry.instrumentation.fastapi",
        "/parcels/{code}",
    )
    traced = {log["scope"]: log["trace"] for log in sink.logs if log["trace"]}
    assert traced == {"shop": span["trace"], "uvicorn.access": span["trace"]}


@each_server
def test_workers_have_an_identity_each_and_lose_or_double_nothing(
    programs: Programs, sink: Sink, fetch: Callable[[str], int], command: list[str]
) -> None:
    programs.write("web.py", WEB)
    port = free_port()
    server = programs.start(*command, str(port) if command[-1] == "--port" else f"127.0.0.1:{port}")
    requests = ask(fetch, port)
    said = end(server)
    assert len(served(sink)) == requests, said
    assert len([log for log in sink.logs if log["scope"] == "shop"]) == requests
    asked = counted(sink, "asked")
    assert sum(asked.values()) == requests
    instances = {span["resource"]["service.instance.id"] for span in served(sink)}
    assert instances == {instance for instance, count in asked.items() if count > 0}


def counted(sink: Sink, name: str) -> dict[str, int]:
    """The last value of a counter, by process."""
    last: dict[str, int] = {}
    for point in sink.points:
        if point["name"] == name:
            instance = point["resource"]["service.instance.id"]
            last[instance] = max(last.get(instance, 0), point["value"])
    return last


@pytest.mark.parametrize("command", [WORKERS["uvicorn"], WORKERS["gunicorn preload"]], ids=["uvicorn", "gunicorn preload"])
def test_without_a_collector_servers_answer_and_end(programs: Programs, fetch: Callable[[str], int], command: list[str]) -> None:
    programs.write("web.py", WEB)
    port = free_port()
    address = str(port) if command[-1] == "--port" else f"127.0.0.1:{port}"
    server = programs.start(*command, address, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{free_port()}")
    ask(fetch, port)
    said = end(server)
    # One line a process: three processes.
    assert sum("export" in line for line in said.splitlines()) <= 3, said


def test_with_a_collector_that_does_not_answer_servers_answer_and_end(programs: Programs, fetch: Callable[[str], int]) -> None:
    programs.write("web.py", WEB)
    port = free_port()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        command = WORKERS["gunicorn uvicorn preload"]
        server = programs.start(*command, f"127.0.0.1:{port}", OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)
        ask(fetch, port)
        end(server)


def test_a_server_that_reloads_is_instrumented_before_and_after(programs: Programs, sink: Sink, fetch: Callable[[str], int]) -> None:
    pages = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/page')\nasync def page():\n    return '{}'\n"
    programs.write("web.py", pages.format("old"))
    port = free_port()
    server = programs.start("-m", "uvicorn", "web:app", "--reload", "--port", str(port))
    assert fetch(f"http://127.0.0.1:{port}/page") == 200
    programs.write("web.py", pages.format("new"))
    deadline = time.monotonic() + END_SECONDS
    while fetch(f"http://127.0.0.1:{port}/page") == 200:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/page", timeout=20) as answer:
            if b"new" in answer.read():
                break
        assert time.monotonic() < deadline, "it did not reload"
        time.sleep(0.2)
    end(server)
    assert len({span["resource"]["service.instance.id"] for span in sink.spans if span["name"] == "GET /page"}) == 2
