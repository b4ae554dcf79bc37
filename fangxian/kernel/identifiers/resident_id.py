"""Citizen identity numbers, GB 11643-1999 (18 characters) and GB 11643-1989 (15 digits).

Check digit, division and date are judged apart, so that one wrong digit does not hide what the others say.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from stdnum import numdb

from ..faults import Fault
from .spelling import compact, rounded, rounded_fault
from .types import Sex

FORM: Final = re.compile(r"[1-8][0-9]{16}[0-9X]")
OLD_FORM: Final = re.compile(r"[1-7][0-9]{14}")  # those of 81, 82 and 83 came later, with eighteen
MEANT: Final = re.compile(r"[1-9][0-9]{11,19}[0-9X]")
"""More digits in a row than any other document has: a digit of one of these is missing or too much."""
OLDEST: Final = 130

_LENGTH: Final = 18
_SIGNS: Final = "0123456789X"
_ALMOST: Final = re.compile(r"[0-9]*X?[0-9]?X?")
"""All digits, but for an X at the end or one place before it."""

_WEIGHTS: Final = tuple(2 ** (17 - place) % 11 for place in range(17))
_DIGITS: Final = "10X98765432"
_CENTENARIANS: Final = frozenset({"996", "997", "998", "999"})


@dataclass(frozen=True, slots=True)
class ResidentId:
    """``number`` has 18 characters when the form allows it; ``upgraded`` says it was written with 15 digits.
    ``division`` is the six-digit code, ``place`` its name in Chinese or None when no such division is known.
    """

    number: str
    division: str | None = None
    place: str | None = None
    birth_date: dt.date | None = None
    sex: Sex | None = None
    upgraded: bool = False
    faults: tuple[Fault, ...] = ()


def check_character(body: str) -> str:
    """The eighteenth character for seventeen digits: ISO 7064, MOD 11-2 (GB 11643-1999, 4.2.4)."""
    return _DIGITS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True)) % 11]


def compose(division: str, birth_date: dt.date, sequence: int) -> str:
    """A number with its right check digit; an odd ``sequence`` (0–999) is a man's."""
    body = f"{division}{birth_date:%Y%m%d}{sequence:03d}"
    return body + check_character(body)


def upgrade(old: str) -> str:
    """Fifteen digits as eighteen characters: the century is 19, or 18 for the sequences kept for centenarians."""
    century = "18" if old[12:] in _CENTENARIANS else "19"
    body = old[:6] + century + old[6:]
    return body + check_character(body)


def parse(text: str, *, on: dt.date) -> ResidentId:
    """Read a number as written; ``on`` is the day no birth date may lie after."""
    number = compact(text)
    if OLD_FORM.fullmatch(number):
        return _read(upgrade(number), on=on, upgraded=True)
    if FORM.fullmatch(number):
        return _read(number, on=on, upgraded=False)
    fault = rounded_fault("number") if rounded(text) else _wrong_form(number)
    return ResidentId(number, faults=(fault,))


def _read(number: str, *, on: dt.date, upgraded: bool) -> ResidentId:
    birth_date, date_faults = birth_date_in(number[6:14], on=on)
    place = place_of(number[:6])
    faults = (*check_faults(number), *(() if place else (_unknown_division(number[:6]),)), *date_faults)
    return ResidentId(number, number[:6], place, birth_date, sex_of(number[16]), upgraded, faults)


def sex_of(digit: str) -> Sex:
    """By the seventeenth digit (GB 11643-1999, 4.2.3)."""
    return "male" if digit in "13579" else "female"


@lru_cache(maxsize=8192)
def place_of(division: str) -> str | None:
    """Name of a county-level division that exists or existed, such as 北京市东城区; None for a code never given."""
    found = {key: value for _, part in numdb.get("cn/loc").info(division) for key, value in part.items()}
    county = str(found.get("county", ""))
    names = re.sub(r"\[[^\]]*\]", "", county).split(",")
    province, name = str(found.get("province", "")), names[-1]
    return None if not name else name if name == province else province + name


def check_faults(number: str) -> tuple[Fault, ...]:
    """Nothing, or the check digit's fault; for every eighteen-character number of this family."""
    if number[17] == check_character(number[:17]):
        return ()
    if number.endswith("000"):
        return (rounded_fault("check_digit"),)
    return (wrong_check_digit(),)


def born_in(number: str) -> dt.date | None:
    """The birth date in a number of eighteen characters or fifteen digits, whatever else is wrong with it."""
    whole = upgrade(number) if OLD_FORM.fullmatch(number) else number
    return _day(whole[6:14]) if FORM.fullmatch(whole) else None


def is_right(number: str) -> bool:
    """Whether it is one of eighteen characters with its check digit and a birth date."""
    return bool(FORM.fullmatch(number)) and number[17] == check_character(number[:17]) and bool(_day(number[6:14]))


@lru_cache(maxsize=1024)
def one_slip_from(number: str) -> tuple[str, ...]:
    """The right numbers that a wrong one is meant for, if one character was mistyped, left out, written twice or
    changed places with the next; of fifteen digits the one they became. None for a number that is right, and for what
    is no such number.
    """
    if OLD_FORM.fullmatch(number):
        return (upgrade(number),)
    if len(number) not in (17, 18, 19) or not _ALMOST.fullmatch(number) or is_right(number):
        return ()
    return tuple(sorted({one for one in _slips(number) if is_right(one)}))


def _slips(number: str) -> Iterator[str]:
    for at in range(len(number) + 1):
        before, after = number[:at], number[at:]
        if len(number) == _LENGTH - 1:
            yield from (before + sign + after for sign in _SIGNS)
        elif len(number) == _LENGTH + 1:
            yield before + after[1:]
        else:
            yield from (before + sign + after[1:] for sign in _SIGNS if after)
            yield before + after[1:2] + after[:1] + after[2:]


def _day(digits: str) -> dt.date | None:
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def birth_date_in(digits: str, *, on: dt.date) -> tuple[dt.date | None, tuple[Fault, ...]]:
    """The date in eight digits, and what is wrong with it as a birth date."""
    try:
        born = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None, (_birth_date(digits, "is not a day of the calendar", "不是有效日期"),)
    if born > on:
        return born, (_birth_date(digits, "lies in the future", "晚于今天"),)
    if on.year - born.year > OLDEST:
        return born, (_birth_date(digits, f"is more than {OLDEST} years ago", f"距今超过{OLDEST}年"),)
    return born, ()


def _birth_date(digits: str, en: str, zh: str) -> Fault:
    return Fault.of(
        "birth_date", "birth_date",
        f"The birth date in the number, {digits}, {en}. Compare the number with the document.",
        f"号码中的出生日期 {digits} {zh}。请与证件核对。")


def wrong_check_digit() -> Fault:
    return Fault.of(
        "check_digit", "check_digit",
        "The check digit does not fit: one of the characters is wrong. Compare the number with the document.",
        "校验位不符，号码中有字符有误。请与证件核对。")


def _unknown_division(division: str) -> Fault:
    return Fault.of(
        "unknown_division", "division",
        f"No division with the code {division} is known. Compare the first six digits with the document.",
        f"没有代码为 {division} 的行政区划。请核对证件号码前六位。")


def _wrong_form(number: str) -> Fault:
    return Fault.of(
        "form", "number",
        f"A resident identity number has 17 digits and a digit or X; this one has {len(number)} characters. "
        "Compare it with the document.",
        f"居民身份证号码应为17位数字加1位数字或X，现为{len(number)}位。请与证件核对。")
