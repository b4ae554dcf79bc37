"""Tasks given to somebody, taken back, called to mind; and who sees whom because of it, through every door."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, Final

import pytest

from fangxian.accounts import actions as accounts
from fangxian.accounts.models import Post, User
from fangxian.accounts.queries import acting_as
from fangxian.accounts.scope import SYSTEM, Scope, working_in
from fangxian.accounts.types import OPERATOR, NewPost
from fangxian.intake import actions as intake
from fangxian.intake.types import Filing, FilingResult
from fangxian.journal.types import Recorded, Refused
from fangxian.kernel.clock import SimulatedClock, running_on
from fangxian.kernel.errors import Problem
from fangxian.kernel.ids import uuid7
from fangxian.subjects import queries as subjects
from fangxian.tasks import clock, giving
from tests import county as world
from tests.console.rounds import ARRIVAL, registered, rows, signed_in
from tests.county import MORNING, County
from tests.invariants.filing import everything_follows_from_the_journal

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
HOME, AWAY, FAR = "34102310000101", "34102310000201", "34102310120001"
NOON: Final = MORNING + dt.timedelta(hours=3)
JSON: Final = {"Accept": "application/json"}
LEAD: Final = ("township_duty", "341023100")


@pytest.fixture
def county() -> Iterator[County]:
    with running_on(SimulatedClock(NOON)):
        found = world.build()
        with working_in(SYSTEM):
            from_elsewhere(found)
        yield found


def from_elsewhere(county: County) -> None:
    """A worker of the same township in another community."""
    user = User.objects.create(username="away", display_name="away")
    accounts.give_posts(posts=[NewPost(user.pk, "grid_worker", AWAY, MORNING)], by=OPERATOR, at=MORNING)
    county.users["grid_worker", AWAY] = user.pk
    county.posts["grid_worker", AWAY] = Post.objects.get(user=user).pk


def open_task(somebody: uuid.UUID, kind: str = "register") -> uuid.UUID:
    found: uuid.UUID = rows(
        "SELECT id FROM tasks_task WHERE subject = %s AND kind = %s AND state = 'open'", somebody, kind)[0][0]
    return found


def give(county: County, task: uuid.UUID, code: str, *, by: tuple[str, str] = LEAD, kind: str = "grid_worker") -> int:
    with working_in(SYSTEM):
        return giving.reassign(tasks=[task], post=county.posts[kind, code], by=county.actor(*by), at=NOON).number


def sees(county: County, somebody: uuid.UUID, code: str = AWAY) -> bool:
    """Whether the post reads anything of somebody, in any table with a wall."""
    by = acting_as(county.users["grid_worker", code], county.posts["grid_worker", code], NOON)
    assert by is not None
    with working_in(Scope.of(by)):
        person = subjects.identities([somebody], by.range)
    address = f"/subjects/{somebody}/"
    page = signed_in(county, "grid_worker", code).get(address).status_code == 200
    assert page is (somebody in person)
    return page


def test_whom_a_task_is_about_is_seen_while_it_is_ones_own(county: County) -> None:
    somebody, other = county.arrive(MORNING, HOME), county.arrive(MORNING, HOME, document_number="E77777771")
    task = open_task(somebody)
    assert not sees(county, somebody)
    assert give(county, task, AWAY) == 1
    assert sees(county, somebody)
    assert not sees(county, other), "nobody else of that place"
    assert not sees(county, somebody, FAR), "and nobody else sees it for that"
    everything_follows_from_the_journal()
    day = signed_in(county, "grid_worker", AWAY).get("/my-day/").content.decode()
    assert str(task) in day
    with working_in(SYSTEM):
        assert giving.call_back(tasks=[task], by=county.actor(*LEAD), at=NOON) == 1
    assert not sees(county, somebody)
    assert rows("SELECT post FROM tasks_task WHERE id = %s", task) == [(county.posts["grid_worker", HOME],)]
    everything_follows_from_the_journal()


def filed(county: County, somebody: uuid.UUID, task: uuid.UUID | None, code: str = AWAY) -> FilingResult:
    by = acting_as(county.users["grid_worker", code], county.posts["grid_worker", code], NOON)
    assert by is not None
    answers = {"outcome": "in_hospital"}
    with working_in(Scope.of(by)):
        return intake.submit(
            [Filing(uuid7(NOON), "entry", "visit", somebody, NOON, answers, task=task)], by=by, at=NOON)[0]


def test_it_is_done_where_the_person_is_and_seen_no_longer(county: County) -> None:
    somebody = county.arrive(MORNING, HOME)
    task = open_task(somebody)
    assert not isinstance(filed(county, somebody, None).answer, Recorded)
    give(county, task, AWAY)
    assert isinstance(filed(county, somebody, task).answer, Recorded)
    assert rows("SELECT state FROM tasks_task WHERE id = %s", task) == [("excused",)]
    [(path,)] = rows("SELECT path FROM journal_entry WHERE form = 'visit'")
    assert path == county.paths[HOME]
    assert not sees(county, somebody)
    assert not isinstance(filed(county, somebody, None).answer, Recorded)
    everything_follows_from_the_journal()


def test_what_was_done_elsewhere_is_taken_back_and_seen_again(county: County) -> None:
    somebody = county.arrive(MORNING, HOME)
    task = open_task(somebody)
    give(county, task, AWAY)
    worker = signed_in(county, "grid_worker", AWAY)
    sent = worker.post("/my-day/answer/", {"task": str(task), "outcome": "in_hospital"}, headers=JSON).json()
    page = worker.get("/my-day/").content.decode()
    assert "No longer in your area" in page
    assert f"/subjects/{somebody}/" not in page, "nobody is led to what they may not see"
    far = signed_in(county, "grid_worker", FAR)
    assert far.post(sent["undo_url"], headers=JSON).status_code == 404
    undone = worker.post(sent["undo_url"], headers=JSON)
    assert undone.status_code == 200
    assert f'id="task-{task}"' in undone.json()["card"]
    assert sees(county, somebody)
    everything_follows_from_the_journal()


def submitted(county: County, code: str, form: str, somebody: uuid.UUID, answers: dict[str, Any],
              task: uuid.UUID | None = None, same_as: uuid.UUID | None = None, meant: str = "") -> str:
    """What a community lead's form becomes: the code of a refusal, empty where it is recorded."""
    by = acting_as(county.users["community_lead", code], county.posts["community_lead", code], NOON)
    assert by is not None
    with working_in(Scope.of(by)):
        answer = intake.submit([Filing(
            uuid7(NOON), "entry", form, somebody, NOON, answers, task=task, same_as=same_as,
            changes=frozenset({meant} - {""}))], by=by, at=NOON)[0].answer
    return answer.code if isinstance(answer, Refused) else ""


