"""The access log: who looked at whom, when, for what; only of the post's own area."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from fangxian.accounts import actions, attempts
from fangxian.accounts import queries as accounts
from fangxian.accounts.queries import LoggedLook, Looks
from fangxian.accounts.requests import acting
from fangxian.accounts.rules import may
from fangxian.accounts.scope import Scope, working_in
from fangxian.accounts.signin import wait_in_words
from fangxian.accounts.types import ACTIONS, OUTSIDE, POST_KINDS, Acting, Action, PostKind
from fangxian.console.asking import as_line, whole_number
from fangxian.console.person import SEEN_FOR
from fangxian.kernel import clock, errors
from fangxian.kernel.clock import FIRST_DAY, LAST_DAY
from fangxian.kernel.errors import Problem
from fangxian.programmes import queries as published
from fangxian.subjects import queries as people

from .set_up.finding import UserField
from .set_up.frame import address, names_of, say

LINES: Final = 800
"""Of the log, read for one page."""
RUNS: Final = 20
"""Rows of the page."""
TOGETHER: Final = dt.timedelta(minutes=30)
"""Looks of one kind this close to each other are one row: somebody's round, not fifty events."""
_RECORD: Final = re.compile("[0-9a-f]{8}")
_ID: Final = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{4}([0-9a-f]{8})")
"""The id of a record, by itself or in the address of its page."""
_LOGGED: Final = (Action.IDENTITY, Action.EXPORT)
_PURPOSES: Final = {
    **SEEN_FOR,
    "call": gettext_lazy("Calling them"),
    "visit": gettext_lazy("A visit"),
    "correction": gettext_lazy("A correction"),
    "import_result": gettext_lazy("The result file of a list"),
}


_DAY: Final = forms.DateInput(attrs={"type": "date", "min": FIRST_DAY, "max": LAST_DAY})
_WITHIN: Final = (MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY))
"""In another time zone the ends of the calendar are no dates."""


class LogFilter(forms.Form):
    """What is looked for in the log."""

    action = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=_DAY, validators=_WITHIN)
    until = forms.DateField(label=gettext_lazy("To"), required=False, widget=_DAY, validators=_WITHIN)

    def __init__(self, data: Any, by: Acting) -> None:
        super().__init__(data)
        self._by = by
        choices = [("", _("Everything")), *((str(action), as_line(say(ACTIONS[action]))) for action in _LOGGED)]
        self.fields["action"] = forms.ChoiceField(label=_("What"), required=False, choices=choices)
        self.fields["user"] = UserField(label=_("Who"), required=False, by=by)
        self.fields["about"] = forms.CharField(
            label=_("About whom"), required=False, max_length=120,
            widget=forms.TextInput(attrs={"placeholder": _("Name or number")}))

    def clean_about(self) -> str:
        """Numbers that are nobody's are counted with those of the search: the log shows whose they are. Who audits no
        programme finds the records that were looked at, and nobody by name or number."""
        text = str(self.cleaned_data["about"])
        if text and not _RECORD.fullmatch(_record_in(text)) and not _audited(self._by):
            raise forms.ValidationError(
                _("By name or number people are looked for by the auditor. Give the number of a record."))
        left = attempts.until_looked_up(self._by.user or 0, text, clock.now()) if people.is_number(text) else None
        if left:
            many = _("Too many numbers were looked up that are nobody’s here.")
            raise forms.ValidationError(f"{many} {wait_in_words(left)}")
        return text

    def wanted(self, by: Acting, programmes: tuple[str, ...] | None) -> Looks:
        """As a query; days are the area's own, both included. Who is asked about is found by whole values."""
        asked = self.cleaned_data
        until = asked["until"] + dt.timedelta(days=1) if asked["until"] else None
        return Looks(
            asked["action"],
            asked["user"].user if asked["user"] else None,
            _midnight(asked["since"], by),
            _midnight(until, by),
            programmes,
            **_about(asked["about"], by),
        )


def _audited(by: Acting) -> tuple[str, ...]:
    return by.permissions.programmes(by.kind, Action.AUDIT)


def _record_in(text: str) -> str:
    """The end of a record's id, as the log shows it, from what was typed."""
    whole = _ID.search(text.lower())
    return whole[1] if whole else text.lower().removeprefix(_("record %(short)s").lower() % {"short": ""}).strip()


def _about(text: str, by: Acting) -> dict[str, Any]:
    """The records a name or number belongs to, or the one whose id it ends; asking is logged."""
    record = _record_in(text)
    if not text or _RECORD.fullmatch(record):
        return {"record": record}
    with working_in(Scope(by.range, (*_audited(by), OUTSIDE))):
        found = people.identities({hit.subject for hit in people.find(text, by.range)}, by.range)
        if not found and people.is_number(text):
            attempts.found_nobody(by.user or 0, text, clock.now())
        actions.log_access(by=by, action=Action.AUDIT, purpose="audit", at=clock.now(), programme=OUTSIDE,
                           subjects={subject: one.path for subject, one in found.items()})
    return {"subjects": tuple(found)}


