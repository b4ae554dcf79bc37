"""A person: the measure and why, who it is when asked, what happened, links, forms, with whom they are."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from fangxian.accounts import actions as accounts
from fangxian.accounts.requests import acting
from fangxian.accounts.rules import may
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.capture import placing
from fangxian.console import fates, handing, numbered
from fangxian.console import person as told
from fangxian.console.asking import (
    answers,
    as_uuid,
    fillable,
    for_posts_that,
    forms_about,
    known_of,
    moment,
    person_in_sight,
    say,
    seen,
    subject_url,
)
from fangxian.console.opening import opening, opening_in
from fangxian.decide import reasons
from fangxian.journal import queries as journal
from fangxian.journal.queries import EntryLine, Key
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.keys import NoKey
from fangxian.programmes.types import Programme
from fangxian.subjects import queries as subjects
from fangxian.subjects.queries import SubjectIdentity
from fangxian.tasks import worklist
from fangxian.tasks.types import PASSED_ON, AssignmentReason
from fangxian.tasks.worklist import TaskView

from .passing_on import handed_on, is_over

SHOWN_FOR: Final = dt.timedelta(minutes=10)
SHOWN: Final = "identity_shown"
NOTED: Final = ("pass_on", "decline")
LINKS: Final = 12  # of a kind, before one asks for all


@for_posts_that(Action.SEE)
@require_GET
def subject(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Everything about one person that the post may see; masked until a purpose was told."""
    by, at = acting(request), clock.now()
    person, shown = person_in_sight(by, subject), seen(by)
    known = known_of(subject, shown)
    open_tasks = worklist.of_subject(subject, list(shown), open_only=True)
    purpose = _purpose(request, subject, at)
    allowed = opening_in(by, person)
    opened = allowed if purpose else ()
    if opened:
        _log(by, person, opened[0], purpose, at)
    before = _before(request)
    lines = journal.timeline(
        subject, list(shown), key=person.key, opened=opened, before=before, limit=journal.PAGE + 1
    )
    more = lines[journal.PAGE - 1] if len(lines) > journal.PAGE else None
    lines = lines[: journal.PAGE]
    ties = subjects.links(subject, list(shown.values()))
    most = None if _all_links(request) else LINKS

    def naming(people: Collection[SubjectIdentity]) -> Collection[uuid.UUID]:
        return _named(by, people, purpose, at) if opened else ()

    return render(
        request,
        "console/subject/page.html",
        {
            "person": person,
            "name": _name(person, opened=bool(opened)),
            "drill": person.drill,
            "closed": say(person.closed.sentence) if person.closed else "",
            "place": _place(person),
            "opened": bool(opened),
            **_decisions(by, subject, shown),
            "identity": told.identity_rows(person, shown.values(), shown=bool(opened)),
            "purposes": [{"value": value, "label": label} for value, label in told.PURPOSES.items()],
            "show_url": reverse("subject_identity", args=[subject]) if allowed else "",
            "events": told.events(
                lines, by, shown, opened=opened, doors=told.sharing(ties, shown),
                notes=_notes(lines, readable=bool(allowed)),
            ),
            "more": _more(more),
            "curves": told.curves(lines, by, shown),
            "links": [*_twins(person, by), *told.links(ties, by, shown, most, naming)],
            "raised": fates.told(by, [subject], at),
            "numbered": numbered.numbered(by, subject, shown),
            "facts": _facts(shown, known, opened=opened),
            "looks": told.looks(subject) if allowed or _may_audit(by, person) else [],
            "forms": [] if is_over(person) else _forms(by, person, shown, known, open_tasks),
            "tasks": [_task(task, by, shown) for task in open_tasks],
            "takers": _takers(by, open_tasks, at),
            **handed_on(by, person, shown),
        },
    )


