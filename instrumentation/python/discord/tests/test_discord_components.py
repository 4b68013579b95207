"""Buttons, selects and modals: their span, its link to what showed them, and errors that a view's own handler
swallows."""

from __future__ import annotations

import discord
import pytest
from discord_simulator_for_tests import Simulator, message
from discord_support import VERSION, bot, run, until
from opentelemetry.trace import SpanKind, StatusCode
from telemetry_for_tests import Seen


class Choice(discord.ui.View):
    """Two components, and a handler of errors that says nothing."""

    @discord.ui.button(label="Join", custom_id="join:1234567890")
    async def join(self, interaction: discord.Interaction, button: discord.ui.Button) -> None:
        await interaction.response.defer()

    @discord.ui.select(custom_id="pick", options=[discord.SelectOption(label="one")])
    async def pick(self, interaction: discord.Interaction, select: discord.ui.Select) -> None:
        raise LookupError(len(select.values))

    async def on_error(self, interaction: discord.Interaction, error: Exception, item: discord.ui.Item, /) -> None: ...


class Form(discord.ui.Modal, title="a form"):
    """A modal whose error reaches the library's handler."""

    answer = discord.ui.TextInput(label="answer", custom_id="answer")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        raise LookupError("no answer")


def _with_choice(shown: list[discord.Message]) -> discord.Client:
    client = bot()

    @client.tree.command(name="choose", description="chooses")
    async def choose(interaction: discord.Interaction) -> None:
        shown.append(await interaction.channel.send("?", view=Choice()))

    return client


async def _show(simulator: Simulator, seen: Seen, shown: list[discord.Message]) -> dict[str, object]:
    await simulator.command("choose")
    await until(lambda: shown and seen.named("slash choose"))
    return message("?", id=str(shown[0].id))


def test_a_button_is_a_root_span_linked_to_the_command_that_showed_it(seen: Seen) -> None:
    shown: list[discord.Message] = []
    client = _with_choice(shown)

    async def scenario(simulator: Simulator) -> None:
        on = await _show(simulator, seen, shown)
        await simulator.component("join:1234567890", 2, on)
        await until(lambda: seen.named("button Choice.join"))

    run(client, scenario)
    span = seen.one("button Choice.join")
    assert (span.parent, span.kind, span.status.status_code) == (None, SpanKind.SERVER, StatusCode.UNSET)
    assert [link.context.span_id for link in span.links] == [seen.one("slash choose").context.span_id]
    assert span.attributes["discord.component.type"] == "button"
    assert "1234567890" not in span.to_json()
    assert seen.points("discord.handler.duration") == [
        ({"discord.handler.type": "button", "discord.handler.name": "Choice.join"}, 1)
    ]


def test_the_error_of_a_select_is_seen_though_the_view_swallows_it(seen: Seen) -> None:
    shown: list[discord.Message] = []
    client = _with_choice(shown)

    async def scenario(simulator: Simulator) -> None:
        on = await _show(simulator, seen, shown)
        for _ in range(2):
            await simulator.component("pick", 3, on, values=["one"])
        await until(lambda: len(seen.named("string_select Choice.pick")) == 2)

    run(client, scenario)
    for span in seen.named("string_select Choice.pick"):
        assert span.status.status_code is StatusCode.ERROR
        assert [event.attributes["exception.type"] for event in span.events] == ["LookupError"]


def test_a_modal_is_a_span_linked_to_the_command_that_showed_it_and_its_error_is_seen(seen: Seen) -> None:
    forms: list[Form] = []
    client = bot()

    @client.tree.command(name="ask", description="asks")
    async def ask(interaction: discord.Interaction) -> None:
        forms.append(Form())
        await interaction.response.send_modal(forms[0])

    async def scenario(simulator: Simulator) -> None:
        await simulator.command("ask")
        await until(lambda: seen.named("slash ask"))
        row = {"type": 1, "components": [{"type": 4, "custom_id": "answer", "value": "what they typed"}]}
        await simulator.interaction(5, {"custom_id": forms[0].custom_id, "components": [row]})
        await until(lambda: seen.named("modal Form.on_submit"))

    run(client, scenario)
    span = seen.one("modal Form.on_submit")
    assert span.status.status_code is StatusCode.ERROR
    assert [link.context.span_id for link in span.links] == [seen.one("slash ask").context.span_id]
    assert "what they typed" not in span.to_json()


@pytest.mark.skipif(VERSION < (2, 4), reason="discord.py has dynamic items since 2.4")
def test_the_error_of_an_item_known_by_its_custom_id_alone_is_seen(seen: Seen) -> None:
    class Vote(discord.ui.DynamicItem[discord.ui.Button], template=r"vote:(?P<id>[0-9]+)"):
        @classmethod
        async def from_custom_id(cls, interaction: object, item: discord.ui.Button, match: object, /) -> Vote:
            return cls(item)

        async def callback(self, interaction: discord.Interaction) -> None:
            raise LookupError("closed")

    client = bot()

    async def scenario(simulator: Simulator) -> None:
        client.add_dynamic_items(Vote)
        button = {"type": 2, "style": 1, "label": "v", "custom_id": "vote:1234567890"}
        on = message("?", components=[{"type": 1, "components": [button]}], author=message("")["author"])
        await simulator.component("vote:1234567890", 2, on)
        await until(lambda: [span for span in seen.spans if span.name.startswith("button")])

    run(client, scenario)
    (span,) = [span for span in seen.spans if span.name.startswith("button")]
    assert span.name.endswith("Vote.callback")
    assert span.status.status_code is StatusCode.ERROR
    assert "1234567890" not in span.to_json()
