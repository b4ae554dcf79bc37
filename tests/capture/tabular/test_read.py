"""Any file: rows or a sentence, never an exception, never without bound."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import MAC_EPOCH

from fangxian.capture.tabular.read import read_list, shown_name
from fangxian.capture.tabular.types import Limits, ListSheet, Mark, Refusal

from .workbooks import raw_xlsx, saved, sheet_of, xlsx


def sheet(data: bytes, **options: object) -> ListSheet:
    found = read_list(data, "list", **options)  # type: ignore[arg-type]
    assert isinstance(found, ListSheet), found
    return found


def refused(data: bytes, **options: object) -> str:
    found = read_list(data, "list", **options)  # type: ignore[arg-type]
    assert isinstance(found, Refusal), found
    assert found.finding.message.en.rstrip(".")
    assert found.finding.message.zh.endswith("。")
    return found.finding.code


def codes(found: ListSheet) -> list[str]:
    return [finding.code for finding in found.notes]


# --- workbooks


def test_values_keep_their_types_and_rows_their_numbers() -> None:
    day, moment = dt.date(2020, 3, 20), dt.datetime.fromisoformat("2020-03-20T14:30")
    found = sheet(xlsx({"A": [["Name", "n"], [], ["Li", 7, 36.5, day, moment, dt.time(8, 5), True, "007"]]}))
    assert found.numbers == [1, 3]
    assert found.rows[1] == ("Li", 7, 36.5, day, moment, dt.time(8, 5), True, "007")
    assert found.empty_rows == 1


def test_a_number_of_more_than_fifteen_digits_is_marked_as_lost() -> None:
    found = sheet(xlsx({"A": [["id", "n"], [341023199001011234, 12345678901234]]}))
    assert found.marks == {(2, 0): Mark.LOST}
    assert str(found.rows[1][0]).startswith("341023199001011")
    assert found.rows[1][1] == 12345678901234


def test_leading_zeros_shown_by_a_number_format_are_kept() -> None:
    book = openpyxl.Workbook()
    cell = book.worksheets[0].cell(1, 1, 7)
    cell.number_format = "00000"
    assert sheet(saved(book)).rows == [("00007",)]


@pytest.mark.parametrize("code", ['yyyy"年"m"月"d"日"', "[$-804]dddd, mmmm dd, yyyy", "d/m/yy;@", "m/d"])
def test_dates_are_known_by_their_format(code: str) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].cell(1, 1, 43910).number_format = code
    assert sheet(saved(book)).rows == [(dt.date(2020, 3, 20),)]


@pytest.mark.parametrize("code", ["0.00", "General", '"d"0', "[Red]0", "0.00E+00", '#,##0"days"'])
def test_other_formats_are_no_dates(code: str) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].cell(1, 1, 43910).number_format = code
    assert sheet(saved(book)).rows == [(43910,)]


def test_dates_counted_from_1904() -> None:
    book = openpyxl.Workbook()
    book.epoch = MAC_EPOCH
    book.worksheets[0].append([dt.date(2020, 3, 20)])
    assert sheet(saved(book)).rows == [(dt.date(2020, 3, 20),)]


def test_a_formula_without_a_stored_result_is_marked_and_one_with_a_result_is_read() -> None:
    rows = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>NOW()</f></c><c r="C1" t="e"><v>#N/A</v></c></row>'
    found = sheet(raw_xlsx(sheet_of(rows)))
    assert found.rows == [(2, "=", "#N/A")]
    assert found.marks == {(1, 0): Mark.FORMULA, (1, 1): Mark.NO_VALUE, (1, 2): Mark.ERROR}


def test_cells_and_rows_without_a_place_follow_one_another() -> None:
    rows = '<row><c t="inlineStr"><is><t>a</t></is></c><c><v>1</v></c></row><row><c/><c><v>2</v></c></row>'
    found = sheet(raw_xlsx(sheet_of(rows)))
    assert found.rows == [("a", 1), (None, 2)]
    assert found.numbers == [1, 2]


def test_shared_texts_are_joined_without_phonetic_hints_and_with_any_prefix() -> None:
    strings = "<x:sst xmlns:x='u'><x:si><x:r><x:t>张</x:t></x:r><x:r><x:t>三_x000D_</x:t></x:r>"
    strings += "<x:rPh><x:t>zhang</x:t></x:rPh></x:si></x:sst>"
    rows = "<x:worksheet xmlns:x='u'><x:sheetData><x:row r='4'><x:c r='B4' t='s'><x:v>0</x:v></x:c></x:row>"
    rows += "</x:sheetData></x:worksheet>"
    found = sheet(raw_xlsx(rows, strings=strings))
    assert found.rows == [(None, "张三")]
    assert found.numbers == [4]


def test_the_sheet_that_looks_like_a_list_is_chosen_and_the_others_offered() -> None:
    rows = [["Name", "Passport", "Phone"]] + [[f"n{i}", f"E{i}", i] for i in range(40)]
    data = xlsx({"Cover": [["Arrivals of 20 March"]], "Empty": [], "People": rows})
    found = sheet(data)
    assert (found.name, found.others) == ("People", ("Cover",))
    assert "other_sheets" in codes(found)
    assert sheet(data, sheet="Cover").rows == [("Arrivals of 20 March",)]
    assert refused(data, sheet="Nowhere") == "sheet_unknown"


def test_a_hidden_sheet_is_taken_only_where_no_other_holds_anything() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].sheet_state = "hidden"
    book.worksheets[0].append(["secret", "list"])
    visible = book.create_sheet("Seen")
    assert codes(sheet(saved(book))) == ["sheet_hidden"]
    visible.append(["x"])
    assert sheet(saved(book)).name == "Seen"


def test_hidden_rows_are_read_and_said() -> None:
    book = openpyxl.Workbook()
    for number in range(3):
        book.worksheets[0].append([number, "x"])
    book.worksheets[0].row_dimensions[2].hidden = True
    found = sheet(saved(book))
    assert len(found.rows) == 3
    assert codes(found) == ["rows_hidden"]


def test_a_hundred_thousand_empty_rows_are_passed_over() -> None:
    empty = "".join(f'<row r="{number}"/>' for number in range(2, 100_002))
    found = sheet(raw_xlsx(sheet_of(f'<row r="1"><c><v>1</v></c></row>{empty}<row><c><v>2</v></c></row>')))
    assert found.numbers == [1, 100_002]
    assert codes(found) == ["empty_rows"]


def test_an_endless_run_of_empty_rows_ends_the_reading() -> None:
    rows = '<row r="1"><c><v>1</v></c></row><row r="900000"><c><v>2</v></c></row>'
    assert codes(sheet(raw_xlsx(sheet_of(rows)))) == ["empty_run"]


def test_columns_beyond_the_limit_are_left_out_with_a_sentence() -> None:
    for data in (xlsx({"A": [list(range(1, 201))] * 2}), "\n".join([",".join(["x"] * 200)] * 2).encode()):
        found = sheet(data)
        assert found.width == 150
        assert codes(found) == ["columns_trimmed"]
        assert "200" in found.notes[0].message.en
        assert "ET" in found.notes[0].message.en


def test_too_many_rows_are_refused() -> None:
    limits = Limits(rows=5)
    assert refused(xlsx({"A": [[1]] * 6}), limits=limits) == "too_many_rows"
    assert refused(b"a,b\n" * 6, limits=limits) == "too_many_rows"
    assert len(sheet(b"a,b\n" * 5, limits=limits).rows) == 5


# --- bad files


def test_a_zip_bomb_is_not_opened() -> None:
    bomb = raw_xlsx(b"<worksheet><sheetData>" + b" " * 40_000_000)
    assert len(bomb) < 100_000
    assert refused(bomb) == "file_bomb"


def test_a_bomb_that_lies_about_its_size_is_stopped() -> None:
    limits = Limits(unpacked_bytes=1_000_000, ratio=10**9)
    honest = raw_xlsx(b"<worksheet>" + b" " * 900_000, strings="<sst>" + " " * 900_000 + "</sst>")
    assert refused(honest, limits=limits) == "file_bomb"


def test_a_bomb_of_entities_is_refused() -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    xml = f'<!DOCTYPE worksheet [<!ENTITY l0 "lol">{lol}]>' + sheet_of("<row><c><v>&l9;</v></c></row>")
    assert refused(raw_xlsx(xml)) == "file_bomb"


def test_thousands_of_members_are_refused() -> None:
    assert refused(raw_xlsx(sheet_of(""), extra={f"f{n}": b"" for n in range(2_001)})) == "file_bomb"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b" \r\n\t\n", "file_empty"),
        (b"\xef\xbb\xbf\n", "file_empty"),
        (b"%PDF-1.7 ...", "file_kind"),
        (b"\x89PNG\r\n\x1a\n....", "file_kind"),
        (b"\xff\xd8\xff\xe0..", "file_kind"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "file_web_page"),
        (b"  <!DOCTYPE html><p>", "file_web_page"),
        (b'<?xml version="1.0"?><Workbook/>', "file_kind"),
        (b'{"name": 1}', "file_kind"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "file_locked"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "file_kind"),
        (bytes(range(256)) * 20, "file_unreadable"),
        (b"PK\x03\x04 broken", "file_damaged"),
        (xlsx({"A": [["x"]]})[:-200], "file_damaged"),
        (xlsx({"A": []}), "sheet_empty"),
        (raw_xlsx("<worksheet><sheetData><row>"), "file_damaged"),
    ],
)
def test_what_is_no_list_is_told_what_it_is(data: bytes, code: str) -> None:
    assert refused(data) == code


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("word/document.xml", "file_archive"),
        ("list.xlsx", "file_archive"),
        ("content.xml", "file_kind"),
        ("xl/workbook.bin", "file_archive"),
    ],
)
def test_other_zips_are_told_apart(inside: str, code: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(inside, "x")
    assert refused(stream.getvalue()) == code


def test_a_file_beyond_the_limit_is_refused_before_it_is_looked_at() -> None:
    assert refused(b"x" * 2_000_000, limits=Limits(file_bytes=1_000_000)) == "file_too_large"


def test_shown_name_has_no_folders_or_control_characters() -> None:
    assert shown_name("C:\\x\\..\\名单\n.xlsx") == "名单.xlsx"
    assert shown_name("../../") == "list"


# --- delimited text

TEXT = "姓名,证件号码,目的地\n张伟,E12345678,河东村\n李娜,E87654321,河西村\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16"),
        ((TEXT + "Plain, ascii, line\n" * 20).encode("utf-16-le"), "utf-16-le"),
        ((TEXT + "Plain, ascii, line\n" * 20).encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("gb18030"), "gb18030"),
        ((TEXT.replace("张伟", "㑇𠮷")).encode("gb18030"), "gb18030"),
    ],
)
def test_the_encoding_is_told_from_the_bytes(data: bytes, encoding: str) -> None:
    found = sheet(data)
    assert found.encoding == encoding
    assert found.rows[0] == ("姓名", "证件号码", "目的地")
    assert found.notes == ()


def test_western_and_traditional_text_is_not_taken_for_gb18030() -> None:
    western = "Name;Ort\nMüller;Köln\nJosé;Málaga\nFrançoise;Besançon\n" * 5
    assert sheet(western.encode("cp1252")).rows[1] == ("Müller", "Köln")
    traditional = "姓名,國籍,護照號碼,旅客來自香港與臺灣的地區,聯絡電話\n陳大文,中國香港,K1234567,臺北,0912345678\n" * 5
    found = sheet(traditional.encode("big5"))
    assert found.rows[1][0] == "陳大文"
    assert codes(found) == ["encoding_guessed"]


def test_one_broken_character_does_not_refuse_the_list() -> None:
    data = (TEXT * 60).encode()
    found = sheet(data[:400].rstrip() + b"\xff\n" + TEXT.encode() + data[:])
    assert found.encoding == "utf-8"
    assert "character_lost" in codes(found)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_the_lines_agree_on(separator: str) -> None:
    lines = [["Name", "Address", "Temperature"], ["Li", "3, Main St, River", "36,5"], ["Wu", "No. 4; East", "36,6"]]
    text = "\n".join(separator.join(f'"{cell}"' if separator in cell else cell for cell in line) for line in lines * 5)
    assert sheet(text.encode()).rows[1] == ("Li", "3, Main St, River", "36,5")


def test_a_stated_separator_is_followed_and_rows_keep_their_numbers() -> None:
    found = sheet(b"sep=;\r\na;b,b,b\r\n1;2,2,2\r\n")
    assert found.rows == [("a", "b,b,b"), ("1", "2,2,2")]
    assert found.numbers == [2, 3]


def test_quoted_line_ends_stay_in_the_value_and_numbers_count_lines_of_the_file() -> None:
    found = sheet(b'a,b\n\n"x\ny",1\nz,2\n')
    assert found.rows == [("a", "b"), ("x\ny", "1"), ("z", "2")]
    assert found.numbers == [1, 3, 5]


def test_a_quote_left_open_swallows_nothing() -> None:
    lines = [f"n{number},{number}" for number in range(100)]
    lines[10] = '"n10,10'
    found = sheet("\n".join(["name,number", *lines]).encode())
    assert len(found.rows) == 101
    assert codes(found) == ["quote_open"]
    assert found.notes[0].place.row == 12


def test_a_value_without_end_refuses_the_file_and_names_the_row() -> None:
    assert refused(b"a,b\n1,2\n" + b"x" * 1_100_000 + b",2\n3,4\n") == "value_endless"


def test_rows_of_other_lengths_are_filled_and_longer_ones_named() -> None:
    found = sheet(b"a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3\n1,2,3,,\n")
    assert found.rows[2] == ("1", "2", None, None, None)
    assert [(n.code, n.place.row) for n in found.notes] == [("rows_ragged", 4)]


def test_an_id_a_spreadsheet_wrote_as_a_power_of_ten_is_marked() -> None:
    assert sheet(b"id,n\n3.41023E+17,2\n36.5,3\n").marks == {(2, 0): Mark.LOST}


def test_a_list_of_one_column_is_read_with_a_sentence() -> None:
    assert codes(sheet(b"name\nLi\nWu\n")) == ["one_column"]


# --- robustness

PIECES = st.sampled_from(
    [b"\xef\xbb\xbf", b"\xff\xfe", b"PK\x03\x04", b'"', b",", b";", b"\n", b"\r", b"\0", "姓名".encode("gb18030"),
     "姓".encode(), b"sep=;\n", b"<", b"x", b"1", b"\xff"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=30).map(b"".join)))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    assert isinstance(read_list(data, "list"), ListSheet | Refusal)


GOOD = xlsx({"A": [["姓名", "n"], ["Li", 1], ["Wu", dt.date(2020, 3, 1)]], "B": [["x"]]})


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_no_damage_to_a_workbook_makes_it_raise(changes: list[tuple[int, int]]) -> None:
    data = bytearray(GOOD)
    for place, byte in changes:
        data[place] = byte
    assert isinstance(read_list(bytes(data), "list"), ListSheet | Refusal)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet='<>/"=vcrowst fisA1290.eE+-:&;', max_size=120))
def test_no_sheet_xml_makes_it_raise(xml: str) -> None:
    for text in (sheet_of(xml), sheet_of(f'<row r="1"><c r="A1">{xml}</c></row>')):
        assert isinstance(read_list(raw_xlsx(text), "list"), ListSheet | Refusal)


def test_old_line_ends_and_blank_lines_keep_their_numbers() -> None:
    found = sheet(b"a,b\r\r1,2\r")
    assert found.rows == [("a", "b"), ("1", "2")]
    assert found.numbers == [1, 3]


def test_an_apostrophe_against_formulas_is_taken_off() -> None:
    for data in (b"a,b\n'=1+1,'tis\n", xlsx({"A": [["a", "b"], ["'=1+1", "'tis"]]})):
        assert sheet(data).rows[1] == ("=1+1", "'tis")


def test_what_nobody_sees_is_left_out() -> None:
    others = "李四,碧阳镇北街一网格\n" * 40
    csv = sheet(f"姓名,地址\n{others}张\x00三\x07,碧阳\x1b镇\u202e红\u200b\n\u0645\u06cc\u200c\u062e,x\n".encode())
    assert csv.rows[41:] == [("张三", "碧阳镇红"), ("\u0645\u06cc\u200c\u062e", "x")]
    text = '<c t="inlineStr"><is><t>{}</t></is></c>'
    book = sheet(raw_xlsx(sheet_of(f"<row>{text.format('张_x0000_三')}{text.format('碧阳&#x202E;镇')}</row>")))
    assert book.rows == [("张三", "碧阳镇")]
