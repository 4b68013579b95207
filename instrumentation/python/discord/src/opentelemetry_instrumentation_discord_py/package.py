"""What this package instruments."""

_instruments = ("discord.py >= 2.0, < 3",)
_supports_metrics = True
