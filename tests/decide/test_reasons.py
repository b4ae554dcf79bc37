"""A stored decision is read back as it was made: its reason, what it did not know, what everything is called."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Final

import orjson
import pytest

from fangxian.decide import engine, reasons, rules
from fangxian.decide.reasons import CurrentDecision
from fangxian.decide.types import Verdict
from fangxian.kernel.canonical import dumps
from fangxian.kernel.text import Text, both
from fangxian.kernel.values import ValueType
from fangxian.programmes.folder import read_folder
from fangxian.programmes.load import load
from fangxian.programmes.types import Programme
from tests.county import ROOT
from tests.decide.test_rules import SHANGHAI, TODAY, entry

NOON: Final = dt.datetime(2020, 3, 20, 4, tzinfo=dt.UTC)
FROM_ITALY: Final[Mapping[str, Any]] = {
    "listed_at": NOON, "arrival_at": NOON, "arrival_date": TODAY, "origin": "IT", "origins": ("IT",)}


def programme_of(folder: str, *changes: tuple[bytes, bytes]) -> Programme:
    files = dict(read_folder(ROOT / "programmes" / folder))
    for was, now in changes:
        assert was in files["programme.toml"]
        files["programme.toml"] = files["programme.toml"].replace(was, now)
    programme, findings = load(files)
    assert programme is not None, [str(found) for found in findings]
    return programme


def decided(programme: Programme, facts: Mapping[str, Any], today: dt.date) -> Verdict:
    said = engine.say(programme, [facts], [today], [SHANGHAI.zone])[0]
    return rules.verdict(programme, facts, said, SHANGHAI, today)


def stored(programme: Programme, verdict: Verdict, seen: Mapping[str, Any], at: dt.datetime = NOON) -> CurrentDecision:
    """As it comes back from the journal: in JSON's types."""
    return CurrentDecision(
        programme=programme.id, subject=uuid.UUID(int=1), path="0", version=programme.version, measure=verdict.measure,
        until=verdict.until, stage=verdict.stage, urgent=verdict.urgent, managed=verdict.managed,
        provisional=verdict.provisional, rows=orjson.loads(verdict.rows_text), missing=verdict.missing, since=at,
        entry=uuid.UUID(int=2), decided_at=at, seen=orjson.loads(dumps(dict(seen))),
        outputs=orjson.loads(verdict.outputs_text))


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> dict[str, Programme]:
    """The versions that can be looked up, by programme."""
    found: dict[str, Programme] = {}
    monkeypatch.setattr("fangxian.programmes.queries.version", lambda programme, _: found[programme])
    return found


def kept(published: dict[str, Programme], facts: Mapping[str, Any], today: dt.date = TODAY,
         programme: Programme | None = None) -> tuple[CurrentDecision, Verdict]:
    programme = published[(programme or entry()).id] = programme or entry()
    verdict = decided(programme, facts, today)
    at = dt.datetime.combine(today, dt.time(4), dt.UTC)
    return stored(programme, verdict, rules.seen(programme, facts, SHANGHAI, today), at), verdict


PEOPLE: Final[tuple[tuple[dict[str, Any], str], ...]] = (
    ({}, "2020-03-20"),
    ({**FROM_ITALY}, "2020-03-20"),
    ({**FROM_ITALY, "birth_date": dt.date(1950, 3, 20)}, "2020-03-20"),  # the birthday: old enough
    ({**FROM_ITALY, "birth_date": dt.date(1950, 3, 21)}, "2020-03-20"),
    ({**FROM_ITALY, "birth_date": dt.date(1940, 2, 29), "arrival_date": dt.date(2020, 2, 20)}, "2020-02-29"),
    ({**FROM_ITALY, "birth_date": dt.date(1940, 12, 31)}, "2020-03-31"),
    ({**FROM_ITALY, "origin": "SG", "origins": ("SG",)}, "2020-04-02"),
    ({**FROM_ITALY, "origin": "SG", "origins": ("SG",)}, "2020-04-03"),
    ({**FROM_ITALY, "removed_at": NOON}, "2020-03-20"),
)


@pytest.mark.parametrize(("facts", "today"), PEOPLE)
def test_run_once_more_over_what_it_saw_the_tables_say_the_same(
    published: dict[str, Programme], facts: dict[str, Any], today: str,
) -> None:
    one, verdict = kept(published, facts, dt.date.fromisoformat(today))
    why = reasons.why(one, SHANGHAI)
    assert {table.table: table.deciding.number if table.deciding else None for table in why.tables} == verdict.rows
    assert dumps({name: value for table in why.tables for name, value in table.outputs.items()}) == verdict.outputs_text
    assert why.measure_table.table == "measure"


