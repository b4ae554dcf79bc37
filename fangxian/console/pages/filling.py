"""Filling a form in the browser: the XForm with what is known, the answers that come back, somebody new."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fangxian.accounts import actions as accounts
from fangxian.accounts.requests import acting
from fangxian.accounts.rules import require
from fangxian.accounts.types import Acting, Action
from fangxian.capture import placing
from fangxian.console import feedback, newcomers
from fangxian.console.asking import (
    answers,
    as_uuid,
    asks_for_part,
    device,
    for_posts_that,
    forms_about,
    happened,
    person_in_sight,
    say,
    seen,
    subject_url,
    walk_in_forms,
)
from fangxian.console.newcomers import Newcomer
from fangxian.console.numbered import last_of_each, with_results
from fangxian.console.opening import OWN_TASK
from fangxian.console.passing import in_passing
from fangxian.console.prefill import FormContext, known_answers, walked_in
from fangxian.intake import actions as intake
from fangxian.intake.types import Filing, Lookalike
from fangxian.journal import queries as journal
from fangxian.journal.queries import EntryLine
from fangxian.journal.types import Recorded
from fangxian.kernel import clock, errors, ids
from fangxian.kernel.errors import Problem
from fangxian.programmes import queries
from fangxian.programmes.forms import Form
from fangxian.programmes.forms.xform import InstanceError, from_instance, prefill, to_xform
from fangxian.programmes.types import Programme
from fangxian.subjects import numbers
from fangxian.subjects import queries as subjects
from fangxian.subjects.steps.numbers import NumberedForm
from fangxian.tasks import worklist
from fangxian.tasks.states import State
from fangxian.tasks.types import VISIT
from fangxian.tasks.worklist import TaskView

from .replies import told_of

FILLING: Final = "fill"
_SHOWN: Final = 5
_ASKED: Final = "asked_about"


@for_posts_that(Action.FILL)
@require_GET
def fill(request: HttpRequest, programme: str, form: str) -> HttpResponse:
    """A page with the form, or for htmx the form in the place of its card."""
    by, at = acting(request), clock.now()
    about = _about(request, by, programme, form, at)
    reply = about.programme.reply_by(about.form.id)
    if reply is not None and about.of is None and about.corrects is None:
        return HttpResponseRedirect(_by_number(about))
    if about.task is not None and placing.is_chosen_here(by, about.programme, about.form.id):
        return _elsewhere(request, reverse("placing"))
    _log_opened(about, by, at)
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
            "drill": about.person is not None and about.person.drill,
            "corrects": about.corrects,
            "of": told_of(by, about.of) if about.of else "",
            "subject_url": subject_url(about.subject) if about.person else "",
            "taken": [] if reply or not about.person
            else last_of_each(by, about.subject, about.programme, about.form.id),
            "before": last,
            "before_text": _before(about, last) if last and reply is None else "",
            "noscript_text": _("This form needs scripts. Use another browser, or a quick answer on My day."),
        },
    )


def _log_opened(about: FormContext, by: Acting, at: dt.datetime) -> None:
    """The look at who somebody is, by the page and by what is filled in for it: each can be asked for by itself."""
    if about.person is not None and about.opened_in:
        accounts.log_access(
            by=by, action=Action.IDENTITY, purpose=OWN_TASK if about.own else FILLING, at=at,
            programme=about.opened_in, subjects={about.subject: about.person.path})


def _elsewhere(request: HttpRequest, address: str) -> HttpResponse:
    """Another page, also for htmx, which would put it in the place of the card."""
    return HttpResponse(headers={"HX-Redirect": address}) if asks_for_part(request) else HttpResponseRedirect(address)


def _before(about: FormContext, last: EntryLine) -> str:
    since = with_results([last], {about.programme.id: about.programme})[last.id]
    said = (in_passing(one, about.form, about.by.calendar, opened=bool(about.opened_in)) for one in since.answers)
    return " · ".join(islice(said, _SHOWN))


@for_posts_that(Action.FILL)
@require_GET
def form_xml(request: HttpRequest, programme: str, form: str) -> HttpResponse:
    """The XForm of the version in force with what is known already filled in; asked of nobody, blank, to be kept."""
    by, at, language = acting(request), clock.now(), get_language() or "en"
    if "subject" not in request.GET and "new" not in request.GET:
        return _xml(_xform(_form_taken(by, programme, form, "", at)[1], language))
    about = _about(request, by, programme, form, at)
    _log_opened(about, by, at)
    xml, known = _xform(about.form, language), known_answers(about)
    return _xml(prefill(xml, known) if known else xml)


@for_posts_that(Action.FILL)
@require_POST
def send(request: HttpRequest, programme: str, form: str) -> HttpResponse:
    """The filled form: ``client_id``, ``happened_at``, ``version``, ``subject``, ``task``, ``corrects``, ``xml``; and
    ``same_as`` or ``other_than`` (ids with commas) where it was asked who somebody new is, ``changes`` (questions with
    commas) where it was asked whether something recorded is to change.

    Sent twice it is one record. 422 names the answers that need another look, 409 a version that is too old, a
    correction that came too late or somebody who may be known: the device keeps what was typed as a draft.
    """
    by, at, sent = acting(request), clock.now(), _Sent(request)
    owner, filled = _form_taken(by, programme, form, sent.version, at, correcting=bool(sent.corrects))
    newcomer = newcomers.opened(sent.new, by, at) if sent.new else None
    subject = newcomer.subject if newcomer else person_in_sight(by, as_uuid(sent.subject)).id
    task = _task_in_sight(by, as_uuid(sent.task)) if sent.task else None
    filing = Filing(
        id=as_uuid(sent.client_id),
        programme=programme,
        form=form,
        subject=subject,
        happened_at=happened(request, at),
        answers=_answers(filled, sent.xml, owner if newcomer else None),
        form_version=sent.version,
        task=task.id if task else None,
        replaces=as_uuid(sent.corrects) if sent.corrects else None,
        same_as=as_uuid(sent.same_as) if sent.same_as else None,
        other_than=_ids(sent.other_than) | (newcomer.other_than if newcomer else frozenset()),
        changes=frozenset(sent.changes.split(",")),
    )
    [result] = intake.submit([filing], by=by, at=at, device=device(request))
    feedback.raise_refused([result], filled)
    left_open = feedback.left_open([filing], by)
    notes = (
        feedback.told(result),
        left_open,
        feedback.answered_before([filing], by, at),
        feedback.document_doubt(filled, filing.answers, by.calendar.today(at)),
        feedback.change_told([filing.id], result.received_at or at),
    )
    alarm = ""
    if isinstance(result.answer, Recorded):
        alarm = feedback.alarm([result.answer.subject], result.received_at or at)
    state = State.OPEN if left_open else State.DONE
    return _recorded(request, by, filled, filing, task, state, " ".join(filter(None, notes)), alarm)


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
    chosen = request.POST.get("form") or forms[0]["value"]
    if chosen not in {one["value"] for one in forms}:
        raise Problem(errors.NOT_FOUND)
    programme, form = chosen.split("/", 1)
    others = _ids(",".join(request.POST.getlist("other_than")))
    mark = _mark(told)
    likes = intake.look(
        told, seen(by)[programme], others if "new" in request.POST else frozenset(), by=by, at=at,
        again=request.session.get(_ASKED) == mark)
    request.session[_ASKED] = mark
    if request.POST.get("go") == "read" or likes.asked or (faults and "new" not in request.POST):
        return render(
            request,
            "console/filling/new.html",
            {
                "forms": forms,
                "told": told,
                "faults": faults,
                "read": bool(read),
                "known": _known_people(likes.asked, programme, form),
                "certain": any(one.certain for one in likes.asked),
                "other_than": sorted(others | {one.subject for one in likes.asked}),
            },
        )
    if "name" not in told and "name_latin" in told:
        told["name"] = told["name_latin"]  # as in the document; whoever has a Chinese name as well writes it over
    token = newcomers.token(Newcomer(ids.uuid7(at), told, others), by, at)
    return HttpResponseRedirect(f"{reverse('fill', args=[programme, form])}?{urlencode({'new': token})}")


def _mark(told: Mapping[str, str]) -> str:
    """By which somebody is known who was asked about just before: read first, then gone on with. A keyed hash."""
    parts = "\0".join(f"{part}={told[part]}" for part in sorted(told) if part != "name")
    return salted_hmac(_ASKED, parts, algorithm="sha256").hexdigest()[:32]


@for_posts_that(Action.FILL)
@require_POST
def read_mrz(request: HttpRequest) -> HttpResponse:
    """Machine-readable lines (``mrz``) as JSON: ``identity`` by part, and ``faults`` in words; nothing is stored."""
    by = acting(request)
    read, zone = newcomers.read_zone(request.POST.get("mrz", ""), by.calendar.today(clock.now()))
    return JsonResponse({"identity": read, "faults": [say(fault.message) for fault in zone.faults]})


class _Sent:
    """What a request says, in its body or its address."""

    def __init__(self, request: HttpRequest) -> None:
        def said(name: str) -> str:
            return request.POST.get(name) or request.GET.get(name) or ""

        self.subject, self.task, self.corrects, self.new = map(said, ("subject", "task", "corrects", "new"))
        self.client_id, self.version, self.xml = map(said, ("client_id", "version", "xml"))
        self.same_as, self.other_than, self.of = said("same_as"), said("other_than"), said("of")
        self.changes = said("changes")


def _about(request: HttpRequest, by: Acting, programme: str, form: str, at: dt.datetime) -> FormContext:
    """What a form is opened about. Problem NOT_FOUND for what the post cannot see, CHANGED_MEANWHILE for a correction
    of what does not stand, OTHER_KIND and OTHER_TASK for a form that would not be taken."""
    sent = _Sent(request)
    owner, found = _form_taken(by, programme, form, "", at, correcting=bool(sent.corrects))
    newcomer = newcomers.opened(sent.new, by, at) if sent.new else None
    subject = newcomer.subject if newcomer else as_uuid(sent.subject)
    person = subjects.identities([subject], by.range).get(subject)
    if person is None and newcomer is None:
        raise Problem(errors.NOT_FOUND)
    taken = forms_about(by, person) if person else None
    if taken is not None and (programme, form) not in taken:
        raise Problem(errors.NOT_ALLOWED)
    if person is not None and person.kind != owner.subject:
        raise Problem(errors.OTHER_KIND, programme=owner.id)
    if person is not None and person.closed is not None and any(one.identity for one in found.questions):
        raise person.closed
    task = _task(by, as_uuid(sent.task), subject, owner, form) if sent.task else None
    corrects = _corrected(as_uuid(sent.corrects), subject, form) if sent.corrects else None
    of = _replied_to(as_uuid(sent.of), subject, owner, form) if sent.of else None
    return FormContext(by, owner, found, subject, person, newcomer, task, corrects, of)


def _form_taken(
    by: Acting, programme: str, form: str, version: str, at: dt.datetime, *, correcting: bool = False
) -> tuple[Programme, Form]:
    """The programme as it was when a form was opened, and the form."""
    owner = seen(by).get(programme)
    if owner is None:
        raise Problem(errors.NOT_FOUND)
    require(by, Action.CORRECT if correcting else Action.FILL, programme, form)
    taken = queries.taken(owner, version, at)
    if taken is None:
        raise Problem(errors.FORM_TOO_OLD)
    if form not in taken.forms:
        raise Problem(errors.UNKNOWN_FORM, form=form, programme=programme)
    return taken, taken.forms[form]


def _task_in_sight(by: Acting, task: uuid.UUID) -> TaskView:
    found = worklist.by_ids([task], by.range).get(task)
    if found is None:
        raise Problem(errors.NOT_FOUND)
    return found


def _task(by: Acting, task: uuid.UUID, subject: uuid.UUID, owner: Programme, form: str) -> TaskView:
    found = _task_in_sight(by, task)
    if (found.subject, found.programme) != (subject, owner.id):
        raise Problem(errors.NOT_FOUND)
    if form not in (found.form, VISIT):
        raise Problem(errors.OTHER_TASK)
    if not answers(by, found):
        require(by, Action.IDENTITY, owner.id)  # a check is of somebody one can tell from others
    return found


def _corrected(entry: uuid.UUID, subject: uuid.UUID, form: str) -> uuid.UUID:
    found = journal.entries([entry]).get(entry)
    if found is None or (found.subject, found.form) != (subject, form):
        raise Problem(errors.NOT_FOUND)
    if not found.stands:
        raise Problem(errors.CHANGED_MEANWHILE)
    return entry


def _replied_to(entry: uuid.UUID, subject: uuid.UUID, owner: Programme, form: str) -> NumberedForm:
    """What a form replies to. Problem NOT_FOUND where it replies to nothing of the kind about that subject."""
    reply = owner.reply_by(form)
    found = next(iter(numbers.of_entries([entry])), None)
    if reply is None or found is None or (found.subject, found.programme, found.form) != (subject, owner.id, reply.to):
        raise Problem(errors.NOT_FOUND)
    return found


def _by_number(about: FormContext) -> str:
    """Where the number is asked for first, with what of this person awaits the form."""
    query = urlencode({"reply": f"{about.programme.id}/{about.form.id}", "subject": about.subject})
    return f"{reverse('replies')}?{query}"


def _ids(text: str) -> frozenset[uuid.UUID]:
    return frozenset(as_uuid(one) for one in text.split(",") if one)


def _form(request: HttpRequest, about: FormContext, *, in_place: bool) -> dict[str, Any]:
    """What ``components/form.html`` asks for."""
    query = about.query + (f"&{urlencode({'new': request.GET['new']})}" if about.newcomer else "")
    args = [about.programme.id, about.form.id]
    back = reverse("my_day") if about.task or about.newcomer else subject_url(about.subject)
    back = reverse("replies") if about.of else back
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


def _name(about: FormContext, *, shows: bool) -> str:
    if about.person is None:
        return about.newcomer.identity.get("name", "") if about.newcomer else ""
    return about.person.name if shows else about.person.masked_name


def _xml(xml: str) -> HttpResponse:
    return HttpResponse(xml, content_type="text/xml; charset=utf-8")


@lru_cache(maxsize=128)
def _xform(form: Form, language: str) -> str:
    return to_xform(form, language=language)


def _answers(form: Form, xml: str, registering: Programme | None) -> dict[str, Any]:
    """What the browser sent; of somebody ``registering`` with a programme, that they were on no list as well."""
    try:
        told: dict[str, Any] = dict(from_instance(form, xml.encode()))
    except InstanceError as error:
        raise Problem(errors.UNREADABLE, reason=say(error.reason)) from error
    return {**told, **walked_in(registering, form)} if registering else told


def _recorded(
    request: HttpRequest, by: Acting, form: Form, filing: Filing, task: TaskView | None, state: State, notes: str,
    alarm: str,
) -> HttpResponse:
    title = say(form.title)
    body = {
        "message": " ".join(filter(None, (_("%(form)s: recorded.") % {"form": title}, notes, alarm))),
        "undo_url": f"{reverse('undo')}?{urlencode({'entry': filing.id})}",
    }
    if task is not None:
        person = subjects.identities([task.subject], by.range).get(task.subject)
        own = task.post in by.posts and task.state == State.OPEN
        name = (person.name if own else person.masked_name) if person else ""
        shown = {"task": task, "title": title, "name": name, "before": notes, "alarm": alarm, "state": state}
        body["card"] = render_to_string("console/filling/sent.html", shown, request)
    return JsonResponse(body)


def _known_people(found: Sequence[Lookalike], programme: str, form: str) -> list[dict[str, Any]]:
    """Who may be the one, masked, with the form to fill about them."""
    url = reverse("fill", args=[programme, form])
    return [{**one, "fill_url": f"{url}?{urlencode({'subject': one['subject']})}"}
            for one in feedback.candidates(found)]


urlpatterns = [
    path("fill/<str:programme>/<str:form>/", fill, name="fill"),
    path("fill/<str:programme>/<str:form>/form.xml", form_xml, name="fill_xml"),
    path("fill/<str:programme>/<str:form>/send/", send, name="fill_send"),
    path("register/", walk_in, name="walk_in"),
    path("register/mrz/", read_mrz, name="read_mrz"),
]
