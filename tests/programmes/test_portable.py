"""What the field is given means the same to all; what would not is refused, with what to write instead."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from fangxian.programmes.expressions import NameScope, RefusedError, StaticType, written
from fangxian.programmes.forms import read_form
from fangxian.programmes.forms.xform import to_xform
from fangxian.programmes.mistakes import LATER, Mistakes

from .forms_for_tests import as_markdown, read, sheets_of

SCOPE = NameScope(
    {"n": StaticType.NUMBER, "k": StaticType.NUMBER, "t": StaticType.TEXT, "m": StaticType.LIST, "d": StaticType.DATE,
     "w": StaticType.DATETIME, "c": StaticType.TIME},
    StaticType.TEXT, frozenset({"zone"}),
)  # fmt: skip

WRITTEN = [
    ("${t}", "(${t} != '')"),
    ("not(${t})", "not((${t} != ''))"),
    ("${m} and ${d}", "((${m} != '') and (${d} != ''))"),
    ("${t} = true()", "((${t} != '') = true())"),
    ("${n} = '5'", "(${n} = 5)"),
    ("${n} = ''", "(${n} = '')"),
    ("${n} = ${k}", "(${n} = ${k})"),
    ("--5 = 5", "((0 - (0 - 5)) = 5)"),
    ("regex(${t}, '[0-9]+')", "regex(${t}, '^(?:[0-9]+)$')"),
    (r"regex(${t}, '^\d\s$')", r"regex(${t}, '^(?:[0-9][\u0009-\u000d\u0020])$')"),
    ('regex(${t}, "it\'s")', r"regex(${t}, '^(?:it\u0027s)$')"),
    ("coalesce(${t}, ${m}, 'x') = 'x'", "(coalesce(${t}, coalesce(${m}, 'x')) = 'x')"),
    ("date(${w}) = today()", "(substr(date(coalesce(${w}, '')), 0, 10) = today())"),
    ("${w} <= happened_at()", "(decimal-date-time(coalesce(${w}, '')) <= decimal-date-time(now()))"),
    ("${d} < today()", "(date(coalesce(${d}, '')) < today())"),
    ("zone = ${t}", "(zone = ${t})"),
    ("selected(., 'a')", "selected(., 'a')"),
]


@pytest.mark.parametrize(("source", "field"), WRITTEN)
def test_written_for_the_field(source: str, field: str) -> None:
    assert written(source, SCOPE, boolean=True) == field


REFUSED = [
    ("${n}", "> 0"),
    ("not(${n} + 1)", "> 0"),
    ("if(${n}, 1, 2) = 1", "> 0"),
    ("${n} = '05'", "plainly"),
    ("${n} = '1e3'", "plainly"),
    ("number('1,5') = 1", "plainly"),
    ("date('2026-02-30') < today()", "no date"),
    ("date('20260201') < today()", "no date"),
    ("date('') < today()", "no date"),
    ("date(${t}) < today()", "question of type date"),
    ("date(substr(${t}, 6, 14)) < today()", "question of type date"),
    ("${w} = happened_at()", ">= and <="),
    ("${w} + 1 > now()", "date()"),
    ("number(${w}) > 1", "date()"),
    ("concat(${w}, '') = ''", "date()"),
    ("${c} > 1", "dateTime"),
    ("concat(${c}, 'x') = 'x'", "empty"),
    ("${m} > 1", "count-selected()"),
    ("selected(${n}, '1')", "select question"),
    ("selected(${m}, 1)", "quotes"),
    ("selected(${m}, '')", "quotes"),
    ("selected(${m}, 'a b')", "quotes"),
    ("substr(${t}, ${n}) = 'a'", "written out"),
    ("round(${n}, ${k}) = 1", "written out"),
    ("round(${n}, 0.5) = 1", "written out"),
    ("if(${t} = 'a', ${w}, ${d}) = ''", "the same in all"),
    ("regex(${t}, '^(a+)+$')", "would hang"),
    ("regex(${t}, 'a|b$')", "brackets"),
]


@pytest.mark.parametrize(("source", "advice"), REFUSED)
def test_what_engines_do_not_agree_on_is_refused(source: str, advice: str) -> None:
    with pytest.raises(RefusedError) as refused:
        written(source, SCOPE, boolean=True)
    assert advice in refused.value.reason.en
    assert refused.value.reason.zh


@pytest.mark.parametrize("column", ["relevant", "constraint", "required", "calculation"])
def test_the_check_tells_where(column: str) -> None:
    kind = "calculate" if column == "calculation" else "text"
    rows = [{"type": "integer", "name": "n"}, {"type": kind, "name": "a", column: "not(${n})"}]
    form, found = read(as_markdown(sheets_of(rows)))
    assert form is None
    assert [(one.code, one.place.row, one.place.column) for one in found] == [("doubtful", found[0].place.row, column)]
    assert "doubtful" in LATER, "what was published before goes on"


def test_what_was_published_before_still_opens_and_judges_as_it_did() -> None:
    rows = [
        {"type": "integer", "name": "n"},
        {"type": "dateTime", "name": "w"},
        {"type": "text", "name": "a", "relevant": "not(${n})", "constraint": "regex(., '(a+)+b')"},
        {"type": "calculate", "name": "c", "calculation": "concat(date(${w}), ${w})"},
    ]
    form = read_form(as_markdown(sheets_of(rows)), Mistakes("forms/form.md", published=True), {})
    assert form is not None
    xform = to_xform(form)
    assert "not( /form/n )" in xform
    assert "date(string( /form/w ))" in xform
    found = form.validate({"n": 0, "a": "aab"}, happened_at=dt.datetime(2020, 3, 20, tzinfo=dt.UTC), tz=ZoneInfo("UTC"))
    assert (found.answers, found.faults) == ({"n": 0, "a": "aab"}, ())
