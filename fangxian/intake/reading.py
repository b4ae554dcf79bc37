"""What a filing holds before anything is asked: about whom it is, and whether its form is one that is looked at."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Set
from dataclasses import replace

from fangxian.programmes import queries as programmes
from fangxian.programmes.forms import Form
from fangxian.programmes.types import Programme
from fangxian.subjects.steps.identity import identity_in

from .placing import Registered
from .rules import BatchContext, may_change, may_join, plausible
from .types import Filing


def meant(filings: Mapping[int, Filing], known: BatchContext) -> dict[int, Filing]:
    """The filings about whom they are said to mean: one told to be somebody known is that one in the whole batch, and
    what was recorded before is about whom it was recorded."""
    same = {one.subject: one.same_as for one in filings.values() if one.same_as and one.subject not in known.visible}
    before = {one.id: known.own[one.id] for one in filings.values() if one.id in known.own}
    found = {}
    for number, one in filings.items():
        subject = None if one.subject in known.visible else before.get(one.id) or same.get(one.subject)
        found[number] = replace(one, subject=subject) if subject else one
    return found


def telling(one: Filing, known: BatchContext, at: dt.datetime) -> Registered | None:
    """Whom a filing would bring into being, or of whom it tells what is not changed unasked; None when the form does
    not hold or tells nothing of the kind."""
    found = _holding(one, known, at, only=may_change if known.is_known(one) else None)
    names = found and (known.is_known(one) or identity_in(found.programme, found.form, found.answers))
    return found if names else None


def weighing(
    one: Filing, known: BatchContext, at: dt.datetime, corrected: Set[uuid.UUID],
    looked_at: Set[tuple[str, uuid.UUID]],
) -> Registered | None:
    """What takes the place of an entry, or is ``corrected`` by another one of the batch, or is about somebody whose
    measure may become lighter or is to end, or names a household: whichever form it is, and also of who is registered
    in the same batch."""
    weighs = one.replaces or one.id in corrected or (one.programme, one.subject) in looked_at
    return _holding(one, known, at, only=None if weighs else may_join)


def _holding(
    one: Filing, known: BatchContext, at: dt.datetime, *, only: Callable[[Programme, Form], bool] | None = None,
) -> Registered | None:
    """A filing that is new and whose form holds; ``only``: of which forms."""
    programme = programmes.taken(known.programmes[one.programme], one.form_version, at)
    form = programme.forms.get(one.form) if programme else None
    if one.id in known.taken or programme is None or form is None or not plausible(one):
        return None
    if only is not None and not only(programme, form):
        return None
    checked = programmes.validated(form, one.answers, happened_at=one.happened_at, tz=known.by.calendar.zone)
    if checked.faults:
        return None
    return Registered(one.id, one.subject, one.happened_at, programme, form, checked.answers)


def names_nobody(one: Filing, known: BatchContext, at: dt.datetime) -> bool:
    """Whether a form is not one that says who somebody is; what does not hold is left to the journal to refuse."""
    programme = programmes.taken(known.programmes[one.programme], one.form_version, at)
    form = programme.forms.get(one.form) if programme else None
    if form is None or not plausible(one):
        return False
    if not any(question.identity for question in form.questions):
        return True
    return not programmes.validated(form, one.answers, happened_at=one.happened_at, tz=known.by.calendar.zone).faults
