"""My day: the acting post's tasks by urgency and door, quick answers, visit outcomes, a household at once, undo."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from fangxian.accounts import actions as accounts
from fangxian.accounts.queries import absences_of
from fangxian.accounts.requests import acting
from fangxian.accounts.scope import everywhere
from fangxian.accounts.types import ANSWERS_AT, Acting, Action, PostKind
from fangxian.areas import queries as areas
from fangxian.console import cards, day, feedback
from fangxian.console import fates as what_became
from fangxian.console.actions import ORDER_OF_THE_DAY, remember
from fangxian.console.asking import (
    as_uuid,
    device,
    for_posts_that,
    happened,
    labelled,
    say,
    seen,
    walk_in_forms,
    whole_number,
)
from fangxian.console.opening import OWN_TASK, WORK_LIST
from fangxian.console.problems import wants_json
from fangxian.console.walk import SortOrder
from fangxian.intake import actions as intake
from fangxian.intake.actions import UNDO_WITHIN
from fangxian.intake.types import Filing
from fangxian.kernel import clock, errors, ids
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import Text, both
from fangxian.programmes import queries as programmes
from fangxian.programmes.forms import AnswerError
from fangxian.programmes.types import Programme, TaskKind
from fangxian.report import queries as report
from fangxian.tasks import fates, worklist
from fangxian.tasks.states import State
from fangxian.tasks.worklist import Tally, TaskView

LEADS: Final = frozenset(ANSWERS_AT.values()) - {PostKind.GRID_WORKER}
SHOWN_DONE: Final = 20
JUST_NOW: Final = dt.timedelta(minutes=30)
LATELY: Final = dt.timedelta(days=1)
"""For so long whoever raised an alert is told on this page what became of it."""


@for_posts_that(Action.FILL)
@require_GET
def my_day(request: HttpRequest) -> HttpResponse:
    """Open tasks of the post, or of all in its area for those who lead one."""
    by, at, shown = acting(request), clock.now(), seen(acting(request))
    everybody = by.kind in LEADS and request.GET.get("of") == "area"
    order, part = day.order_of(request), day.part_of(request.GET)
    today = by.calendar.operational_day(at)
    done, tally = ([], _tally(by, shown, today, at)) if everybody else _own(by, shown, today, at)
    found = day.read(by, at, shown, part, order, done, everybody=everybody)
    _log(found.told, [*found.tasks, *done], at)
    coming = [one for one in found.cards if one["coming"]]
    raised = [] if everybody else what_became.told(by, fates.raised_by(by.user or 0, at - LATELY), at)
    return render(
        request,
        "console/my_day/page.html",
        {
            "day": date_format(today, "l, j F") if request.LANGUAGE_CODE == "en" else date_format(today, "n月j日 l"),
            "place": _place(by),
            "tally": tally,
            "tabs": _tabs(by, everybody=everybody),
            "first": part == day.DayPart(),
            "orders": _orders(order, (SortOrder.BUILDING, SortOrder.ROUTE, SortOrder.KIND)),
            "heads": _orders(order, (SortOrder.NAME, SortOrder.ROUTE, SortOrder.KIND, SortOrder.DUE)),
            "everybody": everybody,
            "urgent_here": any(one["rank"] == 0 for one in found.cards),
            "groups": cards.grouped(found.told, [one for one in found.cards if not one["coming"]], order),
            "coming": cards.grouped(found.told, coming, order),
            "coming_count": len(coming),
            "done": [_done(found.told, task, at) for task in done if task.programme in shown],
            "more": found.more,
            "walk_in_url": reverse("walk_in") if walk_in_forms(by) else "",
            "away": _away(by, at),
            "raised": raised,
            "raised_open": any(_unsettled(one, at) for one in raised),
        },
    )


def _unsettled(raised: Mapping[str, Any], at: dt.datetime) -> bool:
    """Whether one should see without a tap what became of an alert: it is new, or nobody has answered."""
    return at - raised["since"] < JUST_NOW or not any(level["done"] for level in raised["levels"])


def _away(by: Acting, at: dt.datetime) -> list[dict[str, Any]]:
    """The absences of one's own post that have begun: why the day is empty, until when, and how to end them."""
    if by.post is None or by.through is not None:
        return []
    return [{"id": absence, "ends": away.ends, "url": reverse("worker_back", args=[by.post])}
            for absence, away in absences_of(by.post, at) if away.begins <= at]


