"""Publishing and every way of consuming, on a real RabbitMQ."""

from __future__ import annotations

import asyncio
import time

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exchange import Exchange
from aio_pika.patterns import RPC
from aio_pika.queue import Queue, QueueIterator
from aio_pika_support import Bench, run, until
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry_instrumentation_aio_pika_messaging import AioPikaInstrumentor
from opentelemetry_instrumentation_aio_pika_messaging.headers import PUBLISHED, delay_of
from opentelemetry_instrumentation_aio_pika_messaging.settings import Settings, settings_from
from telemetry_for_tests import Seen

PUBLISH, PROCESS = "publish games", "process games"


def _is_below(span: ReadableSpan, parent: ReadableSpan) -> bool:
    return span.parent is not None and span.parent.span_id == parent.context.span_id


def _work(seen: Seen) -> None:
    with seen.application.start_as_current_span("work"):
        pass


def test_a_callback_continues_the_producers_trace_and_is_linked_to_it(broker: str, seen: Seen) -> None:
    async def scenario(bench: Bench) -> None:
        async def handle(message: AbstractIncomingMessage) -> None:
            async with message.process():
                _work(seen)
            await asyncio.sleep(0.01)

        await bench.queue.consume(handle)
        with seen.application.start_as_current_span("request"):
            await bench.publish(message_id="m1", correlation_id="c1")
        await until(lambda: seen.named(PROCESS))

    run(broker, scenario)
    publish, process = seen.one(PUBLISH), seen.one(PROCESS)
    assert (publish.kind, process.kind) == (SpanKind.PRODUCER, SpanKind.CONSUMER)
    assert _is_below(publish, seen.one("request"))
    assert _is_below(process, publish)
    assert [link.context.span_id for link in process.links] == [publish.context.span_id]
    assert _is_below(seen.one("work"), process)
    # the handling lasts until the callback returns, though the message is settled before
    assert process.end_time - process.start_time > 10_000_000
    same = {
        "messaging.system": "rabbitmq",
        "messaging.destination.name": "games",
        "messaging.rabbitmq.destination.routing_key": "key.1",
        "messaging.message.body.size": 9,
        "messaging.message.id": "m1",
        "messaging.message.conversation_id": "c1",
        "server.address": "127.0.0.1",
    }
    assert same.items() <= dict(publish.attributes).items()
    assert same.items() <= dict(process.attributes).items()
    assert publish.attributes["messaging.operation.type"] == "send"
    assert process.attributes["messaging.operation.type"] == "process"
    assert process.attributes["messaging.destination.subscription.name"].startswith("bot-")
    assert process.attributes["messaging.rabbitmq.message.outcome"] == "ack"


def test_with_parent_none_the_handling_is_a_trace_of_its_own_with_a_link(broker: str) -> None:
    seen = Seen()
    AioPikaInstrumentor().instrument(tracer_provider=seen.tracers, meter_provider=seen.meters, parent="none")
    try:

        async def scenario(bench: Bench) -> None:
            async def handle(message: AbstractIncomingMessage) -> None:
                await message.ack()

            await bench.queue.consume(handle)
            await bench.publish()
            await until(lambda: seen.named(PROCESS))

        run(broker, scenario)
    finally:
        AioPikaInstrumentor().uninstrument()
    process = seen.one(PROCESS)
    assert process.parent is None
    assert [link.context.span_id for link in process.links] == [seen.one(PUBLISH).context.span_id]


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("settle", ["process", "ack"])
def test_in_an_iterator_the_body_of_the_loop_is_the_handling(
    broker: str, seen: Seen, settle: str, robust: bool
) -> None:
    async def scenario(bench: Bench) -> None:
        for _ in range(3):
            await bench.publish()
        with seen.application.start_as_current_span("the life of the worker") as life:
            handled = 0
            async with bench.queue.iterator() as messages:
                async for message in messages:
                    if settle == "process":
                        async with message.process():
                            _work(seen)
                        assert trace.get_current_span() is life
                    else:
                        await message.ack()
                        _work(seen)
                    handled += 1
                    if handled == 3:
                        break
            assert trace.get_current_span() is life

    run(broker, scenario, robust=robust)
    publishes, processes = seen.named(PUBLISH), seen.named(PROCESS)
    assert len(processes) == 3
    assert [_is_below(process, publish) for publish, process in zip(publishes, processes, strict=True)] == [True] * 3
    works = seen.named("work")
    assert [_is_below(work, process) for work, process in zip(works, processes, strict=True)] == [True] * 3


