"""What this Discord knows: one bot application, one guild, its channel, and what happened in them."""

import asyncio
import hmac
import itertools
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web

type Json = dict[str, object]

APPLICATION_ID = "100000000000000001"
GUILD_ID = "150000000000000001"
CHANNEL_ID = "200000000000000001"
OWNER_ID = "300000000000000001"

_DISCORD_EPOCH_MS = 1_420_070_400_000
_KEPT_MESSAGES = 500
_KEPT_EVENTS = 200


@dataclass
class Session:
    """A gateway session; outlives its connection, so that it can be resumed."""

    id: str
    socket: web.WebSocketResponse | None
    sequence: int = 0
    sent: deque[Json] = field(default_factory=lambda: deque(maxlen=_KEPT_EVENTS))


@dataclass
class Interaction:
    """A slash command somebody used, until the bot's answer is complete."""

    id: str
    token: str
    answer: asyncio.Future[str]
    responded: bool = False


class Discord:
    """All state, in memory."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._counter = itertools.count()
        self.session: Session | None = None
        self.commands: dict[str, Json] = {}
        self.interactions: dict[str, Interaction] = {}
        self.messages: deque[Json] = deque(maxlen=_KEPT_MESSAGES)

    def accepts(self, token: str) -> bool:
        """Whether this is the bot's token."""
        return hmac.compare_digest(token.encode(), self._token.encode())

    def snowflake(self) -> str:
        """A new id, made as Discord makes them: time first, then a counter."""
        milliseconds = int(time.time() * 1000) - _DISCORD_EPOCH_MS
        return str((milliseconds << 22) | (next(self._counter) & 0x3FFFFF))

    @property
    def connected(self) -> bool:
        """Whether a bot is connected and identified."""
        return self.session is not None and self.session.socket is not None and not self.session.socket.closed

    async def dispatch(self, event: str, data: Json) -> None:
        """Sends an event to the bot; while it is away the event is kept for its resume."""
        session = self.session
        if session is None:
            return
        session.sequence += 1
        payload: Json = {"op": 0, "t": event, "s": session.sequence, "d": data}
        session.sent.append(payload)
        if session.socket is not None and not session.socket.closed:
            await session.socket.send_json(payload)

    def new_interaction(self) -> Interaction:
        """Registers an interaction; its token is as long-lived as this process."""
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        interaction = Interaction(self.snowflake(), secrets.token_urlsafe(48), answer)
        self.interactions[interaction.token] = interaction
        return interaction

    def message(self, channel_id: str, content: str) -> Json:
        """A message of the bot, in Discord's shape."""
        return {
            "id": self.snowflake(),
            "type": 0,
            "channel_id": channel_id,
            "content": content,
            "author": bot_user(),
            "attachments": [],
            "embeds": [],
            "mentions": [],
            "mention_roles": [],
            "mention_everyone": False,
            "pinned": False,
            "tts": False,
            "timestamp": datetime.now(UTC).isoformat(),
            "edited_timestamp": None,
            "flags": 0,
            "components": [],
        }


def user(user_id: str, name: str, bot: bool = False) -> Json:
    """A user object."""
    return {"id": user_id, "username": name, "global_name": name, "discriminator": "0", "avatar": None, "bot": bot}


def bot_user() -> Json:
    """The bot as a user. Its id is the application's, as with every bot made in the last years."""
    return user(APPLICATION_ID, "game-scheduler", bot=True)


def channel() -> Json:
    """The one text channel."""
    return {
        "id": CHANNEL_ID,
        "type": 0,
        "guild_id": GUILD_ID,
        "name": "games",
        "position": 0,
        "permission_overwrites": [],
        "nsfw": False,
        "topic": None,
        "parent_id": None,
        "last_message_id": None,
        "rate_limit_per_user": 0,
        "flags": 0,
    }


def guild() -> Json:
    """The one guild, as GUILD_CREATE tells it."""
    everyone: Json = {
        "id": GUILD_ID,
        "name": "@everyone",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "permissions": "3072",
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    return {
        "id": GUILD_ID,
        "name": "Game night",
        "owner_id": OWNER_ID,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "description": None,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "vanity_url_code": None,
        "premium_progress_bar_enabled": False,
        "features": [],
        "emojis": [],
        "stickers": [],
        "roles": [everyone],
        "channels": [channel()],
        "threads": [],
        "members": [member(bot_user())],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "member_count": 2,
        "large": False,
        "unavailable": False,
        "joined_at": "2025-01-01T00:00:00+00:00",
    }


def member(who: Json) -> Json:
    """A user as a member of the guild."""
    return {
        "user": who,
        "roles": [],
        "nick": None,
        "avatar": None,
        "joined_at": "2025-01-01T00:00:00+00:00",
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "permissions": "3072",
    }
