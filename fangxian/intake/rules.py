"""Who may file what, and who is alike. Pure: what is known of a batch is an argument."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from fangxian.accounts.rules import allowed, may
from fangxian.accounts.types import POST_KINDS, Acting, Action, PostKind
from fangxian.areas.types import Tier
from fangxian.journal.types import YEARS
from fangxian.kernel import errors
from fangxian.kernel.clock import possible
from fangxian.kernel.errors import Kind
from fangxian.kernel.identifiers.spelling import compact
from fangxian.kernel.identity_parts import EXTERNAL_IDS, PARTS, PHONES
from fangxian.kernel.text import Text
from fangxian.programmes.forms import Form
from fangxian.programmes.forms.types import Question, QuestionType
from fangxian.programmes.types import Fact, Keep, Programme
from fangxian.subjects.matching.rules import (
    NAME_AND_BIRTH,
    NAME_AND_PHONE,
    NEAR_NUMBER,
    OTHER_NAME,
    SAME,
    Hits,
    Traits,
    agrees,
)
from fangxian.tasks.types import NEXT_TIER, Lent

from .types import Filing

SAME_NAME: Final = Text(
    "Somebody of the same name is known here. Is it the same person?", "本辖区已有同名人员。是同一人吗？")
SAME_PHONE: Final = Text(
    "Somebody with the same phone is known here. Is it the same person?", "本辖区已有相同电话的人员。是同一人吗？")
MANY: Final = 20
"""A name that more of an area bear than somebody would look through tells nobody apart."""
_DIGITS: Final = re.compile(r"[^0-9]")
_LOCAL: Final = 7
"""The digits of the shortest number that is dialled without a code before it."""


class Resemblance(NamedTuple):
    """Why somebody may be the one, and whether it is certain."""

    why: Text
    certain: bool = False


@dataclass(frozen=True, slots=True)
class BatchContext:
    """What has to be known of a batch before it is judged, read set-wise.

    ``own`` are entries in sight among those sent or to be corrected, with their subjects; ``taken`` the ids sent that
    are in use anywhere, ``visible`` the subjects in sight, ``hidden`` those that exist out of sight, ``tasks`` the
    tasks in sight that are named, with whose they are; ``lent`` those elsewhere a task about whom was given to the
    sender, with where they are and what they were asked to do. ``made_up``: those of a drill, where somebody is said to
    be somebody else.
    """

    by: Acting
    programmes: Mapping[str, Programme]
    own: Mapping[uuid.UUID, uuid.UUID | None]
    taken: Set[uuid.UUID]
    visible: Set[uuid.UUID]
    hidden: Set[uuid.UUID]
    sent: Set[uuid.UUID]
    tasks: Mapping[uuid.UUID, int | None]
    lent: Mapping[uuid.UUID, Lent] = field(default_factory=dict)
    made_up: Set[uuid.UUID] = frozenset()

    def refusal(self, one: Filing) -> Kind | None:
        """Why somebody may not send this at all; None to go on."""
        return (right(self.by, self.programmes, one) or self._out_of_sight(one) or self._of_a_drill(one)
                or self._somebody_elses(one) or self._not_asked_for(one))

    def _out_of_sight(self, one: Filing) -> Kind | None:
        """Nothing is said about what lies out of sight: it is as if there were nothing."""
        if one.id in self.taken:
            return None if one.id in self.own else errors.SAME_ID_OTHER_CONTENT
        if one.subject in self.hidden or (one.same_as and one.same_as not in self.visible):
            return errors.NOT_FOUND
        with_it = one.replaces in self.sent and one.replaces not in self.taken
        corrects = one.replaces is None or one.replaces in self.own or with_it
        return None if corrects else errors.NOT_FOUND

    def _of_a_drill(self, one: Filing) -> Kind | None:
        """Nobody real is somebody made up for a drill, nor the other way round."""
        taken_for = one.same_as not in (None, one.subject) and one.id not in self.taken
        return errors.OF_A_DRILL if taken_for and {one.subject, one.same_as} & self.made_up else None

    def _somebody_elses(self, one: Filing) -> Kind | None:
        """The task of another post is filled by who may know the person: a check is of somebody one can tell apart."""
        if one.task is None or one.task not in self.tasks or one.id in self.taken:
            return None
        known = self.tasks[one.task] in self.by.posts or may(self.by, Action.IDENTITY, one.programme)
        return None if known else errors.NOT_ALLOWED

    def _not_asked_for(self, one: Filing) -> Kind | None:
        """Whoever sees somebody elsewhere for the sake of a task does that task, or says why it was not done; all else
        is for those who answer for the person."""
        if one.id in self.taken:
            return None
        about = {one.subject, one.same_as or one.subject}
        asked = all((one.programme, one.form) in self.lent[subject].forms for subject in about & self.lent.keys())
        return None if asked else errors.NOT_ALLOWED

    def is_known(self, one: Filing) -> bool:
        """Whether it is about somebody who is there; what was sent before is looked at again as it was recorded."""
        return one.subject in self.visible or one.id in self.taken

    def is_plain(self, one: Filing) -> bool:
        """Whether nothing has to be looked at again under locks of its own: a new entry about somebody in sight, whose
        task is in sight, that corrects nothing, registers nobody, says nothing that is asked about before it changes,
        and bears no number. It may be recorded with others'.
        """
        about = one.subject in self.visible and (one.task is None or one.task in self.tasks)
        programme = self.programmes[one.programme]
        numbered = programme.reply_by(one.form) or programme.reply_to(one.form)
        fresh = one.id not in self.taken and one.replaces is None and one.same_as is None
        form = programme.forms.get(one.form)
        retells = form is not None and (one.form_version not in ("", programme.version)
                                        or may_change(programme, form) or may_join(programme, form))
        return about and fresh and numbered is None and not retells


def right(by: Acting, programmes: Mapping[str, Programme], one: Filing) -> Kind | None:
    """Why a post may not fill this form, or not correct it."""
    action = Action.CORRECT if one.replaces else Action.FILL
    may_file = allowed(by, action, one.programme, one.form)
    if one.programme not in programmes:
        return errors.NOT_FOUND
    return None if may_file else errors.NOT_ALLOWED


def plausible(one: Filing) -> bool:
    """Whether it is told to have happened at a moment that can be; the journal refuses the others."""
    return one.happened_at.year in YEARS and possible(one.happened_at)


def may_change(programme: Programme, form: Form) -> bool:
    """Whether a form says who or where somebody is, settles what only grows otherwise, tells of an arrival or ends a
    measure: that is asked about first."""
    placing = programme.place is not None and any(question.fact == programme.place for question in form.questions)
    facts = (programme.facts.get(question.fact or "") for question in form.questions)
    says_who = any(question.identity or question.name in EXTERNAL_IDS for question in form.questions)
    return (placing or says_who or ends_measures(programme, form)
            or any(fact and of_arrival(fact) for fact in facts))


def may_join(programme: Programme, form: Form) -> bool:
    """Whether a form names a household, or whatever else something follows along: who shares it is asked about."""
    along = {one.link for one in programme.consequences}
    return any(question.link in along for question in form.questions)


def ends_measures(programme: Programme, form: Form) -> bool:
    """Whether it is the form of a task that has its time on the last day of a measure."""
    return any(kind.not_before_until and kind.form == form.id for kind in programme.tasks.values())


def against_ending(programme: Programme, form: str, known: Mapping[str, Any]) -> list[str]:
    """The facts that speak against a form of the last day of a measure: a last sample that is not negative."""
    tests = (one for kind in programme.tasks.values() if kind.not_before_until and kind.form == form
             for one in kind.ends_unasked)
    return [one.column for one in tests if not one.test.holds(known.get(one.column))]


def of_arrival(fact: Fact) -> bool:
    """Whether the greatest or least value told of a fact counts, or it is told along with one of which it does."""
    return fact.keep is not Keep.LATEST or fact.told_with is not None


def retold(
    form: Form, identity: Mapping[str, Any], known: Mapping[str, Any], *, reach: bool = False,
) -> dict[str, str]:
    """The questions whose answers make another one of a part of who somebody is, with the part; filling what is empty
    changes nothing. ``reach``: also of what they are reached by."""
    parts = {part for part, value in identity.items()
             if part in PARTS and (PARTS[part].who or (reach and PARTS[part].reaches))
             and known.get(part) and not same_value(value, known[part], part)}
    return {question.name: question.identity for question in form.questions if question.identity in parts}


def set_back(
    programme: Programme, form: Form, answers: Mapping[str, Any], known: Mapping[str, Any], zone: dt.tzinfo,
    *, corrects: bool,
) -> dict[str, bool]:
    """The questions whose answers settle, behind what is known, a fact of which the greatest (True) or the least
    (False) counts: what rests on it may end sooner."""
    settling = (question for question in form.questions if corrects or _settles(programme, form, question))
    found = [question for question in settling if _behind(programme, question, answers, known, zone)]
    asked = [question for question in found if question.type is not QuestionType.CALCULATE] or found
    return {question.name: programme.facts[question.fact or ""].keep is Keep.GREATEST for question in asked}


def _settles(programme: Programme, form: Form, question: Question) -> bool:
    fact = programme.facts.get(question.fact or "")
    return fact is not None and form.id in fact.settled_by


def _behind(
    programme: Programme, question: Question, answers: Mapping[str, Any], known: Mapping[str, Any], zone: dt.tzinfo,
) -> bool:
    """Moments are compared by their day: no list knows them better."""
    name = question.fact or ""
    fact, told, before = programme.facts.get(name), answers.get(question.name), known.get(name)
    if fact is None or told is None or before is None or fact.keep is Keep.LATEST:
        return False
    if isinstance(told, dt.datetime):
        told, before = told.astimezone(zone).date(), before.astimezone(zone).date()
    return bool(told < before if fact.keep is Keep.GREATEST else told > before)


def hears_it_from_them(kind: str, programme: Programme, form: str) -> bool:
    """Whether a kind of post fills a form where the person is: who answers for a grid any, who answers for a community
    or a township one that a task about the person asks for. They learn there how somebody is reached now."""
    tier = POST_KINDS[PostKind(kind)].tier if kind in POST_KINDS else Tier.COUNTY
    visits = any(task.form == form for task in programme.tasks.values())
    return tier is Tier.GRID or (tier in NEXT_TIER and visits)


def same_value(one: Any, other: Any, part: str = "") -> bool:
    """Whether two values of a part are one, however they are spelled: a phone also with the code of its country."""
    told, known = (compact(str(value)).upper() for value in (one, other))
    if part in PHONES and told != known:
        shorter, longer = sorted((_DIGITS.sub("", value).lstrip("0") for value in (told, known)), key=len)
        return len(shorter) >= _LOCAL and longer.endswith(shorter)
    return told == known


@dataclass(slots=True)
class Coming:
    """Those of a batch who are about to be registered, by everything they can be found by."""

    _found: dict[tuple[str, str], set[uuid.UUID]] = field(default_factory=lambda: defaultdict(set))

    def add(self, subject: uuid.UUID, traits: Traits) -> None:
        for trait in self._told(traits):
            self._found[trait].add(subject)

    def look(self, traits: Traits) -> tuple[Hits, set[uuid.UUID]]:
        """Those before it in the batch whom a line may mean, and those who bear its name."""
        hits, namesakes = Hits(), set[uuid.UUID]()
        for right in traits.meant:
            hits.near_document |= self._found.get(("document", right), set())
        for trait in self._told(traits):
            found = self._found.get(trait, set())
            if trait[0] == "name":
                namesakes |= found
            else:
                hits.add(trait[0], found)
        return hits, namesakes

    @staticmethod
    def _told(traits: Traits) -> set[tuple[str, str]]:
        return {*traits.asked(), *(("name", name) for name in traits.names)}


def alike(
    told: Mapping[str, Any], traits: Traits, hits: Hits, namesakes: Set[uuid.UUID],
    known: Mapping[uuid.UUID, Mapping[str, Any]], names: Mapping[uuid.UUID, tuple[str, ...]],
) -> dict[uuid.UUID, Resemblance]:
    """Whom somebody may be among those ``known``, whose identities and names' keys are given; the surest first."""
    found: dict[uuid.UUID, Resemblance] = {}

    def tell(subjects: Iterable[uuid.UUID], why: Text, *, certain: bool = False) -> None:
        for subject in sorted(subjects):
            if subject in known:
                found.setdefault(subject, Resemblance(why, certain))

    for kind, certain in (("document", True), ("external", True), ("phone_birth", False)):
        same = getattr(hits, kind)
        agreeing = {subject for subject in same if agrees(traits.names, names.get(subject, ()))}
        tell(agreeing, SAME[kind], certain=certain)
        tell(same, OTHER_NAME[kind])  # of those who were not told of just now
    tell(hits.name_birth, NAME_AND_BIRTH)
    tell((one for one in hits.near_document if agrees(traits.names, names.get(one, ()))), NEAR_NUMBER)
    if traits.names:
        tell((one for one in hits.phone if not set(traits.names).isdisjoint(names.get(one, ()))), NAME_AND_PHONE)
    else:
        tell(hits.phone, SAME_PHONE)
    apart = {subject for subject in namesakes if subject in known and told_apart(told, known[subject])}
    if len(namesakes) <= MANY:
        tell(namesakes - apart, SAME_NAME)
    return found


def told_apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two of one name are two: born on different days, or bearing two documents of one kind."""
    if _differ(one, other, "birth_date"):
        return True
    same_kind = one.get("document_type") and one.get("document_type") == other.get("document_type")
    return bool(same_kind) and _differ(one, other, "document_number")


def _differ(one: Mapping[str, Any], other: Mapping[str, Any], part: str) -> bool:
    told, known = str(one.get(part) or "").strip().upper(), str(other.get(part) or "").strip().upper()
    return bool(told and known) and told != known
