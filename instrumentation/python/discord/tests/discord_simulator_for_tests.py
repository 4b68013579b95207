"""A Discord for tests, on the loopback interface: the gateway, and a REST API that says yes to everything unless
told otherwise."""

from __future__ import annotations

import itertools
import json
from collections import deque
from typing import Any

from aiohttp import WSMsgType, web

Json = dict[str, Any]

TOKEN = "a-token-of-a-bot"
INTERACTION_TOKEN = "aW50ZXJhY3Rpb246dG9rZW4"
GUILD, CHANNEL, USER, APPLICATION = "81384788765712384", "81384788765712385", "80351110224678912", "91384788765712386"
SECRET_TEXT = "what nobody else shall read"
_COUNTER = itertools.count(10**17)


def user(bot: bool = False) -> Json:
    """The one user, or the bot."""
    who = APPLICATION if bot else USER
    return {"id": who, "username": "somebody", "global_name": None, "discriminator": "0", "avatar": None, "bot": bot}


def message(content: str, **more: Any) -> Json:
    """A message of the user in the one channel."""
    return {
        "id": str(next(_COUNTER)),
        "type": 0,
        "channel_id": CHANNEL,
        "content": content,
        "author": user(),
        "attachments": [],
        "embeds": [],
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "pinned": False,
        "tts": False,
        "timestamp": "2026-01-01T00:00:00+00:00",
        "edited_timestamp": None,
        "flags": 0,
        "components": [],
        **more,
    }


class Simulator:
    """The server. `answers` are taken before the usual ones, by method and path below /api/v10."""

    def __init__(self) -> None:
        self.socket: web.WebSocketResponse | None = None
        self.requests: list[tuple[str, str, Json]] = []
        self.answers: dict[tuple[str, str], deque[web.Response]] = {}
        self.connections: list[str] = []
        self.trace_headers: list[str] = []
        self._sequence = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def __aenter__(self) -> Simulator:
        app = web.Application()
        app.add_routes([web.get("/gateway", self._gateway), web.get("/gateway/", self._gateway)])
        app.router.add_route("*", "/api/v10/{path:.*}", self._rest)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gateway"

    async def event(self, kind: str, data: Json) -> None:
        """Sends an event to the bot."""
        assert self.socket is not None
        await self.socket.send_json({"op": 0, "t": kind, "s": next(self._sequence), "d": data})

    async def command(
        self, name: str, options: list[Json] | None = None, *, autocomplete: bool = False, **data: Any
    ) -> None:
        """A user uses a slash command, or begins to type its options."""
        given = {"id": str(next(_COUNTER)), "name": name, "type": 1, "options": options or [], **data}
        await self.interaction(4 if autocomplete else 2, given)

    async def component(self, custom_id: str, component_type: int, on: Json, **data: Any) -> None:
        """A user presses a button or selects something on a message."""
        await self.interaction(3, {"custom_id": custom_id, "component_type": component_type, **data}, message=on)

    async def interaction(self, kind: int, data: Json, **more: Any) -> None:
        """Any interaction."""
        event = {
            "id": str(next(_COUNTER)),
            "token": INTERACTION_TOKEN,
            "application_id": APPLICATION,
            "type": kind,
            "version": 1,
            "guild_id": GUILD,
            "channel_id": CHANNEL,
            "channel": _channel(),
            "member": _member(user()),
            "locale": "en-US",
            "guild_locale": "en-US",
            "app_permissions": "3072",
            "entitlements": [],
            "authorizing_integration_owners": {"0": GUILD},
            "context": 0,
            "attachment_size_limit": 1_000_000,
            "data": data,
            **more,
        }
        await self.event("INTERACTION_CREATE", event)

    async def _rest(self, request: web.Request) -> web.Response:
        path = f"/{request.match_info['path']}"
        try:
            body = await request.json() if request.can_read_body else {}
        except ValueError:
            body = {}
        self.requests.append((request.method, path, body))
        if "traceparent" in request.headers:
            self.trace_headers.append(path)
        waiting = self.answers.get((request.method, path))
        if waiting:
            return waiting.popleft()
        return reply(self._answer(request.method, path, body))

    def _answer(self, method: str, path: str, body: Json) -> object:
        if path == "/users/@me":
            return user(bot=True)
        if path.startswith("/gateway"):
            limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
            return {"url": self.gateway_url, "shards": 1, "session_start_limit": limit}
        if path == "/oauth2/applications/@me":
            return {
                "id": APPLICATION, "name": "test", "icon": None, "description": "", "rpc_origins": [],
                "bot_public": True,
                "bot_require_code_grant": False, "verify_key": "0" * 64, "owner": user(),
                "team": None, "summary": "", "flags": 0,
            }  # fmt: skip
        if path.endswith("/callback"):
            return {"interaction": {"id": "1", "type": 2}, "resource": {"type": 4, "message": message("")}}
        return message(str(body.get("content", "")), components=body.get("components", []))

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 200}})
        async for received in socket:
            if received.type is not WSMsgType.TEXT:
                continue
            payload = received.json()
            if payload["op"] == 1:
                await socket.send_json({"op": 11})
            elif payload["op"] == 2:
                self.socket = socket
                self.connections.append("identify")
                guild_ids = [{"id": GUILD, "unavailable": True}]
                ready = {
                    "v": 10, "user": user(bot=True), "guilds": guild_ids, "session_id": "s",
                    "resume_gateway_url": self.gateway_url, "application": {"id": APPLICATION, "flags": 0},
                }  # fmt: skip
                await self.event("READY", ready)
                await self.event("GUILD_CREATE", _guild())
            elif payload["op"] == 6:
                self.socket = socket
                self.connections.append("resume")
                await self.event("RESUMED", {})
        return socket


