"""The SDK's providers from OpenTelemetry's own environment variables, or from its declarative configuration file, as the stock launcher makes them."""

import logging
import os
import time
from typing import Any

CONFIGURATION_FILE = "OTEL_CONFIG_FILE"


def configure() -> None:
    """Creates the providers of traces, metrics and logs and makes them global. @raises StepAside where the configuration file cannot be used"""
    from opentelemetry import _logs, metrics, trace
    from opentelemetry.instrumentation.version import __version__
    from opentelemetry.sdk._configuration import _OTelSDKConfigurator

    from otel_inject import lifecycle, overhead, quick

    lifecycle.before_configuring()
    quick.before_configuring()
    overhead.before_configuring(quick.wanted())
    # Not _initialize_components: the configurator reads a declarative file too where OTEL_CONFIG_FILE names one.
    if file := os.environ.get(CONFIGURATION_FILE):
        _from_file(file, _OTelSDKConfigurator())
    else:
        _OTelSDKConfigurator().configure(auto_instrumentation_version=__version__)
    readers = getattr(metrics.get_meter_provider(), "_metric_readers", ())
    quick.after_configuring(trace.get_tracer_provider(), _logs.get_logger_provider(), readers)
    overhead.after_configuring(trace.get_tracer_provider(), quick.span_processors(trace.get_tracer_provider()))
    lifecycle.after_configuring()
    for name in EXPORTERS:
        logging.getLogger(name).addFilter(SeldomFailures())


def _from_file(file: str, configurator: Any) -> None:
    """The file is the only source of the providers. What is wrong with it is said once, by the line that says that nothing was started."""
    from otel_inject.guards import StepAside

    logging.getLogger("opentelemetry.configuration.file._loader").addFilter(lambda record: record.levelno < logging.ERROR)
    try:
        configurator.configure()
    except Exception as error:
        raise StepAside(f"{CONFIGURATION_FILE}={file}: {' '.join(str(error).split())}") from None


EXPORTERS = (
    "opentelemetry.exporter.otlp.common._internal",
    "opentelemetry.exporter.otlp.proto.http",
    "opentelemetry.exporter.otlp.proto.http._log_exporter",
    "opentelemetry.exporter.otlp.proto.http.metric_exporter",
    "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "opentelemetry.sdk._shared_internal",
    "opentelemetry.sdk.metrics._internal.export",
)


class SeldomFailures(logging.Filter):
    """Lets one line through in ten minutes: a collector that is away is no news four times a second."""

    SECONDS = 600.0
    _next = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is printed; all loggers share the clock."""
        now = time.monotonic()
        if now < SeldomFailures._next:
            return False
        SeldomFailures._next = now + self.SECONDS
        return True
