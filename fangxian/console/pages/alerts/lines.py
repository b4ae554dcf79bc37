"""Alerts and handovers as lines: what, where, since when, who has it, who is next. Set-wise for a page of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fangxian.accounts import actions as accounts_actions
from fangxian.accounts import queries as accounts
from fangxian.accounts.rules import may
from fangxian.accounts.types import ANSWERS_AT, Acting, Action
from fangxian.areas import queries as areas
from fangxian.areas.types import Node
from fangxian.capture import queries as lists
from fangxian.capture.listing import REMOVAL, UNDONE
from fangxian.console import opening
from fangxian.console.asking import labelled, subject_url
from fangxian.console.feedback import by_the_clock
from fangxian.console.people_lines import outcome_label
from fangxian.console.shell import label_of
from fangxian.console.table_words import subject_of
from fangxian.console.viewpoint import link, said
from fangxian.journal import queries as journal
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme
from fangxian.report import queries as report
from fangxian.report.types import Shown
from fangxian.tasks import fates, queries, words
from fangxian.tasks.answering import made_by_oneself, may_answer, others_may
from fangxian.tasks.states import HandoverState
from fangxian.tasks.types import Cause

if TYPE_CHECKING:
    from fangxian.tasks.models import Alert, Handover


_TRANSFER: Final = "transfer"
"""The purpose that the access log names."""
_ONE_LOOK: Final = dt.timedelta(hours=12)
STATES: Final = {Cause.URGENT: "urgent", Cause.OUTVOTED: "missed", Cause.UNREACHED: "missed",
                 Cause.MISSED: "missed", Cause.HANDOVER: "transfer"}

ANSWERS: Final = ("accept", "decline")
"""What those who are asked to take somebody over may say."""
TOGETHER: Final = (Cause.LATE, Cause.MISSED, Cause.VISIT)
"""Causes whose alerts may be acknowledged many at once: each is about a list, and nobody waits to be called back."""


def groups(alerts: Sequence[Alert], shown: Sequence[dict[str, Any]], *, together: bool) -> list[dict[str, Any]]:
    """The lines by cause, each cause with those that one button acknowledges; one group without button unless so."""
    if not together:
        return [{"label": "", "lines": list(shown), "waiting": []}] if shown else []
    causes = list(dict.fromkeys(Cause(alert.cause) for alert in alerts))
    words = {Cause.LATE: _("Late"), Cause.MISSED: _("Missed"), Cause.VISIT: _("Visits")}
    found = []
    for cause in sorted(causes, key=list(Cause).index):
        own = [line for alert, line in zip(alerts, shown, strict=True) if alert.cause == cause]
        waiting = [line["id"] for line in own if line["acknowledge_url"]] if cause in TOGETHER else []
        label = words.get(cause, "") if len(own) > 1 else ""
        found.append({"label": label, "lines": own, "waiting": waiting if len(waiting) > 1 else []})
    return found


def shown(alerts: Sequence[Alert], by: Acting, at: dt.datetime) -> list[dict[str, Any]]:
    """What ``components/alert.html`` wants of each."""
    if not alerts:
        return []
    known = _Known(alerts, at)
    return [_line(alert, known, by, at) for alert in alerts]


class _Known:
    """Everything some alerts need, each kind read once."""

    def __init__(self, alerts: Sequence[Alert], at: dt.datetime) -> None:
        subjects = {alert.subject for alert in alerts if alert.subject}
        self.programmes = {one.id: one for one in programmes.all_in_force()}
        self.areas = lineages(
            {alert.path for alert in alerts} | {alert.subject_path for alert in alerts if alert.subject_path}
        )
        self.shown = report.shown(subjects) if subjects else {}
        self.next = queries.next_told(alerts, at)
        self.urgent = queries.urgent_tasks(subjects) if subjects else {}
        self.users = accounts.users({alert.acknowledged_by for alert in alerts if alert.acknowledged_by})
        self.people = accounts.people({post.id for post in self.next.values()})
        self.counted = fates.counted([alert.id for alert in alerts if alert.subject is None])
        self.makers = makers(alerts)


def lineages(paths: Iterable[str]) -> Mapping[str, list[Node]]:
    """The areas of some paths, from the county down."""
    return areas.lineages(paths)


def where(line: Sequence[Node]) -> str:
    """The last two levels by name: enough to know the place."""
    return " · ".join(node.name for node in line[-2:])


def makers(alerts: Sequence[Alert]) -> dict[uuid.UUID, str]:
    """Who made the change that an alert tells of, by the entry or list it names."""
    about = {alert.about for alert in alerts if alert.about}
    if not about:
        return {}
    posts = {one.id: one.post for one in journal.entries(about).values()} | lists.posts_of(about)
    people, kinds = accounts.people(filter(None, posts.values())), accounts.roster().posts
    return {one: f"{label_of(kinds[post].kind)} {people[post].name}" for one, post in posts.items()
            if post in people and post in kinds}


def _changed(alert: Alert, name: str, maker: str) -> str:
    """Short: what it was before and after stands on the alert's own page."""
    who = maker or _("Somebody")
    if alert.subject is None and alert.kind == REMOVAL:
        return ngettext(
            "%(who)s: a later version of a list took %(n)d person under a measure off it",
            "%(who)s: a later version of a list took %(n)d people under a measure off it", alert.count,
        ) % {"who": who, "n": alert.count}
    if alert.subject is None and alert.kind.partition(":")[2] == UNDONE:
        return ngettext(
            "%(who)s took a list back: the measure or household of %(n)d person changed with it",
            "%(who)s took a list back: the measure or household of %(n)d people changed with it", alert.count,
        ) % {"who": who, "n": alert.count}
    if alert.subject is None:
        return ngettext(
            "%(who)s: a list changed who %(n)d person under a measure is, or their arrival",
            "%(who)s: a list changed who %(n)d people under a measure are, or their arrival", alert.count,
        ) % {"who": who, "n": alert.count}
    return _("%(name)s: who they are, their arrival or their place was changed by %(who)s") % {
        "name": name or _("no name yet"), "who": who}


