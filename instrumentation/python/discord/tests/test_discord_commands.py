"""Commands: their names, places and errors, whoever handles these."""

from __future__ import annotations

import discord
import pytest
from discord import app_commands
from discord.ext import commands
from discord_simulator_for_tests import CHANNEL, GUILD, SECRET_TEXT, USER, Simulator, message
from discord_support import bot, run, until
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode
from telemetry_for_tests import Seen


def test_a_slash_command_is_one_root_span_with_its_place_and_its_answer_below(seen: Seen) -> None:
    client = bot()

    @client.tree.command(name="greet", description="greets")
    async def greet(interaction: discord.Interaction, whom: str) -> None:
        await interaction.response.send_message(f"hello {whom}")

    async def scenario(simulator: Simulator) -> None:
        await simulator.command("greet", [{"name": "whom", "type": 3, "value": SECRET_TEXT}])
        await until(lambda: seen.named("slash greet"))

    run(client, scenario)
    span = seen.one("slash greet")
    assert (span.parent, span.kind, span.status.status_code) == (None, SpanKind.SERVER, StatusCode.UNSET)
    attributes = dict(span.attributes)
    assert attributes["discord.command.name"] == "greet"
    assert attributes["discord.command.type"] == "slash"
    assert attributes["code.function.name"].endswith("greet")
    assert {len(attributes[f"discord.{one}.id"]) for one in ("guild", "channel", "user")} == {16}
    answer = seen.one("POST /interactions/{webhook_id}/{webhook_token}/callback")
    assert answer.parent.span_id == span.context.span_id
    assert seen.points("discord.command.duration") == [
        ({"discord.command.name": "greet", "discord.command.type": "slash"}, 1)
    ]


def test_a_command_of_a_group_is_told_by_its_whole_name(seen: Seen) -> None:
    client = bot()
    group = app_commands.Group(name="game", description="games")

    @group.command(name="create", description="creates")
    async def create(interaction: discord.Interaction) -> None:
        await interaction.response.defer()

    client.tree.add_command(group)

    async def scenario(simulator: Simulator) -> None:
        await simulator.command("game", [{"name": "create", "type": 1, "options": []}])
        await until(lambda: seen.named("slash game create"))

    run(client, scenario)
    assert seen.one("slash game create").attributes["discord.command.name"] == "game create"


def test_what_a_command_awaits_is_within_its_trace(seen: Seen) -> None:
    client = bot()

    @client.tree.command(name="work", description="works")
    async def work(interaction: discord.Interaction) -> None:
        with seen.tracers.get_tracer("application").start_as_current_span("database"):
            await interaction.response.defer()

    async def scenario(simulator: Simulator) -> None:
        await simulator.command("work")
        await until(lambda: seen.named("slash work"))

    run(client, scenario)
    assert seen.one("database").parent.span_id == seen.one("slash work").context.span_id


