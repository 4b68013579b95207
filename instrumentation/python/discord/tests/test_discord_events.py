"""Handlers of events, iterations of task loops, and the traces they begin."""

from __future__ import annotations

import asyncio

import discord
from discord.ext import commands, tasks
from discord_simulator_for_tests import GUILD, Simulator, message
from discord_support import bot, run, until
from opentelemetry.trace import SpanKind, StatusCode
from telemetry_for_tests import Seen


def test_each_handler_of_an_event_is_a_root_span_even_if_the_bot_was_started_within_one(seen: Seen) -> None:
    client = bot()

    class Listener(commands.Cog):
        @commands.Cog.listener()
        async def on_message(self, message: discord.Message) -> None: ...

    @client.event
    async def on_message(message: discord.Message) -> None:
        await message.channel.send("read")

    async def scenario(simulator: Simulator) -> None:
        await client.add_cog(Listener())
        await simulator.event("MESSAGE_CREATE", message("hello", guild_id=GUILD))
        await until(lambda: len(seen.named("on_message")) == 2)

    with seen.tracers.get_tracer("application").start_as_current_span("main"):
        run(client, scenario)
    spans = seen.named("on_message")
    assert [(span.parent, span.kind) for span in spans] == [(None, SpanKind.CONSUMER)] * 2
    assert {span.attributes["code.function.name"].split(".")[-2] for span in spans} == {"Listener", "<locals>"}
    assert all(len(span.attributes["discord.guild.id"]) == 16 for span in spans)
    (sent,) = seen.named("POST /channels/{channel_id}/messages")
    assert sent.parent.span_id in {span.context.span_id for span in spans}


def test_an_event_without_a_handler_has_no_span_and_is_counted_by_its_type(seen: Seen) -> None:
    client = bot()

    async def scenario(simulator: Simulator) -> None:
        await simulator.event("MESSAGE_CREATE", message("hello", guild_id=GUILD))
        await simulator.event("SOMETHING_NEW_1234", {})
        await until(lambda: len(seen.points("discord.gateway.events")) == 4)

    run(client, scenario)
    assert {point["discord.gateway.event.type"]: count for point, count in seen.points("discord.gateway.events")} == {
        "READY": 1,
        "GUILD_CREATE": 1,
        "MESSAGE_CREATE": 1,
        "other": 1,
    }
    assert not seen.named("on_message")


def test_the_error_of_a_handler_is_seen_though_on_error_swallows_it(seen: Seen) -> None:
    client = bot()

    @client.event
    async def on_member_join(member: discord.Member) -> None:
        raise LookupError("unknown")

    @client.event
    async def on_error(event: str, *arguments: object) -> None: ...

    async def scenario(simulator: Simulator) -> None:
        who = {"id": "80351110224678913", "username": "new", "discriminator": "0", "avatar": None}
        member = {"user": who, "roles": [], "joined_at": "2025-01-01T00:00:00+00:00", "flags": 0, "guild_id": GUILD}
        await simulator.event("GUILD_MEMBER_ADD", {**member, "deaf": False, "mute": False})
        await until(lambda: seen.named("on_member_join"))

    run(client, scenario)
    span = seen.one("on_member_join")
    assert span.status.status_code is StatusCode.ERROR
    assert seen.points("discord.handler.duration")[0][0]["error.type"] == "LookupError"


def test_an_event_of_the_applications_own_is_named_only_if_it_was_listed(seen: Seen) -> None:
    client = bot()

    @client.event
    async def on_round_1234_over() -> None: ...

    async def scenario(simulator: Simulator) -> None:
        client.dispatch("round_1234_over")
        await until(lambda: seen.named("on_other"))

    run(client, scenario)
    assert seen.one("on_other").attributes["discord.event.name"] == "other"


def test_every_iteration_of_a_loop_is_a_root_span_that_says_how_late_it_was(seen: Seen) -> None:
    client = bot()

    @tasks.loop(seconds=0.01, count=3)
    async def refresh() -> None:
        with seen.tracers.get_tracer("application").start_as_current_span("work"):
            await asyncio.sleep(0)

    async def scenario(simulator: Simulator) -> None:
        with seen.tracers.get_tracer("application").start_as_current_span("the one that starts it"):
            refresh.start()
        await refresh.get_task()

    run(client, scenario)
    spans = seen.named("task refresh")
    assert [(span.parent, span.kind) for span in spans] == [(None, SpanKind.INTERNAL)] * 3
    assert len({span.context.trace_id for span in spans}) == 3
    assert [span.attributes["discord.task.iteration"] for span in spans] == [0, 1, 2]
    assert all(0 <= span.attributes["discord.task.delay"] < 1 for span in spans)
    works = seen.named("work")
    assert [work.parent.span_id for work in works] == [span.context.span_id for span in spans]
    assert seen.points("discord.task.duration") == [({"discord.task.name": "refresh"}, 3)]
    assert seen.points("discord.task.delay") == [({"discord.task.name": "refresh"}, 3)]


def test_a_loop_that_fails_shows_each_failure_and_works_in_a_cog(seen: Seen) -> None:
    errors: list[BaseException] = []

    class Worker(commands.Cog):
        tries = 0

        @tasks.loop(seconds=0.01)
        async def poll(self) -> None:
            self.tries += 1
            # discord.py itself retries after an OSError, and ends the loop at any other exception
            raise OSError("away") if self.tries == 1 else LookupError("empty")

        @poll.error
        async def swallow(self, error: BaseException) -> None:
            errors.append(error)

    async def main() -> None:
        worker = Worker()
        loop = worker.poll
        coro = loop.coro
        (ended,), _ = await asyncio.wait([loop.start()])
        assert [ended.exception()] == errors
        assert loop.coro is coro

    asyncio.run(main())
    spans = seen.named("task poll")
    assert [span.attributes["error.type"] for span in spans] == ["OSError", "LookupError"]
    assert all(span.status.status_code is StatusCode.ERROR for span in spans)
    assert all(span.attributes["code.function.name"].endswith("Worker.poll") for span in spans)
