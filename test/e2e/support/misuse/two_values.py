"""A service that sends two values of one series for one moment: Prometheus refuses the second, until standard input ends.

One in 45 seconds, because Prometheus refuses a whole request for one such point: more of them take everybody's numbers away, and with them the
alerts that are waited for.
"""

import json
import os
import sys
import threading
import time
import urllib.request

over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()


def send(at: str, value: float) -> None:
    attributes = {"service.name": "two-values", "deployment.environment.name": "e2e"}
    resource = {"attributes": [{"key": key, "value": {"stringValue": text}} for key, text in attributes.items()]}
    gauge = {"name": "two.values", "unit": "1", "gauge": {"dataPoints": [{"timeUnixNano": at, "asDouble": value}]}}
    body = {"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"metrics": [gauge]}]}]}
    request = urllib.request.Request(
        f"{os.environ['OTEL_EXPORTER_OTLP_ENDPOINT']}/v1/metrics",
        data=json.dumps(body).encode(),
        headers={"content-type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=5).close()


while True:
    now = str(time.time_ns())
    send(now, 1)
    # in a request of its own: of two in one request Prometheus takes the last
    if over.wait(5):
        break
    send(now, 2)
    if over.wait(40):
        break
