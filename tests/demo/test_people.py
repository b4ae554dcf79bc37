"""Invented people bear documents whose forms and check digits hold."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

from fangxian.demo import answers, county, people, travel
from fangxian.kernel.clock import Calendar
from fangxian.kernel.identifiers import documents, mrz, phones, resident_id

TODAY = dt.date(2020, 3, 20)
CALENDAR = Calendar(ZoneInfo("Asia/Shanghai"))
RESIDENTS = people.residents(1500, TODAY)
TRAVELLERS = travel.travellers(800, CALENDAR, TODAY, RESIDENTS)


def test_the_county_is_whole() -> None:
    levels = Counter(row.level for row in county.tree().rows)
    assert (levels["township"], levels["community"]) == (8, 70)
    assert 180 <= levels["grid"] <= 240
    assert len({row.code for row in county.tree().rows}) == len(county.tree().rows)


def test_identity_numbers_hold_and_are_nobody_elses() -> None:
    for person in RESIDENTS:
        read = resident_id.parse(person.document, on=TODAY)
        assert (read.faults, read.birth_date, read.sex) == ((), person.born, person.sex)
    assert len({person.document for person in RESIDENTS}) > 0.999 * len(RESIDENTS)


def test_phones_can_be_dialled_and_differ() -> None:
    assert all(phones.parse(person.phone, region="CN").e164 for person in RESIDENTS[:200])
    assert len({person.phone for person in RESIDENTS}) == len(RESIDENTS)


def test_travellers_come_from_a_dozen_countries_with_documents_that_hold() -> None:
    kinds = {"passport": "护照", "resident_id": "身份证", "hkm_permit": "回乡证", "tw_permit": "台胞证"}
    for one in TRAVELLERS:
        person = one.person
        kind = kinds[person.document_kind]
        read = documents.recognise(person.document, kind=kind, country=person.nationality, on=TODAY)
        assert read.faults == (), (person, read)
    assert len({one.person.nationality for one in TRAVELLERS}) >= 12
    assert {one.person.grid for one in TRAVELLERS} <= {grid.code for grid in county.grids()}


def test_machine_readable_lines_hold() -> None:
    lines = [told["mrz"] for one in TRAVELLERS if "mrz" in (told := answers.arrival(one, one.listed))]
    assert len(lines) > 20
    assert all(mrz.parse(zone, on=TODAY).faults == () for zone in lines)


def test_the_same_people_every_time() -> None:
    assert people.residents(100, TODAY) == RESIDENTS[:100]
    again = travel.travellers(800, CALENDAR, TODAY, RESIDENTS)
    assert [one.person.document for one in again] == [one.person.document for one in TRAVELLERS]
