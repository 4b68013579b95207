"""REST calls with their retries and rate limits; the gateway's connections, their loss, and heartbeats."""

from __future__ import annotations

import asyncio
from collections import deque

import discord
import pytest
from discord.errors import NotFound
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient
from discord_simulator_for_tests import CHANNEL, INTERACTION_TOKEN, Simulator, message, reply
from discord_support import bot, run, until
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry_instrumentation_discord_py import DiscordInstrumentor
from opentelemetry_instrumentation_discord_py.rest import template_of
from telemetry_for_tests import Seen

SEND = "POST /channels/{channel_id}/messages"


def _channel(client: discord.Client) -> discord.PartialMessageable:
    return client.get_partial_messageable(int(CHANNEL))


def test_a_call_is_a_client_span_with_its_route_as_template(seen: Seen) -> None:
    client = bot()

    async def scenario(simulator: Simulator) -> None:
        await _channel(client).send("hello")
        assert simulator.trace_headers == []

    run(client, scenario)
    span = seen.one(SEND)
    assert (span.kind, span.status.status_code) == (SpanKind.CLIENT, StatusCode.UNSET)
    attributes = dict(span.attributes)
    assert attributes["http.request.method"] == "POST"
    assert attributes["http.route"] == attributes["url.template"] == "/channels/{channel_id}/messages"
    assert attributes["url.full"].endswith("/api/v10/channels/{channel_id}/messages")
    assert attributes["http.response.status_code"] == 200
    assert attributes["server.address"] == "127.0.0.1"
    assert len(attributes["discord.channel.id"]) == 16
    assert "http.request.resend_count" not in attributes


def test_a_rate_limit_is_seen_counted_and_its_wait_measured(seen: Seen) -> None:
    client = bot()

    async def scenario(simulator: Simulator) -> None:
        headers = {"Retry-After": "0.2", "X-RateLimit-Scope": "shared", "Via": "1.1 google"}
        refusal = reply({"message": "You are being rate limited.", "retry_after": 0.2, "global": False}, 429, headers)
        simulator.answers["POST", f"/channels/{CHANNEL}/messages"] = deque([refusal])
        await _channel(client).send("hello")

    run(client, scenario)
    first, second = seen.named(SEND)
    assert first.status.status_code is StatusCode.ERROR
    assert first.attributes["http.response.status_code"] == 429
    assert first.attributes["discord.rate_limit.scope"] == "shared"
    assert first.attributes["discord.rate_limit.retry_after"] == 0.2
    assert second.start_time - first.end_time > 190_000_000
    assert second.attributes["http.response.status_code"] == 200
    assert second.attributes["http.request.resend_count"] == 1
    assert 0.19 < second.attributes["discord.rate_limit.wait"] < 5
    template = {"url.template": "/channels/{channel_id}/messages"}
    assert seen.points("discord.rate_limit.hits") == [
        ({"discord.rate_limit.scope": "shared", "http.request.method": "POST", **template}, 1)
    ]
    assert seen.points("discord.rate_limit.wait") == [({"discord.rate_limit.cause": "refused", **template}, 1)]


def test_waiting_for_an_exhausted_bucket_is_measured_too(seen: Seen) -> None:
    client = bot()

    async def scenario(simulator: Simulator) -> None:
        headers = {
            "X-RateLimit-Bucket": "b", "X-RateLimit-Limit": "1", "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset-After": "0.2", "X-RateLimit-Reset": "1",
        }  # fmt: skip
        answer = reply(message("hello"), 200, headers)
        simulator.answers["POST", f"/channels/{CHANNEL}/messages"] = deque([answer])
        with seen.tracers.get_tracer("application").start_as_current_span("work"):
            await _channel(client).send("the last one for 0.2 seconds")

    run(client, scenario)
    labels = {"discord.rate_limit.cause": "bucket", "url.template": "/channels/{channel_id}/messages"}
    assert seen.points("discord.rate_limit.wait") == [(labels, 1)]
    (event,) = seen.one("work").events
    assert event.name == "discord.rate_limit.wait"
    assert 0.19 < event.attributes["discord.rate_limit.wait"] < 5


def test_a_call_that_waits_for_its_turn_tells_how_long(seen: Seen) -> None:
    client = bot()

    async def scenario(simulator: Simulator) -> None:
        headers = {"X-RateLimit-Bucket": "b", "X-RateLimit-Limit": "1", "X-RateLimit-Remaining": "0"}
        answer = reply(message("hello"), 200, {**headers, "X-RateLimit-Reset-After": "0.2"})
        simulator.answers["POST", f"/channels/{CHANNEL}/messages"] = deque([answer])
        await asyncio.gather(*(_channel(client).send(text) for text in ("first", "second")))

    run(client, scenario)
    first, second = seen.named(SEND)
    assert "discord.rate_limit.wait" not in first.attributes
    assert 0.19 < second.attributes["discord.rate_limit.wait"] < 5


