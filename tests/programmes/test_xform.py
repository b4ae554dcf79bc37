"""The form as the field sees it: an XForm with both languages, answers out of its instances, known values in it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import pytest
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from fangxian.programmes.forms import Form, xform
from fangxian.programmes.forms.xform import InstanceError, as_text, from_instance, instance_head, prefill, to_xform

from .forms_for_tests import STEADY, form_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2020, 3, 20, 2, tzinfo=dt.UTC)
X = "{http://www.w3.org/2002/xforms}"

FORM = form_of(
    {"type": "text", "name": "name", "aliases": "姓名|Name", "privacy": "personal", "identity": "name"},
    {"type": "begin_group", "name": "health", "relevant": "${name} != ''"},
    {"type": "decimal", "name": "temperature", "required": "yes", "constraint": ". >= 34 and . <= 43"},
    {"type": "begin_group", "name": "inner"},
    {"type": "select_multiple signs", "name": "signs"},
    {"type": "end_group"},
    {"type": "end_group"},
    {"type": "begin_group", "name": "rest"},
    {"type": "range", "name": "pain", "parameters": "start=0 end=10 step=2"},
    {"type": "dateTime", "name": "left"},
    {"type": "acknowledge", "name": "read", "default": "OK"},
    {"type": "note", "name": "thanks", "relevant": "${temperature} > 37.3"},
    {"type": "end_group"},
    {"type": "calculate", "name": "moved_at", "calculation": "coalesce(${left}, happened_at())"},
)


def instance(form: Form, inner: str, head: str = "") -> bytes:
    meta = "<meta><instanceID>uuid:1</instanceID></meta>"
    return f'<{form.id} id="{form.id}" version="1" {head}>{inner}{meta}</{form.id}>'.encode()


def test_the_date_of_a_question_reaches_the_field_as_text() -> None:
    """The form library's ``date()`` refuses a question; the form would not open."""
    form = form_of(
        {"type": "dateTime", "name": "left"},
        {"type": "date", "name": "born", "constraint": ". < today()"},
        {"type": "calculate", "name": "day", "calculation": "date(${left})"},
    )
    binds = {node.get("nodeset").rpartition("/")[2]: node for node in fromstring(to_xform(form)).iter(f"{X}bind")}
    assert "".join(binds["day"].get("calculate").split()) == "substr(date(coalesce(/form/left,'')),0,10)"
    assert (binds["day"].get("type"), binds["born"].get("type")) == ("date", "date")
    assert binds["born"].get("constraint") == "(date(coalesce(., '')) < today())"


def test_the_xform_has_both_languages_and_none_of_our_columns() -> None:
    made = to_xform(FORM)
    root = fromstring(made)
    languages = {node.get("lang"): node for node in root.iter(f"{X}translation")}
    assert set(languages) == {"English (en)", "中文 (zh)"}
    assert languages["中文 (zh)"].get("default") == "true()"
    for language, node in languages.items():
        assert {"题temperature", "Temperature"} & {value.text for value in node.iter(f"{X}value")}, language
    assert "personal" not in made
    assert "aliases" not in made
    assert "姓名" not in made
    english = fromstring(to_xform(FORM, language="en"))
    assert [node.get("lang") for node in english.iter(f"{X}translation") if node.get("default")] == ["English (en)"]


def test_logic_reaches_the_field() -> None:
    root = fromstring(to_xform(FORM))
    binds = {node.get("nodeset"): node for node in root.iter(f"{X}bind")}
    assert binds["/form/health"].get("relevant").strip() == "( /form/name  != '')"
    temperature = binds["/form/health/temperature"]
    assert (temperature.get("type"), temperature.get("required")) == ("decimal", "true()")
    assert temperature.get("constraint") == "((. >= 34) and (. <= 43))"
    assert re.fullmatch(r"coalesce\( ?/form/rest/left ?, now\(\)\)", binds["/form/moved_at"].get("calculate").strip())
    assert "/form/health/inner/signs" in binds
    assert "/form/rest/pain" in binds


def test_a_submission_comes_back_as_it_was_filled() -> None:
    sent = instance(
        FORM,
        "<name>张三</name><health><temperature>36.5</temperature><inner><signs>fever cough</signs></inner>"
        "</health><rest><pain>4</pain><left/><read>OK</read><thanks/></rest><moved_at>x</moved_at>",
    )
    raw = from_instance(FORM, sent)
    assert raw == {
        "name": "张三",
        "temperature": "36.5",
        "signs": "fever cough",
        "pain": "4",
        "left": "",
        "read": "OK",
        "thanks": "",
        "moved_at": "x",
    }
    found = FORM.validate(raw, happened_at=NOW, tz=SHANGHAI)
    assert found.faults == ()
    assert found.answers == {
        "name": "张三",
        "temperature": 36.5,
        "signs": ("fever", "cough"),
        "pain": 4,
        "read": True,
        "moved_at": NOW,
    }


