"""What the step of deciding writes: when it counts from, who is in which cohort, what follows for whom."""

from __future__ import annotations

import datetime as dt
import uuid
from itertools import permutations
from typing import Any

import pytest
from django.db import connection

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.accounts.types import OPERATOR
from fangxian.decide import reasons, rules
from fangxian.kernel.ids import uuid7
from fangxian.programmes import actions as programmes
from fangxian.programmes.folder import read_folder
from fangxian.subjects.actions import withdraw
from tests import county as world
from tests.county import MORNING, County
from tests.journal.test_record import ARRIVAL, HOUR, rows

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY = dt.timedelta(days=1)
CHECK = {"temperature": 36.5, "symptoms": "none"}
FEVER = {"temperature": 38.5, "symptoms": "fever"}
HOME = {**ARRIVAL, "household": "郭门1号"}


@pytest.fixture
def county() -> County:
    return world.build()


def current(subject: uuid.UUID, *names: str) -> tuple[Any, ...]:
    return rows(f"SELECT {', '.join(names)} FROM decide_current WHERE subject = %s", subject)[0]


def cohort(subject: uuid.UUID) -> list[tuple[Any, ...]]:
    return rows("SELECT day, stage FROM decide_cohortmember WHERE subject = %s ORDER BY day", subject)


def household(county: County, *homes: dict[str, Any], drill: bool = False) -> list[uuid.UUID]:
    """People registered one after the other, each with answers of their own."""
    people = []
    for number, answers in enumerate(homes):
        subject = uuid7(MORNING)
        told = {**answers, "document_number": f"E1234567{number}"}
        receipt = county.send("arrival", subject, told, MORNING + HOUR, drill=drill,
                              path=county.paths["34102310000101"])
        assert not receipt.refused, receipt.refused
        people.append(subject)
    return people


def contacts(subject: uuid.UUID) -> list[tuple[Any, ...]]:
    return rows("SELECT source, drill FROM journal_entry WHERE subject = %s AND form = 'contact'", subject)


def test_a_measure_counts_from_when_it_began_and_not_from_the_last_decision(county: County) -> None:
    subject = county.arrive(MORNING)
    first = current(subject, "measure", "since", "entry")
    county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
    second = current(subject, "measure", "since", "entry")
    assert second[2] != first[2], "registering decides again"
    assert second[:2] == first[:2] == ("central isolation", MORNING)
    county.send("daily_check", subject, FEVER, MORNING + 2 * HOUR)
    assert current(subject, "measure", "since") == ("hospital", MORNING + 2 * HOUR)


def test_a_decision_that_came_out_the_same_is_not_written_again(county: County) -> None:
    subject = county.arrive(MORNING)
    county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
    county.send("daily_check", subject, CHECK, MORNING + 2 * HOUR)
    before = current(subject, "entry")
    county.send("daily_check", subject, {**CHECK, "temperature": 36.6}, MORNING + 3 * HOUR)
    assert current(subject, "entry") == before
    kinds = rows("SELECT count(*) FROM journal_entry WHERE subject = %s AND kind = 'decision'", subject)
    assert kinds == [(2,)]


@pytest.mark.parametrize(("arrived", "day"), [
    ("2020-03-20T19:59:00+08:00", dt.date(2020, 3, 20)),
    ("2020-03-20T20:00:00+08:00", dt.date(2020, 3, 21)),
])
def test_who_arrives_after_the_cut_off_is_counted_with_the_next_day(
    county: County, arrived: str, day: dt.date
) -> None:
    assert cohort(county.arrive(MORNING, arrived=arrived)) == [(day, 0)]


def test_nobody_leaves_a_cohort_by_getting_on(county: County) -> None:
    subject = county.arrive(MORNING)
    county.send("arrival", subject, ARRIVAL, MORNING + HOUR)
    assert cohort(subject) == [(MORNING.date(), 1)]
    county.send("daily_check", subject, FEVER, MORNING + 2 * HOUR)
    assert [day for day, _ in cohort(subject)] == [MORNING.date()]


