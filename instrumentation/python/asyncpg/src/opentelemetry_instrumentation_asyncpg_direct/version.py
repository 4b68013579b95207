"""The version of this package, which is also that of its instrumentation scope."""

__version__ = "0.1.0"
