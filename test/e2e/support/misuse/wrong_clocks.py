"""Two services whose clocks are three days wrong, one ahead and one behind, until standard input ends: nobody else must lose a point for them."""

import json
import os
import sys
import threading
import time
import urllib.request

over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()

while True:
    for service, days in {"fast-clock": 3, "slow-clock": -3}.items():
        at = str(time.time_ns() + days * 86_400 * 10**9)
        attributes = {"service.name": service, "deployment.environment.name": "e2e"}
        resource = {"attributes": [{"key": key, "value": {"stringValue": text}} for key, text in attributes.items()]}
        gauge = {"name": "wrong.clock", "unit": "1", "gauge": {"dataPoints": [{"timeUnixNano": at, "asDouble": 1}]}}
        body = {"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"metrics": [gauge]}]}]}
        request = urllib.request.Request(
            f"{os.environ['OTEL_EXPORTER_OTLP_ENDPOINT']}/v1/metrics",
            data=json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=5).close()
    if over.wait(5):
        break
