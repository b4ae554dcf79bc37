"""An action nobody decided about fails, whoever calls it and however the question was lost."""

from __future__ import annotations

import pytest

from fangxian.kernel import decisions
from fangxian.kernel.decisions import SOMEWHERE, Undecided, decided_before, decides, noting


@decides
def asks(rights: list[tuple[str, str, bool]]) -> str:
    """The loop in which a right is asked for, with whatever is in it."""
    for action, programme, allowed in rights:
        decisions.note(action, programme, allowed=allowed)
    return "done"


@decided_before("fill", "correct")
def fill(*, programme: str) -> str:
    return programme


@decided_before()
def write() -> str:
    return "written"


@decided_before("fill", about="lines")
def file(lines: list[str]) -> int:
    return len(lines)


@pytest.mark.parametrize("rights", [[], [("fill", "entry", False)], [("fill", "a", False), ("see", "b", False)]])
def test_an_action_that_found_no_right_fails(rights: list[tuple[str, str, bool]]) -> None:
    with pytest.raises(Undecided, match="asks"):
        asks(rights)


def test_an_action_that_found_a_right_is_done_and_tells_who_called_it() -> None:
    assert asks([("see", "a", False), ("fill", "entry", True)]) == "done"
    with noting() as found:
        asks([("fill", "entry", True)])
        assert fill(programme="entry") == "entry"
    assert found.asked


def test_what_was_found_before_an_action_is_not_its_own() -> None:
    with noting():
        decisions.note("fill", "entry")
        with pytest.raises(Undecided):
            asks([])


@pytest.mark.parametrize(("action", "programme", "allowed", "done"), [
    ("fill", "entry", True, True), ("correct", "entry", True, True), ("see", "entry", True, False),
    ("fill", "linelist", True, False), ("fill", "entry", False, False), ("fill", SOMEWHERE, True, False),
])
def test_a_right_is_one_to_this_in_this_programme(action: str, programme: str, allowed: bool, done: bool) -> None:
    with noting():
        decisions.note(action, programme, allowed=allowed)
        if done:
            assert fill(programme="entry") == "entry"
        else:
            with pytest.raises(Undecided, match="fill or correct in entry"):
                fill(programme="entry")


def test_nothing_is_written_in_a_request_that_decided_nothing() -> None:
    with noting(), pytest.raises(Undecided, match="anything in any programme"):
        write()


def test_nothing_at_all_is_written_without_a_question() -> None:
    with noting():
        assert file([]) == 0
        with pytest.raises(Undecided):
            file(["one"])


def test_outside_requests_the_machine_writes() -> None:
    assert write() == "written"
    assert fill(programme="entry") == "entry"
