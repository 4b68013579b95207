"""The quick path says what the stock one says: bytes, limits, points and requests are compared with OpenTelemetry's own."""

import gc
import json
import math
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Programs
from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk import trace as sdk
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState
from otel_inject.quick import otlp
from otel_inject.quick.spans import QuickSpan
from sink import Sink
from test_servers import end, free_port

VALUES: dict[str, Any] = {
    "text": "é\U0001f600",
    "empty": "",
    "long": "x" * 300,
    "yes": True,
    "no": False,
    "zero": 0,
    "one": 1,
    "negative": -1,
    "large": 2**63 - 1,
    "small": -(2**63),
    "float": 1.0,
    "infinite": math.inf,
    "bytes": b"\x00\xff",
    "none": None,
    "list": ["a", 1, 1.0, True, None],
    "mapping": {"a": {"b": [1]}},
}
RESOURCE = Resource({"service.name": "shop", "n": 1}, "https://opentelemetry.io/schemas/1.40.0")
SCOPES = [InstrumentationScope("a", "1", "https://s", {"k": "v"}), InstrumentationScope("b"), None]
REMOTE = SpanContext(1, 2, True, TraceFlags(1), TraceState([("a", "b"), ("c", "d")]))


def made(class_: type, limits: sdk.SpanLimits | None = None, scope: InstrumentationScope | None = None, **given: Any) -> Any:
    """A span of the class, with what a tracer gives it."""
    limits = limits or sdk.SpanLimits()
    context = SpanContext(2**128 - 1, 2**64 - 1, False, TraceFlags(1), REMOTE.trace_state)
    processor = sdk.SynchronousMultiSpanProcessor()
    span = class_(name="GET /é", context=context, resource=RESOURCE, limits=limits, instrumentation_scope=scope, span_processor=processor, **given)
    span.start(10)
    return span


def written(span: Any) -> None:
    """Everything that a program can do to a span."""
    span.set_attributes(VALUES)
    span.set_attribute("mapping", "again")
    span.set_attribute("", "no key")
    span.set_attribute("object", InstrumentationScope("as text"))
    span.update_name("renamed")
    span.add_event("event", {"a": 1, "list": [1, 2]}, 11)
    span.add_link(REMOTE, {"b": 2})
    span.set_status(StatusCode.ERROR, "why")
    span.set_status(StatusCode.UNSET)
    span.end(2**63)
    span.set_attribute("late", 1)
    span.set_status(StatusCode.OK)
    span.update_name("late")
    span.end(12)


LIMITS = [
    sdk.SpanLimits(),
    sdk.SpanLimits(max_span_attributes=3, max_attribute_length=2, max_events=1, max_links=1),
    sdk.SpanLimits(max_span_attributes=0),
]


@pytest.mark.parametrize("limits", LIMITS, ids=["no limits", "limits", "no attributes"])
def test_a_span_is_encoded_as_the_stock_one(limits: sdk.SpanLimits) -> None:
    requests = []
    for class_ in (sdk._Span, QuickSpan):
        spans = []
        for scope in SCOPES:
            for more in ({"parent": REMOTE, "kind": SpanKind.SERVER, "links": [Link(REMOTE, {"c": 3}), None]}, {"attributes": {"at": "start"}}):
                span = made(class_, limits, scope, **more)
                written(span)
                spans.append(span)
        requests.append((encode_spans([span._readable_span() for span in spans]), spans))
    (stock, _), (through_sdk, quick) = requests
    assert through_sdk == stock
    items = [otlp.item(span._resource, span._instrumentation_scope, otlp.span(span)) for span in quick]
    assert ExportTraceServiceRequest.FromString(otlp.request(items)) == stock


def test_ok_is_final_and_a_span_that_failed_by_an_exception_says_it() -> None:
    for class_ in (sdk._Span, QuickSpan):
        final = made(class_)
        final.set_status(Status(StatusCode.OK))
        final.set_status(StatusCode.ERROR, "too late")
        assert final.status.status_code is StatusCode.OK
        failed = made(class_)
        with pytest.raises(ValueError, match="no good"), failed:
            raise ValueError("no good")
        assert (failed.status.description, [event.name for event in failed.events]) == ("ValueError: no good", ["exception"])
        assert not failed.is_recording()


def test_what_is_no_text_costs_one_attribute_and_no_batch() -> None:
    span = made(QuickSpan)
    span.set_attributes({"half": "\ud800", "huge": 2**64, "good": 1})
    span.update_name("\ud800")
    span.end(12)
    (resource,) = ExportTraceServiceRequest.FromString(otlp.request([otlp.item(RESOURCE, None, otlp.span(span))])).resource_spans
    (sent,) = resource.scope_spans[0].spans
    assert (sent.name, {each.key: each.value.string_value or each.value.int_value for each in sent.attributes}) == ("?", {"half": "?", "good": 1})


