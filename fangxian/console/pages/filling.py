"""Filling a form in the browser: the XForm with what is known, the answers that come back, somebody new."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fangxian.accounts import actions as accounts
from fangxian.accounts.requests import acting
from fangxian.accounts.rules import require
from fangxian.accounts.types import Acting, Action
from fangxian.areas import queries as areas
from fangxian.areas.types import Tier
from fangxian.capture import fitting
from fangxian.console import newcomers, opening, recording
from fangxian.console.asking import (
    actor,
    as_uuid,
    asks_for_part,
    for_posts_that,
    moment,
    say,
    seen,
    subject_url,
    walk_in_forms,
)
from fangxian.console.cards import in_passing
from fangxian.console.newcomers import Newcomer
from fangxian.console.opening import About
from fangxian.journal import queries as journal
from fangxian.journal.actions import record
from fangxian.journal.types import Actor, Submission
from fangxian.kernel import clock, errors, ids
from fangxian.kernel.errors import Problem
from fangxian.programmes import queries
from fangxian.programmes.forms import Form
from fangxian.programmes.forms.xform import InstanceError, from_instance, prefill, to_xform
from fangxian.programmes.types import Programme
from fangxian.subjects import queries as subjects
from fangxian.tasks import actions as tasks
from fangxian.tasks import worklist
from fangxian.tasks.worklist import TaskView

FILLING: Final = "fill"
_SHOWN: Final = 5


@for_posts_that(Action.FILL)
@require_GET
def fill(request: HttpRequest, programme: str, form: str) -> HttpResponse:
    """A page with the form, or for htmx the form in the place of its card."""
    by, at = acting(request), clock.now()
    about = _about(request, by, programme, form, at)
    if about.person is not None and about.opened_in:
        purpose = "own_task" if about.own else FILLING
        accounts.log_access(
            by=by,
            action=Action.IDENTITY,
            purpose=purpose,
            at=at,
            programme=about.opened_in,
            subjects={about.subject: about.person.path},
        )
    in_place = asks_for_part(request)
    last = journal.latest(about.programme.id, [(about.subject, about.form.id)]).get((about.subject, about.form.id))
    template = "console/filling/in_place.html" if in_place else "console/filling/page.html"
    return render(
        request,
        template,
        {
            "form": _form(request, about, in_place=in_place),
            "title": say(about.form.title),
            "task": about.task,
            "name": _name(about, shows=bool(about.opened_in)),
            "new": about.newcomer is not None,
            "corrects": about.corrects,
            "subject_url": subject_url(about.subject) if about.person else "",
            "before": last,
            "before_text": " · ".join(in_passing(one, about.form) for one in last.answers[:_SHOWN]) if last else "",
            "noscript_text": _("This form needs scripts. Use another browser, or a quick answer on My day."),
        },
    )


@for_posts_that(Action.FILL)
@require_GET
def form_xml(request: HttpRequest, programme: str, form: str) -> HttpResponse:
    """The XForm of the version in force with what is known already filled in; asked of nobody, blank, to be kept."""
    by, at, language = acting(request), clock.now(), get_language() or "en"
    if "subject" not in request.GET and "new" not in request.GET:
        require(by, Action.FILL, programme, form)
        return _xml(_xform(_asked_form(by, programme, form)[1], language))
    about = _about(request, by, programme, form, at)
    xml, known = _xform(about.form, language), opening.known_answers(about)
    return _xml(prefill(xml, known) if known else xml)


@for_posts_that(Action.FILL)
@require_POST
def send(request: HttpRequest, programme: str, form: str) -> HttpResponse:
    """The filled form: ``client_id``, ``happened_at``, ``version``, ``subject``, ``task``, ``corrects``, ``xml``.

    Sent twice it is one record. 422 names the answers that need another look, 409 a version that is too old: the device
    keeps what was typed as a draft.
    """
    by, at = acting(request), clock.now()
    about = _about(request, by, programme, form, at)
    version, filled_form = _version(about, request.POST.get("version", ""), at)
    entry = as_uuid(request.POST.get("client_id"))
    answers = _answers(filled_form, request.POST.get("xml", ""), about)
    one = Submission(
        entry,
        about.programme.id,
        about.form.id,
        about.subject,
        moment(request.POST.get("happened_at"), at),
        answers,
        path=by.path,
        form_version=version,
        task=about.task.id if about.task else None,
        replaces=about.corrects,
    )
    receipt = record([one], by=actor(by, request), at=at)
    recording.raise_refused(receipt, filled_form)
    if about.newcomer is not None:
        _place(about, one, filled_form, at)
        _tell_known_twice(about, filled_form, answers, actor(by, request), at)
    before = recording.answered_before([one], by, at)
    doubt = recording.document_doubt(filled_form, answers, by.calendar.today(at))
    return _sent(request, about, entry, " ".join(filter(None, (before, doubt))), recording.alarm([about.subject], at))


@for_posts_that(Action.FILL)
@require_http_methods(["GET", "POST"])
def walk_in(request: HttpRequest) -> HttpResponse:
    """Somebody at the door who is on no list: read the document, look whether they are known, then the form."""
    by, at = acting(request), clock.now()
    forms = walk_in_forms(by)
    if not forms:
        raise Problem(errors.NOT_FOUND)
    if request.method == "GET":
        return render(request, "console/filling/new.html", {"forms": forms, "told": {}})
    told = {part: request.POST.get(part, "").strip() for part in newcomers.PARTS}
    told = {part: value for part, value in told.items() if value}
    read, zone = newcomers.read_zone(told["mrz"], by.calendar.today(at)) if "mrz" in told else ({}, None)
    told = {**told, **{part: value for part, value in read.items() if part != "mrz"}}
    faults = [say(fault.message) for fault in zone.faults] if zone else []
    known = [] if "new" in request.POST else subjects.same(told, by.range)
    elsewhere = "new" not in request.POST and newcomers.known_elsewhere(told, ids.uuid7(at), by, at)
    if request.POST.get("go") == "read" or known or elsewhere or (faults and "new" not in request.POST):
        return render(
            request,
            "console/filling/new.html",
            {
                "forms": forms,
                "told": told,
                "faults": faults,
                "read": bool(read),
                "elsewhere": elsewhere,
                "known": _known_people(by, [hit.subject for hit in known], forms[0]),
            },
        )
    wanted = request.POST.get("form") or forms[0]["value"]
    if wanted not in {one["value"] for one in forms}:
        raise Problem(errors.NOT_FOUND)
    programme, form = wanted.split("/", 1)
    if "name" not in told and "name_latin" in told:
        told["name"] = told["name_latin"]  # as in the document; whoever has a Chinese name as well writes it over
    token = newcomers.token(Newcomer(ids.uuid7(at), told), by, at)
    return HttpResponseRedirect(f"{reverse('fill', args=[programme, form])}?{urlencode({'new': token})}")


@for_posts_that(Action.FILL)
@require_POST
def read_mrz(request: HttpRequest) -> HttpResponse:
    """Machine-readable lines (``mrz``) as JSON: ``identity`` by part, and ``faults`` in words; nothing is stored."""
    by = acting(request)
    read, zone = newcomers.read_zone(request.POST.get("mrz", ""), by.calendar.today(clock.now()))
    return JsonResponse({"identity": read, "faults": [say(fault.message) for fault in zone.faults]})


def _about(request: HttpRequest, by: Acting, programme: str, form: str, at: dt.datetime) -> About:
    """Problem NOT_FOUND for a programme, form, subject, task or entry the post cannot see."""
    owner, found = _asked_form(by, programme, form)
    asked = {name: request.POST.get(name) or request.GET.get(name) or "" for name in ("subject", "task", "corrects")}
    require(by, Action.CORRECT if asked["corrects"] else Action.FILL, programme, form)
    newcomer = newcomers.opened(request.GET["new"], by, at) if request.GET.get("new") else None
    subject = newcomer.subject if newcomer else as_uuid(asked["subject"])
    person = subjects.identities([subject], by.range).get(subject)
    if person is None and newcomer is None:
        raise Problem(errors.NOT_FOUND)
    if person is not None and person.closed is not None and any(one.identity for one in found.questions):
        raise person.closed
    task = _task(by, asked["task"], subject)
    if task is not None and task.post not in by.posts:
        require(by, Action.IDENTITY, programme)  # a check is of somebody one can tell from others
    corrects = _corrected(asked["corrects"], subject, form)
    return About(by, owner, found, subject, person, newcomer, task, corrects)


def _asked_form(by: Acting, programme: str, form: str) -> tuple[Programme, Form]:
    owner = seen(by).get(programme)
    if owner is None or form not in owner.forms:
        raise Problem(errors.NOT_FOUND)
    return owner, owner.forms[form]


def _task(by: Acting, text: str, subject: uuid.UUID) -> TaskView | None:
    if not text:
        return None
    task = as_uuid(text)
    found = worklist.by_ids([task], by.range).get(task)
    if found is None or found.subject != subject:
        raise Problem(errors.NOT_FOUND)
    return found


def _corrected(text: str, subject: uuid.UUID, form: str) -> uuid.UUID | None:
    if not text:
        return None
    entry = as_uuid(text)
    found = journal.entries([entry]).get(entry)
    if found is None or (found.subject, found.form) != (subject, form):
        raise Problem(errors.NOT_FOUND)
    return entry


def _form(request: HttpRequest, about: About, *, in_place: bool) -> dict[str, Any]:
    """What ``components/form.html`` asks for."""
    query = about.query + (f"&{urlencode({'new': request.GET['new']})}" if about.newcomer else "")
    args = [about.programme.id, about.form.id]
    back = reverse("my_day") if about.task or about.newcomer else subject_url(about.subject)
    return {
        "id": f"{about.programme.id}.{about.form.id}",
        "version": about.programme.version,
        "xml_url": f"{reverse('fill_xml', args=args)}?{query}",
        "submit_url": f"{reverse('fill_send', args=args)}?{query}",
        "task": about.task.id if about.task else "",
        "subject": about.subject,
        "label": f"{about.person.masked_name if about.person else _('Somebody new')} · {say(about.form.title)}",
        "next_url": "" if in_place else back,
        "edit_url": f"{reverse('fill', args=args)}?{query}",
        "corrects": about.corrects or "",
        "card": f"#task-{about.task.id}" if about.task else "",
    }


def _name(about: About, *, shows: bool) -> str:
    if about.person is None:
        return about.newcomer.identity.get("name", "") if about.newcomer else ""
    return about.person.name if shows else about.person.masked_name


def _xml(xml: str) -> HttpResponse:
    return HttpResponse(xml, content_type="text/xml; charset=utf-8")


@lru_cache(maxsize=128)
def _xform(form: Form, language: str) -> str:
    return to_xform(form, language=language)


def _version(about: About, version: str, at: dt.datetime) -> tuple[str, Form]:
    """The version a form was opened under and the form as it was then; Problem FORM_TOO_OLD past its time."""
    if not version or version == about.programme.version:
        return about.programme.version, about.form
    kept = queries.still_taken(about.programme.id, version, at - dt.timedelta(days=30))
    if kept is None or about.form.id not in kept.forms:
        raise Problem(errors.FORM_TOO_OLD)
    return version, kept.forms[about.form.id]


def _answers(form: Form, xml: str, about: About) -> dict[str, Any]:
    try:
        told: dict[str, Any] = dict(from_instance(form, xml.encode()))
    except InstanceError as error:
        raise Problem(errors.UNREADABLE, reason=say(error.reason)) from error
    return {**told, **opening.walked_in(about)} if about.newcomer else told


def _place(about: About, told: Submission, filled: Form, at: dt.datetime) -> None:
    """A newcomer belongs to the grid of the post that registers them, else to the one their address names in its area:
    the system answers the form that asks for it."""
    path = fitting.grid_of(told.answers, filled, about.by.path)
    node = areas.nodes([path]).get(path) if path else None
    asked = _placing_form(about.programme)
    if node is None or node.tier is not Tier.GRID or asked is None:
        return
    form, question = asked
    placed = Submission(
        ids.derived(told.id, "place"),
        about.programme.id,
        form,
        about.subject,
        told.happened_at,
        {question: node.code},
        path=node.path,
        form_version=about.programme.version,
    )
    record([placed], by=Actor(path=about.by.path, source="system"), at=at)


def _tell_known_twice(about: About, form: Form, answers: Mapping[str, Any], by: Actor, at: dt.datetime) -> None:
    """The worker sees nobody of another area; the county, which sees both, is told."""
    told = recording.identity_told(form, answers)
    if newcomers.known_elsewhere(told, about.subject, about.by, at):
        tasks.tell_known_twice(programme=about.programme.id, subject=about.subject, by=by, at=at)


def _placing_form(programme: Programme) -> tuple[str, str] | None:
    """The form that asks for nothing but the place."""
    for form in programme.forms.values():
        asked = [question for question in form.questions if question.type.answered]
        if programme.place and len(asked) == 1 and asked[0].fact == programme.place:
            return form.id, asked[0].name
    return None


def _sent(request: HttpRequest, about: About, entry: uuid.UUID, before: str, alarm: str) -> HttpResponse:
    title = say(about.form.title)
    body = {
        "message": " ".join(filter(None, (_("%(form)s: recorded.") % {"form": title}, before, alarm))),
        "undo_url": f"{reverse('undo')}?{urlencode({'entry': entry})}",
    }
    if about.task is not None:
        shown = {"task": about.task, "title": title, "name": _name(about, shows=about.own), "before": before,
                 "alarm": alarm}
        body["card"] = render_to_string("console/filling/sent.html", shown, request)
    return JsonResponse(body)


def _known_people(by: Acting, found: list[uuid.UUID], form: Mapping[str, str]) -> list[dict[str, str]]:
    """Who is already known under the same document or phone, masked."""
    programme, name = form["value"].split("/", 1)
    people = subjects.identities(found, by.range).values()
    nodes = areas.nodes({person.path for person in people})
    return [
        {
            "name": person.masked_name or _("Name not known"),
            "url": subject_url(person.id),
            "document": subjects.masked(person).get("document_number", ""),
            "phone": subjects.masked(person).get("phone", ""),
            "place": nodes[person.path].name if person.path in nodes else "",
            "fill_url": f"{reverse('fill', args=[programme, name])}?{urlencode({'subject': person.id})}",
        }
        for person in people
    ]


urlpatterns = [
    path("fill/<str:programme>/<str:form>/", fill, name="fill"),
    path("fill/<str:programme>/<str:form>/form.xml", form_xml, name="fill_xml"),
    path("fill/<str:programme>/<str:form>/send/", send, name="fill_send"),
    path("register/", walk_in, name="walk_in"),
    path("register/mrz/", read_mrz, name="read_mrz"),
]
