"""Forms that answer other forms: a result and the tube it is of, a ruling and the application it rules on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fangxian.kernel.text import both
from fangxian.kernel.values import Privacy
from fangxian.programmes.forms.types import QuestionType
from fangxian.programmes.types import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fangxian.programmes.forms import Form, Question
    from fangxian.programmes.toml import TomlTable

    from .draft import Draft

_NUMBERS: Final = frozenset({QuestionType.TEXT, QuestionType.BARCODE})
_ALWAYS: Final = frozenset({"yes", "true", "true()"})


def read_replies(document: TomlTable, draft: Draft) -> tuple[Reply, ...]:
    """Every ``[[reply]]``; a form replies to one form, and is replied to by one."""
    found: list[Reply] = []
    for section in document.sections("reply"):
        reply = _reply(section, draft)
        section.finish()
        for key, name, taken in (("form", reply.form, {one.form for one in found}),
                                 ("to", reply.to, {one.to for one in found})):
            if name and name in taken:
                section.wrong("reply_twice", key, name=name)
        if reply.form and reply.form == reply.to:
            section.wrong("reply_twice", "to", name=reply.to)
        found.append(reply)
    return tuple(found)


def _reply(section: TomlTable, draft: Draft) -> Reply:
    form = section.one_of("form", "unknown_form", sorted(draft.form_names))
    to = section.one_of("to", "unknown_form", sorted(draft.form_names))
    answering, answered = draft.forms.get(form), draft.forms.get(to)
    result, at = section.words("result"), section.words("at", needed=False) or None
    if answering is not None:
        _asked(section, "result", result, answering)
        moment = _asked(section, "at", at, answering) if at is not None else None
        if moment is not None and moment.type is not QuestionType.DATETIME:
            section.wrong("reply_at", "at", name=at)
    return Reply(
        form=form, to=to, number=_number(section, answering, answered), result=result,
        label=section.text("label") or both(""), at=at, awaited=_awaited(section, answered),
        due_within=section.duration("due_within"))


def _asked(section: TomlTable, key: str, name: str, form: Form) -> Question | None:
    question = form.question(name) if name else None
    if name and question is None:
        section.unknown("unknown_question", key, name, [one.name for one in form.questions])
    return question


def _number(section: TomlTable, answering: Form | None, answered: Form | None) -> str:
    """The question by which a reply finds what it replies to."""
    name = section.words("number")
    for form in filter(None, (answering, answered)):
        question = _asked(section, "number", name, form)
        if question is None:
            continue
        fits = question.type in _NUMBERS and question.privacy is not Privacy.PERSONAL
        if not fits or (form is answering and not _always_answered(form, question)):
            section.wrong("reply_number", "number", name=name)
    return name


def _always_answered(form: Form, question: Question) -> bool:
    asked_if = (question.relevant, *(form.groups[name].relevant for name in question.groups))
    return question.required.strip().casefold() in _ALWAYS and not any(asked_if)


def _awaited(section: TomlTable, answered: Form | None) -> Mapping[str, str] | None:
    """Answers that are one choice, and stand in the journal as they are: what is personal is sealed there."""
    inner = section.section("awaited")
    if inner is None:
        return None
    found = {name: inner.words(name) for name in inner.values}
    inner.finish()
    for name, value in found.items():
        question = _asked(inner, name, name, answered) if answered is not None else None
        if question is None:
            continue
        one = question.type is QuestionType.SELECT_ONE and question.privacy is not Privacy.PERSONAL
        if not one or value not in {choice.name for choice in question.choices}:
            inner.wrong("reply_awaited", name, name=name)
    return found
