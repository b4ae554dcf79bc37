"""Passing a person on: to another area or to a department, either of which must accept; and giving the person back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from fangxian.accounts import queries as accounts
from fangxian.accounts.queries import Department
from fangxian.accounts.requests import acting
from fangxian.accounts.rules import may, require
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.areas.types import EVERYWHERE, SEGMENT, Node, subtree
from fangxian.console.asking import (
    actor,
    for_posts_that,
    known_of,
    listed,
    person_in_sight,
    say,
    seen,
    subject_url,
)
from fangxian.journal import presence
from fangxian.kernel import clock, decisions, errors
from fangxian.kernel.errors import Problem
from fangxian.programmes.types import Programme
from fangxian.subjects.queries import SubjectIdentity
from fangxian.tasks import actions as tasks
from fangxian.tasks import worklist
from fangxian.tasks.worklist import Handed

CITY: Final = 2 * SEGMENT
NAMED: Final = 3  # of those on duty; the others are counted
DEPARTMENT: Final = "department"


@for_posts_that(Action.PASS_ON)
@require_http_methods(["GET", "POST"])
def pass_on(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Choose another area or a department and ask it to take the person over; until it accepts, the present one
    answers."""
    by, at = acting(request), clock.now()
    person, shown = person_in_sight(by, subject), seen(by)
    programme = next((one for one in known_of(subject, shown) if may(by, Action.PASS_ON, one)), None)
    if programme is None or person.path not in by.range:
        raise Problem(errors.NOT_FOUND)
    if request.method == "POST":
        require(by, Action.PASS_ON, programme)
        return _asked(request, person, programme, at)
    to_department = request.GET.get("to") == DEPARTMENT
    handed = worklist.handed(subject, [programme])
    return render(
        request,
        "console/subject/pass_on.html",
        {
            "name": person.masked_name,
            "url": subject_url(subject),
            "asked": next(iter(_whom([one for one in handed if one.since is None])), ""),
            "tabs": _tabs(subject, to_department=to_department),
            "to_department": to_department,
            **(_departments(person, programme, _held(handed), at) if to_department else _areas(request, by, person)),
        },
    )


