"""One cell, read as its target wants it: a typed value, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

from fangxian.kernel import dates
from fangxian.kernel.dates import DayOrder
from fangxian.kernel.faults import Fault
from fangxian.kernel.identifiers import countries, documents, names, phones
from fangxian.kernel.identifiers.placeholders import stands_for_nothing
from fangxian.kernel.text import Text
from fangxian.kernel.values import Value, ValueType

from . import ages
from . import value_sentences as says
from .choices import LIST_DIVIDERS, choice_index, sex_index, word_key, yes_or_no
from .types import COUNTRY_KINDS, Cell, Target
from .value_evidence import holds_person

_STAMP: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})")
"""A moment with its zone: the day is the one it falls on here."""
_FIRST_SERIAL: Final = 20_000
_FIRST_BIRTH: Final = 3_654
"""October 1954 and January 1910 as serials of a spreadsheet."""
LONGEST_TEXT: Final = 2_000
LONGEST_NAME: Final = 200
_NUMBER: Final = re.compile(
    r"([+-]?\d+(?:[.,]\d+)*)\s*(?:°\s*[CF]?|℃|周?岁|years?(?: old)?|yrs?|y|%|人|天|days?)?", re.IGNORECASE
)
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SEVERAL_NUMBERS: Final = re.compile(r"\s*[、，,;；\n]\s*|\s+(?:and|und|et|y|e|и|&)\s+|[和及与]")
_WHOLE_FLOAT: Final = re.compile(r"(\d{1,15})\.0")
"""A whole number as programs write it where a column has gaps: case ``45.0`` is case 45."""
_NOTHING: Final = frozenset(
    ["-", "--", "---", "/", "\\", "无", "暂无", "不详", "未知", "n/a", "#n/a", "null", "none", "nil", "nan"]
)
_CHOICES_NAMED: Final = 8
"""In the sentence about a word that is none of them."""
_NAME_NOTHING: Final = frozenset(["-", "--", "/", "不详", "未知", "n/a", "null"])


@dataclass(frozen=True, slots=True)
class CellReading:
    """What a cell says; ``value`` None where it says nothing or nothing that can be used."""

    value: Value | None
    faults: tuple[Fault, ...] = ()
    document: documents.IdentityDocument | None = None
    """What a document number says besides."""


NOTHING: Final = CellReading(None)
_SCRIPTS: Final = ((re.compile(r"[\uac00-\ud7a3]"), "KR"), (re.compile(r"[\u3040-\u30ff]|携帯"), "JP"))
_MOBILE_IN_KOREA: Final = re.compile(r"010[-. ][2-9]\d{3}[-. ]\d{4}")
Reader = Callable[[Cell], CellReading]


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What reading depends on besides the cell: the day, the zone of local times, the country of phone numbers."""

    on: dt.date
    tz: ZoneInfo
    region: str = "CN"


def reader_for(target: Target, setting: ReadingContext, order: DayOrder = DayOrder.UNKNOWN) -> Reader:
    """How to read the cells of a column into a target. Equal cells are read once."""
    return remembering(_reader(target, setting, order))


def sex_reader(target: Target, cells: Iterable[Cell]) -> Reader:
    """How to read a column of sexes, by what stands in all of it."""
    index = sex_index(target, cells)
    known = _offered_words(target, index)
    return remembering(lambda cell: _one(cell, index, {}, known))


def remembering(read: Reader) -> Reader:
    """The same reader, with the answers for cells seen before; as many as the list has different ones."""
    known: dict[tuple[type, Cell], CellReading] = {}

    def remembered(cell: Cell) -> CellReading:
        if cell is None:
            return NOTHING
        key = (type(cell), cell)
        found = known.get(key)
        if found is None:
            found = known[key] = read(cell)
        return found

    return remembered


