"""Telephone numbers: kept as E.164, shown as the people of the county write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from ..faults import Fault
from .placeholders import stands_for_nothing
from .spelling import rounded, rounded_fault, wide_to_narrow

# Eleven digits from 13 to 19, as nine lines in ten have: no need to ask the library, which takes twenty times as long.
_CHINESE_MOBILE: Final = re.compile(r"(?:(?:\+|00)?86)?(1[3-9][0-9]{9})")
_CHINESE_E164: Final = re.compile(r"\+86(1[3-9][0-9])([0-9]{4})([0-9]{4})")
_FILLING: Final = re.compile(r"[\s\-\u2010-\u2015().\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_WHOLE_FLOAT: Final = re.compile(r"([0-9]{7,})\.0+")
_LABEL: Final = re.compile(
    r"^(?:手机号码?|手机|联系电话|电话号码?|电话|座机|mobile|phone|cell|mob|tel)[.:\s]*",
    re.IGNORECASE)
_MOBILES: Final = re.compile(r"(?<![0-9+])(?:(?:\+|00)?86[\- ]?)?1[3-9][0-9](?:[\- ]?[0-9]{4}){2}(?![0-9])")
_EXTENSION: Final = re.compile(r"(?:转|轉|分机|内线|ext\.?|extension|доб\.?|x|#)\s*[0-9]{1,6}", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\(?\+?\(?[0-9](?:[\-.()\u2010-\u2015 ]*[0-9]){5,18}")
_SPACES: Final = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_DIVIDERS: Final = re.compile(r"[;,、/|\n\r]+|\s或\s*|\s+or\s+")
_NOTHING: Final = frozenset({
    "", "无", "没有", "不详", "未知", "none", "no", "nil", "null", "nan", "na", "n/a", "-", "--", "0",
})


@dataclass(frozen=True, slots=True)
class Phone:
    """``e164`` is None when no number could be made of the text; with faults of another kind it is there."""

    e164: str | None
    faults: tuple[Fault, ...] = ()


@lru_cache(maxsize=16384)
def parse(text: str, *, region: str) -> Phone:
    """Read one number. ``region`` is the ISO alpha-2 code of the county's country, for numbers without a country
    code. A number that is none there but is one with ``+`` before it is taken so, with the fault ``country_assumed``.
    """
    narrow = _LABEL.sub("", wide_to_narrow(text))
    whole = _WHOLE_FLOAT.fullmatch(narrow)
    bare = _FILLING.sub("", whole[1] if whole else narrow)
    mobile = _CHINESE_MOBILE.fullmatch(bare)
    if mobile and (region == "CN" or len(bare) > 11):
        return Phone("+86" + mobile[1])
    if bare.lower() in _NOTHING or stands_for_nothing(text):
        return Phone(None, (_missing(),))
    if rounded(narrow):
        return Phone(None, (rounded_fault("phone"),))
    return _parse(narrow if not whole else whole[1], region)


def parse_many(text: str, *, region: str) -> tuple[Phone, ...]:
    """All numbers of a cell such as ``13800138000/010-12345678``; empty when there is none."""
    pieces = (piece.strip() for piece in _DIVIDERS.split(wide_to_narrow(text)))
    return tuple(parse(piece, region=region) for piece in pieces if piece.lower() not in _NOTHING)


def parse_among(text: str, *, region: str) -> tuple[tuple[Phone, ...], str]:
    """The numbers in a cell that has words, an extension or several numbers in it, in their order, and what else stands
    there: ``13800138021（父亲）``, ``0559-5521234转801``, ``13800138022 13900139022``.
    """
    narrow = _SPACES.sub(" ", wide_to_narrow(text))
    bare = _LABEL.sub("", narrow)
    found: dict[int, Phone] = {}
    rest = bare
    patterns = [_MOBILES, _NUMBER] if region == "CN" else [_NUMBER]
    for pattern in patterns:
        for match in list(pattern.finditer(_blanked(rest, _EXTENSION))):
            phone = parse(match[0], region=region)
            if phone.e164 and not phone.faults:
                found[match.start()] = phone
                rest = rest[:match.start()] + " " * len(match[0]) + rest[match.end():]
    beside = " ".join(re.sub(r"[\s;,、/|，；]+", " ", rest).split()).strip(" ()")
    return tuple(found[place] for place in sorted(found)), beside


def can_be_dialled(text: str, *, region: str) -> bool:
    """Whether a number stands in a text, whatever words stand beside it."""
    return parse(text, region=region).e164 is not None or bool(parse_among(text, region=region)[0])


def _blanked(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda match: " " * len(match[0]), text)


@lru_cache(maxsize=16384)
def display(e164: str, *, region: str) -> str:
    """Grouped as at home for numbers of ``region``, international for others; what is no number comes back as it is."""
    chinese = _CHINESE_E164.fullmatch(e164)
    if chinese:
        return " ".join(chinese.groups() if region == "CN" else ("+86", *chinese.groups()))
    number = _read(e164, None)
    if number is None:
        return e164
    home = phonenumbers.country_code_for_region(region) == number.country_code
    form = PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


@lru_cache(maxsize=16384)
def _parse(text: str, region: str) -> Phone:
    number = _read(text, region)
    if number and phonenumbers.is_valid_number(number):
        return Phone(_e164(number))
    abroad = _read("+" + _digits(text).lstrip("0"), None)
    if abroad and phonenumbers.is_valid_number(abroad) and not text.startswith("+"):
        return Phone(_e164(abroad), (_country_assumed(text, abroad),))
    if number and phonenumbers.is_possible_number(number) and _e164(number).endswith(_digits(text)):
        return Phone(_e164(number), (_not_in_use(text),))
    return Phone(None, (_no_number(text),))


def _digits(text: str) -> str:
    """The digits as written: a number of no known range whose first one would be dropped is not made into another."""
    return re.sub(r"[^0-9]", "", text).removeprefix("00")


def _read(text: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(re.sub(r"^00(?=[1-9])", "+", text), region)
    except NumberParseException:
        return None


def _e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _missing() -> Fault:
    return Fault.of(
        "missing", "phone", "There is no phone number. Ask for one and enter it.", "缺少电话号码。请询问后补填。")


def _no_number(text: str) -> Fault:
    return Fault.of(
        "no_phone_number", "phone",
        f"“{text}” is no phone number. Ask for it and enter it, abroad with + and country code.",
        f"“{text}”不是电话号码。请核实后填写，境外号码前加“+”和国家代码。")


def _not_in_use(text: str) -> Fault:
    return Fault.of(
        "phone_not_in_use", "phone",
        f"“{text}” belongs to no known range of numbers. Call it, or ask for another one.",
        f"“{text}”不在已知号段内。请拨打核实，或另询号码。")


def _country_assumed(text: str, number: PhoneNumber) -> Fault:
    return Fault.of(
        "country_assumed", "phone",
        f"“{text}” was taken as a number abroad, +{number.country_code}. Check the country code.",
        f"“{text}”已按境外号码（+{number.country_code}）处理。请核对国家代码。")
