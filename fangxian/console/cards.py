"""Tasks as cards: who, where, what, until when, what was last told, and the answers one tap away."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from fangxian.accounts.rules import may
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.journal import queries as journal
from fangxian.journal.queries import EntryLine
from fangxian.programmes.types import Programme, TaskKind
from fangxian.subjects import queries as subjects
from fangxian.subjects.queries import SubjectIdentity
from fangxian.tasks.states import State
from fangxian.tasks.types import VisitEffect
from fangxian.tasks.worklist import TaskView

from . import passing, walk
from .asking import say, subject_url
from .numbered import with_results
from .walk import SortOrder

VISIT: Final = "visit"
OUTCOME: Final = "outcome"
HOUSEHOLD: Final = "household"
_BEFORE: Final = 3

_STILL: Final = ("", "urgent", "late")
_ICONS: Final = {SortOrder.ROUTE: "place", SortOrder.KIND: "sheet"}

Card = dict[str, Any]


class QuickButton(NamedTuple):
    """A button that answers a task: ``version/number`` of the quick answer."""

    value: str
    label: str
    short: str = ""
    primary: bool = False


class ReadingPad(NamedTuple):
    """What is measured and typed on the card: ``whole`` numbers and then tenths, or a field where there are none."""

    question: str
    label: str
    whole: tuple[int, ...]
    below: str


class OutcomeButton(NamedTuple):
    """A button that says why there was no answer; the task may stay open with it."""

    value: str
    label: str
    stays_open: bool


class CardKind(NamedTuple):
    """What the cards of one kind of task have in common for who looks at them."""

    what: str
    may_fill: bool
    answers: tuple[QuickButton, ...]
    outcomes: tuple[OutcomeButton, ...]
    reading: ReadingPad | None
    answer_url: str
    fill_url: str
    blank_url: str


@dataclass(frozen=True, slots=True)
class CardContext:
    """What the cards of a page are made from, read set-wise."""

    by: Acting
    at: dt.datetime
    programmes: Mapping[str, Programme]
    people: Mapping[uuid.UUID, SubjectIdentity]
    households: Mapping[tuple[str, uuid.UUID], uuid.UUID]
    places: Mapping[str, str]
    opened: Collection[uuid.UUID] = ()
    kinds: dict[tuple[str, str, str], CardKind] = field(default_factory=dict)

    def own(self, task: TaskView) -> bool:
        """Whether the task is of the post that acts: only then it is answered here, and the phone is shown."""
        return task.post in self.by.posts

    def named(self, task: TaskView) -> bool:
        """Whether name and door are shown: of an own task, and of those who are ``opened``."""
        return self.own(task) or task.subject in self.opened


def round_of(
    by: Acting, at: dt.datetime, programmes: Mapping[str, Programme], tasks: Sequence[TaskView], *,
    opened: Collection[uuid.UUID] = (),
) -> CardContext:
    """What the cards need to be ordered, in a number of queries that does not grow with them. Whoever names the
    ``opened`` allows and logs it.
    """
    known = [task for task in tasks if task.programme in programmes]
    households: dict[tuple[str, uuid.UUID], uuid.UUID] = {}
    for programme in sorted({task.programme for task in known}):
        if HOUSEHOLD in programmes[programme].links:
            still = {task.subject for task in known if task.programme == programme and task.state == State.OPEN}
            shared = subjects.together(programme, HOUSEHOLD, still)
            households |= {(programme, subject): house for subject, house in shared.items()}
    people = subjects.identities({task.subject for task in known}, by.range)
    nodes = areas.nodes({task.path for task in known})
    names = {path: node.name for path, node in nodes.items()}
    return CardContext(by, at, programmes, people, households, names, opened)


def recalled(told: CardContext, cards: Iterable[Card]) -> list[Card]:
    """The cards that are shown, with what was last told beside what is asked now."""
    shown = list(cards)
    asked = [one for one in shown if one["asked_again"]]
    before: dict[tuple[uuid.UUID, str], EntryLine] = {}
    for programme in sorted({one["programme"] for one in asked}):
        pairs = {(one["subject"], one["asked_again"]) for one in asked if one["programme"] == programme}
        before |= journal.latest(programme, pairs)
    since = with_results(before.values(), told.programmes)
    for one in asked:
        last = before.get((one["subject"], one["asked_again"]))
        line = since[last.id] if last else None
        one["before"] = _before(told, line, told.programmes[one["programme"]], one["kind"]) if line else ""
    return shown


def card(told: CardContext, task: TaskView) -> Card:
    """One task for ``components/task.html``."""
    programme = told.programmes[task.programme]
    kind = _kind(told, programme, task)
    person = told.people.get(task.subject)
    own, named = told.own(task), told.named(task)
    shows = own or may(told.by, Action.IDENTITY, programme.id)
    household = told.households.get((task.programme, task.subject))
    place = told.places.get(task.path, "")
    address = walk.within(_address(person, named=named), place)
    state = _state(task, told.at)
    return {
        "id": task.id,
        "subject": task.subject,
        "kind": task.kind,
        "programme": task.programme,
        "due": task.due,
        "name": _name(person, named=named),
        "url": subject_url(task.subject) if person else "",
        "address": address or place or _("Address not known"),
        "building": walk.building(address) if named else "",
        "rank": 0 if task.urgent else walk.LATE if task.due <= told.at else walk.LATE + 1,
        "coming": task.opens > told.at,
        "note": place if address and (len(told.places) > 1 or task.path != told.by.path) else "",
        "place": place,
        "phone": person.phone if person and own else "",
        "what": kind.what,
        "state": state,
        "drill": task.drill,
        "household": f"{household}-{task.kind}" if household else "",
        "state_label": _outcome_label(programme, task.outcome) if task.outcome else "",
        "before": "",
        "asked_again": task.form if state in _STILL and _asked_again(programme, task) else "",
        "noted": task.entry if task.state == State.OPEN else "",
        "answer_url": kind.answer_url,
        "own": own,
        "answers": kind.answers if own else (),
        "outcomes": kind.outcomes if own else (),
        "reading": kind.reading if own else None,
        "edit_url": f"{kind.fill_url}?subject={task.subject}&task={task.id}" if kind.may_fill and shows else "",
        "form": f"{programme.id}.{task.form}",
        "version": programme.version,
        "blank_url": kind.blank_url,
    }


def _kind(told: CardContext, programme: Programme, task: TaskView) -> CardKind:
    key = (programme.id, task.kind, task.form)
    if key not in told.kinds:
        kind = programme.tasks.get(task.kind)
        may_fill = may(told.by, Action.FILL, programme.id, task.form) and task.form in programme.forms
        told.kinds[key] = CardKind(
            say(kind.label) if kind else task.kind,
            may_fill,
            _answers(programme, kind) if may_fill and kind else (),
            outcomes(programme, kind) if kind and may(told.by, Action.FILL, programme.id, VISIT) else (),
            _reading(programme, kind) if may_fill and kind else None,
            reverse("answer"),
            reverse("fill", args=[programme.id, task.form]) if may_fill else "",
            reverse("fill_xml", args=[programme.id, task.form]) if may_fill else "",
        )
    return told.kinds[key]


def outcomes(programme: Programme, kind: TaskKind) -> tuple[OutcomeButton, ...]:
    """The visit outcomes that mean something for a kind of task, in the words of the visit form."""
    question = programme.forms[VISIT].question(OUTCOME) if VISIT in programme.forms else None
    if question is None or not kind.outcomes:
        return ()
    return tuple(
        OutcomeButton(one.name, say(one.label), kind.outcomes[one.name] != VisitEffect.EXCUSE)
        for one in question.choices
        if one.name in kind.outcomes
    )


def households(cards: Iterable[walk.Card]) -> dict[str, dict[str, Any]]:
    """One submit for those behind one door who have the same kind of task open; keyed as the cards are."""
    found: dict[str, dict[str, Any]] = {}
    together = [one for one in cards if one["household"] and one["answers"] and not one["reading"]]
    together.sort(key=lambda one: str(one["household"]))
    for household, group in groupby(together, key=lambda one: str(one["household"])):
        members = list(group)
        if len(members) > 1:
            quick = members[0]["answers"][0]
            found[household] = {
                "id": household,
                "label": f"{members[0]['address']} · {quick.label}",
                "answer_url": reverse("answer"),
                "tasks": [one["id"] for one in members],
                "value": quick.value,
                "text": _("All %(count)s here: %(answer)s") % {"count": len(members), "answer": quick.label},
            }
    return found


def grouped(told: CardContext, cards: Iterable[Card], order: SortOrder) -> list[dict[str, Any]]:
    """Ordered cards under their headings, a household under its submit."""
    shown = list(cards)
    shared = households(shown)
    return [
        {
            "title": _("First") if group.first else group.title,
            "icon": "late" if group.first else _ICONS.get(order, "building"),
            "count": len(group.cards),
            "doors": _doors(group.cards, shared),
        }
        for group in walk.groups(shown, order, several_places=len(told.places) > 1)
    ]


def of_tasks(told: CardContext, tasks: Iterable[TaskView]) -> list[Card]:
    """The cards of tasks. Who has moved out of sight has no card any more."""
    return [card(told, task) for task in tasks if task.programme in told.programmes and task.subject in told.people]


def _doors(cards: Iterable[walk.Card], shared: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Runs of cards; the submit of a household stands above its first."""
    doors = []
    given: set[str] = set()
    for household, group in groupby(cards, key=lambda one: str(one["household"])):
        offer = shared.get(household) if household not in given else None
        given.add(household)
        doors.append({"household": offer, "cards": list(group)})
    return doors