def test_a_day_told_anew_before_registration_moves_somebody_and_leaves_nobody_behind(county: County) -> None:
    subject = county.arrive(MORNING)
    listed = rows("SELECT id FROM journal_entry WHERE subject = %s AND form = 'listed'", subject)[0][0]
    county.send("listed", subject, {"source": "test", "name": "张三", "origin": "IT",
                                    "arrived": "2020-03-21T09:00:00+08:00"}, MORNING + HOUR, replaces=listed)
    assert cohort(subject) == [(dt.date(2020, 3, 21), 0)]


def test_who_is_taken_off_the_list_leaves_the_cohort(county: County) -> None:
    subject, stays = county.arrive(MORNING), county.arrive(MORNING)
    county.send("removed", subject, {"reason": "mistake"}, MORNING + HOUR)
    assert cohort(subject) == []
    assert cohort(stays) == [(MORNING.date(), 0)]


def test_a_consequence_follows_once_while_its_reason_lasts(county: County) -> None:
    first, second = household(county, HOME, HOME)
    county.send("daily_check", first, FEVER, MORNING + 2 * HOUR)
    county.send("daily_check", first, {**FEVER, "temperature": 39.1}, MORNING + 3 * HOUR)
    assert contacts(second) == [("system", False)]
    assert contacts(first) == []


def test_a_consequence_does_not_reach_who_lives_elsewhere_or_moved_out(county: County) -> None:
    first, second, third = household(county, HOME, HOME, {**ARRIVAL, "household": "郭门2号"})
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("UPDATE subjects_link SET ended_at = %s WHERE subject = %s", [MORNING + HOUR, second])
    county.send("daily_check", first, FEVER, MORNING + 2 * HOUR)
    assert contacts(second) == contacts(third) == []


def test_who_left_the_household_tells_nobody_there(county: County) -> None:
    first, second = household(county, HOME, HOME)
    with working_in(SYSTEM), connection.cursor() as cursor:
        cursor.execute("UPDATE subjects_link SET ended_at = %s WHERE subject = %s", [MORNING + HOUR, first])
    county.send("daily_check", first, FEVER, MORNING + 2 * HOUR)
    assert contacts(second) == []


def test_what_follows_from_a_drill_is_a_drill(county: County) -> None:
    first, second = household(county, HOME, HOME, drill=True)
    county.send("daily_check", first, FEVER, MORNING + 2 * HOUR, drill=True)
    assert contacts(second) == [("system", True)]
    entries = rows("SELECT DISTINCT drill FROM journal_entry WHERE subject = ANY(%s::uuid[])", [first, second])
    assert entries == [(True,)]
    for table in ("decide_current", "decide_cohortmember", "tasks_task", "tasks_alert"):
        found = rows(f"SELECT DISTINCT drill FROM {table} WHERE subject = ANY(%s::uuid[])", [first, second])
        assert found == [(True,)], table


def test_a_reason_that_is_taken_back_and_returns_follows_again(county: County) -> None:
    first, second = household(county, HOME, HOME)
    sent = county.send("daily_check", first, FEVER, MORNING + 2 * HOUR).recorded[0].id
    with working_in(SYSTEM):
        withdraw([sent], "wrong person", by=county.importer, at=MORNING + 3 * HOUR)
    county.send("daily_check", first, FEVER, MORNING + 4 * HOUR)
    assert len(contacts(second)) == 2


def test_what_follows_from_what_no_table_reads_follows_each_time_it_begins(county: County) -> None:
    """The decision stays the same all the while."""
    files = dict(read_folder(world.ROOT / "programmes" / "entry"))
    changed = files["programme.toml"].replace(b'suspected = "true" }\nlink', b'walk_in = "true" }\nlink')
    assert changed != files["programme.toml"]
    files["programme.toml"] = changed.replace(b'version = "', b'version = "9', 1)
    with working_in(SYSTEM):
        programmes.publish(files, by=OPERATOR, at=MORNING)
    first, second = household(county, HOME, HOME)
    for hours, walk_in, entails in ((2, "yes", "0"), (3, "yes", "0"), (4, "no", ""), (5, "yes", "0")):
        decided = current(first, "entry")
        told = {**HOME, "document_number": "E12345670", "walk_in": walk_in}
        assert not county.send("arrival", first, told, MORNING + hours * HOUR).refused
        assert current(first, "entails", "entry") == (entails, *decided)
    assert len(contacts(second)) == 2


