"""What an entry changed of who somebody is and of their arrival, read again from the journal for those who are told.

Nothing of it is stored beside the journal: the values are opened for one who may see them, and masked for others.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from django.db import connection

from fangxian.accounts.rules import may
from fangxian.accounts.scope import among
from fangxian.accounts.types import Acting, Action
from fangxian.journal import queries as journal
from fangxian.journal.queries import AnswerView
from fangxian.journal.types import SUBJECT, SubjectRow, subject_row
from fangxian.kernel.keys import Cipher, KeyGone
from fangxian.kernel.text import Text, both
from fangxian.programmes import queries as programmes
from fangxian.programmes.forms import Form
from fangxian.programmes.types import Programme
from fangxian.subjects import queries as subjects
from fangxian.subjects import vault
from fangxian.subjects.steps.facts import refolded
from fangxian.subjects.steps.identity import identity_in, parts_told
from fangxian.subjects.steps.standing import StandingEntry, standing

from . import changes, rules

_ROW: Final = f"SELECT {SUBJECT} FROM subjects_subject WHERE id = %s"  # noqa: S608 - a constant


class RetoldAnswer(NamedTuple):
    """One answer that became another, in words."""

    label: Text
    before: Text
    after: Text


def made_by(entry: uuid.UUID, subject: uuid.UUID, by: Acting) -> list[RetoldAnswer]:
    """What an entry changed that stands, as far as the post sees it; masked unless it may see who somebody is, which
    the caller logs. Nothing for an entry that was taken back or corrected since, or of whom nothing can be read."""
    row, ring = _row(subject), vault.ring()
    if row is None:
        return []
    try:
        entries = list(standing({subject: row}, ring))
    except KeyGone:
        return []
    own = next((one for one in entries if one.entry == entry), None)
    line = journal.entries([entry]).get(entry)
    if own is None or line is None:
        return []
    if line.replaces is not None:
        return list(_corrected(line.replaces, own, {subject: row.open_key(ring)}, by))
    later = {one.entry for one in entries if (one.happened_at, one.entry) > (own.happened_at, own.entry)}
    before = [one for one in entries if one.entry not in later | {entry}]
    return [*_identity(own, before, row, by), *_arrival(own, later)]


def _row(subject: uuid.UUID) -> SubjectRow | None:
    with connection.cursor() as cursor:
        cursor.execute(_ROW, [subject])
        found = cursor.fetchone()
    return subject_row(found) if found else None


def _identity(own: StandingEntry, before: list[StandingEntry], row: SubjectRow, by: Acting) -> Iterator[RetoldAnswer]:
    form = own.programme.forms[own.form]
    parts = vault.told_in(parts_told(before).get(row.id, {}), among(by.programmes, row.programmes))
    told, known = identity_in(own.programme, form, own.answers), vault.values(parts)
    for name, part in rules.retold(form, told, known, reach=True).items():
        question = form.by_name[name]
        yield _change(form, question.label or both(name), part, (known[part], told[part]),
                      shown=may(by, Action.IDENTITY, own.programme.id))


def _change(form: Form, label: Text, part: str, values: tuple[Any, Any], *, shown: bool) -> RetoldAnswer:
    """A choice by its label; what looks the same masked is only said to be another."""
    before, after = (changes.words(form, part, value, opened=shown) for value in values)
    return RetoldAnswer(label, before if before != after else changes.OTHER, after)


def _arrival(own: StandingEntry, later: set[uuid.UUID]) -> Iterator[RetoldAnswer]:
    """Facts of an arrival that came out another; what the answers only lead to is not said as well."""
    programme = programmes.in_force(own.programme.id)
    was, now = (refolded(programme, [own.subject], without=without)[own.subject].values
                for without in (later | {own.entry}, later))
    told = {question.fact for question in own.programme.forms[own.form].questions if not question.calculation}
    for name, fact in programme.facts.items():
        if name in told and rules.of_arrival(fact) and was.get(name) is not None and was[name] != now.get(name):
            yield RetoldAnswer(fact.label, _words(programme, name, was), _words(programme, name, now))


def _words(programme: Programme, name: str, values: Any) -> Text:
    known = subjects.labelled(programme, {name: values.get(name)})
    return known[0].text if known else both("–")


def _corrected(
    replaced: uuid.UUID, own: StandingEntry, keys: Mapping[uuid.UUID, Cipher], by: Acting,
) -> Iterator[RetoldAnswer]:
    """A correction says what it corrects: answer by answer."""
    lines = journal.entries([replaced, own.entry], keys=keys)
    if lines.keys() != {replaced, own.entry}:
        return
    form, shown = own.programme.forms[own.form], may(by, Action.IDENTITY, own.programme.id)
    was = {one.name: one for one in lines[replaced].answers}
    told = {one.name: one for one in lines[own.entry].answers}
    for name in [one for one in was if own.programme.names_door(was[one].link)]:
        if name not in told or told[name].value != was[name].value:
            yield _other_door(was[name], told.get(name), shown=shown)
    for one in told.values():
        before = was.get(one.name)
        if before is None or before.value == one.value or form.by_name[one.name].calculation:
            continue
        if own.programme.names_door(one.link):
            continue
        if one.identity:
            yield _change(form, one.label, one.identity, (before.value, one.value), shown=shown)
        else:
            yield RetoldAnswer(one.label, before.text, one.text)


def _other_door(before: AnswerView, after: AnswerView | None, *, shown: bool) -> RetoldAnswer:
    """The key of a household says where somebody lives, so that it is masked with who they are; left out, it is told
    to have been there."""
    if shown:
        return RetoldAnswer(before.label, before.text, after.text if after else both("–"))
    return RetoldAnswer(before.label, both("…"), changes.OTHER if after else both("–"))
