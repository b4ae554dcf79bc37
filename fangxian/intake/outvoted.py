"""Whether something told would weigh more than what stands, if it counted: then the levels above are told.

Facts are folded by when things happened, so that what comes in late stands behind what is known already: a positive
result behind the moment somebody was ruled out, a contact behind a release. No door can know which of the two is right.
So whatever was overtaken, or bears a time that has not come, is put to the tables once more as if it were told now;
where they come to a stricter measure or to something urgent by it, it does not stay unseen.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from fangxian.accounts import queries as accounts
from fangxian.accounts.scope import everywhere
from fangxian.decide import bearing
from fangxian.decide.types import Verdict
from fangxian.journal import queries as journal
from fangxian.journal.types import Filed, Flag
from fangxian.journal.work import Work
from fangxian.kernel.clock import Calendar
from fangxian.kernel.values import Privacy
from fangxian.programmes import facts as folding
from fangxian.programmes.facts import FactState, FactSubmission
from fangxian.programmes.forms import Form
from fangxian.programmes.types import Programme
from fangxian.subjects.steps.facts import read_states
from fangxian.tasks import alerts
from fangxian.tasks.alerts import Outvoted

from . import foreseen, lightening

_A_MOMENT: Final = dt.timedelta(microseconds=1)
_NO_ENTRY: Final = uuid.UUID(int=0)
_STANDS: Final = ""
_SAID: Final = "+"
_INSTEAD: Final = "-"
"""The facts as they stand, as they would be by what was told, and by what that takes the place of."""
Facts = dict[tuple[uuid.UUID, str], Mapping[str, Any]]


def tell(work: Work) -> None:
    """The step of the flow that tells the levels above of what was told in a round and weighs more than what stands.

    What may have been overtaken by the round itself is to be judged in order, with its questions: it is lightened.
    """
    programme = work.programme
    if programme.decision is None or not work.filed:
        return
    behind = [one for one in work.filed if one.submission.id in work.overtaken or one.flag == Flag.FUTURE]
    if not behind:
        return
    states = read_states(programme, sorted({one.submission.subject for one in behind}))
    told: dict[Calendar, Facts] = defaultdict(dict)
    for one in behind:
        calendar = work.calendar(work.subjects[one.submission.subject].path)
        told[calendar] |= _as_told_now(work, one, states.get(one.submission.subject, FactState()))
    verdicts = {key: verdict for calendar, facts in told.items()
                for key, verdict in foreseen.decided(programme, facts, calendar, work.at).items()}
    outvoted = [one for one in behind if _is_outvoted(programme, one, verdicts)]
    ahead = _who_filed_ahead(programme, outvoted)
    alerts.raise_outvoted(
        [_outvoted(work, one, verdicts, ahead.get(one.submission.id, frozenset())) for one in outvoted], work.at)
    told_of = Counter(one.submission.subject for one in work.filed)
    work.lightened |= {subject for one in outvoted if told_of[subject := one.submission.subject] > 1}


def _as_told_now(work: Work, one: Filed, state: FactState) -> Facts:
    """What would be known if it came last, beside what is known; nothing where no table comes out another by it."""
    told = one.submission
    known = _last(work, one, told.answers, state)
    if not bearing.may_matter(work.programme, state.values, known):
        return {}
    facts: Facts = {(told.id, _STANDS): state.values, (told.id, _SAID): known}
    if told.replaces is not None and (before := journal.entries([told.replaces]).get(told.replaces)):
        facts[told.id, _INSTEAD] = _last(work, one, before.body, state)
    return facts


def _last(work: Work, one: Filed, answers: Mapping[str, Any], state: FactState) -> Mapping[str, Any]:
    form = work.version(one.version).forms[one.submission.form]
    return as_told_last(work.programme, form, answers, state, work.at, work.zone(one.submission))


def as_told_last(
    programme: Programme, form: Form, answers: Mapping[str, Any], state: FactState, at: dt.datetime, zone: ZoneInfo,
) -> Mapping[str, Any]:
    """The facts as they would be if a form had been filled after all that is known, at ``at`` or right after that."""
    now = max(at, state.last[0] + _A_MOMENT) if state.last else at
    said = form.validate(answers, happened_at=now, tz=zone).answers
    decisive = {name: value for name, value in said.items() if form.by_name[name].privacy is not Privacy.PERSONAL}
    return folding.extend(programme, state, FactSubmission(_NO_ENTRY, form.id, now, decisive, zone), tz=dt.UTC).values


def _is_outvoted(programme: Programme, one: Filed, verdicts: Mapping[tuple[uuid.UUID, str], Verdict]) -> bool:
    """Whether it weighs more than what stands; what corrects an entry, also more than that one did."""
    entry = one.submission.id
    said = verdicts.get((entry, _SAID))
    others = (verdicts.get((entry, which)) for which in (_STANDS, _INSTEAD))
    return said is not None and all(is_heavier(programme, said, other) for other in others if other is not None)


def is_heavier(programme: Programme, one: Verdict, other: Verdict) -> bool:
    """Whether one decision is urgent and another is not, or its measure is the stricter one."""
    if one.urgent and not other.urgent:
        return True
    return one.managed and (not other.managed or _rank(programme, one) < _rank(programme, other))


def _rank(programme: Programme, one: Verdict) -> int:
    """The strictest measure is declared first."""
    return list(programme.measures).index(one.measure or "")


def _who_filed_ahead(programme: Programme, outvoted: Sequence[Filed]) -> dict[uuid.UUID, frozenset[str]]:
    """By entry, where those stand who filed what may outvote it: whatever else is told of the same from then on."""
    with everywhere():  # whoever it is, and wherever: nobody is the only one to hear of what they outvoted
        ahead = journal.filed_from(programme.id, [
            (one.submission.id, one.submission.subject, one.submission.happened_at) for one in outvoted])
    posts, found = accounts.roster().posts, defaultdict[uuid.UUID, set[str]](set)
    for entry, form, post in ahead:
        if lightening.may_tell(programme, form) and (standing := posts.get(post)):
            found[entry].add(standing.path)
    return {entry: frozenset(paths) for entry, paths in found.items()}


def _outvoted(
    work: Work, one: Filed, verdicts: Mapping[tuple[uuid.UUID, str], Verdict], ahead: frozenset[str],
) -> Outvoted:
    """What the system files stands nowhere: neither do those recorded together, nor the clock."""
    told, subject = one.submission, work.subjects[one.submission.subject]
    stands, said = (verdicts[told.id, which] for which in (_STANDS, _SAID))
    return Outvoted(
        work.programme.id, told.form, told.id, subject.id, subject.path, (told.by or work.by).path or subject.path,
        subject.drill, work.calendar(subject.path).operational_day(work.at), said.urgent and not stands.urgent, ahead)
