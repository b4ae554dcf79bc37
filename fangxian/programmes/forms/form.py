"""A form as the rest of Fangxian uses it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fangxian.kernel.values import Privacy

from .answers import reader
from .keys import judged

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from fangxian.kernel.text import Text
    from fangxian.kernel.values import Value
    from fangxian.programmes.expressions import StaticType

    from .keys import KeyKind
    from .types import Choice, Group, Question, Validated
    from .validator import Validator


@dataclass(frozen=True, eq=False)
class Form:
    """Questions in the form's order, notes and calculations included; ``keys``: by which of them one is told from
    another. Compared by identity."""

    id: str
    version: str
    title: Text
    questions: tuple[Question, ...]
    groups: Mapping[str, Group]
    lists: Mapping[str, tuple[Choice, ...]]
    kinds: Mapping[str, StaticType] = field(repr=False)
    validator: Validator = field(repr=False)
    style: str = ""
    keys: Mapping[str, KeyKind] = field(default_factory=dict)
    by_name: Mapping[str, Question] = field(init=False, repr=False)
    personal: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {question.name: question for question in self.questions})
        told = (question.name for question in self.questions if question.privacy is Privacy.PERSONAL)
        object.__setattr__(self, "personal", frozenset(told))

    def question(self, name: str) -> Question | None:
        return self.by_name.get(name)

    def read(self, name: str, raw: object) -> Value | None:
        """One answer by itself, as validation reads it; raises AnswerError."""
        question = self.question(name)
        return reader(question)(raw, None) if question is not None else None

    def validate(self, raw: Mapping[str, object], *, happened_at: dt.datetime, tz: ZoneInfo) -> Validated:
        """Typed answers and faults of one submission, as ODK would have judged it at ``happened_at`` (aware), and of
        keys that tell nobody from others.

        ``raw`` holds text as from an XForm or a cell, or JSON values, by question; ``tz`` is where it was filled.
        Irrelevant answers are dropped, calculations computed anew, unknown names reported.
        """
        found = self.validator.validate(raw, happened_at, tz)
        faults, worked_out = judged(self.keys, self.by_name, found.answers) if self.keys else ([], [])
        if not faults and not worked_out:
            return found
        told = {fault.question for fault in found.faults}
        kept = {name: value for name, value in found.answers.items() if name not in worked_out}
        return replace(found, answers=kept, faults=(
            *found.faults, *(fault for fault in faults if fault.question not in told)))

    def validate_many(
        self, rows: Iterable[tuple[Mapping[str, object], dt.datetime]], *, tz: ZoneInfo
    ) -> list[Validated]:
        """``validate`` for each (raw, happened_at), in order."""
        return [self.validate(raw, happened_at=happened_at, tz=tz) for raw, happened_at in rows]