def test_what_waits_in_a_queue_is_nothing_that_the_garbage_collector_looks_at() -> None:
    span = made(QuickSpan)
    span.end(12)
    assert not gc.is_tracked(otlp.item(RESOURCE, SCOPES[0], otlp.span(span)))


def test_python_looks_for_garbage_half_as_often_and_as_the_application_says_where_it_says(programs: Programs) -> None:
    programs.write("app.py", "import gc; print(gc.get_threshold()); gc.set_threshold(50, 5, 5); print(gc.get_threshold())")
    youngest, *older = gc.get_threshold()
    assert programs.run("app.py").out.split("\n")[:2] == [str((2 * youngest, *older)), "(50, 5, 5)"]


def test_scopes_that_differ_only_in_an_attribute_stay_apart() -> None:
    scopes = [InstrumentationScope("shop", "1", "", {"part": part}) for part in ("a", "b", "a")]
    (resource,) = ExportTraceServiceRequest.FromString(otlp.request([otlp.item(RESOURCE, scope, b"") for scope in scopes])).resource_spans
    assert [(each.scope.attributes[0].value.string_value, len(each.spans)) for each in resource.scope_spans] == [("a", 2), ("b", 1)]


def test_a_record_is_encoded_as_the_stock_one() -> None:
    from opentelemetry._logs import LogRecord, SeverityNumber
    from opentelemetry.sdk._logs import ReadableLogRecord

    stock, items = [], []
    for scope in SCOPES:
        for severity, ids in ((SeverityNumber.ERROR, (7, 8, 1)), (SeverityNumber.UNSPECIFIED, (0, 0, 0))):
            for body in (*VALUES.values(), "body"):
                record = LogRecord(
                    timestamp=10,
                    observed_timestamp=11,
                    trace_id=ids[0],
                    span_id=ids[1],
                    trace_flags=TraceFlags(ids[2]),
                    severity_text="ERROR",
                    severity_number=severity,
                    body=body,
                    attributes=VALUES,
                    event_name="event",
                )
                stock.append(ReadableLogRecord(record, RESOURCE, scope))
                data = otlp.record(
                    time=10, observed=11, severity=severity.value, level="ERROR", body=body, values=VALUES, context=ids, event="event"
                )
                items.append(otlp.item(RESOURCE, scope, data))
    assert ExportLogsServiceRequest.FromString(otlp.request(items)) == encode_logs(stock)


def test_points_are_those_of_the_stock_instruments() -> None:
    """In a process of its own, since the instruments are changed for good."""
    program = """
        import json, sys, threading
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import InMemoryMetricReader
        from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
        from opentelemetry.sdk.trace import TracerProvider
        if sys.argv[1] == "quick":
            from otel_inject.quick import measurements
            measurements.install()
        views = [View(instrument_name="kept", attribute_keys={"a"}), View(instrument_name="grown", aggregation=ExponentialBucketHistogramAggregation())]
        readers = [InMemoryMetricReader(), InMemoryMetricReader()]
        provider = MeterProvider(readers, views=views)
        meter = provider.get_meter("m")
        counter, updown = meter.create_counter("counter"), meter.create_up_down_counter("updown")
        histograms = [meter.create_histogram(name) for name in ("histogram", "kept", "grown")]
        bounded = meter.create_histogram("bounded", explicit_bucket_boundaries_advisory=[1, 5])
        tracer = TracerProvider().get_tracer("t")
        def measure(times):
            for number in range(times):
                for attributes in (None, {}, {"a": 1, "b": "x"}, {"b": "x", "a": 1}, {"a": True, "b": "x"}, {"a": 1.0, "b": "x"}, {"a": [1, 2]}):
                    counter.add(number, attributes)
                    updown.add(-number, attributes)
                    for histogram in (*histograms, bounded):
                        histogram.record(number, attributes)
                for bad in (-1, float("nan"), float("inf")):
                    counter.add(bad)
                    bounded.record(bad)
        def shown(reader):
            found = []
            for resource in reader.get_metrics_data().resource_metrics:
                for scope in resource.scope_metrics:
                    for metric in scope.metrics:
                        for point in metric.data.data_points:
                            kept = {k: v for k, v in vars(point).items() if "time" not in k and k not in ("exemplars", "attributes")}
                            found.append([metric.name, repr(sorted(dict(point.attributes or {}).items())), repr(kept), bool(point.exemplars)])
            return sorted(found)
        measure(10)
        first = shown(readers[0])
        with tracer.start_as_current_span("s"):
            threads = [threading.Thread(target=measure, args=(200,)) for _ in range(4)]
            [thread.start() for thread in threads]
            measure(10)
            [thread.join() for thread in threads]
        print(json.dumps([first, shown(readers[0]), shown(readers[1])]))
    """
    said = {}
    for mode in ("quick", "stock"):
        run = subprocess.run([sys.executable, "-c", textwrap.dedent(program), mode], capture_output=True, text=True, check=True, timeout=120)
        said[mode] = json.loads(run.stdout)
    assert len(said["stock"][0]) > 20
    assert said["quick"] == said["stock"]


