"""Reading a zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Final

from ...faults import Fault
from ...text import Text
from ..spelling import wide_to_narrow
from ..types import Sex
from .faults import FIELDS, alien_characters, no_zone, unlikely, wrong_check, wrong_length
from .layouts import ALIEN, FILLER, MRV_A, MRV_B, TD1, TD2, TD3, Format, Layout, check_digit

SHORTEST_LINE: Final = 10
_FIRST_LETTERS: Final = frozenset("ACIPV")
_SEXES: Final[dict[str, Sex | None]] = {"M": "male", "F": "female", FILLER: None, "X": None}


@dataclass(frozen=True, slots=True)
class Mrz:
    """The zone as read. ``issuer`` and ``nationality`` are the codes printed (``UTO``, ``D``); ``number`` is whole,
    overflow included; ``optional_2`` is the lower optional field of TD1. ``truncated``: the names fill their field to
    the end and may go on in the document. ``format`` is None when the text is no zone, and all else is empty then.
    """

    format: Format | None
    document_type: str = ""
    issuer: str = ""
    number: str = ""
    nationality: str = ""
    birth_date: dt.date | None = None
    sex: Sex | None = None
    expiry: dt.date | None = None
    surname: str = ""
    given_names: str = ""
    optional: str = ""
    optional_2: str = ""
    truncated: bool = False
    faults: tuple[Fault, ...] = ()


def looks_like_mrz(text: str) -> bool:
    """Whether a cell holds a whole zone rather than a number."""
    return FILLER in text and len(text) >= 2 * TD1.width


def parse(text: str, *, on: dt.date) -> Mrz:
    """Read a zone given as one string or in lines, in any order and case. ``on`` settles the centuries: births lie
    on or before it, expiries within fifty years of it. Never raises; what is wrong is in ``faults``.
    """
    lines = _lines(wide_to_narrow(text).upper())
    layout = _layout(lines)
    if layout is None:
        return Mrz(None, faults=(no_zone(lines),))
    whole, faults = _fitted(lines, layout)
    return _best_order(whole, layout, on=on, faults=faults)


def _lines(text: str) -> list[str]:
    """Lines without spaces; text in one piece, or in a number of lines no zone has, is cut by its length."""
    whole = "".join(text.split())
    for lines in (["".join(line.split()) for line in text.splitlines() if line.strip()], text.split()):
        if len(lines) in (TD3.lines, TD1.lines) and all(len(line) > SHORTEST_LINE for line in lines):
            return lines
    width = {layout.size: layout.width for layout in (TD1, TD2, TD3)}.get(len(whole), len(whole) or 1)
    return [whole[start:start + width] for start in range(0, len(whole), width)]


def _layout(lines: list[str]) -> Layout | None:
    longest = max(map(len, lines), default=0)
    visa = any(line.startswith("V") and _no_digits(line) for line in lines)
    if len(lines) == TD1.lines and 25 <= longest <= 32:
        return TD1
    if len(lines) != TD3.lines or not 30 <= longest <= 46:
        return None
    if longest > 38:
        return MRV_A if visa else TD3
    return MRV_B if visa else TD2


def _fitted(lines: list[str], layout: Layout) -> tuple[str, tuple[Fault, ...]]:
    """Lines brought to width; a line that lost only fillers at its end is whole again, and said so all the same."""
    faults = tuple(
        wrong_length(place, len(line), layout.width)
        for place, line in enumerate(lines, 1) if len(line) != layout.width)
    return "".join(line[:layout.width].ljust(layout.width, FILLER) for line in lines), faults


def _best_order(whole: str, layout: Layout, *, on: dt.date, faults: tuple[Fault, ...]) -> Mrz:
    """The lines in the order given, unless they fit and another order has fewer faults."""
    found = _read(whole, layout, on=on)
    if found.faults:
        lines = [whole[start:start + layout.width] for start in range(0, layout.size, layout.width)]
        orders = (_read("".join(order), layout, on=on) for order in list(permutations(lines))[1:])
        found = min((found, *orders), key=lambda mrz: len(mrz.faults))
    return replace(found, faults=(*faults, *found.faults)) if faults else found


def _read(whole: str, layout: Layout, *, on: dt.date) -> Mrz:
    number, number_check, optional = _number(whole, layout)
    birth, expiry = whole[layout.birth:layout.birth + 6], whole[layout.expiry:layout.expiry + 6]
    surname, given_names, truncated = _names(whole[layout.names])
    mrz = Mrz(
        layout.format, _bare(whole[:2]), _bare(whole[2:5]), number.replace(FILLER, ""),
        _bare(whole[layout.nationality:layout.nationality + 3]), _birth_date(birth, on=on),
        _SEXES.get(whole[layout.sex]), _expiry(expiry, on=on), surname, given_names, _bare(optional),
        _bare(whole[layout.optional_2]), truncated)
    checks = (
        ("number", number, number_check),
        ("birth_date", birth, whole[layout.birth + 6]),
        ("expiry", expiry, whole[layout.expiry + 6]),
        *_later_checks(whole, layout),
    )
    faults = (*_structure_faults(whole, layout, mrz), *_date_faults(birth, expiry, mrz), *_check_faults(checks))
    return replace(mrz, faults=faults) if faults else mrz


def _number(whole: str, layout: Layout) -> tuple[str, str, str]:
    """Number, its check digit and the optional data. A number longer than nine characters goes on at the start of the
    optional data, where its check digit follows it, and a filler stands in the check digit's place
    (part 5, 4.2.2.1 note j; part 6, 4.2.2.1 note j).
    """
    number, check, optional = whole[layout.number:layout.number + 9], whole[layout.number + 9], whole[layout.optional]
    if not layout.overflows or check != FILLER or number.endswith(FILLER):
        return number, check, optional
    rest, _, behind = optional.partition(FILLER)
    return number + rest[:-1], rest[-1:], behind


def _later_checks(whole: str, layout: Layout) -> Iterator[tuple[str, str, str]]:
    if layout.optional_check is not None:
        yield "optional", whole[layout.optional], whole[layout.optional_check]
    if layout.composite is not None:
        yield "composite", "".join(whole[part] for part in layout.composite_over), whole[layout.composite]


def _check_faults(checks: tuple[tuple[str, str, str], ...]) -> tuple[Fault, ...]:
    return tuple(wrong_check(field) for field, value, digit in checks if not _fits(field, value, digit))


def _fits(field: str, value: str, digit: str) -> bool:
    """An empty field may have a filler for its check digit (part 4, 4.2.2.2, for optional data; seen for dates)."""
    return digit == check_digit(value) or (digit == FILLER and not value.strip(FILLER) and field != "composite")


def _names(field: str) -> tuple[str, str, bool]:
    surname, _, given = field.strip(FILLER).partition(FILLER * 2)
    return _spaced(surname), _spaced(given), not field.endswith(FILLER)


def _spaced(name: str) -> str:
    return " ".join(name.replace(FILLER, " ").split())


def _bare(field: str) -> str:
    return field.strip(FILLER)


def _birth_date(digits: str, *, on: dt.date) -> dt.date | None:
    """The latest century in which the day exists and is not after ``on``."""
    candidates = (_date(century, digits) for century in (on.year // 100, on.year // 100 - 1))
    return next((day for day in candidates if day and day <= on), None)


def _expiry(digits: str, *, on: dt.date) -> dt.date | None:
    """The century that brings the day within fifty years of ``on``."""
    this = on.year // 100
    candidates = (_date(century, digits) for century in (this, this + 1, this - 1))
    return next((day for day in candidates if day and -50 < day.year - on.year <= 50), None)


def _date(century: int, digits: str) -> dt.date | None:
    if not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return dt.date(century * 100 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return None


def _structure_faults(whole: str, layout: Layout, mrz: Mrz) -> Iterator[Fault]:
    if alien := sorted(set(ALIEN.findall(whole))):
        yield alien_characters(" ".join(alien))
    if whole[0] not in _FIRST_LETTERS:
        yield unlikely("mrz_document_type", "document_type", Text("kind of document", "证件类型"))
    if not (mrz.surname and _no_digits(whole[layout.names])):
        yield unlikely("mrz_names", "names", Text("names", "姓名"))
    if not _no_digits(whole[2:5]):
        yield unlikely("mrz_issuer", "issuer", Text("issuing country", "签发国"))
    if not (mrz.nationality and _no_digits(mrz.nationality)):
        yield unlikely("mrz_nationality", "nationality", Text("nationality", "国籍"))
    if whole[layout.sex] not in _SEXES:
        yield unlikely("mrz_sex", "sex", Text("sex", "性别"))
    if not mrz.number:
        yield unlikely("mrz_number", "number", FIELDS["number"])


def _no_digits(field: str) -> bool:
    return field.replace(FILLER, "A").isalpha()


def _date_faults(birth: str, expiry: str, mrz: Mrz) -> Iterator[Fault]:
    if mrz.birth_date is None:
        yield unlikely("mrz_birth_date", "birth_date", FIELDS["birth_date"])
    # A document without an end has fillers here; that is no mistake.
    if mrz.expiry is None and expiry.strip(FILLER):
        yield unlikely("mrz_expiry", "expiry", FIELDS["expiry"])
