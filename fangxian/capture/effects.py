"""What a line would change about somebody known: shown before it is recorded, and asked about where it weighs.

The line is folded and decided as recording it would, and nothing is written.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from django.db import connection

from fangxian.accounts.rules import may
from fangxian.accounts.types import Action
from fangxian.areas import queries as areas
from fangxian.areas.types import Node, Tier
from fangxian.decide import bearing
from fangxian.decide import queries as decisions
from fangxian.decide.types import Verdict
from fangxian.intake import changes as door
from fangxian.intake import foreseen, later, lightening, outvoted, rules
from fangxian.intake.lightening import ChangedFacts, Lightened
from fangxian.intake.numbering import Renumbered
from fangxian.kernel.arrays import array_text
from fangxian.kernel.text import Text, both
from fangxian.kernel.values import Privacy, ValueType
from fangxian.programmes.facts import FactState, FactSubmission
from fangxian.programmes.forms import Question
from fangxian.subjects import queries as subjects
from fangxian.subjects.matching import search
from fangxian.subjects.matching.rules import SAME
from fangxian.subjects.matching.search import KnownSubject
from fangxian.subjects.steps.facts import read_states
from fangxian.subjects.steps.identity import identity_in
from fangxian.tasks.states import IS_OPEN

from . import listing, renumbering
from .types import Candidate, Effect, Prepared, Tab
from .verdicts import LineVerdict, ListContext, in_sight

_LAST: Final = uuid.UUID(int=2**128 - 1)
_REFERENCE: Final = re.compile(r"\$\{(\w+)\}")
_CERTAIN: Final = (SAME["document"], SAME["external"])
"""Why somebody known is meant for sure, at the door and of a list."""
_DATES: Final = (ValueType.DATE, ValueType.DATETIME)
_MEASURES: Final = (
    "SELECT subject, measure, until FROM decide_current WHERE programme = %s AND subject = ANY(%s::uuid[])")
_OPEN: Final = (
    f"SELECT subject, count(*) FROM tasks_task WHERE {IS_OPEN} AND subject = ANY(%s::uuid[]) GROUP BY subject")  # noqa: S608 - a constant

_PLACE: Final = Text("Place", "所在区域")
_MEASURE: Final = Text("Measure", "措施")
_BEHIND: Final = Text("Once {front} is over", "“{front}”结束后")
_TASKS: Final = Text("Open tasks", "待办任务")
_TO_BE_PLACED: Final = Text("to be placed by the township", "待乡镇（街道）落实")
_WITH: Final = Text("{count} at {place}", "{place} {count}项")
_GO_ALONG: Final = Text("go along to {place}", "随之转至{place}")
_OTHER_IDENTITY: Final = Text(
    "The line would change who somebody known is: what is shown. Is it the same person, and is the list right?",
    "此行将更改已知人员的身份信息（见下）。是同一人吗？名单是否正确？")
_OLDER: Final = Text(
    "The date on this line is older than the one known. Record it only if the known one is wrong.",
    "此行日期早于已记录的日期。仅在原记录有误时才录入。")
_NO_DATE: Final = Text(
    "The line has no date for somebody whose date is known; recording it would put the day of the list in its place.",
    "此行没有日期，而此人的日期已有记录；如录入，将以名单日期代替。")
_UNDER_CONTROL: Final = Text(
    "This person is under control already, and the line would change what is shown. Record it so?",
    "此人已在管控中，录入此行将产生所示变化。是否按此录入？")
_LET_GO: Final = Text(
    "Something recorded takes away the measure that this line would bring: see what is shown. Record it all the same?",
    "已有记录使此行应有的措施不生效（见下）。仍要录入吗？")
_OVERTAKEN: Final = Text(
    "Something recorded since the list came in outweighs this line: see the record. Record it all the same? It will not"
    " count, and the level above is told.",
    "名单收到后已有其他记录，此行不会生效。请先核对该人员记录。仍要录入吗？录入后将告知上级。")
_BUT_FOR: Final = Text("But for “{fact}”", "若无“{fact}”")
_ELSEWHERE: Final = Text("Known elsewhere in the county; the line would change what is recorded there.",
                         "在本县其他区域已有记录；录入此行将更改该处记录。")


class KnownPeople(NamedTuple):
    """All that is known of the people some lines are about; ``shown``: who they are by what programmes were told that
    the importer sees; ``held``: those under a measure, in whichever programme."""

    people: Mapping[uuid.UUID, KnownSubject]
    shown: Mapping[uuid.UUID, KnownSubject]
    states: Mapping[uuid.UUID, FactState]
    measures: Mapping[uuid.UUID, tuple[str | None, dt.datetime | None]]
    tasks: Mapping[uuid.UUID, int]
    held: Set[uuid.UUID]


@dataclass(frozen=True, slots=True)
class Folded:
    """One line as it would be folded: its answers, the facts and the decision after it, and what becomes lighter.

    ``overtaken``: something told since the list came in keeps it from counting, though it would weigh more.
    ``put_off``: a later arrival puts off what is asked of them now. ``earlier``: what the list itself told before where
    it tells something else now. ``renumbered``: the list knew them by another number.
    """

    subject: uuid.UUID
    told: Mapping[str, Any]
    before: FactState
    after: FactState
    verdict: Verdict | None
    lighter: Lightened | None
    overtaken: bool = False
    put_off: bool = False
    earlier: Mapping[str, Any] = field(default_factory=dict)
    renumbered: Renumbered | None = None


def weigh(
    lines: Sequence[Prepared], found: Sequence[LineVerdict], context: ListContext, shared: Set[str] = frozenset(),
) -> list[LineVerdict]:
    """The verdicts with what each line would change about whom it may mean; what has to be asked is doubtful. A number
    that is ``shared`` by several lines is nobody's."""
    pairs = [(place, subject) for place, one in enumerate(found) for subject in _meant(one)]
    if not pairs:
        return list(found)
    about = {number: subject for number, (_, subject) in enumerate(pairs)}
    stored = _stored(set(about.values()), context)
    folded = _folded({number: lines[place] for number, (place, _) in enumerate(pairs)}, about, stored, context)
    numbers = renumbering.NumbersBefore(stored.people, context, shared)
    folded = {number: replace(one, renumbered=numbers.changed(one.subject, one.told)) for number, one in folded.items()}
    sight = in_sight(stored.people, context.by)
    nodes = _nodes(folded, stored, context)
    weighed = list(found)
    for number, one in folded.items():
        place, _ = pairs[number]
        changes = (*_told_changes(one, context), *_identity_changes(one, stored, context),
                   *renumbering.effects(one.renumbered, one.told, context),
                   *_consequences(one, stored, nodes, context))
        reason = _reason(one, stored, nodes, context)
        if changes or reason:
            found_now = _asked(weighed[place], one, changes, reason, seen=one.subject in sight)
            heavy = {one.subject} if reason not in (None, _UNDER_CONTROL) or _lightens(one, stored, context) else set()
            reached = {one.subject} if _reached_otherwise(one, stored, context) else set()
            weighed[place] = replace(found_now, weighty=found_now.weighty | heavy, reached=found_now.reached | reached)
    return weighed


