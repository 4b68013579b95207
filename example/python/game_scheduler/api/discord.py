"""What the API itself asks Discord: whether the channel it announces games in is still there."""

import logging
from types import TracebackType
from typing import Self

import httpx

from game_scheduler.settings import Settings

log = logging.getLogger(__name__)


class DiscordChannel:
    """The announcement channel, looked up by Discord's REST API."""

    def __init__(self, config: Settings) -> None:
        self._path = f"{config.discord_api_url}/channels/{config.discord_channel_id}"
        self._client = httpx.AsyncClient(headers={"authorization": f"Bot {config.discord_token}"}, timeout=3)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def name(self) -> str | None:
        """The channel's name, None when Discord does not answer or knows no such channel: a game needs neither."""
        try:
            answer = await self._client.get(self._path)
            answer.raise_for_status()
            return str(answer.json()["name"])
        except (httpx.HTTPError, KeyError, ValueError) as error:
            log.warning("Discord did not tell the channel (%s)", type(error).__name__)
            return None
