"""What was ordered here, told to whoever keeps the journal.

The journal lies downstream, so it is not called but connects itself; what it writes is part of the same transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from .types import Acting


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person ordered about users, posts or permissions; ``args`` are JSON values and hold no secret."""

    name: str
    path: str
    args: Mapping[str, Any]
    by: Acting
    at: dt.datetime


Listener: TypeAlias = Callable[[tuple[Command, ...]], None]
_listeners: Final[list[Listener]] = []


def connect(listener: Listener) -> None:
    """From now on tell it every command, inside the transaction that carries it out; connecting twice does nothing."""
    if listener not in _listeners:
        _listeners.append(listener)


def disconnect(listener: Listener) -> None:
    """Tell it no more."""
    if listener in _listeners:
        _listeners.remove(listener)


def told(*commands: Command) -> None:
    """Tell the listeners, all commands of one action at once."""
    if commands:
        for listener in tuple(_listeners):
            listener(commands)
