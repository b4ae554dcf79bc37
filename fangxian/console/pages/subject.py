"""A person: the measure and why, who it is when asked, what happened, links, forms, passing on."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fangxian.accounts import actions as accounts
from fangxian.accounts.requests import acting
from fangxian.accounts.rules import may, require
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.areas.types import EVERYWHERE, SEGMENT, subtree
from fangxian.console import person as told
from fangxian.console.asking import actor, fillable, for_posts_that, identity_allowed, moment, say, seen, subject_url
from fangxian.decide import reasons
from fangxian.journal import queries as journal
from fangxian.journal.queries import Key, Line
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem
from fangxian.programmes.types import Programme
from fangxian.subjects import queries as subjects
from fangxian.subjects.queries import Identity
from fangxian.tasks import actions as tasks
from fangxian.tasks import rounds
from fangxian.tasks.rounds import Task

SHOWN_FOR: Final = dt.timedelta(minutes=10)
SHOWN: Final = "identity_shown"
CITY: Final = 2 * SEGMENT
LINKS: Final = 12  # of a kind, before one asks for all


@for_posts_that(Action.SEE)
@require_GET
def subject(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Everything about one person that the post may see; masked until a purpose was told."""
    by, at = acting(request), clock.now()
    person, shown = _person(by, subject), seen(by)
    known = _known(subject, shown)
    open_tasks = rounds.of_subject(subject, list(shown), open_only=True)
    purpose = _purpose(request, subject, at)
    opened = purpose != "" and identity_allowed(by, shown)
    if opened:
        _log(by, person, purpose, at)
    before = _before(request)
    lines = journal.timeline(
        subject, list(shown), key=person.key if opened else None, before=before, limit=journal.PAGE + 1
    )
    more = lines[journal.PAGE - 1] if len(lines) > journal.PAGE else None
    lines = lines[: journal.PAGE]
    ties = subjects.links(subject, list(shown.values()))
    return render(
        request,
        "console/subject/page.html",
        {
            "person": person,
            "name": _name(person, opened=opened),
            "place": _place(person),
            "opened": opened,
            **_decisions(by, subject, shown),
            "identity": told.identity_rows(person, shown.values(), shown=opened),
            "purposes": [{"value": value, "label": label} for value, label in told.PURPOSES.items()],
            "show_url": reverse("subject_identity", args=[subject]) if identity_allowed(by, shown) else "",
            "events": told.events(lines, by, shown, opened=opened, doors=told.sharing(ties, shown)),
            "more": _more(more),
            "curves": told.curves(lines, by, shown),
            "links": [*_twins(person, by), *told.links(ties, by, shown, None if _all_links(request) else LINKS)],
            "facts": _facts(shown, known, opened=opened),
            "looks": told.looks(subject) if _may_audit(by, shown) else [],
            "forms": _forms(by, subject, shown, known, open_tasks),
            "tasks": [_task(task, by, shown) for task in open_tasks],
            "pass_on_url": _pass_on_url(by, subject, shown),
            "handover": _handover(subject, shown),
        },
    )


