"""An OTLP/HTTP intake for tests: keeps what it is sent, one dictionary a span, log record or data point."""

import gzip
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from profiled import read

Row = dict[str, Any]


class Sink:
    """Listens on a free port of this machine until closed."""

    def __init__(self) -> None:
        self.spans: list[Row] = []
        self.logs: list[Row] = []
        self.points: list[Row] = []
        self.samples: list[Row] = []
        # Paths that are answered with 404, and with 503.
        self.refused: set[str] = set()
        self.away: set[str] = set()
        sink = self

        class Intake(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                status = 404 if self.path in sink.refused else 503 if self.path in sink.away else 200
                if status == 200:
                    sink._take(self.path, body)
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Intake)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def until(self, ready: Callable[["Sink"], Any], seconds: float = 20) -> None:
        """Waits for what a test expects; a test that waits in vain fails with what did arrive."""
        end = time.monotonic() + seconds
        while not ready(self):
            if time.monotonic() > end:
                names = [span["name"] for span in self.spans], [log["body"] for log in self.logs]
                raise AssertionError(f"not arrived within {seconds} s; there are {names}")
            time.sleep(0.05)

    def _take(self, path: str, body: bytes) -> None:
        if path == "/v1/traces":
            for one in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in one.scope_spans:
                    for span in scope.spans:
                        self.spans.append(
                            {
                                "name": span.name,
                                "kind": span.kind,
                                "scope": scope.scope.name,
                                "trace": span.trace_id.hex(),
                                "id": span.span_id.hex(),
                                "parent": span.parent_span_id.hex(),
                                "status": span.status.code,
                                "events": [event.name for event in span.events],
                                "attributes": _plain(span.attributes),
                                "resource": _plain(one.resource.attributes),
                            }
                        )
        elif path == "/v1/logs":
            for one in ExportLogsServiceRequest.FromString(body).resource_logs:
                for scope in one.scope_logs:
                    for record in scope.log_records:
                        self.logs.append(
                            {
                                "body": _value(record.body),
                                "scope": scope.scope.name,
                                "severity": record.severity_text,
                                "trace": record.trace_id.hex(),
                                "span": record.span_id.hex(),
                                "attributes": _plain(record.attributes),
                                "resource": _plain(one.resource.attributes),
                            }
                        )
        elif path == "/v1/metrics":
            for one in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                for scope in one.scope_metrics:
                    for metric in scope.metrics:
                        kind = metric.WhichOneof("data")
                        for point in getattr(metric, kind).data_points:
                            value = point.count if kind == "histogram" else point.as_int or point.as_double
                            self.points.append(
                                {
                                    "name": metric.name,
                                    "kind": kind,
                                    "value": value,
                                    "time": point.time_unix_nano,
                                    "attributes": _plain(point.attributes),
                                    "resource": _plain(one.resource.attributes),
                                }
                            )
        elif path == "/v1development/profiles":
            self.samples += read(body)


def _plain(attributes: list[KeyValue]) -> dict[str, Any]:
    return {each.key: _value(each.value) for each in attributes}


def _value(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(each) for each in value.array_value.values]
    return getattr(value, kind) if kind else None
