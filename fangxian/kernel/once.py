"""Looking things up once: while a page is made, the same question gets the answer it got the first time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_held: ContextVar[dict[Hashable, Any] | None] = ContextVar("looked_up", default=None)


@contextmanager
def looking_once() -> Iterator[None]:
    """For work that changes nothing of what it looks up: that stands still until the end."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def once(look: Callable[P, R]) -> Callable[P, R]:
    """A look-up with hashable arguments; outside ``looking_once`` it looks every time."""

    @wraps(look)
    def remembered(*given: P.args, **named: P.kwargs) -> R:
        held = _held.get()
        if held is None:
            return look(*given, **named)
        key = (look, given, tuple(sorted(named.items())))
        if key not in held:
            held[key] = look(*given, **named)
        found: R = held[key]
        return found

    return remembered