class RemovalEffect(NamedTuple):
    """What taking somebody off a list would change; ``managed``: whether they are in a managed measure now, or nothing
    is decided about them yet and they would be let go."""

    effects: tuple[Effect, ...]
    managed: bool


def of_removal(lines: Sequence[Prepared], context: ListContext) -> list[RemovalEffect]:
    """The same of lines that take their subject off a list, in order; the form of ``context`` is the one that does."""
    about = {place: line.subject for place, line in enumerate(lines) if line.subject}
    stored = _stored(set(about.values()), context)
    folded = _folded({place: lines[place] for place in about}, about, stored, context)
    nothing = RemovalEffect((), managed=False)
    return [_of_removal(folded[place], stored, context) if place in folded else nothing for place in range(len(lines))]


def _of_removal(one: Folded, stored: KnownPeople, context: ListContext) -> RemovalEffect:
    before, after = _measures(one, stored, context)
    changes = (Effect(_MEASURE, before, after),) if before != after else ()
    return RemovalEffect(changes, _managed(one, stored, context) or one.lighter is not None)


def _meant(found: LineVerdict) -> list[uuid.UUID]:
    """Those known whom a line means, or whom of them it may mean."""
    if found.tab in (Tab.KNOWN, Tab.REROUTED):
        return [found.subject]
    return [one.subject for one in found.candidates if not one.line] if found.tab is Tab.DOUBTFUL else []


