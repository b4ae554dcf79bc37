"""What the analysis of a table finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from fangxian.kernel.findings import FilePlace, Finding, Severity
from fangxian.kernel.text import Text

from ..feel import Expression, Literal
from ..regions import TooManyError
from ..types import HitPolicy, Rule, Table
from .boxes import MOST_STEPS, Box, Budget, covers, uncovered, widened
from .feasible import example, pairs
from .space import Space, space_of
from .words import box_words, example_words

MOST_SHOWN: Final = 20
GAP: Final = Text(
    "no row says what holds when {where}; for example {example}. Add a row or widen one",
    "当 {where} 时没有任何行适用；例如 {example}。请补一行或放宽某行",
)
MORE: Final = Text("more gaps than these {shown}; close them first", "除这 {shown} 处外还有空缺；请先补上这些")
OVERLAP: Final = Text(
    "rows {one} and {other} both match when {where}; for example {example}. Narrow one or use hit policy F",
    "第 {one} 行与第 {other} 行在 {where} 时同时适用；例如 {example}。请收窄其一或改用 F",
)
CONFLICT: Final = Text(
    "rows {one} and {other} both match and say different things when {where}; for example {example}. Make them agree",
    "第 {one} 行与第 {other} 行在 {where} 时同时适用而结论不同；例如 {example}。请改为一致",
)
SAME_RANK: Final = Text(
    "rows {one} and {other} both match with the same priority when {where}, and the upper one decides; for example "
    "{example}. Narrow one or list another output's values",
    "第 {one} 行与第 {other} 行在 {where} 时同时适用且优先级相同，由靠上的一行决定；例如 {example}。"
    "请收窄其一或列出另一输出的取值",
)
SHADOWED: Final = Text(
    "row {one} never decides: rows before it, or of a higher priority, match whenever it does. Move it up or "
    "remove it",
    "第 {one} 行永不生效：凡适用之处已有前面或优先级更高的行适用。请上移或删除",
)
IMPOSSIBLE: Final = Text(
    "row {one} can never match: its cells contradict each other or the allowed values. Correct it",
    "第 {one} 行不可能适用：各格互相矛盾或超出允许取值。请更正",
)
TOO_MANY: Final = Text(
    "the table has too many combinations to look for {what} in all of them; split it into two tables",
    "组合太多，无法逐一检查{what}；请拆成两个表",
)
GAPS: Final = Text("gaps", "空缺")
OVERLAPS: Final = Text("overlaps", "重叠")
UNREACHABLE: Final = Text("rows that never decide", "永不生效的行")


def check_table(table: Table, steps: int = MOST_STEPS) -> list[Finding]:
    """Gaps (warnings; where all rows are taken there may be some), overlaps of U and conflicts of A (errors), rows of
    one rank in P that say different things and rows that never decide (warnings). ``steps`` bounds the work; past it a
    warning says that not all was looked at."""
    try:
        space = space_of(table)
    except TooManyError:
        return [too_many(table, GAPS)]
    parts: list[tuple[Text, Callable[[], Iterator[Finding]]]] = [
        (UNREACHABLE, partial(unreachable, space, Budget(steps)))
    ]
    if table.policy in (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY):
        parts.append((OVERLAPS, partial(overlaps, space)))
    if table.policy.single:
        parts.append((GAPS, partial(gaps, space, Budget(steps))))
    return [finding for what, part in parts for finding in bounded(table, what, part)]


def bounded(table: Table, what: Text, part: Callable[[], Iterator[Finding]]) -> list[Finding]:
    found: list[Finding] = []
    try:
        found.extend(part())
    except TooManyError:
        found.append(too_many(table, what))
    return found


def too_many(table: Table, what: Text) -> Finding:
    text = Text(TOO_MANY.en.format(what=what.en), TOO_MANY.zh.format(what=what.zh))
    return Finding("dmn.too_many", FilePlace(table.file, table.sheet), text, Severity.WARNING)


def gap_boxes(space: Space, budget: Budget) -> Iterator[Box]:
    """The gaps, each as wide as it goes; together they are all there is, and each adds to those before."""
    rules = [box for boxes in space.rules for box in boxes]
    shown: list[Box] = []
    for piece in uncovered(space.whole, rules, budget):
        if any(covers(box, piece) for box in shown) or example(space, piece) is None:
            continue
        wide = widened(piece, space.whole, rules, budget)
        shown.append(wide)
        yield wide


def gaps(space: Space, budget: Budget) -> Iterator[Finding]:
    place = FilePlace(space.table.file, space.table.sheet)
    for number, box in enumerate(gap_boxes(space, budget)):
        if number >= MOST_SHOWN:
            yield Finding("dmn.gap", place, MORE.filled(shown=MOST_SHOWN), Severity.WARNING)
            return
        yield Finding("dmn.gap", place, located(space, box, GAP), Severity.WARNING)


def located(space: Space, box: Box, text: Text, **values: object) -> Text:
    """The text with the box in words and an example of it."""
    where, found = box_words(space, box), example(space, box)
    shown = example_words(space, found or ())
    return Text(
        text.en.format(where=where.en, example=shown.en, **values),
        text.zh.format(where=where.zh, example=shown.zh, **values),
    )


def overlaps(space: Space) -> Iterator[Finding]:
    for earlier, later, box in pairs(space):
        one, other = space.table.rules[earlier], space.table.rules[later]
        unique, ranked = space.table.policy is HitPolicy.UNIQUE, space.table.policy is HitPolicy.PRIORITY
        if not unique and one.outputs == other.outputs:
            continue
        if ranked and space.table.rank(one) != space.table.rank(other):
            continue
        text = OVERLAP if unique else SAME_RANK if ranked else CONFLICT
        message = located(space, box, text, one=one.number, other=other.number)
        certain = unique or (not ranked and certainly_differ(one, other))
        severity = Severity.ERROR if certain else Severity.WARNING
        yield Finding("dmn.overlap", place_of(space.table, other), message, severity)


def certainly_differ(one: Rule, other: Rule) -> bool:
    """Whether two constants differ; what is computed may still come out the same."""
    return any(a != b and constant(a) and constant(b) for a, b in zip(one.outputs, other.outputs, strict=True))


def constant(output: Expression | None) -> bool:
    return output is None or isinstance(output, Literal)


def unreachable(space: Space, budget: Budget) -> Iterator[Finding]:
    """Rules that cannot match, and with hit policies F and P those behind rows that match whenever they do."""
    earlier: list[Box] = []
    behind = space.table.policy in (HitPolicy.FIRST, HitPolicy.PRIORITY)
    for rule, boxes in taken(space):
        place = place_of(space.table, rule)
        if not any(example(space, box) for box in boxes):
            yield Finding("dmn.impossible", place, IMPOSSIBLE.filled(one=rule.number), Severity.WARNING)
        elif behind and not any(left(space, box, earlier, budget) for box in boxes):
            yield Finding("dmn.shadowed", place, SHADOWED.filled(one=rule.number), Severity.WARNING)
        earlier.extend(boxes)


def taken(space: Space) -> list[tuple[Rule, Sequence[Box]]]:
    """The rules with their boxes, in the order in which they decide."""
    found: list[tuple[Rule, Sequence[Box]]] = list(zip(space.table.rules, space.rules, strict=True))
    return sorted(found, key=lambda one: space.table.rank(one[0])) if space.table.policy.ranks else found


def left(space: Space, box: Box, earlier: list[Box], budget: Budget) -> bool:
    """Whether anything of a box can occur that no earlier one covers."""
    return any(example(space, piece) is not None for piece in uncovered(box, earlier, budget))


def place_of(table: Table, rule: Rule) -> FilePlace:
    return FilePlace(table.file, table.sheet, rule.row)
