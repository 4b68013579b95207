"""`python -m discord_simulator`: serves on port 8090 until SIGTERM."""

import os

from aiohttp import web

from discord_simulator.control import control_routes
from discord_simulator.gateway import gateway_routes
from discord_simulator.page import page_routes
from discord_simulator.rest import authenticate, rest_routes
from discord_simulator.state import Discord
from game_scheduler.logs import configure_logs


def application(token: str) -> web.Application:
    """The web application of a Discord that knows one bot, by its token."""
    discord = Discord(token)
    app = web.Application(middlewares=[authenticate(discord)])
    app.add_routes([*page_routes(discord), *control_routes(discord), *gateway_routes(discord), *rest_routes(discord)])
    return app


if __name__ == "__main__":
    configure_logs()
    bot_token = os.environ.get("DISCORD_TOKEN", "")
    if not bot_token:
        raise SystemExit("DISCORD_TOKEN is not set; the simulator needs the same one as the bot")
    web.run_app(application(bot_token), port=8090, access_log=None, print=None, shutdown_timeout=2)
