"""The states in SQL are those of the table."""

from __future__ import annotations

import pytest

from fangxian.tasks.states import Event, State, sql_after, sql_is, sql_may


@pytest.mark.parametrize(("states", "of", "said"), [
    ([State.OPEN], "", "state = 'open'"),
    ([State.OPEN], "t", "t.state = 'open'"),
    ([State.DONE, State.EXCUSED], "", "state IN ('done', 'excused')"),
])
def test_being_in_one_of_some_states(states: list[State], of: str, said: str) -> None:
    assert sql_is(states, of) == said


@pytest.mark.parametrize(("event", "may", "after"), [
    (Event.CUT_OFF, "state = 'open'", "CASE state WHEN 'open' THEN 'missed' END"),
    (Event.WITHDRAWN, "state IN ('done', 'excused')",
     "CASE state WHEN 'done' THEN 'open' WHEN 'excused' THEN 'open' END"),
])
def test_to_what_an_event_can_happen_and_what_follows(event: Event, may: str, after: str) -> None:
    assert (sql_may(event), sql_after(event)) == (may, after)