def _outvoted(alert: Alert, programme: Programme | None, name: str) -> str:
    form = programme.forms.get(alert.kind) if programme else None
    return _("%(name)s: “%(form)s” would weigh more, but its time is earlier or wrong, so it does not count. Look at it"
             ) % {"name": name or _("no name yet"), "form": said(form.title) if form else alert.kind}


def _unreached(alert: Alert, programme: Programme | None, name: str) -> str:
    form = programme.forms.get(alert.kind) if programme else None
    return ngettext(
        "%(name)s: %(n)d person they live with is known in another register only, and “%(form)s” was not filed for "
        "them. Register them here",
        "%(name)s: %(n)d people they live with are known in another register only, and “%(form)s” was not filed for "
        "them. Register them here", alert.count,
    ) % {"name": name or _("no name yet"), "n": alert.count, "form": said(form.title) if form else alert.kind}


def what(alert: Alert, programme: Programme | None, name: str, maker: str = "", *, own: bool = True) -> str:
    """An alert in a few words, in the reader's language; ``own``: told to the reader, not to another post."""
    kind, _colon, outcome = alert.kind.partition(":")
    label = said(subject_of(programme, kind))
    if alert.cause == Cause.URGENT:
        return labelled(label, name) if name else label
    if alert.cause == Cause.HANDOVER:
        return _("Asked to take over: %(name)s") % {"name": name or _("no name yet")}
    if alert.cause == Cause.TWICE:
        return _("Registered at the door, known elsewhere: %(name)s") % {"name": name or _("no name yet")}
    if alert.cause == Cause.CHANGED:
        return _changed(alert, name, maker)
    if alert.cause == Cause.OUTVOTED:
        return _outvoted(alert, programme, name)
    if alert.cause == Cause.UNREACHED:
        return _unreached(alert, programme, name)
    if alert.cause == Cause.BROKEN:
        title = said(programme.title) if programme else alert.programme
        return _("The programme “%(name)s” does not run") % {"name": title}
    if alert.cause == Cause.GAP:
        return _("The clock stood still on %(day)s: nothing was asked for") % {"day": date_format(alert.day)}
    if alert.cause == Cause.VISIT:
        return labelled(label, outcome_label(programme, outcome))
    words = {Cause.LATE: _("%(task)s: late"), Cause.MISSED: _("%(task)s: missed at the cut-off"),
             Cause.MOVED: _("%(task)s: the person was moved to another area"),
             Cause.GIVEN: _("%(task)s: given to you") if own else _("%(task)s: given by hand"),
             Cause.TAKEN: _("%(task)s: given to somebody else"),
             Cause.REMIND: _("%(task)s: a reminder")}
    return words.get(Cause(alert.cause), "%(task)s") % {"task": label}