def test_the_empty_instance_of_the_xform_is_readable() -> None:
    """What a field app starts from has exactly the questions the server knows."""
    root = fromstring(to_xform(FORM))
    first = next(root.iter(f"{X}instance"))[0]
    names = {node.tag.removeprefix(X) for node in first.iter()} - {"form", "meta", "instanceID", *FORM.groups}
    assert names == {question.name for question in FORM.questions}


def test_head_of_a_submission() -> None:
    head = instance_head(instance(FORM, "<name/>"))
    assert (head.form, head.version, head.instance_id, head.deprecated_id) == ("form", "1", "uuid:1", "")


def test_namespaces_do_not_matter() -> None:
    sent = instance(FORM, "<name>a</name>", 'xmlns="http://opendatakit.org/submissions"')
    assert from_instance(FORM, sent) == {"name": "a"}


BOMB = b'<!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY c "&a;&a;&a;">]><form id="form"><name>&c;</name></form>'
OUTSIDE = b'<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]><form id="form"><name>&x;</name></form>'


@pytest.mark.parametrize("sent", [b"", b"not xml", b"<form", BOMB, OUTSIDE, b'<other id="other"/>', b"\xff\xfe\x00"])
def test_what_is_no_submission(sent: bytes) -> None:
    with pytest.raises(InstanceError) as refused:
        from_instance(FORM, sent)
    assert refused.value.reason.zh != refused.value.reason.en


def test_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xform, "MAX_NODES", 20)
    with pytest.raises(InstanceError, match="too many"):
        from_instance(FORM, instance(FORM, "<a/>" * 30))
    monkeypatch.setattr(xform, "MAX_INSTANCE", 50)
    with pytest.raises(InstanceError, match="bigger"):
        from_instance(FORM, instance(FORM, "<name>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</name>"))


def test_what_the_form_has_not_is_left_to_validation() -> None:
    raw = from_instance(FORM, instance(FORM, "<name>a</name><extra><deep>1</deep></extra>"))
    assert raw == {"name": "a", "deep": "1"}
    assert [fault.code for fault in FORM.validate(raw, happened_at=NOW, tz=SHANGHAI).faults] == ["required", "unknown"]


def test_known_values_stand_in_the_primary_instance() -> None:
    values: dict[str, Any] = {
        "name": "<张三 & co>",
        "temperature": 36.0,
        "signs": ("fever", "cough"),
        "read": True,
        "left": NOW,
        "nothing": 1,
        "pain": None,
        "health": "a group",
        "item": "a choice's node",
    }
    filled = prefill(to_xform(FORM), values)
    root = fromstring(filled)
    first = next(root.iter(f"{X}instance"))[0]
    texts = {node.tag.removeprefix(X): node.text for node in first.iter() if node.text and node.text.strip()}
    assert texts == {
        "name": "<张三 & co>",
        "temperature": "36",
        "signs": "fever cough",
        "read": "OK",
        "left": "2020-03-20T02:00:00.000+00:00",
    }
    names = [node.text for node in root.iter(f"{X}name")]
    assert "fever" in names, "the choices are as they were"
    assert 'xmlns:jr="http://openrosa.org/javarosa"' in filled


def test_default_values_are_in_the_form() -> None:
    first = next(fromstring(to_xform(FORM)).iter(f"{X}instance"))[0]
    assert [node.text for node in first.iter(f"{X}read")] == ["OK"]


PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=20)
FILLED = st.fixed_dictionaries(
    {},
    optional={
        "name": PRINTABLE.map(str.strip).filter(bool),
        "temperature": st.floats(34, 43),
        "signs": st.lists(st.sampled_from(["fever", "cough"]), min_size=1, unique=True).map(tuple),
        "pain": st.sampled_from([0, 2, 10]),
        "left": st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1), timezones=st.just(dt.UTC)).map(  # noqa: DTZ001
            lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
        ),
        "read": st.just(True),
    },
)


@STEADY
@given(FILLED)
def test_typed_answers_survive_the_way_through_xml(answers: dict[str, Any]) -> None:
    inner = "".join(f"<{name}>{escape(as_text(value))}</{name}>" for name, value in answers.items())
    raw = from_instance(FORM, instance(FORM, inner))
    found = FORM.validate(raw, happened_at=NOW, tz=SHANGHAI).answers
    relevant = answers.keys() - (set() if "name" in answers else {"temperature", "signs"})
    assert {name: found.get(name) for name in relevant} == {name: answers[name] for name in relevant}
