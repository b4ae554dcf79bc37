"""A cell holds no more text than spreadsheets allow, in whatever kind of file: a longer one refuses the file."""

from __future__ import annotations

import time
from typing import Final

import pytest

from fangxian.capture.tabular import other_workbooks
from fangxian.capture.tabular.pasted import as_table
from fangxian.capture.tabular.read import read_list
from fangxian.capture.tabular.sheetxml import RawSheet, unescaped
from fangxian.capture.tabular.types import LONGEST_CELL, Limits, ListSheet, Refusal

from .other_files import docx, ods
from .test_effort import _HEAD, book

SECONDS: Final = 3.0
"""Of the processor, ten times what it takes: one cell of this kind took fourteen."""


def cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def refused(data: bytes) -> str:
    found = read_list(data, "list.xlsx")
    assert isinstance(found, Refusal)
    return f"{found.finding.code}: {found.finding.message.en[:20]}"


def test_a_cell_of_millions_of_escaped_characters_is_refused_and_costs_little() -> None:
    data = book(_HEAD + f"<row>{cell('_x0041_' * 2_000_000)}{cell('_x' * 1_000_000)}</row>")
    assert len(data) < 100_000
    begun = time.process_time()
    assert refused(data) == "value_endless: Row 2 holds a value "
    assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize("kind", ["", 't="n"', 't="d"', 't="e"', 't="b"', 't="str"'])
def test_so_is_one_of_any_kind(kind: str) -> None:
    data = book(_HEAD + f"<row><c {kind}><v>{'1' * 3_000_000}</v></c></row>")
    begun = time.process_time()
    assert refused(data).startswith("value_endless")
    assert time.process_time() - begun < SECONDS


def test_a_shared_text_that_is_too_long_refuses_the_list_that_shows_it_only() -> None:
    strings = f"<si><t>{'_x0041_' * 1_000_000}</t></si><si><t>ab</t></si>"
    line = '<row><c t="s"><v>{}</v></c><c t="inlineStr"><is><t>ab</t></is></c></row>'
    begun = time.process_time()
    assert refused(book(_HEAD + line.format(0), strings=strings)).startswith("value_endless")
    assert isinstance(read_list(book(_HEAD + line.format(1), strings=strings), "list.xlsx"), ListSheet)
    assert time.process_time() - begun < SECONDS


def test_what_is_unpacked_of_the_shared_texts_is_bounded_by_itself() -> None:
    data = book(_HEAD, strings="<si><t>ab</t></si>" * 1000)
    assert isinstance(read_list(data, "list.xlsx"), ListSheet)
    assert isinstance(read_list(data, "list.xlsx", limits=Limits(shared_bytes=30_000)), ListSheet)
    found = read_list(data, "list.xlsx", limits=Limits(shared_bytes=10_000))
    assert isinstance(found, Refusal)
    assert found.finding.code == "file_bomb"


@pytest.mark.parametrize(("length", "code"), [(LONGEST_CELL, ""), (LONGEST_CELL + 1, "value_endless")])
def test_the_bound_is_that_of_spreadsheets_and_the_same_for_all(length: int, code: str) -> None:
    text = "x" * length
    files = {
        "a.xlsx": book(_HEAD + f"<row>{cell(text)}{cell('ab')}</row>"),
        "a.ods": ods({"s": [["name", "note"], ["ab", text]]}),
        "a.docx": docx([[["name", "note"], ["ab", text], ["cd", "y"]]]),
        "a.csv": f"name,note\nab,{text}\ncd,y\n".encode(),
        "quoted.csv": f'name,note\n"ab","{text}"\ncd,y\n'.encode(),
        "pasted.tsv": as_table(f"name\tnote\nab\t{text}\ncd\ty\n").encode(),
    }
    for name, data in files.items():
        found = read_list(data, name)
        assert (found.finding.code if isinstance(found, Refusal) else "", name) == (code, name)


def test_a_quotation_mark_left_open_over_long_lines_is_still_only_that() -> None:
    lines = [f"{number},{'x' * 3000}" for number in range(30)]
    found = read_list("\n".join(["name,note", '"n0,10', *lines]).encode(), "a.csv")
    assert isinstance(found, ListSheet)
    assert [one.code for one in found.notes] == ["quote_open"]


def test_other_workbooks_and_documents_cut_what_is_too_long() -> None:
    long = "_x0041_" * 10_000
    assert len(unescaped(long)) == LONGEST_CELL + 1
    assert other_workbooks._text(long, RawSheet(), 1, 0) == long[:LONGEST_CELL + 1]