def test_days_that_are_counted_from_an_instant_are_found_again(published: dict[str, Programme]) -> None:
    """The journal keeps the number and not the instant."""
    programme = programme_of("entry", (b'days_since = "arrival_date"', b'days_since = "arrival_at"'))
    facts = {**FROM_ITALY, "origin": "SG", "origins": ("SG",), "arrival_at": NOON}
    for days, measure in ((13, "observation"), (14, "none")):
        one, verdict = kept(published, facts, TODAY + dt.timedelta(days=days), programme)
        assert verdict.measure == measure
        one = one._replace(seen={name: value for name, value in one.seen.items() if name != "arrival_at"})
        [table] = [found for found in reasons.why(one, SHANGHAI).tables if found.table == "measure"]
        assert table.outputs["measure"] == measure


def test_an_age_is_found_again_without_the_day_of_birth(published: dict[str, Programme]) -> None:
    for day in (dt.date(2020, 2, 28), dt.date(2020, 2, 29), dt.date(2020, 3, 1), dt.date(2020, 12, 31)):
        for age in (0, 1, 59, 60, 69, 70, 71):
            born = reasons._behind(entry(), {"age": age, "days_since_arrival": 3}, day)
            assert born["arrival_date"] == (day - dt.timedelta(days=3)).isoformat()
            facts = {"birth_date": dt.date.fromisoformat(born["birth_date"])}
            assert rules.derived_inputs(entry(), facts, SHANGHAI, day)["age"] == age


def test_the_reason_is_of_the_row_that_was_stored(published: dict[str, Programme]) -> None:
    one, _ = kept(published, FROM_ITALY)
    assert one.rows["measure"] == "4"
    because = reasons.because(one)
    assert because.reason is not None
    assert because.reason.en.startswith("From a high-risk country or region: central isolation")
    other = reasons.because(one._replace(rows={**one.rows, "measure": "1"}))
    assert other.reason is not None
    assert other.reason.en.startswith("Suspected or confirmed case")


def test_what_the_row_counted_on_without_knowing_is_named_else_what_was_missing(
    published: dict[str, Programme],
) -> None:
    one, _ = kept(published, FROM_ITALY)
    assert set(reasons.because(one).unknown) == {"suspected", "released", "vulnerable", "removed"} - {
        name for name in ("suspected", "released", "vulnerable", "removed")
        if {**one.seen, **one.outputs}.get(name) is not None}
    known = one._replace(outputs={**one.outputs, **dict.fromkeys(
        ("suspected", "contact", "released", "vulnerable", "removed"), False)}, missing=("origin",))
    assert reasons.because(known).unknown == ("origin",)
    rowless = one._replace(rows={}, missing=("origin",))
    assert reasons.because(rowless)[1:] == (None, ("origin",))


@pytest.mark.parametrize(("name", "label"), [
    ("origin", Text("Where the journey began", "出发国家或地区")),
    ("measure", Text("Measure", "管理措施")),  # an output without a label of its own is called as its table
    ("suspected", Text("Suspected case", "疑似病例")),
    ("awaiting_result", Text("A result is awaited", "等待检测结果")),
    ("until", both("until")),  # not the table's first
    ("nothing_such", both("nothing_such")),
])
def test_everything_has_a_name(name: str, label: Text) -> None:
    assert reasons.label(entry(), name) == label


def test_an_input_is_called_as_it_is_labelled() -> None:
    assert reasons.label(entry(), "age") == entry().inputs["age"].label


@pytest.mark.parametrize(("kind", "value"), [
    (ValueType.DATE, dt.date(2020, 3, 20)), (ValueType.DATETIME, NOON), (ValueType.TIME, dt.time(8, 30)),
    (ValueType.LIST, ("IT", "SG")), (ValueType.TEXT, "IT"), (ValueType.NUMBER, 36.5), (ValueType.BOOLEAN, False),
    (ValueType.DATE, None), (ValueType.TEXT, None), (ValueType.LIST, None)])
def test_a_value_comes_back_in_its_type(kind: ValueType, value: Any) -> None:
    found = reasons.typed(kind, orjson.loads(orjson.dumps(value)))
    assert found == value
    assert type(found) is type(value)