def shown(cell: Cell) -> str:
    """The cell as text, as its author would write it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ", "minutes" if not cell.second else "seconds")
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return "" if cell is None else str(cell)


def _reader(target: Target, setting: ReadingContext, order: DayOrder) -> Reader:
    if target.kind in COUNTRY_KINDS:
        return _country_reader(target)
    if target.choices or target.kind == "sex":
        return _choice_reader(target)
    if target.kind in _BY_KIND:
        return lambda cell: _BY_KIND[target.kind](cell, setting)
    if target.type in (ValueType.DATE, ValueType.DATETIME):
        return lambda cell: _moment(cell, target, setting, order)
    if target.type is ValueType.TEXT and not target.sealed:
        return lambda cell: _unsealed(cell, target)
    return _BY_TYPE.get(target.type, _text)


# --- text and numbers


def _text(cell: Cell) -> CellReading:
    text = narrow(shown(cell)).strip()
    if text.casefold() in _NOTHING:
        return NOTHING
    if len(text) > LONGEST_TEXT:
        return CellReading(text[:LONGEST_TEXT], (says.fault("too_long", limit=LONGEST_TEXT),))
    whole = _WHOLE_FLOAT.fullmatch(text)
    return CellReading(whole[1] if whole else text or None)


def _unsealed(cell: Cell, target: Target) -> CellReading:
    """Text that is kept as it is: what tells who somebody is may not be in it."""
    if isinstance(cell, str) and holds_person(cell):
        return CellReading(None, (says.fault("personal_value", label=target.title),))
    return _text(cell)


def _words(cell: Cell) -> CellReading:
    text = shown(cell)
    parts = dict.fromkeys(part.strip() for part in LIST_DIVIDERS.split(text[:LONGEST_TEXT]))
    return CellReading(tuple(part for part in parts if part and part.casefold() not in _NOTHING) or None)


def _number(cell: Cell) -> CellReading:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return CellReading(cell)
    text = narrow(shown(cell)).strip()
    if text.casefold() in _NOTHING:
        return NOTHING
    found = _NUMBER.fullmatch(text)
    digits = found[1] if found else ""
    plain = digits.replace(",", "") if _THOUSANDS.fullmatch(digits) else digits.replace(",", ".")
    try:
        return CellReading(float(plain) if "." in plain else int(plain))
    except ValueError:
        return CellReading(None, (says.fault("no_number", text=text[:40]),))


def _integer(cell: Cell) -> CellReading:
    read = _number(cell)
    if isinstance(read.value, float):
        if not read.value.is_integer():
            return CellReading(None, (says.fault("no_whole_number", text=shown(cell)[:40]),))
        return replace(read, value=int(read.value))
    return read


def _answer(cell: Cell) -> CellReading:
    if isinstance(cell, bool):
        return CellReading(cell)
    text = narrow(shown(cell)).strip()
    said = yes_or_no(text)
    return CellReading(said, () if said is not None else (says.fault("no_answer", text=text[:40]),))


# --- choices and countries


def _choice_reader(target: Target) -> Reader:
    index = choice_index(target)
    known = _offered_words(target, index)
    if target.kind == "document_type":
        kinds = by_document_kind(target)
        return lambda cell: _document_type(cell, index, kinds, known)
    if target.type is ValueType.LIST:
        return lambda cell: _several(cell, index, known)
    answers = {yes_or_no(name): name for name in index.values() if yes_or_no(name) is not None}
    return lambda cell: _one(cell, index, answers, known)


def _one(cell: Cell, index: dict[str, str], answers: dict[bool | None, str], known: Text) -> CellReading:
    text = narrow(shown(cell)).strip()
    found = index.get(word_key(text)) or index.get(word_key(text.rstrip("人性")))
    if found is None:
        said = cell if isinstance(cell, bool) else yes_or_no(text)
        found = answers.get(said) if said is not None else None
    if found is None:
        return NOTHING if text.casefold() in _NOTHING else CellReading(None, (_no_choice(text, known),))
    return CellReading(found)


def _several(cell: Cell, index: dict[str, str], offered: Text) -> CellReading:
    text = narrow(shown(cell)).strip()
    whole = index.get(word_key(text))
    if whole or text.casefold() in _NOTHING:
        return CellReading((whole,)) if whole else NOTHING
    parts = [part.strip() for part in LIST_DIVIDERS.split(text) if part.strip()]
    if any(word_key(part) not in index for part in parts):
        parts = [word for part in parts for word in (part.split() if word_key(part) not in index else [part])]
    known = dict.fromkeys(index[word_key(part)] for part in parts if word_key(part) in index)
    faults = tuple(_no_choice(part, offered) for part in parts if word_key(part) not in index)
    return CellReading(tuple(known) or None, faults)


def _offered_words(target: Target, index: dict[str, str]) -> Text:
    """The first choices as a person reads them: by their labels, else by their names."""
    words = [choice.labels for choice in target.choices] or [(name, name) for name in dict.fromkeys(index.values())]
    shown_words = words[:_CHOICES_NAMED]
    return Text(", ".join(english for english, _chinese in shown_words),
                "、".join(chinese for _english, chinese in shown_words))


def _no_choice(text: str, known: Text) -> Fault:
    return says.fault("no_choice", text=text[:40], known=known)


def _document_type(
    cell: Cell, index: dict[str, str], by_kind: dict[documents.DocumentKind, str], known: Text,
) -> CellReading:
    text = narrow(shown(cell)).strip()
    kind = documents.kind_of(text)
    found = index.get(word_key(text)) or (by_kind.get(kind) if kind else None)
    if found is None and text.casefold() not in _NOTHING:
        return CellReading(None, (_no_choice(text, known),))
    return CellReading(found)


def by_document_kind(target: Target) -> dict[documents.DocumentKind, str]:
    """The form's own names for the kinds of document that numbers are told by."""
    found: dict[documents.DocumentKind, str] = {}
    for choice in target.choices:
        for word in (choice.name, *choice.labels, *choice.aliases):
            kind = documents.kind_of(word)
            if kind:
                found.setdefault(kind, choice.name)
    return found


