"""What columns of official lists are taken for: never wrong without a question, and mostly right without one."""

from __future__ import annotations

import sys
from collections import Counter

import pytest

from fangxian.capture.tabular.columns import understand
from fangxian.capture.tabular.meanings import ListColumn
from fangxian.capture.tabular.targets import targets_of

from .official_lists import OFFICIAL, OfficialList
from .reading import sheet
from .test_targets import form
from .unforeseen_lists import UNFORESEEN

RIGHT = 0.95
"""The share of columns that need neither a correction nor a question."""


def judged(given: OfficialList) -> list[tuple[str, str, str]]:
    """For each column whether it is right, asked, silent or wrong; its heading; what it was taken for."""
    found = understand(sheet(given.text.encode()), targets_of(form(given.form)))
    assert [column.heading for column in found.columns] == [heading for heading, *_ in given.columns]
    return [(verdict(column, meaning), column.heading, taken(column))
            for column, (_, meaning, _) in zip(found.columns, given.columns, strict=True)]


def taken(column: ListColumn) -> str:
    return "?" if column.asked else str(column.meaning) if column.meaning else "-"


def verdict(column: ListColumn, meaning: str) -> str:
    if taken(column) == meaning:
        return "right"
    if column.asked:
        return "asked"
    return "wrong" if column.meaning else "silent"


@pytest.mark.parametrize("given", OFFICIAL, ids=lambda given: given.whose)
def test_no_column_is_taken_for_something_else_without_a_question(given: OfficialList) -> None:
    assert [each for each in judged(given) if each[0] in ("wrong", "silent")] == []


@pytest.mark.parametrize("given", UNFORESEEN, ids=lambda given: given.whose)
def test_columns_nobody_prepared_for_are_asked_about_or_left_out(given: OfficialList) -> None:
    assert [each for each in judged(given) if each[0] != "right"] == []


def test_most_columns_need_no_question(capsys: pytest.CaptureFixture[str]) -> None:
    every = [each for given in OFFICIAL for each in judged(given)]
    counts = Counter(verdict for verdict, *_ in every)
    with capsys.disabled():
        sys.stdout.write(f"\ncolumns of {len(OFFICIAL)} official lists: {len(every)}, {dict(counts)}\n")
    assert (counts["wrong"], counts["silent"]) == (0, 0)
    assert counts["right"] >= RIGHT * len(every)
