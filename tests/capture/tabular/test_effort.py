"""What a small file may cost: bounds that are counted, not timed."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pytest

from fangxian.capture.tabular import columns, value_evidence, workbook
from fangxian.capture.tabular.columns import understand
from fangxian.capture.tabular.read import read_list
from fangxian.capture.tabular.types import Cell, ListSheet, Refusal
from fangxian.capture.tabular.value_evidence import LookedAt, hold_people, holds_person

from .test_airports import TARGETS

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD: Final = "<row>" + "".join(
    f'<c t="inlineStr"><is><t>{said}</t></is></c>' for said in ("姓名", "证件号码", "联系电话")) + "</row>"
_LINE: Final = "<row>" + '<c t="inlineStr"><is><t>ab</t></is></c>' * 3 + "</row>"


def book(rows: str, *, sheets: int = 1, strings: str = "") -> bytes:
    """A workbook whose sheets are all the same part."""
    parts = {
        "[Content_Types].xml": '<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.'
                               'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships><Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
                       "</Relationships>",
        "xl/workbook.xml": "<workbook><sheets>" + "".join(
            f'<sheet name="s{n}" sheetId="{n + 1}" r:id="r{n}"/>' for n in range(sheets)) + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": "<Relationships>" + "".join(
            f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            for n in range(sheets)) + f'<Relationship Id="s" Type="{_OFFICE}/sharedStrings" Target="strings.xml"/>'
            "</Relationships>",
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>",
        "xl/strings.xml": f"<sst>{strings}</sst>",
    }
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("<workbook>", '<workbook xmlns:r="r">')
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, told in parts.items():
            archive.writestr(name, told)
    return kept.getvalue()


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many tags were handed to a parser."""
    counted: Counter[str] = Counter()
    really = workbook.chunks

    def noted(*asked: Any) -> Iterator[bytes]:
        for chunk in really(*asked):
            counted["tags"] += chunk.count(b"<")
            yield chunk

    monkeypatch.setattr(workbook, "chunks", noted)
    return counted


@pytest.mark.parametrize("data", [
    pytest.param(book(_HEAD + _LINE + "<row>" + "<c/>" * 1_500_000 + "</row>"), id="cells without a value"),
    pytest.param(book(_HEAD + _LINE + "<x/>" * 1_500_000), id="unknown tags"),
    pytest.param(book(_HEAD + _LINE, strings="<si><t>a</t></si>" * 400_000), id="shared texts"),
    pytest.param(book(("<row>" + "<c><v>1</v></c>" * 100 + "</row>") * 600, sheets=400), id="one part as many sheets"),
])
def test_a_small_file_has_not_millions_of_tags(data: bytes, pieces: Counter[str]) -> None:
    assert len(data) < 50_000
    found = read_list(data, "list.xlsx")
    assert isinstance(found, Refusal)
    assert found.finding.code == "file_bomb"
    assert pieces["tags"] < 1_000_000


def test_a_list_that_people_typed_is_far_from_that() -> None:
    rows = "".join(
        f'<row><c t="inlineStr"><is><t>某{n}</t></is></c><c t="inlineStr"><is><t>E{n * 7919 % 10**8:08d}</t></is></c>'
        f'<c><v>{13_000_000_000 + n * 104_729 % 10**9}</v></c></row>' for n in range(30_000))
    found = read_list(book(_HEAD + rows, sheets=3), "list.xlsx")
    assert isinstance(found, ListSheet)
    assert len(found.rows) == 30_001


def test_values_of_a_column_are_judged_once_however_many_targets_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[Cell] = Counter()
    really = value_evidence.holds_person

    def noted(cell: Cell) -> bool:
        asked[cell] += 1
        return really(cell)

    monkeypatch.setattr(value_evidence, "holds_person", noted)
    values = LookedAt(["a", "b"])
    assert [hold_people(values) for _ in range(5)] == [False] * 5
    assert asked == {"a": 1, "b": 1}


@pytest.mark.parametrize(("width", "most"), [(3, 120), (50, 120), (150, 40)])
def test_of_a_wide_list_fewer_values_of_each_column_are_looked_at(
    width: int, most: int, monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[int] = []

    def noted(values: Sequence[Cell]) -> value_evidence.ValueKind:
        looked.append(len(values))
        return value_evidence.kind_of(values)

    monkeypatch.setattr(columns, "kind_of", noted)
    lines = [",".join(f"h{column}" for column in range(width))]
    lines += [",".join(f"{line}x{column}" for column in range(width)) for line in range(300)]
    sheet = read_list("\n".join(lines).encode(), "list.csv")
    assert isinstance(sheet, ListSheet)
    understand(sheet, TARGETS)
    assert len(looked) == width
    assert 20 <= max(looked) <= most


@pytest.mark.parametrize(("text", "there"), [
    ("li.na@example.org", True), ("x a@b.c y", True), ("a@b@c.d", True), ("a@", False), ("@b.c", False), ("a@b", False),
    ("a @b.c", False), ("a@b .c", False), ("a@" * 200, False)])
def test_an_address_for_letters_is_seen(text: str, there: bool) -> None:
    assert holds_person(text) is there
