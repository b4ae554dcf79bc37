"""What may be filed, what it would change and who is alike, rule by rule and without a database."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from fangxian.accounts.types import OPERATOR, Acting, Action, Grant, Permissions
from fangxian.intake import rules
from fangxian.intake.replies import ByNumber, Numbers, refusal
from fangxian.intake.rules import BatchContext, Coming
from fangxian.intake.types import Filing
from fangxian.kernel import errors
from fangxian.kernel.text import both
from fangxian.programmes.folder import read_folder
from fangxian.programmes.forms import Form
from fangxian.programmes.load import load
from fangxian.programmes.types import Keep, Programme, Reply
from fangxian.subjects.matching.rules import Hits, Traits
from fangxian.subjects.steps.numbers import NumberedForm
from fangxian.tasks.types import Lent
from tests.county import MORNING, ROOT
from tests.journal.test_record import HOUR

DAY: Final = 24 * HOUR
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
HERE, THERE, NEW, ELSEWHERE, UNSEEN = (uuid.UUID(int=number) for number in range(1, 6))
SENT, BEFORE, TAKEN, WITH_IT, TASK, OTHERS_TASK = (uuid.UUID(int=number) for number in range(11, 17))


def entry() -> Programme:
    found, findings = load(read_folder(ROOT / "programmes" / "entry"))
    assert found is not None, findings
    return found


ENTRY: Final = entry()
TABLE: Final = [Grant("worker", "entry", Action.FILL), Grant("worker", "entry", Action.CORRECT, "daily_check"),
                Grant("lead", "entry", Action.FILL), Grant("lead", "entry", Action.IDENTITY),
                Grant("worker", "hidden", Action.FILL)]


def acting(kind: str = "worker") -> Acting:
    return replace(OPERATOR, kind=kind, posts=(7, 8), permissions=Permissions(TABLE))


def context(by: Acting | None = None) -> BatchContext:
    """Two people in sight, one out of it and one elsewhere who was lent for daily checks."""
    return BatchContext(
        by or acting(), {"entry": ENTRY}, {BEFORE: HERE, TAKEN: HERE}, frozenset([TAKEN, UNSEEN]),
        frozenset([HERE, THERE, ELSEWHERE]), frozenset([UNSEEN]), frozenset([SENT, WITH_IT, UNSEEN]),
        {TASK: 8, OTHERS_TASK: 9}, {ELSEWHERE: Lent("X", frozenset([("entry", "daily_check")]))})


def filing(**told: Any) -> Filing:
    return replace(Filing(SENT, "entry", "daily_check", HERE, MORNING, {}), **told)


@pytest.mark.parametrize(("told", "refused"), [
    ({}, None),
    ({"subject": NEW}, None),
    ({"subject": UNSEEN}, errors.NOT_FOUND),
    ({"programme": "hidden"}, errors.NOT_FOUND),
    ({"replaces": BEFORE}, None),
    ({"replaces": BEFORE, "form": "visit"}, errors.NOT_ALLOWED),
    ({"replaces": WITH_IT}, None),
    ({"replaces": uuid.UUID(int=99)}, errors.NOT_FOUND),
    ({"replaces": UNSEEN}, errors.NOT_FOUND),
    ({"id": TAKEN}, None),
    ({"id": TAKEN, "subject": UNSEEN}, None),
    ({"id": UNSEEN}, errors.SAME_ID_OTHER_CONTENT),
    ({"subject": NEW, "same_as": THERE}, None),
    ({"subject": NEW, "same_as": UNSEEN}, errors.NOT_FOUND),
    ({"subject": NEW, "same_as": NEW}, errors.NOT_FOUND),
    ({"task": TASK}, None),
    ({"task": uuid.UUID(int=99)}, None),
    ({"task": OTHERS_TASK}, errors.NOT_ALLOWED),
    ({"task": OTHERS_TASK, "id": TAKEN}, None),
    ({"subject": ELSEWHERE}, None),
    ({"subject": ELSEWHERE, "form": "visit"}, errors.NOT_ALLOWED),
    ({"subject": ELSEWHERE, "form": "visit", "id": TAKEN}, None),
    ({"subject": NEW, "same_as": ELSEWHERE, "form": "visit"}, errors.NOT_ALLOWED),
    ({"subject": ELSEWHERE, "same_as": HERE, "form": "visit"}, errors.NOT_ALLOWED),
])
def test_who_may_send_what(told: dict[str, Any], refused: errors.Kind | None) -> None:
    assert context().refusal(filing(**told)) == refused


@pytest.mark.parametrize(("task", "refused"), [(TASK, None), (OTHERS_TASK, None)])
def test_the_task_of_another_post_is_filled_by_who_may_know_the_person(
    task: uuid.UUID, refused: errors.Kind | None,
) -> None:
    assert context(acting("lead")).refusal(filing(task=task)) == refused


def test_of_two_who_were_lent_both_must_be_for_that_form() -> None:
    known = replace(context(), lent={ELSEWHERE: Lent("X", frozenset([("entry", "visit")])),
                                     THERE: Lent("Y", frozenset([("entry", "daily_check")]))})
    assert known.refusal(filing(subject=ELSEWHERE, same_as=THERE)) == errors.NOT_ALLOWED
    assert known.refusal(filing(subject=THERE)) is None


@pytest.mark.parametrize(("told", "known", "plain"), [
    ({}, True, True),
    ({"subject": NEW}, False, False),
    ({"id": TAKEN}, True, False),
    ({"id": TAKEN, "subject": NEW}, True, False),
    ({"task": TASK}, True, True),
    ({"task": uuid.UUID(int=99)}, True, False),
    ({"task": uuid.UUID(int=99), "subject": NEW}, False, False),
    ({"replaces": BEFORE}, True, False),
    ({"same_as": THERE}, True, False),
    ({"form": "arrival"}, True, False),
    ({"form": "release"}, True, False),
    ({"form": "contact"}, True, False),
    ({"form": "visit"}, True, True),
    ({"form": "sample"}, True, False),
    ({"form": "sample_result"}, True, False),
    ({"form": "nothing"}, True, True),
    ({"form_version": ENTRY.version}, True, True),
    ({"form_version": "2019.1"}, True, False),
])
def test_what_is_known_and_what_may_be_recorded_with_others(told: dict[str, Any], *, known: bool, plain: bool) -> None:
    one = filing(**told)
    assert (context().is_known(one), context().is_plain(one)) == (known, plain)


@pytest.mark.parametrize(("moment", "fits"), [
    (MORNING, True), (MORNING.replace(year=1989), False), (MORNING.replace(year=1990), True),
    (MORNING.replace(year=2200), True), (MORNING.replace(year=2201), False),
    (MORNING.replace(tzinfo=dt.timezone(dt.timedelta(hours=14))), True),
    (MORNING.replace(tzinfo=dt.timezone(dt.timedelta(hours=14, minutes=1))), False),
])
def test_which_moments_can_be(moment: dt.datetime, *, fits: bool) -> None:
    assert rules.plausible(filing(happened_at=moment)) is fits


def form(of: str, *questions: str) -> Form:
    """A form of the programme with some of its questions alone."""
    whole = ENTRY.forms[of]
    return replace(whole, questions=tuple(one for one in whole.questions if one.name in questions))


@pytest.mark.parametrize(("one", "asks", "ends"), [
    (form("daily_check", "temperature", "symptoms"), False, False),
    (form("daily_check"), False, False),
    (form("arrival", "name"), True, False),
    (form("arrival", "seat", "walk_in"), True, False),
    (form("arrival", "arrived"), True, False),
    (form("arrival", "name", "walk_in"), True, False),
    (form("arrival", "walk_in"), False, False),
    (form("contact", "last_contact_date", "contact_of_case"), True, False),
    (form("release"), True, True),
    (form("place", "grid"), True, False),
    (form("listed", "grid"), True, False),
    (form("listed", "source"), False, False),
])
def test_which_forms_are_asked_about_before_they_change_something(one: Form, *, asks: bool, ends: bool) -> None:
    assert (rules.may_change(ENTRY, one), rules.ends_measures(ENTRY, one)) == (asks, ends)


def test_which_facts_are_of_an_arrival() -> None:
    assert {name for name, fact in ENTRY.facts.items() if rules.of_arrival(fact)} == {
        "arrival_at", "arrival_date", "came_date", "origin", "origins", "transport_number", "seat", "last_contact_date"}


KNOWN: Final = {"name": "张三", "document_number": "E1", "birth_date": "1980-01-02", "phone": "138"}


@pytest.mark.parametrize(("told", "changed"), [
    ({}, {}),
    (KNOWN, {}),
    ({"name": "李四"}, {"name": "name"}),
    ({"document_number": "e 1"}, {}),
    ({"document_number": "E2", "birth_date": dt.date(1980, 1, 2)}, {"document_number": "document_number"}),
    ({"sex": "male"}, {}),
    ({"phone": "139"}, {}),
    ({"external_id": "7"}, {}),
])
def test_which_answers_make_another_of_who_somebody_is(told: dict[str, Any], changed: dict[str, str]) -> None:
    known = {**KNOWN, "external_id": "8"}
    assert rules.retold(ENTRY.forms["arrival"], told, known) == changed


ARRIVED: Final = {"arrival_at": MORNING, "arrival_date": MORNING.date(), "last_contact_date": MORNING.date()}


def behind(of: Form, answers: Mapping[str, Any], *, corrects: bool = False, known: Mapping[str, Any] = ARRIVED,
           programme: Programme = ENTRY) -> dict[str, bool]:
    return rules.set_back(programme, of, answers, known, SHANGHAI, corrects=corrects)


@pytest.mark.parametrize(("days", "found"), [(-1, {"arrived": True}), (0, {}), (1, {})])
def test_an_earlier_day_sets_back_what_only_grows(days: int, found: dict[str, bool]) -> None:
    assert behind(ENTRY.forms["arrival"], {"arrived": MORNING + days * DAY}) == found


def test_a_moment_is_compared_by_its_day_in_the_zone_of_the_area() -> None:
    midnight = dt.datetime(2020, 3, 20, 16, 30, tzinfo=dt.UTC)  # half past midnight of the 21st in Shanghai
    known = {"arrival_at": midnight}
    arrival = ENTRY.forms["arrival"]
    assert behind(arrival, {"arrived": midnight - HOUR}, known=known) == {"arrived": True}
    assert behind(arrival, {"arrived": midnight.astimezone(SHANGHAI) + HOUR}, known=known) == {}


@pytest.mark.parametrize(("answers", "known", "found"), [
    ({}, ARRIVED, {}), ({"arrived": None}, ARRIVED, {}), ({"arrived": MORNING - DAY}, {}, {}),
    ({"seat": "1A"}, {"seat": "9F"}, {}),
])
def test_what_is_not_told_or_not_known_or_just_the_latest_sets_nothing_back(
    answers: dict[str, Any], known: dict[str, Any], found: dict[str, bool],
) -> None:
    assert behind(ENTRY.forms["arrival"], answers, known=known, corrects=True) == found


def test_a_form_that_does_not_settle_a_fact_sets_it_back_as_a_correction_alone() -> None:
    told = {"last_contact_date": MORNING.date() - DAY}
    contact = ENTRY.forms["contact"]
    assert behind(contact, told) == {}
    assert behind(contact, told, corrects=True) == {"last_contact_date": True}


def test_what_is_calculated_is_not_asked_about_beside_an_answer() -> None:
    told = {"arrived": MORNING - DAY, "arrival_date": MORNING.date() - DAY}
    assert behind(ENTRY.forms["listed"], told, corrects=True) == {"arrived": True}
    assert behind(ENTRY.forms["listed"], {"arrival_date": told["arrival_date"]}, corrects=True) == {
        "arrival_date": True}


@pytest.mark.parametrize(("days", "found"), [(-1, {}), (0, {}), (1, {"last_contact_date": False})])
def test_where_the_least_counts_a_later_day_sets_it_back(days: int, found: dict[str, bool]) -> None:
    least = replace(ENTRY.facts["last_contact_date"], keep=Keep.LEAST, settled_by=("contact",))
    programme = replace(ENTRY, facts={**ENTRY.facts, "last_contact_date": least})
    told = {"last_contact_date": MORNING.date() + days * DAY}
    assert behind(ENTRY.forms["contact"], told, programme=programme) == found


ZHANG: Final = Traits(document="passport|E1", phone="138", birth="1980-01-02", names=("张三",))


def test_those_of_a_batch_are_found_by_what_they_tell() -> None:
    coming = Coming()
    coming.add(HERE, ZHANG)
    coming.add(THERE, Traits(names=("张三",)))
    hits, namesakes = coming.look(ZHANG)
    assert (hits.document, hits.phone, hits.name_birth, hits.external) == ({HERE}, {HERE}, {HERE}, set())
    assert namesakes == {HERE, THERE}
    numbered = Traits(external=("linelist", "7"))
    coming.add(NEW, numbered)
    assert coming.look(numbered) == (Hits(external={NEW}), set())
    assert coming.look(Traits(names=("李四",))) == (Hits(), set())


def alike(hits: Hits, told: Mapping[str, Any], *names: str, namesakes: frozenset[uuid.UUID] = frozenset(),
          known: Mapping[uuid.UUID, Mapping[str, Any]] | None = None) -> list[tuple[uuid.UUID, str, bool]]:
    found = rules.alike(told, Traits(names=names), hits, namesakes,
                        {HERE: {}, THERE: {}} if known is None else known, {HERE: ("张三",), THERE: ("李四",)})
    return [(subject, one.why.en, one.certain) for subject, one in found.items()]


def test_a_document_or_number_is_certain_under_no_other_name_and_a_phone_never() -> None:
    for hits in (Hits(document={HERE, THERE}), Hits(external={HERE, THERE})):
        assert [(subject, certain) for subject, _, certain in alike(hits, {}, "张三")] == [
            (HERE, True), (THERE, False)]
    [(_, same, one), (_, other, two)] = alike(Hits(phone_birth={HERE, THERE}), {}, "张三")
    assert (one, two) == (False, False)
    assert same != other
    [(subject, _, certain)] = alike(Hits(name_birth={HERE}), {}, "张三")
    assert (subject, certain) == (HERE, False)


def test_the_surest_reason_is_told_and_nobody_who_is_not_known() -> None:
    hits = Hits(document={HERE}, phone={HERE, UNSEEN}, name_birth={HERE})
    assert [(subject, certain) for subject, _, certain in alike(hits, {}, "张三")] == [(HERE, True)]


def test_a_phone_alone_is_somebody_of_the_same_name_or_of_none() -> None:
    hits = Hits(phone={HERE, THERE})
    assert [subject for subject, _, _ in alike(hits, {}, "张三")] == [HERE]
    assert [subject for subject, _, _ in alike(hits, {})] == [HERE, THERE]


@pytest.mark.parametrize(("told", "known", "apart"), [
    ({}, {}, False),
    ({"birth_date": "1980-01-02"}, {"birth_date": dt.date(1980, 1, 2)}, False),
    ({"birth_date": "1980-01-02"}, {"birth_date": "1980-01-03"}, True),
    ({"birth_date": "1980-01-02"}, {}, False),
    ({}, {"birth_date": "1980-01-02"}, False),
    ({"birth_date": None}, {"birth_date": "1980-01-02"}, False),
    ({"document_type": "passport", "document_number": "E1"}, {"document_type": "passport", "document_number": "E2"},
     True),
    ({"document_type": "passport", "document_number": "e1 "}, {"document_type": "passport", "document_number": "E1"},
     False),
    ({"document_type": "passport", "document_number": "E1"}, {"document_type": "permit", "document_number": "E2"},
     False),
    ({"document_number": "E1"}, {"document_number": "E2"}, False),
    ({"document_type": "passport"}, {"document_type": "passport", "document_number": "E2"}, False),
])
def test_who_bears_one_name_and_is_told_apart(told: dict[str, Any], known: dict[str, Any], *, apart: bool) -> None:
    assert rules.told_apart(told, known) is apart
    found = alike(Hits(), told, "张三", namesakes=frozenset([HERE]), known={HERE: known})
    assert (found == []) is apart


def test_a_namesake_out_of_sight_does_not_count_as_told_apart() -> None:
    namesakes = frozenset([HERE, UNSEEN])
    assert [one for one, _, _ in alike(Hits(), {}, "张三", namesakes=namesakes, known={HERE: {}})] == [HERE]


RESULT: Final = Reply("sample_result", "sample", "tube", "result", both("Laboratory"), awaited={"result": "pending"})


def tube(entry_id: uuid.UUID = BEFORE, subject: uuid.UUID = HERE, *, programme: str = "entry", form: str = "sample",
         awaited: bool = True, reply: uuid.UUID | None = None, at: dt.datetime = MORNING) -> NumberedForm:
    return NumberedForm(entry_id, programme, form, "T1", subject, "", at, awaited, reply)


def numbered(form: str, **told: Any) -> ByNumber:
    answers = {"tube": "T1", "result": "pending"}
    return ByNumber(filing(form=form, happened_at=MORNING + HOUR, answers=answers, **told), RESULT, "T1", answers)


@pytest.mark.parametrize(("row", "replaces", "refused"), [
    (tube(), None, None),
    (tube(at=MORNING + HOUR), None, None),
    (tube(at=MORNING + 2 * HOUR), None, errors.REPLIED_EARLIER),
    (tube(awaited=False), None, errors.REPLIED_ALREADY),
    (tube(awaited=False, reply=SENT), None, errors.REPLIED_ALREADY),
    (tube(awaited=False, reply=SENT), SENT, None),
    (tube(awaited=False, reply=SENT), BEFORE, errors.REPLIED_ALREADY),
    (tube(awaited=True, reply=SENT), BEFORE, None),
])
def test_what_can_be_replied_to(row: NumberedForm, replaces: uuid.UUID | None, refused: errors.Kind | None) -> None:
    assert refusal(row, MORNING + HOUR, replaces) == refused
    assert Numbers([row], [], []).refusal(numbered("sample_result", replaces=replaces)) == refused


@pytest.mark.parametrize(("rows", "refused"), [
    ([], errors.NUMBER_UNKNOWN),
    ([tube(subject=THERE)], errors.NUMBER_OTHERS),
    ([tube(programme="other")], errors.NUMBER_ELSEWHERE),
    ([tube(form="other")], errors.NUMBER_ELSEWHERE),
    ([tube(subject=THERE), tube()], None),
    ([tube(awaited=False), tube(), tube(awaited=False)], None),
    ([tube(awaited=False), tube(awaited=False, reply=SENT)], errors.REPLIED_ALREADY),
])
def test_a_reply_is_to_what_its_person_still_waits_for(
    rows: list[NumberedForm], refused: errors.Kind | None,
) -> None:
    assert Numbers(rows, [], []).refusal(numbered("sample_result")) == refused


def test_a_correction_of_a_reply_is_of_the_last_that_was_replied_to() -> None:
    rows = [tube(awaited=False), tube(TAKEN, awaited=False, reply=SENT)]
    assert Numbers(rows, [], []).refusal(numbered("sample_result", replaces=SENT)) is None


@pytest.mark.parametrize(("anywhere", "replied", "replaces", "refused"), [
    ([], [], None, None),
    ([tube()], [], None, errors.NUMBER_TAKEN),
    ([tube()], [], BEFORE, None),
    ([tube()], [], TAKEN, errors.NUMBER_TAKEN),
    ([tube(programme="other"), tube(form="other")], [], None, None),
    ([tube()], [tube(reply=SENT)], BEFORE, None),
    ([], [tube(reply=SENT)._replace(number="T2")], BEFORE, errors.REPLIED_ALREADY),
    ([], [tube()._replace(number="T2")], BEFORE, None),
    ([], [tube(reply=SENT)._replace(number="T2")], None, None),
])
def test_a_number_is_given_once_and_kept_when_it_has_its_reply(
    anywhere: list[NumberedForm], replied: list[NumberedForm], replaces: uuid.UUID | None,
    refused: errors.Kind | None,
) -> None:
    assert Numbers([], anywhere, replied).refusal(numbered("sample", replaces=replaces)) == refused


def test_what_comes_first_in_a_batch_is_known_to_what_comes_after_it() -> None:
    known = Numbers([], [], [])
    known.add(replace(numbered("sample"), answers=None))
    assert known.refusal(numbered("sample_result")) == errors.NUMBER_UNKNOWN
    known.add(numbered("sample"))
    assert known.refusal(numbered("sample", id=WITH_IT)) == errors.NUMBER_TAKEN
    assert known.refusal(numbered("sample_result", subject=THERE)) == errors.NUMBER_OTHERS
    assert known.refusal(numbered("sample_result")) is None
    known.add(numbered("sample_result", id=WITH_IT))
    assert known.refusal(numbered("sample_result")) == errors.REPLIED_ALREADY
    assert known.refusal(numbered("sample_result", replaces=WITH_IT)) is None


def test_a_reply_is_taken_in_at_its_own_person_and_programme() -> None:
    known = Numbers([tube(), tube(TAKEN, THERE), tube(programme="other")], [], [])
    known.add(numbered("sample_result"))
    assert known.refusal(numbered("sample_result")) == errors.REPLIED_ALREADY
    assert known.refusal(numbered("sample_result", subject=THERE)) is None
    assert known.refusal(numbered("sample_result", programme="other")) is None


def test_the_programme_that_a_number_belongs_to_is_named_where_it_is_seen() -> None:
    known = Numbers([tube(programme="unseen"), tube()], [], [])
    assert known.programme(numbered("sample_result"), {"entry": ENTRY}) == ENTRY.title
    assert known.programme(numbered("sample_result"), {}).en == ""