def _line(alert: Alert, known: _Known, by: Acting, at: dt.datetime) -> dict[str, Any]:
    name = known.shown.get(alert.subject, Shown()).name if alert.subject else ""
    place = known.areas.get(alert.subject_path or alert.path) or known.areas.get(alert.path, [])
    user = known.users.get(alert.acknowledged_by or 0)
    act, label = _act(alert, known, by)
    maker = known.makers.get(alert.about, "") if alert.about else ""
    waits_for_reader = alert.acknowledged_at is None and may_answer(by, alert, at)
    return {
        "id": str(alert.id),
        "state": STATES.get(Cause(alert.cause), "late"),
        "what": what(alert, known.programmes.get(alert.programme), name, maker, own=alert.post in (None, *by.posts))
        + _oneself(alert, by, at),
        "where": where(place),
        "told": _told(known.areas.get(alert.path, [])) if alert.subject_path else "",
        "here": alert.path == by.path,
        "drill": alert.drill,
        "since": alert.raised_at,
        "again": alert.told_at,
        "count": alert.count if alert.count > 1 else None,
        "counted": known.counted.get(alert.id),
        "acknowledged_by": user.name if user else "",
        "note": words.opened(alert.note, alert.id),
        "next": _next(alert, known, at),
        "acknowledge_url": link("acknowledge", alert.id) if waits_for_reader else "",
        "act_url": act,
        "act_label": label,
    }


def _oneself(alert: Alert, by: Acting, at: dt.datetime) -> str:
    """Who reads of a change of their own: whether somebody else acknowledges it."""
    if not made_by_oneself(by, alert):
        return ""
    if others_may(by, alert, at):
        return _(" · your own change: somebody else acknowledges it")
    return _(" · your own change: nobody else is here to acknowledge it")


def _told(line: Sequence[Node]) -> str:
    """Which level an alert about a person went to: the same case is told to several."""
    kind = ANSWERS_AT.get(line[-1].tier) if line and line[-1].tier else None
    return _("%(area)s %(post)s") % {"area": line[-1].name, "post": label_of(kind)} if kind else where(line[-1:])


def _next(alert: Alert, known: _Known, at: dt.datetime) -> str:
    post = known.next.get(alert.id)
    if post is None or alert.acknowledge_by is None:
        return ""
    minutes = max(0, round((alert.acknowledge_by - at).total_seconds() / 60))
    person = known.people.get(post.id)
    who = f"{label_of(post.kind)} {person.name if person else ''}".strip()
    return ngettext("%(who)s in %(n)d min", "%(who)s in %(n)d min", minutes) % {"who": who, "n": minutes}


def _act(alert: Alert, known: _Known, by: Acting) -> tuple[str, str]:
    """One button to act: the urgent task's form for those who may fill it, else the person, else the list."""
    if alert.cause == Cause.CHANGED:
        return _see_change(alert, by)
    if alert.subject is not None:
        if alert.cause in (Cause.OUTVOTED, Cause.UNREACHED) and (address := subject_url(alert.subject)):
            return address, _("Open the record")
        task = known.urgent.get(alert.subject)
        allowed = task is not None and may(by, Action.FILL, alert.programme, task[2])
        form = link("fill", alert.programme, task[2]) if task and allowed else ""
        address = f"{form}?subject={alert.subject}&task={task[0]}" if task and form else ""
        if task and address:
            programme = known.programmes.get(alert.programme)
            kind = programme.tasks.get(task[1]) if programme else None
            return address, said(kind.label) if kind else _("Act")
        address = subject_url(alert.subject)
        if address:
            return address, _("Open the record")
    if alert.cause == Cause.MOVED:
        return "", ""  # they are out of sight now
    listed = known.counted.get(alert.id)
    number = listed.listed if listed else alert.count
    return link("alert", alert.id), ngettext("See the task", "See the %(n)d tasks", number) % {"n": number}


def _see_change(alert: Alert, by: Acting) -> tuple[str, str]:
    """What was before and after, or the list for those who may open it."""
    if alert.subject is not None:
        return link("alert", alert.id), _("See what changed")
    allowed = may(by, Action.IMPORT, alert.programme, alert.kind.partition(":")[0])
    return (link("import_preview", alert.about), _("Open the list")) if allowed and alert.about else ("", "")


