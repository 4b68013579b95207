"""The page for people: what stands in the simulated channel, the newest first."""

from collections.abc import Iterable
from html import escape

from aiohttp import web

from discord_simulator.state import Discord, Json

_SHOWN = 50

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="refresh" content="5"><title>Discord simulator</title><link rel="icon" href="data:,">
<style>:root {{ color-scheme: light dark }} body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 720px;
margin: 0 auto; padding: 16px }} li {{ overflow-wrap: anywhere; margin: 6px 0 }} time {{ opacity: .7 }}</style></head>
<body><main><h1>Discord simulator</h1><p>{state}</p><h2>Newest messages of the bot</h2>{messages}</main></body></html>
"""


def page_routes(discord: Discord) -> Iterable[web.RouteDef]:
    """The page at /."""

    async def page(_: web.Request) -> web.Response:
        state = "The bot is connected." if discord.connected else "No bot is connected."
        text = _PAGE.format(state=state, messages=_list(list(discord.messages)[-_SHOWN:][::-1]))
        return web.Response(text=text, content_type="text/html")

    return [web.get("/", page)]


def _list(messages: list[Json]) -> str:
    rows = [f"<li><time>{escape(str(one['timestamp']))}</time> {escape(str(one['content']))}</li>" for one in messages]
    return f"<ul>{''.join(rows)}</ul>" if rows else "<p>None yet: create a game in the front end.</p>"
