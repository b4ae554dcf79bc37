"""Programmes in force: their forms, tasks and measures."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from ninja import Router, Schema

from fangxian.accounts.rules import may
from fangxian.accounts.types import Acting, Action
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.programmes.forms import Form
from fangxian.programmes.forms.xform import to_xform
from fangxian.programmes.types import Programme, TaskKind, Window

from .asking import say, seeing, seen, seen_one
from .schemas import Name

router = Router(tags=["programmes"])


class ProgrammeLine(Schema):
    id: str
    version: str
    title: str
    subject: str


class FormLine(Schema):
    """``fill`` and ``correct``: what the acting post may do with it. ``address`` gives the XForm."""

    id: str
    version: str
    title: str
    fill: bool
    correct: bool
    address: str


class WindowTimes(Schema):
    """Local times of the area, as HH:MM."""

    opens: str
    due: str
    accept_from: str


class TaskLine(Schema):
    """A kind of task; ``post`` is the kind of post that does it, ``window`` its time each day if it has one."""

    kind: str
    label: str
    form: str
    post: str
    urgent: bool
    window: WindowTimes | None


class MeasureLine(Schema):
    name: str
    label: str
    managed: bool


class ProgrammePage(ProgrammeLine):
    forms: list[FormLine]
    tasks: list[TaskLine]
    measures: list[MeasureLine]


@router.get("/programmes", response=list[ProgrammeLine], operation_id="programmes",
            summary="What the post may see into")
def programmes(request: HttpRequest) -> list[ProgrammeLine]:
    return [ProgrammeLine(**_line(one)) for one in seen(seeing(request)).values()]


@router.get("/programmes/{programme}", response=ProgrammePage, operation_id="programme",
            summary="One programme with its forms, tasks and measures")
def programme(request: HttpRequest, programme: Name) -> ProgrammePage:
    by = seeing(request)
    one = seen_one(by, programme)
    return ProgrammePage(
        **_line(one), forms=[_form(by, one, form) for form in one.forms.values()],
        tasks=[_task(kind) for kind in one.tasks.values()],
        measures=[MeasureLine(name=found.name, label=say(found.label), managed=found.managed)
                  for found in one.measures.values()])


@router.get("/programmes/{programme}/forms/{form}", operation_id="form", summary="A form as an ODK XForm",
            openapi_extra={"responses": {
                200: {"description": "The XForm, in both languages; ETag by version",
                      "content": {"text/xml": {"schema": {"type": "string"}}}},
                304: {"description": "The one of If-None-Match is the latest"}}})
def form(request: HttpRequest, programme: Name, form: Name) -> HttpResponseBase:
    one = seen_one(seeing(request), programme)
    found = one.forms.get(form)
    if found is None:
        raise Problem(errors.NOT_FOUND)
    language = "zh" if (get_language() or "en").startswith("zh") else "en"
    tag = f'"{one.version}-{one.digest[:16]}-{language}"'
    unchanged = get_conditional_response(request, etag=tag)
    response = unchanged or HttpResponse(_xml(found, language), content_type="text/xml; charset=utf-8")
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


@lru_cache(maxsize=128)
def _xml(form: Form, language: str) -> str:
    return to_xform(form, language=language)


def _line(one: Programme) -> dict[str, str]:
    return {"id": one.id, "version": one.version, "title": say(one.title), "subject": one.subject}


def _form(by: Acting, one: Programme, form: Form) -> FormLine:
    return FormLine(
        id=form.id, version=one.version, title=say(form.title), fill=may(by, Action.FILL, one.id, form.id),
        correct=may(by, Action.CORRECT, one.id, form.id), address=f"/api/v1/programmes/{one.id}/forms/{form.id}")


def _task(kind: TaskKind) -> TaskLine:
    return TaskLine(kind=kind.kind, label=say(kind.label), form=kind.form, post=kind.post, urgent=kind.urgent,
                    window=_times(kind.window) if kind.window else None)


def _times(window: Window) -> WindowTimes:
    return WindowTimes(
        opens=f"{window.opens:%H:%M}", due=f"{window.due:%H:%M}", accept_from=f"{window.accept_from:%H:%M}")
