"""The step of the flow that judges which task a submission says it fills; it runs before anything is appended."""

from __future__ import annotations

from typing import Final

from fangxian.journal import append
from fangxian.journal.types import Refused
from fangxian.journal.work import Work
from fangxian.kernel import errors
from fangxian.kernel.arrays import array_text
from fangxian.kernel.errors import Kind

from .types import VISIT

_NAMED: Final = "SELECT id, programme, subject, form FROM tasks_task WHERE id = ANY(%s::uuid[])"


def leave_out_other_tasks(work: Work) -> None:
    """A task is filled about its own subject, by the form it asks for or by a visit that says why not.

    One out of sight, or about somebody else, is not found.
    """
    named = {filed.submission.task for filed in work.filed if filed.submission.task}
    if not named:
        return
    found = {row[0]: row[1:] for row in append.fetch(_NAMED, [array_text(named)])}
    refused: dict[int, Refused] = {}
    for filed in work.filed:
        one = filed.submission
        if one.task is None:
            continue
        *about, form = found.get(one.task, ("", None, ""))
        kind: Kind | None = None
        if about != [one.programme, one.subject]:
            kind = errors.NOT_FOUND
        elif one.form not in (form, VISIT):
            kind = errors.OTHER_TASK
        if kind is not None:
            refused[filed.number] = Refused.of(one.id, kind)
    work.turn_away(refused)
