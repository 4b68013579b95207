"""What this package instruments."""

_instruments = ("aio_pika >= 9.0, < 11",)
_supports_metrics = True
