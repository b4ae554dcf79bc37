"""One's own page: who one is here, how one is called, the language, how one signs in, and where one is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from fangxian.accounts import actions
from fangxian.accounts import queries as accounts
from fangxian.accounts.factors import queries as factors
from fangxian.accounts.requests import acting, choices
from fangxian.accounts.sessions import renewed, sessions_of
from fangxian.accounts.types import Acting
from fangxian.console.shell import label_of
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem

from .set_up.frame import names_of
from .set_up.users import PhoneField


class ProfileForm(forms.Form):
    """What one may say about oneself; the name stands in what others read, and is the administrator's to give."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["phone"] = PhoneField(label=_("Phone"), help_text=_("Colleagues call you by it, and nobody else."))


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Shows it; with ``phone`` that is changed."""
    by, at = acting(request), clock.now()
    person = accounts.users([by.user or 0]).get(by.user or 0)
    if person is None:
        raise Problem(errors.NOT_FOUND)
    if request.method == "POST" and "end" in request.POST:
        return _ended(request, by, at)
    sent = request.method == "POST" and "phone" in request.POST
    form = ProfileForm(request.POST if sent else None, initial={"phone": person.phone})
    if sent and form.is_valid():
        actions.set_own_phone(phone=form.cleaned_data["phone"], by=by, at=at)
        messages.success(request, _("The phone is changed."))
        return HttpResponseRedirect(reverse("profile"))
    return render(
        request,
        "console/profile.html",
        {
            "person": person,
            "form": form,
            "held": _held(choices(request), at),
            "factors": factors.of(person.user),
            "sessions": sessions_of(person.user, request.session.session_key),
        },
        status=422 if request.method == "POST" else 200,
    )


def _ended(request: HttpRequest, by: Acting, at: dt.datetime) -> HttpResponse:
    """One of one's sessions, by its id, or all others; the one that asks is ended by signing out."""
    others = request.POST["end"] == "others"
    ended = actions.end_own_sessions(
        session=None if others else request.POST["end"], but=request.session.session_key, by=by, at=at
    )
    if others:
        renewed(request, by.user or 0)
    if not ended:
        messages.info(request, _("There was no other session to end."))
    else:
        said = ngettext("%(n)d session is ended.", "%(n)d sessions are ended.", ended)
        messages.success(request, said % {"n": ended})
    return HttpResponseRedirect(reverse("profile"))


def _held(found: tuple[Acting, ...], at: dt.datetime) -> list[dict[str, Any]]:
    """The posts somebody acts with, and the absences of their own ones, which they may end."""
    names = names_of(by.path for by in found)
    return [{
        "text": " · ".join(filter(None, (label_of(by.kind), names.get(by.path, ""), by.department))),
        "away": [{"id": absence, "begins": one.begins, "ends": one.ends, "begun": one.begins <= at}
                 for absence, one in accounts.absences_of(by.post or 0, at) if by.through is None],
        "url": reverse("worker_back", args=[by.post or 0]),
    } for by in found]


urlpatterns = [path("profile/", profile, name="profile")]
