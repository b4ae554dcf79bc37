"""What awaits a reply, such as samples without a result: found by its number, the longest waiting first."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from fangxian.accounts import actions as accounts_actions
from fangxian.accounts import queries as accounts
from fangxian.accounts.requests import acting
from fangxian.accounts.rules import may
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.console.asking import as_uuid, for_posts_that, labelled, moment, say, seen, subject_url
from fangxian.console.opening import WORK_LIST
from fangxian.console.shell import replies_of
from fangxian.journal import queries as journal
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import both
from fangxian.programmes.types import Programme, Reply
from fangxian.report import queries as report
from fangxian.report.types import Shown
from fangxian.subjects import numbers
from fangxian.subjects.steps.numbers import NumberedForm, as_compared

LONGEST: Final = 100
_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class ReplyAsked:
    """A reply that the post may file, and what it is filed by."""

    programme: Programme
    reply: Reply

    @property
    def value(self) -> str:
        """As an address names it."""
        return f"{self.programme.id}/{self.reply.form}"

    @property
    def number(self) -> str:
        """What the number is called."""
        question = self.programme.forms[self.reply.form].question(self.reply.number)
        return say(question.label) if question and question.label else self.reply.number

    def late_before(self, at: dt.datetime) -> dt.datetime:
        """What happened before that is late; nothing where the programme names no time."""
        within = self.reply.due_within
        return at - within if within else dt.datetime.min.replace(tzinfo=dt.UTC)


@for_posts_that(Action.FILL)
@require_GET
def replies(request: HttpRequest) -> HttpResponse:
    """What awaits a reply in the area of the post; of one person where ``subject`` says so."""
    by = acting(request)
    chosen = _chosen(by, request.GET.get("reply", ""))
    return _page(request, by, chosen, {})


@for_posts_that(Action.FILL)
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Lead from a number, typed or scanned, to the form; or say by name why there is nothing to reply to."""
    by = acting(request)
    chosen = _chosen(by, request.POST.get("reply", ""))
    typed = request.POST.get("number", "").replace("\0", "").strip()[:LONGEST]
    bearing = [row for row in numbers.by_number([typed]) if row.path in by.range]
    own = [row for row in bearing if (row.programme, row.form) == (chosen.programme.id, chosen.reply.to)]
    awaited = next((row for row in own if row.awaited), None)
    if awaited is not None:
        return HttpResponseRedirect(fill_url(chosen.programme, chosen.reply, awaited))
    kind = errors.REPLIED_ALREADY if own else errors.NUMBER_ELSEWHERE if bearing else errors.NUMBER_UNKNOWN
    titles = {one.id: one.title for one in seen(by).values()}
    other = titles.get(bearing[0].programme, both("")) if bearing else both("")
    said = {"wrong": say(kind.sentence.filled(number=typed, programme=other)) if as_compared(typed)
            else _("Scan or type a number first."), "typed": typed}
    return _page(request, by, chosen, said | (_had(by, chosen, own[-1]) if own else {}), status=422)


def _had(by: Acting, chosen: ReplyAsked, row: NumberedForm) -> dict[str, Any]:
    """What was replied before, and where it is corrected."""
    before = journal.entries([row.reply]).get(row.reply) if row.reply else None
    if before is None:
        return {}
    said = " · ".join(labelled(say(one.label), say(one.text)) for one in before.answers)
    form = reverse("fill", args=[chosen.programme.id, chosen.reply.form])
    query = urlencode({"subject": row.subject, "corrects": before.id})
    allowed = may(by, Action.CORRECT, chosen.programme.id, chosen.reply.form)
    return {"had": said, "had_at": before.happened_at, "correct_url": f"{form}?{query}" if allowed else "",
            "had_url": subject_url(row.subject)}


def fill_url(programme: Programme, reply: Reply, row: NumberedForm) -> str:
    """The form that replies to something."""
    query = urlencode({"subject": row.subject, "of": row.entry})
    return f"{reverse('fill', args=[programme.id, reply.form])}?{query}"


def asked_of(by: Acting) -> list[ReplyAsked]:
    """The replies that a post may file."""
    return [ReplyAsked(programme, reply) for programme, reply in replies_of(by)]


def _chosen(by: Acting, value: str) -> ReplyAsked:
    found = asked_of(by)
    chosen = next((one for one in found if one.value == value), None) if value else next(iter(found), None)
    if chosen is None:
        raise Problem(errors.NOT_FOUND)
    return chosen