@for_posts_that(Action.FILL)
@require_POST
def sort(request: HttpRequest) -> HttpResponse:
    """Keep how somebody likes their day sorted, and show it so. Field: ``order``."""
    chosen = request.POST.get("order", "")
    if chosen in set(SortOrder):
        remember(name=ORDER_OF_THE_DAY, value=chosen, by=acting(request))
    everybody = request.POST.get("of") == "area"
    return HttpResponseRedirect(reverse("my_day") + ("?of=area" if everybody else ""))


@for_posts_that(Action.FILL)
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """A quick answer or a visit outcome for one task, or for several of a household; sent twice it is one record.

    Fields: ``client_id`` (UUIDv7), ``happened_at``, ``task`` (repeated for a household) and ``answer``
    (``version/number`` of the quick answer), with ``reading`` and ``tenths`` where the task measures something, or
    ``outcome``, with ``noted`` where the card showed an outcome before. For own tasks only: they say by name who it is.
    JSON in return: message, undo_url, and the card where the task stays open.
    """
    by, at = acting(request), clock.now()
    tasks = _asked_for(request, by)
    client_id = as_uuid(request.POST["client_id"]) if request.POST.get("client_id") else ids.uuid7(at)
    happened_at = happened(request, at)
    shown = seen(by)
    sent = [
        _submission(request, by, shown, task, ids.derived(client_id, task.id) if number else client_id, happened_at)
        for number, task in enumerate(tasks)
    ]
    results = intake.submit(sent, by=by, at=at, device=device(request))
    feedback.raise_refused(results, shown[tasks[0].programme].forms.get(sent[0].form))
    undo_url = f"{reverse('undo')}?{urlencode([('entry', one.id) for one in sent])}"
    told = (
        _message(request, shown, tasks, sent),
        feedback.told(results[0]),
        feedback.answered_before(sent, by, at),
        feedback.noted_before(tasks, request.POST.getlist("noted"), sent, by, at) if "outcome" in request.POST else "",
        feedback.alarm({task.subject for task in tasks}, results[0].received_at or at),
        feedback.change_told([one.id for one in sent], results[0].received_at or at),
    )
    return _answered(request, by, tasks, " ".join(filter(None, told)), undo_url)


