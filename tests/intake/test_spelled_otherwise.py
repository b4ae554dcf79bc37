"""A name in Latin letters is one however ä, ö, ü, ß, ø and å are written, where the date of birth agrees."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxian.accounts.types import Acting
from fangxian.intake.types import Filing
from fangxian.journal.types import Refused
from fangxian.kernel.identifiers import names
from fangxian.kernel.ids import uuid7
from tests.capture.test_import import acting, bring, lines_of
from tests.console.rounds import ARRIVAL
from tests.county import MORNING, County

from .doors import GRID, NOON
from .test_who_is_meant import submit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
PAIRS = (
    ("Müller Hans", "Mueller, Hans"), ("MÜLLER HANS", "Muller Hans"), ("Jürgen Groß", "JUERGEN GROSS"),
    ("Søren Ågård", "Soeren Aagaard"), ("Jörg Bäuerle", "Joerg Baeuerle"), ("Mueller Bauer", "Müller Bauer"),
    ("Schäfer Jo\u0308rg", "SCHAEFER JOERG"))
HEAD = "姓名,出生日期,抵达日期\n"


@pytest.mark.parametrize(("one", "other"), PAIRS)
@pytest.mark.parametrize("swapped", [False, True])
def test_a_list_asks(county: County, one: str, other: str, *, swapped: bool) -> None:
    known, told = (other, one) if swapped else (one, other)
    subject = county.arrive(MORNING, name=known, document_number="", birth_date="1975-03-04")
    duty = acting(county, "county_duty")
    held = bring(f'{HEAD}"{told}",1975-03-04,2020-03-20\n', duty, at=NOON)
    assert held.counts == {"doubtful": 1}, subject
    assert bring(f'{HEAD}"{told}",1975-03-05,2020-03-20\n', duty, at=NOON).counts == {"new": 1}


def test_lines_of_one_list_are_asked_about(county: County) -> None:
    lines = "".join(f"{name} Hans,1975-03-0{day},2020-03-20\n" for name, day in (
        ("Müller", 4), ("Mueller", 4), ("Mueller", 5)))
    assert bring(HEAD + lines, acting(county, "county_duty"), at=NOON).counts == {"new": 2, "doubtful": 1}


def test_the_door_asks(county: County, by: Acting) -> None:
    county.arrive(MORNING, GRID, name="Müller Hans", document_number="", birth_date="1975-03-04")
    told = {**ARRIVAL, "name": "Mueller Hans", "name_latin": "", "birth_date": "1975-03-04", "phone": "13900000001",
            "document_number": "C01X00T47"}
    [found] = submit(by, Filing(uuid7(NOON), "entry", "arrival", uuid7(NOON), NOON, told))
    assert isinstance(found.answer, Refused), found
    assert found.answer.code == "known_already"


def test_a_document_known_under_the_other_spelling_is_no_other_name(county: County) -> None:
    subject: uuid.UUID = county.arrive(MORNING, name="Müller Hans", document_number="C01X00T47", birth_date="")
    held = bring("姓名,证件号码,抵达日期\nMueller Hans,C01X00T47,2020-03-20\n", acting(county, "county_duty"), at=NOON)
    [line] = lines_of(held).values()
    assert (line.subject, "another name" in str(line.reason)) == (subject, False), "what it would change is asked"


@pytest.mark.parametrize(("one", "other"), [("Maier Hans", "Meier Hans"), ("Xu Mei", "Xu Wei"), ("王芳", "王方")])
def test_another_name_is_none(one: str, other: str) -> None:
    spelled = {*names.lookup_keys(one), *names.other_spellings(one)}
    assert spelled.isdisjoint({*names.lookup_keys(other), *names.other_spellings(other)})


@given(st.text(alphabet="abemnorsu äöüßøåé", min_size=1, max_size=30))
def test_who_writes_two_letters_for_one_is_met(name: str) -> None:
    two = name
    for one, instead in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ø", "oe"), ("å", "aa")):
        two = two.replace(one, instead)
    assert set(names.lookup_keys(two)) <= {*names.lookup_keys(name), *names.other_spellings(name)}
