"""Nothing but a decision sets a measure, and nothing but its own package writes a table that others rely on."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.county import ROOT

WRITES: Final = r"(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|COPY|MERGE\s+INTO|TRUNCATE)\s+(?:ONLY\s+)?\"?{table}\b"
WRITERS: Final = {
    "decide_current": {"decide"}, "decide_cohortmember": {"decide"}, "tasks_task": {"tasks"}, "tasks_alert": {"tasks"},
    "subjects_subject": {"subjects"}, "subjects_identity": {"subjects"}, "subjects_lookup": {"subjects"},
    "subjects_link": {"subjects", "decide"}, "journal_entry": {"journal"}, "journal_batch": {"journal"},
    "journal_chain_head": {"journal"},
}


@pytest.mark.parametrize("table", WRITERS)
def test_a_table_is_written_by_its_own_package(table: str) -> None:
    statement = re.compile(WRITES.format(table=table), re.IGNORECASE)
    found = {
        path.relative_to(ROOT / "fangxian").parts[0] for path in (ROOT / "fangxian").rglob("*.py")
        if "migrations" not in path.parts and statement.search(path.read_text(encoding="utf-8"))}
    assert found <= WRITERS[table]


def test_the_models_of_decisions_are_written_nowhere() -> None:
    """Not even through the ORM: the step of the flow writes rows itself."""
    for path in (ROOT / "fangxian").rglob("*.py"):
        if "migrations" not in path.parts:
            assert not re.search(r"decide\.models import (?!.*#)", path.read_text(encoding="utf-8")), path
