"""What is told of an exception: the one that the application raised, without what a user typed and without tokens."""

from __future__ import annotations

import re
import traceback
from types import TracebackType

from discord import app_commands
from discord.ext import commands

_TOKEN = re.compile(r"\b(webhooks|interactions)/(\d+)/[^/?\s'\"]+")
_WITHHELD = "withheld"

#: discord.py writes what the user typed into the messages of these.
_HOLDS_INPUT = (
    commands.UserInputError,
    commands.ConversionError,
    commands.CommandNotFound,
    app_commands.TransformerError,
)

#: Answers to a user, not faults of the bot: a wrong argument, a missing permission, a cooldown.
_REFUSALS = (
    commands.UserInputError,
    commands.CheckFailure,
    commands.CommandNotFound,
    commands.CommandOnCooldown,
    commands.MaxConcurrencyReached,
    commands.DisabledCommand,
    app_commands.CheckFailure,
    app_commands.TransformerError,
)


def cause_of(error: BaseException) -> BaseException:
    """The application's own exception inside those that discord.py wraps around it."""
    seen = 0
    while seen < 5 and not isinstance(error, _HOLDS_INPUT):
        inner = getattr(error, "original", None)
        if not isinstance(inner, BaseException):
            break
        error, seen = inner, seen + 1
    return error


def is_refusal(error: BaseException) -> bool:
    """Whether the bot refused what a user asked, which is no error of the bot."""
    return isinstance(error, _REFUSALS)


def type_name(error: BaseException) -> str:
    """The exception's type for `error.type`: qualified, but for built-in ones."""
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def exception_attributes(error: BaseException, messages: bool) -> dict[str, str]:
    """Attributes of the span event `exception`; without messages the stack trace holds places in code only."""
    if not messages or isinstance(error, _HOLDS_INPUT):
        message, stack = _WITHHELD, "".join(["Traceback (most recent call last):\n", *_places(error.__traceback__)])
    else:
        message, stack = str(error), "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return {
        "exception.type": type_name(error),
        "exception.message": without_tokens(message),
        "exception.stacktrace": without_tokens(stack),
    }


def _places(trace: TracebackType | None) -> list[str]:
    return [f'  File "{one.filename}", line {one.lineno}, in {one.name}\n' for one in traceback.extract_tb(trace)]


def without_tokens(text: str) -> str:
    """Text without the tokens in addresses of webhooks and interactions, which are enough to post as the bot."""
    return _TOKEN.sub(r"\1/\2/***", text)