def test_the_reason_names_what_its_row_counted_on_without_knowing_it(county: County) -> None:
    """And nothing else that is unknown: a dash looks at nothing."""
    subject = county.arrive(MORNING)
    with working_in(SYSTEM):
        [found] = reasons.current([subject], ["entry"]).values()
        because = reasons.because(found)
    row = found.rows["measure"]
    asked = rules.plan_of(because.programme).counting_on[row]
    assert set(because.unknown) == {name for name in asked if {**found.seen, **found.outputs}.get(name) is None}
    table = next(one for one in because.programme.tables if one.name == "measure")
    assert {one.name for one in table.inputs} - set(asked), "the row looks at less than the table"


ALONE = {**ARRIVAL, "household": ""}
SEEN = {
    "person_seen": "yes", "document_seen": "yes", "address_right": "yes", "household": "郭门1号", "own_room": "yes",
    "own_bathroom": "yes", "vulnerable_at_home": "no", "agreement_read": "yes", "agreement_signed": "yes"}
DEEDS = (("daily_check", 0, FEVER), ("verification", 0, SEEN), ("verification", 1, SEEN))


@pytest.mark.parametrize("order", list(permutations(DEEDS)))
def test_the_household_follows_in_whatever_order_it_became_known(county: County, order: tuple[Any, ...]) -> None:
    people = household(county, ALONE, ALONE)
    for hours, (form, whom, answers) in enumerate(order, start=2):
        assert not county.send(form, people[whom], answers, MORNING + hours * HOUR).refused
    assert contacts(people[0]) == []
    assert contacts(people[1]) == [("system", False)]


def test_whoever_joins_a_suspected_household_is_a_contact_and_told_so_once(county: County) -> None:
    first, second = household(county, HOME, ALONE)
    county.send("daily_check", first, FEVER, MORNING + 2 * HOUR)
    entry = county.send("verification", second, SEEN, MORNING + 3 * HOUR).recorded[0].id
    county.send("verification", second, SEEN, MORNING + 4 * HOUR)
    county.send("verification", second, {**SEEN, "note": "二楼"}, MORNING + 5 * HOUR, replaces=entry)
    county.send("verification", first, SEEN, MORNING + 6 * HOUR)
    assert contacts(second) == [("system", False)]


def test_whoever_joins_while_nobody_there_is_suspected_any_more_is_no_contact(county: County) -> None:
    first, second = household(county, HOME, ALONE)
    county.send("daily_check", first, FEVER, MORNING + 2 * HOUR)
    county.send("result", first, {"case_result": "ruled_out", "date": "2020-03-20"}, MORNING + 3 * HOUR)
    county.send("verification", second, SEEN, MORNING + 4 * HOUR)
    assert contacts(second) == []


def test_a_link_that_is_there_again_joins_and_one_that_was_mistaken_does_not(county: County) -> None:
    first, second, third = household(county, HOME, HOME, ALONE)
    [away] = rows("SELECT id FROM journal_entry WHERE subject = %s AND form = 'arrival'", second)[0]
    elsewhere = {**HOME, "document_number": "E12345671", "household": "郭门2号"}
    corrected = county.send("arrival", second, elsewhere, MORNING + 2 * HOUR, replaces=away).recorded[0].id
    county.send("daily_check", first, FEVER, MORNING + 3 * HOUR)
    assert contacts(second) == []
    county.send("verification", third, {**SEEN, "household": "郭门2号"}, MORNING + 4 * HOUR)
    with working_in(SYSTEM):
        withdraw([corrected], "it was right", by=county.importer, at=MORNING + 5 * HOUR)
    assert contacts(second) == [("system", False)]
    assert contacts(third) == [], "lives where nobody is suspected"


@pytest.mark.parametrize(("real", "made_up"), [(0, 1), (1, 0)])
def test_nothing_follows_between_a_drill_and_the_people_there(county: County, real: int, made_up: int) -> None:
    people = [*household(county, ALONE), *household(county, {**ALONE, "name": "演练"}, drill=True)]
    people = [people[real], people[made_up]]
    county.send("daily_check", people[0], FEVER, MORNING + 2 * HOUR)
    for hours, subject in enumerate(people, start=3):
        county.send("verification", subject, SEEN, MORNING + hours * HOUR)
    assert [contacts(one) for one in people] == [[], []]