def _stored(people: set[uuid.UUID], context: ListContext) -> KnownPeople:
    asked, programme = array_text(people), context.programme
    with connection.cursor() as cursor:
        cursor.execute(_MEASURES, [programme.id, asked])
        measures = {subject: (measure, until) for subject, measure, until in cursor.fetchall()}
        cursor.execute(_OPEN, [asked])
        tasks = dict(cursor.fetchall())
    shown = search.identities(people, context.by.programmes)
    return KnownPeople(search.identities(people), shown, read_states(programme, sorted(people)), measures, tasks,
                       decisions.under_measure(people))


def _folded(
    lines: Mapping[int, Prepared], about: Mapping[int, uuid.UUID], stored: KnownPeople, context: ListContext,
) -> dict[int, Folded]:
    programme, form, zone = context.programme, context.form, context.by.calendar.zone
    told = {}
    for place, line in lines.items():
        given = {**line.answers, listing.SOURCE: context.source} if form.question(listing.SOURCE) else line.answers
        told[place] = form.validate(given, happened_at=context.received_at, tz=zone).answers
    filed = {place: (about[place], FactSubmission(_LAST, form.id, context.received_at, _plain(answers, context), zone))
             for place, answers in told.items()}
    after = foreseen.folded(programme, filed, stored.states)
    verdicts = foreseen.decided(
        programme, {place: state.values for place, state in after.items()}, context.by.calendar, context.at)
    nothing = FactState()
    before = {place: stored.states.get(about[place], nothing) for place in filed}
    changed = {place: ChangedFacts(before[place].values, after[place].values) for place in filed}
    lighter = lightening.lightened_among(programme, changed, context.by.calendar, context.at)
    put_off = later.put_off(programme, changed, context.by.calendar, context.at)
    overtaken = _overtaken(filed, lines, after, verdicts, context)
    return {place: Folded(about[place], told[place], before[place], after[place], verdicts.get(place),
                          lighter.get(place), place in overtaken, place in put_off, lines[place].before)
            for place in filed}


def _overtaken(
    filed: Mapping[int, tuple[uuid.UUID, FactSubmission]], lines: Mapping[int, Prepared],
    after: Mapping[int, FactState], verdicts: Mapping[int, Verdict], context: ListContext,
) -> set[int]:
    """The lines beside which something later is told, and that would weigh more if they came last."""
    programme, zone = context.programme, context.by.calendar.zone
    late = {place: outvoted.as_told_last(programme, context.form, lines[place].answers, after[place], context.at, zone)
            for place, (_about, one) in filed.items()
            if (last := after[place].last) is not None and last[0] > one.happened_at}
    said = foreseen.decided(
        programme, {place: known for place, known in late.items()
                    if bearing.may_matter(programme, after[place].values, known)}, context.by.calendar, context.at)
    return {place for place, one in said.items() if outvoted.is_heavier(programme, one, verdicts[place])}


def _plain(answers: Mapping[str, Any], context: ListContext) -> dict[str, Any]:
    questions = context.form.by_name
    return {name: value for name, value in answers.items() if questions[name].privacy is not Privacy.PERSONAL}


def _nodes(folded: Mapping[int, Folded], stored: KnownPeople, context: ListContext) -> dict[str, Node]:
    """The areas that people are in, by path, and those that lines name, by code."""
    fact = context.programme.place
    codes = {str(one.after.values[fact]) for one in folded.values() if fact and one.after.values.get(fact)}
    return {**areas.nodes({one.path for one in stored.people.values()}), **areas.by_code(codes)}


def _told_changes(one: Folded, context: ListContext) -> Iterator[Effect]:
    """Facts that are known and come out another; a day says nothing beside its instant."""
    differing = {question.fact: question for question in context.form.questions
                 if question.fact and _speaks(question, context) and _differs(one, question.fact, context)}
    instants = {name for name in differing if context.programme.facts[name].type is ValueType.DATETIME}
    for name, question in differing.items():
        if context.programme.facts[name].type is ValueType.DATE and instants and question.calculation:
            continue
        before, after = (_words(context, name, state) for state in (one.before, one.after))
        yield Effect(context.programme.facts[name].label, before, after)


def _speaks(question: Question, context: ListContext) -> bool:
    """Whether a question says something of the person: not the list's name, not the moment it came in."""
    if question.name == listing.SOURCE or question.fact == context.programme.place:
        return False
    return not question.calculation or bool(_REFERENCE.search(question.calculation))