@for_posts_that(Action.FILL)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what one has just sent oneself: a withdrawal, by which its task may be open again. JSON in return:
    message, and the card of each task that is.
    """
    by, at = acting(request), clock.now()
    wanted = [as_uuid(text) for text in request.GET.getlist("entry") or request.POST.getlist("entry")]
    found = intake.take_back(wanted, by=by, at=at, device=device(request))
    cards_now = _open_cards(request, by, [one.task for one in found if one.task])
    said = _("Taken back. The task is open again.") if cards_now else _("Taken back.")
    message = " ".join(filter(None, (said, feedback.change_told([one.id for one in found], at))))
    if wants_json(request):
        return JsonResponse({"message": message, **cards_now})
    messages.success(request, message)
    return HttpResponseRedirect(reverse("my_day"))


def _own(by: Acting, shown: Mapping[str, Programme], day: dt.date, at: dt.datetime) -> tuple[list[TaskView], Tally]:
    """What the post has ended, and its day in numbers: also what was given from elsewhere and is out of sight since."""
    with everywhere():
        done = worklist.ended_on(day, by.posts, list(shown), SHOWN_DONE)
        return done, worklist.tally(day, by.posts, list(shown), at)


def _tally(by: Acting, shown: Mapping[str, Programme], day: dt.date, at: dt.datetime) -> Tally:
    """The day of a whole area, out of its figures."""
    area = areas.nodes([by.path])[by.path]
    done = opened = late = missed = 0
    for programme in shown.values():
        found = report.by_child(programme.id, by.path, [day])
        done += sum(counts.closed for counts in found.values())
        opened += sum(counts.of_state(State.OPEN) for counts in found.values())
        missed += sum(counts.of_state(State.MISSED) for counts in found.values())
        late += sum(report.late(programme, area, by.calendar, at, found).values())
    return Tally(done, opened, late, missed)


def _log(told: cards.CardContext, tasks: Sequence[TaskView], at: dt.datetime) -> None:
    """The task is the purpose: whoever is named for an own task or on the list of an area, once per page view."""
    looks: dict[tuple[str, str], dict[uuid.UUID, str]] = {}
    for task in tasks:
        if told.named(task) and task.subject in told.people:
            purpose = OWN_TASK if told.own(task) else WORK_LIST
            looks.setdefault((task.programme, purpose), {})[task.subject] = task.path
    for (programme, purpose), named in sorted(looks.items()):
        accounts.log_access(
            by=told.by, action=Action.IDENTITY, purpose=purpose, at=at, programme=programme, subjects=named)


def _place(by: Acting) -> str:
    node = areas.nodes([by.path]).get(by.path)
    return node.name if node else ""


def _tabs(by: Acting, *, everybody: bool) -> list[dict[str, Any]]:
    if by.kind not in LEADS:
        return []
    own = reverse("my_day")
    return [
        {"label": _("Mine"), "url": own, "active": not everybody},
        {"label": _("All in my area"), "url": f"{own}?of=area", "active": everybody},
    ]


def _orders(chosen: SortOrder, offered: Sequence[SortOrder]) -> list[dict[str, Any]]:
    """Ways to sort the day, with what they are called as the head of a column."""
    labels = {
        SortOrder.BUILDING: (_("Building"), _("By building")),
        SortOrder.ROUTE: (_("Place"), _("By route")),
        SortOrder.KIND: (_("Task"), _("By task")),
        SortOrder.DUE: (pgettext("until when", "Due"), _("By deadline")),
        SortOrder.NAME: (_("Name"), _("By name")),
    }
    return [
        {"value": one, "head": labels[one][0], "label": labels[one][1], "chosen": one is chosen} for one in offered
    ]


def _done(told: cards.CardContext, task: TaskView, at: dt.datetime) -> dict[str, Any]:
    """A line of the folded list; what was sent a moment ago can be undone from it."""
    shown = cards.card(told, task)
    recent = task.entry is not None and task.ended_at is not None and at - task.ended_at <= UNDO_WITHIN
    return {**shown, "at": task.ended_at, "undo": task.entry if recent else None}


def _asked_for(request: HttpRequest, by: Acting) -> list[TaskView]:
    wanted = [as_uuid(text) for text in request.POST.getlist("task")]
    found = worklist.by_ids(wanted, by.range)
    if not wanted or set(found) != set(wanted) or len({task.kind for task in found.values()}) > 1:
        raise Problem(errors.NOT_FOUND)
    return [found[task] for task in dict.fromkeys(wanted)]


def _submission(
    request: HttpRequest,
    by: Acting,
    shown: Mapping[str, Programme],
    task: TaskView,
    entry: uuid.UUID,
    happened_at: dt.datetime,
) -> Filing:
    if task.programme not in shown:
        raise Problem(errors.NOT_FOUND)
    if task.post not in by.posts:
        raise Problem(errors.BY_NAME)
    outcome = request.POST.get("outcome")
    if outcome:
        return Filing(
            entry, task.programme, cards.VISIT, task.subject, happened_at, {cards.OUTCOME: outcome}, task=task.id
        )
    version, answers = _quick(shown[task.programme], task, request.POST)
    return Filing(
        entry, task.programme, task.form, task.subject, happened_at, answers, form_version=version, task=task.id
    )


def _quick(programme: Programme, task: TaskView, sent: QueryDict) -> tuple[str, Mapping[str, Any]]:
    """The answers under a button, of the version that showed it, with what was measured and typed beside it."""
    version, slash, number = sent.get("answer", "").rpartition("/")
    owner = programmes.version(programme.id, version) if slash and version != programme.version else programme
    kind = owner.tasks.get(task.kind)
    chosen = whole_number(number)
    if kind is None or chosen is None or chosen >= len(kind.quick):
        raise Problem(errors.NOT_FOUND)
    return owner.version, {**kind.quick[chosen].answers, **_measured(owner, kind, sent)}


def _measured(programme: Programme, kind: TaskKind, sent: QueryDict) -> dict[str, str]:
    """The reading of one person as it was typed; the form's own check says whether it is a possible one."""
    if kind.measured is None:
        return {}
    if len(sent.getlist("task")) > 1:
        raise Problem(errors.NOT_FOUND)
    whole, tenths = sent.get("reading", "").strip(), sent.get("tenths", "").strip()
    half = bool(kind.measured.whole) and whole.isdecimal() and not tenths  # a pad left before its tenths
    typed = "" if half else ".".join(filter(None, (whole, tenths)))
    form = programme.forms[kind.form]
    label = getattr(form.question(kind.measured.question), "label", None) or both(kind.measured.question)
    if not typed:
        faults = Text(f"{label.en}: type what was measured", f"{label.zh}：请填写测量值")
        raise Problem(errors.FORM_FAULTS, faults=faults)
    try:
        value = form.read(kind.measured.question, typed)
    except AnswerError:
        value = None  # told with the form's other faults
    if kind.measured.below is not None and isinstance(value, int | float) and value >= kind.measured.below:
        raise Problem(errors.WHOLE_FORM, below=f"{kind.measured.below:g}")
    return {kind.measured.question: typed}


