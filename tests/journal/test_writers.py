"""A batch may hold the work of many: each entry stands under whoever filed it, and no request can say who that is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import fangxian
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal.actions import orders, record
from fangxian.journal.types import Order, Submission
from fangxian.kernel.ids import uuid7
from tests import county as world
from tests.county import MORNING, County
from tests.journal.test_record import ARRIVAL, HOUR, rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
GRID, NEXT_GRID = "34102310000101", "34102310000102"
MADE_OF_A_REQUEST = ("Submission", "Order")
MAY_NAME_A_WRITER = {"demo/history.py", "tasks/actions.py", "tasks/relocation.py"}


@pytest.fixture
def county() -> County:
    return world.build()


def test_each_entry_and_its_decision_stand_under_whoever_filed_it(county: County) -> None:
    people = {grid: county.arrive(MORNING, grid) for grid in (GRID, NEXT_GRID)}
    batch = [
        Submission(uuid7(MORNING), "entry", "arrival", subject, MORNING + HOUR, ARRIVAL | {"document_number": number},
                   by=county.actor("grid_worker", grid))
        for (grid, subject), number in zip(people.items(), ("E11111111", "E22222222"), strict=True)]
    with working_in(SYSTEM):
        assert not record(batch, by=county.importer, at=MORNING + HOUR).refused
    for grid, subject in people.items():
        written = rows('SELECT kind, "user", post FROM journal_entry WHERE subject = %s AND received_at = %s', subject,
                       MORNING + HOUR)
        worker = county.actor("grid_worker", grid)
        assert set(written) == {("submission", worker.user, worker.post), ("decision", worker.user, worker.post)}


def test_who_names_nobody_writes_as_the_batch_does(county: County) -> None:
    subject = county.arrive(MORNING)
    assert rows('SELECT DISTINCT "user" FROM journal_entry WHERE subject = %s', subject) == [(county.importer.user,)]


def test_orders_of_many_under_one_link(county: County) -> None:
    lead = county.actor("community_lead", "341023100001")
    with working_in(SYSTEM):
        told = [Order("look", lead.path, {}, by=lead), Order("look", lead.path, {})]
        made = orders(told, by=county.importer, at=MORNING)
    assert [rows('SELECT "user" FROM journal_entry WHERE id = %s', one)[0][0] for one in made] == [
        lead.user, county.importer.user]


def test_nothing_that_answers_a_request_names_a_writer() -> None:
    root = Path(fangxian.__file__).parent
    naming = {str(path.relative_to(root)) for path in root.rglob("*.py") if any(_naming(path))}
    assert naming == MAY_NAME_A_WRITER


def _naming(path: Path) -> Iterator[int]:
    """Lines that say ``by=`` of a submission or an order, or hand over more than can be read off."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MADE_OF_A_REQUEST and any(
                word.arg in ("by", None) for word in node.keywords):
            yield node.lineno
