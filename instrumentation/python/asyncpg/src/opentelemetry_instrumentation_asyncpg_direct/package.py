"""What this package instruments."""

_instruments = ("asyncpg >= 0.27, < 1",)
_supports_metrics = True
