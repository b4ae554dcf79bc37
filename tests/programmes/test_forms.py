"""Reading XLSForms: three spellings of one form, and every mistake by row and column."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from fangxian.kernel.text import Text
from fangxian.kernel.values import Privacy
from fangxian.programmes.forms import QuestionType
from fangxian.programmes.forms import workbook as workbooks

from .forms_for_tests import EN, ZH, Row, as_csv, as_markdown, as_workbook, form_of, read, sheets_of

QUESTIONS: list[Row] = [
    {"type": "text", "name": "code", "aliases": "Code|编号", "constraint": "regex(., '^(a|b)[0-9]+$')"},
    {"type": "begin_group", "name": "health", "relevant": "${code} != ''"},
    {"type": "select_multiple signs", "name": "signs", "required": "yes", f"hint::{EN}": "All", f"hint::{ZH}": "全部"},
    {"type": "begin_group", "name": "inner"},
    {"type": "range", "name": "pain", "parameters": "start=0 end=10 step=2"},
    {"type": "end_group"},
    {"type": "end_group"},
    {"type": "calculate", "name": "count", "calculation": "count-selected(${signs})"},
]


@pytest.mark.parametrize(
    ("write", "file"), [(as_markdown, "forms/form.md"), (as_csv, "forms/form.csv"), (as_workbook, "forms/form.xlsx")]
)
def test_three_spellings_of_one_form(write: object, file: str) -> None:
    form, findings = read(write(sheets_of(QUESTIONS)), file)  # type: ignore[operator]
    assert findings == []
    assert form is not None
    assert (form.id, form.version, form.title) == ("form", "1", Text("Form", "表"))
    code, signs, pain, count = form.questions
    assert code.aliases == ("Code", "编号")
    assert code.constraint == "regex(., '^(a|b)[0-9]+$')"
    assert (signs.type, signs.choice_list, signs.required) == (QuestionType.SELECT_MULTIPLE, "signs", "true()")
    assert signs.hint == Text("All", "全部")
    assert [choice.name for choice in signs.choices] == ["none", "fever", "cough"]
    assert pain.groups == ("health", "inner")
    assert pain.bounds == (0.0, 10.0, 2.0)
    assert count.groups == ()
    assert form.groups["health"].relevant == "${code} != ''"


def test_rows_are_counted_as_their_author_sees_them() -> None:
    questions = [*QUESTIONS, {"type": "text", "name": "bad name"}]
    sheets = sheets_of(questions)
    rows = {"md": 3 + len(questions) + 1, "csv": 2 + len(questions), "xlsx": 1 + len(questions)}
    for ending, write in (("md", as_markdown), ("csv", as_csv), ("xlsx", as_workbook)):
        [found] = read(write(sheets), f"forms/form.{ending}")[1]
        assert (found.code, found.place.row, found.place.column) == ("bad_name", rows[ending], "name"), ending


def test_a_cell_of_several_lines_does_not_shift_the_rows() -> None:
    sheets = sheets_of(
        [
            {"type": "text", "name": "a", f"hint::{EN}": "one\ntwo", f"hint::{ZH}": "一\n二"},
            {"type": "txet", "name": "b"},
        ]
    )
    [found] = read(as_csv(sheets), "forms/form.csv")[1]
    assert found.place.row == 6  # line 1 names the sheet, 2 the headings, 3 to 5 are the first question


MISTAKES: list[tuple[list[Row], str, int, str | None]] = [
    ([{"type": "txt", "name": "a"}], "unknown_type", 5, "type"),
    ([{"type": "begin_repeat", "name": "a"}], "unknown_type", 5, "type"),
    ([{"type": "image", "name": "a"}], "unknown_type", 5, "type"),
    ([{"type": "select_one_from_file x.csv", "name": "a"}], "unknown_type", 5, "type"),
    ([{"type": "text list", "name": "a"}], "unknown_type", 5, "type"),
    ([{"type": "select_one sings", "name": "a"}], "unknown_list", 5, "type"),
    ([{"type": "select_one yes_no or_other", "name": "a"}], "no_or_other", 5, "type"),
    ([{"type": "text", "name": "1a"}], "bad_name", 5, "name"),
    ([{"type": "text", "name": "meta"}], "bad_name", 5, "name"),
    ([{"type": "text", "name": "a"}, {"type": "text", "name": "a"}], "twice", 6, "name"),
    ([{"type": "text", "name": "a", "privacy": ""}], "no_privacy", 5, "privacy"),
    ([{"type": "text", "name": "a", "privacy": "secret"}], "bad_privacy", 5, "privacy"),
    ([{"type": "text", "name": "a", f"label::{EN}": ""}], "missing_text", 5, f"label::{EN}"),
    ([{"type": "text", "name": "a", f"hint::{ZH}": "只有中文"}], "missing_text", 5, f"hint::{EN}"),
    ([{"type": "text", "name": "a", "constraint": "${b} = 1"}], "expression", 5, "constraint"),
    ([{"type": "text", "name": "a", "relevant": ". = 1"}], "expression", 5, "relevant"),
    ([{"type": "text", "name": "a", "required": "maybe"}], "expression", 5, "required"),
    ([{"type": "calculate", "name": "a", "calculation": "uuid()"}], "expression", 5, "calculation"),
    ([{"type": "calculate", "name": "a"}], "empty_cell", 5, "calculation"),
    (
        [
            {"type": "begin_group", "name": "g", "relevant": "${zz} = 1"},
            {"type": "text", "name": "a", "relevant": "1 = 1"},
            {"type": "end_group"},
        ],
        "expression",
        5,
        "relevant",
    ),
    ([{"type": "note", "name": "n", "relevant": "${zz} = 1"}], "expression", 5, "relevant"),
    ([{"type": "note", "name": "n", f"label::{EN}": "${zz}"}], "unknown_question", 5, "label"),
    ([{"type": "text", "name": "a", "calculation": "1"}], "no_effect", 5, "calculation"),
    ([{"type": "note", "name": "a", "required": "yes"}], "no_effect", 5, "required"),
    ([{"type": "text", "name": "a", "choice_filter": "1 = 1"}], "no_effect", 5, "choice_filter"),
    (
        [{"type": "begin_group", "name": "g", "required": "yes"}, {"type": "text", "name": "a"}, {"type": "end_group"}],
        "no_effect",
        5,
        "required",
    ),
    ([{"type": "text", "name": "a", "parameters": "rows=3"}], "no_effect", 5, "parameters"),
    ([{"type": "range", "name": "a", "parameters": "start=5 end=1"}], "bad_range", 5, "parameters"),
    ([{"type": "range", "name": "a", "parameters": "from=5"}], "bad_range", 5, "parameters"),
    ([{"type": "integer", "name": "a", "default": "today()"}], "bad_default", 5, "default"),
    ([{"type": "text", "name": "a", "cleared": "perhaps"}], "yes_or_no", 5, "cleared"),
    ([{"type": "text", "name": "a", "identity": "nickname", "privacy": "personal"}], "unknown_identity", 5, "identity"),
    ([{"type": "text", "name": "a", "identity": "phone"}], "identity_not_personal", 5, "privacy"),
    (
        [{"type": "text", "name": "a", "identity": "phone", "privacy": "sensitive"}],
        "identity_not_personal",
        5,
        "privacy",
    ),
    ([{"type": "begin_group", "name": "g"}, {"type": "text", "name": "a"}], "group_open", 5, "type"),
    ([{"type": "text", "name": "a"}, {"type": "end_group"}], "group_closed", 6, "type"),
    (
        [
            {"type": "text", "name": "a", "relevant": "${b} = 'x'"},
            {"type": "text", "name": "b", "relevant": "${a} = 'x'"},
        ],
        "circle",
        6,
        "relevant",
    ),
    ([{"type": "calculate", "name": "a", "calculation": "${a} + 1"}], "circle", 5, "calculation"),
    ([{"type": "text", "name": "a", "media::image": "x.png"}], "unknown_column", 3, "media::image"),
    ([{"type": "text", "name": "a", "relevent": "1 = 1"}], "unknown_column", 3, "relevent"),
    ([{"type": "text", "name": "a", "label": "A"}], "one_language", 3, "label"),
    ([{"type": "text", "name": "a", "repeat_count": "3"}], "unknown_column", 3, "repeat_count"),
]


@pytest.mark.parametrize(("questions", "code", "row", "column"), MISTAKES)
def test_mistakes_in_the_survey(questions: list[Row], code: str, row: int, column: str | None) -> None:
    form, findings = read(as_markdown(sheets_of(questions)))
    assert form is None
    places = [(found.code, found.place.sheet, found.place.row, found.place.column) for found in findings]
    assert (code, "survey", row, column) in places, [str(found) for found in findings]
    assert all(found.message.zh != found.message.en for found in findings)


def test_the_nearest_name_is_offered() -> None:
    [found] = read(as_markdown(sheets_of([{"type": "text", "name": "a", "relevent": "1 = 1"}])))[1]
    assert "“relevant”" in found.message.en


def test_a_shared_part_of_the_identity_may_be_sensitive() -> None:
    form = form_of({"type": "date", "name": "born", "identity": "birth_date", "privacy": "sensitive"})
    assert form.questions[0].privacy is Privacy.SENSITIVE


CHOICE_MISTAKES = [
    ({"list_name": "x", "name": "two words"}, "bad_choice_name", "name"),
    ({"list_name": "x", "name": "a'b"}, "bad_choice_name", "name"),
    ({"list_name": "", "name": "a"}, "empty_cell", "list_name"),
    ({"list_name": "yes_no", "name": "yes"}, "twice", "name"),
    ({"list_name": "x", "name": "a", f"label::{ZH}": ""}, "missing_text", f"label::{ZH}"),
]


@pytest.mark.parametrize(("choice", "code", "column"), CHOICE_MISTAKES)
def test_mistakes_in_the_choices(choice: Row, code: str, column: str) -> None:
    choices = [{"list_name": "yes_no", "name": "yes"}, choice]
    findings = read(as_markdown(sheets_of([{"type": "text", "name": "a"}], choices)))[1]
    assert [(found.code, found.place.sheet, found.place.column) for found in findings] == [(code, "choices", column)]


def test_mistakes_in_the_settings() -> None:
    questions = [{"type": "text", "name": "a"}]
    for settings, code in (
        ({"version": ""}, "empty_cell"),
        ({"form_id": "a b"}, "bad_form_id"),
        ({f"form_title::{ZH}": ""}, "missing_text"),
        ({"public_key": "x"}, "unknown_column"),
    ):
        findings = read(as_markdown(sheets_of(questions, settings=settings)))[1]
        assert [found.code for found in findings] == [code], settings
    sheets = sheets_of(questions)
    sheets["settings"].append(sheets["settings"][1])
    assert [found.code for found in read(as_markdown(sheets))[1]] == ["one_settings_row"]


def test_a_bar_inside_a_markdown_cell_must_be_escaped() -> None:
    data = as_markdown(sheets_of(QUESTIONS)).replace(b"Code\\|", b"Code|")
    assert "too_many_cells" in {found.code for found in read(data)[1]}


def test_a_formula_is_refused_where_it_stands() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(sheets_of(QUESTIONS))))
    book["survey"]["B2"] = "=1+1"
    out = io.BytesIO()
    book.save(out)
    form, findings = read(out.getvalue(), "forms/form.xlsx")
    assert form is None
    assert ("formula", "survey", 2, "B") in [
        (found.code, found.place.sheet, found.place.row, found.place.column) for found in findings
    ]


def test_workbooks_that_should_not_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    good = as_workbook(sheets_of(QUESTIONS))
    for broken in (b"", b"no zip", good[:500], zipped({"xl/workbook.xml": b"<a"}), zipped({"a": b"b"})):
        form, findings = read(broken, "forms/form.xlsx")
        assert form is None
        assert [found.code for found in findings] == ["bad_workbook"]
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 1000)
    assert "too big" in read(good, "forms/form.xlsx")[1][0].message.en


def zipped(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"# survey", "# survey\n\n| 类型 |\n|---|\n".encode(), b"just text"]
)
def test_what_is_no_form(data: bytes) -> None:
    form, findings = read(data)
    assert form is None
    assert findings
