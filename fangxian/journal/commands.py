"""Reads of commands that are about no subject: what people ordered about users, posts and rights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import orjson
from django.db.models import Q, Subquery

from fangxian.accounts.types import OUTSIDE
from fangxian.areas.types import Range

from .models import Entry
from .types import EntryKind


class Ordered(NamedTuple):
    """A command as it stands in the journal: its name, who ordered it as which post, where, and its arguments."""

    seq: int
    at: dt.datetime
    name: str
    user: int | None
    post: int | None
    path: str
    args: Mapping[str, Any]


def ordered(
    area: Range, names: Collection[str], *, before: int | None = None, limit: int = 50
) -> list[Ordered]:
    """Commands outside programmes at an area and below it, the latest first, whenever they came into the journal;
    ``before`` is the sequence number of one of them."""
    found = Entry.objects.filter(
        kind=EntryKind.COMMAND, programme=OUTSIDE, subject=None, path__gte=area.lo, path__lt=area.hi, form__in=names)
    if before is not None:
        last = found.filter(seq=before).values("happened_at")[:1]
        found = found.filter(Q(happened_at__lt=Subquery(last)) | Q(happened_at=Subquery(last), seq__lt=before))
    rows = found.order_by("-happened_at", "-seq").values_list(
        "seq", "happened_at", "form", "user", "post", "path", "body")
    return [Ordered(*row[:-1], orjson.loads(row[-1])) for row in rows[:limit]]