@for_posts_that(Action.SEE)
@require_POST
def give_back(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """End a department's hold of a person: by the department, or by a lead of the area, which answers again at once."""
    by = acting(request)
    person, shown = person_in_sight(by, subject), seen(by)
    programme = request.POST.get("programme", "")
    held = next((one for one in _held(worklist.handed(subject, list(shown))) if one.programme == programme), None)
    if held is None:
        raise Problem(errors.NOT_FOUND)
    if _own(held, by):  # the department has the person, and may let them go: nobody else has to allow it
        decisions.note(Action.PASS_ON, programme)
    else:
        require(by, Action.PASS_ON, programme)
    tasks.give_back(programme=programme, subject=subject, by=actor(by, request), at=clock.now())
    node = areas.nodes([person.path]).get(person.path)
    messages.success(
        request, _("Given back: the tasks are with %(area)s again.") % {"area": node.name if node else ""}
    )
    return HttpResponseRedirect(subject_url(subject))


def is_over(person: SubjectIdentity) -> bool:
    """Whether it is somebody of a drill that ended: nothing more is done about them."""
    return person.drill and not presence.going_on([person.id])


def handed_on(by: Acting, person: SubjectIdentity, shown: Mapping[str, Programme]) -> dict[str, Any]:
    """For the person's page: who is asked to take the person over, and the departments the person is with."""
    subject = person.id
    handed = worklist.handed(subject, list(shown))
    waiting = [one for one in handed if one.since is None]
    allowed = person.path in by.range and not is_over(person) and any(
        may(by, Action.PASS_ON, programme) for programme in shown)
    held = _held(handed)
    return {
        "pass_on_url": reverse("subject_pass_on", args=[subject]) if allowed else "",
        "asked": [{"whom": whom, "due": one.due} for whom, one in zip(_whom(waiting), waiting, strict=True)],
        "held": [
            {
                "department": one.department,
                "since": one.since,
                "programme": one.programme,
                "title": say(shown[one.programme].title) if len(held) > 1 else "",
                "url": reverse("subject_give_back", args=[subject]) if _may_give_back(one, by) else "",
            }
            for one in held
        ],
    }


def _held(handed: list[Handed]) -> list[Handed]:
    return [one for one in handed if one.since is not None]


def _whom(asked: list[Handed]) -> list[str]:
    """By name, who was asked: the department, else the area."""
    nodes = areas.nodes({one.path for one in asked})
    return [one.department or (nodes[one.path].name if one.path in nodes else "") for one in asked]


def _may_give_back(held: Handed, by: Acting) -> bool:
    return _own(held, by) or may(by, Action.PASS_ON, held.programme)


def _own(held: Handed, by: Acting) -> bool:
    own = bool(by.department) and held.department == by.department and held.path in by.range
    return own and may(by, Action.FILL, held.programme)


def _asked(request: HttpRequest, person: SubjectIdentity, programme: str, at: dt.datetime) -> HttpResponse:
    code, _colon, department = request.POST.get("to", "").partition(":")
    node = areas.by_code([code]).get(code)
    if node is None:
        raise Problem(errors.UNKNOWN_AREA, code=code)
    tasks.pass_on(
        programme=programme,
        subject=person.id,
        to_path=node.path,
        department=department,
        note=request.POST.get("note", ""),
        by=actor(acting(request), request),
        at=at,
    )
    messages.success(
        request,
        _("%(area)s has been asked. Until it accepts, you still answer for this person.")
        % {"area": department or node.name},
    )
    return HttpResponseRedirect(subject_url(person.id))


def _tabs(subject: uuid.UUID, *, to_department: bool) -> list[dict[str, Any]]:
    here = reverse("subject_pass_on", args=[subject])
    return [
        {"label": _("Another area"), "url": here, "count": None, "active": not to_department},
        {"label": _("A department"), "url": f"{here}?to={DEPARTMENT}", "count": None, "active": to_department},
    ]


def _areas(request: HttpRequest, by: Acting, person: SubjectIdentity) -> dict[str, Any]:
    text = request.GET.get("q", "").replace("\0", "").strip()
    within = EVERYWHERE if text.isdigit() else subtree(by.path[:CITY])
    found = areas.find(text, within=within, limit=20) if text else []
    ways = areas.lineages(node.path for node in found)
    return {
        "q": text,
        "choices": [
            {"value": node.code, "name": node.name, "more": " › ".join(one.name for one in ways[node.path][-4:-1])}
            for node in found
            if node.path != person.path
        ],
    }


def _departments(person: SubjectIdentity, programme: str, held: list[Handed], at: dt.datetime) -> dict[str, Any]:
    """The departments over the person's place, but the one the person is with."""
    having = {(one.department, one.path) for one in held}
    over = accounts.departments_over(person.path, programme, at)
    found = [one for one in over if (one.name, one.path) not in having]
    nodes = areas.nodes({one.path for one in found})
    people = accounts.people({duty.post.id for one in found for duty in one.on_duty})
    return {
        "choices": [
            {
                "value": f"{nodes[one.path].code}:{one.name}",
                "name": one.name,
                "more": _staffed(one, nodes[one.path], [people[duty.post.id].name for duty in one.on_duty]),
            }
            for one in found
        ],
        "held": held,
    }


def _staffed(department: Department, node: Node, on_duty: list[str]) -> str:
    """Where a department works, with how many posts, and who of them is there now."""
    number = len(department.posts)
    posts = ngettext("%(n)d post", "%(n)d posts", number) % {"n": number}
    names = listed(on_duty[:NAMED]) + (f" +{len(on_duty) - NAMED}" if len(on_duty) > NAMED else "")
    now = _("on duty now: %(names)s") % {"names": names} if on_duty else _("nobody on duty now")
    return f"{node.name} · {posts} · {now}"


urlpatterns = [
    path("subjects/<uuid:subject>/pass-on/", pass_on, name="subject_pass_on"),
    path("subjects/<uuid:subject>/give-back/", give_back, name="subject_give_back"),
]
