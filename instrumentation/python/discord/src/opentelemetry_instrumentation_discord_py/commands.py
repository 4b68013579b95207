"""Slash and context menu commands, their autocompletion, and prefix commands."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import Any

from discord import InteractionType
from discord.app_commands import AppCommandError, Command, CommandTree, ContextMenu
from discord.ext import commands
from discord.ext.commands import hybrid
from discord.ext.commands.bot import BotBase
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from .describe import command_type, of_context, of_interaction
from .names import OTHER, code_name
from .patches import Patches
from .telemetry import Handling, Telemetry, failed

#: The command whose error discord.py hands to the tree after `_call` has ended, in the same task.
_unanswered: ContextVar[Handling | None] = ContextVar("opentelemetry-discord-unanswered", default=None)


def instrument_commands(patches: Patches) -> None:
    """The tree begins the span; the inner functions see an exception before a handler of the application swallows
    it."""
    patches.wrap(CommandTree, "_call", _call)
    patches.wrap(CommandTree, "_dispatch_error", _dispatch_error)
    patches.wrap(Command, "_invoke_with_namespace", _noting)
    patches.wrap(Command, "_invoke_autocomplete", _noting)
    patches.wrap(ContextMenu, "_invoke", _noting)
    patches.wrap(hybrid.HybridAppCommand, "_invoke_with_namespace", _noting)
    patches.wrap(BotBase, "invoke", _invoke)
    patches.wrap(commands.Command, "dispatch_error", _prefix_error)


async def _call(telemetry: Telemetry, wrapped: Any, tree: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    interaction = args[0]
    command = interaction.command
    kind = "autocomplete" if interaction.type is InteractionType.autocomplete else command_type(interaction.data)
    # A command that the application does not know is `other`: Discord may still show one of last year's.
    name = OTHER if command is None else command.qualified_name
    labels = {"discord.command.name": name, "discord.command.type": kind}
    function = {} if command is None else {"code.function.name": code_name(command.callback)}
    attributes = {**labels, **function, **of_interaction(telemetry.identity, interaction)}
    handling = Handling(telemetry, f"{kind} {name}", SpanKind.SERVER, attributes, telemetry.command_duration, labels)
    handling.__enter__()
    try:
        result = await wrapped(*args, **kwargs)
    except AppCommandError as error:
        # discord.py hands it to the tree's handler of errors, which belongs to the span
        handling.failed(error)
        handling.measure()
        _unanswered.set(handling)
        _end_with_task(handling)
        raise
    except BaseException as error:
        handling.__exit__(type(error), error, error.__traceback__)
        raise
    handling.__exit__(None, None, None)
    return result


def _end_with_task(handling: Handling) -> None:
    """Should nobody hand the error on, the span ends with its task."""
    task = asyncio.current_task()
    if task is not None:
        task.add_done_callback(lambda _: handling.end())


async def _dispatch_error(
    telemetry: Telemetry, wrapped: Any, tree: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    handling = _unanswered.get()
    try:
        return await wrapped(*args, **kwargs)
    finally:
        if handling is not None:
            _unanswered.set(None)
            handling.__exit__(None, None, None)


async def _noting(
    telemetry: Telemetry, wrapped: Any, command: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    try:
        return await wrapped(*args, **kwargs)
    except Exception as error:
        failed(error)
        raise


def _invoke(telemetry: Telemetry, wrapped: Any, bot: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    # Without a command, somebody wrote a message that begins like one.
    return wrapped(*args, **kwargs) if args[0].command is None else _invoked(telemetry, wrapped, args[0])


async def _invoked(telemetry: Telemetry, wrapped: Any, ctx: Any) -> None:
    name, kind = ctx.command.qualified_name, "prefix"
    labels = {"discord.command.name": name, "discord.command.type": kind}
    attributes = {
        **labels,
        "code.function.name": code_name(ctx.command.callback),
        **of_context(telemetry.identity, ctx),
    }
    # In a handler of the application the message has its span already; discord.py's own handler has none.
    nested = trace.get_current_span().get_span_context().is_valid
    span_kind = SpanKind.INTERNAL if nested else SpanKind.SERVER
    with Handling(telemetry, f"{kind} {name}", span_kind, attributes, telemetry.command_duration, labels) as handling:
        try:
            await wrapped(ctx)
        finally:
            command = ctx.command
            if command is not None and command.qualified_name != name:
                found = {"discord.command.name": command.qualified_name}
                function = {"code.function.name": code_name(command.callback)}
                handling.rename(f"{kind} {command.qualified_name}", {**found, **function}, found)


async def _prefix_error(
    telemetry: Telemetry, wrapped: Any, command: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    failed(args[1])
    return await wrapped(*args, **kwargs)