def test_who_was_given_one_task_does_that_task_and_nothing_else(county: County) -> None:
    """Whether somebody elsewhere is released, moved or told to be another is for those who answer for them."""
    somebody, here, there = county.arrive(MORNING, HOME), HOME[:12], AWAY[:12]
    task = open_task(somebody)
    released = {"last_sample_negative": "yes", "well": "yes", "released": "yes", "notice_given": "OK"}
    taken_home = {"to": "home", "by": "own"}
    assert submitted(county, there, "release", somebody, released) == "not_found"
    give(county, task, there, kind="community_lead")
    assert submitted(county, there, "release", somebody, released) == "not_allowed", "another form than the task's"
    assert submitted(county, there, "release", somebody, released, task) == "not_allowed", "though it names the task"
    assert submitted(county, there, "transfer", uuid7(NOON), taken_home, same_as=somebody) == "not_allowed"
    client = signed_in(county, "community_lead", there)
    asked = client.get(f"/subjects/{somebody}/").content.decode()
    assert "/fill/entry/arrival/" in asked
    assert not {one for one in ("/fill/entry/release/", "/fill/entry/transfer/", "/pass-on/") if one in asked}
    assert client.get(f"/fill/entry/release/?subject={somebody}").status_code == 403
    assert client.get(f"/subjects/{somebody}/pass-on/").status_code == 404
    assert submitted(county, there, "visit", somebody, {"outcome": "in_hospital"}, task) == ""
    assert submitted(county, here, "release", somebody, released) == "changes_known", "days before its time"
    assert submitted(county, here, "release", somebody, released, meant="released") == ""
    everything_follows_from_the_journal()


def test_at_the_cut_off_it_is_seen_no_longer(county: County) -> None:
    somebody = county.arrive(MORNING, HOME)
    give(county, open_task(somebody), AWAY)
    with working_in(SYSTEM):
        clock.run_due(NOON + dt.timedelta(hours=9))
    assert not sees(county, somebody)


@pytest.mark.parametrize(("kind", "code", "by", "said"), [
    ("grid_worker", FAR, LEAD, "out_of_reach"),  # of another township than the giver's
    ("port_officer", "341023", ("county_duty", "341023"), "cannot_do"),
])
def test_a_task_is_given_to_who_may_have_it(
    county: County, kind: str, code: str, by: tuple[str, str], said: str,
) -> None:
    task = open_task(county.arrive(MORNING, ""), "place")
    with pytest.raises(Problem, match=said):
        give(county, task, code, by=by, kind=kind)


def told(cause: str) -> list[tuple[Any, ...]]:
    return rows("SELECT post, count, path FROM tasks_alert WHERE cause = %s", cause)


def test_both_sides_are_told_and_answer_for_themselves(county: County) -> None:
    task = open_task(county.arrive(MORNING, HOME))
    give(county, task, AWAY)
    mine, theirs = county.posts["grid_worker", AWAY], county.posts["grid_worker", HOME]
    assert told("given") == [(mine, 1, county.paths[AWAY])]
    assert told("taken") == [(theirs, 1, county.paths[HOME])]
    client = signed_in(county, "grid_worker", AWAY)
    assert client.get("/alerts/waiting/").json()["unacknowledged"] == 1
    [(alert,)] = rows("SELECT id FROM tasks_alert WHERE cause = 'given'")
    lead = signed_in(county, *LEAD)
    assert "given to you" not in lead.get("/alerts/?show=all").content.decode()
    assert "given to you" in client.get("/alerts/").content.decode()
    assert lead.post(f"/alerts/{alert}/acknowledge/").status_code == 403
    assert client.post(f"/alerts/{alert}/acknowledge/").status_code == 302
    assert client.get("/alerts/waiting/").json()["unacknowledged"] == 0


