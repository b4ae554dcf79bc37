"""The verdict on each line of a list, whichever way its lines say whom they mean."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from . import replying, verdicts
from .types import Prepared
from .verdicts import LineVerdict, ListContext


def judge(
    lines: Sequence[Prepared], context: ListContext, *, beside: Sequence[Prepared],
    holding: Collection[uuid.UUID] | None = None,
) -> list[LineVerdict]:
    """By the number that a reply bears, else by who a line names; in order. ``beside`` is the whole list. Where
    ``holding`` names people, and be it none, the verdicts hold until the transaction ends, whoever else is at work, and
    so does who these people are.
    """
    way = replying.judge if context.reply is not None else verdicts.judge
    return way(lines, context, beside=beside, holding=holding)
