"""The shipped forms as targets, and the three lists read into them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fangxian.capture.tabular.columns import understand
from fangxian.capture.tabular.read import read_list
from fangxian.capture.tabular.rows import interpret
from fangxian.capture.tabular.targets import targets_of
from fangxian.capture.tabular.types import ListLine, ListSheet
from fangxian.kernel.values import ValueType
from fangxian.programmes.forms import Form, read_form
from fangxian.programmes.mistakes import Mistakes

from .lists import ON, WEI, airport, english, railway

ROOT = Path(__file__).resolve().parents[3]
LINELISTS = ROOT / "../shared/data/linelists"


def form(path: str) -> Form:
    place = ROOT / "programmes" / path
    mistakes = Mistakes(place.name)
    found = read_form(place.read_bytes(), mistakes, {})
    assert found is not None, mistakes.found
    return found


def read(data: bytes, path: str) -> tuple[dict[str, str], list[ListLine]]:
    sheet = read_list(data, "list")
    assert isinstance(sheet, ListSheet)
    targets = targets_of(form(path))
    found = understand(sheet, targets)
    said = {column.heading: str(column.meaning) for column in found.columns if column.meaning}
    return said, interpret(sheet, found, targets, on=ON, tz=ZoneInfo("Asia/Shanghai"))


def test_kinds_and_types_of_the_list_form() -> None:
    targets = {target.name: target for target in targets_of(form("entry/forms/listed.md"))}
    assert targets["document_number"].kind == "document_number"
    assert targets["nationality"].kind == "nationality"
    assert (targets["countries"].kind, targets["countries"].type) == ("country", ValueType.LIST)
    assert targets["origin"].kind == "country"
    assert targets["arrived"].type is ValueType.DATETIME
    assert targets["transport_number"].kind == "flight"
    assert targets["sex"].choices[0].labels == ("Male", "男")
    assert targets["sex"].kind == "sex"


def test_the_airports_list_into_the_shipped_form() -> None:
    said, lines = read(airport(), "entry/forms/listed.md")
    assert set(said.values()) == {
        "name", "sex", "birth_date", "nationality", "document_type", "document_number", "phone", "transport_number",
        "seat", "arrived", "countries", "address",
    }  # fmt: skip
    assert lines[0].values["document_number"] == WEI
    assert lines[0].values["birth_date"] == dt.date(1988, 5, 6)
    assert lines[1].values["nationality"] == "KR"
    assert lines[0].values["countries"] == ("FR", "DE")


def test_the_web_systems_list_into_the_shipped_form() -> None:
    said, lines = read(english(), "entry/forms/listed.md")
    assert said["Record ID"] == "source_id"
    assert (said["Arrival date"], said["Arrival time"]) == ("arrived:date", "arrived:time")
    assert len(said) == 12
    assert lines[0].values["countries"] == ("DE", "AT")


def test_the_railways_list_into_the_shipped_form() -> None:
    said, lines = read(railway(), "entry/forms/listed.md")
    assert (said["姓"], said["名"]) == ("name:surname", "name:given")
    assert lines[1].values["name"] == "欧阳娜娜"
    assert lines[2].values["document_type"] == "passport"


@pytest.mark.skipif(not LINELISTS.exists(), reason="the line lists are not beside the checkout")
def test_the_mers_line_list_into_the_shipped_programme() -> None:
    data = (LINELISTS / "mers_korea_2015.linelist.csv").read_bytes()
    said, lines = read(data, "linelist/forms/case.md")
    assert {
        "id": "external_id",
        "age": "age",
        "sex": "sex",
        "dt_onset": "onset",
        "dt_report": "reported",
    }.items() <= said.items()
    assert (said["loc_hosp"], said["outcome"]) == ("hospital", "outcome")
    assert len(lines) == 162
    assert not any(line.refused or line.faults for line in lines)


@pytest.mark.skipif(not LINELISTS.exists(), reason="the line lists are not beside the checkout")
def test_the_mers_contacts_into_the_shipped_programme() -> None:
    said, lines = read((LINELISTS / "mers_korea_2015.contacts.csv").read_bytes(), "linelist/forms/case.md")
    assert said == {"from": "infected_by", "to": "external_id"}
    assert len(lines) == 98
