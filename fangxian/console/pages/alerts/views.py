"""The views of the alerts page."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fangxian.accounts import actions as accounts
from fangxian.accounts.requests import acting
from fangxian.accounts.rules import may, require, require_each
from fangxian.accounts.types import Acting, Action, PostKind
from fangxian.areas import queries as areas
from fangxian.areas.types import Node, Range, subtree
from fangxian.console import fates as what_became
from fangxian.console import opening
from fangxian.console.asking import asks_for_part, for_posts_that, say, subject_url
from fangxian.console.people_lines import Lines, task_columns, task_rows
from fangxian.console.viewpoint import actor, link
from fangxian.intake import drills, retelling
from fangxian.kernel import clock, decisions, errors
from fangxian.kernel.errors import Problem
from fangxian.programmes import queries as programmes
from fangxian.tasks import actions, fates, queries
from fangxian.tasks.answering import require_answer
from fangxian.tasks.states import HandoverState
from fangxian.tasks.types import Cause

from . import lines

PAGE: Final = 50
BELOW: Final = 300
"""Lines of one area below: as many as a figure of the area page may stand for."""


def alerts(request: HttpRequest) -> HttpResponse:
    """What waits for an acknowledgement here, or (``?show=``) below, or everything there was."""
    return render(request, "console/alerts/alerts.html", {**_page(request), **_drills(acting(request))})


def lines_only(request: HttpRequest) -> HttpResponse:
    """The list by itself, fetched when a new alert is heard of."""
    acting(request)  # nobody is led anywhere before they signed in
    if not asks_for_part(request):
        return HttpResponseRedirect(f"{reverse('alerts')}?{request.GET.urlencode()}")
    return render(request, "console/alerts/lines.html", _page(request))


def waiting(request: HttpRequest) -> HttpResponse:
    """What the browser asks every few seconds: ``{unacknowledged, newest, url}``; 304 while nothing moved."""
    by = acting(request)
    found = queries.news(by.path, clock.now(), answers_for=lines.answers_for(by), posts=by.posts)
    newest = found.newest.astimezone(dt.UTC).isoformat(timespec="microseconds") if found.newest else ""
    mark = f'"{by.post}-{found.waiting}-{newest}-{get_language()}"'
    if request.headers.get("If-None-Match") == mark:
        return HttpResponse(status=304, headers={"ETag": mark})
    return JsonResponse(
        {"unacknowledged": found.waiting, "newest": newest, "url": reverse("alerts")}, headers={"ETag": mark}
    )


def alert(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One alert with the list behind it."""
    by, at = acting(request), clock.now()
    found = queries.one(pk)
    if found is None:
        raise Problem(errors.NOT_FOUND)
    after = _uuid(request.GET.get("after", ""))
    left = request.GET.get("left") == "1"
    tasks = queries.behind(pk, after=after, limit=PAGE + 1, only_open=left)
    kept = "left=1&" if left else ""
    follow = f"?{kept}after={tasks[PAGE - 1].task}" if len(tasks) > PAGE else ""
    page = tasks[:PAGE]
    programme = programmes.in_force(found.programme)
    named = opening.to_act_on(by, [programme], page, at)
    rows = task_rows(Lines(programme, page, opened=named), page)
    return render(
        request,
        "console/alerts/alert.html",
        {
            "alert": lines.shown([found], by, at)[0],
            "columns": task_columns(),
            "rows": rows,
            "next": follow,
            "tabs": _of_list(pk, left=left),
            "changes": _changes(found, by, at),
            "record": subject_url(found.subject) if found.cause == Cause.CHANGED and found.subject else "",
            "items": [{"label": _("Alerts"), "url": link("alerts")}, {"label": _("One alert"), "url": ""}],
        },
    )


def _changes(found: Any, by: Acting, at: dt.datetime) -> list[dict[str, str]] | None:
    """What was changed about one person, before and after; None where the alert tells of something else. Whoever may
    see who it is sees it open, and the look is logged at them."""
    if found.cause != Cause.CHANGED or found.subject is None:
        return None
    made = retelling.made_by(found.about, found.subject, by)
    if made and may(by, Action.IDENTITY, found.programme):
        accounts.log_access(by=by, action=Action.IDENTITY, purpose="change_told", at=at, programme=found.programme,
                            subjects={found.subject: found.subject_path})
    return [{"label": say(one.label), "before": say(one.before), "after": say(one.after)} for one in made]


