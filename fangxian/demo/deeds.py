"""What workers do about a task, and when: pure, by chance that always falls the same way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from fangxian.kernel.clock import Calendar

from . import answers
from .chance import fraction, weighted, whole
from .tasks import PlayedTask
from .travel import Traveller

_MINUTE: Final = dt.timedelta(minutes=1)
_OUTCOMES: Final = (("not_home", 45.0), ("phone_off", 30.0), ("refused", 15.0), ("in_hospital", 6.0), ("moved", 4.0))


class Deed(NamedTuple):
    """A form filled about a task's subject at a moment."""

    when: dt.datetime
    form: str
    answers: Mapping[str, Any]
    names_task: bool = False


class Setting(NamedTuple):
    """Where and about whom: ``slack`` where work is done badly, ``calendar`` of the county."""

    traveller: Traveller
    slack: bool
    calendar: Calendar


def plan(task: PlayedTask, setting: Setting) -> Deed | None:
    """What is done about an open task; None: nothing before the cut-off."""
    given = _given_by_role(task, setting)
    if given is not None:
        return given[0]
    do = _BY_KIND.get(task.kind)
    return do(task, setting) if do is not None else None


def _given_by_role(task: PlayedTask, setting: Setting) -> tuple[Deed | None] | None:
    """Those who show a state for certain: neglected or late by turns, in hospital, not at home."""
    role = setting.traveller.role
    even = task.day.toordinal() % 2 == 0
    if role == "neglected" and task.kind == "temperature_am":
        return (None,) if even else (Deed(task.due + 140 * _MINUTE, "daily_check", answers.check(task, setting)),)
    if role == "away" and even and task.kind.startswith("temperature"):
        return (Deed(task.opens + 100 * _MINUTE, "visit", {"outcome": "in_hospital"}, names_task=True),)
    if role == "not home" and even and task.kind.startswith("temperature"):
        return (Deed(task.opens + 100 * _MINUTE, "visit", {"outcome": "not_home"}, names_task=True),)
    return None


def _window(task: PlayedTask, setting: Setting, filled: Callable[[PlayedTask, Setting], Mapping[str, Any]],
            form: str) -> Deed | None:
    """In time mostly; where work is slack some is late, some never done; and now and then nobody opens."""
    number = setting.traveller.person.number
    luck = fraction("luck", task.kind, task.day, number)
    late, never, nobody = (0.10, 0.05, 0.04) if setting.slack else (0.002, 0.0006, 0.001)
    if luck < never:
        return None
    opens = max(task.opens + 90 * _MINUTE, _settled(setting))
    span = max((task.due - (task.due - task.opens) * 0.1 - opens) / _MINUTE, 10)
    when = opens + span * fraction("when", task.kind, task.day, number) * _MINUTE
    if luck > 1 - nobody:
        outcome = weighted(_OUTCOMES, "outcome", task.kind, task.day, number)
        return Deed(when, "visit", {"outcome": outcome}, names_task=True)
    if luck > 1 - nobody - late:
        after = whole(20, 165, "late", task.kind, task.day, number) * _MINUTE
        when = min(task.due + after, task.closes - 5 * _MINUTE)
    return Deed(when, form, filled(task, setting))


def _check(task: PlayedTask, setting: Setting) -> Deed | None:
    return _window(task, setting, answers.check, "daily_check")


def _needs(task: PlayedTask, setting: Setting) -> Deed | None:
    return _window(task, setting, answers.supplies, "supply_check")


def _sample(task: PlayedTask, setting: Setting) -> Deed | None:
    return _window(task, setting, answers.sample, "sample")


def _register(task: PlayedTask, setting: Setting) -> Deed | None:
    """Some are never found; others a day late."""
    traveller = setting.traveller
    luck = fraction("register", traveller.person.number)
    if luck < 0.012 or (luck < 0.03 and task.day <= setting.calendar.operational_day(traveller.listed)):
        return None
    after = whole(15, 170, "register", traveller.person.number) * _MINUTE
    when = _before_cut_off(_by_day(max(task.opens, traveller.arrived) + after, setting), task, luck)
    return Deed(when, "arrival", answers.arrival(traveller, when))


def _verify(task: PlayedTask, setting: Setting) -> Deed | None:
    traveller = setting.traveller
    luck = fraction("verify", traveller.person.number, task.day)
    if luck < (0.12 if setting.slack else 0.008):
        return None
    after = whole(20, 240, "verify", traveller.person.number) * _MINUTE
    when = _by_day(max(task.opens, _settled(setting)) + after, setting)
    return Deed(_before_cut_off(when, task, luck), "verification", answers.verification(traveller))


def _release(task: PlayedTask, setting: Setting) -> Deed | None:
    number = setting.traveller.person.number
    if fraction("release", number, task.day) < 0.06:
        return None
    at = setting.calendar.at(setting.calendar.today(task.closes), dt.time(17, 30))
    return Deed(at + whole(0, 120, "release", number) * _MINUTE, "release", answers.RELEASED)


def _place(task: PlayedTask, setting: Setting) -> Deed | None:
    """Many are placed at once by the township."""
    number = setting.traveller.person.number
    at = task.opens + whole(12, 50, "place", task.day) * _MINUTE
    if setting.traveller.role == "unplaced":
        return None
    if fraction("place", number) < 0.2:
        at += 70 * _MINUTE
    return Deed(at, "place", {"grid": setting.traveller.person.grid})


def _transfer(task: PlayedTask, setting: Setting) -> Deed | None:
    if setting.traveller.role == "fever_today":
        return None
    return Deed(task.opens + 55 * _MINUTE, "transfer", answers.TO_HOSPITAL)


def _to_site(task: PlayedTask, setting: Setting) -> Deed | None:
    """Within hours; now and then one is still at home in the evening."""
    number = setting.traveller.person.number
    if fraction("to_site", number, task.day) < 0.03:
        return None
    when = _by_day(task.opens + whole(40, 240, "to_site", number) * _MINUTE, setting)
    return Deed(when, "transfer", answers.TO_SITE)


def verified_at_once(traveller: Traveller, calendar: Calendar) -> bool:
    """In the evening the worker who registers somebody at the door looks at the home, too."""
    return traveller.registered is not None and calendar.local(traveller.registered).hour >= 17


def _before_cut_off(when: dt.datetime, task: PlayedTask, luck: float) -> dt.datetime:
    """Most hurry where the cut-off is near."""
    if when < task.closes or luck > 0.9 or task.closes - task.opens < 60 * _MINUTE:
        return when
    return task.closes - (10 + 40 * luck) * _MINUTE


def _settled(setting: Setting) -> dt.datetime:
    """Nobody is visited before they are here and registered."""
    traveller = setting.traveller
    return (traveller.registered or traveller.arrived) + 20 * _MINUTE


def _by_day(when: dt.datetime, setting: Setting) -> dt.datetime:
    """What would fall into the night is done in the morning."""
    local = setting.calendar.local(when)
    if 7 <= local.hour < 22:
        return when
    day = local.date() + dt.timedelta(days=1 if local.hour >= 22 else 0)
    return setting.calendar.at(day, dt.time(7, 5)) + whole(0, 150, "morning", setting.traveller.person.number) * _MINUTE


_BY_KIND: Final[Mapping[str, Callable[[PlayedTask, Setting], Deed | None]]] = {
    "temperature_am": _check, "temperature_pm": _check, "needs": _needs, "sample": _sample, "sample_contact": _sample,
    "sample_again": _sample, "register": _register, "ask_again": _register, "verify": _verify, "release": _release,
    "place": _place, "transfer": _transfer, "to_site": _to_site,
}