def _message(
    request: HttpRequest, shown: Mapping[str, Programme], tasks: Sequence[TaskView], sent: Sequence[Filing]
) -> str:
    if len(tasks) > 1:
        return _("Recorded for %(count)s people.") % {"count": len(tasks)}
    programme = shown[tasks[0].programme]
    kind = programme.tasks.get(tasks[0].kind)
    label = say(kind.label) if kind else tasks[0].kind
    if sent[0].form == cards.VISIT and kind:
        chosen = (one.label for one in cards.outcomes(programme, kind) if one.value == request.POST["outcome"])
        return labelled(label, next(chosen, ""))
    return _("%(what)s: recorded.") % {"what": label}


def _answered(request: HttpRequest, by: Acting, tasks: Sequence[TaskView], message: str, undo_url: str) -> HttpResponse:
    if not wants_json(request):
        messages.success(request, message)
        return HttpResponseRedirect(reverse("my_day"))
    cards_now = _open_cards(request, by, [task.id for task in tasks])
    return JsonResponse({"message": message, "undo_url": undo_url, **cards_now})


def _open_cards(request: HttpRequest, by: Acting, tasks: Sequence[uuid.UUID]) -> dict[str, str]:
    """``card``: those of the tasks that are open now, as they stand; nothing where none is."""
    still = [task for task in worklist.by_ids(tasks, by.range).values() if task.state == State.OPEN]
    if not still:
        return {}
    told = cards.round_of(by, clock.now(), seen(by), still)
    shown = ({"task": one, "in_place": True} for one in cards.recalled(told, cards.of_tasks(told, still)))
    return {"card": "".join(render_to_string("console/components/task.html", one, request) for one in shown)}


urlpatterns = [
    path("my-day/", my_day, name="my_day"),
    path("my-day/sort/", sort, name="sort_my_day"),
    path("my-day/answer/", answer, name="answer"),
    path("my-day/undo/", undo, name="undo"),
]
