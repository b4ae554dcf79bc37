"""That somebody's right was decided before something is written: an action nobody decided about fails.

A right is asked for in a loop, and one day the loop is empty; it is asked for on one page and forgotten on its sister.
Neither may look like a yes. So each yes is noted while a request is answered, and an action looks whether it is there:
``decides`` for an action that asks itself, ``decided_before`` for one whose callers ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from inspect import signature
from typing import Final, NamedTuple, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

SOMEWHERE: Final = ""
"""The programme of a right that was found in one programme or another, and of no use where one is named."""


class NotedRight(NamedTuple):
    """An action that somebody may do, in a programme, outside programmes (``*``) or ``SOMEWHERE``."""

    action: str
    programme: str


class Undecided(Exception):
    """Something was about to be written that no right was decided for: a mistake of the program, refused."""


@dataclass(slots=True)
class Notes:
    """What was allowed while something was done, and whether it was asked at all: a no is a decision, too."""

    allowed: set[NotedRight] = field(default_factory=set)
    asked: bool = False


_noted: ContextVar[Notes | None] = ContextVar("decisions", default=None)


@contextmanager
def noting() -> Iterator[Notes]:
    """Collects what is decided about somebody while their request is answered."""
    found = Notes()
    token = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)


def note(action: str, programme: str, *, allowed: bool = True) -> bool:
    """Whether somebody may do it, as the table says or something as good as the table; given back."""
    found = _noted.get()
    if found is not None:
        found.asked = True
        if allowed:
            found.allowed.add(NotedRight(action, programme))
    return allowed


def decides(deed: Callable[P, R]) -> Callable[P, R]:
    """An action that asks for the right itself. Where it came to its end without asking it fails, and its transaction
    with it; put this under ``transaction.atomic``."""

    @wraps(deed)
    def done(*given: P.args, **named: P.kwargs) -> R:
        outer = _noted.get()
        with noting() as found:
            result = deed(*given, **named)
        if not found.allowed:
            raise Undecided(f"{deed.__qualname__} asked for no right: call rules.require or rules.require_each in it")
        if outer is not None:
            outer.asked, outer.allowed = True, outer.allowed | found.allowed
        return result

    done.asks = None  # type: ignore[attr-defined]
    return done


def decided_before(*actions: str, about: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """An action whose caller asks. In a request one of these rights has been noted, in the programme it is called for
    where it names one; without any named, whatever was. Outside requests the machine is the caller, and may. ``about``
    is the argument that holds what is written: with nothing in it nothing is, and nothing has to be asked.
    """

    def guarded(deed: Callable[P, R]) -> Callable[P, R]:
        parameters = signature(deed)

        @wraps(deed)
        def done(*given: P.args, **named: P.kwargs) -> R:
            found = _noted.get()
            if found is not None:
                called = parameters.bind_partial(*given, **named).arguments
                programme = called.get("programme")
                if about and not called[about]:
                    return deed(*given, **named)
                if not any(_fits(one, actions, programme) for one in found.allowed):
                    asked = f"{' or '.join(actions) or 'anything'} in {programme or 'any programme'}"
                    raise Undecided(f"before {deed.__qualname__} nobody decided {asked}: call rules.require,"
                                    " rules.require_each or rules.allowed")
            return deed(*given, **named)

        done.asks = actions  # type: ignore[attr-defined]
        return done

    return guarded


def _fits(one: NotedRight, actions: tuple[str, ...], programme: object) -> bool:
    there = not isinstance(programme, str) or programme in ("", one.programme)
    return there and (not actions or one.action in actions)