def _name(person: SubjectIdentity | None, *, named: bool) -> str:
    if person is None:
        return _("No longer in your area")
    return (person.name if named else person.masked_name) or _("Name not known")


def _address(person: SubjectIdentity | None, *, named: bool) -> str:
    if person is None:
        return ""
    if named:
        return person.address
    return subjects.masked(person).get("address", "").strip("*")  # nothing but stars says nothing


def _state(task: TaskView, at: dt.datetime) -> str:
    if task.state != State.OPEN:
        return task.state
    if task.urgent:
        return "urgent"
    return "late" if task.due <= at else ""


def _outcome_label(programme: Programme, outcome: str) -> str:
    question = programme.forms[VISIT].question(OUTCOME) if VISIT in programme.forms else None
    choices = question.choices if question else ()
    return next((say(one.label) for one in choices if one.name == outcome), outcome)


def _asked_again(programme: Programme, task: TaskView) -> bool:
    kind = programme.tasks.get(task.kind)
    return kind is not None and kind.window is not None


def _before(told: CardContext, line: EntryLine, programme: Programme, task_kind: str) -> str:
    """What was last told with this form, beside what is asked now; only where it is asked again and again."""
    kind = programme.tasks[task_kind]
    form = programme.forms.get(kind.form)
    when, today = told.by.calendar.local(line.happened_at), told.by.calendar.today(told.at)
    day = {0: _("today"), 1: _("yesterday")}.get((today - when.date()).days, passing.day(when.date(), today))
    # Yesterday's reading beside the pad would be a suggestion.
    measured = kind.measured.question if kind.measured else ""
    shown = [answer for answer in line.answers if answer.name != measured][:_BEFORE]
    said = (passing.in_passing(answer, form, told.by.calendar, opened=False) for answer in shown)
    return " · ".join((f"{day} {when:%H:%M}", *said))


def _answers(programme: Programme, kind: TaskKind) -> tuple[QuickButton, ...]:
    """Quick answers by number, pinned to the version that shows them."""
    return tuple(
        QuickButton(f"{programme.version}/{number}", say(quick.label), primary=number == 0)
        for number, quick in enumerate(kind.quick)
    )


def _reading(programme: Programme, kind: TaskKind) -> ReadingPad | None:
    form = programme.forms.get(kind.form)
    question = form.question(kind.measured.question) if form is not None and kind.measured is not None else None
    if question is None or kind.measured is None:
        return None
    below = f"{kind.measured.below:g}" if kind.measured.below is not None else ""
    label = say(question.label) if question.label else question.name
    return ReadingPad(question.name, label, kind.measured.whole, below)