def answers_for(by: Acting) -> list[str]:
    """Whose handovers a post answers: its department's, and as far as it may pass people on those of areas ('')."""
    own = [by.department] if by.department and by.permissions.programmes(by.kind, Action.FILL) else []
    return ["", *own] if by.permissions.programmes(by.kind, Action.PASS_ON) else own


def asked_of_department(handover: Handover, by: Acting) -> bool:
    """Whether a post's own department is asked: it answers where it may do the work that comes with it."""
    own = bool(handover.department) and handover.department == by.department and handover.to_path in by.range
    return own and may(by, Action.FILL, handover.programme)


def handover_lines(found: Sequence[Handover], by: Acting, at: dt.datetime, *, coming: bool) -> list[dict[str, Any]]:
    """Handovers with what can be answered to them, as far as the post may."""
    if not found:
        return []
    seen = {one.subject for one in found if one.department or not coming}
    nodes = areas.nodes({one.path for one in found} | {one.to_path for one in found})
    readable = _named(found, by)
    opened = _opened_to_answer(found, readable, by, at) if coming else set[uuid.UUID]()
    people: Mapping[uuid.UUID, Shown] = report.shown(seen, opened=opened) if seen else {}
    return [
        {
            "id": one.id,
            "name": people.get(one.subject, Shown()).name or _("Somebody"),
            "due": one.due,
            "since": one.asked_at,
            "from": nodes[one.path].name if one.path in nodes else "",
            "to_here": one.to_path == by.path,
            "to": one.department or (nodes[one.to_path].name if one.to_path in nodes else ""),
            "department": one.department,
            "record": subject_url(one.subject) if one.department else "",
            "note": _note(one, readable=(one.programme, one.subject) in readable),
            "late": one.due <= at,
            "url": link("answer_handover", one.id) if _may_answer(one, by, coming=coming) else "",
        }
        for one in found
    ]


def _named(found: Sequence[Handover], by: Acting) -> set[tuple[str, uuid.UUID]]:
    """Those of some handovers, by programme and subject, about whom the post may see who it is."""
    return {(programme, subject) for programme in {one.programme for one in found}
            for subject in opening.named_in(by, programmes.in_force(programme), {
                one.subject for one in found if one.programme == programme})}


def _opened_to_answer(
    found: Sequence[Handover], readable: Set[tuple[str, uuid.UUID]], by: Acting, at: dt.datetime,
) -> set[uuid.UUID]:
    """Whom the post's own department is asked to take over, by name where it may see who it is; the look is logged,
    once while the page is fetched anew."""
    about: dict[str, dict[uuid.UUID, str]] = defaultdict(dict)
    for one in found:
        if asked_of_department(one, by) and (one.programme, one.subject) in readable:
            about[one.programme][one.subject] = one.path
    for programme, subjects in about.items():
        known = accounts.logged_since(by.user or 0, subjects.keys(), _TRANSFER, at - _ONE_LOOK)
        accounts_actions.log_access(
            by=by, action=Action.IDENTITY, purpose=_TRANSFER, at=at, programme=programme,
            subjects={subject: path for subject, path in subjects.items() if subject not in known})
    return {subject for subjects in about.values() for subject in subjects}


def _note(handover: Handover, *, readable: bool) -> str:
    """It may say who somebody is."""
    if readable or not handover.note:
        return words.opened(handover.note, handover.id)
    return _("A note is written here, for posts that may see who this is.")


def answered(handover: Handover, by: Acting, at: dt.datetime) -> str:
    """How a handover was answered, by whom and when."""
    person = accounts.people([handover.answered_by] if handover.answered_by else []).get(handover.answered_by or 0)
    said = {
        HandoverState.DECLINED: _("Already declined (%(when)s %(who)s). Nothing was changed."),
        HandoverState.WITHDRAWN: _("Already taken back (%(when)s %(who)s). Nothing was changed."),
    }.get(HandoverState(handover.state), _("Already accepted (%(when)s %(who)s). Nothing was changed."))
    return said % {
        "when": by_the_clock(handover.answered_at or at, by, at),
        "who": person.name if person else _("Somebody"),
    }


def _may_answer(handover: Handover, by: Acting, *, coming: bool) -> bool:
    return may(by, Action.PASS_ON, handover.programme) or (coming and asked_of_department(handover, by))
