"""What became of urgent alerts, in words: who was told, who acknowledged, what was done."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from itertools import groupby
from typing import Any, Final

from django.utils.translation import gettext as _

from fangxian.accounts import queries as accounts
from fangxian.accounts.types import ANSWERS_AT, Acting
from fangxian.areas import queries as areas
from fangxian.areas.types import Node
from fangxian.console.asking import say, subject_url
from fangxian.console.feedback import by_the_clock
from fangxian.console.shell import label_of
from fangxian.programmes import queries as programmes
from fangxian.subjects import queries as subjects
from fangxian.tasks import fates
from fangxian.tasks.fates import AlertFate

from .table_words import subject_of

_NOT_OVER: Final[Mapping[uuid.UUID, dt.datetime]] = {}


def told(
    by: Acting, about: Collection[uuid.UUID], at: dt.datetime, *, ended: Mapping[uuid.UUID, dt.datetime] = _NOT_OVER,
) -> list[dict[str, Any]]:
    """The urgent alerts about some subjects, who are in sight: what it was, and a line for each level told. ``ended``:
    when the drill about one was over, with which nobody has acknowledged what still waited.
    """
    people = subjects.identities(about, by.range)
    found = fates.of_subjects(people.keys(), at)
    nodes = areas.nodes({one.path for one in found})
    users = accounts.users({one.acknowledged_by for one in found if one.acknowledged_by})
    known = {one.id: one for one in programmes.all_in_force()}
    shown = []
    for (subject, programme, kind), lines in groupby(found, key=lambda one: (one.subject, one.programme, one.kind)):
        levels = list(lines)
        shown.append({
            "name": people[subject].masked_name or _("Name not known"), "url": subject_url(subject),
            "what": say(subject_of(known.get(programme), kind)), "since": max(one.raised_at for one in levels),
            "levels": [_level(one, nodes.get(one.path), users, by, at, over=ended.get(subject)) for one in levels],
            "acted": next((one.acted_at for one in levels if one.acted_at), None)})
    return shown


def _level(
    one: AlertFate, node: Node | None, users: Any, by: Acting, at: dt.datetime, *, over: dt.datetime | None,
) -> dict[str, Any]:
    waited = over is not None and one.acknowledged_at == over
    said = _("not acknowledged before the drill ended") if waited else _said(one, users, by, at)
    return {"whom": _whom(node), "said": said, "done": one.acknowledged_at is not None and not waited}


def _whom(node: Node | None) -> str:
    kind = ANSWERS_AT.get(node.tier) if node else None
    name = node.name if node else ""
    return _("%(area)s %(post)s") % {"area": name, "post": label_of(kind)} if kind else name


def _said(one: AlertFate, users: Any, by: Acting, at: dt.datetime) -> str:
    above = _("passed on from below, ") if one.step else ""
    if one.acknowledged_at is None:
        return above + _("not acknowledged yet")
    user = users.get(one.acknowledged_by)
    when = by_the_clock(one.acknowledged_at, by, at)
    said = above + _("acknowledged by %(who)s, %(when)s") % {"who": user.name if user else _("somebody"), "when": when}
    return _("%(acknowledged)s: “%(note)s”") % {"acknowledged": said, "note": one.note} if one.note else said
