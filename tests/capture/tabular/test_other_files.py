"""What offices send besides .xlsx and text: .xls, .xlsb, .ods, tables in .docx, and what is pasted."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

import pytest

from fangxian.capture.tabular.pasted import as_table
from fangxian.capture.tabular.read import read_list
from fangxian.capture.tabular.types import Limits, ListSheet, Mark, Refusal

from .other_files import Rows, docx, docx_of, ods, xls, xlsb, zipped

ROWS: Rows = [["姓名", "护照号", "年龄"], ["李娜", "E61000001", 30], [None, None, None], ["周伟", None, 31.5]]
READ = [("姓名", "护照号", "年龄"), ("李娜", "E61000001", 30), ("周伟", None, 31.5)]
MAKERS: dict[str, Callable[[Rows], bytes]] = {
    "xls": xls, "xlsb": xlsb, "ods": lambda rows: ods({"List": rows}), "docx": lambda rows: docx([rows])}


def read(data: bytes, **more: object) -> ListSheet:
    found = read_list(data, "list", **more)  # type: ignore[arg-type]
    assert isinstance(found, ListSheet), found
    return found


def refused(data: bytes, **more: object) -> str:
    found = read_list(data, "list", **more)  # type: ignore[arg-type]
    assert isinstance(found, Refusal), found
    return found.finding.code


@pytest.mark.parametrize("kind", ["xls", "xlsb", "ods"])
def test_other_workbooks_are_read_as_they_are(kind: str) -> None:
    found = read(MAKERS[kind](ROWS))
    assert (found.rows, found.name, found.width) == (READ, "List", 3)
    assert found.numbers == [1, 2, 4]
    assert found.empty_rows == 1


def test_a_table_in_a_document_is_a_list_of_texts() -> None:
    found = read(docx([[["草稿"]], ROWS, [["另一", "表"]]]))
    assert found.rows == [tuple(None if cell is None else str(cell) for cell in row) for row in READ]
    assert (found.name, found.others) == ("Table 2", ("Table 1", "Table 3"))
    assert read(docx([[["草稿"]], ROWS]), sheet="Table 1").rows == [("草稿",)]
    assert refused(docx([ROWS]), sheet="Table 9") == "sheet_unknown"
    assert refused(docx([])) == "no_table"


def test_a_spanning_cell_keeps_its_columns_and_a_table_in_a_cell_is_its_text() -> None:
    def cell(text: str, more: str = "") -> str:
        return f"<w:tc><w:tcPr>{more}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"

    inner = f"<w:tbl><w:tr>{cell('内')}</w:tr></w:tbl>"
    wide = cell("证件", '<w:gridSpan w:val="2"/>')
    body = (f"<w:tbl><w:tr>{wide}{cell('住址')}</w:tr>"
            f"<w:tr>{cell('护照')}{cell('E61000001')}<w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl>")
    assert read(docx_of(body)).rows == [("证件", None, "住址"), ("护照", "E61000001", "内")]


def test_sheets_of_other_workbooks_can_be_chosen() -> None:
    data = ods({"说明": [["请于20:00前报送"]], "名单": ROWS})
    assert (read(data).name, read(data).others) == ("名单", ("说明",))
    assert read(data, sheet="说明").rows == [("请于20:00前报送",)]
    assert refused(data, sheet="没有") == "sheet_unknown"
    assert refused(ods({"空": []})) == "sheet_empty"


def test_lost_digits_and_errors_are_marked() -> None:
    found = read(xls([["身份证号", "x"], [341023199003071234.0, "#REF!"]]))
    assert found.marks == {(2, 0): Mark.LOST, (2, 1): Mark.ERROR}


def test_lists_that_are_too_long_or_too_wide_are_said_so() -> None:
    body: Rows = [[str(number), number] for number in range(30)]
    many: Rows = [["a", "b"], *body]
    for kind, make in MAKERS.items():
        assert refused(make(many), limits=Limits(rows=20)) == "too_many_rows", kind
        assert read(make([["x"] * 9, ["y"] * 9]), limits=Limits(columns=4)).width == 4


def test_what_holds_no_list_is_refused_in_words() -> None:
    assert refused(ods({"A": ROWS}, kind="text")) == "file_kind"
    assert refused(b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "WordDocument".encode("utf-16-le")) == "file_kind"
    locked = b"\xd0\xcf\x11\xe0" + "Workbook EncryptedPackage".encode("utf-16-le")
    assert refused(locked + b"\0" * 600) == "file_locked"


@pytest.mark.parametrize("kind", ["xls", "xlsb", "ods"])
def test_damaged_files_are_refused_and_never_raise(kind: str) -> None:
    good, chance = MAKERS[kind](ROWS), random.Random(kind)
    assert refused(good[: len(good) // 3]) in ("file_damaged", "file_kind", "sheet_empty")
    for _ in range(6):
        bad = bytearray(good)
        for _ in range(30):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        assert isinstance(read_list(bytes(bad), "list"), ListSheet | Refusal)


def test_damaged_documents_never_raise() -> None:
    good, chance = docx([ROWS]), random.Random(8)
    for _ in range(300):
        bad = bytearray(good)
        for _ in range(chance.randrange(1, 12)):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        assert isinstance(read_list(bytes(bad), "list"), ListSheet | Refusal)
    assert refused(docx_of("<w:tbl>" * 500)) in ("file_bomb", "file_damaged")
    assert refused(docx_of('<!DOCTYPE x [<!ENTITY a "aaaa">]>')) in ("file_bomb", "file_damaged")


def test_a_cell_repeated_a_million_million_times_does_not_take_the_memory() -> None:
    cell = ('<table:table-cell table:number-columns-repeated="16000" office:value-type="string"><text:p>x</text:p>'
            "</table:table-cell>")
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    data = ods({"List": [["MARK"]]})
    bomb = _with(data, "<table:table-row>", row + "<table:table-row>")
    assert isinstance(read_list(bomb, "list"), ListSheet | Refusal)


def _with(data: bytes, before: str, after: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    content = members["content.xml"]
    assert isinstance(content, bytes)
    members["content.xml"] = content.decode().replace(before, after, 1)
    return zipped(members)


@pytest.mark.parametrize(("text", "rows"), [
    ("姓名\t护照号\n李\tE61000001\n", [("姓名", "护照号"), ("李", "E61000001")]),
    ("| 姓名 | 护照号 |\n|---|:--:|\n| 李 | E61000001 |\n", [("姓名", "护照号"), ("李", "E61000001")]),
    ("姓名 | 护照号\n李 | E61000001\n", [("姓名", "护照号"), ("李", "E61000001")]),
    ("姓名，护照号\n李，E61000001\n", [("姓名", "护照号"), ("李", "E61000001")]),
    ("姓名　护照号\n李　E61000001\n", [("姓名", "护照号"), ("李", "E61000001")]),
    ("姓名 护照号\n李 E61000001\n周 E61000002\n", [("姓名", "护照号"), ("李", "E61000001"), ("周", "E61000002")]),
    ("Name   Passport no\nAnna Lee   E61000001\n", [("Name", "Passport no"), ("Anna Lee", "E61000001")]),
    ('Name,Address\n"Lee, Anna",x\n', [("Name", "Address"), ("Lee, Anna", "x")]),
    ("\r\n姓名\t电话\r\n\r\n李\t13900000001\r\n", [("姓名", "电话"), ("李", "13900000001")]),
])
def test_what_is_pasted_is_a_table(text: str, rows: list[tuple[str, ...]]) -> None:
    assert read(as_table(text).encode()).rows == rows


@pytest.mark.parametrize("text", [
    "", "x", "one line, no table", "free text\nof several lines with words\nend", "|", "\t\n",
])
def test_what_is_no_table_stays_as_it_was_pasted(text: str) -> None:
    assert as_table(text) == text or "\t" in as_table(text)
