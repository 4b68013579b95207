"""A service whose clock is three days fast: a log backend refuses its records, until standard input ends.

Records, because Loki keeps the others of a request; Prometheus refuses a whole request for one such point.
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

while not over.wait(5):
    at = str(int((time.time() + DAYS) * 1e9))
    attributes = {"service.name": "fast-clock", "deployment.environment.name": "e2e"}
    resource = {"attributes": [{"key": key, "value": {"stringValue": text}} for key, text in attributes.items()]}
    record = {"timeUnixNano": at, "severityNumber": 9, "body": {"stringValue": "from the day after tomorrow"}}
    body = {"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": [record]}]}]}
    request = urllib.request.Request(
        f"{os.environ['OTEL_EXPORTER_OTLP_ENDPOINT']}/v1/logs",
        data=json.dumps(body).encode(),
        headers={"content-type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=5).close()
