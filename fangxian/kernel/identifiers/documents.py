"""One door for a document number as a list has it: which document it is, whose, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Final

from ..faults import Fault
from . import mrz, permits, resident_id
from .countries import recognise as recognise_country
from .placeholders import stands_for_nothing
from .spelling import compact, rounded, rounded_fault
from .types import DocumentKind, IdentityDocument

__all__ = ["DocumentKind", "IdentityDocument", "kind_of", "recognise"]

_NAMES: Final = {
    DocumentKind.RESIDENT_ID: (
        "居民身份证|身份证|公民身份证|二代身份证|二代证|中国居民身份证|临时身份证|户口簿|户口本|RIC|ID|IDCARD|IDENTITYCARD|RESIDENTIDENTITYCARD"
        "|RESIDENTID|CHINESEID"),
    DocumentKind.PASSPORT: (
        "护照|普通护照|因私护照|因公护照|外国护照|中国护照|外交护照|公务护照|P|PP|PASSPORT|FOREIGNPASSPORT|CHINESEPASSPORT"),
    DocumentKind.HK_MACAU_PERMIT: (
        "港澳居民来往内地通行证|港澳通行证|港澳居民通行证|回乡证|回鄉證|HOMERETURNPERMIT|HKMPERMIT|HKMACAUPERMIT|HKMACAOPERMIT"),
    DocumentKind.TAIWAN_PERMIT: (
        "台湾居民来往大陆通行证|台湾通行证|台胞证|台胞證|MTP|TAIWANPERMIT|TWPERMIT|TAIWANCOMPATRIOTPERMIT"),
    DocumentKind.HMT_RESIDENCE_PERMIT: (
        "港澳台居民居住证|港澳居民居住证|台湾居民居住证|居住证|HMTRESIDENCEPERMIT|HKMTRESIDENCE|RESIDENCEPERMIT"),
    DocumentKind.FOREIGNER_PERMANENT_ID: (
        "外国人永久居留身份证|外国人永久居留证|永久居留身份证|永居证|五星卡|绿卡|FOREIGNERPERMANENTID|FOREIGNRESIDENCE|PERMANENTRESIDENCECARD"
        "|FOREIGNERPERMANENTRESIDENCEIDCARD"),
    DocumentKind.OTHER: "其他|其他证件|其它|其它证件|OTHER|ANOTHERDOCUMENT",
}
_KINDS: Final = {name: kind for kind, names in _NAMES.items() for name in names.split("|")}
_LABEL: Final = re.compile(
    "(" + "|".join(sorted((name for name in _KINDS if not name.isascii() or name == "PASSPORT"), key=len, reverse=True))
    + r")(?:号码|号|NUMBER|NO)?(?=.*[0-9])")

# Chinese documents that a country other than China rules out, in the order they are tried.
_BY_FORM: Final = (
    (permits.FOREIGNER, DocumentKind.FOREIGNER_PERMANENT_ID),
    (permits.HMT_RESIDENCE, DocumentKind.HMT_RESIDENCE_PERMIT),
    (resident_id.FORM, DocumentKind.RESIDENT_ID),
    (resident_id.OLD_FORM, DocumentKind.RESIDENT_ID),
    (permits.FOREIGNER_OLD, DocumentKind.FOREIGNER_PERMANENT_ID),
)


def kind_of(label: str) -> DocumentKind | None:
    """The kind a heading or a cell names, in English or Chinese, or by its code; None when it is not known."""
    return _KINDS.get(compact(label))


def recognise(text: str, *, kind: str | None, country: str | None, on: dt.date) -> IdentityDocument:
    """Read a number, or a whole machine readable zone. ``kind`` is a code or what the list calls the document,
    ``country`` the holder's code or name; both may be None. A kind that does not fit the number gives the kind the
    number must be, with the fault ``other_kind``. Never raises; ``on`` is the reference day for dates in numbers.
    """
    if mrz.looks_like_mrz(text):
        return _from_mrz(text, on)
    code = recognise_country(country) if country else None
    named = kind_of(kind) if kind else None
    if rounded(text):
        return IdentityDocument(named or DocumentKind.OTHER, text.strip(), code, faults=(rounded_fault("number"),))
    number, labelled = _without_label(compact(text))
    if stands_for_nothing(number):
        return IdentityDocument(named or DocumentKind.OTHER, "", code, faults=(_missing(),))
    stated = named or labelled
    return _as_stated(number, stated, code, on) if stated else _by_form(number, code, on)


def _without_label(number: str) -> tuple[str, DocumentKind | None]:
    label = None if number.isascii() and not number.startswith("PASSPORT") else _LABEL.match(number)
    return (number[label.end():], _KINDS[label[1]]) if label else (number, None)


def _as_stated(number: str, stated: DocumentKind, country: str | None, on: dt.date) -> IdentityDocument:
    found = permits.READERS[stated](number, country, on)
    form = _certain_form(number)
    if form is None or form is stated or stated is DocumentKind.OTHER:
        return found
    real = permits.READERS[form](number, country, on)
    if real.faults and found.certain:
        return found
    return replace(real, faults=(_other_kind(), *real.faults), certain=False)


def _by_form(number: str, country: str | None, on: dt.date) -> IdentityDocument:
    form = _certain_form(number)
    if form:
        return permits.READERS[form](number, country, on)
    kind, certain = _likely_kind(number, country)
    if kind is DocumentKind.OTHER:
        return IdentityDocument(kind, number, country, faults=(_unknown_form(number),))
    found = permits.READERS[kind](number, country, on)
    return found if certain else replace(found, certain=False)


def _certain_form(number: str) -> DocumentKind | None:
    """The kind of a number whose form no other document has."""
    if len(number) not in (15, 18):
        return None
    return next((kind for form, kind in _BY_FORM if form.fullmatch(number)), None)


def _likely_kind(number: str, country: str | None) -> tuple[DocumentKind, bool]:
    """Short numbers are alike all over the world: eight digits, or M and eight digits (a Korean passport too). The
    holder's country settles it; without one it stays uncertain.
    """
    home = country.split("-")[0] if country else None
    if permits.HK_MACAU.fullmatch(number) and home in (None, "CN", "HK", "MO"):
        return DocumentKind.HK_MACAU_PERMIT, home in ("HK", "MO") or (home is None and len(number) > len("H12345678"))
    if permits.TAIWAN.fullmatch(number) and home in (None, "CN", "TW"):
        return DocumentKind.TAIWAN_PERMIT, home == "TW"
    if resident_id.MEANT.fullmatch(number) and home in (None, "CN"):
        return DocumentKind.RESIDENT_ID, False
    if permits.ANY_PASSPORT.fullmatch(number):
        return DocumentKind.PASSPORT, home is not None
    return DocumentKind.OTHER, False


def _from_mrz(text: str, on: dt.date) -> IdentityDocument:
    zone = mrz.parse(text, on=on)
    kind = DocumentKind.PASSPORT if zone.document_type.startswith("P") else DocumentKind.OTHER
    certain = not zone.faults and kind is DocumentKind.PASSPORT
    return IdentityDocument(
        kind, zone.number or compact(text), recognise_country(zone.nationality), zone.birth_date, zone.sex, zone.faults,
        certain)


def _missing() -> Fault:
    return Fault.of(
        "missing", "number", "There is no document number. Ask for it and enter it.", "缺少证件号码。请询问后补填。")


def _unknown_form(number: str) -> Fault:
    return Fault.of(
        "unknown_form", "number",
        f"No kind of document has numbers like “{number}”. Compare it with the document and choose its kind.",
        f"没有证件的号码形如“{number}”。请与证件核对并选择证件类型。")


def _other_kind() -> Fault:
    return Fault.of(
        "other_kind", "kind", "The number is of another kind of document than stated. Check the kind of document.",
        "号码与所填证件类型不符。请核对证件类型。")