@for_posts_that(Action.SEE)
@require_GET
def why(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """How the measure of ``?programme=`` came about, row by row; for htmx without the page around it."""
    by = acting(request)
    person, shown = _person(by, subject), seen(by)
    opened = _purpose(request, subject, clock.now()) != "" and identity_allowed(by, shown)
    one = reasons.current([subject], list(shown)).get((subject, request.GET.get("programme") or next(iter(shown), "")))
    if one is None:
        raise Problem(errors.NOT_FOUND)
    page = "why_body" if request.headers.get("HX-Request") == "true" else "why"
    return render(
        request,
        f"console/subject/{page}.html",
        {
            "why": told.explanation(one, reasons.why(one, by.calendar), by, opened=opened),
            "measure": told.measure(one, reasons.because(one), by),
            "name": person.masked_name,
            "url": subject_url(subject),
        },
    )


@for_posts_that(Action.SEE)
@require_POST
def identity(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Ask to see who it is: the purpose is told once, holds for ten minutes, and every view of it is logged."""
    by, at = acting(request), clock.now()
    _person(by, subject)
    purpose = request.POST.get("purpose", "")
    if not identity_allowed(by, seen(by)):
        raise Problem(errors.NOT_ALLOWED)
    if purpose not in told.PURPOSES:
        raise Problem(errors.NOT_FOUND)
    request.session[SHOWN] = {str(subject): [purpose, at.isoformat()]}
    return HttpResponseRedirect(subject_url(subject))


@for_posts_that(Action.PASS_ON)
@require_http_methods(["GET", "POST"])
def pass_on(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Choose another area and ask it to take the person over; until it accepts, the present one answers."""
    by, at = acting(request), clock.now()
    person, shown = _person(by, subject), seen(by)
    programmes = [programme for programme in _known(subject, shown) if may(by, Action.PASS_ON, programme)]
    if not programmes:
        raise Problem(errors.NOT_FOUND)
    text = request.GET.get("q", "").replace("\0", "").strip()
    if request.method == "POST":
        require(by, Action.PASS_ON, programmes[0])
        node = areas.by_code([request.POST.get("area", "")]).get(request.POST.get("area", ""))
        if node is None:
            raise Problem(errors.UNKNOWN_AREA, code=request.POST.get("area", ""))
        tasks.pass_on(
            programme=programmes[0],
            subject=subject,
            to_path=node.path,
            note=request.POST.get("note", ""),
            by=actor(by, request),
            at=at,
        )
        messages.success(
            request,
            _("%(area)s has been asked. Until it accepts, you still answer for this person.") % {"area": node.name},
        )
        return HttpResponseRedirect(subject_url(subject))
    within = EVERYWHERE if text.isdigit() else subtree(by.path[:CITY])
    found = areas.find(text, within=within, limit=20) if text else []
    ways = areas.lineages(node.path for node in found)
    return render(
        request,
        "console/subject/pass_on.html",
        {
            "name": person.masked_name,
            "q": text,
            "url": subject_url(subject),
            "areas": [
                {"code": node.code, "name": node.name, "way": " › ".join(one.name for one in ways[node.path][-4:-1])}
                for node in found
                if node.path != person.path
            ],
        },
    )


def _person(by: Acting, subject: uuid.UUID) -> Identity:
    found = subjects.identities([subject], by.range).get(subject)
    if found is None:
        raise Problem(errors.NOT_FOUND)
    return found


def _purpose(request: HttpRequest, subject: uuid.UUID, at: dt.datetime) -> str:
    """The purpose told for this person a short while ago, else nothing."""
    purpose, since = request.session.get(SHOWN, {}).get(str(subject), ("", ""))
    return str(purpose) if purpose and at - moment(since, at - SHOWN_FOR) < SHOWN_FOR else ""


def _log(by: Acting, person: Identity, purpose: str, at: dt.datetime) -> None:
    accounts.log_access(by=by, action=Action.IDENTITY, purpose=purpose, at=at, subjects={person.id: person.path})


def _before(request: HttpRequest) -> Key | None:
    at, _sep, entry = request.GET.get("before", "").partition("_")
    try:
        return Key(moment(at, clock.now()), uuid.UUID(entry)) if entry else None
    except ValueError:
        raise Problem(errors.NOT_FOUND) from None


def _more(last: Line | None) -> str:
    return "" if last is None else f"?before={last.happened_at:%Y-%m-%dT%H:%M:%S.%fZ}_{last.id}"


def _twins(person: Identity, by: Acting) -> list[dict[str, Any]]:
    """Other records within sight that bear the same document: to be compared, for they may be one person."""
    found = subjects.same_document(person.parts, by.range) - {person.id}
    shown = [told.linked(one) for one in subjects.identities(found, by.range).values()]
    return [{"label": _("The same document is also here"), "people": shown, "count": len(shown)}] if shown else []


def _all_links(request: HttpRequest) -> bool:
    return request.GET.get("links") == "all"


def _name(person: Identity, *, opened: bool) -> str:
    if person.gone:
        return _("Identity destroyed")
    return (person.name if opened else person.masked_name) or _("Name not known")


def _place(person: Identity) -> str:
    return " › ".join(node.name for node in areas.lineages([person.path]).get(person.path, [])[-3:])


def _decisions(by: Acting, subject: uuid.UUID, shown: dict[str, Programme]) -> dict[str, Any]:
    current = reasons.current([subject], list(shown)).values()
    return {
        "measures": [told.measure(one, reasons.because(one), by) for one in current],
    }


def _facts(
    shown: dict[str, Programme], told_of: dict[str, dict[str, Any]], *, opened: bool
) -> list[dict[str, Any]]:
    found = []
    for programme in shown.values():
        known = subjects.labelled(programme, told_of.get(programme.id, {}), opened=opened)
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


def _known(subject: uuid.UUID, shown: dict[str, Programme]) -> dict[str, dict[str, Any]]:
    """The facts by programme, of those it is known in."""
    found = {programme.id: subjects.facts(programme, subject) for programme in shown.values()}
    return {programme: facts for programme, facts in found.items() if facts}


def _forms(
    by: Acting, subject: uuid.UUID, shown: dict[str, Programme], known: Iterable[str], open_tasks: Sequence[Task]
) -> list[dict[str, str]]:
    """The forms one may fill about this person, in the programmes it is known in; what a task asks for comes first."""
    asked = {(task.programme, task.form): _fill_url(task) for task in open_tasks}
    pairs = [(name, form) for name in known for form in fillable(by, shown[name])]
    pairs.sort(key=lambda pair: pair not in asked)
    return [
        {
            "label": say(shown[name].forms[form].title),
            "url": asked.get((name, form)) or f"{reverse('fill', args=[name, form])}?subject={subject}",
        }
        for name, form in pairs
    ]


def _fill_url(task: Task) -> str:
    return f"{reverse('fill', args=[task.programme, task.form])}?subject={task.subject}&task={task.id}"


def _task(task: Task, by: Acting, shown: dict[str, Programme]) -> dict[str, Any]:
    kind = shown[task.programme].tasks.get(task.kind)
    may_fill = task.form in fillable(by, shown[task.programme])
    return {
        "what": say(kind.label) if kind else task.kind,
        "due": task.due,
        "urgent": task.urgent,
        "url": _fill_url(task) if may_fill else "",
    }


def _may_audit(by: Acting, shown: dict[str, Programme]) -> bool:
    return identity_allowed(by, shown) or any(may(by, Action.AUDIT, programme) for programme in shown)


def _pass_on_url(by: Acting, subject: uuid.UUID, shown: dict[str, Programme]) -> str:
    allowed = any(may(by, Action.PASS_ON, programme) for programme in shown)
    return reverse("subject_pass_on", args=[subject]) if allowed else ""


def _handover(subject: uuid.UUID, shown: dict[str, Programme]) -> dict[str, Any] | None:
    asked = rounds.handover_asked(subject, list(shown))
    if asked is None:
        return None
    node = areas.nodes([asked[1]]).get(asked[1])
    return {"area": node.name if node else "", "due": asked[2]}


urlpatterns = [
    path("subjects/<uuid:subject>/", subject, name="subject"),
    path("subjects/<uuid:subject>/why/", why, name="subject_why"),
    path("subjects/<uuid:subject>/identity/", identity, name="subject_identity"),
    path("subjects/<uuid:subject>/pass-on/", pass_on, name="subject_pass_on"),
]
