"""The slash commands."""

import logging
from datetime import UTC, datetime, timedelta

import discord
from discord import app_commands

from game_scheduler import games
from game_scheduler.announcements import announce_created, announce_joined
from game_scheduler.cache import cache_games, cached_games
from game_scheduler.stores import Stores

log = logging.getLogger(__name__)

_SHOWN = 10


def add_commands(tree: app_commands.CommandTree, stores: Stores) -> None:
    """Adds /games, /join and /create."""

    @tree.command(name="games", description="Which games are on")
    async def show(interaction: discord.Interaction) -> None:
        found = await cached_games(stores.redis)
        if found is None:
            async with stores.sessions() as session:
                found = [games.as_json(game) for game in await games.list_games(session)]
            await cache_games(stores.redis, found)
        lines = [f"{game['title']}: {game['status']}" for game in found if game["status"] != "finished"]
        log.info("slash command /games", extra={"games.count": len(found)})
        await interaction.response.send_message("\n".join(lines[:_SHOWN]) or "No games yet.")

    @tree.command(name="join", description="Join a game")
    @app_commands.describe(game="Title or id of the game")
    async def join(interaction: discord.Interaction, game: str) -> None:
        await interaction.response.defer(thinking=True)
        player = interaction.user.name
        try:
            async with stores.sessions.begin() as session:
                found = await games.find_game(session, game)
                joined = await games.join_game(session, found.id, player)
        except (games.GameNotFound, games.CannotJoin) as refusal:
            log.info("slash command /join refused", extra={"refusal": type(refusal).__name__})
            await interaction.followup.send(f"Sorry, {refusal}.")
            return
        await announce_joined(stores, joined, player)
        log.info("slash command /join", extra={"game.id": str(joined.id), "game.players": len(joined.players)})
        await interaction.followup.send(f"You are in: {joined.title} ({len(joined.players)}/{joined.max_players}).")

    @tree.command(name="create", description="Call for a game")
    @app_commands.describe(title="What is played", minutes="Minutes until it starts")
    async def create(
        interaction: discord.Interaction,
        title: app_commands.Range[str, 1, 100],
        minutes: app_commands.Range[int, 0, 527_040],
    ) -> None:
        await interaction.response.defer(thinking=True)
        starts_at = datetime.now(UTC) + timedelta(minutes=minutes)
        async with stores.sessions.begin() as session:
            game = await games.create_game(session, title, starts_at, max_players=4)
        await announce_created(stores, game)
        log.info("slash command /create", extra={"game.id": str(game.id)})
        await interaction.followup.send(f"Called for {game.title}.")

    @tree.error
    async def failed(interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        name = interaction.command.name if interaction.command else "unknown"
        log.error("slash command /%s failed", name, exc_info=error)
        answer = interaction.followup.send if interaction.response.is_done() else interaction.response.send_message
        await answer("Something went wrong, try again in a moment.")
