"""What bears a number and is replied to under it: a sample by its tube."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from fangxian.accounts.rules import may
from fangxian.accounts.types import Acting, Action
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.subjects import numbers
from fangxian.subjects.steps.numbers import NumberedForm

from .asking import area_at, seeing, seen
from .schemas import AreaSchema

router = Router(tags=["replies"])
Number = Annotated[str, Field(min_length=1, max_length=100)]


class Numbered(Schema):
    """An entry that bears the number. ``reply`` is the form that replies to it, about ``subject``; ``replied`` is the
    entry that did, nothing while it is awaited."""

    number: str
    programme: str
    form: str
    reply: str
    subject: UUID
    area: AreaSchema | None
    entry: UUID
    happened_at: dt.datetime
    awaited: bool
    replied: UUID | None


class NumberPage(Schema):
    items: list[Numbered]


@router.get("/replies", response=NumberPage, operation_id="number",
            summary="What bears a number, for those who may file the reply: a sample by its tube")
def by_number(request: HttpRequest, number: Number) -> NumberPage:
    """Numbers are compared without spaces and without regard to case. Problem not_found for one that nobody gave in the
    area of the post, or whose reply the post may not file."""
    found = _borne(seeing(request), number.replace("\0", ""))
    if not found:
        raise Problem(errors.NOT_FOUND)
    return NumberPage(items=found)


def _borne(by: Acting, number: str) -> list[Numbered]:
    replies = {(programme.id, reply.to): reply.form for programme in seen(by).values() for reply in programme.replies
               if may(by, Action.FILL, programme.id, reply.form)}
    rows = [row for row in numbers.by_number([number]) if row.path in by.range] if replies else []
    return [_numbered(row, replies[row.programme, row.form]) for row in rows if (row.programme, row.form) in replies]


def _numbered(row: NumberedForm, reply: str) -> Numbered:
    return Numbered(number=row.number, programme=row.programme, form=row.form, reply=reply, subject=row.subject,
                    area=area_at(row.path), entry=row.entry, happened_at=row.happened_at, awaited=row.awaited,
                    replied=row.reply)
