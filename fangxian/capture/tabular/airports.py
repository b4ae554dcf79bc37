"""Codes of airports beside codes of countries: FRA is Frankfurt in one list and France in another.

A column of three letters is one or the other as a whole: where many of its codes are no country's, none of them is.
Where all could be both, and the heading does not say that they are countries, it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from fangxian.kernel.identifiers import countries

from . import value_sentences as says
from .cells import CellReading, Reader, remembering, shown
from .types import Cell
from .value_evidence import FEW, MOST

_CODE: Final = re.compile(r"[A-Z]{3}")
_BETWEEN: Final = re.compile(r"[^A-Za-z]+")
_COUNTRY: Final = re.compile(
    r"countr|nation|citizen|\bland\b|länder|land\b|\bland|pays\b|pa[ií]s|paes[ei]|стран|гражданств|国|國|省|地区|地區|旅居"
    r"|국가|국적|دول|بلد|بلاد", re.IGNORECASE)
_AIRPORT: Final = re.compile(
    r"airport|\bports?\b|hafen|a[ée]roport|aeropuerto|aeroporto|аэропорт|机场|機場|空港|口岸|港口|공항|مطار|iata",
    re.IGNORECASE)
BOTH: Final = frozenset([
    "ALB", "ARG", "AUS", "BEL", "BEN", "BGR", "BLR", "CAN", "CHL", "CMR", "COL", "DOM", "ECU", "FRA", "GEO", "GUY",
    "HND", "HUN", "IND", "ISL", "KEN", "LAO", "MAR", "MDG", "MUS", "NLD", "NPL", "PAN", "PER", "POL", "ROU", "SEN",
    "SYR", "TUR", "VEN",
])
"""Airports with flights (IATA) whose code is another country's (ISO 3166-1 alpha-3), such as Frankfurt, Guangzhou,
Haneda, Bangalore, Perth, Hualien."""


def says_airport(heading: str) -> bool:
    """Whether a heading is about an airport or a port."""
    return _AIRPORT.search(heading) is not None


def may_be_airports(heading: str, values: Sequence[Cell]) -> bool:
    """Whether a column that could be countries is one of airports, or could be as well."""
    return are_airports(heading, values) or (
        _COUNTRY.search(heading) is None and bool(codes := _codes_of(values)) and codes <= BOTH)


def are_airports(heading: str, values: Sequence[Cell]) -> bool:
    """Whether the codes that stand in a column are no countries, whatever it is taken to mean."""
    codes = _codes_of(values)
    enough = MOST if _COUNTRY.search(heading) else FEW
    return bool(codes) and sum(not _is_country(code) for code in codes) > enough * len(codes)


def without_codes(read: Reader, heading: str, cells: Iterable[Cell]) -> Reader:
    """The reader of a column of countries; of one in which airports stand it takes no code for a country."""
    if not are_airports(heading, list(cells)):
        return read

    def named(cell: Cell) -> CellReading:
        if any(_CODE.fullmatch(piece) for piece in _BETWEEN.split(str(cell)[:400])):
            return CellReading(None, (says.fault("airport_code", text=shown(cell)[:40]),))
        return read(cell)

    return remembering(named)


def _codes_of(values: Sequence[Cell]) -> set[str]:
    """The three-letter codes of a column, where most of its values are nothing else."""
    cells = [_BETWEEN.split(str(value).strip()[:400]) for value in values if value is not None]
    coded = [pieces for pieces in cells if all(_CODE.fullmatch(piece) for piece in pieces)]
    return {piece for pieces in coded for piece in pieces} if len(coded) > MOST * len(cells) else set()


def _is_country(code: str) -> bool:
    return countries.recognise(code) is not None
