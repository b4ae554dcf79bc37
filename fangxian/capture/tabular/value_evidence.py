"""Whether the values of a column look like what a target wants: as a support for its heading, or instead of one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final

from fangxian.kernel.dates import in_digits
from fangxian.kernel.identifiers import countries, resident_id
from fangxian.kernel.values import ValueType

from .choices import LIST_DIVIDERS, choice_index, sex_index, word_key, yes_or_no
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
    r"|\d{6}(?!\d)|\d{3}[-/.年]\d{1,2}[-/.月]\d{1,2}|(?:民国|令和|平成|昭和|[RHS])\s?\d{1,3}[-/.年]"
    r"|\d{1,2}\.? (?:de )?[^\W\d_]{3,12}\.? (?:de )?\d{4}"
    r"|\d{1,2}[- ]?[A-Za-z]{3,9}[-, .]*\d{2,4}|[A-Za-z]{3,9} \d{1,2},? \d{4}"
)
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d")
_NAME: Final = re.compile(r"[^\W\d_][^\d_@]{0,60}")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?\s*(?:°?C|℃|岁|years?|y)?", re.IGNORECASE)

STRONG: Final = 0.75


_EMAIL: Final = re.compile(r"\S@[^\s@]+\.\S")
_MOBILE: Final = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_RESIDENT: Final = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])")
_SEAT: Final = re.compile(r"(?=.*\d)[^\W_]{0,4}[\w\- 车厢号]{1,12}")
_CASE_NUMBER: Final = re.compile(r"(?=.*\d)\S{1,40}|[A-Za-z]{1,4}[-_ ]?\d+.*")
_AGE: Final = re.compile(r"[<≤约]?\s*\d{1,3}(?:[.,]\d+)?\s*(?![-–—~至到+])(?:[^\W\d].{0,14})?")
_DECADE: Final = re.compile(r"\d+\s*(?:s|'s|代|多岁|\+|대).*")

FEW: Final = 0.3
"""Of the values: from this share on they are meant to be it."""
MOST: Final = 0.5
_TELLING_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class ValueFit:
    """Shares of the values that can be read as the target, and of those that look like nothing else."""

    readable: float
    telling: float = 0.0


class ValueKind(StrEnum):
    """What the values of a column are, coarsely: the same heading over another kind means something else."""

    EMPTY = "empty"
    DATES = "dates"
    CLOCKS = "clocks"
    DOCUMENTS = "documents"
    PHONES = "phones"
    FLIGHTS = "flights"
    NUMBERS = "numbers"
    COUNTRIES = "countries"
    WORDS = "words"
    """Few different texts."""
    TEXTS = "texts"


_Test = Callable[[Cell], bool]


class LookedAt(list[Cell]):
    """The values of a column that are looked at; what was found by a test is kept, for many targets ask the same."""

    def __init__(self, values: Iterable[Cell] = ()) -> None:
        super().__init__(values)
        self.shares: dict[_Test, float] = {}


def fit(target: Target, values: Sequence[Cell]) -> ValueFit | None:
    """How the values fit the target; None where any text would do, or there are none. One value alone tells nothing."""
    readable, telling = _tests_for_sex(target, values) if target.kind == "sex" else _tests(target)
    if readable is None or not values:
        return None
    return ValueFit(_share(readable, values), _share(telling, values) if telling and len(values) > 1 else 0.0)


def contradict(target: Target, values: Sequence[Cell]) -> bool:
    """Whether the values speak against what the heading says. Where a wrong value is seen as such line by line, a few
    lines prove nothing; where any text is taken, most of them have to fit.
    """
    if not values or target.kind in ("phone", "address"):
        return False
    if target.kind in ("document_number", "flight"):
        return _share(_is_moment, values) >= MOST
    if target.kind in ("name", "name_latin"):
        return _share(lambda cell: _is_moment(cell) or _is_number(cell), values) >= MOST
    readable = fit(target, values)
    if readable is None:
        return False
    if target.type is ValueType.TEXT and not target.choices and target.kind not in COUNTRY_KINDS:
        return readable.readable < MOST
    return len(values) >= _TELLING_LINES and readable.readable < FEW


def kind_of(values: Sequence[Cell]) -> ValueKind:
    """Of what kind most of the values are."""
    if not values:
        return ValueKind.EMPTY
    for kind, test in _KINDS:
        if _share(test, values) > MOST:
            return kind
    different = len({str(value) for value in values})
    return ValueKind.WORDS if different <= max(2, len(values) // 4) else ValueKind.TEXTS


def hold_people(values: Sequence[Cell]) -> bool:
    """Whether numbers of documents, phones or addresses for letters stand in the column, whatever it is called."""
    return _share(holds_person, values) >= FEW


def holds_person(cell: Cell) -> bool:
    """Whether a value holds somebody's own number or address."""
    text = str(cell)[:400]
    if _EMAIL.search(text) or _MOBILE.search(text):
        return True
    return any(not resident_id.check_faults(found[0]) for found in _RESIDENT.finditer(text.upper()))


