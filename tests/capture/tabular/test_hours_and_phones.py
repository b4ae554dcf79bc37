"""The hour beside a day under a heading nobody knows; numbers without a country code in lists of other countries."""

from __future__ import annotations

import datetime as dt

import pytest

from fangxian.capture.tabular.columns import understand
from fangxian.capture.tabular.rows import interpret

from .lists import ARRIVALS, ON
from .reading import TZ, sheet, utc
from .test_asking import column, taken, understood

DAYS = ["27/11/2019", "27/11/2019", "28/11/2019", "13/11/2019"]
HOURS = ["14:35", "21:10", "06:05", "23:59"]
NAMES = ["Inês Araújo", "João Silva", "Lucía Díaz", "Kwame Mensah"]
LISTED = "entry/forms/listed.md"


@pytest.mark.parametrize("order", [("Data de chegada", "Hora"), ("Hora", "Data de chegada")])
def test_hours_beside_the_day_of_arrival_are_asked_about_and_make_one_moment(order: tuple[str, str]) -> None:
    columns = {"Nome completo": NAMES, **{each: DAYS if each[0] == "D" else HOURS for each in order}}
    found = understood(LISTED, columns)
    assert [str(one.meaning) for one in column(found, "Hora").alternatives] == ["arrived:time"]
    assert taken(found, "Hora") == "?"
    said = understood(LISTED, columns, {list(columns).index("Hora"): "arrived:time"})
    assert (taken(said, "Data de chegada"), taken(said, "Hora")) == ("arrived:date", "arrived:time")


def test_hours_are_left_alone_where_the_day_has_them_or_stands_elsewhere() -> None:
    with_hours = [f"{day} {hour}" for day, hour in zip(DAYS, HOURS, strict=True)]
    assert taken(understood(LISTED, {"Nome completo": NAMES, "Data de chegada": with_hours, "Hora": HOURS}),
                 "Hora") == "-"
    assert taken(understood(LISTED, {"Hora": HOURS, "Nome completo": NAMES, "Data de chegada": DAYS}), "Hora") == "-"


def test_a_day_and_an_hour_are_read_as_one_moment() -> None:
    text = "姓名,护照号,到达日期,Hora\n王芳,E61110001,2020-03-01,21:10\n李静,E61110002,2020-03-02,06:05\n"
    found = understand(sheet(text.encode()), ARRIVALS, corrections={3: "arrived:time"})
    read = interpret(sheet(text.encode()), found, ARRIVALS, on=ON, tz=TZ)
    assert [line.values["arrived"] for line in read] == [utc("2020-03-01T21:10"), utc("2020-03-02T06:05")]
    assert isinstance(read[0].values["arrived"], dt.datetime)


@pytest.mark.parametrize(("heading", "written", "kept", "faults"), [
    ("연락처", "010-2345-6789", "+821023456789", []),
    ("연락처", "01023456789", "+821023456789", []),
    ("연락처", "138 1234 5678", "+8613812345678", []),
    ("연락처", "+86 10 2345 6789", "+861023456789", []),
    ("携帯電話番号", "090-1111-2222", "+819011112222", []),
    ("联系电话", "010-23456789", "+861023456789", []),
    ("联系电话", "010-2345-6789", "+861023456789", ["phone_of_beijing"]),
])
def test_a_number_without_country_code_is_of_the_lists_country(
    heading: str, written: str, kept: str, faults: list[str],
) -> None:
    text = f"姓名,护照号,{heading}\n王芳,E61110001,{written}\n李静,E61110002,+8613811110001\n"
    data = sheet(text.encode())
    found = understand(data, ARRIVALS, corrections={2: "phone"})
    [line, _] = interpret(data, found, ARRIVALS, on=ON, tz=TZ)
    noted = [fault.code for fault in line.faults if fault.target == "phone"]
    assert (line.values.get("phone"), noted) == (kept, faults)
