"""What a correction leaves out because whoever sends it could not see it stays as it was told before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fangxian.accounts.rules import may
from fangxian.accounts.types import Acting, Action
from fangxian.journal import queries as journal
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme

from .types import Filing


def kept(filings: Sequence[Filing], by: Acting) -> Sequence[Filing]:
    """The same, with the household that the entry named which is corrected: its key names the door, and is shown to
    nobody who sees masks. For an own task it was shown, and left out on purpose."""
    masked = [one for one in filings if one.replaces and not one.task and not may(by, Action.IDENTITY, one.programme)]
    if not masked:
        return filings
    told = journal.entries([one.replaces for one in masked if one.replaces])
    by_id = {one.id: one for one in programmes.all_in_force()}
    hidden = {one.id: _doors(one, by_id.get(one.programme), told[one.replaces].body)
              for one in masked if one.replaces in told}
    return [replace(one, answers={**hidden[one.id], **one.answers}) if hidden.get(one.id) else one for one in filings]


def _doors(one: Filing, programme: Programme | None, body: Mapping[str, Any]) -> dict[str, Any]:
    form = programme.forms.get(one.form) if programme else None
    if programme is None or form is None:
        return {}
    return {question.name: body[question.name] for question in form.questions
            if programme.names_door(question.link) and body.get(question.name) is not None}