def test_an_exception_in_the_body_of_the_loop_is_on_its_span(broker: str, seen: Seen) -> None:
    async def scenario(bench: Bench) -> None:
        await bench.publish()
        with pytest.raises(LookupError):
            async with bench.queue.iterator() as messages:
                async for _ in messages:
                    raise LookupError("no such game")
        assert not trace.get_current_span().get_span_context().is_valid

    run(broker, scenario)
    process = seen.one(PROCESS)
    assert process.status.status_code is StatusCode.ERROR
    assert [event.attributes["exception.message"] for event in process.events] == ["no such game"]


def test_a_message_handed_to_a_task_is_handled_until_the_task_settles_it(broker: str, seen: Seen) -> None:
    async def scenario(bench: Bench) -> None:
        tasks: list[asyncio.Task[None]] = []

        async def handle(message: AbstractIncomingMessage) -> None:
            async with message.process():
                await asyncio.sleep(0.05)
                _work(seen)

        for _ in range(2):
            await bench.publish()
        async with bench.queue.iterator() as messages:
            async for message in messages:
                tasks.append(asyncio.create_task(handle(message)))
                if len(tasks) == 2:
                    break
            await asyncio.gather(*tasks)

    run(broker, scenario)
    processes, works = seen.named(PROCESS), seen.named("work")
    assert len(processes) == 2
    assert all(process.end_time - process.start_time > 50_000_000 for process in processes)
    assert {work.parent.span_id for work in works} == {process.context.span_id for process in processes}


def test_after_get_the_work_is_in_the_producers_trace_until_the_message_is_settled(broker: str, seen: Seen) -> None:
    async def scenario(bench: Bench) -> None:
        await bench.publish()
        message = await bench.queue.get()
        _work(seen)
        await message.ack()
        assert not trace.get_current_span().get_span_context().is_valid
        assert await bench.queue.get(fail=False) is None

    run(broker, scenario)
    assert _is_below(seen.one(PROCESS), seen.one(PUBLISH))
    assert _is_below(seen.one("work"), seen.one(PROCESS))


def test_get_within_a_trace_is_a_step_of_it_linked_to_the_producer(broker: str, seen: Seen) -> None:
    async def scenario(bench: Bench) -> None:
        await bench.publish()
        with seen.application.start_as_current_span("run"):
            message = await bench.queue.get()
            async with message.process():
                _work(seen)

    run(broker, scenario)
    publish, run_span, got = seen.one(PUBLISH), seen.one("run"), seen.one("get games")
    assert _is_below(got, run_span)
    assert got.kind is SpanKind.CLIENT
    assert [link.context.span_id for link in got.links] == [publish.context.span_id]
    assert _is_below(seen.one(PROCESS), run_span)
    assert _is_below(seen.one("work"), seen.one(PROCESS))
    assert [count for _, count in seen.points("messaging.client.consumed.messages")] == [1]


def test_a_forgotten_message_ends_its_span(broker: str, seen: Seen) -> None:
    async def scenario(bench: Bench) -> None:
        await bench.publish()
        message = await bench.queue.get(no_ack=True)
        del message
        await until(lambda: seen.named(PROCESS))

    run(broker, scenario)
    assert seen.one(PROCESS).status.status_code is StatusCode.UNSET


def test_a_callback_that_fails_is_an_error_and_its_metrics_say_so(broker: str, seen: Seen) -> None:
    async def scenario(bench: Bench) -> None:
        async def handle(message: AbstractIncomingMessage) -> None:
            async with message.process(requeue=False):
                raise LookupError("no such game")

        await bench.queue.consume(handle)
        await bench.publish()
        await until(lambda: seen.named(PROCESS))

    run(broker, scenario)
    process = seen.one(PROCESS)
    assert process.status.status_code is StatusCode.ERROR
    assert len(process.events) == 1
    assert process.attributes["messaging.rabbitmq.message.outcome"] == "reject"
    (labels, count) = seen.points("messaging.process.duration")[0]
    assert (labels["error.type"], count) == ("LookupError", 1)


