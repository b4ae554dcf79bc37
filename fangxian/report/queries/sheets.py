"""Day sheets: the figures of an area's day, what was signed, and what came afterwards."""

from __future__ import annotations

import datetime as dt
import json

from fangxian.report.models import SignOff
from fangxian.report.types import Counts, SheetFigures, Signed
from fangxian.tasks.states import OUTSTANDING, State


def sheet_figures(counts: Counts) -> SheetFigures:
    """The figures of a day sheet out of the counters of its area and day."""
    return SheetFigures(
        came_in=counts.reached(0),
        walk_ins=counts.walk_ins,
        checked=counts.of_state(State.DONE),
        closed=counts.closed,
        outstanding=counts.of_state(*OUTSTANDING),
        missed=counts.of_state(State.MISSED),
    )


def signed(programme: str, path: str, day: dt.date) -> Signed | None:
    """The last sign-off of a sheet."""
    row = SignOff.objects.filter(programme=programme, path=path, day=day).order_by("-seq").first()
    if row is None:
        return None
    return Signed(row.at, row.by, row.seq, row.note, row.early, SheetFigures(**json.loads(row.figures)))


def differences(before: SheetFigures, now: SheetFigures) -> dict[str, int]:
    """What changed since, by figure; what stayed the same is left out."""
    return {name: new - old for name, old, new in zip(SheetFigures._fields, before, now, strict=True) if new != old}