def _of_list(alert: uuid.UUID, *, left: bool) -> list[dict[str, Any]]:
    """All that an alert counted, and what of it is open now; nothing for one about a person."""
    listed = fates.counted([alert]).get(alert)
    if listed is None:
        return []
    return [{"label": _("All it counted"), "count": listed.listed, "active": not left, "url": "?"},
            {"label": _("Left open"), "count": listed.left, "active": left, "url": "?left=1"}]


@require_POST
def acknowledge(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer for an alert; htmx gets the line as it is now."""
    by, at = acting(request), clock.now()
    found = queries.one(pk)
    if found is None:
        raise Problem(errors.NOT_FOUND)
    require_answer(by, found, at)
    actions.acknowledge(alert=pk, by=actor(by), at=at, note=request.POST.get("note", ""))
    if not asks_for_part(request):
        return HttpResponseRedirect(reverse("alerts"))
    found = queries.one(pk)
    assert found is not None
    return render(request, "console/components/alert.html", {"alert": lines.shown([found], by, at)[0]})


@for_posts_that(Action.ACKNOWLEDGE)
@require_POST
def acknowledge_shown(request: HttpRequest) -> HttpResponse:
    """Answer for the lines of a group at once, as they were shown; what is urgent is acknowledged one by one."""
    by, at = acting(request), clock.now()
    found = queries.some(filter(None, map(_uuid, request.POST.getlist("alert"))))
    if found:  # none at all: somebody was faster, and there is nothing to allow
        require_each(by, Action.ACKNOWLEDGE, {one.programme for one in found})
    if any(one.cause not in lines.TOGETHER for one in found):
        raise Problem(errors.NOT_ALLOWED)
    count = actions.acknowledge_many(seen={one.pk: actor(by) for one in found}, at=at)
    messages.success(
        request, ngettext("%(n)d alert acknowledged.", "%(n)d alerts acknowledged.", count) % {"n": count}
    )
    return HttpResponseRedirect(f"{reverse('alerts')}?{urlencode(_kept(request.POST))}")


@require_POST
def answer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Accept, decline or take back a handover; who comes second is told of the first."""
    by, at = acting(request), clock.now()
    found = queries.handover(pk, by.path, answers_for=lines.answers_for(by))
    if found is None:
        raise Problem(errors.NOT_FOUND)
    chosen = request.POST.get("answer")
    if chosen in lines.ANSWERS and lines.asked_of_department(found, by):
        decisions.note(Action.PASS_ON, found.programme)  # it was their department that was asked
    else:
        require(by, Action.PASS_ON, found.programme)
    if found.state != HandoverState.ASKED:
        messages.warning(request, lines.answered(found, by, at))
    elif chosen == "accept":
        actions.accept(handover=pk, by=actor(by), at=at)
        messages.success(
            request,
            _("Accepted: %(department)s answers for this person's tasks now.") % {"department": found.department}
            if found.department
            else _("Accepted: your area answers for this person now, and the open tasks are here."),
        )
    elif chosen == "decline":
        actions.answer_no(handover=pk, note=request.POST.get("note", ""), by=actor(by), at=at)
        messages.success(request, _("Declined: the area that asked keeps this person."))
    else:
        actions.take_back(handover=pk, by=actor(by), at=at)
        messages.success(request, _("Taken back: this area keeps the person."))
    return HttpResponseRedirect(reverse("alerts"))


def _page(request: HttpRequest) -> dict[str, Any]:
    by, at = acting(request), clock.now()
    kept = _kept(request.GET)
    show = kept["show"]
    area = _area(by, kept.get("area", ""))
    if show == "mine":
        number = queries.news(by.path, at, answers_for=lines.answers_for(by), posts=by.posts).waiting
        return {"tabs": _tabs(by, show, number), "show": show, "kept": kept,
                "raised": what_became.told(by, fates.raised_by(by.user or 0, at - fates.FOR), at),
                "again": f"{link('alert_lines')}?{urlencode(kept)}"}
    found = _found(request, by, at, show, area)
    coming, going = queries.handovers(by.path, answers_for=lines.answers_for(by)) if show == "here" else ([], [])
    follow = ""
    if show == "all" and len(found) > queries.ALERT_PAGE:
        found = found[: queries.ALERT_PAGE]
        last = found[-1]
        follow = f"?show=all&cause={request.GET.get('cause', '')}&before={_mark(last.raised_at, last.pk)}"
    news = queries.news(by.path, at, answers_for=lines.answers_for(by), posts=by.posts)
    return {
        "groups": lines.groups(found, lines.shown(found, by, at), together=show != "all"),
        "kept": kept,
        "area": area,
        "show": show,
        "cause": request.GET.get("cause", ""),
        "next": follow,
        "coming": lines.handover_lines(coming, by, at, coming=True),
        "going": lines.handover_lines(going, by, at, coming=False),
        "tabs": _tabs(by, show, news.waiting),
        "causes": _causes(),
        "again": f"{link('alert_lines')}?{urlencode(kept)}",
    }


def _drills(by: Acting) -> dict[str, Any]:
    """The way to hold a drill, for those who may, with how many go on."""
    if not by.permissions.programmes(by.kind, Action.DRILL):
        return {}
    return {"drills_url": link("drills"), "drills": sum(one.ended is None for one in drills.held(by.range))}


def _kept(said: Mapping[str, Any]) -> dict[str, str]:
    """Which alerts are asked for: ``show``, and the code of an area below where one was chosen."""
    area = said.get("area", "")
    return {"show": said.get("show") or "here"} | ({"area": area} if area else {})


def _area(by: Acting, code: str) -> Node | None:
    """The area below whose alerts are asked for; NOT_FOUND outside the post's own."""
    if not code:
        return None
    node = areas.by_code([code]).get(code)
    if node is None or node.path not in by.range:
        raise Problem(errors.NOT_FOUND)
    return node


def _found(request: HttpRequest, by: Acting, at: dt.datetime, show: str, area: Node | None) -> list[Any]:
    if show == "below":
        within: Range = subtree(area.path) if area else by.range
        limit = BELOW if area else queries.ALERT_PAGE
        return [one for one in queries.waiting(within, at, limit=limit) if one.path != by.path]
    if show != "all":
        return queries.waiting(by.range, at, path=by.path, posts=by.posts)
    return queries.history(
        by.range,
        cause=request.GET.get("cause", ""),
        before=_before(request.GET.get("before", "")),
        limit=queries.ALERT_PAGE + 1,
    )


def _tabs(by: Acting, show: str, number: int) -> list[dict[str, Any]]:
    """Whoever works at the doors has nobody below; what others are to answer for waits at one's level, not for one."""
    here = _("For me") if by.permissions.programmes(by.kind, Action.ACKNOWLEDGE) else _("At my level")
    below = [] if by.kind == PostKind.GRID_WORKER else [("below", _("Below"), None)]
    tabs = [("here", here, number), ("mine", _("Raised by me"), None), *below, ("all", _("All"), None)]
    return [
        {"label": label, "url": f"{link('alerts')}?show={key}", "count": count, "active": key == show}
        for key, label, count in tabs
    ]


def _causes() -> list[tuple[str, str]]:
    words = {
        Cause.URGENT: _("Urgent"),
        Cause.LATE: _("Late"),
        Cause.MISSED: _("Missed"),
        Cause.VISIT: _("Visits"),
        Cause.HANDOVER: _("Handovers"),
        Cause.TWICE: _("Known twice"),
        Cause.CHANGED: _("Changes under a measure"),
        Cause.OUTVOTED: _("Late and not counted"),
        Cause.UNREACHED: _("Known in another register only"),
        Cause.BROKEN: _("Programmes that do not run"),
        Cause.GAP: _("Days the clock stood still"),
        Cause.GIVEN: _("Tasks given"),
        Cause.TAKEN: _("Tasks given to somebody else"),
        Cause.MOVED: _("Tasks of people who were moved"),
        Cause.REMIND: _("Reminders"),
    }
    return [(cause.value, label) for cause, label in words.items()]


def _mark(at: dt.datetime, pk: uuid.UUID) -> str:
    return f"{at.astimezone(dt.UTC).strftime('%Y%m%dT%H%M%S.%fZ')}|{pk}"


def _before(mark: str) -> tuple[dt.datetime, uuid.UUID] | None:
    moment, _bar, pk = mark.partition("|")
    known = _uuid(pk)
    if known is None:
        return None
    try:
        return dt.datetime.strptime(moment, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=dt.UTC), known
    except ValueError:
        return None


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
