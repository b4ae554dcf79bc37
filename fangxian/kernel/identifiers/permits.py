"""Passports, and the permits of people from Hong Kong, Macau, Taiwan and abroad.

Each reader takes a compact number (``spelling.compact``) said to be of its kind, keeps it as it is, and says what is
wrong with it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Final, TypeAlias

from ..faults import Fault
from ..text import Text
from . import mrz, resident_id
from .countries import from_division, from_numeric, recognise
from .types import DocumentKind, IdentityDocument

Reader: TypeAlias = Callable[[str, str | None, dt.date], IdentityDocument]

# Ministry of Public Security: a letter for the place, eight digits for the person, two for the edition of the card.
HK_MACAU: Final = re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?")
# Eight digits for life since 2015; before, ten digits and a letter in brackets; two digits may count the editions.
TAIWAN: Final = re.compile(r"[0-9]{8}(?:[0-9]{2})?|[0-9]{10}[A-Z]")
# Residence permits of 2018: pseudo-divisions 810000, 820000 and 830000 in a number of GB 11643's form.
HMT_RESIDENCE: Final = re.compile(r"8[123]0000[0-9]{11}[0-9X]")
# National Immigration Administration, 2017 and 2023: three letters and twelve digits, or eighteen characters from 9.
FOREIGNER_OLD: Final = re.compile(r"[A-Z]{3}[0-9]{12}")
FOREIGNER: Final = re.compile(r"9[0-9]{16}[0-9X]")
# Ordinary (14, 15, G, E, E + letter), diplomatic (D, DE), service (S, SE), public affairs (P, PE); Hong Kong's and
# Macau's passports (K, KJ, H; M, MA, MB).
CHINESE_PASSPORT: Final = re.compile(
    r"(?:14|15)[0-9]{7}|G[0-9]{8}|E[0-9A-HJ-NP-Z][0-9]{7}|[DSP]E?[0-9]{7,8}|[KHM][0-9]{8}|KJ[0-9]{7}|M[AB][0-9]{7}")
ANY_PASSPORT: Final = re.compile(r"(?=[A-Z]*[0-9])[A-Z0-9]{5,12}")

_HOLDERS: Final = {"H": "HK", "M": "MO"}


def passport(number: str, country: str | None, on: dt.date) -> IdentityDocument:
    """``country`` decides which forms are right; without one any passport's form will do."""
    chinese = country is not None and country.split("-")[0] == "CN"
    fits = (CHINESE_PASSPORT if chinese else ANY_PASSPORT).fullmatch(number)
    return _document(DocumentKind.PASSPORT, number, country, fits=fits is not None)


def hk_macau_permit(number: str, country: str | None, on: dt.date) -> IdentityDocument:
    fits = HK_MACAU.fullmatch(number) is not None
    return _document(DocumentKind.HK_MACAU_PERMIT, number, _HOLDERS[number[0]] if fits else country, fits=fits)


def taiwan_permit(number: str, country: str | None, on: dt.date) -> IdentityDocument:
    fits = TAIWAN.fullmatch(number) is not None
    return _document(DocumentKind.TAIWAN_PERMIT, number, "TW" if fits else country, fits=fits)


def hmt_residence_permit(number: str, country: str | None, on: dt.date) -> IdentityDocument:
    if not HMT_RESIDENCE.fullmatch(number):
        return _document(DocumentKind.HMT_RESIDENCE_PERMIT, number, country, fits=False)
    return _with_birth_date(DocumentKind.HMT_RESIDENCE_PERMIT, number, from_division(number[:2]), on, ())


def foreigner_permanent_id(number: str, country: str | None, on: dt.date) -> IdentityDocument:
    """Of 2023: 9, two digits of the province, three of the nationality (ISO 3166-1 numeric), then as GB 11643.
    Of 2017: nationality (alpha-3), four digits of the division, birth date, sequence, check digit of Doc 9303.
    """
    if FOREIGNER.fullmatch(number):
        nationality = from_numeric(number[3:6])
        faults = () if nationality else (_nationality(number[3:6]),)
        return _with_birth_date(DocumentKind.FOREIGNER_PERMANENT_ID, number, nationality, on, faults)
    if FOREIGNER_OLD.fullmatch(number):
        return _old_foreigner(number, on)
    return _document(DocumentKind.FOREIGNER_PERMANENT_ID, number, country, fits=False)


def resident(number: str, country: str | None, on: dt.date) -> IdentityDocument:
    found = resident_id.parse(number, on=on)
    return IdentityDocument(
        DocumentKind.RESIDENT_ID, found.number, "CN" if found.division else country, found.birth_date, found.sex,
        found.faults, certain=not found.faults)


