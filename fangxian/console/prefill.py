"""What a form in the browser is about, and the answers it opens with."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from fangxian.accounts.types import Acting
from fangxian.journal import queries as journal
from fangxian.programmes import facts
from fangxian.programmes.forms import Form
from fangxian.programmes.forms.types import QuestionType
from fangxian.programmes.types import Programme
from fangxian.subjects import queries as subjects
from fangxian.subjects.queries import SubjectIdentity
from fangxian.subjects.steps.numbers import NumberedForm
from fangxian.tasks.states import State
from fangxian.tasks.worklist import TaskView

from .newcomers import Newcomer
from .opening import opening_in

YES: Final = "yes"


@dataclass(frozen=True, slots=True)
class FormContext:
    """What a form is filled about: somebody known, or a newcomer; perhaps for a task, perhaps to correct an entry."""

    by: Acting
    programme: Programme
    form: Form
    subject: uuid.UUID
    person: SubjectIdentity | None
    newcomer: Newcomer | None = None
    task: TaskView | None = None
    corrects: uuid.UUID | None = None
    of: NumberedForm | None = None
    """What the form replies to."""

    @property
    def own(self) -> bool:
        """Whether it is for an own open task, which is reason enough to see who it is."""
        return self.task is not None and self.task.post in self.by.posts and self.task.state == State.OPEN

    @property
    def opened_in(self) -> str:
        """The programme under which it is shown who it is: the form's where it allows it; empty when none does."""
        allowed = opening_in(self.by, self.person) if self.person else ()
        return self.programme.id if self.own or self.programme.id in allowed else next(iter(allowed), "")

    @property
    def query(self) -> str:
        """The same again, for the addresses the page uses."""
        told = {
            "subject": "" if self.newcomer else self.subject,
            "task": self.task.id if self.task else "",
            "corrects": self.corrects or "",
            "of": self.of.entry if self.of else "",
        }
        return urlencode({name: value for name, value in told.items() if value})


def known_answers(about: FormContext) -> dict[str, Any]:
    """Answers a form opens with: those it corrects; else, where it is filled once and not day after day, what is known.

    A daily form opens empty: a temperature that is already there is a temperature that nobody takes. What a form alone
    tells is not suggested by its own last answer either (what came of a visit, where somebody was taken), unless it is
    the one that says who somebody is and is brought up to date. That stays away until it is opened, also as a fact.
    """
    if about.corrects:
        return _corrected_answers(about)
    reply = about.programme.reply_by(about.form.id)
    if reply is not None:
        return {reply.number: about.of.number} if about.of else {}
    if about.newcomer:
        return {**_from_identity(about.form, about.newcomer.identity), **walked_in(about.programme, about.form)}
    if any(kind.window and kind.form == about.form.id for kind in about.programme.tasks.values()):
        return {}
    known: dict[str, Any] = facts.known_answers(about.form, subjects.facts(about.programme, about.subject))
    tells_who = any(question.identity for question in about.form.questions)
    if tells_who and about.person and about.opened_in:
        return {**known, **_from_identity(about.form, about.person.parts)}
    told = {question.name for question in about.form.questions if question.identity} or _told_by_it_alone(about)
    return {name: value for name, value in known.items() if name not in told}


def _told_by_it_alone(about: FormContext) -> set[str]:
    others = {question.fact for form in about.programme.forms.values() if form.id != about.form.id
              for question in form.questions}
    return {question.name for question in about.form.questions if question.fact not in others}


def _corrected_answers(about: FormContext) -> dict[str, Any]:
    """As they were told; without what is masked to whom nobody opened it, of which nothing can be worked out here."""
    keys = {about.subject: about.person.key} if about.person and about.person.key and about.opened_in else {}
    line = journal.entries([about.corrects or about.subject], keys=keys)[about.corrects or about.subject]
    told = {
        question.name: line.body.get(question.name)
        for question in about.form.questions
        if question.type is not QuestionType.CALCULATE and line.body.get(question.name) is not None
        and (about.opened_in or not (question.identity or about.programme.names_door(question.link)))
    }
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}


def _from_identity(form: Form, identity: Mapping[str, Any]) -> dict[str, Any]:
    return {
        question.name: identity[question.identity]
        for question in form.questions
        if question.identity and identity.get(question.identity) and question.type is not QuestionType.CALCULATE
    }


def walked_in(programme: Programme, form: Form) -> dict[str, str]:
    """The answer that says somebody was on no list."""
    wanted = programme.cohort.walk_in if programme.cohort else None
    return {question.name: YES for question in form.questions if wanted and question.fact == wanted}
