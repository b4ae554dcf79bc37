"""A list in bytes as its lines, read with the targets for arrivals."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from fangxian.capture.tabular.columns import understand
from fangxian.capture.tabular.read import read_list
from fangxian.capture.tabular.rows import interpret
from fangxian.capture.tabular.types import ListLine, ListSheet, Target
from fangxian.kernel.findings import Severity

from .lists import ARRIVALS, ON

TZ: Final = ZoneInfo("Asia/Shanghai")


def sheet(data: bytes) -> ListSheet:
    found = read_list(data, "list")
    assert isinstance(found, ListSheet), found
    return found


def lines(
    data: bytes, targets: tuple[Target, ...] = ARRIVALS, corrections: dict[int, str | None] | None = None
) -> list[ListLine]:
    given_sheet = sheet(data)
    found = understand(given_sheet, targets, corrections=corrections)
    return interpret(given_sheet, found, targets, on=ON, tz=TZ)


def codes(line: ListLine, severity: Severity | None = None) -> list[str]:
    return [fault.code for fault in line.faults if severity in (None, fault.severity)]


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=TZ).astimezone(dt.UTC)
