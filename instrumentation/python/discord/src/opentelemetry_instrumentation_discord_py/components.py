"""Buttons, selects and modals: one span for each use, linked to what showed the view or modal."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from discord import ui
from discord.ui import view as view_module
from opentelemetry import trace
from opentelemetry.trace import Link, SpanContext, SpanKind

from .describe import component_of, of_interaction
from .names import code_name
from .patches import Patches
from .telemetry import Handling, Telemetry, failed


def instrument_components(patches: Patches) -> None:
    """Views of all kinds, modals, and items that discord.py makes anew from their custom id."""
    components = _Components(patches)
    views = (getattr(view_module, name, None) for name in ("BaseView", "View", "LayoutView"))
    for owner in dict.fromkeys(one for one in views if one is not None):
        patches.wrap(owner, "_scheduled_task", components.used)
    patches.wrap(ui.Modal, "_scheduled_task", components.submitted)
    patches.wrap(view_module.ViewStore, "add_view", components.shown)
    patches.wrap(view_module.ViewStore, "schedule_dynamic_item_call", components.dynamic)


class _Components:
    def __init__(self, patches: Patches) -> None:
        self._patches = patches
        self._shown_by: WeakKeyDictionary[Any, SpanContext] = WeakKeyDictionary()

    def shown(
        self, telemetry: Telemetry, wrapped: Any, store: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Remembers the span in which a view or modal was shown."""
        shown_by = trace.get_current_span().get_span_context()
        view = args[0] if args else kwargs.get("view")
        if shown_by.is_valid and view is not None:
            self._shown_by[view] = shown_by
        return wrapped(*args, **kwargs)

    async def used(
        self, telemetry: Telemetry, wrapped: Any, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """A button was pressed, or something was selected."""
        item, interaction = args[:2]
        # the view's own handler of errors swallows them: it is the first to see them
        self._patches.wrap_where_defined(type(view), "on_error", _noting)
        with self._handling(telemetry, component_of(interaction.data), interaction, view, _callback(item)):
            return await wrapped(*args, **kwargs)

    async def submitted(
        self, telemetry: Telemetry, wrapped: Any, modal: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """A modal was sent off."""
        self._patches.wrap_where_defined(type(modal), "on_error", _noting)
        with self._handling(telemetry, "modal", args[0], modal, type(modal).on_submit):
            return await wrapped(*args, **kwargs)

    async def dynamic(
        self, telemetry: Telemetry, wrapped: Any, store: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """An item known by its custom id alone. Its errors reach discord.py's log only, so its methods are watched."""
        factory, interaction = args[1], args[2]
        for method in ("from_custom_id", "interaction_check", "callback"):
            self._patches.wrap_where_defined(factory, method, _noting_first)
        kind = component_of(interaction.data)
        with self._handling(telemetry, kind, interaction, None, factory.callback):
            return await wrapped(*args, **kwargs)

    def _handling(self, telemetry: Telemetry, kind: str, interaction: Any, view: Any, function: Any) -> Handling:
        name = _name(view, function)
        attributes = {
            "discord.component.type": kind,
            "code.function.name": code_name(function),
            **of_interaction(telemetry.identity, interaction),
        }
        labels = {"discord.handler.type": kind, "discord.handler.name": name}
        shown_by = self._shown_by.get(view) if view is not None else None
        return Handling(
            telemetry,
            f"{kind} {name}",
            SpanKind.SERVER,
            {**attributes, "discord.handler.name": name},
            telemetry.handler_duration,
            labels,
            links=[] if shown_by is None else [Link(shown_by)],
        )


def _callback(item: Any) -> Any:
    """The function of the application behind an item: the decorated one, else the item's own method."""
    callback = item.callback
    return getattr(callback, "callback", callback)


def _name(view: Any, function: Any) -> str:
    """Class and function, which are few; a custom id may hold anything."""
    name = getattr(getattr(function, "__func__", function), "__name__", "")
    return f"{type(view).__name__}.{name}" if view is not None else getattr(function, "__qualname__", name)


async def _noting(
    telemetry: Telemetry, wrapped: Any, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """`on_error(interaction, error, item)`; a modal's has no item."""
    error = args[1] if len(args) > 1 else kwargs.get("error")
    if isinstance(error, Exception):
        failed(error)
    return await wrapped(*args, **kwargs)


async def _noting_first(
    telemetry: Telemetry, wrapped: Any, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    try:
        return await wrapped(*args, **kwargs)
    except Exception as error:
        failed(error)
        raise
