"""Channels of pika: who asks for one decides whether its messages get spans from pika's instrumentation."""

import json

import pytest
from conftest import Programs

# Modules by the names of those that ask pika, each of which makes a channel in the way of the instrumentation's wrappers.
PROGRAM = """
import collections, json, pika
from opentelemetry.instrumentation.pika import pika_instrumentor
from pika.adapters.blocking_connection import BlockingChannel
from pika.channel import Channel

def ask(modules, call):
    # called through functions of these modules, the first of which calls first
    for name in reversed(modules):
        scope = {"__name__": name, "call": call}
        exec("def called(*args):\\n    return call(*args)", scope)
        call = scope["called"]
    return call

def channel(kind):
    made = kind.__new__(kind)
    made._consumer_infos = made._consumers = {}
    return made

def instrumented(kind, *modules):
    made = channel(kind)
    ask(modules, pika_instrumentor.PikaInstrumentor.instrument_channel)(made)
    return "basic_publish" in vars(made)

def proxied(*modules):
    pending = collections.deque()
    return ask(modules, pika_instrumentor.utils.ReadyMessagesDequeProxy)(pending, None, None) is not pending

blocking = "pika.adapters.blocking_connection"
print(json.dumps({
    "blocking": instrumented(BlockingChannel, "shop"),
    "below": instrumented(Channel, "shop", blocking),
    "asynchronous": instrumented(Channel, "shop", "pika.connection"),
    "dramatiq": instrumented(BlockingChannel, "dramatiq.brokers.rabbitmq"),
    "actor": instrumented(BlockingChannel, "dramatiq.worker", "shop"),
    "messages": proxied("shop", blocking),
    "dramatiq's messages": proxied("dramatiq.brokers.rabbitmq", blocking),
}))
"""


def test_one_channel_of_two_and_none_of_dramatiqs_are_instrumented(programs: Programs) -> None:
    pytest.importorskip("pika")
    programs.write("app.py", PROGRAM)
    ended = programs.run("app.py")
    assert json.loads(ended.out) == {
        "blocking": True,
        "below": False,
        "asynchronous": True,
        "dramatiq": False,
        "actor": True,
        "messages": True,
        "dramatiq's messages": False,
    }