def _country_reader(target: Target) -> Reader:
    index = choice_index(target)
    offered = frozenset(choice.name for choice in target.choices)
    read = _country_list if target.type is ValueType.LIST else _country
    return lambda cell: read(narrow(shown(cell)).strip(), index, offered)


def _country(text: str, index: dict[str, str], offered: frozenset[str]) -> CellReading:
    code = index.get(word_key(text)) or countries.recognise(text)
    if code is None:
        said_nothing = text.casefold() in _NOTHING
        return NOTHING if said_nothing else CellReading(None, (says.fault("no_country", text=text[:40]),))
    return _offered(code, text, offered)


def _country_list(text: str, index: dict[str, str], offered: frozenset[str]) -> CellReading:
    whole = index.get(word_key(text))
    if whole:
        return CellReading((whole,))
    found = countries.read_list(text)
    read = [_offered(code, code, offered) for code in found.codes]
    read += [CellReading(index[word_key(piece)]) for piece in found.unknown if word_key(piece) in index]
    faults = [fault for each in read for fault in each.faults]
    faults += [fault for piece, fault in zip(found.unknown, found.faults, strict=False) if word_key(piece) not in index]
    codes = dict.fromkeys(each.value for each in read if isinstance(each.value, str))
    return CellReading(tuple(codes) or None, tuple(faults))


def _offered(code: str, text: str, offered: frozenset[str]) -> CellReading:
    """The code if the form offers it, or its country's where it offers no provinces, or its ``other``."""
    for candidate in (code, code.split("-")[0]):
        if not offered or candidate in offered:
            return CellReading(candidate)
    if "other" in offered:
        return CellReading("other", (says.fault("country_as_other", text=text[:40]),))
    return CellReading(None, (says.fault("country_not_offered", text=text[:40]),))


# --- people


def _name(cell: Cell, _: ReadingContext) -> CellReading:
    text = names.normalise(shown(cell))
    if text.casefold() in _NAME_NOTHING:
        return NOTHING
    if stands_for_nothing(text):
        return CellReading(None, (says.fault("placeholder", text=text[:40]),))
    if len(text) > LONGEST_NAME:
        return CellReading(text[:LONGEST_NAME], (says.fault("too_long", limit=LONGEST_NAME),))
    if any(letter.isdigit() for letter in text):
        return CellReading(text, (says.fault("digits_in_name", text=text[:40]),))
    return CellReading(text or None)


def _phone(cell: Cell, setting: ReadingContext) -> CellReading:
    text = shown(cell)
    found = phones.parse(text, region=setting.region)
    if found.e164 and not found.faults and not any(letter.isalpha() for letter in text):
        beijing = setting.region == "CN" and _MOBILE_IN_KOREA.fullmatch(text.strip()) is not None
        return CellReading(found.e164, (says.fault("phone_of_beijing", text=text.strip()),) if beijing else ())
    several, beside = phones.parse_among(text, region=setting.region)
    if several:
        return _one_of(several, beside)
    if not found.e164 and any(fault.code == "missing" for fault in found.faults):
        return NOTHING
    return CellReading(found.e164, found.faults)


def phone_reader(target: Target, heading: str, setting: ReadingContext) -> Reader:
    """How to read a column of phones: under a Korean or Japanese heading a number without a country code is of that
    country first; 010-2345-6789 is a mobile there, and a landline of Beijing here."""
    home = reader_for(target, setting)
    region = next((region for script, region in _SCRIPTS if script.search(heading)), setting.region)
    if region == setting.region:
        return home

    def read(cell: Cell) -> CellReading:
        found = phones.parse(shown(cell), region=region)
        return CellReading(found.e164) if found.e164 and not found.faults else home(cell)

    return remembering(read)


def _one_of(several: Sequence[phones.Phone], beside: str) -> CellReading:
    """The first number; whatever else the cell says is left off, and said so."""
    kept = str(several[0].e164)
    faults = [says.fault("several_phones", kept=kept)] if len(several) > 1 else []
    if beside:
        faults.append(says.fault("phone_words", kept=kept, beside=beside[:40]))
    return CellReading(kept, tuple(faults))