def test_who_has_a_task_is_reminded_once_an_hour(county: County) -> None:
    task = open_task(county.arrive(MORNING, HOME))

    def reminded(minutes: int) -> int:
        with working_in(SYSTEM):
            return giving.remind(
                tasks=[task, task], by=county.actor(*LEAD), at=NOON + dt.timedelta(minutes=minutes))

    assert [reminded(minutes) for minutes in (0, 0, 59, 61)] == [1, 0, 0, 1]
    assert [row[:2] for row in told("remind")] == [(county.posts["grid_worker", HOME], 1)] * 2
    assert rows("SELECT count(*) FROM journal_entry WHERE form = 'remind'") == [(2,)]


def test_nor_is_who_sees_it_from_elsewhere_reminded_more_often(county: County) -> None:
    task, lead = open_task(county.arrive(MORNING, HOME)), ("community_lead", "341023100001")
    give(county, task, AWAY)
    by = acting_as(county.users[lead], county.posts[lead], NOON)
    assert by is not None
    with working_in(Scope.of(by)):
        sent = [giving.remind(tasks=[task], by=county.actor(*lead), at=NOON + dt.timedelta(minutes=minutes))
                for minutes in (0, 59, 61)]
    assert sent == [1, 0, 1]


def test_a_loan_whose_task_came_to_its_borrower_anyway_is_right(county: County) -> None:
    """Somebody moves to where the one works who was given a task about them."""
    somebody = county.arrive(MORNING, HOME)
    give(county, open_task(somebody), AWAY)
    county.send("place", somebody, {"grid": AWAY}, NOON)
    assert rows("SELECT post, path FROM tasks_task WHERE subject = %s AND state = 'open'", somebody) == [
        (county.posts["grid_worker", AWAY], county.paths[AWAY])]
    everything_follows_from_the_journal()


def test_from_the_page_of_a_person(county: County) -> None:
    somebody = county.arrive(MORNING, HOME)
    task, lead = open_task(somebody), signed_in(county, *LEAD)
    page = lead.get(f"/subjects/{somebody}/").content.decode()
    assert f'value="{county.posts["grid_worker", AWAY]}"' in page
    sent = {"task": str(task), "to": str(county.posts["grid_worker", AWAY])}
    assert lead.post(f"/subjects/{somebody}/tasks/", sent).status_code == 302
    assert sees(county, somebody)
    borrower = signed_in(county, "grid_worker", AWAY)
    assert borrower.post(f"/subjects/{somebody}/tasks/", sent).status_code == 403
    far = signed_in(county, "township_duty", "341023101")
    assert far.post(f"/subjects/{somebody}/tasks/", sent).status_code == 404
    assert lead.post(f"/subjects/{somebody}/tasks/", {"task": str(task), "to": "back"}).status_code == 302
    assert not sees(county, somebody)


def test_whoever_can_do_one_of_somebodys_tasks_is_offered_and_does_no_other(county: County) -> None:
    """Somebody to be brought to a site and looked after at home meanwhile: no one post may do both."""
    somebody, lead = registered(county), signed_in(county, *LEAD)
    other = county.posts["grid_worker", AWAY]
    page = lead.get(f"/subjects/{somebody}/").content.decode()
    assert f'<option value="{other}">' in page
    assert f'<option value="{county.posts["clinician", "341023"]}">' not in page
    sent = {"task": str(open_task(somebody, "to_site")), "to": str(other)}
    assert lead.post(f"/subjects/{somebody}/tasks/", sent).status_code == 409
    sent["task"] = str(open_task(somebody, "verify"))
    assert lead.post(f"/subjects/{somebody}/tasks/", sent).status_code == 302
    assert rows("SELECT kind FROM tasks_task WHERE post = %s AND state = 'open'", other) == [("verify",)]


def test_who_was_given_a_task_changes_whom_it_is_about_as_anybody_who_has_it(county: County) -> None:
    """Somebody under a measure, who is out of the sender's sight once the task is done."""
    somebody = county.arrive(MORNING, HOME, name="李四")
    task = open_task(somebody)
    give(county, task, AWAY)
    by = acting_as(county.users["grid_worker", AWAY], county.posts["grid_worker", AWAY], NOON)
    assert by is not None
    told = {**ARRIVAL, "document_number": f"E{somebody.int % 10**8:08d}"}
    with working_in(Scope.of(by)):
        [result] = intake.submit([Filing(uuid7(NOON), "entry", "arrival", somebody, NOON, told, task=task,
                                         changes=frozenset(["name"]))], by=by, at=NOON)
    assert isinstance(result.answer, Recorded), result.answer
    assert rows("SELECT subject, subject_path FROM tasks_alert WHERE cause = 'changed'") == [
        (somebody, county.paths[HOME])]
    assert not sees(county, somebody)