WEB = """
import logging
from fastapi import APIRouter, FastAPI, HTTPException
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
app = FastAPI()
log = logging.getLogger("shop")
@app.get("/a/{code}")
async def a(code: str):
    log.warning("a %s", code, extra={"n": 1, "list": [1, None], "event.name": "asked"})
    return code
router = APIRouter(prefix="/r")
async def twice(code: int):
    return code
router.get("/one/{code}")(twice)
router.get("/two/{code}")(twice)
@router.post("/post/{code}")
async def post(code: int):
    return code
@router.get("/fails/{code}")
async def fails(code: int):
    raise ValueError("no good")
@router.get("/refuses")
async def refuses():
    try:
        raise KeyError("k")
    except KeyError:
        log.exception("caught")
    raise HTTPException(503)
app.include_router(router, prefix="/api")
async def hello(request):
    return PlainTextResponse("hello")
app.mount("/starlette", Starlette(routes=[Route("/hello/{n}", hello)]))
inner = FastAPI()
@inner.get("/deep/{n}")
async def deep(n: int):
    return n
app.mount("/fastapi", inner)
@app.get("/health")
async def health():
    return "ok"
"""
STARLETTE = """
import logging, sys
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
sys.modules["fastapi"] = None
log = logging.getLogger("shop")
async def a(request):
    log.warning("a %s", request.path_params["code"])
    return PlainTextResponse("a")
async def fails(request):
    raise ValueError("no good")
async def refuses(request):
    raise HTTPException(503)
app = Starlette(routes=[
    Route("/a/{code}", a),
    Mount("/api/r", routes=[Route("/one/{code}", a), Route("/fails/{code:int}", fails), Route("/refuses", refuses)]),
    Route("/health", a),
])
"""
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0"
REQUESTS: list[tuple[str, str, dict[str, str]]] = [
    ("GET", "/a/1?q=x%20y", {}),
    ("GET", "/a/2", {"traceparent": f"{PARENT}1", "tracestate": "a=b", "user-agent": "Googlebot/2"}),
    ("GET", "/a/3", {"traceparent": f"{PARENT}0"}),
    ("GET", "/api/r/one/1", {}),
    ("GET", "/api/r/two/1", {}),
    ("GET", "/api/r/one/none", {}),
    ("POST", "/api/r/post/1", {"content-length": "0"}),
    ("GET", "/api/r/post/1", {}),
    ("GET", "/api/r/fails/1", {}),
    ("GET", "/api/r/refuses", {}),
    ("GET", "/starlette/hello/1", {}),
    ("GET", "/fastapi/deep/1", {}),
    ("GET", "/nowhere", {}),
    ("OPTIONS", "/a/1", {}),
    ("GET", "/health", {}),
]


@pytest.mark.parametrize(("web", "spans", "records"), [(WEB, 15, 4), (STARLETTE, 13, 5)], ids=["fastapi", "starlette alone"])
def test_requests_have_the_stock_spans_records_and_points(
    programs: Programs, fetch: Callable[[str], int], web: str, spans: int, records: int
) -> None:
    programs.write("web.py", web)
    seen = {}
    for mode in ("on", "off"):
        sink, port = Sink(), free_port()
        more = {"OTEL_EXPORTER_OTLP_ENDPOINT": sink.url, "OTEL_PYTHON_EXCLUDED_URLS": "/health$"}
        server = programs.start("-m", "uvicorn", "web:app", "--port", str(port), OTEL_PYTHON_INJECT_QUICK=mode, **more)
        fetch(f"http://127.0.0.1:{port}/health")
        asked(port)
        end(server)
        seen[mode] = (sorted(map(of_span, sink.spans)), sorted(of_log(log) for log in sink.logs if log["scope"] == "shop"), points(sink))
        sink.close()
    assert (len(seen["off"][0]), len(seen["off"][1])) == (spans, records)
    assert seen["on"] == seen["off"]


def asked(port: int) -> None:
    import http.client

    for method, path, headers in REQUESTS:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request(method, path, headers={"user-agent": "test/1", **headers})
        connection.getresponse().read()
        connection.close()
        time.sleep(0.01)


def of_span(span: dict[str, Any]) -> str:
    attributes = {key: value for key, value in span["attributes"].items() if key not in ("client.port", "server.port", "server.address")}
    told = [span[key] for key in ("name", "kind", "scope", "status", "events")]
    return repr([*told, span["parent"] == "b7ad6b7169203331", sorted(attributes.items())])