def _flight(cell: Cell, _: ReadingContext) -> CellReading:
    text = re.sub(r"\s+", "", narrow(shown(cell))).upper()
    return NOTHING if stands_for_nothing(text) else CellReading(text[:60] or None)


# --- time


def _moment(cell: Cell, target: Target, setting: ReadingContext, order: DayOrder) -> CellReading:
    if isinstance(cell, bool) or _is_no_serial(cell, target):
        return CellReading(None, (says.fault("no_date", text=shown(cell)),))
    if _is_clock_alone(cell):
        return CellReading(None, (says.fault("time_without_day", text=shown(cell)[:40]),))
    if target.type is ValueType.DATE and isinstance(cell, str) and (stamp := _STAMP.fullmatch(cell.strip())):
        instant = dates.parse_instant(stamp[0], on=setting.on, zone=setting.tz)
        return CellReading(instant.value.astimezone(setting.tz).date() if instant.value else None, instant.faults)
    if target.type is ValueType.DATETIME:
        instant = dates.parse_instant(cell, on=setting.on, zone=setting.tz, order=order)
        return _timely(CellReading(instant.value, instant.faults))
    day = dates.parse_date(cell, on=setting.on, order=order, birth=target.kind == "birth_date")
    return _timely(CellReading(day.value, day.faults))


def _is_no_serial(cell: Cell, target: Target) -> bool:
    """Whether a number is too small for the serial of a day that anybody means: 1 is no 31 December 1899."""
    if isinstance(cell, bool) or not isinstance(cell, int | float) or cell < 1:
        return False
    first = _FIRST_BIRTH if target.kind == "birth_date" else _FIRST_SERIAL
    return cell < first and not dates.EARLIEST_YEAR <= cell <= dates.LATEST_YEAR


def _is_clock_alone(cell: Cell) -> bool:
    if isinstance(cell, dt.time) or (isinstance(cell, float) and 0 < cell < 1):
        return True
    clock = isinstance(cell, str) and any(mark in cell for mark in ":：时時点點시")
    return clock and dates.parse_time(cell).value is not None


def _timely(read: CellReading) -> CellReading:
    missing = read.value is None and any(fault.code == "missing" for fault in read.faults)
    return NOTHING if missing else read


def _time(cell: Cell) -> CellReading:
    if isinstance(cell, dt.datetime):
        return CellReading(cell.time())
    found = dates.parse_time(cell)
    return _timely(CellReading(found.value, found.faults))


def narrow(text: str) -> str:
    """Full-width letters and digits as ordinary ones."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _age(cell: Cell, _: ReadingContext) -> CellReading:
    return age_in_years(cell, None)


def age_in_years(cell: Cell, unit: str | None) -> CellReading:
    """An age in whole years, by the unit it is written with or the one another column states."""
    if isinstance(cell, bool | dt.date | dt.time):
        return CellReading(None, (says.fault("no_age", text=shown(cell)),))
    text = narrow(shown(cell)).strip()
    if text.casefold() in _NOTHING or (stands_for_nothing(text) and text != "0"):
        return NOTHING
    value, wrong = ages.years(text, unit)
    return CellReading(value, (wrong,) if wrong else ())


def _list_number(cell: Cell, _: ReadingContext) -> CellReading:
    """One number of a list; a cell with several says of nobody who is meant."""
    parts = [part for part in _SEVERAL_NUMBERS.split(shown(cell)) if part]
    if len(parts) > 1 and all(any(letter.isdigit() for letter in part) for part in parts):
        return CellReading(None, (says.fault("several_numbers", text=shown(cell)[:40]),))
    text = shown(cell).strip()
    if stands_for_nothing(text) and not text.isdecimal() and text.casefold() not in _NOTHING:
        return CellReading(None, (says.fault("placeholder", text=text[:40]),))
    return _text(cell)


_BY_KIND: Final[dict[str, Callable[[Cell, ReadingContext], CellReading]]] = {
    "name": _name,
    "name_latin": _name,
    "phone": _phone,
    "flight": _flight,
    "age": _age,
    "own_number": _list_number,
    "other_number": _list_number,
}
_BY_TYPE: Final[dict[ValueType, Reader]] = {
    ValueType.TEXT: _text,
    ValueType.LIST: _words,
    ValueType.INTEGER: _integer,
    ValueType.NUMBER: _number,
    ValueType.BOOLEAN: _answer,
    ValueType.TIME: _time,
}