def tells_apart(values: Sequence[Cell]) -> bool:
    """Whether the values can be the list's own numbers of people: no dates, no times, not few words again and again."""
    if _share(_is_moment, values) > FEW or _share(_is_case_number, values) < STRONG:
        return False
    return len(values) < 2 or len({str(value) for value in values}) * 2 >= len(values)


def are_names(values: Sequence[Cell]) -> bool:
    """Whether the values can be parts of names: a few words of letters each, not the same ones again and again, and no
    countries.
    """
    if _share(_is_name_part, values) < STRONG or _share(_is_country, values) >= FEW:
        return False
    return len({str(value).casefold() for value in values}) * 4 >= len(values)


def years_in(values: Sequence[Cell]) -> list[int]:
    """The years that are written with four digits."""
    found = [value.year if isinstance(value, dt.date) else _YEAR.search(in_digits(str(value)[:40])) for value in values]
    return [each if isinstance(each, int) else int(each[0]) for each in found if each]


def runs_on(values: Sequence[Cell]) -> bool:
    """Whether they are 1, 2, 3 …: the row, which is another person's in the next list."""
    said = [str(value).removesuffix(".0") for value in values]
    return len(said) > 1 and all(one.isdigit() for one in said) and (
        [int(one) for one in said] == list(range(int(said[0]), int(said[0]) + len(said))))


def share_within(values: Sequence[Cell], others: Iterable[Cell]) -> float:
    """The share of values that stand in another column too."""
    there = {str(other).removesuffix(".0") for other in others}
    return _share(lambda cell: str(cell).removesuffix(".0") in there, values)


def share_of_clocks(values: Sequence[Cell]) -> float:
    """The share of values that are a time of day without a date."""
    return _share(_is_clock, values)


def share_of_days(values: Sequence[Cell]) -> float:
    """The share of values that are a date, with or without a time."""
    return _share(_is_day, values)


def latin(values: Sequence[Cell]) -> bool:
    """Whether most values are written in ASCII."""
    return bool(values) and _share(lambda cell: str(cell).isascii(), values) > 0.5


def _tests_for_sex(target: Target, values: Sequence[Cell]) -> tuple[_Test, _Test]:
    index = sex_index(target, values)
    return partial(_is_choice, index, False), partial(_is_word_for_sex, index)


def _tests(target: Target) -> tuple[_Test | None, _Test | None]:
    """What can be read as the target, and what looks like nothing else."""
    if target.kind in COUNTRY_KINDS:
        return _is_country, None if target.multiple else _is_country
    if target.choices:
        return _choice_tests(target)
    if target.kind in _BY_KIND:
        return _BY_KIND[target.kind]
    if target.type is ValueType.TEXT:
        return _is_plain_text, None
    return _BY_TYPE.get(target.type), None


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
    if not isinstance(cell, str) or len(cell) < 2 or not any(letter.isalpha() for letter in cell):
        return False
    return bool(countries.recognise(cell)) or bool(countries.read_list(cell[:400]).codes)


def _matches(pattern: re.Pattern[str], cell: Cell) -> bool:
    return pattern.fullmatch(_SPACES.sub("", str(cell)[:80]).upper()) is not None


def _is_name(cell: Cell) -> bool:
    return isinstance(cell, str) and _NAME.fullmatch(cell) is not None


def _is_name_part(cell: Cell) -> bool:
    return _is_name(cell) and len(str(cell).split()) <= 4


def _is_latin_name(cell: Cell) -> bool:
    return _is_name(cell) and not any("\u3040" <= letter <= "\u9fff" for letter in str(cell))