def test_a_call_that_discord_refuses_is_an_error_with_its_status(seen: Seen) -> None:
    client = bot()

    async def scenario(simulator: Simulator) -> None:
        refusal = reply({"code": 10003, "message": "Unknown Channel"}, 404)
        simulator.answers["POST", f"/channels/{CHANNEL}/messages"] = deque([refusal])
        with pytest.raises(NotFound):
            await _channel(client).send("hello")

    run(client, scenario)
    span = seen.one(SEND)
    assert (span.status.status_code, span.attributes["error.type"]) == (StatusCode.ERROR, "404")
    labels = [point for point, _ in seen.points("http.client.request.duration") if point.get("error.type") == "404"]
    assert [point["url.template"] for point in labels] == ["/channels/{channel_id}/messages"]


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/channels/{channel_id}/messages", "/channels/{channel_id}/messages"),
        ("/webhooks/{webhook_id}/{webhook_token}", "/webhooks/{webhook_id}/{webhook_token}"),
        (
            f"/webhooks/91384788765712386/{INTERACTION_TOKEN}/messages/@original",
            "/webhooks/{id}/{token}/messages/@original",
        ),
        ("/guilds/81384788765712384/roles?limit=3", "/guilds/{id}/roles"),
    ],
)
def test_a_path_keeps_no_id_and_no_token(path: str, template: str) -> None:
    assert template_of(path) == template


def test_a_killed_connection_is_counted_and_so_is_the_one_that_resumes_it(seen: Seen) -> None:
    client = bot()

    async def scenario(simulator: Simulator) -> None:
        await simulator.socket.close(code=4000)
        await until(lambda: simulator.connections == ["identify", "resume"])
        await until(lambda: any("RESUMED" in point.values() for point, _ in seen.points("discord.gateway.events")))

    run(client, scenario)
    connections = {
        point["discord.gateway.connection.type"]: n for point, n in seen.points("discord.gateway.connections")
    }
    assert connections == {"connect": 1, "resume": 1}
    assert seen.points("discord.gateway.disconnects")[0] == ({"discord.gateway.close_code": 4000}, 1)


def test_heartbeats_of_the_gateway_are_counted_and_their_latency_is_measured(seen: Seen) -> None:
    client = bot()

    async def scenario(simulator: Simulator) -> None:
        await until(lambda: seen.points("discord.gateway.latency"))

    run(client, scenario)
    assert [point for point, _ in seen.points("discord.gateway.latency")] == [{}]
    assert [(point, count >= 1) for point, count in seen.points("discord.gateway.heartbeats")] == [({}, True)]


def test_uninstrument_restores_every_attribute_and_a_living_client_falls_silent(seen: Seen) -> None:
    instrumentor = DiscordInstrumentor()
    patched = {(owner, name): vars(owner)[name] for owner, name, _ in instrumentor._patches._before}
    originals = {(owner, name): original for owner, name, original in instrumentor._patches._before}
    assert len(patched) >= 20
    client = bot()

    async def scenario(simulator: Simulator) -> None:
        instrumentor.uninstrument()
        before = len(seen.spans)
        await _channel(client).send("hello")
        await asyncio.sleep(0.02)
        assert len(seen.spans) == before

    run(client, scenario)
    for (owner, name), wrapper in patched.items():
        assert vars(owner).get(name) is not wrapper, (owner, name)
        assert vars(owner).get(name, None) is originals[owner, name] or name not in vars(owner)
    assert "_HTTPClient__session" not in vars(HTTPClient)
    assert isinstance(vars(DiscordWebSocket)["from_client"], classmethod)


def test_the_entry_point_of_the_package_is_the_instrumentor() -> None:
    tomllib = pytest.importorskip("tomllib")
    from pathlib import Path

    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["opentelemetry_instrumentor"] == {
        "discord": f"{DiscordInstrumentor.__module__}:{DiscordInstrumentor.__name__}"
    }
    assert project["optional-dependencies"]["instruments"] == list(DiscordInstrumentor().instrumentation_dependencies())


def test_with_the_instrumentation_of_aiohttp_a_request_still_has_one_span(seen: Seen) -> None:
    aiohttp_client = pytest.importorskip("opentelemetry.instrumentation.aiohttp_client")
    instrumentor = aiohttp_client.AioHttpClientInstrumentor()
    instrumentor.instrument(tracer_provider=seen.tracers, meter_provider=seen.meters)
    client = bot()

    @client.tree.command(name="greet", description="greets")
    async def greet(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("hello")

    async def scenario(simulator: Simulator) -> None:
        await _channel(client).send("hello")
        await simulator.command("greet")
        await until(lambda: seen.named("slash greet"))

    try:
        run(client, scenario)
    finally:
        instrumentor.uninstrument()
    calls = [span for span in seen.spans if span.kind is SpanKind.CLIENT and "url.template" in span.attributes]
    assert len(calls) == len([span for span in seen.spans if span.attributes.get("http.response.status_code") == 200])
    assert INTERACTION_TOKEN not in " ".join(span.to_json() for span in seen.spans)
