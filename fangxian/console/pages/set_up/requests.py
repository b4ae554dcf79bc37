"""Rights that need a second person: who asked for what, and the second person's yes or no."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fangxian.accounts import approvals, hands
from fangxian.accounts import queries as accounts
from fangxian.accounts.giving import REASONS, Reason
from fangxian.accounts.types import (
    POST_KINDS,
    REQUEST_STATES,
    Acting,
    AskedFor,
    AskedWhat,
    Person,
    PostKind,
    RequestState,
)
from fangxian.console.asking import as_line, whole_number
from fangxian.kernel import clock, errors
from fangxian.kernel.errors import Problem

from .frame import address, carried_out, for_set_up, names_of, say, shown
from .posts import PostButton

_DEEDS: Final[dict[str, tuple[Callable[..., None], Any]]] = {
    "approve": (approvals.approve, gettext_lazy("Approved. It works from the next page they open.")),
    "decline": (approvals.decline, gettext_lazy("Declined. Nothing was given.")),
    "withdraw": (approvals.withdraw, gettext_lazy("Taken back.")),
}
_TELLS: Final = {
    AskedWhat.REMOVAL: gettext_lazy("to sign in without the second factor that is lost"),
    AskedWhat.PASSWORD: gettext_lazy("a new password, given out by the one who asks"),
    AskedWhat.SIGN_OUT: gettext_lazy("to be signed out everywhere"),
    AskedWhat.SHUT_OUT: gettext_lazy("to be shut out"),
}
_CHIPS: Final = {
    RequestState.ASKED: "waiting",
    RequestState.APPROVED: "done",
    RequestState.DECLINED: "missed",
    RequestState.WITHDRAWN: "excused",
    RequestState.EXPIRED: "excused",
    RequestState.USED: "done",
}


@for_set_up
def listed(request: HttpRequest, by: Acting) -> HttpResponse:
    """What waits first, then what became of the others; ``do``: approve, decline or withdraw ``request``, or approve
    all that are sent."""
    at, form = clock.now(), PostButton(request.POST)
    if request.method == "POST" and carried_out(form, lambda: _do(request, by, at)):
        return HttpResponseRedirect(address("set_up_requests"))
    found = described(accounts.requests_in(by.range, at), by)
    return shown(
        request,
        "requests",
        "set_up_requests",
        {
            "waiting": [one for one in found if one["waits"]],
            "alike": alike(found),
            "past": [one for one in found if not one["waits"]],
            "faults": form.non_field_errors() if request.method == "POST" else (),
            "days": approvals.LASTS.days,
        },
        wrong=request.method == "POST",
    )


def _do(request: HttpRequest, by: Acting, at: dt.datetime) -> None:
    if request.POST.get("do") == "approve_all":
        sent = [whole_number(one) for one in request.POST.getlist("request")]
        approvals.approve_all(requests=[one or 0 for one in sent], by=by, at=at)
        messages.success(request, ngettext(
            "%(n)d request approved.", "%(n)d requests approved.", len(sent)) % {"n": len(sent)})
        return
    deed, told = _DEEDS.get(request.POST.get("do", ""), (None, ""))
    asked = whole_number(request.POST.get("request", ""))
    if deed is None or asked is None:
        raise Problem(errors.NOT_FOUND)
    deed(request=asked, by=by, at=at)
    messages.success(request, told)


def described(found: Iterable[AskedFor], by: Acting) -> list[dict[str, Any]]:
    """Requests in words, each with what the one who reads may do about it."""
    found = list(found)
    behind = hands.hands({one.user for one in found})
    people = accounts.users({user for one in found for user in (one.asked_by, one.decided_by or 0, *behind[one.user])})
    own = hands.of_ones_own(by, {one.user for one in found})
    names = names_of(one.path for one in found)
    return [_described(one, people, names, by) | {
        "behind": ", ".join(sorted(_named(people, hand) for hand in behind[one.user] - {one.user})),
        "may_decide": _may_decide(one, by, own)} for one in found]


def _named(people: Mapping[int, Person], user: int | None) -> str:
    """By name and username: names may be the same."""
    person = people.get(user or 0)
    if person is None:
        return ""
    return person.name if person.name == person.username else f"{person.name} ({person.username})"


def _may_decide(one: AskedFor, by: Acting, own: set[int]) -> bool:
    """Who neither asked nor gains by it, under another name either."""
    gains = one.what is AskedWhat.RIGHTS and one.user in own
    return one.state is RequestState.ASKED and by.user not in (one.asked_by, one.user) and not gains


def alike(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those one may approve that ask alike, for several people, of one asker: each with all of them in view."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in found:
        if one["may_decide"] and not (one["removes"] or one["ends_post"]):
            groups.setdefault((one["what"], one["asked_by"]), []).append(one)
    return [{"what": what, "asked_by": who, "ones": ones} for (what, who), ones in groups.items() if len(ones) > 1]


def _what(one: AskedFor, kind: str) -> str:
    if one.what in _TELLS:
        return str(_TELLS[one.what])
    if one.what is AskedWhat.ENDING:
        return _("the end of the post of %(kind)s") % {"kind": kind}
    return (_("to stand in as %(kind)s") if one.substitute else _("the post of %(kind)s")) % {"kind": kind}


def _described(one: AskedFor, people: dict[int, Person], names: dict[str, str], by: Acting) -> dict[str, Any]:
    kind = say(POST_KINDS[PostKind(one.kind)].label) if one.kind else ""
    waits = one.state is RequestState.ASKED
    return {
        "id": one.id,
        "waits": waits,
        "who": _named(people, one.user),
        "removes": one.what is AskedWhat.REMOVAL,
        "ends_post": one.what in (AskedWhat.ENDING, AskedWhat.SIGN_OUT, AskedWhat.SHUT_OUT),
        "what": _what(one, kind),
        "where": " · ".join(filter(None, (names.get(one.path, ""), one.department))),
        "why": [say(REASONS[Reason(reason)]) for reason in one.reasons],
        "asked_by": _named(people, one.asked_by),
        "asked_at": one.asked_at,
        "begins": one.valid_from,
        "ends": one.valid_to,
        "expires": one.expires_at,
        "decided_by": _named(people, one.decided_by),
        "decided_at": one.decided_at,
        "chip": _CHIPS[one.state],
        "state": as_line(say(REQUEST_STATES[one.state])),
        "may_withdraw": waits and one.asked_by == by.user,
    }
