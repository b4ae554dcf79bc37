"""Lists of tasks to act on: narrowed, ordered, searched, given to somebody, taken along as a file.

Whoever may see identities reads names and doors here, for whoever is to act has to know who it is, and everybody those
of the own open tasks; each list is logged.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from fangxian.accounts import actions as accounts_actions
from fangxian.accounts.types import Action
from fangxian.areas import queries as areas
from fangxian.areas.types import Node
from fangxian.console import handing
from fangxian.console.opening import OWN_TASK, WORK_LIST, named_in
from fangxian.console.people_lines import Lines, person_cell
from fangxian.console.viewpoint import Viewpoint, said
from fangxian.report import queries
from fangxian.report.documents import Document, Section
from fangxian.report.types import ListPage, Narrowed, SubjectLine
from fangxian.tasks.states import ASKED, State

from .words import state_label

HOLDERS: Final = 60
"""Posts to choose from, those with the most tasks."""
SEARCHED: Final = 2_000
"""Lines that are searched through by what stands on them: names are ciphertext, and no index finds a part of one."""
IN_A_FILE: Final = 5_000
_FOR_WORK: Final = ("late", "tasks-open", "tasks-missed", "tasks-outstanding", "gap-", "here")


def for_work(key: str) -> bool:
    """Whether a list asks somebody to act; the others are counted, and their names stay masked."""
    return key.startswith(_FOR_WORK)


def opened(view: Viewpoint, lines: Sequence[SubjectLine], key: str) -> dict[uuid.UUID, str]:
    """Whose names on a list may be shown in full to whoever looks, each with the purpose the look is logged under."""
    if not for_work(key):
        return {}
    own = {line.subject for line in lines if line.post in view.by.posts and line.state == State.OPEN}
    listed = named_in(view.by, view.programme, {line.subject for line in lines})
    return {**dict.fromkeys(own, OWN_TASK), **dict.fromkeys(listed, WORK_LIST)}


def log(view: Viewpoint, lines: Sequence[SubjectLine], named: Mapping[uuid.UUID, str]) -> None:
    """The look at those who are shown by name, one for a list and a purpose."""
    for purpose in sorted(set(named.values())):
        told = {line.subject: line.path for line in lines if named.get(line.subject) == purpose}
        if told:
            accounts_actions.log_access(
                by=view.by, action=Action.IDENTITY, purpose=purpose, at=view.at, programme=view.programme.id,
                subjects=told)


def lines_of(view: Viewpoint, lines: Sequence[SubjectLine], key: str) -> Lines:
    """The lines as they are shown, with the look logged."""
    named = opened(view, lines, key)
    log(view, lines, named)
    return Lines(view.programme, lines, opened=named)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a list is wanted, as its address says."""

    key: str
    area: Node
    kind: str = ""
    state: str = ""
    post: int | None = None
    order: str = "due"
    text: str = ""
    after: str = ""
    below: str = ""

    @property
    def narrowed(self) -> Narrowed:
        return Narrowed(self.kind, self.state, self.post)

    @property
    def any(self) -> bool:
        """Whether it is less than the whole list."""
        return bool(self.kind or self.state or self.post or self.text or self.below)

    @property
    def kept(self) -> dict[str, str]:
        """As the query of an address, without what is as it always is."""
        said = {"below": self.below, "kind": self.kind, "state": self.state, "post": str(self.post or ""),
                "sort": "" if self.order == "due" else self.order, "q": self.text}
        return {name: value for name, value in said.items() if value}


def asked(request: HttpRequest, view: Viewpoint, key: str) -> Asked:
    """Out of the address (or what a form sends back); what is no kind, state, post or area there is left out."""
    given = request.GET if request.method == "GET" else request.POST
    names = ("kind", "state", "post", "sort", "below", "q")
    named = {name: given.get(name, "").replace("\0", "").strip() for name in names}
    below = areas.by_code([named["below"]]).get(named["below"]) if named["below"] else None
    inside = below is not None and below.path.startswith(view.area.path) and below != view.area
    return Asked(
        key,
        below if below is not None and inside else view.area,
        named["kind"] if named["kind"] in view.programme.tasks else "",
        named["state"] if named["state"] in ASKED else "",
        int(named["post"]) if named["post"].isdecimal() and len(named["post"]) < 10 else None,
        named["sort"] if named["sort"] in queries.ORDERS else "due",
        named["q"][:60],
        given.get("after", ""),
        below.code if below is not None and inside else "",
    )