def _differs(one: Folded, fact: str, context: ListContext) -> bool:
    before, after = one.before.values.get(fact), one.after.values.get(fact)
    if isinstance(before, dt.datetime) and isinstance(after, dt.datetime):
        known, told = context.by.calendar.local(before), context.by.calendar.local(after)
        return known != told and (known.date() != told.date() or told.time() != dt.time())  # a day alone says no less
    return before is not None and after != before


def _words(context: ListContext, name: str, state: FactState) -> Text:
    value = state.values.get(name)
    if isinstance(value, dt.datetime):
        return both(f"{context.by.calendar.local(value):%Y-%m-%d %H:%M}")
    told = subjects.labelled(context.programme, {name: value})
    return told[0].text if told else both("–")


def _identity_changes(one: Folded, stored: KnownPeople, context: ListContext) -> Iterator[Effect]:
    """Before and after, masked; what looks the same then, or may not be known, is only said to be another."""
    shown = may(context.by, Action.IDENTITY, context.programme.id)
    visible = stored.shown[one.subject].identity if one.subject in stored.shown else {}
    for question, before, after in _identity(one, stored, context):
        if question.fact is None or not _differs(one, question.fact, context):  # else it is told as a fact
            was, told = (door.words(context.form, question.identity or "", part) for part in (before, after))
            seen = shown and was != told and _text(visible.get(question.identity or "", "")) == before
            yield Effect(question.label or both(question.name), was if seen else door.OTHER, told)


def _identity(one: Folded, stored: KnownPeople, context: ListContext) -> Iterator[tuple[Question, str, str]]:
    known = stored.people.get(one.subject)
    for question in context.form.questions if known else ():
        before = str(known.identity.get(question.identity or "", "") or "") if known else ""
        after = one.told.get(question.name)
        if question.identity and before and after is not None and not rules.same_value(
                before, _text(after), question.identity):
            yield question, before, _text(after)


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _consequences(
    one: Folded, stored: KnownPeople, nodes: Mapping[str, Node], context: ListContext,
) -> Iterator[Effect]:
    here, there = _moves(one, stored, nodes, context)
    if here is not there:
        yield Effect(_PLACE, _name(here), _name(there))
        if count := stored.tasks.get(one.subject):
            yield Effect(_TASKS, _WITH.filled(count=count, place=_name(here)),
                         _GO_ALONG.filled(place=_name(there)) if there else _TO_BE_PLACED)
    before, after = _measures(one, stored, context)
    if before != after:
        yield Effect(_MEASURE, before, after)
    if one.lighter and (before == after or one.lighter.because):
        yield _behind(one.lighter, context)


def _behind(found: Lightened, context: ListContext) -> Effect:
    """What stands behind the measure in force, before and after."""
    front, before, after = (foreseen.in_words(context.programme, *applies, context.by.calendar)
                            for applies in (found.front, found.before, found.after))
    if found.because:
        return Effect(_BUT_FOR.filled(fact=context.programme.facts[found.because].label), after, before)
    return Effect(_BEHIND.filled(front=front), before, after)


def _moves(
    one: Folded, stored: KnownPeople, nodes: Mapping[str, Node], context: ListContext,
) -> tuple[Node | None, Node | None]:
    """Where somebody is, and where they would be; None for where the township is to say it."""
    here = nodes.get(stored.people[one.subject].path) if one.subject in stored.people else None
    fact = context.programme.place
    code = one.after.values.get(fact) if fact else None
    if code is None:
        cleared = fact is not None and one.before.values.get(fact) is not None
        return here, None if cleared else here
    there = nodes.get(str(code))
    return here, here if there is None or (here is not None and there.path == here.path) else there


def _name(node: Node | None) -> Text:
    return both(node.name) if node else _TO_BE_PLACED


def _measures(one: Folded, stored: KnownPeople, context: ListContext) -> tuple[Text, Text]:
    if one.verdict is None:
        return both(""), both("")
    programme, calendar = context.programme, context.by.calendar
    before = stored.measures.get(one.subject, (None, None))
    return (foreseen.in_words(programme, *before, calendar),
            foreseen.in_words(programme, one.verdict.measure, one.verdict.until, calendar))


