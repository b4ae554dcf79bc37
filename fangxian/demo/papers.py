"""Invented documents and phones: right in form and check digit, and from ranges that hardly anybody bears.

Sequences of identity numbers start at 700, which a county with a handful of births a day never reaches; phones are
from the satellite range 1349.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from fangxian.kernel.identifiers import mrz, resident_id
from fangxian.kernel.identifiers.types import Sex

from .chance import chosen, whole
from .names import InventedName

DIVISION: Final = "341023"
_FORMS: Final = {  # A stands for a letter, 9 for a digit; other characters for themselves
    "IT": "YA9999999", "KR": "M99999999", "IR": "P99999999", "ES": "PAA999999", "US": "599999999", "GB": "999999999",
    "DE": "C01X99999", "FR": "99AA99999", "JP": "TR9999999", "TH": "AA9999999", "SG": "K9999999A", "PH": "P9999999A",
    "MY": "A99999999", "RU": "759999999", "CN": "E99999999", "HK": "H99999999", "TW": "99999999",
}
_ALPHA3: Final = {
    "IT": "ITA", "KR": "KOR", "IR": "IRN", "ES": "ESP", "US": "USA", "GB": "GBR", "DE": "D", "FR": "FRA", "JP": "JPN",
    "TH": "THA", "SG": "SGP", "PH": "PHL", "MY": "MYS", "RU": "RUS", "CN": "CHN",
}


def identity_number(born: dt.date, sex: str, number: int) -> str:
    """A resident id of the county; the same day and sex stay apart by the running ``number``."""
    sequence = 700 + number % 149 * 2 + (1 if sex == "male" else 0)
    return resident_id.compose(DIVISION, born, sequence)


def document(kind: str, *about: object) -> str:
    """The number of a passport by its nation's form, or of a permit of Hong Kong (HK) or Taiwan (TW)."""
    return "".join(_character(mark, place, *about) for place, mark in enumerate(_FORMS[kind]))


def zone(nation: str, number: str, name: InventedName, born: dt.date, sex: Sex, expiry: dt.date) -> str:
    """The machine readable lines of a passport."""
    return mrz.compose(
        form=mrz.Format.TD3, document_type="P", issuer=_ALPHA3[nation], number=number, nationality=_ALPHA3[nation],
        birth_date=born, sex=sex, expiry=expiry, surname=name.surname, given_names=name.given)


def phone(number: int) -> str:
    """A mobile number, one for every running number below ten million."""
    return f"1349{number * 7919 % 10_000_000:07d}"


def _character(mark: str, place: int, *about: object) -> str:
    if mark == "9":
        return str(whole(0, 9, "document", place, *about))
    return chosen("BCDFGHJKLMNPRSTVWXYZ", "document", place, *about) if mark == "A" and place else mark
