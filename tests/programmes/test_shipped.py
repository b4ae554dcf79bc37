"""The programmes that come with Fangxian load, and their forms work in the field and here."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from fangxian.kernel.findings import errors
from fangxian.programmes.folder import read_folder
from fangxian.programmes.forms.xform import to_xform
from fangxian.programmes.load import load

NOW = dt.datetime(2020, 3, 20, tzinfo=dt.UTC)
SHIPPED = sorted(path.parent for path in (Path(__file__).resolve().parents[2] / "programmes").glob("*/programme.toml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_loads_without_a_mistake(path: Path) -> None:
    programme, findings = load(read_folder(path))
    assert [str(found) for found in errors(findings)] == []
    assert programme is not None
    assert programme.id == path.name


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_form_becomes_an_xform(path: Path) -> None:
    programme, _ = load(read_folder(path), published=True)
    assert programme is not None
    for form in programme.forms.values():
        assert fromstring(to_xform(form)) is not None


@pytest.mark.parametrize(("path", "form"), [("entry", "arrival"), ("entry", "listed"), ("residents", "resident")])
def test_no_form_takes_a_name_longer_than_a_list_may_give(path: str, form: str) -> None:
    programme, _ = load(read_folder(SHIPPED[0].parent / path))
    assert programme is not None
    for name, refused in (("张" * 200, False), ("张" * 201, True)):
        found = programme.forms[form].validate({"name": name}, happened_at=NOW, tz=ZoneInfo("UTC")).faults
        assert any(fault.question == "name" for fault in found) is refused


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_nothing_is_demanded_before_the_answer_that_it_follows_from(path: Path) -> None:
    programme, _ = load(read_folder(path))
    assert programme is not None
    for form in programme.forms.values():
        demanded = {fault.question for fault in form.validate({}, happened_at=NOW, tz=ZoneInfo("UTC")).faults}
        early = [one.name for one in form.questions if one.name in demanded and "${" in one.relevant]
        assert early == [], form.id


@pytest.mark.parametrize(("food", "medicine", "demanded"), [
    ("enough", "enough", False), ("soon", "enough", True), ("enough", "none", True)])
def test_what_to_bring_is_asked_where_something_runs_out(food: str, medicine: str, demanded: bool) -> None:
    programme, _ = load(read_folder(SHIPPED[0].parent / "entry"))
    assert programme is not None
    told = {"food": food, "medicine": medicine, "talk": "no"}
    faults = programme.forms["supply_check"].validate(told, happened_at=NOW, tz=ZoneInfo("UTC")).faults
    assert [fault.question for fault in faults] == (["wanted"] if demanded else [])