def other(number: str, country: str | None, on: dt.date) -> IdentityDocument:
    """Nothing is known of its form, so nothing can be wrong with it."""
    return IdentityDocument(DocumentKind.OTHER, number, country, certain=bool(number))


READERS: Final[dict[DocumentKind, Reader]] = {
    DocumentKind.RESIDENT_ID: resident,
    DocumentKind.PASSPORT: passport,
    DocumentKind.HK_MACAU_PERMIT: hk_macau_permit,
    DocumentKind.TAIWAN_PERMIT: taiwan_permit,
    DocumentKind.HMT_RESIDENCE_PERMIT: hmt_residence_permit,
    DocumentKind.FOREIGNER_PERMANENT_ID: foreigner_permanent_id,
    DocumentKind.OTHER: other,
}


def _old_foreigner(number: str, on: dt.date) -> IdentityDocument:
    nationality = recognise(number[:3])
    born = _two_digit_birth(number[7:13], on)
    faults = (
        *(() if nationality else (_nationality(number[:3]),)),
        *(() if born else (_birth_date(number[7:13]),)),
        *(() if number[14] == mrz.check_digit(number[:14]) else (resident_id.wrong_check_digit(),)))
    sex = resident_id.sex_of(number[13])
    return IdentityDocument(
        DocumentKind.FOREIGNER_PERMANENT_ID, number, nationality, born, sex, faults, certain=not faults)


def _two_digit_birth(digits: str, on: dt.date) -> dt.date | None:
    """The latest such day that is not after ``on``."""
    for century in (on.year // 100, on.year // 100 - 1):
        born, _ = resident_id.birth_date_in(f"{century}{digits}", on=on)
        if born and born <= on:
            return born
    return None


def _with_birth_date(
    kind: DocumentKind, number: str, country: str | None, on: dt.date, faults: tuple[Fault, ...],
) -> IdentityDocument:
    born, date_faults = resident_id.birth_date_in(number[6:14], on=on)
    faults = (*resident_id.check_faults(number), *faults, *date_faults)
    return IdentityDocument(kind, number, country, born, resident_id.sex_of(number[16]), faults, certain=not faults)


def _document(kind: DocumentKind, number: str, country: str | None, *, fits: bool) -> IdentityDocument:
    return IdentityDocument(kind, number, country, faults=() if fits else (_form(kind, number),), certain=fits)


_FORMS: Final = {
    DocumentKind.PASSPORT: Text(
        "a passport number has 5 to 15 letters and digits; a Chinese one a letter or two and 7 or 8 digits",
        "护照号码为5至15位字母或数字，中国护照为1至2位字母加7至8位数字"),
    DocumentKind.HK_MACAU_PERMIT: Text(
        "a permit for Hong Kong and Macau residents has H or M and 8 or 10 digits",
        "港澳居民来往内地通行证为H或M加8位或10位数字"),
    DocumentKind.TAIWAN_PERMIT: Text(
        "a permit for Taiwan residents has 8 digits, or 10 and a letter",
        "台湾居民来往大陆通行证为8位数字，或10位数字加1位字母"),
    DocumentKind.HMT_RESIDENCE_PERMIT: Text(
        "a residence permit has 18 characters and begins with 810000, 820000 or 830000",
        "港澳台居民居住证为18位，以810000、820000或830000开头"),
    DocumentKind.FOREIGNER_PERMANENT_ID: Text(
        "a foreigner's permanent residence number has 18 characters from 9, or 3 letters and 12 digits",
        "外国人永久居留身份证为以9开头的18位，或3位字母加12位数字"),
}


def _form(kind: DocumentKind, number: str) -> Fault:
    form = _FORMS[kind]
    return Fault.of(
        "form", "number", f"“{number}” does not look right: {form.en}. Check the kind of document, then the number.",
        f"“{number}”格式不符：{form.zh}。请先核对证件类型，再核对号码。")


def _nationality(code: str) -> Fault:
    return Fault.of(
        "nationality", "country",
        f"No country has the code {code} in the number. Compare it with the document.",
        f"号码中的国籍代码 {code} 不存在。请与证件核对。")


def _birth_date(digits: str) -> Fault:
    return Fault.of(
        "birth_date", "birth_date", f"The birth date in the number, {digits}, is no day of the calendar. "
        "Compare it with the document.", f"号码中的出生日期 {digits} 不是有效日期。请与证件核对。")
