"""The team: who has how much, who is on duty, whose tasks nobody has; giving tasks away in one step."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from fangxian.accounts import actions as accounts_actions
from fangxian.accounts import approvals, checks
from fangxian.accounts import queries as accounts
from fangxian.accounts.requests import acting
from fangxian.accounts.rules import Roster, RosterPost, answers_for, may, require_each, require_place
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.areas.types import parent_path, subtree
from fangxian.console import handing, opening
from fangxian.console.asking import for_posts_that, whole_number
from fangxian.console.people_lines import Lines, task_columns, task_rows
from fangxian.console.shell import label_of
from fangxian.console.templatetags.parts import moment
from fangxian.console.viewpoint import Viewpoint, actor, crumbs, link, viewpoint
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem
from fangxian.tasks import actions, queries
from fangxian.tasks.queries import Load

PAGE: Final = 60
TASKS: Final = 50
LONGEST: Final = 60


def team(request: HttpRequest, code: str | None = None) -> HttpResponse:
    """The posts of an area with what they have to do, and the tasks of nobody."""
    view = viewpoint(request, code)
    after = _after(request)
    within = subtree(view.area.path)
    posts = accounts.posts_in(within, view.at, after=after, limit=PAGE + 1)
    page = posts[:PAGE]
    nobody = queries.open_of(None, within, limit=TASKS)
    named = opening.to_act_on(view.by, view.programmes, nobody, view.at)
    follow = f"{view.to('team', view.area.code)}&after={page[-1].path}|{page[-1].id}" if len(posts) > PAGE else ""
    return render(
        request,
        "console/team/team.html",
        {
            "view": view,
            "items": crumbs(view, "team"),
            "title": _("Team of %(area)s") % {"area": view.area.name},
            "rows": _rows(view, page),
            "columns": _columns(),
            "next": follow,
            "nobody": task_rows(Lines(view.programme, nobody, opened=named, others=view.programmes), nobody),
            "task_columns": task_columns(),
        },
    )


def member(request: HttpRequest, pk: int) -> HttpResponse:
    """One post: its open tasks, to be given to another in one go, and what to do when the worker falls ill."""
    by, at = acting(request), clock.now()
    post = _post(by, pk, at)
    view = viewpoint(request)
    tasks = queries.open_of(pk, by.range, limit=TASKS)
    named = opening.to_act_on(by, view.programmes, tasks, at)
    lines = Lines(view.programme, tasks, opened=named, others=view.programmes)
    person = accounts.people([pk]).get(pk)
    away = [{"id": one, "begins": away.begins, "ends": away.ends, "begun": away.begins <= at}
            for one, away in accounts.absences_of(pk, at)]
    giving = any(may(by, Action.REASSIGN, programme) for programme in by.programmes)
    takers = handing.takers(by, {(task.programme, task.form) for task in tasks}, (task.path for task in tasks), at,
                            (task.due for task in tasks))
    columns = task_columns()
    told = zip(task_rows(lines, tasks), tasks, strict=True)
    rows = [_open_task(row["cells"], columns, task.task, giving=bool(takers)) for row, task in told]
    return render(
        request,
        "console/team/member.html",
        {
            "post": pk,
            "title": person.name if person else "",
            "subtitle": _described(post),
            "rows": rows,
            "away": away,
            "load": queries.loads([pk], at).get(pk, Load()),
            "takers": [one for one in takers if one["id"] != pk],
            "standing_in": _standing_in(by, post, at),
            "columns": columns,
            "items": [{"label": _("Team"), "url": link("team")}, {"label": person.name if person else "", "url": ""}],
            "may": giving,
            "reassign_url": link("reassign", pk),
            "absence_url": link("worker_away", pk),
            "may_back": giving or (by.post == pk and by.through is None),
            "back_url": link("worker_back", pk),
        },
    )


def _open_task(
    cells: Sequence[Mapping[str, Any]], columns: Sequence[Mapping[str, str]], task: uuid.UUID, *, giving: bool
) -> dict[str, Any]:
    """A line of ``team/task.html``."""
    who, what, due, state, *_rest = cells
    return {
        **{f"label{number}": column["label"] for number, column in enumerate(columns)},
        "id": task,
        "name": who["text"],
        "url": who["url"],
        "address": who["note"],
        "what": what["text"],
        "due": moment(due["at"], "due"),
        "reason": state["note"],
        "may": giving,
    }


@for_posts_that(Action.REASSIGN)
@require_POST
def reassign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the chosen tasks, or all of a post, to another; take them back, or remind of them: as on every list."""
    by, at = acting(request), clock.now()
    _post(by, pk, at)
    chosen = request.POST.getlist("task")
    if request.POST.get("all"):
        chosen = [str(one.task) for one in queries.open_of(pk, by.range, limit=50_000)]
    handing.tell(request, by, chosen, at)
    return HttpResponseRedirect(link("team_member", pk))


