"""Names that spans and metrics may carry. A name outside these sets could hold anything, so it is told as `other`."""

from __future__ import annotations

OTHER = "other"

#: What discord.py dispatches to `on_...` handlers, in any 2.x version.
EVENTS = frozenset(
    """
    app_command_completion audit_log_entry_create automod_action automod_rule_create automod_rule_delete
    automod_rule_update bulk_message_delete command command_completion command_error connect disconnect
    entitlement_create entitlement_delete entitlement_update guild_available guild_channel_create guild_channel_delete
    guild_channel_pins_update guild_channel_update guild_emojis_update guild_integrations_update guild_join guild_remove
    guild_role_create guild_role_delete guild_role_update guild_stickers_update guild_unavailable guild_update
    integration_create integration_update interaction invite_create invite_delete member_ban member_join member_remove
    member_unban member_update message message_delete message_edit poll_vote_add poll_vote_remove presence_update
    private_channel_pins_update private_channel_update raw_app_command_permissions_update raw_bulk_message_delete
    raw_integration_delete raw_member_remove raw_message_delete raw_message_edit raw_poll_vote_add raw_poll_vote_remove
    raw_presence_update raw_reaction_add raw_reaction_clear raw_reaction_clear_emoji raw_reaction_remove
    raw_thread_delete raw_thread_member_remove raw_thread_update raw_typing reaction_add reaction_clear
    reaction_clear_emoji reaction_remove ready resumed scheduled_event_create scheduled_event_delete
    scheduled_event_update scheduled_event_user_add scheduled_event_user_remove shard_connect shard_disconnect
    shard_ready shard_resumed socket_event_type socket_raw_receive socket_raw_send soundboard_sound_create
    soundboard_sound_delete soundboard_sound_update stage_instance_create stage_instance_delete stage_instance_update
    subscription_create subscription_delete subscription_update thread_create thread_delete thread_join
    thread_member_join thread_member_remove thread_remove thread_update typing user_update voice_channel_effect
    voice_state_update webhooks_update
    """.split()
)


def gateway_events() -> frozenset[str]:
    """Types of gateway events (`MESSAGE_CREATE`) that the installed discord.py understands."""
    from discord.state import ConnectionState

    return frozenset(name[len("parse_") :].upper() for name in dir(ConnectionState) if name.startswith("parse_"))


def code_name(function: object) -> str:
    """`module.qualified_name` of a function or class, as `code.function.name` wants it; empty when it has none."""
    function = getattr(function, "__func__", function)
    module, name = getattr(function, "__module__", None), getattr(function, "__qualname__", None)
    return f"{module}.{name}" if module and name else name or ""
