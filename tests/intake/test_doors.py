"""The same thing sent through every door gets the same answer: the table of docs/doors.md, line by line."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import transaction

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.journal import together
from fangxian.journal.together import HandedOver
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.subjects.actions import withdraw
from tests import county as world
from tests import kinds
from tests.console.rounds import ARRIVAL, rows
from tests.county import MORNING, County
from tests.invariants.filing import everything_follows_from_the_journal
from tests.journal.test_record import HOUR

from .doors import FAR_GRID, GRID, NOON, Api, Console, Lists, Sent, again, people, recorded_about

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
WELL: Final = {"temperature": "36.5", "symptoms": "none"}
SOMEBODY: Final = {
    **ARRIVAL, "name": "赵六", "name_latin": "ZHAO LIU", "document_number": "E77777777", "phone": "13700000000",
    "birth_date": "1979-09-09"}
LABORATORY: Final = ("clinician", "341023")
TABLE: Final = Path(__file__).resolve().parents[2] / "docs" / "doors.md"
Step = Sent | Callable[[], None]


class Cases:
    """What each line of the table sends: the last is what is judged, those before it lead there."""

    def __init__(self, county: County) -> None:
        self.county = county
        kinds.publish(MORNING)
        self.here = county.arrive(MORNING, name="张三", document_number="E10000001", birth_date="1980-01-02")
        self.there = county.arrive(MORNING, FAR_GRID, name="孙七", document_number="E20000002", birth_date="1970-01-01")
        self.ageless = county.arrive(MORNING, name="钱八", document_number="", birth_date="")
        county.arrive(MORNING, FAR_GRID, name="吴十", document_number="", birth_date="")
        self.well = county.arrive(MORNING, name="周九", document_number="E40000004", birth_date="1975-05-05")
        self.shop = uuid.uuid4()
        county.send("resident", self.shop, {"name": "超市"}, MORNING, programme="shops", path=county.paths[GRID])
        self.made_up = uuid.uuid4()
        county.send("listed", self.made_up, {
            "source": "drill", "name": "演习一", "document_type": "passport", "document_number": "E50000005",
            "birth_date": "1977-07-07"}, MORNING, drill=True, path=county.paths[GRID])
        self.numbered = [uuid.uuid4(), uuid.uuid4()]
        for number, one in enumerate(self.numbered):
            county.send("case", one, {"source": "市疾控", "external_id": f"E{number}"}, MORNING, programme="linelist",
                        path=county.paths[GRID])
        self.fever = uuid.uuid4()
        county.send(
            "daily_check", self.here, {"temperature": 38.5, "symptoms": "fever"}, MORNING + HOUR, id=self.fever)
        for name, phone, household, grid in (
                ("郑十", "13500000005", "郭门1号", GRID), ("王丙", "13500000006", "宏村1号", FAR_GRID)):
            told = {**SOMEBODY, "name": name, "name_latin": "", "document_number": f"E{phone}", "phone": phone,
                    "birth_date": "1960-01-01", "household": household}
            receipt = county.send("arrival", uuid.uuid4(), told, MORNING + HOUR, path=county.paths[grid])
            assert not receipt.refused, receipt.refused

    def check(self, **more: Any) -> Sent:
        return Sent("daily_check", WELL, **{"subject": self.here, **more})

    def result(self, tube: str = "YX1", result: str = "negative", **more: Any) -> Sent:
        return Sent("sample_result", {"tube": tube, "result": result},
                    **{"subject": self.here, "by": LABORATORY, **more})

    def newcomer(self, told: str = "", **answers: str) -> Sent:
        return Sent("arrival", {**SOMEBODY, **answers}, new=True, told=told, whom=self.here if told else None)

    def task(self, subject: uuid.UUID, kind: str) -> uuid.UUID:
        found: uuid.UUID = rows("SELECT id FROM tasks_task WHERE subject = %s AND kind = %s", subject, kind)[0][0]
        return found

    def of_another_post(self) -> uuid.UUID:
        own = self.county.posts["grid_worker", GRID]
        found: uuid.UUID = rows(
            "SELECT id FROM tasks_task WHERE subject = %s AND post <> %s AND state = 'open'", self.here, own)[0][0]
        return found

    def end_drill(self) -> None:
        for entry, in rows("SELECT id FROM journal_entry WHERE subject = %s AND kind = 'submission'", self.made_up):
            self.take_back(entry)

    def take_back(self, entry: uuid.UUID) -> None:
        with working_in(SYSTEM):
            withdraw([entry], "", by=self.county.importer, at=NOON)

    def steps(self) -> dict[str, list[Step]]:
        wrong, first = self.check(), self.newcomer()
        document = {"document_number": "E10000001"}
        same = {"name": "张三", "name_latin": "ZHANG SAN", **document}
        born = {"name": "张三", "name_latin": "ZHANG SAN", "birth_date": "1980-01-02"}
        told = {**SOMEBODY, **same, **born}
        drilled = {"name": "演习一", "name_latin": "", "document_number": "E50000005", "birth_date": "1977-07-07"}

        def about(subject: uuid.UUID, /, **answers: str) -> Sent:
            return Sent("arrival", {**told, **answers}, subject)

        earlier = about(self.here, arrived="2020-03-05T08:00:00+08:00")
        well = {"name": "周九", "name_latin": "", "document_number": "E40000004", "birth_date": "1975-05-05"}
        lighter = about(self.well, **well, origin="CN-SH", countries="CN-SH")
        released = Sent("release", {"last_sample_negative": "yes", "well": "yes", "released": "yes"}, self.well,
                        by=("community_lead", "341023100001"))
        home = {"own_room": "yes", "own_bathroom": "yes", "vulnerable_at_home": "no", "frail": "yes"}
        seen = {"person_seen": "yes", "document_seen": "yes", "address_right": "yes", "agreement_read": "OK",
                "agreement_signed": "yes"}
        verified = Sent("verification", {**seen, **home}, self.well)
        no_fever = self.check(replaces=self.fever)
        theirs = about(self.ageless, name="钱八", name_latin="", birth_date="1990-01-01")
        elsewhere = Sent("listed", {"source": "机场", "grid": FAR_GRID}, self.well, by=("county_duty", "341023"))
        registers = self.task(self.here, "register")
        taken = Sent("sample", {"specimen": "throat", "tube": "yx 1", "result": "pending"}, self.here, by=LABORATORY)
        had = self.result()
        listed = Sent("case", {"source": "市疾控", "external_id": "e 1"}, self.numbered[0], programme="linelist",
                      by=("county_duty", "341023"))
        renumbered = replace(listed, answers={**listed.answers, "external_id": "E19"})
        earlier_taken, earlier_had = (
            replace(again(one), happened_at=(NOON - hours * HOUR).isoformat()) for one, hours in ((taken, 2), (had, 1)))
        return {
            "a form that holds": [first],
            "the same once more": [first, first],
            "another thing under the same id": [
                wrong, self.check(id=wrong.id, happened_at=(NOON - HOUR).isoformat())],
            "an answer that is impossible": [Sent("daily_check", {**WELL, "temperature": "365"}, self.here)],
            "a household that stands for nothing": [self.newcomer(household="同上")],
            "a household that is a bare number": [self.newcomer(household="7")],
            "a date that nobody means": [self.newcomer(arrived="0001-01-01T00:00:00")],
            "a date that nobody means, of somebody known": [about(self.here, birth_date="9999-12-31")],
            "an answer that the others make irrelevant": [self.newcomer(sex="male", pregnant="yes")],
            "a moment ahead of the clock": [self.check(happened_at=(NOON + HOUR).isoformat())],
            "a moment that cannot be": [self.check(happened_at="1066-10-14T09:00:00+00:00")],
            "a version that is too old": [self.check(version="2019.1")],
            "a form that the post may not fill": [Sent("release", {}, self.here)],
            "a form that there is not": [Sent("nothing", {}, self.here)],
            "a programme out of sight": [self.check(programme="linelist")],
            "about somebody in another area": [self.check(subject=self.there)],
            "about nobody, by a form that names nobody": [self.check(subject=uuid.uuid4())],
            "about another kind of subject": [self.check(subject=self.shop)],
            "of a household whose people are in sight": [self.newcomer(household="郭门1号")],
            "of a household that nobody is in": [self.newcomer(household="北街1号")],
            "of a household whose people are all in another area": [self.newcomer(household="宏村1号")],
            "such a household, of somebody known, at a visit": [
                Sent("verification", {"person_seen": "no", "household": "宏村1号"}, self.here)],
            "for its task": [Sent("arrival", told, self.here, task=registers)],
            "for a task that asks for another form": [self.check(task=registers)],
            "for a task about somebody else": [self.check(task=self.task(self.ageless, "register"))],
            "for a task that there is not": [self.check(task=uuid.uuid4())],
            "for the task of another post, about somebody masked": [
                Sent("visit", {"outcome": "not_home"}, self.here, task=self.of_another_post())],
            "a correction": [wrong, again(wrong, replaces=wrong.id)],
            "a correction of a reading by which a suspicion would end": [no_fever],
            "the same correction, told to be meant": [replace(no_fever, changes=("temperature", "symptoms"))],
            "a second correction of one entry": [
                wrong, again(wrong, replaces=wrong.id), again(wrong, replaces=wrong.id)],
            "a correction of what there is not": [self.check(replaces=uuid.uuid4())],
            "a correction of what was taken back": [
                wrong, lambda: self.take_back(wrong.id), again(wrong, replaces=wrong.id)],
            "a correction by another form": [
                wrong, Sent("visit", {"outcome": "not_home"}, self.here, replaces=wrong.id)],
            "a correction of what is somebody else's": [wrong, self.check(subject=self.ageless, replaces=wrong.id)],
            "a result of a tube that was taken": [taken, self.result()],
            "a result of a tube that nobody took": [taken, self.result(tube="NOPE")],
            "a result of somebody else's tube": [taken, self.result(subject=self.ageless)],
            "a result before its tube was taken": [taken, self.result(happened_at=(NOON - HOUR).isoformat())],
            "a second result of one tube": [taken, self.result(), self.result(result="positive")],
            "a correction of a result": [taken, had, again(had, replaces=had.id)],
            "a tube that is in use": [taken, again(taken, subject=self.ageless)],
            "a correction of a sample that has its result, to another tube": [
                taken, had, again(taken, replaces=taken.id, answers={**taken.answers, "tube": "YX 2"})],
            "a correction of a sample that has its result, to none": [
                taken, had, again(taken, replaces=taken.id, answers={"specimen": "throat", "result": "negative"})],
            "a correction of a sample that has its result, to a result of its own": [
                taken, had, again(taken, replaces=taken.id, answers={**taken.answers, "result": "negative"})],
            "a correction of a sample that has its result, to a moment after it": [
                earlier_taken, earlier_had, again(taken, replaces=earlier_taken.id)],
            "somebody new": [self.newcomer()],
            "the document of somebody in sight": [self.newcomer(**same)],
            "the document of somebody in sight, told to be another": [self.newcomer("other", **same)],
            "the document of somebody in sight, told to be the same": [
                self.newcomer("same", **same, birth_date="1980-01-02")],
            "the document of somebody in sight under another name": [self.newcomer(**document)],
            "the same, told to be another": [self.newcomer("other", **document)],
            "the document of somebody in another area": [
                self.newcomer(document_number="E20000002", name="孙七", name_latin="")],
            "name and date of birth of somebody in sight": [self.newcomer(**born)],
            "the same two, told to be another": [self.newcomer("other", **born)],
            "the same two, told to be the same": [
                replace(self.newcomer("same", **born), changes=("document_number",))],
            "the same two under another document, told to be the same": [self.newcomer("same", **born)],
            "somebody new, told to be one who is not like them": [self.newcomer("same")],
            "somebody known, told to be another one": [
                replace(self.check(), told="same", whom=self.ageless)],
            "the document of somebody of a drill": [self.newcomer(**drilled)],
            "somebody new, told to be somebody of a drill": [
                replace(self.newcomer("same", **drilled), whom=self.made_up)],
            "somebody of a drill, told to be somebody else": [
                replace(self.check(subject=self.made_up), told="same", whom=self.here)],
            "the document of somebody in sight, of somebody of a drill": [
                replace(about(self.made_up, **{**drilled, **document}), changes=("document_number",))],
            "about somebody of a drill": [self.check(subject=self.made_up)],
            "about somebody of a drill that has ended": [self.end_drill, self.check(subject=self.made_up)],
            "a result of a tube that was taken in a drill": [again(taken, subject=self.made_up), self.result()],
            "a tube that is in use in a drill": [again(taken, subject=self.made_up), again(taken)],
            "a tube of a drill that is in use": [taken, again(taken, subject=self.made_up)],
            "a result of a tube of a drill, of the drill": [
                again(taken, subject=self.made_up), self.result(subject=self.made_up)],
            "another name of somebody known": [about(self.here, name="李四")],
            "another document of somebody known": [about(self.here, document_number="E30000003")],
            "another date of birth of somebody known": [about(self.here, birth_date="1990-01-01")],
            "another name and document, only the name told to be meant": [
                replace(about(self.here, name="李四", document_number="E30000003"), changes=("name",))],
            "another name and document, both told to be meant": [
                replace(about(self.here, name="李四", document_number="E30000003"),
                        changes=("name", "document_number"))],
            "what was not known of somebody": [
                about(self.ageless, name="钱八", name_latin="", birth_date="1990-01-01", document_number="E30000003")],
            "an earlier arrival than is recorded": [earlier],
            "the same, told to be meant": [replace(earlier, changes=("arrived",))],
            "another place they come from, by which their measure would be lighter": [lighter],
            "the same place, told to be meant": [replace(lighter, changes=("origin", "countries"))],
            "another place they come from, by which it would be no lighter": [
                about(self.well, **well, origin="FR", countries="FR")],
            "a release before the last day of a measure": [released],
            "such a release, told to be meant": [replace(released, changes=("released",))],
            "a verification by which a measure would be lighter": [verified],
            "such a verification, told to be meant": [
                replace(verified, changes=("document_seen", "agreement_signed", *home))],
            "a release behind a suspicion": [replace(released, subject=self.here)],
            "another place they come from, by which what applies behind a suspicion would be lighter": [
                about(self.here, origin="CN-SH", countries="CN-SH")],
            "a grid elsewhere, of somebody who is answered for, by who does not place": [
                replace(elsewhere, by=("port_officer", "341023"))],
            "such a grid, by who places": [elsewhere],
            "the same grid, told to be meant": [replace(elsewhere, changes=("grid",))],
            "the document of somebody in sight, of somebody else known": [theirs],
            "the document of somebody in sight, of somebody else known, told to be another": [
                replace(theirs, told="other", whom=self.here)],
            "the document of somebody in another area, of somebody known": [
                replace(theirs, answers={**theirs.answers, "document_number": "E20000002"})],
            "the number by which a list knows somebody else, of somebody known": [listed],
            "another number than the list knows somebody by": [renumbered],
            "such a number, told to be meant": [replace(renumbered, changes=("external_id",))],
            "the name alone of somebody in sight": [self.newcomer(name="钱八", name_latin="")],
            "the name of somebody of whom neither document nor birth date is known, told to be another": [
                replace(self.newcomer("other", name="钱八", name_latin=""), whom=self.ageless)],
            "the name of somebody in another area of whom no more is known": [
                self.newcomer(name="吴十", name_latin="")],
            "the name of somebody born on another day": [self.newcomer(name="张三", name_latin="ZHANG SAN")],
        }


@pytest.fixture
def cases() -> Iterator[Cases]:
    with running_on(SimulatedClock(NOON)):
        yield Cases(world.build())


def documented(door: str) -> dict[str, str]:
    lines = [[cell.strip() for cell in line.strip("|\n ").split("|")]
             for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    column = lines[0].index(door)
    return {line[0]: line[column].replace("`", "") for line in lines[2:]}


def became(door: Api | Console | Lists, steps: list[Step]) -> str:
    """What became of the last step, and whether the journal has what the door says."""
    there = people()
    for step in steps[:-1]:
        if callable(step):
            step()
        else:
            assert door.file(step) in ("recorded", "known")
    last = steps[-1]
    assert isinstance(last, Sent)
    there = people() if isinstance(door, Lists) else there
    said = door.file(last)
    if isinstance(door, Lists):
        assert len(people() - there) == (said == "recorded" and last.form != "sample_result")
        return said
    about = recorded_about(last)
    before = any(isinstance(step, Sent) and step.id == last.id for step in steps[:-1])
    assert (about is not None) == (said.startswith("recorded") or before), said
    assert len(people() - there) == int(last.new and about == last.subject), said
    return "known" if last.new and about not in (None, last.subject) else said


class AtOnce:
    """In the place of the recorder: what is handed over is recorded as a group of its own, on this thread."""

    def __init__(self) -> None:
        self.recorded = 0

    def wait_for(self, one: HandedOver) -> None:
        together.record_group([one])
        self.recorded += one.recorded is not None


@pytest.mark.parametrize(("name", "door"), [("console", Console), ("API", Api)])
def test_recorded_with_others_it_becomes_the_same(
    cases: Cases, name: str, door: type[Any], monkeypatch: pytest.MonkeyPatch,
) -> None:
    recorder = AtOnce()
    monkeypatch.setattr(together, "_recorder", recorder)
    monkeypatch.setattr(together, "has_nothing_to_lose", lambda: True)
    table_is_what_becomes_of_it(cases, name, door)
    assert recorder.recorded > 5


@pytest.mark.parametrize(("name", "door"), [("console", Console), ("API", Api), ("list", Lists)])
def test_each_line_of_the_table_is_what_becomes_of_it(cases: Cases, name: str, door: type[Any]) -> None:
    table_is_what_becomes_of_it(cases, name, door)


def table_is_what_becomes_of_it(cases: Cases, name: str, door: type[Any]) -> None:
    expected, found = documented(name), {}
    assert list(expected) == list(cases.steps())
    for case in expected:
        if expected[case] == "–":
            found[case] = "–"
            continue
        with transaction.atomic():
            found[case] = became(door(cases.county), cases.steps()[case])
            if found[case].startswith("recorded"):
                everything_follows_from_the_journal()
            transaction.set_rollback(True)
    assert found == expected


def test_the_county_is_told_once_and_the_sender_not_who_it_is(cases: Cases) -> None:
    [one] = cases.steps()["the document of somebody in another area"]
    assert isinstance(one, Sent)
    for door in (Api(cases.county), Console(cases.county)):
        sent = again(one, subject=uuid.uuid4())
        assert sent.new
        with transaction.atomic():
            assert door.file(sent) == door.file(sent) == "recorded"
            assert rows("SELECT subject FROM tasks_alert WHERE cause = 'twice'") == [(sent.subject,)]
            looks = rows("SELECT path FROM accounts_access WHERE purpose = 'walk_in' AND subject = %s", cases.there)
            assert {path for (path,) in looks} == {cases.county.paths[FAR_GRID]}
            transaction.set_rollback(True)
