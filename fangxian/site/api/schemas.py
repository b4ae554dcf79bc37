"""Shapes that several operations share. What comes in takes no field that is not described."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field

from fangxian.kernel.errors import Problem

from .errors import INVALID

PAGE: Final = 50
_FIRST_YEAR: Final = 1990
_LAST_YEAR: Final = 2200


def _day_within_reason(day: dt.date) -> dt.date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(f"a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    return day


Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z_.-]{1,40}$", description="Code of an area")]
Day = Annotated[dt.date, AfterValidator(_day_within_reason)]
Limit = Annotated[int, Field(ge=1, le=200)]
After = Annotated[str, Field(pattern=r"^[0-9A-Za-z:.+_-]{0,80}$", description="`next` of the page before")]


class Incoming(Schema):
    """What is sent to us."""

    model_config = ConfigDict(extra="forbid")


class AreaSchema(Schema):
    """An area of the tree."""

    code: str
    name: str
    level: str
    tier: str


def key(instant: dt.datetime, last: UUID) -> str:
    """Where a list goes on, as a word in an address."""
    return f"{instant.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}_{last}"


def read_key(text: str) -> tuple[dt.datetime, UUID] | None:
    """What ``key`` wrote; None for the first page. Problem INVALID."""
    if not text:
        return None
    instant, _, last = text.partition("_")
    try:
        return dt.datetime.strptime(instant, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=dt.UTC), UUID(last)
    except ValueError:
        raise Problem(INVALID, places="after") from None
