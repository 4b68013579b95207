"""What a test may do to this Discord: use a slash command as a user, read what the bot sent, drop the connection."""

import asyncio
import time
from collections.abc import Iterable

from aiohttp import web

from discord_simulator.state import APPLICATION_ID, CHANNEL_ID, GUILD_ID, OWNER_ID, Discord, Json, channel, member, user

_ANSWER_WITHIN = 10.0
_STRING, _INTEGER = 3, 4


def control_routes(discord: Discord) -> Iterable[web.RouteDef]:
    """The routes below /control."""

    async def health(_: web.Request) -> web.Response:
        return web.json_response(
            {"status": "ok", "bot_connected": discord.connected, "commands": sorted(discord.commands)}
        )

    async def messages(request: web.Request) -> web.Response:
        wanted = request.query.get("contains", "")
        found = [
            {"id": one["id"], "channel_id": one["channel_id"], "content": one["content"], "sent_at": one["timestamp"]}
            for one in discord.messages
            if wanted in str(one["content"])
        ]
        return web.json_response({"messages": found})

    async def command(request: web.Request) -> web.Response:
        body = await request.json()
        if not isinstance(body, dict) or not isinstance(body.get("options", {}), dict):
            return _refusal(400, 'expected {"name": …, "options": {…}}')
        if discord.session is None:
            return _refusal(503, "no bot has connected yet")
        name = str(body.get("name"))
        # Real Discord keeps commands for ever, this one until it restarts; a bot offers them once. Then the bot decides.
        registered = discord.commands.get(name) if discord.commands else {"id": discord.snowflake(), "name": name}
        if registered is None:
            return _refusal(404, f"no command {name!r}; there are {', '.join(sorted(discord.commands))}")
        started = time.monotonic()
        interaction = discord.new_interaction()
        event: Json = {
            "id": interaction.id,
            "token": interaction.token,
            "application_id": APPLICATION_ID,
            "type": 2,
            "version": 1,
            "guild_id": GUILD_ID,
            "channel_id": CHANNEL_ID,
            "channel": channel(),
            "member": member(user(OWNER_ID, str(body.get("user", "tester")))),
            "locale": "en-US",
            "guild_locale": "en-US",
            "app_permissions": "3072",
            "entitlements": [],
            "authorizing_integration_owners": {"0": GUILD_ID},
            "context": 0,
            "attachment_size_limit": 10_485_760,
            "data": _command_data(registered, body.get("options", {})),
        }
        await discord.dispatch("INTERACTION_CREATE", event)
        try:
            content = await asyncio.wait_for(interaction.answer, _ANSWER_WITHIN)
        except TimeoutError:
            return _refusal(504, f"the bot did not answer within {_ANSWER_WITHIN:.0f} s")
        finally:
            # A late second follow-up meets "Unknown Webhook", as after Discord's own 15 minutes.
            asyncio.get_running_loop().call_later(60, discord.interactions.pop, interaction.token, None)
        elapsed = round((time.monotonic() - started) * 1000)
        return web.json_response({"interaction_id": interaction.id, "content": content, "elapsed_ms": elapsed})

    async def disconnect(_: web.Request) -> web.Response:
        session = discord.session
        if session is not None and session.socket is not None:
            await session.socket.close(code=4000, message=b"dropped by a test")
        return web.json_response({"status": "ok"})

    return [
        web.get("/control/health", health),
        web.get("/control/messages", messages),
        web.post("/control/command", command),
        web.post("/control/disconnect", disconnect),
    ]


def _refusal(status: int, text: str) -> web.Response:
    return web.json_response({"detail": text}, status=status)


def _command_data(registered: Json, options: dict[str, object]) -> Json:
    declared = registered.get("options", [])
    kinds = {str(one["name"]): one["type"] for one in declared} if isinstance(declared, list) else {}
    given = [
        {"name": name, "type": kinds.get(name, _INTEGER if isinstance(value, int) else _STRING), "value": value}
        for name, value in options.items()
    ]
    return {"id": registered["id"], "name": registered["name"], "type": 1, "options": given}
