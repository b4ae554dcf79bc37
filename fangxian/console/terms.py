"""The terms of the trade in two sentences each, for the question mark beside them. The words are the glossary's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _


class Term(NamedTuple):
    """What a word is called and what it means: two sentences, the second of what to do with it."""

    label: Any
    text: Any


TERMS: Final[Mapping[str, Term]] = {
    "my_day": Term(_("My day"), _(
        "Every task that waits for you, what is urgent and late in front. A task is done by its form, or excused with a"
        " reason, such as “Not at home”.")),
    "task": Term(_("Task"), _(
        "A form that one post has to fill about somebody until a deadline. It stays open until it is done, excused with"
        " a reason, or missed.")),
    "late": Term(_("Late"), _(
        "The deadline has passed and the task is still open. Do it all the same: only at the cut-off does it count as"
        " missed.")),
    "missed": Term(_("Missed"), _(
        "The task was still open at the cut-off of its day. The next level is told by name, and the next day asks"
        " anew.")),
    "cut_off": Term(_("Cut-off"), _(
        "The time at which a day ends here, 20:00 unless the county says otherwise. Who arrives after it belongs to the"
        " next day, unless it is urgent.")),
    "walk_in": Term(_("Walk-in"), _(
        "Somebody registered at the door who stood on no list. They count for the day like everybody else.")),
    "blind_spot": Term(_("Blind spot"), _(
        "An area in which no worker holds a post now. Its tasks go to the level above until the administrator gives the"
        " post to somebody.")),
    "measure": Term(_("Measure"), _(
        "What applies to a person and until when, as the published decision tables say. Nobody sets it by hand: record"
        " what is so, and it follows.")),
    "undecided": Term(_("Undecided"), _(
        "No row of the tables fits yet, since something is not known. The open task names what is missing; once it is"
        " recorded, the measure follows.")),
    "timeliness": Term(_("Timeliness"), _(
        "The share of people for whom a step was done within its target, day by day. A point far below the line is a"
        " day to ask about.")),
    "loop": Term(_("From the list to the release"), _(
        "Of those who came on this day: how many are expected, found, checked and managed. The number between two steps"
        " is who is missing; it opens their names.")),
    "alert": Term(_("Alert"), _(
        "Something your level is told at once, with the list behind it. Acknowledge it to say that you see to it; an"
        " urgent one that nobody acknowledges goes to the next level.")),
    "escalation": Term(_("Escalation"), _(
        "What is missed, urgent or not acknowledged is made visible to the next level, by name. It ends when somebody"
        " there acknowledges it.")),
    "day_sheet": Term(_("Day sheet"), _(
        "Who came in, was checked and closed on a day, and what is outstanding by name. It is signed off after the"
        " cut-off; what comes later is shown as a difference.")),
    "duty": Term(_("On duty"), _(
        "The post is in force, within its hours, and not away, or somebody stands in. Tasks and alerts go to who is on"
        " duty.")),
    "stand_in": Term(_("Standing in"), _(
        "While a post is away, somebody of the same kind takes its tasks. Both see who has them, and the time ends by"
        " itself.")),
    "doubtful": Term(_("Doubtful line"), _(
        "A line that may be somebody who is known already. Say whether it is the same person; until then it is not"
        " recorded.")),
    "columns": Term(_("Columns"), _(
        "What each column of the list means. What is sure is chosen already; what is not is asked, and nothing is"
        " recorded before you confirm.")),
    "alias": Term(_("How addresses are learned"), _(
        "The way an address is written is remembered with the grid you choose. The next list then finds it by"
        " itself.")),
    "decision_table": Term(_("Decision table"), _(
        "Rules as a spreadsheet: the row that fits what is known about a person gives the measure and its reason. A"
        " change is a new version, checked and then published on the server.")),
    "programme": Term(_("Programme"), _(
        "A line of work as a folder of data: its forms, rules and schedule, with a version. A new version counts at"
        " once, and within minutes everybody is decided by it; a new programme comes last on every page.")),
    "post": Term(_("Post"), _(
        "One person's role at one area for a time; all rights come from it. When it ends, its rights end the same"
        " minute and its tasks go on to others.")),
    "second_person": Term(_("Second person"), _(
        "Rights that reach beyond what one person may give are asked for here. Somebody else approves or refuses; the"
        " auditor sees both.")),
    "access_log": Term(_("Access log"), _(
        "Who saw a name or took an export, when and for what. Lines are only ever added; nobody can change one.")),
    "pass_on": Term(_("Passing on"), _(
        "The person goes to another area or department, which has to accept. Until then the tasks stay with you.")),
    "correction": Term(_("Correction"), _(
        "A new entry in place of an earlier one. Both stay in the record; only the new one counts.")),
    "drill": Term(_("Drill"), _(
        "An exercise with made-up people through the real chain. It is marked everywhere and never counts in a"
        " figure.")),
}

_OF_LISTS: Final = (
    ("late", "late"), ("tasks-missed", "missed"), ("tasks-", "task"), ("walk-in", "walk_in"), ("measure-", "measure"))


def of_list(key: str) -> str:
    """The term behind a list of a figure, by the beginning of the list's name; empty where there is none."""
    return next((term for begin, term in _OF_LISTS if key.startswith(begin)), "")
