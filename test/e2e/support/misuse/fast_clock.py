"""A service whose clock is three days fast: Prometheus refuses its points, until standard input ends.

Points, because VictoriaLogs drops such records without a word. One in 45 seconds, because Prometheus refuses a whole request for one such point:
more of them take everybody's numbers away, and with them the alerts that are waited for.
"""

import json
import os
import sys
import threading
import time
import urllib.request

DAYS = 3 * 86_400
over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()

while True:
    at = str(int((time.time() + DAYS) * 1e9))
    attributes = {"service.name": "fast-clock", "deployment.environment.name": "e2e"}
    resource = {"attributes": [{"key": key, "value": {"stringValue": text}} for key, text in attributes.items()]}
    gauge = {"name": "fast.clock", "unit": "1", "gauge": {"dataPoints": [{"timeUnixNano": at, "asDouble": 1}]}}
    body = {"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"metrics": [gauge]}]}]}
    request = urllib.request.Request(
        f"{os.environ['OTEL_EXPORTER_OTLP_ENDPOINT']}/v1/metrics",
        data=json.dumps(body).encode(),
        headers={"content-type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=5).close()
    if over.wait(45):
        break
