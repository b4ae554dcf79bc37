"""What would follow from a form before it is recorded: folded and decided as recording would, and nothing written."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeVar

from fangxian.decide import engine
from fangxian.decide.rules import VerdictReader, instant
from fangxian.decide.types import Verdict
from fangxian.kernel import dates
from fangxian.kernel.clock import Calendar
from fangxian.kernel.text import Text, both
from fangxian.programmes import facts as folding
from fangxian.programmes.facts import FactState, FactSubmission
from fangxian.programmes.types import Programme
from fangxian.subjects.steps.facts import refolded

Key = TypeVar("Key")
Applies = tuple[str | None, dt.datetime | None]
"""A measure and until when, as it is decided."""
_NOTHING: Final[Mapping[uuid.UUID, Sequence[FactSubmission]]] = MappingProxyType({})
_UNTIL: Final = Text("{measure}, up to and including {day}", "{measure}，至{day}（含）")


def folded(
    programme: Programme, filed: Mapping[Key, tuple[uuid.UUID, FactSubmission]], stored: Mapping[uuid.UUID, FactState],
    *, without: Collection[uuid.UUID] = (), before: Mapping[uuid.UUID, Sequence[FactSubmission]] = _NOTHING,
) -> dict[Key, FactState]:
    """The facts after each of some submissions, by itself, about the subject that stands beside it. ``without``: the
    entries they would take the place of; those who have one are folded anew. ``before``: what is not in the journal
    yet and in what is ``stored``.
    """
    nothing, found, left = FactState(), dict[Key, FactState](), dict(filed)
    while left:  # of each subject one at a time
        turn = {about: key for key, (about, _) in reversed(left.items())}
        now = {about: left.pop(key)[1] for about, key in turn.items()}
        late = {about: one for about, one in now.items()
                if without or not folding.extends(stored.get(about, nothing), one)}
        anew = refolded(programme, late, beside={about: [*before.get(about, ()), one] for about, one in late.items()},
                        without=without)
        for about, one in now.items():
            found[turn[about]] = anew[about] if about in late else folding.extend(
                programme, stored.get(about, nothing), one, tz=dt.UTC)
    return found


def decided(
    programme: Programme, facts: Mapping[Key, Mapping[str, Any]], calendar: Calendar, at: dt.datetime,
) -> dict[Key, Verdict]:
    """What the tables would say at an instant; nothing for a programme that decides nothing."""
    if programme.decision is None or not facts:
        return {}
    today = calendar.today(at)
    said = engine.say(programme, list(facts.values()), [today] * len(facts), [calendar.zone] * len(facts))
    reader = VerdictReader(programme)
    return {key: reader.verdict(known, outcome, calendar, today)
            for (key, known), outcome in zip(facts.items(), said, strict=True)}


def applying(
    programme: Programme, facts: Mapping[Key, Mapping[str, Any]], calendar: Calendar, at: dt.datetime,
) -> dict[Key, Applies]:
    """Of what the tables would say only the measure and its end, which takes a fraction of the time."""
    if programme.decision is None or not facts:
        return {}
    today, roles = calendar.today(at), programme.decision
    said = engine.say(programme, list(facts.values()), [today] * len(facts), [calendar.zone] * len(facts))
    return {key: (one.get(roles.measure), instant(one.get(roles.until), calendar))
            for key, one in zip(facts, said, strict=True)}


def in_words(programme: Programme, measure: str | None, until: dt.datetime | None, calendar: Calendar) -> Text:
    """A measure with its last day; a dash where nothing is decided."""
    if measure is None:
        return both("–")
    named = programme.measures.get(measure)
    label = named.label if named else both(measure)
    return _UNTIL.filled(measure=label, day=dates.in_words(calendar.last_day(until))) if until else label
