"""Nobody real is tied to somebody made up for a drill, by whichever question of whichever programme names them."""

from __future__ import annotations

import uuid
from typing import Any, Final

import pytest

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas.types import EVERYWHERE
from fangxian.intake import drills
from fangxian.intake.types import Filing
from fangxian.journal.types import Refused
from fangxian.kernel.ids import uuid7
from fangxian.programmes import queries as programmes
from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, County

from .doors import GRID, NOON
from .test_told_above import acting
from .test_who_is_meant import said, submit

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
KINDS: Final[dict[str, tuple[str, str, str, dict[str, Any]]]] = {
    "case": ("entry", "contact", "case_id", {"contact_of_case": "yes"}),
    "household": ("entry", "arrival", "household", ARRIVAL),
    "infected by": ("linelist", "case", "infected_by", {"external_id": "C1"}),
}


@pytest.fixture
def made_up(county: County) -> uuid.UUID:
    with working_in(SYSTEM):
        return drills.begin(programme=programmes.in_force("entry"), drill="fever", area=GRID, within=EVERYWHERE,
                            by=county.importer, at=MORNING).subject


def refused(county: County, kind: str, subject: uuid.UUID, other: str, *, drill: bool = False) -> set[str]:
    programme, form, question, answers = KINDS[kind]
    told = {**answers, question: other}
    receipt = county.send(form, subject, told, NOON, programme=programme, drill=drill)
    return {one.code for one in receipt.refused}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spelled", ["{}", " {} ", "upper"])
def test_who_is_real_is_tied_to_nobody_of_a_drill_nor_the_other_way(
    county: County, made_up: uuid.UUID, kind: str, spelled: str,
) -> None:
    real, other = county.arrive(MORNING), county.arrive(MORNING)
    names = (str(one).upper() if spelled == "upper" else spelled.format(one) for one in (made_up, real, other, made_up))
    to_made_up, to_real, to_other, to_itself = names
    assert refused(county, kind, real, to_made_up) == {"linked_to_drill"}
    assert refused(county, kind, made_up, to_real, drill=True) == {"linked_to_drill"}
    assert refused(county, kind, real, to_other) == set()
    assert refused(county, kind, made_up, to_itself, drill=True) == set()


def test_a_contact_of_a_drill_is_under_no_measure(county: County, made_up: uuid.UUID) -> None:
    lead, real = acting(county, "community_lead", "341023100001"), county.arrive(MORNING)
    told = {"contact_of_case": "yes", "case_id": str(made_up)}
    [result] = submit(lead, Filing(uuid7(NOON), "entry", "contact", real, NOON, told))
    assert isinstance(result.answer, Refused)
    assert said([result]) == ["linked_to_drill"]
    assert rows("SELECT count(*) FROM subjects_link WHERE kind = 'contact'") == [(0,)]
    assert rows("SELECT f_contact_of_case FROM facts_entry WHERE subject = %s", real) == [(None,)]
