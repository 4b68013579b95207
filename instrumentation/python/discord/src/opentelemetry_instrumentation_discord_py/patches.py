"""Wrapping of library functions that can be taken back exactly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import wrapt

from .telemetry import Telemetry

#: Called with the telemetry and, as wrapt does, the wrapped function, its instance, and its arguments.
Wrapper = Callable[[Telemetry, Callable[..., Any], Any, tuple[Any, ...], dict[str, Any]], Any]

_MISSING = object()


class Patches:
    """What was put into classes, and what was there before."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self._before: list[tuple[Any, str, object]] = []

    def wrap(self, owner: Any, name: str, wrapper: Wrapper) -> bool:
        """Wraps a function that `owner` itself defines. False when it does not: other versions of the library do."""
        original = vars(owner).get(name, _MISSING)
        if original is _MISSING or isinstance(original, wrapt.FunctionWrapper):
            return False
        telemetry = self._telemetry

        def call(wrapped: Any, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            if not telemetry.active:
                return wrapped(*args, **kwargs)
            return wrapper(telemetry, wrapped, instance, args, kwargs)

        self.put(owner, name, wrapt.FunctionWrapper(original, call))
        return True

    def wrap_where_defined(self, kind: type, name: str, wrapper: Wrapper) -> None:
        """Wraps a method in the class that a class inherits it from: the application's own, which nobody knows in
        advance."""
        for owner in kind.__mro__:
            if name in vars(owner):
                self.wrap(owner, name, wrapper)
                return

    def put(self, owner: Any, name: str, value: object) -> None:
        """Sets an attribute of a class."""
        self._before.append((owner, name, vars(owner).get(name, _MISSING)))
        setattr(owner, name, value)

    def restore(self) -> None:
        """Takes everything back, the last first."""
        while self._before:
            owner, name, original = self._before.pop()
            if original is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, original)