def of_log(log: dict[str, Any]) -> str:
    return repr([log["body"], log["severity"], bool(log["span"]), sorted((key, str(value)[:60]) for key, value in log["attributes"].items())])


def points(sink: Sink) -> dict[str, float]:
    """The last value of each series of HTTP, without the size that the stock middleware tells of no answer: the one of an earlier request."""
    no_answer = {point["name"] for point in sink.points if point["name"].endswith("response.body.size")}
    http = [
        point
        for point in sink.points
        if point["name"].startswith("http.") and not (point["name"] in no_answer and "http.response.status_code" not in point["attributes"])
    ]
    return {repr([point["name"], sorted(point["attributes"].items())]): point["value"] for point in http}


def test_an_export_survives_what_servers_do_to_connections() -> None:
    """In pieces, without a length, closed before, during and after the answer, something that is no HTTP."""
    import socket
    import threading

    from otel_inject.quick.transport import Transport

    good = [b"HTTP/1.1 200 OK\r\nContent-Le", b"ngth: 5\r\n\r\nhe", b"llo"]
    busy = [b"HTTP/1.1 503 Busy\r\nRetry-After: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"]
    connections = [[good, good, busy], [[b"HTTP/1.0 200 OK\r\n\r\n"]], [[b"HTTP/1.1 200"]], [[b""]], [[b"SSH-2.0\r\n\r\n"]], [good]]
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for answers in connections:
            connection, _ = listener.accept()
            for answer in answers:
                received = b""
                while not received.endswith(b"\r\n\r\nbody"):
                    received += connection.recv(9999)
                assert received.startswith(b"POST /v1/traces HTTP/1.1\r\nhost: 127.0.0.1:")
                for piece in answer:
                    connection.sendall(piece)
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    transport, url = Transport(), f"http://127.0.0.1:{listener.getsockname()[1]}/v1/traces"
    results = [transport.request("POST", url, headers={"a": "b"}, timeout=20, data=b"body") for _ in range(8)]
    assert [result.status_code for result in results] == [200, 200, 503, 200, None, None, None, 200]
    assert results[2].headers()["retry-after"] == "3"
    assert [transport.is_connection_error(result.error) for result in results[4:7]] == [True, True, False]
    transport.close()
    listener.close()
    assert transport.is_connection_error(transport.request("POST", url, timeout=5, data=b"body").error)


@pytest.mark.parametrize(
    ("variable", "value", "transport"),
    [
        ("A", "", "Transport"),
        ("HTTP_PROXY", "http://127.0.0.1:1", "RequestsHTTPTransport"),
    ],
)
def test_requests_is_imported_only_where_it_is_needed(programs: Programs, variable: str, value: str, transport: str) -> None:
    programs.write(
        "app.py",
        """
        import sys
        from otel_inject import lifecycle
        print({type(each._transport).__name__ for each in lifecycle._clients()}, "requests" in sys.modules)
        """,
    )
    done = programs.run("app.py", **{"HOME": str(programs.folder), variable: value})
    assert done.out == f"{{'{transport}'}} {transport != 'Transport'}\n"


def test_an_intake_with_tls_is_asked_through_requests() -> None:
    from otel_inject.quick.transport import Transport

    transport = Transport()
    result = transport.request("POST", "https://127.0.0.1:9/v1/traces", timeout=5, data=b"body")
    assert type(result).__name__ == "RequestsHTTPResult"
    assert transport.is_connection_error(result.error)


def test_an_application_in_starlette_alone_is_answered_and_has_its_route(programs: Programs, sink: Sink) -> None:
    programs.write(
        "app.py",
        """
        import asyncio, sys
        class NotInstalled:
            @staticmethod
            def find_spec(name, path=None, target=None):
                if name == "fastapi": raise ModuleNotFoundError("No module named 'fastapi'")
        sys.meta_path.insert(0, NotInstalled)
        from starlette.applications import Starlette
        from starlette.responses import PlainTextResponse
        from starlette.routing import Route
        async def hello(request): return PlainTextResponse("hello")
        app = Starlette(routes=[Route("/hello/{n}", hello)])
        sent = []
        async def receive(): return {"type": "http.request", "body": b"", "more_body": False}
        async def send(message): sent.append(message)
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": "/hello/1",
            "raw_path": b"/hello/1", "query_string": b"", "root_path": "", "headers": [], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        }
        asyncio.run(app(scope, receive, send))
        print(sent[0]["status"])
        """,
    )
    done = programs.run("app.py")
    assert (done.out, done.err) == ("200\n", "")
    assert [span["name"] for span in sink.spans] == ["GET /hello/{n}"]
