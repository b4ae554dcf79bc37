"""Whether the rows of an area file make a tree, alone or on top of the one that stands."""

from __future__ import annotations

import re
import zoneinfo
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from fangxian.kernel.findings import FilePlace, Finding, Severity
from fangxian.kernel.text import Text

from ..types import DIGITS, SEGMENT, AreaRow, Difference, Listing

MOST_CHILDREN: Final = len(DIGITS) ** SEGMENT
_CODE: Final = 40
_NAME: Final = 200
_SHOWN: Final = 10  # of the areas of a circle
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_CUTOFF: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def check(listing: Listing, standing: Mapping[str, str]) -> list[Finding]:
    """Every mistake of a listing, by file, row and column. ``standing`` gives the level of each area in force, by code.

    A tree has a known level on each row, one row a code, a known parent of a higher level, and so no cycle.
    """
    ranks = {spec.code: rank for rank, spec in enumerate(listing.levels)}
    first = {row.code: row.number for row in reversed(listing.rows)}
    found: list[Finding] = []
    by_code = {row.code: row for row in listing.rows}
    circular = in_circles(by_code)
    say = _sayer(listing.file, found)
    for row in listing.rows:
        _check_cells(row, ranks, say)
        if first[row.code] != row.number:
            say("duplicate", row, "code",
                f"The code {row.code} stands already in row {first[row.code]}. Give each area its own code.",
                f"编码 {row.code} 已出现在第 {first[row.code]} 行。每个区域须有唯一编码。")
        if row.parent:
            _check_parent(row, by_code, standing, ranks, circular, say)
    found.extend(_crowds(listing))
    found.extend(_roots(listing))
    return found


_Say = Callable[[str, AreaRow, str, str, str], None]


def _sayer(file: str, found: list[Finding]) -> _Say:
    def say(code: str, row: AreaRow, column: str, en: str, zh: str) -> None:
        found.append(Finding(f"areas.{code}", FilePlace(file, row=row.number, column=column), Text(en, zh)))

    return say


def _check_cells(row: AreaRow, ranks: Mapping[str, int], say: _Say) -> None:
    if not row.code or not row.name:
        column = "name" if row.code else "code"
        say("missing", row, column, f"The {column} is missing. Fill it in.", f"缺少 {column}。请填写。")
    if row.level not in ranks:
        say("level", row, "level", f"There is no level “{row.level}”. Use one of: {', '.join(ranks)}.",
            f"没有级别“{row.level}”。请使用：{'、'.join(ranks)}。")
    if len(row.code) > _CODE or len(row.name) > _NAME:
        column, most = ("code", _CODE) if len(row.code) > _CODE else ("name", _NAME)
        say("long", row, column, f"The {column} has more than {most} characters. Shorten it.",
            f"{column} 超过 {most} 个字符。请缩短。")
    if not (row.code + row.name).isprintable() and _CONTROL.search(row.code + row.name):
        say("control", row, "code" if _CONTROL.search(row.code) else "name",
            "It holds an invisible control character. Type it again.", "含有不可见的控制字符。请重新输入。")
    if row.time_zone or row.cutoff:
        _check_calendar(row, say)


def _check_calendar(row: AreaRow, say: _Say) -> None:
    if row.time_zone and row.time_zone not in zoneinfo.available_timezones():
        say("time_zone", row, "time_zone", f"There is no time zone {row.time_zone}. Use a name such as Asia/Shanghai.",
            f"没有时区“{row.time_zone}”。请使用如 Asia/Shanghai 的名称。")
    if row.cutoff and not _CUTOFF.fullmatch(row.cutoff):
        say("cutoff", row, "cutoff", f"{row.cutoff} is no time of day. Write it as 20:00.",
            f"“{row.cutoff}”不是有效时刻。请按 20:00 的格式填写。")