def _is_day(cell: Cell) -> bool:
    if isinstance(cell, dt.date):
        return True
    return isinstance(cell, int | str) and len(str(cell)) < 40 and _DAY.match(in_digits(str(cell))) is not None


def _is_written_day(cell: Cell) -> bool:
    """A date that cannot be a number."""
    return _is_day(cell) and not str(cell).isdigit()


def _is_clock(cell: Cell) -> bool:
    return isinstance(cell, dt.time) or (
        isinstance(cell, str) and _CLOCK.fullmatch(in_digits(cell.strip())) is not None)


def _is_moment(cell: Cell) -> bool:
    return _is_day(cell) or _is_clock(cell)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) or (isinstance(cell, str) and _NUMBER.fullmatch(cell.strip()) is not None)


def _is_word_for_sex(index: dict[str, str], cell: Cell) -> bool:
    """Numbers say nothing by themselves: 1 and 2 may be doses, companions, rooms."""
    return isinstance(cell, str) and not cell.strip().isdigit() and word_key(cell) in index


def _is_plain_text(cell: Cell) -> bool:
    """Text that is nothing else: no date, time or number."""
    return isinstance(cell, str) and not _is_moment(cell) and not _is_number(cell)


def _is_age(cell: Cell) -> bool:
    if isinstance(cell, int | float):
        return 0 <= cell <= 130
    return isinstance(cell, str) and (
        _AGE.fullmatch(cell.strip()) is not None and not _DECADE.fullmatch(cell.strip()) and not _is_day(cell))


def _is_seat(cell: Cell) -> bool:
    return isinstance(cell, int | str) and _SEAT.fullmatch(str(cell).strip()) is not None and not _is_moment(cell)


def _is_code(cell: Cell) -> bool:
    return isinstance(cell, int | float | str) and not _is_clock(cell) and not isinstance(cell, dt.date)


def _is_case_number(cell: Cell) -> bool:
    return isinstance(cell, int) or (
        isinstance(cell, float) and cell.is_integer()) or _CASE_NUMBER.fullmatch(str(cell).strip()) is not None


def _is_answer(cell: Cell) -> bool:
    return isinstance(cell, bool) or yes_or_no(str(cell)) is not None


def _share(test: _Test, values: Sequence[Cell]) -> float:
    if not isinstance(values, LookedAt):
        return sum(map(test, values)) / len(values) if values else 0.0
    if test not in values.shares:
        values.shares[test] = _share(test, tuple(values))
    return values.shares[test]


_IS_DOCUMENT: Final = partial(_matches, _DOCUMENT)
_IS_PHONE: Final = partial(_matches, _PHONE)
_IS_FLIGHT: Final = partial(_matches, _FLIGHT)
_BY_KIND: Final[dict[str, tuple[_Test | None, _Test | None]]] = {
    "document_number": (partial(_matches, _NUMBERED), _IS_DOCUMENT),
    "phone": (partial(_matches, _DIALLED), _IS_PHONE),
    "flight": (partial(_matches, _FLIGHT), _IS_FLIGHT),
    "name": (_is_name, None),
    "name_latin": (_is_latin_name, None),
    "address": (None, None),
    "age": (_is_age, None),
    "seat": (_is_seat, None),
    "code": (_is_code, None),
    "own_number": (_is_case_number, None),
    "other_number": (_is_case_number, None),
}  # fmt: skip
_KINDS: Final[tuple[tuple[ValueKind, _Test], ...]] = (
    (ValueKind.DOCUMENTS, _IS_DOCUMENT), (ValueKind.PHONES, _IS_PHONE), (ValueKind.DATES, _is_written_day),
    (ValueKind.CLOCKS, _is_clock), (ValueKind.FLIGHTS, _IS_FLIGHT), (ValueKind.NUMBERS, _is_number),
    (ValueKind.COUNTRIES, _is_country),
)
_BY_TYPE: Final[dict[ValueType, _Test]] = {
    ValueType.DATE: _is_day,
    ValueType.DATETIME: _is_moment,
    ValueType.TIME: _is_clock,
    ValueType.INTEGER: _is_number,
    ValueType.NUMBER: _is_number,
    ValueType.BOOLEAN: _is_answer,
}