def _page(
    request: HttpRequest, by: Acting, chosen: ReplyAsked, said: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    at, programme, reply = clock.now(), chosen.programme, chosen.reply
    given = request.GET
    part, late = given.get("q", "").replace("\0", "").strip()[:LONGEST], given.get("late") == "1"
    subject = as_uuid(given["subject"]) if given.get("subject") else None
    found = _found(by, chosen, at, part, late=late, subject=subject, after=_after(given.get("after", "")))
    more = found[numbers.PAGE - 1] if len(found) > numbers.PAGE else None
    found = found[: numbers.PAGE]
    waiting, overdue = numbers.how_many(programme.id, reply.to, by.range, chosen.late_before(at))
    kept = {"reply": chosen.value, **({"q": part} if part else {}), **({"late": "1"} if late else {})}
    return render(request, "console/replies/page.html", {
        **said,
        "chosen": chosen, "title": say(reply.label), "number": chosen.number, "part": part,
        "asked": [{"label": f"{say(one.reply.label)} · {say(one.programme.title)}",
                   "url": f"?{urlencode({'reply': one.value})}", "active": one.value == chosen.value}
                  for one in asked_of(by)],
        "tabs": _tabs(chosen, waiting, overdue, late=late and subject is None),
        "subject_url": subject_url(subject) if subject else "", "whole_url": f"?{urlencode({'reply': chosen.value})}",
        "columns": _columns(chosen), "rows": _rows(by, chosen, found, at),
        "more": f"?{urlencode({**kept, 'after': f'{more.happened_at.isoformat()}_{more.entry}'})}" if more else "",
        "list_url": f"{reverse('imports')}?{urlencode({'list': chosen.value})}"
        if may(by, Action.IMPORT, programme.id, reply.form) else "",
    }, status=status)


def _found(
    by: Acting, chosen: ReplyAsked, at: dt.datetime, part: str, *, late: bool, subject: uuid.UUID | None,
    after: tuple[dt.datetime, uuid.UUID] | None,
) -> list[NumberedForm]:
    programme, form = chosen.programme.id, chosen.reply.to
    if subject is not None:
        rows = numbers.of_subjects([subject], [programme])
        return [row for row in rows if row.awaited and row.form == form and row.path in by.range]
    return numbers.awaited(programme, form, by.range, number=part, after=after, limit=numbers.PAGE + 1,
                           late_before=chosen.late_before(at) if late else None)


def _after(text: str) -> tuple[dt.datetime, uuid.UUID] | None:
    at, _sep, entry = text.partition("_")
    return (moment(at, clock.now()), as_uuid(entry)) if entry else None


def _tabs(chosen: ReplyAsked, waiting: int, overdue: int, *, late: bool) -> list[dict[str, Any]]:
    whole = f"?{urlencode({'reply': chosen.value})}"
    if chosen.reply.due_within is None:
        return []
    return [{"label": _("All without an answer"), "count": waiting, "active": not late, "url": whole},
            {"label": _("Late"), "count": overdue, "active": late, "url": f"{whole}&late=1"}]


def _columns(chosen: ReplyAsked) -> list[dict[str, str]]:
    return [{"label": chosen.number}, {"label": _("Name")}, {"label": _("Since"), "kind": "time"},
            {"label": _("By whom")}]


def _rows(by: Acting, chosen: ReplyAsked, found: Sequence[NumberedForm], at: dt.datetime) -> list[dict[str, Any]]:
    """Whoever may see identities reads names here: who is to act has to know who it is; one look is logged a list."""
    opened = may(by, Action.IDENTITY, chosen.programme.id)
    subjects = {row.subject: row.path for row in found}
    if opened and subjects:
        accounts_actions.log_access(by=by, action=Action.IDENTITY, purpose=WORK_LIST, at=at,
                                    programme=chosen.programme.id, subjects=subjects)
    shown = report.shown(subjects, opened=subjects if opened else ()) if subjects else {}
    taken = journal.entries([row.entry for row in found])
    people = accounts.people({line.post for line in taken.values() if line.post is not None})
    places = areas.nodes(subjects.values())
    late_before = chosen.late_before(at)
    rows = []
    for row in found:
        entry = taken.get(row.entry)
        person, late = shown.get(row.subject, Shown()), row.happened_at < late_before
        who = people.get(entry.post) if entry and entry.post is not None else None
        rows.append({"state": "urgent" if late else "", "cells": [
            {"text": row.number, "url": fill_url(chosen.programme, chosen.reply, row)},
            {"text": person.name or _("no name yet"), "url": subject_url(row.subject),
             "note": places[row.path].name if row.path in places else ""},
            {"at": row.happened_at, "reading": "at", "note": waited(at - row.happened_at),
             "mark": "late" if late else ""},
            {"text": who.name if who else "–"}]})
    return rows


def waited(since: dt.timedelta) -> str:
    """For how long something has waited, in the largest unit that says it; what a clock ahead dates into the next
    minutes has waited for none."""
    hours = max(0, int(since.total_seconds() // _HOUR))
    if hours < 48:
        return ngettext("waiting for %(n)d hour", "waiting for %(n)d hours", hours) % {"n": hours}
    return ngettext("waiting for %(n)d day", "waiting for %(n)d days", hours // 24) % {"n": hours // 24}


def told_of(by: Acting, of: NumberedForm) -> str:
    """What bears a number, when and by whom it was filed: for the head of the form that replies to it."""
    line = journal.entries([of.entry]).get(of.entry)
    people = accounts.people([line.post]) if line and line.post is not None else {}
    when = date_format(by.calendar.local(of.happened_at), "SHORT_DATETIME_FORMAT")
    parts = [of.number, say(line.title) if line else "", when, *(one.name for one in people.values())]
    return " · ".join(part for part in parts if part)


urlpatterns = [
    path("replies/", replies, name="replies"),
    path("replies/find/", find, name="replies_find"),
]