def reply(data: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """An answer with exactly the content type that discord.py takes for JSON."""
    return web.Response(body=json.dumps(data).encode(), status=status, content_type="application/json", headers=headers)


def _channel() -> Json:
    return {
        "id": CHANNEL, "type": 0, "guild_id": GUILD, "name": "general", "position": 0, "permission_overwrites": [],
        "nsfw": False, "topic": None, "parent_id": None, "last_message_id": None, "rate_limit_per_user": 0, "flags": 0,
    }  # fmt: skip


def _member(who: Json) -> Json:
    return {
        "user": who, "roles": [], "nick": None, "avatar": None, "joined_at": "2025-01-01T00:00:00+00:00",
        "premium_since": None, "deaf": False, "mute": False, "pending": False, "flags": 0, "permissions": "3072",
    }  # fmt: skip


def _guild() -> Json:
    everyone = {
        "id": GUILD, "name": "@everyone", "color": 0, "hoist": False, "position": 0, "permissions": "3072",
        "managed": False, "mentionable": False, "flags": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
    }  # fmt: skip
    empty = "emojis stickers threads presences voice_states stage_instances guild_scheduled_events"
    zero = "verification_level default_message_notifications explicit_content_filter mfa_level nsfw_level premium_tier"
    nothing = "icon splash discovery_splash banner description afk_channel_id system_channel_id rules_channel_id"
    return {
        **{name: [] for name in [*empty.split(), "soundboard_sounds", "features"]},
        **{name: 0 for name in zero.split()},
        **{name: None for name in nothing.split()},
        "id": GUILD, "name": "a guild", "owner_id": USER, "afk_timeout": 300, "preferred_locale": "en-US",
        "system_channel_flags": 0, "public_updates_channel_id": None, "vanity_url_code": None,
        "premium_progress_bar_enabled": False, "roles": [everyone], "channels": [_channel()],
        "members": [_member(user(bot=True)), _member(user())], "member_count": 2, "large": False, "unavailable": False,
        "joined_at": "2025-01-01T00:00:00+00:00",
    }  # fmt: skip
