"""Whether the values of a column look like what a target wants: as a support for its heading, or instead of one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from fangxian.kernel.dates import in_digits
from fangxian.kernel.identifiers import countries
from fangxian.kernel.values import ValueType

from .choices import LIST_DIVIDERS, choice_index, word_key, yes_or_no
from .types import COUNTRY_KINDS, Cell, Target

_SPACES: Final = re.compile(r"[\s\-]+")
_DOCUMENT: Final = re.compile(r"\d{17}[\dX]|[1-9]\d{14}|[A-Z]{1,2}\d{6,9}|[A-Z]\d[A-Z\d]{6,7}")
_NUMBERED: Final = re.compile(r"(?=(?:\D*\d){4})[A-Z0-9]{5,20}")
_PHONE: Final = re.compile(r"(?:(?:\+|00)?86)?1[3-9]\d{9}|\+\d{8,15}|0\d{9,11}")
_DIALLED: Final = re.compile(r"\+?\d{7,15}")
_FLIGHT: Final = re.compile(r"(?:[A-Z]{2}|\d[A-Z]|[A-Z]\d)\d{2,4}[A-Z]?|[GDCZTKYL]\d{1,4}|[一-鿿][A-Z][A-Z0-9]{5,6}")
_CLOCK: Final = re.compile(r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\s*[ap]m)?|\d{1,2}[时点](?:\d{1,2}分?)?", re.IGNORECASE)
_DAY: Final = re.compile(
    r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|(?:19|20)\d{6}|\d{1,2}月\d{1,2}日"
    r"|\d{1,2}[- ]?[A-Za-z]{3,9}[-, .]*\d{2,4}|[A-Za-z]{3,9} \d{1,2},? \d{4}"
)
_NAME: Final = re.compile(r"[^\W\d_][^\d_@]{0,60}")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?\s*(?:°?C|℃|岁|years?|y)?", re.IGNORECASE)

STRONG: Final = 0.75


@dataclass(frozen=True, slots=True)
class ValueFit:
    """Shares of the values that can be read as the target, and of those that look like nothing else."""

    readable: float
    telling: float = 0.0


_Test = Callable[[Cell], bool]


def fit(target: Target, values: Sequence[Cell]) -> ValueFit | None:
    """How the values fit the target; None where any text would do, or too few values are there to say."""
    readable, telling = _tests(target)
    if readable is None or len(values) < 2:
        return None
    return ValueFit(_share(readable, values), _share(telling, values) if telling else 0.0)


def share_of_clocks(values: Sequence[Cell]) -> float:
    """The share of values that are a time of day without a date."""
    return _share(_is_clock, values)


def share_of_days(values: Sequence[Cell]) -> float:
    """The share of values that are a date, with or without a time."""
    return _share(_is_day, values)


def latin(values: Sequence[Cell]) -> bool:
    """Whether most values are written in ASCII."""
    return bool(values) and _share(lambda cell: str(cell).isascii(), values) > 0.5


def _tests(target: Target) -> tuple[_Test | None, _Test | None]:
    """What can be read as the target, and what looks like nothing else."""
    if target.kind in COUNTRY_KINDS:
        return _is_country, None if target.multiple else _is_country
    if target.choices:
        return _choice_tests(target)
    by_kind = _BY_KIND.get(target.kind)
    return by_kind or (_BY_TYPE.get(target.type), None)


def _choice_tests(target: Target) -> tuple[_Test, _Test | None]:
    index = choice_index(target)
    known = partial(_is_choice, index, target.type is ValueType.LIST)
    answers = all(yes_or_no(word) is not None for choice in target.choices for word in (choice.name, *choice.labels))
    return known, None if answers or len(target.choices) < 2 else known


def _is_choice(index: dict[str, str], several: bool, cell: Cell) -> bool:
    if word_key(str(cell)) in index:
        return True
    parts = [word_key(part) for part in LIST_DIVIDERS.split(str(cell)[:400]) if part.strip()]
    return several and bool(parts) and all(part in index for part in parts)


def _is_country(cell: Cell) -> bool:
    if not isinstance(cell, str) or len(cell) < 2:
        return False
    return bool(countries.recognise(cell)) or bool(countries.read_list(cell[:400]).codes)


def _matches(pattern: re.Pattern[str], cell: Cell) -> bool:
    return pattern.fullmatch(_SPACES.sub("", str(cell)[:80]).upper()) is not None


def _is_name(cell: Cell) -> bool:
    return isinstance(cell, str) and _NAME.fullmatch(cell) is not None


def _is_latin_name(cell: Cell) -> bool:
    return _is_name(cell) and not any("\u3040" <= letter <= "\u9fff" for letter in str(cell))


def _is_day(cell: Cell) -> bool:
    if isinstance(cell, dt.date):
        return True
    return isinstance(cell, int | str) and len(str(cell)) < 40 and _DAY.match(in_digits(str(cell))) is not None


def _is_clock(cell: Cell) -> bool:
    return isinstance(cell, dt.time) or (
        isinstance(cell, str) and _CLOCK.fullmatch(in_digits(cell.strip())) is not None)


def _is_moment(cell: Cell) -> bool:
    return _is_day(cell) or _is_clock(cell)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) or (isinstance(cell, str) and _NUMBER.fullmatch(cell.strip()) is not None)


def _is_answer(cell: Cell) -> bool:
    return isinstance(cell, bool) or yes_or_no(str(cell)) is not None


def _share(test: _Test, values: Sequence[Cell]) -> float:
    return sum(map(test, values)) / len(values) if values else 0.0


_BY_KIND: Final[dict[str, tuple[_Test, _Test | None]]] = {
    "document_number": (partial(_matches, _NUMBERED), partial(_matches, _DOCUMENT)),
    "phone": (partial(_matches, _DIALLED), partial(_matches, _PHONE)),
    "flight": (partial(_matches, _FLIGHT), partial(_matches, _FLIGHT)),
    "name": (_is_name, None),
    "name_latin": (_is_latin_name, None),
    "sex": (partial(_is_choice, choice_index(Target("sex", (), kind="sex")), False),) * 2,
}  # fmt: skip
_BY_TYPE: Final[dict[ValueType, _Test]] = {
    ValueType.DATE: _is_day,
    ValueType.DATETIME: _is_moment,
    ValueType.TIME: _is_clock,
    ValueType.INTEGER: _is_number,
    ValueType.NUMBER: _is_number,
    ValueType.BOOLEAN: _is_answer,
}