def read(view: Viewpoint, wanted: Asked, *, limit: int | None = queries.LIST_PAGE) -> ListPage:
    """A page of the list; with words to search for, all that has them among the first so many lines."""
    whole = wanted.text != ""
    return queries.listed(
        wanted.key, view.programme.id, wanted.area, view.day, at=view.at, after="" if whole else wanted.after,
        limit=SEARCHED if whole else limit, narrowed=wanted.narrowed, order=wanted.order)


def with_words(lines: Lines, found: Sequence[SubjectLine], text: str) -> list[SubjectLine]:
    """The lines on which every word stands: in the name, the address, the task or who has it, as they are shown."""
    words = text.casefold().split()
    return [line for line in found if all(
        word in " ".join((lines.name(line), lines.address(line), lines.task(line), lines.who(line))).casefold()
        for word in words)]


def rows(lines: Lines, found: Iterable[SubjectLine], at: dt.datetime, *, giving: bool) -> list[dict[str, Any]]:
    """Rows of ``area/work_list.html``: who, what, how late, why not, who has it; what is open can be chosen."""
    made = []
    for line in found:
        who = person_cell(lines, line)
        made.append({
            "id": line.task, "name": who["text"], "url": who["url"], "address": who["note"],
            "may": giving and line.state == State.OPEN, "what": lines.task(line),
            "due": line.due, "late": lateness(line, at),
            "state": line.state, "said": state_label(line.state), "reason": lines.reason(line),
            "who": lines.who(line)})
    return made


def lateness(line: SubjectLine, at: dt.datetime) -> str:
    """By how much an open task is late, in the largest unit that says it."""
    if line.due is None or line.state != State.OPEN or line.due > at:
        return ""
    minutes = int((at - line.due).total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(n)d minute late", "%(n)d minutes late", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return ngettext("%(n)d hour late", "%(n)d hours late", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d day late", "%(n)d days late", minutes // 1440) % {"n": minutes // 1440}


def chooser(view: Viewpoint, wanted: Asked) -> list[dict[str, Any]]:
    """The fields that narrow the list: area below, kind of task, state, who has it; and its order."""
    kinds = [(name, said(kind.label)) for name, kind in view.programme.tasks.items() if not _of_one_kind(wanted.key)]
    places = [(node.code, node.name) for node in areas.children(view.area.path)]
    states = [(state, state_label(state)) for state in queries.states_of(wanted.key)]
    held_by = queries.holders(wanted.key, view.programme.id, wanted.area, view.day, at=view.at)[:HOLDERS]
    having = [(str(post), label) for post, label in handing.called(held_by)]
    fields = [
        _field("below", _("Where"), places, wanted.below),
        _field("kind", _("Task"), kinds, wanted.kind),
        _field("state", _("State"), states if len(states) > 1 else [], wanted.state),
        _field("post", _("Who has it"), having, str(wanted.post or "")),
        _field("sort", _("Order"), [("due", _("Due first")), ("place", _("By place"))], wanted.order),
    ]
    return [one for one in fields if one["options"]]


def _field(name: str, label: str, options: Sequence[tuple[str, str]], chosen: str) -> dict[str, Any]:
    return {"name": name, "label": label, "chosen": chosen, "whole": name != "sort",
            "options": [{"value": value, "label": text, "chosen": value == chosen} for value, text in options]}


def _of_one_kind(key: str) -> bool:
    return key.count("-") > 1


def takers(view: Viewpoint, lines: Iterable[SubjectLine]) -> list[dict[str, Any]]:
    """Who could be given every one of these tasks."""
    own = [line for line in lines if line.state == State.OPEN and line.task is not None]
    kinds = view.programme.tasks
    forms = {(view.programme.id, kinds[line.kind].form) for line in own if line.kind in kinds}
    return handing.takers(view.by, forms, (line.path for line in own), view.at,
                          (line.due for line in own))


def document(view: Viewpoint, title: str, lines: Lines, found: Sequence[SubjectLine]) -> Document:
    """The list as a file, as it is narrowed and ordered on the page."""
    table = [
        [lines.name(line), lines.address(line), lines.task(line), view.calendar.local(line.due) if line.due else None,
         lateness(line, view.at), lines.reason(line), lines.who(line)]
        for line in found
    ]
    columns = [_("Name"), _("Place"), _("Task"), pgettext("until when", "Due"), _("Late"), _("Reason"), _("Who has it")]
    return Document(
        title=title,
        subtitle=f"{view.area.name} · {said(view.programme.title)} · {date_format(view.day, 'DATE_FORMAT')}",
        notes=[_("As of %(time)s.") % {"time": date_format(view.calendar.local(view.at), "DATETIME_FORMAT")}],
        sections=[Section(title, columns, table, (), _("Nobody is on this list."))],
    )