def _check_parent(row: AreaRow, rows: Mapping[str, AreaRow], standing: Mapping[str, str], ranks: Mapping[str, int],
                  circular: Collection[str], say: _Say) -> None:
    above = rows.get(row.parent)
    level = above.level if above else standing.get(row.parent)
    if level is None:
        say("parent", row, "parent",
            f"There is no area {row.parent} above it, here or in the tree. Add it or correct the code.",
            f"文件和区域树中都没有上级区域 {row.parent}。请补充该区域或更正编码。")
    elif above is None and level not in ranks:
        say("foreign", row, "parent",
            f"The area {row.parent} is of a level “{level}” that is not used here. Add it to the levels file.",
            f"区域 {row.parent} 的级别“{level}”未在此定义。请将其加入级别文件。")
    elif row.level in ranks and ranks.get(level, -1) >= ranks[row.level]:
        _refuse_order(row, level, rows, circular, say)


def _refuse_order(row: AreaRow, level: str, rows: Mapping[str, AreaRow], circular: Collection[str], say: _Say) -> None:
    """Ranks fall strictly along every sound chain, so a cycle always shows up here."""
    if row.code in circular and rows[row.code] is row:
        chain = " → ".join(_circle(row, rows))
        say("cycle", row, "parent", f"These areas lie within each other: {chain}. Correct one parent.",
            f"这些区域互为上级：{chain}。请更正其中一个上级编码。")
    else:
        say("order", row, "level",
            f"A {row.level} can't lie below a {level} ({row.parent}). Correct the level or the parent.",
            f"{row.level} 不能位于 {level}（{row.parent}）之下。请更正级别或上级编码。")


def in_circles(rows: Mapping[str, AreaRow]) -> set[str]:
    """The codes of areas that lie within themselves; each row is looked at once."""
    seen: dict[str, str] = {}
    found: set[str] = set()
    for begun in rows:
        way, at = list[str](), rows.get(begun)
        while at is not None and at.code not in seen:
            seen[at.code] = begun
            way.append(at.code)
            at = rows.get(at.parent)
        if at is not None and seen[at.code] == begun:
            found.update(way[way.index(at.code):])
    return found


def _circle(row: AreaRow, rows: Mapping[str, AreaRow]) -> list[str]:
    """The codes from a row of a circle up to itself again, the first few where there are many."""
    way, at = [row.code], rows[row.parent]
    while at.code != row.code and len(way) < _SHOWN:
        way.append(at.code)
        at = rows[at.parent]
    return [*way, row.code if at.code == row.code else "…"]


def left_behind(listing: Listing, difference: Difference) -> list[Finding]:
    """Areas that the file does not list, and that would end up below one of their own level or a lower one, because
    the file gives the area above them another level.
    """
    rows = {row.code: row for row in listing.rows}
    ranks = {spec.code: rank for rank, spec in enumerate(listing.levels)}
    carried = [area for area, row in difference.moved if area.code not in rows]
    return [
        Finding("areas.left_behind", FilePlace(listing.file, row=above.number, column="level"), Text(
            f"{area.name} ({area.code}, {area.level}) stands below it and can't lie below a {above.level}."
            " Correct the level, or list that area too.",
            f"其下的{area.name}（{area.code}，{area.level}）不能位于 {above.level} 之下。"
            "请更正级别，或在文件中列出该区域。"))
        for area in carried
        if (above := rows.get(area.parent)) is not None and ranks.get(area.level, -1) <= ranks[above.level]]


def _crowds(listing: Listing) -> Iterator[Finding]:
    for code, count in Counter(row.parent for row in listing.rows).items():
        if count > MOST_CHILDREN:
            yield Finding("areas.crowd", FilePlace(listing.file, column="parent"), Text(
                f"{code or 'The top'} has {count} areas directly below it; {MOST_CHILDREN} fit. Put a level between.",
                f"{code or '顶层'} 直属区域有 {count} 个，最多 {MOST_CHILDREN} 个。请增加中间级别。"))


def _roots(listing: Listing) -> Iterator[Finding]:
    """Roots of different levels are allowed, and more often a parent that was forgotten."""
    roots = [row for row in listing.rows if not row.parent]
    for row in roots:
        if row.level != roots[0].level:
            yield Finding("areas.root", FilePlace(listing.file, row=row.number, column="parent"), Text(
                f"{row.name} has no parent and is no {roots[0].level} like the first. Check whether it has one.",
                f"“{row.name}”没有上级，且与首个顶层区域（{roots[0].level}）级别不同。请核对。"), Severity.WARNING)
