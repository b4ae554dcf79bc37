"""A drill: the real chain about somebody made up, called a drill everywhere and taken back at its end."""

from __future__ import annotations

import datetime as dt
import uuid
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas.types import EVERYWHERE, subtree
from fangxian.decide.models import Current
from fangxian.intake import drills
from fangxian.intake.drills import Drill
from fangxian.kernel.errors import Problem
from fangxian.programmes import queries as programmes
from fangxian.report import queries as report
from fangxian.subjects import queries as subjects
from fangxian.tasks import fates
from fangxian.tasks.models import Alert, Task
from fangxian.tasks.states import State
from tests.county import MORNING, County

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
GRID = "34102310000101"
NOON = MORNING + dt.timedelta(hours=3)


def begun(county: County, **other: Any) -> Drill:
    with working_in(SYSTEM):
        given: dict[str, Any] = {
            "programme": programmes.in_force("entry"), "drill": "fever", "area": GRID, "within": EVERYWHERE} | other
        return drills.begin(by=county.importer, at=MORNING, **given)


def ended(county: County, drill: uuid.UUID) -> Drill:
    with working_in(SYSTEM):
        return drills.end(drill=drill, within=EVERYWHERE, by=county.importer, at=NOON)


def test_the_levels_are_alerted_and_posts_get_tasks_all_of_it_as_a_drill(county: County) -> None:
    drill = begun(county)
    with working_in(SYSTEM):
        alerts, tasks = list(Alert.objects.all()), list(Task.objects.all())
        drills_only = [one.drill for one in alerts] + [one.drill for one in tasks]
    assert {(alert.cause, alert.tier) for alert in alerts} >= {
        ("urgent", "community"), ("urgent", "township"), ("urgent", "county")}
    assert {one.subject for one in tasks} == {drill.subject}
    assert all(drills_only)


@pytest.mark.parametrize(("language", "word"), [("en", "Drill"), ("zh-hans", "演练")])
def test_whoever_was_made_up_is_called_a_drill_wherever_the_name_stands(
    county: County, language: str, word: str
) -> None:
    drill = begun(county)
    real = county.arrive(MORNING)
    with working_in(SYSTEM), translation.override(language):
        found = subjects.identities([drill.subject, real], EVERYWHERE)
        assert found[drill.subject].name.startswith(f"{word} · 演练甲")
        assert found[drill.subject].masked_name.startswith(f"{word} · ")
        assert report.shown([drill.subject])[drill.subject].name.startswith(f"{word} · ")
        assert word not in found[real].name + found[real].masked_name


def test_at_its_end_nothing_of_it_waits_for_anybody(county: County) -> None:
    drill = begun(county)
    other = begun(county)
    ended(county, drill.id)
    with working_in(SYSTEM):
        assert not Task.objects.filter(subject=drill.subject, state=State.OPEN).exists()
        assert not Alert.objects.filter(subject=drill.subject, acknowledged_at=None).exists()
        told = fates.of_subjects([drill.subject], NOON)
        assert {one.note for one in told} == {"演练结束 · Drill ended"}, "nobody seems to have acknowledged it in time"
        assert not Current.objects.filter(subject=drill.subject, urgent=True).exists()
        assert Task.objects.filter(subject=other.subject, state=State.OPEN).exists()
        assert Alert.objects.filter(subject=other.subject, acknowledged_at=None).exists()
        held = drills.held(EVERYWHERE)
    assert [(one.id, one.ended) for one in held] == [(other.id, None), (drill.id, NOON)]


def test_what_waits_about_real_people_stays_when_a_drill_ends(county: County) -> None:
    real = county.arrive(MORNING)
    county.send("daily_check", real, {"temperature": 38.6, "symptoms": "cough"}, MORNING)
    drill = begun(county)
    ended(county, drill.id)
    with working_in(SYSTEM):
        assert Alert.objects.filter(subject=real, acknowledged_at=None).exists()
        assert Task.objects.filter(subject=real, state=State.OPEN).exists()


def test_a_drill_ends_once(county: County) -> None:
    drill = begun(county)
    ended(county, drill.id)
    with pytest.raises(Problem, match="state"):
        ended(county, drill.id)


def test_a_drill_is_ended_by_nobody_in_another_township(county: County) -> None:
    drill = begun(county)
    with working_in(SYSTEM), pytest.raises(Problem, match="not_found"):
        drills.end(drill=drill.id, within=subtree(county.paths["341023101"]), by=county.importer, at=NOON)


@pytest.mark.parametrize("other", [
    {"drill": "flood"}, {"area": "341023100"}, {"area": "1"}, {"within": subtree("not here")}])
def test_a_drill_nobody_declared_and_a_place_that_is_no_grid_are_refused(
    county: County, other: dict[str, Any]
) -> None:
    with pytest.raises(Problem, match="not_found"):
        begun(county, **other)
    with working_in(SYSTEM):
        assert not drills.held(EVERYWHERE)


def test_the_command_does_the_same(county: County) -> None:
    def said(*words: str) -> str:
        out = StringIO()
        call_command("drill", *words, stdout=out)
        return out.getvalue()

    told = said("begin", "entry", "fever", "--area", GRID)
    assert "goes on" in told
    assert said("list") == told
    assert "ended" in said("end", told.split()[0])
    with pytest.raises(CommandError):
        said("end", told.split()[0])
