"""OpenTelemetry for Python services from outside: `start/sitecustomize.py` calls `start.start`."""
