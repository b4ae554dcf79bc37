"""The number that a list knows somebody by means the same person however it is spelled, also of those listed before."""

from __future__ import annotations

import importlib
import uuid
from types import SimpleNamespace
from typing import Any, Final

import pytest
from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas.types import EVERYWHERE
from fangxian.kernel.ids import uuid7
from fangxian.programmes import queries as programmes
from fangxian.subjects import queries, vault
from fangxian.subjects.matching import locks, search
from fangxian.subjects.steps import identity, links
from fangxian.subjects.steps.identity import external_ids
from tests.console.rounds import rows
from tests.county import MORNING, County, build
from tests.invariants.filing import everything_follows_from_the_journal

pytestmark = [
    pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.usefixtures("the_owner_signs_in")]
SPELLED: Final = ["c134915", " C13 4915", "Ｃ134915", "C134915\u200b"]
MIGRATION: Final = importlib.import_module("fangxian.subjects.migrations.0011_numbers_spelled_alike")


def filed(county: County, number: str, *, subject: uuid.UUID | None = None, **told: Any) -> uuid.UUID:
    subject = subject or uuid7(MORNING)
    answers = {"external_id": number, "source": "机场", **told}
    receipt = county.send("case", subject, answers, MORNING, programme="linelist", path=county.paths["341023"])
    assert not receipt.refused, receipt.refused
    return subject


def listed(county: County, number: str, **told: Any) -> uuid.UUID:
    """A case as a list records it: its number says which subject it is."""
    with working_in(SYSTEM):
        [subject] = links.by_numbers(vault.ring(), programmes.in_force("linelist"), [number], "机场")
    return filed(county, number, subject=subject, **told)


def infected(subject: uuid.UUID) -> list[uuid.UUID]:
    return [one for one, in rows(
        "SELECT subject FROM subjects_link WHERE kind = 'infected_by' AND other = %s ORDER BY happened_at", subject)]


@pytest.mark.parametrize("number", SPELLED)
def test_whoever_bears_a_number_is_found_and_locked_by_every_spelling(number: str) -> None:
    county = build()
    case = filed(county, "C134915")
    with working_in(SYSTEM):
        assert [hit.subject for hit in queries.find(number, EVERYWHERE, ["机场"])] == [case]
        linelist = programmes.in_force("linelist")
        [one], [same] = (
            external_ids(linelist, {"external_id": told, "source": "机场"}) for told in ("C134915", number))
        assert search.bearers([same], "linelist") == [{case}]
        assert locks.stripes([search.traits_of({}, one)]) == locks.stripes([search.traits_of({}, same)])


@pytest.mark.parametrize("number", SPELLED)
def test_who_infected_somebody_is_named_by_every_spelling(number: str) -> None:
    county = build()
    case = listed(county, "C134915")
    contact = listed(county, "C2", infected_by=number)
    assert infected(case) == [contact]
    everything_follows_from_the_journal()


def migrate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MIGRATION, "_SCOPE", "SELECT %s, %s")  # the scope of who looks on is signed
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        MIGRATION.respell(None, SimpleNamespace(connection=connection))
        cursor.execute("SET ROLE fangxian_app")


def by_their_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (links, identity):
        monkeypatch.setattr(module, "spelled_alike", lambda number: str(number or ""))


def test_who_was_listed_before_is_met_by_every_spelling_after_the_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    county = build()
    with monkeypatch.context() as before:
        by_their_letters(before)
        case = listed(county, "case 1")
        first = listed(county, "C2", infected_by="case 1")
        second = listed(county, "C3", infected_by="CASE1")
        third = listed(county, "C4", infected_by="Case 9")
    assert infected(case) == [first]
    migrate(monkeypatch)
    everything_follows_from_the_journal()
    assert infected(case) == [first, second]
    last = listed(county, "C5", infected_by="Case 1")
    assert infected(case) == [first, second, last]
    with working_in(SYSTEM):
        assert [hit.subject for hit in queries.find("CASE 1", EVERYWHERE, ["机场"])] == [case]
    assert listed(county, "Case1", age=41) == case
    ninth = listed(county, "case9")
    assert infected(ninth) == [third]
    migrate(monkeypatch)
    everything_follows_from_the_journal()


def test_two_listed_before_by_two_spellings_both_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    county = build()
    with monkeypatch.context() as before:
        by_their_letters(before)
        lower, upper = listed(county, "c1"), listed(county, "C1")
        named = listed(county, "C2", infected_by="c1")
    migrate(monkeypatch)
    everything_follows_from_the_journal()
    assert (infected(lower), infected(upper)) == ([named], [])
    with working_in(SYSTEM):
        assert {hit.subject for hit in queries.find("c1", EVERYWHERE, ["机场"])} == {lower, upper}
