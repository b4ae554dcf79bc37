"""Which posts reach further when areas go below others, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from fangxian.accounts import queries, reshaping
from fangxian.accounts.rules import Roster, RosterPost

from .test_rules import DAY, NOW, post

COUNTY, TOWN, OTHER = "001", "001001", "001002"
VILLAGE, ELSEWHERE = f"{TOWN}001", f"{OTHER}001"


def at(number: int, path: str, until: dt.datetime | None = None) -> RosterPost:
    return post(number, path=path, ends=until)


@pytest.mark.parametrize(("moved", "gaining"), [
    ([], []),
    ([(VILLAGE, f"{OTHER}009")], [(3, f"{OTHER}009")]),  # whoever has the county has it as before
    ([(f"{VILLAGE}001", f"{ELSEWHERE}009")], [(3, f"{ELSEWHERE}009"), (4, f"{ELSEWHERE}009")]),
    ([(VILLAGE, ELSEWHERE)], [(3, ELSEWHERE), (4, ELSEWHERE)]),  # merged into it
    ([(f"{VILLAGE}001", f"{VILLAGE}009")], []),
    ([(f"{VILLAGE}001", f"{OTHER}007"), (f"{VILLAGE}002", f"{OTHER}008")], [(3, f"{OTHER}007")]),  # the first of them
    ([(OTHER, f"{TOWN}009")], [(2, f"{TOWN}009")]),
])
def test_who_gains_what(
    monkeypatch: pytest.MonkeyPatch, moved: list[tuple[str, str]], gaining: list[tuple[int, str]],
) -> None:
    roster = Roster([at(1, COUNTY), at(2, TOWN), at(3, OTHER), at(4, ELSEWHERE)])
    monkeypatch.setattr(queries, "roster", lambda: roster)
    assert sorted((one.id, path) for one, path in reshaping._gaining(moved, NOW)) == gaining


@pytest.mark.parametrize(("until", "gains"), [(None, True), (NOW + DAY, True), (NOW, False), (NOW - DAY, False)])
def test_a_post_that_has_ended_gains_nothing(
    monkeypatch: pytest.MonkeyPatch, until: dt.datetime | None, *, gains: bool,
) -> None:
    monkeypatch.setattr(queries, "roster", lambda: Roster([at(1, OTHER, until)]))
    assert bool(reshaping._gaining([(VILLAGE, f"{OTHER}009")], NOW)) is gains
