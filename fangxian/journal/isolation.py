"""One programme that fails stops no other: what it raises becomes a refusal, and is told by the programme's name."""

from __future__ import annotations

import datetime as dt
import logging
import traceback
from collections.abc import Callable
from typing import Final

from django.db import Error, ProgrammingError

from fangxian.kernel import errors

LOG: Final = logging.getLogger(__name__)
Listener = Callable[[str, str, dt.datetime], None]
_listeners: Final[list[Listener]] = []


def on_failure(listener: Listener) -> None:
    """Somebody to tell: the programme, what failed and where, when."""
    if listener not in _listeners:
        _listeners.append(listener)


def is_its_own(error: Exception) -> bool:
    """Whether a failure is the programme's: neither an answer to whoever asked, nor the database's."""
    if isinstance(error, errors.Problem):
        return error.kind is errors.DOES_NOT_RUN
    return isinstance(error, ProgrammingError) or not isinstance(error, Error)


def tell(programme: str, error: Exception, at: dt.datetime) -> None:
    """Say which programme failed, and where. What the failure says may quote an answer, so it is left out."""
    what = where(error)
    LOG.error("programme %s does not run: %s", programme, what)
    for listener in _listeners:
        listener(programme, what, at)


def where(error: Exception) -> str:
    """The kind of failure and the line it came from."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return " ".join([type(error).__name__, *(f"{one.filename.rpartition('/')[2]}:{one.lineno}" for one in last)])
