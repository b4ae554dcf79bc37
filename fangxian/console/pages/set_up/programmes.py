"""What is published, what its check says, where lists come from, and who may do what; all to read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fangxian.accounts import queries as accounts
from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.types import ACTIONS, ANY, FORM_ACTIONS, OUTSIDE, POST_KINDS, Acting, Action, PostKind
from fangxian.capture import queries as capture
from fangxian.console import asking
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.findings import Severity
from fangxian.programmes import queries as programmes
from fangxian.programmes.queries import Published
from fangxian.programmes.types import Programme
from fangxian.tasks import failures, publications

from .frame import address, for_set_up, names_of, say, shown


@for_set_up
def listed(request: HttpRequest, by: Acting) -> HttpResponse:
    """Every programme in force, and the sources lists have come from."""
    in_force = {one.id: one for one in programmes.all_in_force()}
    versions = [one for one in programmes.published() if one.in_force]
    return shown(
        request,
        "programmes",
        "set_up_programmes",
        {
            "rows": [_row(one, in_force.get(one.programme)) for one in versions],
            "behind": [{"name": say(one.title), "version": one.version, "count": left}
                       for one in in_force.values() if one.decision and (left := publications.left(one))],
            "failures": [_failure(one, in_force.get(one.programme)) for one in failures.standing()],
            "columns": _columns(),
            "sources": _sources(by, in_force),
            "source_columns": _source_columns(),
        },
    )


def _columns() -> list[dict[str, str]]:
    return [
        {"label": _("Programme")},
        {"label": _("Version")},
        {"label": _("In force since"), "kind": "time"},
        {"label": _("Forms"), "kind": "number"},
        {"label": _("Tables"), "kind": "number"},
        {"label": _("Tasks"), "kind": "number"},
    ]


def _failure(one: failures.StandingFailure, loaded: Programme | None) -> dict[str, Any]:
    return {"name": say(loaded.title) if loaded else one.programme, "version": one.version, "what": one.what,
            "at": one.last_at}


def _row(one: Published, loaded: Programme | None) -> dict[str, Any]:
    if loaded is None:
        return {"state": "urgent", "cells": [
            {"text": one.programme, "note": _("Does not load: look at the check on the server")},
            {"text": one.version}, {"at": one.at, "reading": "at"},
            *({"text": ""} for _number in range(3))]}
    return {
        "cells": [
            {"text": say(loaded.title), "note": one.programme, "url": address("set_up_programme", one.programme)},
            {"text": one.version},
            {"at": one.at, "reading": "at"},
            {"text": len(loaded.forms)},
            {"text": len(loaded.tables)},
            {"text": len(loaded.tasks)},
        ]
    }


def _source_columns() -> list[dict[str, str]]:
    labels = (_("Source"), _("Area"), _("Form it fills"), _("Columns remembered"))
    return [{"label": label} for label in labels]


def _sources(by: Acting, in_force: dict[str, Programme]) -> list[dict[str, Any]]:
    """Names of columns only, nothing of what stood in them: the scope is widened to the programmes for that."""
    with working_in(Scope(by.range, tuple(in_force))):
        found = capture.sources(by)
    names = names_of(source.path for source in found)
    return [
        {
            "cells": [
                {"text": source.name},
                {"text": names.get(source.path, "")},
                {"text": _form(in_force.get(source.programme), source.form),
                 "note": _title(in_force.get(source.programme), source.programme)},
                {"text": _shapes(len(source.memory))},
            ]
        }
        for source in found
    ]


def _shapes(number: int) -> str:
    if not number:
        return _("None yet")
    words = ngettext("%(count)s kind of list", "%(count)s kinds of list", number)
    return words % {"count": number}


def _title(programme: Programme | None, name: str) -> str:
    return say(programme.title) if programme else name


def _form(programme: Programme | None, form: str) -> str:
    return say(programme.forms[form].title) if programme and form in programme.forms else form


@for_set_up
def one(request: HttpRequest, by: Acting, programme: str) -> HttpResponse:
    """A programme: what the check says of the version in force, its forms, the versions before."""
    versions = [one for one in programmes.published() if one.programme == programme]
    if not any(one.in_force for one in versions):
        raise Problem(errors.NOT_FOUND)
    loaded = programmes.in_force(programme)
    return shown(
        request,
        "programme",
        "set_up_programmes",
        {
            "title": say(loaded.title),
            "loaded": loaded,
            "versions": _versions(versions),
            "version_columns": [
                {"label": _("Version")},
                {"label": _("Published"), "kind": "time"},
                {"label": _("By")},
                {"label": _("State"), "kind": "chip"},
            ],
            "findings": [_finding(found) for found in programmes.findings(programme, loaded.version)],
            "finding_columns": [
                {"label": _("Where")},
                {"label": _("What to do")},
                {"label": _("Weight"), "kind": "chip"},
            ],
            "forms": [
                {
                    "cells": [
                        {"text": say(form.title), "note": form.id},
                        {"text": form.version},
                        {"text": len(form.questions)},
                    ]
                }
                for form in loaded.forms.values()
            ],
            "form_columns": [
                {"label": _("Form")},
                {"label": _("Version")},
                {"label": _("Questions"), "kind": "number"},
            ],
        },
    )


def _versions(versions: list[Published]) -> list[dict[str, Any]]:
    who = accounts.users(one.by for one in versions if one.by is not None)
    return [
        {
            "cells": [
                {"text": one.version},
                {"at": one.at, "reading": "at"},
                {"text": who[one.by].name if one.by in who else _("On the server")},
                {
                    "state": "done" if one.in_force else "excused",
                    "text": _("In force") if one.in_force else _("Replaced"),
                },
            ]
        }
        for one in versions
    ]


def _finding(found: Any) -> dict[str, Any]:
    wrong = found.severity is Severity.ERROR
    return {
        "cells": [
            {"text": str(found.place)},
            {"text": asking.as_line(say(found.message))},
            {"state": "urgent" if wrong else "provisional", "text": _("Mistake") if wrong else _("To look at")},
        ]
    }


@for_set_up
def permissions(request: HttpRequest, by: Acting) -> HttpResponse:
    """The permission table, a programme at a time: for each kind of post what it may do."""
    table = accounts.permissions()
    known = {one.id: say(one.title) for one in programmes.all_in_force()}
    chosen = request.GET.get("programme", next(iter(known), OUTSIDE))
    if chosen != OUTSIDE and chosen not in known:
        raise Problem(errors.NOT_FOUND)
    labels = [*known.items(), (OUTSIDE, _("Outside programmes"))]
    loaded = programmes.in_force(chosen) if chosen != OUTSIDE else None
    return shown(
        request,
        "permissions",
        "set_up_permissions",
        {
            "choices": [
                {"label": label, "url": address("set_up_permissions", programme=name), "active": name == chosen}
                for name, label in labels
            ],
            "columns": [{"label": _("Kind of post")}, {"label": _("May")}],
            "rows": [
                {"cells": [{"text": say(POST_KINDS[kind].label)}, {"text": said}]}
                for kind in PostKind
                if (said := _may(table, kind, chosen, loaded))
            ],
        },
    )


def _may(table: Any, kind: str, programme: str, loaded: Programme | None) -> str:
    return asking.as_line(" · ".join(
        _done(table, kind, action, programme, loaded) for action in Action if table.may(kind, action, programme)
    ))


def _done(table: Any, kind: str, action: Action, programme: str, loaded: Programme | None) -> str:
    label = say(ACTIONS[action])
    forms = table.forms(kind, action, programme)
    if action not in FORM_ACTIONS or ANY in forms:
        return label
    named = asking.listed(sorted(_form(loaded, form) for form in forms))
    return _("%(action)s (%(forms)s)") % {"action": label, "forms": named}