@pytest.mark.parametrize("handler", ["none", "of the tree", "of the command", "of the tree's class"])
def test_an_exception_in_a_command_is_on_its_span_whoever_swallows_it(seen: Seen, handler: str) -> None:
    handled: list[object] = []

    class Tree(app_commands.CommandTree):
        async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError, /) -> None:
            handled.append(trace.get_current_span())

    client = bot(tree_cls=Tree) if handler == "of the tree's class" else bot()

    @client.tree.command(name="broken", description="breaks")
    async def broken(interaction: discord.Interaction) -> None:
        raise LookupError("no such game")

    async def swallow(interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        handled.append(trace.get_current_span())

    if handler == "of the tree":
        client.tree.error(swallow)
    if handler == "of the command":
        broken.error(swallow)

    async def scenario(simulator: Simulator) -> None:
        await simulator.command("broken")
        await until(lambda: seen.named("slash broken"))

    run(client, scenario)
    span = seen.one("slash broken")
    assert span.status.status_code is StatusCode.ERROR
    assert [event.attributes["exception.type"] for event in span.events] == ["LookupError"]
    assert span.events[0].attributes["exception.message"] == "no such game"
    assert "in broken" in span.events[0].attributes["exception.stacktrace"]
    assert [one.get_span_context().span_id for one in handled] == ([] if handler == "none" else [span.context.span_id])
    assert seen.points("discord.command.duration") == [
        ({"discord.command.name": "broken", "discord.command.type": "slash", "error.type": "LookupError"}, 1)
    ]


def test_a_command_that_the_application_does_not_know_is_an_error_without_its_name(seen: Seen) -> None:
    handled: list[object] = []
    client = bot()

    @client.tree.error
    async def swallow(interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        handled.append(trace.get_current_span())

    async def scenario(simulator: Simulator) -> None:
        await simulator.command("of-last-year")
        await until(lambda: seen.named("slash other"))

    run(client, scenario)
    span = seen.one("slash other")
    assert span.attributes["error.type"] == "discord.app_commands.errors.CommandNotFound"
    assert span.status.status_code is StatusCode.ERROR
    assert [one.get_span_context().span_id for one in handled] == [span.context.span_id]


def test_a_refusal_is_told_and_is_no_error(seen: Seen) -> None:
    client = bot()

    @client.tree.command(name="secret", description="for few")
    @app_commands.check(lambda _: False)
    async def secret(interaction: discord.Interaction) -> None: ...

    @client.tree.error
    async def swallow(interaction: discord.Interaction, error: app_commands.AppCommandError) -> None: ...

    async def scenario(simulator: Simulator) -> None:
        await simulator.command("secret")
        await until(lambda: seen.named("slash secret"))

    run(client, scenario)
    span = seen.one("slash secret")
    assert span.status.status_code is StatusCode.UNSET
    assert span.attributes["error.type"] == "discord.app_commands.errors.CheckFailure"


@pytest.mark.parametrize("kind", ["user", "message"])
def test_context_menu_commands(seen: Seen, kind: str) -> None:
    client = bot()

    @client.tree.context_menu(name="Report")
    async def report_user(interaction: discord.Interaction, member: discord.Member) -> None:
        raise LookupError("nobody")

    @client.tree.context_menu(name="Report")
    async def report_message(interaction: discord.Interaction, message: discord.Message) -> None:
        raise LookupError("nothing")

    async def scenario(simulator: Simulator) -> None:
        target = message(SECRET_TEXT)
        member = {"roles": [], "joined_at": "2025-01-01T00:00:00+00:00", "flags": 0, "permissions": "0"}
        resolved = (
            {"users": {USER: message("")["author"]}, "members": {USER: member}}
            if kind == "user"
            else {"messages": {target["id"]: target}}
        )
        target_id = USER if kind == "user" else target["id"]
        await simulator.command("Report", type={"user": 2, "message": 3}[kind], target_id=target_id, resolved=resolved)
        await until(lambda: seen.named(f"{kind} Report"))

    run(client, scenario)
    span = seen.one(f"{kind} Report")
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes["code.function.name"].endswith(f"report_{kind}")


def test_autocompletion_has_a_span_and_its_error_is_seen(seen: Seen) -> None:
    client = bot()

    @client.tree.command(name="join", description="joins")
    async def join(interaction: discord.Interaction, game: str) -> None: ...

    @join.autocomplete("game")
    async def complete(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        raise LookupError("no games")

    async def scenario(simulator: Simulator) -> None:
        typed = [{"name": "game", "type": 3, "value": SECRET_TEXT, "focused": True}]
        await simulator.command("join", typed, autocomplete=True)
        await until(lambda: seen.named("autocomplete join"))

    run(client, scenario)
    assert seen.one("autocomplete join").status.status_code is StatusCode.ERROR


def test_a_prefix_command_is_the_root_where_the_message_has_no_handler_of_its_own(seen: Seen) -> None:
    client = bot()

    @client.command()
    async def roll(ctx: commands.Context, sides: int) -> None:
        await ctx.send("4")

    async def scenario(simulator: Simulator) -> None:
        await simulator.event("MESSAGE_CREATE", message("!roll 6", guild_id=GUILD))
        await until(lambda: seen.named("prefix roll"))
        await simulator.event("MESSAGE_CREATE", message("no command at all", guild_id=GUILD))
        await simulator.event("MESSAGE_CREATE", message("!unknown", guild_id=GUILD))

    run(client, scenario)
    span = seen.one("prefix roll")
    assert (span.parent, span.kind) == (None, SpanKind.SERVER)
    sent = seen.one("POST /channels/{channel_id}/messages")
    assert sent.parent.span_id == span.context.span_id
    assert not seen.named("on_message")


@pytest.mark.parametrize("written", ["!roll", f"!roll {SECRET_TEXT}"])
def test_an_argument_that_a_user_got_wrong_is_a_refusal_and_stays_untold(seen: Seen, written: str) -> None:
    client = bot()

    @client.command()
    async def roll(ctx: commands.Context, sides: int) -> None: ...

    @client.event
    async def on_command_error(ctx: commands.Context, error: commands.CommandError) -> None: ...

    async def scenario(simulator: Simulator) -> None:
        await simulator.event("MESSAGE_CREATE", message(written, guild_id=GUILD))
        await until(lambda: seen.named("on_command_error"))

    run(client, scenario)
    span = seen.one("prefix roll")
    assert span.status.status_code is StatusCode.UNSET
    assert span.attributes["error.type"].startswith("discord.ext.commands.errors.")
    assert seen.one("on_command_error").parent.span_id == span.context.span_id
    assert seen.one("on_command_error").kind is SpanKind.INTERNAL


def test_an_exception_in_a_prefix_command_is_on_its_span(seen: Seen) -> None:
    client = bot()

    @client.group(invoke_without_command=True)
    async def game(ctx: commands.Context) -> None: ...

    @game.command()
    async def create(ctx: commands.Context) -> None:
        raise LookupError("no place")

    @create.error
    async def swallow(ctx: commands.Context, error: commands.CommandError) -> None: ...

    async def scenario(simulator: Simulator) -> None:
        await simulator.event("MESSAGE_CREATE", message("!game create", guild_id=GUILD))
        await until(lambda: seen.named("prefix game create"))

    run(client, scenario)
    span = seen.one("prefix game create")
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes["code.function.name"].endswith("create")
    assert seen.points("discord.command.duration") == [
        ({"discord.command.name": "game create", "discord.command.type": "prefix", "error.type": "LookupError"}, 1)
    ]


def test_a_hybrid_command_used_as_a_slash_command(seen: Seen) -> None:
    client = bot()

    @client.hybrid_command(name="both", description="either way")
    async def both(ctx: commands.Context) -> None:
        raise LookupError("neither")

    @client.event
    async def on_command_error(ctx: commands.Context, error: commands.CommandError) -> None: ...

    async def scenario(simulator: Simulator) -> None:
        await simulator.command("both")
        await until(lambda: seen.named("slash both"))

    run(client, scenario)
    span = seen.one("slash both")
    assert span.status.status_code is StatusCode.ERROR
    assert [event.attributes["exception.type"] for event in span.events] == ["LookupError"]


def test_nothing_that_a_user_wrote_and_no_id_or_token_is_in_any_span_or_metric(seen: Seen) -> None:
    client = bot()

    @client.tree.command(name="greet", description="greets")
    async def greet(interaction: discord.Interaction, whom: str) -> None:
        await interaction.response.send_message(f"hello {whom}")
        await interaction.followup.send(f"hello again {whom}")
        await interaction.channel.send(whom)
        raise LookupError("at the end")

    @client.event
    async def on_message(message: discord.Message) -> None: ...

    async def scenario(simulator: Simulator) -> None:
        await simulator.command("greet", [{"name": "whom", "type": 3, "value": SECRET_TEXT}])
        await simulator.event("MESSAGE_CREATE", message(SECRET_TEXT, guild_id=GUILD))
        await until(lambda: seen.named("slash greet") and seen.named("on_message"))

    run(client, scenario)
    told = " ".join(span.to_json() for span in seen.spans)
    for secret in (
        SECRET_TEXT,
        "somebody",
        "a guild",
        "a-token-of-a-bot",
        "aW50ZXJhY3Rpb246dG9rZW4",
        GUILD,
        CHANNEL,
        USER,
    ):
        assert secret not in told
