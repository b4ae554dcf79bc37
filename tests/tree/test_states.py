"""The states of a task and of a handover stand in one table: nobody writes them out beside it, in Python or in SQL."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final

import pytest

from fangxian.tasks import states
from fangxian.tasks.states import HANDOVERS, STATES, TRANSITIONS, Event, HandoverState, State

from .test_sources import ROOT, modules, name

TABLE: Final = ROOT / "fangxian" / "tasks" / "states.py"
_WORDS: Final = {state.value for state in (*State, *HandoverState)}
_IN_SQL: Final = re.compile(rf"\bstate\b[^\n]{{0,40}}'({'|'.join(_WORDS)})'")
_ASKS: Final = {"of_state", "of_kind"}


def others() -> list[Path]:
    """Modules of the product but the table; migrations keep what was true when they were written."""
    return [path for path in modules() if path.is_relative_to(ROOT / "fangxian") and path != TABLE]


@pytest.mark.parametrize("path", others(), ids=name)
def test_no_module_writes_a_state_out(path: Path) -> None:
    assert sorted(written_out(ast.parse(path.read_text("utf-8")))) == [], "ask fangxian/tasks/states.py"


def written_out(tree: ast.AST) -> Iterator[int]:
    """Lines that name a state in SQL about tasks, compare one, ask figures for one, or list several."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = "tasks_" in node.value and _IN_SQL.search(node.value) is not None
        elif isinstance(node, ast.Compare):
            sides = (node.left, *node.comparators)
            found = any(_is_state(one) for one in sides) and any(_names(one) for one in sides)
        elif isinstance(node, ast.keyword) and node.arg in {"state", "state__in"}:
            found = _names(node.value) and any(
                isinstance(one, ast.Constant) and one.value in set(HandoverState) for one in ast.walk(node.value))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found = node.func.attr in _ASKS and any(_names(one) for one in node.args)
        else:
            continue
        if found:
            yield node.lineno


def _is_state(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "state" and ast.unparse(node.value) in {
        "task", "self.task", "line", "one.task", "found", "asked", "handover"}


def _names(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Constant) and one.value in _WORDS for one in ast.walk(node))


@pytest.mark.parametrize("text", [
    'query = "SELECT FROM tasks_task WHERE state = \'open\'"',
    "query = \"SELECT FROM tasks_task WHERE day = %s AND state IN ('done', 'excused')\"",
    'if task.state == "open": pass',
    'if self.task.state in ("done", "missed"): pass',
    'counts.of_state("done")',
    'counts.of_kind(kind, "open")',
    'query = "SELECT FROM tasks_handover WHERE state = \'asked\'"',
    'Handover.objects.filter(subject=subject, state="asked")',
    'if found.state != "asked": pass',
])
def test_what_is_written_out_is_seen(text: str) -> None:
    assert list(written_out(ast.parse(text)))


def test_every_state_has_a_meaning_and_an_icon() -> None:
    assert set(STATES) == set(State)
    icons = (ROOT / "field" / "src" / "icons.ts").read_text("utf-8")
    assert [state for state, means in STATES.items() if not re.search(rf"^  {means.icon}: ", icons, re.M)] == []
    assert len({means.label.zh for means in STATES.values()}) == len(State)


def test_every_state_of_a_handover_has_a_meaning() -> None:
    assert set(HANDOVERS) == set(HandoverState)


def test_groups_of_states_are_made_from_the_table() -> None:
    assert set(states.ASKED) == set(State) - {State.VOID}
    assert set(states.CLOSED) == {State.DONE, State.EXCUSED}
    assert set(states.OUTSTANDING) == {State.OPEN, State.MISSED}
    assert set(states.ENDED) == {State.DONE, State.EXCUSED, State.MISSED}
    assert set(states.STANDING) == {HandoverState.ASKED, HandoverState.ACCEPTED}
    assert set(states.TAKEN) == {HandoverState.ACCEPTED, HandoverState.ENDED}, "what is over was theirs once"


@pytest.mark.parametrize(("said", "wanted"), [
    (states.IS_OPEN, "state = 'open'"),
    (states.IS_CLOSED, "state IN ('done', 'excused')"),
    (states.sql_is(states.OUTSTANDING, "t"), "t.state IN ('open', 'missed')"),
    (states.sql_may(Event.CUT_OFF), "state = 'open'"),
    (states.sql_after(Event.CUT_OFF), "CASE state WHEN 'open' THEN 'missed' END"),
    (states.sql_may(Event.WITHDRAWN), "state IN ('done', 'excused')"),
])
def test_sql_is_made_from_the_table(said: str, wanted: str) -> None:
    assert said == wanted


def test_what_is_missed_stays_missed() -> None:
    assert {TRANSITIONS[pair] for pair in product([State.MISSED], Event) if pair in TRANSITIONS} == {State.MISSED}