def test_metrics_of_both_sides(broker: str, seen: Seen) -> None:
    async def scenario(bench: Bench) -> None:
        for _ in range(2):
            await bench.publish()
        await asyncio.sleep(0.1)
        for _ in range(2):
            message = await bench.queue.get()
            await message.ack()

    run(broker, scenario)
    server = {"messaging.system": "rabbitmq", "messaging.destination.name": "games", "server.address": "127.0.0.1"}
    (labels, sent), *_ = seen.points("messaging.client.sent.messages")
    assert (sent, server.items() <= labels.items()) == (2, True)
    assert set(labels) == {*server, "server.port", "messaging.operation.name", "messaging.operation.type"}
    durations = {
        labels["messaging.operation.name"]: count
        for labels, count in seen.points("messaging.client.operation.duration")
    }
    assert durations == {"publish": 2, "get": 2}
    assert [count for _, count in seen.points("messaging.client.consumed.messages")] == [2]
    assert [count for _, count in seen.points("messaging.process.duration")] == [2]
    assert [count for _, count in seen.points("messaging.message.delay")] == [2]
    assert 0.2 <= seen.total("messaging.message.delay") < 2


def test_the_applications_message_keeps_its_headers_and_can_be_published_twice(broker: str, seen: Seen) -> None:
    async def scenario(bench: Bench) -> None:
        message = aio_pika.Message(b"x", headers={"mine": 1})
        bare = aio_pika.Message(b"x")
        exchange = await bench.channel.get_exchange("games", ensure=False)
        for one in (message, message, bare):
            await exchange.publish(one, "key.1")
        assert dict(message.headers) == {"mine": 1}
        assert not bare.headers
        received = [await bench.queue.get(no_ack=True) for _ in range(3)]
        assert [set(one.headers) - {"mine"} for one in received] == [{"traceparent", PUBLISHED}] * 3

    run(broker, scenario)
    assert all(span.parent is None and not span.links for span in seen.named(PUBLISH))


def test_a_dead_lettered_message_stays_in_its_trace_and_tells_its_death(broker: str, seen: Seen) -> None:
    async def scenario(bench: Bench) -> None:
        dead = await bench.declare("dead")
        arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": dead.name}
        work = await bench.declare("work", arguments=arguments)
        await bench.channel.default_exchange.publish(aio_pika.Message(b"x"), work.name)
        first = await work.get()
        await first.reject(requeue=False)
        await asyncio.sleep(0.05)
        last = await dead.get()
        await last.ack()

    run(broker, scenario)
    publish, first, last = seen.spans
    assert publish.name.startswith("publish work-")
    assert _is_below(first, publish)
    assert _is_below(last, publish)
    assert first.attributes["messaging.rabbitmq.message.outcome"] == "reject"
    assert last.attributes["messaging.rabbitmq.death.count"] == 1
    assert last.attributes["messaging.rabbitmq.death.reason"] == "rejected"
    assert last.attributes["messaging.rabbitmq.death.queue"] == first.attributes["messaging.destination.name"]
    assert last.name.startswith("process dead-")


def test_a_retry_that_publishes_the_message_anew_is_linked_to_the_first_one(broker: str, seen: Seen) -> None:
    async def scenario(bench: Bench) -> None:
        exchange = await bench.channel.get_exchange("games", ensure=False)
        await bench.publish()
        first = await bench.queue.get()
        # a retry within the handling, and one from a store of messages, where no span is current
        await exchange.publish(aio_pika.Message(first.body, headers=dict(first.headers)), "key.1")
        await first.ack()
        await exchange.publish(aio_pika.Message(first.body, headers=dict(first.headers)), "key.1")

    run(broker, scenario)
    first, within, later = seen.named(PUBLISH)
    assert [link.context.span_id for link in within.links] == [first.context.span_id]
    assert _is_below(within, seen.one(PROCESS))
    assert _is_below(later, first)
    assert [link.context.span_id for link in later.links] == [first.context.span_id]


def test_a_redelivered_message_says_so(broker: str, seen: Seen) -> None:
    async def scenario(bench: Bench) -> None:
        await bench.publish()
        await (await bench.queue.get()).nack(requeue=True)
        await (await bench.queue.get()).ack()

    run(broker, scenario)
    first, second = seen.named(PROCESS)
    assert first.attributes["messaging.rabbitmq.message.outcome"] == "requeue"
    assert "messaging.rabbitmq.message.redelivered" not in first.attributes
    assert second.attributes["messaging.rabbitmq.message.redelivered"] is True


