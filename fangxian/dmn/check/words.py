"""Regions and boxes in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from fangxian.kernel.text import Text, both
from fangxian.kernel.values import ValueType

from ..feel.literals import written
from ..regions import Region, RegionKind, after, before
from ..render import expression_text
from .boxes import Box, bits
from .feasible import linked_places
from .space import EQUAL, GREATER, LESS, NEVER, Dimension, Part, Space

UNKNOWN: Final = Text("unknown", "未知")
OTHER: Final = Text("another text", "其他文本")
ANY_KNOWN: Final = Text("known", "已知")
NONE_OF: Final = Text("none of {items}", "不含 {items}")
SIGN_WORDS: Final = {
    LESS: "< {operand}",
    EQUAL: "{operand}",
    GREATER: "> {operand}",
    LESS + EQUAL: "<= {operand}",
    EQUAL + GREATER: ">= {operand}",
}
DIFFERENT: Final = Text("not {operand}", "不是 {operand}")
INCOMPARABLE: Final = Text("not comparable with {operand}", "无法与 {operand} 比较")
DISCRETE: Final = (ValueType.INTEGER, ValueType.DATE)
ANYTHING: Final = Text("any values", "任意取值")


def joined(texts: Iterable[Text], en: str, zh: str) -> Text:
    found = list(texts)
    return Text(en.join(one.en for one in found), zh.join(one.zh for one in found))


def box_words(space: Space, box: Box) -> Text:
    """The conditions of a box; a dimension it leaves open is not mentioned."""
    named = [
        dimension_words(dimension, mask)
        for dimension, mask in zip(space.dimensions, box, strict=True)
        if mask != dimension.whole
    ]
    return joined(named, ", ", "，") if named else ANYTHING


def dimension_words(dimension: Dimension, mask: int) -> Text:
    chosen = [part for place in bits(mask) for part in dimension.classes[place]]
    what = sign_words(dimension, chosen) if dimension.operand is not None else region_words(dimension, chosen)
    name = dimension.column.name
    return Text(f"{name} is {what.en}", f"{name} 为 {what.zh}")


def sign_words(dimension: Dimension, chosen: Sequence[Part]) -> Text:
    operand = expression_text(dimension.operand) if dimension.operand is not None else ""
    signs = "".join(str(one) for one in chosen if one != NEVER)
    ordered = len(dimension.classes) > len((LESS, EQUAL, NEVER))
    found = []
    if signs in SIGN_WORDS and (ordered or signs == EQUAL):
        found.append(both(SIGN_WORDS[signs].format(operand=operand)))
    elif signs in (LESS, LESS + GREATER):
        found.append(DIFFERENT.filled(operand=operand))
    elif signs:
        found.append(ANY_KNOWN)
    if NEVER in chosen:
        found.append(INCOMPARABLE.filled(operand=operand))
    return joined(found, " or ", " 或 ")


def region_words(dimension: Dimension, chosen: Sequence[Part]) -> Text:
    regions = [one for one in chosen if isinstance(one, Region)]
    known = [one for one in regions if one.kind is not RegionKind.UNKNOWN]
    everything = [one for group in dimension.classes for one in group if one.kind is not RegionKind.UNKNOWN]  # type: ignore[union-attr]
    if len(known) == len(everything) and len(known) > 1:
        found = [ANY_KNOWN]
    elif dimension.column.type is ValueType.LIST:
        found = [set_words(one) for one in known]
    elif dimension.column.type is ValueType.TEXT:
        found = text_words(known)
    else:
        found = [run_words(dimension.column.type, run) for run in runs(known, everything)]
    if len(known) < len(regions):
        found.append(UNKNOWN)
    return joined(found, " or ", " 或 ")


def set_words(region: Region) -> Text:
    if not region.has:
        return Text("a list without any of these", "不含所列任何值的列表")
    items = ", ".join(written(one) for one in sorted(region.has))
    return Text(f"a list with {items}", f"含 {items} 的列表")


def text_words(known: Sequence[Region]) -> list[Text]:
    found = [both(written(one.low)) for one in known if one.kind is RegionKind.POINT]
    return [*found, OTHER] if len(found) < len(known) else found


def runs(known: Sequence[Region], everything: Sequence[Any]) -> list[list[Region]]:
    """Neighbouring regions of the line together."""
    line = sorted(everything, key=place_on_line)
    found: list[list[Region]] = []
    last = -2
    for region in sorted(known, key=place_on_line):
        at = line.index(region)
        if at == last + 1:
            found[-1].append(region)
        else:
            found.append([region])
        last = at
    return found


def place_on_line(region: Region) -> tuple[Any, ...]:
    if region.low is None:
        return (0,)
    return (1, region.low, region.kind is RegionKind.BETWEEN)


def run_words(kind: ValueType, run: Sequence[Region]) -> Text:
    first, last = run[0], run[-1]
    if first.kind is RegionKind.POINT and first is last:
        return both(written(first.low))
    low, low_closed = first.low, first.kind is RegionKind.POINT
    high, high_closed = last.high, last.kind is RegionKind.POINT
    if kind in DISCRETE:
        low, low_closed = (low, True) if low_closed or low is None else (after(low), True)
        high, high_closed = (high, True) if high_closed or high is None else (before(high), True)
    return both(interval_text(low, low_closed, high, high_closed))


def interval_text(low: Any, low_closed: bool, high: Any, high_closed: bool) -> str:
    if low is None:
        return f"{'<=' if high_closed else '<'} {written(high)}"
    if high is None:
        return f"{'>=' if low_closed else '>'} {written(low)}"
    if low == high:
        return written(low)
    return f"{'[' if low_closed else '('}{written(low)}..{written(high)}{']' if high_closed else ')'}"


def example_words(space: Space, example: Sequence[Part]) -> Text:
    """A single case, input by input. Inputs that are compared with others stay with their region: a value picked for
    one alone might not suit the other."""
    found = []
    linked = linked_places(space)
    for at, (dimension, part) in enumerate(zip(space.dimensions, example, strict=True)):
        if isinstance(part, Region) and at in linked and part.kind is RegionKind.BETWEEN:
            what = region_words(dimension, [part])
            found.append(Text(f"{dimension.column.name} is {what.en}", f"{dimension.column.name} 为 {what.zh}"))
        elif isinstance(part, Region):
            what = representative(dimension.column.type, part)
            found.append(Text(f"{dimension.column.name} = {what.en}", f"{dimension.column.name} = {what.zh}"))
        else:
            found.append(dimension_words(dimension, 1 << dimension.classes.index((part,))))
    return joined(found, ", ", "，")


def representative(kind: ValueType, region: Region) -> Text:
    if region.kind is RegionKind.UNKNOWN:
        return UNKNOWN
    if region.kind is RegionKind.SET:
        return both("[" + ", ".join(written(one) for one in sorted(region.has)) + "]")
    if region.kind is RegionKind.POINT:
        return both(written(region.low))
    if kind is ValueType.TEXT:
        return OTHER
    if kind in DISCRETE and (region.low is not None or region.high is not None):
        return both(written(after(region.low) if region.low is not None else before(region.high)))
    return ANY_KNOWN if region.low is None and region.high is None else run_words(kind, [region])
