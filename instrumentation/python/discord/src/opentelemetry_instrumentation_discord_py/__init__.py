"""OpenTelemetry instrumentation of discord.py.

    from opentelemetry_instrumentation_discord_py import DiscordInstrumentor

    DiscordInstrumentor().instrument()

`opentelemetry-instrument` finds it by its entry point, `discord`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from opentelemetry.instrumentation.instrumentor import BaseInstrumentor

from .package import _instruments
from .settings import settings_from
from .version import __version__

__all__ = ["DiscordInstrumentor", "__version__"]


class DiscordInstrumentor(BaseInstrumentor):  # type: ignore[misc]
    """Instruments every client of discord.py in this process.

    Arguments of `instrument()`: `tracer_provider`, `meter_provider`, and the options of `settings.Settings`.
    """

    _patches: Any = None
    _telemetry: Any = None

    def instrumentation_dependencies(self) -> Collection[str]:
        return _instruments

    def _instrument(self, **kwargs: Any) -> None:
        # Only here: this package may be listed, and its dependencies checked, where discord.py is not installed.
        from .commands import instrument_commands
        from .components import instrument_components
        from .events import instrument_events
        from .gateway import instrument_gateway
        from .loops import instrument_loops
        from .patches import Patches
        from .rest import instrument_rest
        from .telemetry import Telemetry

        self._telemetry = Telemetry(settings_from(kwargs), kwargs.get("tracer_provider"), kwargs.get("meter_provider"))
        self._patches = Patches(self._telemetry)
        for instrument in (
            instrument_gateway,
            instrument_events,
            instrument_commands,
            instrument_components,
            instrument_loops,
            instrument_rest,
        ):
            instrument(self._patches)

    def _uninstrument(self, **kwargs: Any) -> None:
        if self._patches is not None:
            self._telemetry.active = False
            self._patches.restore()