def test_a_message_that_cannot_be_published_is_an_error(broker: str, seen: Seen) -> None:
    async def scenario(bench: Bench) -> None:
        exchange = await bench.channel.get_exchange("no-such-exchange", ensure=False)
        with pytest.raises(aio_pika.exceptions.ChannelNotFoundEntity):
            await exchange.publish(aio_pika.Message(b"x"), "key.1")

    run(broker, scenario)
    span = seen.one("publish no-such-exchange")
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes["error.type"].endswith("ChannelNotFoundEntity")


def test_rpc_is_one_trace_and_its_queue_of_answers_has_no_name(broker: str, seen: Seen) -> None:
    async def scenario(bench: Bench) -> None:
        async def double(*, x: int) -> int:
            return x * 2

        rpc = await RPC.create(bench.channel)
        await rpc.register("double", double, auto_delete=True)
        with seen.application.start_as_current_span("request"):
            assert await rpc.proxy.double(x=2) == 4
        await rpc.close()

    run(broker, scenario)
    trace_id = seen.one("request").context.trace_id
    assert {span.context.trace_id for span in seen.spans} == {trace_id}
    assert [span.name for span in seen.spans if "anonymous" in span.name]
    assert not [span.name for span in seen.spans if "amq" in span.name]


def test_uninstrument_restores_everything_and_living_consumers_fall_silent(broker: str, seen: Seen) -> None:
    instrumentor = AioPikaInstrumentor()
    before = {(owner, name): original for owner, name, original in instrumentor._patches._before}
    assert len(before) >= 9

    async def scenario(bench: Bench) -> None:
        handled: list[AbstractIncomingMessage] = []

        async def handle(message: AbstractIncomingMessage) -> None:
            handled.append(message)
            await message.ack()

        await bench.queue.consume(handle)
        instrumentor.uninstrument()
        await bench.publish()
        await until(lambda: handled)
        assert "traceparent" not in handled[0].headers

    run(broker, scenario)
    assert seen.spans == []
    assert all(vars(owner)[name] is original for (owner, name), original in before.items())
    assert {Exchange, Queue, QueueIterator} <= {owner for owner, _ in before}


def test_the_other_instrumentation_is_not_doubled(monkeypatch: pytest.MonkeyPatch) -> None:
    import opentelemetry_instrumentation_aio_pika_messaging as package

    monkeypatch.setitem(package.sys.modules, "opentelemetry.instrumentation.auto_instrumentation", package)
    monkeypatch.setattr(package, "entry_points", lambda **_: [object()])
    plain = vars(Queue)["consume"]
    instrumentor = AioPikaInstrumentor()
    instrumentor.instrument()
    assert vars(Queue)["consume"] is plain
    instrumentor.uninstrument()
    monkeypatch.setenv("OTEL_PYTHON_DISABLED_INSTRUMENTATIONS", "aio-pika")
    instrumentor.instrument()
    assert vars(Queue)["consume"] is not plain
    instrumentor.uninstrument()
    assert vars(Queue)["consume"] is plain


@pytest.mark.parametrize(
    ("environment", "settings"),
    [
        ({}, Settings("producer", True)),
        ({"OTEL_PYTHON_AIO_PIKA_PARENT": "none"}, Settings("none", True)),
        ({"OTEL_PYTHON_AIO_PIKA_DELAY": "false"}, Settings("producer", False)),
    ],
)
def test_options_from_the_environment(environment: dict[str, str], settings: Settings) -> None:
    assert settings_from({}, environment) == settings


def test_an_unknown_parent_is_refused() -> None:
    with pytest.raises(ValueError, match="OTEL_PYTHON_AIO_PIKA_PARENT is 'child'; it must be producer or none"):
        settings_from({"parent": "child"}, {})


def test_a_delay_is_never_negative_and_unknown_where_the_message_does_not_say() -> None:
    now = time.time_ns() // 1_000_000
    assert delay_of({PUBLISHED: now + 60_000}) == 0
    assert 1 <= delay_of({PUBLISHED: now - 1_000}) < 2
    assert delay_of({PUBLISHED: "soon"}) is None
    assert delay_of(None) is None