def _asked(
    found: LineVerdict, one: Folded, changes: tuple[Effect, ...], reason: Text | None, *, seen: bool,
) -> LineVerdict:
    """Where a line may mean several, what it would change about each stands beside them."""
    shown = changes if seen else ()
    if found.tab is Tab.DOUBTFUL and len(found.candidates) > 1:
        return replace(found, candidates=tuple(
            replace(other, effects=shown) if other.subject == one.subject and not other.line else other
            for other in found.candidates))
    if reason is None or found.tab is Tab.DOUBTFUL:
        return replace(found, effects=shown)
    candidate = (Candidate(one.subject, reason, certain=found.reason in _CERTAIN) if seen
                 else Candidate(one.subject, _ELSEWHERE, elsewhere=True))
    why = reason if seen else _ELSEWHERE
    return replace(found, tab=Tab.DOUBTFUL, reason=why, candidates=(candidate,), effects=shown)


def _reason(one: Folded, stored: KnownPeople, nodes: Mapping[str, Node], context: ListContext) -> Text | None:
    """Why the user has to be asked; None where the change can be taken from the list as it is."""
    programme, form = context.programme, context.form
    known = stored.people.get(one.subject)
    if one.renumbered or (known and rules.retold(form, identity_in(programme, form, one.told), known.identity)):
        return _OTHER_IDENTITY
    set_back = rules.set_back(
        programme, form, one.told, one.before.values, context.by.calendar.zone, corrects=False)
    if set_back or any(_older(one, question, context) for question in form.questions):
        return _OLDER
    if any(_dateless(one, question, context) for question in context.form.questions):
        return _NO_DATE
    if one.overtaken:
        return _OVERTAKEN
    if one.lighter and one.lighter.because:
        return _LET_GO
    return _UNDER_CONTROL if _under_control(one, stored, nodes, context) else None


def _lightens(one: Folded, stored: KnownPeople, context: ListContext) -> bool:
    before = stored.measures.get(one.subject, (None, None))
    return one.verdict is not None and (
        lightening.is_lighter(context.programme, before, (one.verdict.measure, one.verdict.until), context.at)
        or one.lighter is not None)


def _dated(one: Folded, question: Question, context: ListContext) -> str | None:
    """The fact of a question that tells a date which would come out another one."""
    fact = question.fact
    if fact is None or not _speaks(question, context) or context.programme.facts[fact].type not in _DATES:
        return None
    return fact if _differs(one, fact, context) else None


def _older(one: Folded, question: Question, context: ListContext) -> bool:
    fact = _dated(one, question, context)
    after = one.after.values.get(fact) if fact else None
    return fact is not None and after is not None and after < one.before.values[fact]  # type: ignore[operator]


def _dateless(one: Folded, question: Question, context: ListContext) -> bool:
    """Whether a date comes from the moment of the list, for none of what it is worked out from is told."""
    if _dated(one, question, context) is None:
        return False
    asked = _REFERENCE.findall(question.calculation)
    return bool(asked) and all(one.told.get(name) is None for name in asked)


def _under_control(one: Folded, stored: KnownPeople, nodes: Mapping[str, Node], context: ListContext) -> bool:
    """In a managed measure that the line would change, or with somebody responsible from whom it would take them."""
    managed = _managed(one, stored, context)
    before, after = _measures(one, stored, context)
    here, there = _moves(one, stored, nodes, context)
    leaves = here is not there and here is not None and here.tier is Tier.GRID
    return (managed and before != after) or (leaves and (managed or bool(stored.tasks.get(one.subject)))) or (
        one.lighter is not None) or one.put_off or _reached_otherwise(one, stored, context)


def _reached_otherwise(one: Folded, stored: KnownPeople, context: ListContext) -> bool:
    """Whether somebody under a measure would be reached by something else than what is in the importer's sight; a list
    that only corrects itself is not asked about."""
    known = stored.shown.get(one.subject)
    if known is None or one.subject not in stored.held:
        return False
    told = identity_in(context.programme, context.form, one.told)
    who, how = (rules.retold(context.form, told, known.identity, reach=reach) for reach in (False, True))
    return any(not rules.same_value(one.earlier.get(question, ""), known.identity[part], part)
               for question, part in how.items() if question not in who)


def _managed(one: Folded, stored: KnownPeople, context: ListContext) -> bool:
    measure, _until = stored.measures.get(one.subject, (None, None))
    known = context.programme.measures.get(measure) if measure is not None else None
    return known is not None and known.managed
