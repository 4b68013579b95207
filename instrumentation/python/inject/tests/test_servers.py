"""Real servers: one trace and one set of records a request, an identity a process, numbers neither lost nor doubled."""

import signal
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from conftest import Programs
from sink import Sink

WEB = """
import logging, os
from fastapi import FastAPI
from opentelemetry import metrics
from starlette.applications import Starlette
app = FastAPI()
log = logging.getLogger("shop")
asked = metrics.get_meter("shop").create_counter("asked")
@app.get("/parcels/{code}")
async def show(code: str):
    asked.add(1)
    log.warning("parcel %s", code)
    return {"pid": os.getpid()}
"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def served(sink: Sink) -> list[dict]:
    return [span for span in sink.spans if span["name"] == "GET /parcels/{code}"]


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


def test_workers_have_an_identity_each_and_lose_or_double_nothing(
    programs: Programs, sink: Sink, fetch: Callable[[str], int]
) -> None:
    programs.write("web.py", WEB)
    port = free_port()
    server = programs.start("-m", "uvicorn", "web:app", "--workers", "2", "--port", str(port))
    assert fetch(f"http://127.0.0.1:{port}/parcels/0") == 200
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(fetch, [f"http://127.0.0.1:{port}/parcels/{n}" for n in range(1, 40)])) == {200}
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=40)
    assert len(served(sink)) == 40
    asked: dict[str, int] = {}
    for point in sink.points:
        if point["name"] == "asked":
            instance = point["resource"]["service.instance.id"]
            asked[instance] = max(asked.get(instance, 0), point["value"])
    assert sum(asked.values()) == 40
    instances = {span["resource"]["service.instance.id"] for span in served(sink)}
    assert instances == {instance for instance, count in asked.items() if count > 0}
