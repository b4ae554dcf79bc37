"""An airport is not read as a country: FRA is Frankfurt in one list and France in another."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from fangxian.capture import listing
from fangxian.capture.tabular.airports import BOTH
from fangxian.capture.tabular.columns import understand
from fangxian.capture.tabular.meanings import Evidence
from fangxian.capture.tabular.read import read_list
from fangxian.capture.tabular.rows import interpret
from fangxian.capture.tabular.types import ListSheet
from fangxian.kernel.identifiers import countries
from fangxian.programmes.folder import read_folder
from fangxian.programmes.load import load
from tests.county import ROOT

ENTRY: Final = load(read_folder(ROOT / "programmes" / "entry"))[0]
assert ENTRY is not None
TARGETS: Final = listing.fields(ENTRY.forms["listed"])
Read = tuple[str, list[object], set[str]]


def column(heading: str, values: list[str], said: str | None = None) -> Read:
    """What the column is taken to be (``?`` and what is offered where it is asked), its answers and the faults."""
    lines = [f"Passnummer,Name,{heading}", *(f"C01X00T4{number},Anna Müller{'abcde'[number]},{value}"
                                            for number, value in enumerate(values))]
    sheet = read_list("\n".join(lines).encode(), "list.csv")
    assert isinstance(sheet, ListSheet)
    found = understand(sheet, TARGETS, None, corrections={2: said} if said else {})
    own = found.columns[2]
    if own.asked:
        assert own.evidence is Evidence.AIRPORTS
        return "? " + ", ".join(str(each.meaning) for each in own.alternatives), [], set()
    meaning = str(own.meaning) if own.meaning else ""
    read = interpret(sheet, found, TARGETS, on=dt.date(2020, 3, 22), tz=ZoneInfo("Asia/Shanghai"), region="CN")
    return meaning, [line.values.get(meaning) for line in read], {fault.code for line in read for fault in line.faults}


@pytest.mark.parametrize(("heading", "values"), [
    ("From", ["FRA", "FRA", "CDG"]), ("From", ["FRA", "FRA", "FRA"]), ("Origin", ["FRA", "IST", "CAI"]),
    ("Departure", ["FRA", "FRA", "MUC"]), ("出发地", ["FRA", "FRA", "FRA"]), ("始发地", ["FRA", "PEK", "MUC"]),
    ("From", ["CAN", "CAN", "HND"]), ("Abreise aus", ["FRA", "FRA", "FRA"]), ("Origin", ["FRA - CAN", "FRA", "HND"]),
    ("Herkunftsland", ["FRA", "MUC", "DUS"]),
])
def test_three_letters_that_may_be_airports_are_asked_about(heading: str, values: list[str]) -> None:
    assert column(heading, values)[0] == "? origin"


@pytest.mark.parametrize("heading", [
    "Abflughafen", "Departure airport", "Port of Embarkation", "出发机场", "Aéroport de départ", "공항"])
def test_an_airports_column_is_no_country(heading: str) -> None:
    assert column(heading, ["FRA", "FRA", "FRA"])[0] == ""


@pytest.mark.parametrize(("heading", "values", "read"), [
    ("Herkunftsland", ["FRA", "FRA", "DEU"], ["FR", "FR", "DE"]),
    ("出发国家", ["FRA", "FRA", "FRA"], ["FR", "FR", "FR"]),
    ("Country of departure", ["CAN", "IND", "FRA"], ["CA", "IN", "FR"]),
    ("Origin", ["ITA", "FRA", "ESP"], ["IT", "FR", "ES"]),
    ("Origin", ["ITA", "FRA", "ESP", "DEU", "ITL"], ["IT", "FR", "ES", "DE", None]),
    ("出发地", ["上海", "FRA", "Italy"], ["CN-SH", "FR", "IT"]),
    ("From", ["Frankreich", "Italien", "Spanien"], ["FR", "IT", "ES"]),
])
def test_countries_go_on_being_read(heading: str, values: list[str], read: list[object]) -> None:
    assert column(heading, values)[:2] == ("origin", read)


def test_what_is_said_to_be_the_origin_is_still_no_country_where_airports_stand() -> None:
    meaning, read, faults = column("From", ["FRA", "MUC", "Italy"], "origin")
    assert (meaning, read, faults) == ("origin", [None, None, "IT"], {"airport_code"})
    assert column("From", ["FRA", "FRA", "FRA"], "origin") == ("origin", ["FR", "FR", "FR"], set())


def test_the_codes_that_are_both_are_countries() -> None:
    assert all(countries.recognise(code) for code in BOTH)
