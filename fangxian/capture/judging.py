"""The verdict on each line of a list, whichever way its lines say whom they mean."""

from __future__ import annotations

from collections.abc import Sequence

from . import replying, verdicts
from .types import Prepared
from .verdicts import LineVerdict, ListContext


def judge(
    lines: Sequence[Prepared], context: ListContext, *, beside: Sequence[Prepared], locked: bool = False,
) -> list[LineVerdict]:
    """By the number that a reply bears, else by who a line names; in order. ``beside`` is the whole list. ``locked``:
    it holds until the transaction ends, whoever else is at work.
    """
    way = replying.judge if context.reply is not None else verdicts.judge
    return way(lines, context, beside=beside, locked=locked)
