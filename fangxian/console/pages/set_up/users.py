"""Users: find, make, let in and out, a new one-time password."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fangxian.accounts import actions, approvals, passwords
from fangxian.accounts import queries as accounts
from fangxian.accounts.factors import queries as factors
from fangxian.accounts.rules import RosterPost
from fangxian.accounts.sessions import sessions_of
from fangxian.accounts.types import Acting, Person
from fangxian.console import asking
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.identifiers import phones

from . import rows
from .absences import give_open_tasks, open_tasks
from .frame import PAGE, address, carried_out, for_set_up, names_of, say, shown


class PhoneField(forms.CharField):
    """As it was typed, if it can be called; may be left out."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=20, **options)

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value))
        found = phones.parse(typed, region=settings.COUNTRY) if typed else None
        if found and found.e164 is None:
            raise ValidationError([say(fault.message) for fault in found.faults])
        return typed


class NewUserForm(forms.Form):
    """Somebody new."""

    username = forms.CharField(
        label=gettext_lazy("Username"), max_length=150, help_text=gettext_lazy("Letters and digits, to sign in with.")
    )
    display_name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=80)
    phone = PhoneField(label=gettext_lazy("Phone"))


_ASKED: Final = gettext_lazy("Asked for. Another administrator approves it under Requests.")


class UserButton(forms.Form):
    """A button alone."""


@for_set_up
def listed(request: HttpRequest, by: Acting) -> HttpResponse:
    """Users whose posts all lie in one's area, by username; making one shows the one-time password once."""
    at = clock.now()
    form = NewUserForm(request.POST or None)
    if request.method == "POST" and carried_out(form, lambda: form.cleaned_data.update(made=_make(form, by, at))):
        made = form.cleaned_data["made"]
        return _password(request, accounts.users([made.id])[made.id], made.password)
    text, after = request.GET.get("q", ""), request.GET.get("after", "")
    found = accounts.users_in(by.range, at, text=text, after=after, limit=PAGE + 1)
    return shown(
        request,
        "users",
        "set_up_users",
        {
            "form": form,
            "q": text,
            "rows": _rows(found[:PAGE], by, at),
            "columns": _columns(),
            "next": address("set_up_users", q=text, after=found[PAGE - 1].username) if len(found) > PAGE else "",
        },
        wrong=bool(form.errors),
    )


def _make(form: NewUserForm, by: Acting, at: dt.datetime) -> Any:
    return actions.make_user(**form.cleaned_data, by=by, at=at)


@for_set_up
def one(request: HttpRequest, by: Acting, user: int) -> HttpResponse:
    """One user with their posts; ``do``: in, out or password."""
    at = clock.now()
    person = accounts.settable(user, by.range, at)
    if person is None:
        raise Problem(errors.NOT_FOUND)
    form, fresh = UserButton(request.POST or None), list[str]()
    if request.method == "POST":
        form = UserButton(request.POST)
        if carried_out(form, lambda: _do(request, person, fresh, by, at)):
            if fresh:
                return _password(request, person, fresh[0])
            return HttpResponseRedirect(address("set_up_user", user))
    posts = held_by(user, at)
    return shown(
        request,
        "user",
        "set_up_users",
        {
            "person": person,
            "rows": rows.rows(posts, accounts.roster(), at),
            "columns": rows.columns(),
            "faults": form.non_field_errors(),
            "oneself": by.user == user,
            "factors": factors.of(user),
            "sessions": len(sessions_of(user)),
            "tasks": sum(len(open_tasks(post, by)) for post in posts),
        },
        wrong=bool(form.errors),
    )


def _do(request: HttpRequest, person: Person, fresh: list[str], by: Acting, at: dt.datetime) -> None:
    do = request.POST.get("do")
    if do == "password":
        made = approvals.password_or_ask(user=person.user, by=by, at=at)
        if made is not None:
            fresh.append(made)
        else:
            messages.info(request, _("It is asked for: who has this password sees people by name. Once another"
                                     " administrator has approved it under Requests, give it out here."))
    elif do == "sessions":
        ended = approvals.sign_out_or_ask(user=person.user, by=by, at=at)
        messages.success(request, _ASKED if ended is None else ngettext(
            "%(who)s is signed out: %(n)d session ended.", "%(who)s is signed out: %(n)d sessions ended.", ended
        ) % {"who": person.name, "n": ended})
    elif do == "factor":
        approvals.ask_removal(user=person.user, by=by, at=at)
        messages.success(request, _ASKED)
    elif do in ("in", "out") and not (do == "out" and person.user == by.user):
        messages.success(request, let_in(person, by, at) if do == "in" else shut_out(person, by, at))
    else:
        raise Problem(errors.NOT_FOUND)


def held_by(user: int, at: dt.datetime) -> tuple[RosterPost, ...]:
    """The posts somebody holds, also while they are shut out."""
    return tuple(post for post in accounts.roster().posts.values() if post.user == user and post.given(at))


def let_in(person: Person, by: Acting, at: dt.datetime) -> str:
    """They may sign in again, and their posts count again."""
    actions.let_in(user=person.user, allowed=True, by=by, at=at)
    return _("%(who)s may sign in again, and new tasks go there again. Those given away stay where they are.") % {
        "who": person.name
    }


@transaction.atomic
def shut_out(person: Person, by: Acting, at: dt.datetime) -> str:
    """Nobody is where they were: their open tasks go to whoever is there, as when a post ends."""
    if not approvals.shut_out_or_ask(user=person.user, by=by, at=at):
        return str(_ASKED)
    said = _("%(who)s is signed out everywhere and can't sign in.") % {"who": person.name}
    held = [post for post in held_by(person.user, at) if open_tasks(post, by)]
    return " ".join([said, *(give_open_tasks(post, by, at) for post in held)])


def _password(request: HttpRequest, person: Person, password: str) -> HttpResponse:
    """Answered at once and never kept: not in a session, not in a message, not in a cache."""
    answer = shown(
        request,
        "password",
        "set_up_users",
        {"person": person, "password": password, "days": passwords.LASTS.days},
    )
    answer["Cache-Control"] = "no-store, private"
    return answer


def _columns() -> list[dict[str, str]]:
    return [
        {"label": _("Name")},
        {"label": _("Phone")},
        {"label": _("Posts")},
        {"label": _("Sign-in"), "kind": "chip"},
    ]


def _rows(found: list[Person], by: Acting, at: dt.datetime) -> list[dict[str, Any]]:
    posts = {person.user: held_by(person.user, at) for person in found}
    names = names_of(post.path for held in posts.values() for post in held)
    return [
        {
            "cells": [
                {"text": person.name, "url": address("set_up_user", person.user), "note": person.username},
                {"text": person.phone},
                {"text": _posts(posts[person.user], names)},
                {} if person.active else {"state": "missed", "text": _("Is shut out")},
            ]
        }
        for person in found
    ]


def _posts(held: tuple[RosterPost, ...], names: dict[str, str]) -> str:
    return asking.listed(f"{rows.kind_of(post)} · {names.get(post.path, '')}" for post in held) or _("no post")