@for_posts_that(Action.SEE)
@require_GET
def why(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """How the measure of ``?programme=`` came about, row by row; for htmx without the page around it."""
    by = acting(request)
    person, shown = person_in_sight(by, subject), seen(by)
    opened = opening_in(by, person) if _purpose(request, subject, clock.now()) else ()
    one = reasons.current([subject], list(shown)).get((subject, request.GET.get("programme") or next(iter(shown), "")))
    if one is None:
        raise Problem(errors.NOT_FOUND)
    page = "why_body" if request.headers.get("HX-Request") == "true" else "why"
    return render(
        request,
        f"console/subject/{page}.html",
        {
            "why": told.explanation(one, reasons.why(one, by.calendar), by, opened=one.programme in opened),
            "measure": told.measure(one, reasons.because(one), by, at=clock.now()),
            "name": person.masked_name,
            "url": subject_url(subject),
        },
    )


@for_posts_that(Action.SEE)
@require_POST
def identity(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Ask to see who it is: the purpose is told once, holds for ten minutes, and every view of it is logged."""
    by, at = acting(request), clock.now()
    person = person_in_sight(by, subject)
    purpose = request.POST.get("purpose", "")
    if not opening_in(by, person):
        raise Problem(errors.NOT_ALLOWED)
    if purpose not in told.PURPOSES:
        raise Problem(errors.NOT_FOUND)
    request.session[SHOWN] = {str(subject): [purpose, at.isoformat()]}
    return HttpResponseRedirect(subject_url(subject))


def _purpose(request: HttpRequest, subject: uuid.UUID, at: dt.datetime) -> str:
    """The purpose told for this person a short while ago, else nothing."""
    purpose, since = request.session.get(SHOWN, {}).get(str(subject), ("", ""))
    return str(purpose) if purpose and at - moment(since, at - SHOWN_FOR) < SHOWN_FOR else ""


def _named(by: Acting, people: Collection[SubjectIdentity], purpose: str, at: dt.datetime) -> Collection[uuid.UUID]:
    """Those linked to somebody whom one may see by name as well: the same look, under a programme of each."""
    allowed = opening(by, people)
    for programme in sorted({programmes[0] for programmes in allowed.values()}):
        accounts.log_access(
            by=by, action=Action.IDENTITY, purpose=purpose, at=at, programme=programme,
            subjects={one.id: one.path for one in people if allowed.get(one.id, ("",))[0] == programme})
    return allowed


def _log(by: Acting, person: SubjectIdentity, programme: str, purpose: str, at: dt.datetime) -> None:
    accounts.log_access(
        by=by, action=Action.IDENTITY, purpose=purpose, at=at, programme=programme, subjects={person.id: person.path})


def _before(request: HttpRequest) -> Key | None:
    at, _sep, entry = request.GET.get("before", "").partition("_")
    try:
        return Key(moment(at, clock.now()), uuid.UUID(entry)) if entry else None
    except ValueError:
        raise Problem(errors.NOT_FOUND) from None


def _more(last: EntryLine | None) -> str:
    return "" if last is None else f"?before={last.happened_at:%Y-%m-%dT%H:%M:%S.%fZ}_{last.id}"


def _notes(lines: Sequence[EntryLine], *, readable: bool) -> dict[uuid.UUID, str]:
    """What was written when somebody was passed on or declined, by the command's id. It may say who somebody is, so it
    is for those who may see that."""
    handovers = {line.id: as_uuid(line.body["handover"]) for line in lines if line.form in NOTED}
    written = worklist.notes(handovers.values()) if handovers else {}
    found = {line.id: written.get((handovers[line.id], line.form), "") for line in lines if line.id in handovers}
    return {command: note if readable else _("A note is written here, for posts that may see who this is.")
            for command, note in found.items() if note}


def _twins(person: SubjectIdentity, by: Acting) -> list[dict[str, Any]]:
    """Other records within sight that bear the same document: to be compared, for they may be one person."""
    try:
        found = subjects.same_document(person, by.range)
    except NoKey as why:  # another key than this person's: that they may be here twice can't be told
        return [{"note": say(why.sentence)}]
    shown = [told.linked(one) for one in subjects.identities(found, by.range).values()]
    return [{"label": _("The same document is also here"), "people": shown, "count": len(shown)}] if shown else []


def _all_links(request: HttpRequest) -> bool:
    return request.GET.get("links") == "all"


def _name(person: SubjectIdentity, *, opened: bool) -> str:
    return (person.name if opened else person.masked_name) or _("Name not known")


def _place(person: SubjectIdentity) -> str:
    return " › ".join(node.name for node in areas.lineages([person.path]).get(person.path, [])[-3:])


def _decisions(by: Acting, subject: uuid.UUID, shown: dict[str, Programme]) -> dict[str, Any]:
    current = reasons.current([subject], list(shown)).values()
    return {
        "measures": [told.measure(one, reasons.because(one), by, at=clock.now()) for one in current],
    }


def _facts(
    shown: dict[str, Programme], told_of: dict[str, dict[str, Any]], *, opened: Collection[str]
) -> list[dict[str, Any]]:
    found = []
    for programme in shown.values():
        known = subjects.labelled(programme, told_of.get(programme.id, {}), opened=programme.id in opened)
        if known:
            places = areas.by_code([str(one.value) for one in known if one.fact.name == programme.place])
            rows = [
                {
                    "label": say(one.fact.label),
                    "value": one.value,
                    "text": places[one.value].name
                    if one.fact.name == programme.place and one.value in places
                    else say(one.text),
                }
                for one in known
            ]
            found.append({"title": say(programme.title), "rows": [_with_moment(row) for row in rows]})
    return found


def _with_moment(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "at": row["value"] if isinstance(row["value"], dt.datetime) else None}


def _forms(
    by: Acting, person: SubjectIdentity, shown: dict[str, Programme], known: Iterable[str],
    open_tasks: Sequence[TaskView],
) -> list[dict[str, str]]:
    """The forms one may fill about this person, in the programmes it is known in; what a task asks for comes first.
    A place is chosen among grids by name, by its task or by passing somebody on, and not by typing a code.
    """
    taken = forms_about(by, person)
    asked = {(task.programme, task.form): _fill_url(task) for task in open_tasks if answers(by, task)}
    pairs = [(name, form) for name in known for form in fillable(by, shown[name])
             if (taken is None or (name, form) in taken)
             and ((name, form) in asked or not placing.is_chosen_here(by, shown[name], form))]
    pairs.sort(key=lambda pair: pair not in asked)
    return [
        {
            "label": say(shown[name].forms[form].title),
            "url": asked.get((name, form)) or f"{reverse('fill', args=[name, form])}?subject={person.id}",
        }
        for name, form in pairs
    ]


def _fill_url(task: TaskView) -> str:
    return f"{reverse('fill', args=[task.programme, task.form])}?subject={task.subject}&task={task.id}"


def _task(task: TaskView, by: Acting, shown: dict[str, Programme]) -> dict[str, Any]:
    kind = shown[task.programme].tasks.get(task.kind)
    may_fill = answers(by, task) and task.form in fillable(by, shown[task.programme])
    return {
        "what": say(kind.label) if kind else task.kind,
        "due": task.due,
        "urgent": task.urgent,
        "with": task.why_post.removeprefix(PASSED_ON) if task.why_post.startswith(PASSED_ON) else "",
        "url": _fill_url(task) if may_fill else "",
        "id": task.id,
        "who": next((label for _post, label in handing.called([task.post])), "") if task.post else "",
        "given": task.why_post == AssignmentReason.REASSIGNED,
        "may": task.path in by.range and may(by, Action.REASSIGN, task.programme),
    }


def _takers(by: Acting, open_tasks: Sequence[TaskView], at: dt.datetime) -> list[dict[str, Any]]:
    """To whom the open tasks that one may give can be given."""
    own = [task for task in open_tasks if task.path in by.range and may(by, Action.REASSIGN, task.programme)]
    return handing.takers(by, {(task.programme, task.form) for task in own}, (task.path for task in own), at,
                          (task.due for task in own))


@for_posts_that(Action.REASSIGN)
@require_POST
def hand(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Give an open task about somebody, take it back, or remind whoever has it."""
    by, at = acting(request), clock.now()
    person = person_in_sight(by, subject)
    own = {str(task.id) for task in worklist.of_subject(person.id, list(seen(by)), open_only=True)}
    chosen = request.POST.getlist("task")
    if not set(chosen) <= own:
        raise Problem(errors.CHANGED_MEANWHILE)
    handing.tell(request, by, chosen, at)
    return HttpResponseRedirect(subject_url(subject))


def _may_audit(by: Acting, person: SubjectIdentity) -> bool:
    return any(may(by, Action.AUDIT, programme) for programme in person.programmes)


urlpatterns = [
    path("subjects/<uuid:subject>/", subject, name="subject"),
    path("subjects/<uuid:subject>/tasks/", hand, name="subject_tasks"),
    path("subjects/<uuid:subject>/why/", why, name="subject_why"),
    path("subjects/<uuid:subject>/identity/", identity, name="subject_identity"),
]
