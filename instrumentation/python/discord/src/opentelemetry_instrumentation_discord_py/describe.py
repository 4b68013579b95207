"""Attributes of what Discord sent: kinds and hashed ids, nothing that a person wrote."""

from __future__ import annotations

from typing import Any

import discord

from .identity import Identity

_COMMAND_TYPES = {1: "slash", 2: "user", 3: "message"}
_COMPONENT_TYPES = {
    2: "button",
    3: "string_select",
    5: "user_select",
    6: "role_select",
    7: "mentionable_select",
    8: "channel_select",
}


def place(identity: Identity, guild: object = None, channel: object = None, user: object = None) -> dict[str, str]:
    """Where something happened and who did it, as hashed ids; what is None is left out."""
    ids = {"discord.guild.id": guild, "discord.channel.id": channel, "discord.user.id": user}
    return {key: identity.hashed(value) for key, value in ids.items() if value is not None}


def of_interaction(identity: Identity, interaction: Any) -> dict[str, Any]:
    """Attributes of any interaction."""
    user = getattr(interaction, "user", None)
    attributes: dict[str, Any] = {
        "discord.interaction.type": interaction.type.name,
        **place(identity, interaction.guild_id, interaction.channel_id, getattr(user, "id", None)),
    }
    return {**attributes, **_shard(getattr(interaction, "client", None), interaction.guild_id)}


def of_context(identity: Identity, ctx: Any) -> dict[str, Any]:
    """Attributes of the invocation of a prefix command."""
    guild, channel, author = (getattr(ctx, name, None) for name in ("guild", "channel", "author"))
    guild_id = getattr(guild, "id", None)
    found = place(identity, guild_id, getattr(channel, "id", None), getattr(author, "id", None))
    return {**found, **_shard(getattr(ctx, "bot", None), guild_id)}


def of_arguments(identity: Identity, arguments: tuple[Any, ...]) -> dict[str, Any]:
    """Attributes of the arguments of an event: of the first one that says where it happened."""
    for argument in arguments[:3]:
        if isinstance(argument, discord.Guild):
            return place(identity, argument.id)
        guild_id = getattr(argument, "guild_id", None) or getattr(getattr(argument, "guild", None), "id", None)
        channel_id = getattr(argument, "channel_id", None) or getattr(getattr(argument, "channel", None), "id", None)
        if isinstance(guild_id, int) or isinstance(channel_id, int):
            return place(identity, guild_id, channel_id)
    return {}


def command_type(data: Any) -> str:
    """Type of an application command, from the data of its interaction: `slash`, or the `user` or `message` it was
    chosen on."""
    return _COMMAND_TYPES.get(data.get("type", 1), "other")


def component_of(data: Any) -> str:
    """Kind of a message component, from the data of its interaction: `button`."""
    return _COMPONENT_TYPES.get(data.get("component_type"), "other")


def _shard(client: Any, guild_id: int | None) -> dict[str, int]:
    """The shard a guild belongs to, where there are several."""
    count = getattr(client, "shard_count", None)
    return {"discord.shard.id": (guild_id >> 22) % count} if guild_id is not None and (count or 1) > 1 else {}