@require_safe
def access(request: HttpRequest) -> HttpResponse:
    """The lines of one's area by key, the latest first, and a form to narrow them down."""
    by = acting(request)
    programmes = _programmes(by)
    with timezone.override(by.calendar.zone):
        form = LogFilter(request.GET, by)
        before = request.GET.get("before", "")
        looks = (
            accounts.looks_in(
                by.range,
                form.wanted(by, programmes),
                limit=LINES + 1,
                before=whole_number(before),
            )
            if form.is_valid()
            else []
        )
        runs = in_runs(looks[:LINES])[:RUNS]
        last = runs[-1][-1].line.id if runs else None
        more = last if last and last != looks[-1].line.id else None
        return render(
            request,
            "console/access/page.html",
            {
                "tabs": tabs("access", by),
                "form": form,
                "rows": _rows(runs, by),
                "next": address("access", before=more, **_asked(request)) if more else "",
                "narrowed": any(_asked(request).values()),
                "about": request.GET.get("about", "").strip(),
            },
        )


def tabs(route: str, by: Acting) -> list[dict[str, Any]]:
    """The parts of the log; all but the first are about no programme, and for those who look after all."""
    parts = [("access", _("People and exports"))]
    if may(by, Action.AUDIT):
        parts.append(("rights_log", _("Users and rights")))
        parts.append(("journal_log", _("Journal")))
    return [{"label": label, "url": address(name), "active": name == route} for name, label in parts]


def _programmes(by: Acting) -> tuple[str, ...] | None:
    """None: every programme's lines; Problem NOT_ALLOWED without any."""
    if may(by, Action.AUDIT):
        return None
    allowed = by.permissions.programmes(by.kind, Action.AUDIT)
    if not allowed:
        raise Problem(errors.NOT_ALLOWED)
    return allowed


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in ("action", "user", "about", "since", "until")}


def _midnight(day: dt.date | None, by: Acting) -> dt.datetime | None:
    return by.calendar.at(day, dt.time()) if day else None


def in_runs(looks: Sequence[LoggedLook]) -> list[list[LoggedLook]]:
    """The log in runs: lines that follow each other closely and differ only in whom they name and when."""
    runs: list[list[LoggedLook]] = []
    for look in looks:
        if runs and _alike(runs[-1][-1], look):
            runs[-1].append(look)
        else:
            runs.append([look])
    return runs


def _alike(later: LoggedLook, earlier: LoggedLook) -> bool:
    return _deed(later) == _deed(earlier) and later.line.at - earlier.line.at <= TOGETHER


def _deed(look: LoggedLook) -> tuple[object, ...]:
    """What two looks have to share."""
    line = look.line
    return (look.user, line.kind, line.path, line.action, line.programme, line.purpose, look.subject is None)


def _rows(runs: Sequence[Sequence[LoggedLook]], by: Acting) -> list[dict[str, Any]]:
    looks = [look for run in runs for look in run]
    names = names_of({look.path for look in looks} | {look.line.path for look in looks})
    titles = {one.id: say(one.title) for one in published.all_in_force()}
    return [_row(run, names, titles, by) for run in runs]


def _row(run: Sequence[LoggedLook], names: dict[str, str], titles: dict[str, str], by: Acting) -> dict[str, Any]:
    last, first = run[0], run[-1]
    line = last.line
    records = _records(run, names, by)
    own, looks = len(records), ngettext("%(n)d look", "%(n)d looks", len(run)) % {"n": len(run)}
    return {
        "since": first.line.at,
        "until": last.line.at if last.line.at - first.line.at >= dt.timedelta(minutes=1) else None,
        "until_as": "time" if by.calendar.today(first.line.at) == by.calendar.today(last.line.at) else "at",
        "who": line.who or _("the system"),
        "stood": _stood(last, names),
        "what": as_line(say(ACTIONS[Action(line.action)])) if line.action in ACTIONS else line.action,
        "records": records,
        "count": looks if last.subject is None else ngettext("%(n)d record", "%(n)d records", own) % {"n": own},
        "times": looks if last.subject is not None and len(run) > own else "",
        "purpose": _PURPOSES.get(line.purpose, line.purpose),
        "programme": "" if line.programme == OUTSIDE else titles.get(line.programme, line.programme),
    }


def _records(run: Sequence[LoggedLook], names: dict[str, str], by: Acting) -> list[dict[str, str]]:
    """Each record of a run once, with how often it was looked at; of many at once only their number is known."""
    often: dict[object, list[LoggedLook]] = {}
    for look in run:
        often.setdefault(look.subject or look.count, []).append(look)
    return [_record(found[0], len(found), names, by) for found in often.values()]


def _stood(look: LoggedLook, names: dict[str, str]) -> str:
    kind = say(POST_KINDS[PostKind(look.line.kind)].label) if look.line.kind in POST_KINDS else ""
    return " · ".join(filter(None, (kind, names.get(look.line.path, ""))))


def _record(look: LoggedLook, times: int, names: dict[str, str], by: Acting) -> dict[str, str]:
    """The person's record for those who may open it, never a name: the log itself must not show who somebody is."""
    where = names.get(look.path, "")
    if look.subject is None:
        taken = ngettext("%(count)s record", "%(count)s records at once", look.count) % {"count": look.count}
        return {"text": taken, "note": where, "url": ""}
    short = _("record %(short)s") % {"short": look.subject.hex[-8:]}
    opens = may(by, Action.SEE, look.line.programme)
    looks = ngettext("%(n)d look", "%(n)d looks", times) % {"n": times}
    often = f"{where} · {looks}" if times > 1 else where
    return {"text": short, "note": often, "url": address("subject", look.subject) if opens else ""}


urlpatterns = [path("access/", access, name="access")]
