"""The REST API: what a bot needs to log in, to offer commands, to answer interactions and to post messages.

Strict where Discord is: the bot's token on everything but the gateway address, interactions and webhooks (whose own
token is in the path); an interaction is answered once; an empty message is refused.
"""

import json
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

from discord_simulator.state import APPLICATION_ID, CHANNEL_ID, OWNER_ID, Discord, Interaction, Json, bot_user, channel, user

_API = "/api/v10"
_WITHOUT_BOT_TOKEN = (f"{_API}/gateway", f"{_API}/interactions/", f"{_API}/webhooks/")
_MESSAGE, _DEFERRED_MESSAGE = 4, 5
_LONGEST_CONTENT = 2000

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def reply(data: object, status: int = 200) -> web.Response:
    """JSON under exactly the content type Discord uses: discord.py takes anything else, also a charset, for text."""
    return web.Response(body=json.dumps(data).encode(), status=status, content_type="application/json")


def _error(status: int, code: int, message: str) -> web.Response:
    return reply({"code": code, "message": message}, status=status)


def authenticate(discord: Discord) -> Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]:
    """Refuses API requests without the bot's token, and turns what is no JSON into Discord's own error."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(_API):
            path = request.path
            public = path == _WITHOUT_BOT_TOKEN[0] or path.startswith(_WITHOUT_BOT_TOKEN[1:])
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            if not public and not (scheme == "Bot" and discord.accepts(token)):
                return _error(401, 0, "401: Unauthorized")
        try:
            return await handler(request)
        except ValueError:
            return _error(400, 50109, "The request body contains invalid JSON.")

    return check


def rest_routes(discord: Discord) -> Iterable[web.RouteDef]:
    """The routes below /api/v10."""

    def gateway_url(request: web.Request) -> str:
        return f"ws://{request.host}/gateway/ws"

    async def gateway(request: web.Request) -> web.Response:
        return reply({"url": gateway_url(request)})

    async def gateway_bot(request: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return reply({"url": gateway_url(request), "shards": 1, "session_start_limit": limit})

    async def me(_: web.Request) -> web.Response:
        return reply(bot_user())

    async def application(_: web.Request) -> web.Response:
        about: Json = {
            "id": APPLICATION_ID,
            "name": "Game Scheduler",
            "icon": None,
            "description": "",
            "rpc_origins": [],
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "owner": user(OWNER_ID, "owner"),
            "team": None,
            "summary": "",
            "flags": 0,
        }
        return reply(about)

    async def sync_commands(request: web.Request) -> web.Response:
        if request.match_info["application"] != APPLICATION_ID:
            return _error(403, 20012, "You are not authorized to perform this action on this application")
        wanted: list[Json] = await request.json()
        same = {"application_id": APPLICATION_ID, "version": discord.snowflake(), "default_member_permissions": None}
        discord.commands = {str(one["name"]): {**one, **same, "id": discord.snowflake()} for one in wanted}
        return reply(list(discord.commands.values()))

    async def get_channel(request: web.Request) -> web.Response:
        known = request.match_info["channel"] == CHANNEL_ID
        return reply(channel()) if known else _error(404, 10003, "Unknown Channel")

    async def post_message(request: web.Request) -> web.Response:
        if request.match_info["channel"] != CHANNEL_ID:
            return _error(404, 10003, "Unknown Channel")
        content = _content(await request.json())
        if not content:
            return _error(400, 50006, "Cannot send an empty message")
        message = discord.message(CHANNEL_ID, content)
        discord.messages.append(message)
        return reply(message)

    def interaction_of(request: web.Request) -> Interaction | None:
        return discord.interactions.get(request.match_info["token"])

    async def callback(request: web.Request) -> web.Response:
        interaction = interaction_of(request)
        if interaction is None or interaction.id != request.match_info["interaction"]:
            return _error(404, 10062, "Unknown interaction")
        if interaction.responded:
            return _error(400, 40060, "Interaction has already been acknowledged.")
        body: Json = await request.json()
        kind = body.get("type")
        if kind not in (_MESSAGE, _DEFERRED_MESSAGE):
            return _error(400, 50035, "Invalid Form Body")
        interaction.responded = True
        answer: Json = {"id": interaction.id, "type": 2, "response_message_loading": kind == _DEFERRED_MESSAGE}
        if kind == _DEFERRED_MESSAGE:
            return reply({"interaction": answer, "resource": {"type": kind}})
        message = complete(interaction, _content(body.get("data")))
        answer["response_message_id"] = message["id"]
        return reply({"interaction": answer, "resource": {"type": kind, "message": message}})

    async def follow_up(request: web.Request) -> web.Response:
        interaction = interaction_of(request)
        if interaction is None or request.match_info["application"] != APPLICATION_ID:
            return _error(404, 10015, "Unknown Webhook")
        if not interaction.responded:
            return _error(404, 10062, "Unknown interaction")
        return reply(complete(interaction, _content(await request.json())))

    def complete(interaction: Interaction, content: str) -> Json:
        if not interaction.answer.done():
            interaction.answer.set_result(content)
        return discord.message(CHANNEL_ID, content)

    return [
        web.get(f"{_API}/gateway", gateway),
        web.get(f"{_API}/gateway/bot", gateway_bot),
        web.get(f"{_API}/users/@me", me),
        web.get(f"{_API}/oauth2/applications/@me", application),
        web.put(f"{_API}/applications/{{application}}/commands", sync_commands),
        web.get(f"{_API}/channels/{{channel}}", get_channel),
        web.post(f"{_API}/channels/{{channel}}/messages", post_message),
        web.post(f"{_API}/interactions/{{interaction}}/{{token}}/callback", callback),
        web.post(f"{_API}/webhooks/{{application}}/{{token}}", follow_up),
        web.patch(f"{_API}/webhooks/{{application}}/{{token}}/messages/@original", follow_up),
    ]


def _content(body: object) -> str:
    content = body.get("content") if isinstance(body, dict) else None
    return content[:_LONGEST_CONTENT] if isinstance(content, str) else ""
