"""A later version of a list against the one before it."""

from __future__ import annotations

import datetime as dt

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fangxian.capture.tabular.difference import KeyedLine, changed_fields, difference, keyed, keyed_line
from fangxian.capture.tabular.types import LineFault, ListLine
from fangxian.kernel.findings import Severity
from fangxian.kernel.text import Text
from fangxian.kernel.values import Value


def line(number: int, **values: Value) -> KeyedLine:
    return keyed_line(number, values)


def test_added_removed_rerouted_and_unchanged() -> None:
    before = [line(2, document_number="A", address="x"), line(3, document_number="B"), line(4, document_number="C")]
    after = [line(2, document_number="D"), line(3, document_number="C"), line(4, document_number="A", address="y")]
    found = difference(before, after)
    assert [each.number for each in found.added] == [2]
    assert [each.number for each in found.removed] == [3]
    assert [each.number for each in found.unchanged] == [3]
    (rerouted,) = found.rerouted
    assert (rerouted.before.number, rerouted.after.number, rerouted.fields) == (2, 4, ("address",))


def test_a_document_put_right_is_the_same_person_by_the_lists_own_number() -> None:
    before = [line(2, source_id="1", document_number="A", name="Li")]
    after = [line(2, source_id="1", document_number="B", name="Li")]
    assert difference(before, after).rerouted[0].fields == ("document_number",)


def test_a_number_of_the_list_that_appears_later_makes_nobody_new() -> None:
    before = [line(2, document_number="A"), line(3, document_number="B")]
    after = [line(2, source_id="2", document_number="B"), line(3, source_id="1", document_number="A")]
    found = difference(before, after)
    assert [each.fields for each in found.rerouted] == [("source_id",), ("source_id",)]
    assert (found.added, found.removed) == ((), ())


def test_the_surer_key_wins() -> None:
    before = [line(2, source_id="1", document_number="A"), line(3, document_number="B")]
    after = [line(2, source_id="1", document_number="B")]
    found = difference(before, after)
    assert [each.before.number for each in found.rerouted] == [2]
    assert [each.number for each in found.removed] == [3]


def test_one_ticket_for_two_people_keeps_them_apart() -> None:
    before = [line(2, source_id="T", document_number="A"), line(3, source_id="T", document_number="B")]
    found = difference(before, list(reversed(before)))
    assert len(found.unchanged) == 2


def test_the_order_of_a_list_of_countries_makes_no_difference() -> None:
    assert changed_fields({"countries": ("FR", "DE")}, {"countries": ("DE", "FR")}) == ()
    assert changed_fields({"countries": ("FR",)}, {"countries": ("DE", "FR")}) == ("countries",)


def test_ignored_fields() -> None:
    before, after = [line(2, document_number="A", row=1)], [line(2, document_number="A", row=2)]
    assert difference(before, after, ignored=["row"]).unchanged == (after[0],)


def test_lines_without_a_key_and_refused_ones() -> None:
    refused = ListLine(3, {"document_number": "A"}, {}, (LineFault("x", Severity.ERROR, Text("x", "x")),))
    bare = ListLine(4, {"address": "x"}, {})
    lines = keyed([refused, bare])
    assert [each.number for each in lines] == [4]
    assert difference(lines, lines).unchanged == tuple(lines)
    assert keyed_line(1, {"name": "Li", "birth_date": dt.date(1990, 1, 1)}).keys


PEOPLE = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "source_id": st.sampled_from("123"),
            "document_number": st.sampled_from("ABC"),
            "address": st.text(max_size=1),
        },
    ),
    max_size=6,
)


@given(PEOPLE, PEOPLE)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
def test_every_line_of_both_versions_appears_once(one: list[dict[str, Value]], other: list[dict[str, Value]]) -> None:
    before = [keyed_line(number, values) for number, values in enumerate(one)]
    after = [keyed_line(number, values) for number, values in enumerate(other)]
    found = difference(before, after)
    later = [*found.added, *found.unchanged, *(each.after for each in found.rerouted)]
    assert sorted(each.number for each in later) == list(range(len(after)))
    kept = len(found.removed) + len(found.unchanged) + len(found.rerouted)
    assert kept == len(before)


@given(PEOPLE)
def test_a_list_does_not_differ_from_itself(people: list[dict[str, Value]]) -> None:
    lines = [keyed_line(number, values) for number, values in enumerate(people)]
    found = difference(lines, lines)
    assert (found.added, found.removed) == ((), ())
