"""What was changed in the tree, told to whoever keeps the journal.

The journal lies downstream, so it is not called but connects itself; what it writes is part of the same transaction.
So does whoever knows what stands in an area.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias


@dataclass(frozen=True, slots=True)
class Command:
    """A change of the tree; ``args`` are JSON values, ``by`` is the user's id and None for the command line."""

    name: str
    args: Mapping[str, Any]
    by: int | None
    at: dt.datetime


Listener: TypeAlias = Callable[[Command], None]
StandingCount: TypeAlias = Callable[[Sequence[str]], int]
_listeners: Final[list[Listener]] = []
_counts: Final[list[StandingCount]] = []


def connect(listener: Listener) -> None:
    """From now on tell it every change, inside the transaction that carries it out; connecting twice does nothing."""
    if listener not in _listeners:
        _listeners.append(listener)


def disconnect(listener: Listener) -> None:
    """Tell it no more."""
    if listener in _listeners:
        _listeners.remove(listener)


def told(command: Command) -> None:
    """Tell the listeners."""
    for listener in tuple(_listeners):
        listener(command)


def connect_count(count: StandingCount) -> None:
    """From now on ask it how much stands in areas before they end with nothing in their place; twice does nothing."""
    if count not in _counts:
        _counts.append(count)


def standing_at(paths: Sequence[str]) -> int:
    """How much stands at some areas themselves, not below them, by all who were asked."""
    return sum(count(paths) for count in _counts)
