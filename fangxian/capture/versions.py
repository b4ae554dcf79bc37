"""A later version of a list against the one before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from fangxian.kernel.identifiers import names
from fangxian.kernel.identifiers.spelling import compact
from fangxian.kernel.text import Text
from fangxian.programmes.forms import Form
from fangxian.subjects.matching import rules

from . import store
from .listing import SOURCE, asked_for
from .models import Import
from .removing import GONE
from .tabular.difference import KeyedLine, changed_fields, keyed_line, partners
from .types import Candidate, ImportState, Prepared, Tab
from .verdicts import identity_of

LIKE: Final = 0.5
"""From this share of common lines on a list is taken for a later version of one before it."""
_LOOKS_BACK: Final = dt.timedelta(days=7)
_LOOKS_AT: Final = 3
_REROUTED: Final = Text("Changed since the version before: {fields}.", "与上一版相比有变化：{fields}。")
_ANOTHER: Final = Text(
    "The version before tells another document, date of birth or name here. Is it the same person, corrected?",
    "上一版此行的证件号码、出生日期或姓名不同。是同一人的更正吗？")
_UNCHANGED: Final = Text("As in the version before.", "与上一版相同。")


def earlier(held: Import) -> list[Import]:
    """The recorded lists of the same source that this one may be a version of, the latest first."""
    found = Import.objects.filter(
        source=held.source_id, state=ImportState.RECORDED, received_at__lte=held.received_at,
        received_at__gte=held.received_at - _LOOKS_BACK).exclude(pk=held.pk)
    return list(found.order_by("-received_at")[:_LOOKS_AT])


def seen(held: Import) -> list[str]:
    """The ids of those it may be a version of: when they are others, it has to be compared anew."""
    return [str(other.pk) for other in earlier(held)]


def previous_of(held: Import, form: Form, lines: Sequence[Prepared]) -> tuple[Import, list[Prepared]] | None:
    """The version before with its lines: the one the user named, else the latest one that has most lines in common.
    One that was undone since it was named is none."""
    if held.version_said:
        recorded = Import.objects.filter(state=ImportState.RECORDED)
        named = recorded.filter(pk=held.version_of).first() if held.version_of else None
        return (named, _standing(named, form)) if named else None
    current = keyed(lines)
    for other in earlier(held):
        before = _standing(other, form)
        if alike(keyed(before), current):
            return other, before
    return None


def alike(before: Sequence[KeyedLine], after: Sequence[KeyedLine]) -> bool:
    """Whether at least half of the smaller list's lines are on the other."""
    return bool(before) and bool(after) and len(partners(before, after)) >= LIKE * min(len(before), len(after))


def apply(lines: list[Prepared], before: Sequence[Prepared], form: Form, ignored: Collection[str]) -> list[Prepared]:
    """Mark what is rerouted and unchanged among the lines, with the subject the earlier version recorded; returns
    those removed, numbered after the lines of the file. The rest is left to be matched. What no line of the list tells
    it has no column for: that has not changed.
    """
    going_on = [line for line in lines if line.tab is not Tab.REFUSED]
    partner = partners(keyed(before), keyed(going_on))
    told = {name for line in going_on for name in line.answers}
    left_out = frozenset((*ignored, SOURCE, *(one.name for one in form.questions if one.name not in told)))
    for place, line in enumerate(going_on):
        if place in partner:
            _compare(line, before[partner[place]], form, left_out)
    met = set(partner.values())
    return _removed([line for place, line in enumerate(before) if place not in met], lines)


def _compare(line: Prepared, earlier_line: Prepared, form: Form, left_out: frozenset[str]) -> None:
    fields = changed_fields(earlier_line.answers, line.answers, left_out)
    line.subject = earlier_line.subject
    line.tab = Tab.REROUTED if fields else Tab.UNCHANGED
    line.changed = fields
    line.before = {name: earlier_line.answers[name] for name in fields if name in earlier_line.answers}
    line.reason = _said(form, fields) if fields else _UNCHANGED
    if fields and line.subject is not None and _another(identity_of(earlier_line, form), identity_of(line, form)):
        line.tab, line.reason = Tab.DOUBTFUL, _ANOTHER
        line.candidates = [Candidate(line.subject, _ANOTHER, names.mask(str(
            earlier_line.answers.get(asked_for(form, "name") or "") or "")))]


def _another(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether what tells people apart was told otherwise: a document, a date of birth, a name."""
    if any(before.get(part) and after.get(part) and compact(str(before[part])) != compact(str(after[part]))
           for part in ("document_number", "birth_date")):
        return True
    return not rules.agrees(rules.names_of(before), rules.known_names(after))


def _removed(gone: Sequence[Prepared], lines: Sequence[Prepared]) -> list[Prepared]:
    last = max((line.number for line in lines), default=0)
    return [Prepared(last + place, one.answers, Tab.REMOVED, one.subject, one.place, GONE)
            for place, one in enumerate(gone, start=1)]


def keyed(lines: Sequence[Prepared]) -> list[KeyedLine]:
    """The lines that go on, with the keys they are compared by."""
    return [keyed_line(line.number, line.answers) for line in lines if line.tab is not Tab.REFUSED]


def _standing(held: Import, form: Form) -> list[Prepared]:
    return standing(store.lines(held, form))


def standing(lines: Iterable[Prepared]) -> list[Prepared]:
    """The lines of an earlier version that were recorded, or stood unchanged then; and who is still on the list though
    that version did not tell of them.
    """
    kept = [line for line in lines
            if line.subject is not None and line.result not in ("open", "refused", "left_out", "removed")]
    going_on = [line for line in kept if line.tab is not Tab.REMOVED]
    told = {line.subject for line in going_on}
    return [*going_on, *(line for line in kept if line.subject not in told)]


def _said(form: Form, fields: Sequence[str]) -> Text:
    labels = [question.label for name in fields if (question := form.question(name)) and question.label]
    return Text(_REROUTED.en.format(fields=", ".join(label.en for label in labels)),
                _REROUTED.zh.format(fields="、".join(label.zh for label in labels)))