@require_POST
def worker_away(request: HttpRequest, pk: int) -> HttpResponse:
    """A worker falls ill: the absence is recorded, and the open tasks go to the substitute or the area above."""
    by, at = acting(request), clock.now()
    post = _post(by, pk, at)
    if touched := queries.programmes_of(pk):  # without open tasks the absence alone is judged, below
        require_each(by, Action.REASSIGN, touched)
    days = min(LONGEST, max(1, _number(request.POST.get("days", "1"))))
    chosen = request.POST.get("substitute", "")
    standing = _post(by, _number(chosen), at) if chosen else None
    if standing is not None:
        checks.require_fit(post, standing)
    ends = post.calendar.day_ends(post.calendar.operational_day(at) + dt.timedelta(days=days - 1))
    whole = approvals.let_be_away(
        post=pk,
        begins=at,
        ends=ends,
        substitute=standing.id if standing else None,
        reason=request.POST.get("reason", "")[:200],
        by=by,
        at=at,
    )
    count = actions.spread(post=pk, by=actor(by), at=at)
    if left := handing.left_alone(post, at, ends, by):
        messages.warning(request, left)
    if not whole:
        messages.info(request, _("Who stands in waits for a second person."))
    messages.success(
        request,
        ngettext("Recorded; %(n)d task went to others.", "Recorded; %(n)d tasks went to others.", count) % {"n": count},
    )
    return HttpResponseRedirect(_shown_again(by, pk))


@require_POST
def worker_back(request: HttpRequest, pk: int) -> HttpResponse:
    """A worker is there again before the absence ends, or it was entered by mistake. Field: ``absence``."""
    by, at = acting(request), clock.now()
    _post(by, pk, at)
    absence = _number(request.POST.get("absence", ""))
    if absence not in {one for one, _away in accounts.absences_of(pk, at)}:
        raise Problem(errors.NOT_FOUND)
    accounts_actions.end_absence(absence=absence, by=by, at=at)
    messages.success(request, _("Back on duty. New tasks come here again; those given away stay where they are."))
    return HttpResponseRedirect(reverse("my_day") if by.post == pk else _shown_again(by, pk))


def _shown_again(by: Acting, post: int) -> str:
    """Where the post is shown to who sees its tasks, else to who sets it up."""
    return link("team_member", post) if by.programmes else reverse("set_up_post", args=[post])


urlpatterns = [
    path("team/", team, name="team"),
    path("team/post/<int:pk>/", member, name="team_member"),
    path("team/post/<int:pk>/reassign/", reassign, name="reassign"),
    path("team/post/<int:pk>/away/", worker_away, name="worker_away"),
    path("team/post/<int:pk>/back/", worker_back, name="worker_back"),
    path("team/<str:code>/", team, name="team"),
]


def _post(by: Acting, pk: int, at: dt.datetime) -> RosterPost:
    post = accounts.roster().posts.get(pk)
    if post is None or not post.in_force(at):
        raise Problem(errors.NOT_FOUND)
    require_place(by, post.path)
    return post


def _standing_in(by: Acting, post: RosterPost, at: dt.datetime) -> list[dict[str, Any]]:
    """Who can act in this post's place: others of its kind around, and who is directly above, the nearest first."""
    above = parent_path(post.path)
    around = subtree(above) if above in by.range else by.range
    posts = [one for one in accounts.posts_in(around, at, limit=PAGE) if answers_for(post, one) and one.id != post.id]
    fit = checks.stand_ins(post, [one for one in posts if one.present(at)], by, at)
    people = accounts.people(fit)
    return [
        {"id": one.id, "label": f"{people[one.id].name} · {_described(one)}"}
        for one in posts
        if one.id in fit and not fit[one.id]
    ]


def _described(post: RosterPost) -> str:
    node = areas.nodes([post.path]).get(post.path)
    return f"{label_of(post.kind)} · {node.name if node else ''}"


def _columns() -> list[dict[str, str]]:
    return [
        {"label": _("Name")},
        {"label": _("Area")},
        {"label": _("Duty")},
        {"label": _("Open"), "kind": "number"},
        {"label": _("Late"), "kind": "number"},
    ]


def _rows(view: Viewpoint, posts: list[RosterPost]) -> list[dict[str, Any]]:
    roster = accounts.roster()
    people = accounts.people(post.id for post in posts)
    loads = queries.loads([post.id for post in posts], view.at)
    nodes = areas.nodes({post.path for post in posts})
    rows = []
    for post in posts:
        load = loads.get(post.id, Load())
        name = people[post.id].name if post.id in people else ""
        area = nodes[post.path].name if post.path in nodes else ""
        rows.append(
            {
                "state": "late" if load.late else "",
                "cells": [
                    {"text": name, "url": link("team_member", post.id), "note": label_of(post.kind)},
                    {"text": area},
                    _duty(roster, post, view.at),
                    {"text": load.open},
                    {"text": load.late},
                ],
            }
        )
    return rows


def _duty(roster: Roster, post: RosterPost, at: dt.datetime) -> dict[str, str]:
    if areas.ended_of([post.path], localtime(at).date()):
        return {"state": "missed", "text": _("Its area has ended")}
    if post.away(at):
        holder = roster.answering(post, at)
        return {
            "state": "missed" if holder is None else "excused",
            "text": _("Away, nobody stands in") if holder is None else _("Away, somebody stands in"),
        }
    return (
        {"state": "done", "text": _("On duty")} if post.in_hours(at) else {"state": "waiting", "text": _("Off duty")}
    )


def _after(request: HttpRequest) -> tuple[str, int]:
    place, _bar, pk = request.GET.get("after", "").partition("|")
    last = whole_number(pk)
    return ("", 0) if last is None else (place, last)


def _number(text: str) -> int:
    found = whole_number(text)
    if found is None:
        raise Problem(errors.NOT_FOUND)
    return found
