"""What an expression can be: the XPath 1.0 types with ODK's dates, and the moment it is evaluated at."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from fangxian.kernel.text import Text


class StaticType(Enum):
    """The static type of an expression; ANY when it depends on the answers."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    LIST = "list"
    ANY = "any"


class RefusedError(Exception):
    """An expression outside the published subset; ``reason`` says what to write instead."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason.en)


@dataclass(frozen=True, slots=True)
class FormMoment:
    """The moment a form was filled, for ``today()``, ``now()`` and ``happened_at()``; ``now`` is aware and local."""

    now: dt.datetime
    today: dt.date

    @classmethod
    def at(cls, happened_at: dt.datetime, tz: ZoneInfo) -> FormMoment:
        local = happened_at.astimezone(tz)
        return cls(local, local.date())
