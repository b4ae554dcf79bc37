"""The first day: a few steps for each kind of post, shown on the page it starts with until they are seen or skipped."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from fangxian.accounts.types import Acting, PostKind

DONE: Final = "done"
SKIPPED: Final = "skipped"


class TourStep(NamedTuple):
    """One step: a heading, two sentences, and the route of the page it is about (empty: none)."""

    title: Any
    text: Any
    route: str = ""


class TourState(NamedTuple):
    """Where somebody is: the step, and whether they closed it before the end or at the end."""

    step: int = 0
    ended: str = ""

    @classmethod
    def read(cls, kept: str) -> TourState:
        """What is remembered: ``3``, ``skipped 3`` or ``done``; the beginning for what is none of these."""
        word, _space, number = kept.rpartition(" ")
        if kept == DONE:
            return cls(0, DONE)
        step = int(number) if number.isdecimal() and number.isascii() and len(number) < 10 else 0
        return cls(step, SKIPPED if word == SKIPPED else "")

    def kept(self) -> str:
        """As it is remembered."""
        if self.ended == DONE:
            return DONE
        return f"{self.ended} {self.step}".strip()


_HELP: Final = TourStep(_("Where help is"), _(
    "A question mark beside a word explains it. The menu with your name has the keyboard shortcuts, this tour once"
    " more, and “About” with whom to call."), "about")
_MY_DAY: Final = TourStep(_("Your day"), _(
    "Every task that waits for you, what is urgent first. Choose how it is sorted: by building, by route or by task;"
    " the choice stays."), "my_day")
_AREA: Final = TourStep(_("Your area"), _(
    "From the list to the release, how many are where, and what is late. Every number opens the names behind it."),
    "area")
_ALERTS: Final = TourStep(_("Alerts"), _(
    "What your level has to know at once. Acknowledge it to say that you see to it, then open the list behind it."),
    "alerts")
_SHEET: Final = TourStep(_("The day sheet"), _(
    "Who came in, was checked, and is outstanding by name. After the cut-off it is signed off by the post that answers"
    " for the area."), "day_sheet")
_TEAM: Final = TourStep(_("Your team"), _(
    "Who is on duty, with how many open tasks. Somebody ill is set away here, with who stands in."), "team")
_IMPORT: Final = TourStep(_("Lists"), _(
    "Give a list as it came: a file or a pasted table. You see what each column and line becomes before anything is"
    " recorded, and an import can be undone."), "imports")
_PLACE: Final = TourStep(_("Addresses"), _(
    "People whose address fits no grid wait here. Place many at once; the way an address is written is remembered."),
    "placing")
_TABLES: Final = TourStep(_("The rules"), _(
    "Every measure follows from a row of these tables, and each page of a person says from which. Nobody sets a measure"
    " by hand."), "tables")
_SET_UP: Final = TourStep(_("Set-up"), _(
    "Areas, people, posts and programmes. What reaches beyond what one person may give waits for a second one."),
    "set_up")
_LOG: Final = TourStep(_("The access log"), _(
    "Who saw a name or took an export, when and for what. Look for a person to see who looked at them."),
    "access")


def _first(text: Any) -> TourStep:
    return TourStep(_("Welcome"), text)


TOURS: Final[Mapping[PostKind, tuple[TourStep, ...]]] = {
    PostKind.GRID_WORKER: (
        _first(_("You look after the people of your grid: register, check, help. Without a signal everything is kept on"
                 " this device and sent later.")),
        _MY_DAY, _ALERTS, _HELP),
    PostKind.COMMUNITY_LEAD: (
        _first(_("You answer for the grids of your community. See to it that what came in today is checked and closed"
                 " today.")),
        _AREA, _ALERTS, _TEAM, _SHEET, _HELP),
    PostKind.TOWNSHIP_DUTY: (
        _first(_("You answer for a township. Place who has no grid yet, acknowledge alerts, and sign the day off.")),
        _AREA, _ALERTS, _PLACE, _TEAM, _SHEET, _HELP),
    PostKind.COUNTY_DUTY: (
        _first(_("You answer for the county. Lists come in with you, and what the townships miss comes up to you.")),
        _IMPORT, _AREA, _ALERTS, _SHEET, _TABLES, _HELP),
    PostKind.PORT_OFFICER: (
        _first(_("You take in who arrives and pass them on to where they stay. Lists as they come are enough.")),
        _IMPORT, _AREA, _HELP),
    PostKind.CLINICIAN: (
        _first(_("You take samples, record results and decide in the hospital. A result that is urgent alerts the duty"
                 " posts at once.")),
        _MY_DAY, _ALERTS, _HELP),
    PostKind.EPIDEMIOLOGIST: (
        _first(_("You follow who met whom and why a measure applies. Changes of the rules are tried and approved before"
                 " they count.")),
        _AREA, _TABLES, _ALERTS, _HELP),
    PostKind.INSPECTOR: (
        _first(_("You look at how the work is done: late, missed, signed. Every figure opens the list it counts.")),
        _AREA, _SHEET, _HELP),
    PostKind.AUDITOR: (
        _first(_("You see who looked at whom, and who was given which rights. You change nothing, and nobody can change"
                 " what you see.")),
        _LOG, _HELP),
    PostKind.ADMINISTRATOR: (
        _first(_("You give people their posts and keep the tree of areas. You see nobody's records.")),
        _SET_UP, _LOG, _HELP),
}


def name_of(by: Acting) -> str:
    """Under which name it is remembered: somebody with two kinds of post has two first days."""
    return f"tour.{by.kind}"


def steps_of(by: Acting, open_to: Collection[str]) -> tuple[TourStep, ...]:
    """The steps of a kind of post through the pages that are open to it (their routes); none for no kind of post."""
    steps = TOURS.get(PostKind(by.kind), ()) if by.kind in set(PostKind) else ()
    return tuple(one for one in steps if one.route in ("", *open_to))
