"""The ``survey`` sheet: questions in order, each in its groups."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from fangxian.kernel.values import Privacy
from fangxian.programmes.words import IDENTITY_PARTS, QUESTION_NAME, SHARED_IDENTITY

from .answers import AnswerError, reader
from .choices import aliases
from .types import Choice, Group, Question, QuestionType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fangxian.kernel.text import Text

    from .headings import Headings
    from .sheets import SheetRow

TYPES: Final = {
    "string": QuestionType.TEXT,
    "int": QuestionType.INTEGER,
    "select one": QuestionType.SELECT_ONE,
    "select multiple": QuestionType.SELECT_MULTIPLE,
    "datetime": QuestionType.DATETIME,
    **{kind.value: kind for kind in QuestionType},
}
GROUPS: Final = {"begin_group", "begin group", "end_group", "end group"}
YES: Final = {"yes": "true()", "true": "true()", "no": "", "false": "", "true()": "true()", "false()": ""}
RESERVED: Final = frozenset({"meta", "instanceID", "instanceName", "deprecatedID"})
_PARAMETER: Final = re.compile(r"(start|end|step)\s*=\s*(-?\d+(?:\.\d+)?)\Z")
_UNLABELLED: Final = frozenset({QuestionType.CALCULATE})
_UNANSWERED: Final = frozenset({QuestionType.CALCULATE, QuestionType.NOTE})
_SHEET: Final = "survey"
MAX_QUESTIONS: Final = 400


class Survey:
    """Reads row by row; what was understood is in ``questions``, ``groups`` and ``lists``."""

    def __init__(self, headings: Headings, lists: Mapping[str, tuple[Choice, ...]]) -> None:
        self.headings = headings
        self.lists = lists
        self.mistakes = headings.mistakes
        self.questions: list[Question] = []
        self.groups: dict[str, Group] = {}
        self.open: list[Group] = []
        self.names: set[str] = set()

    def read(self) -> None:
        for row in self.headings.sheet.rows:
            self.row(row)
        for group in self.open:
            self.wrong("group_open", row=group.row, column="type", name=group.name)
        if not 0 < len(self.questions) <= MAX_QUESTIONS:
            self.mistakes.add("no_questions", sheet=_SHEET, most=MAX_QUESTIONS)

    def wrong(self, code: str, row: int, column: str, **values: object) -> None:
        self.mistakes.add(code, row, column, _SHEET, **values)

    def row(self, row: SheetRow) -> None:
        written = row.get("type")
        if written in ("begin_group", "begin group"):
            self.begin(row)
        elif written in ("end_group", "end group"):
            self.end(row)
        else:
            word, _, list_name = (
                written.replace("select one", "select_one").replace("select multiple", "select_multiple").partition(" ")
            )
            kind = TYPES.get(word)
            if kind is None:
                known = sorted({*TYPES, "begin_group", "end_group"})
                self.mistakes.unknown("unknown_type", written, known, row.number, "type", _SHEET)
                self.named(row)
            else:
                self.question(row, kind, list_name.strip())

    def begin(self, row: SheetRow) -> None:
        group = Group(
            self.named(row), row.number, self.headings.text(row, "label"), row.get("relevant"), row.get("appearance")
        )
        for column in ("required", "constraint", "calculation", "fact", "identity", "link"):
            if row.get(column):
                self.wrong("no_effect", row.number, column, type="begin_group")
        self.groups[group.name] = group
        self.open.append(group)

    def end(self, row: SheetRow) -> None:
        if self.open:
            self.open.pop()
        else:
            self.wrong("group_closed", row.number, "type")

    def named(self, row: SheetRow) -> str:
        name = row.get("name")
        if not QUESTION_NAME.match(name) or name in RESERVED:
            self.wrong("bad_name", row.number, "name", name=name)
        elif name in self.names:
            self.wrong("twice", row.number, "name", name=name)
        self.names.add(name)
        return name

    def question(self, row: SheetRow, kind: QuestionType, list_name: str) -> None:
        name = self.named(row)
        privacy = self.privacy(row)
        question = Question(
            name=name,
            type=kind,
            row=row.number,
            privacy=privacy,
            label=self.text(row, "label", needed=kind not in _UNLABELLED),
            hint=self.text(row, "hint"),
            required=YES.get(row.get("required").lower(), row.get("required")),
            required_message=self.text(row, "required_message"),
            relevant=row.get("relevant"),
            constraint=row.get("constraint"),
            constraint_message=self.text(row, "constraint_message"),
            calculation=row.get("calculation"),
            choice_filter=row.get("choice_filter"),
            default=row.get("default"),
            appearance=row.get("appearance"),
            read_only=bool(self.yes(row, "read_only")),
            choice_list=list_name,
            choices=self.choices(row, kind, list_name),
            bounds=self.bounds(row, kind),
            groups=tuple(group.name for group in self.open),
            fact=row.get("fact") or None,
            identity=self.identity(row, privacy),
            link=row.get("link") or None,
            aliases=aliases(row.get("aliases")),
            cleared=self.yes(row, "cleared"),
        )
        self.misplaced(row, question)
        self.default(question)
        self.questions.append(question)

    def text(self, row: SheetRow, base: str, *, needed: bool = False) -> Text | None:
        return self.headings.text(row, base, needed=needed)

    def privacy(self, row: SheetRow) -> Privacy:
        try:
            return Privacy(row.get("privacy"))
        except ValueError:
            code = "bad_privacy" if row.get("privacy") else "no_privacy"
            self.wrong(code, row.number, "privacy", name=row.get("privacy"))
            return Privacy.PERSONAL

    def yes(self, row: SheetRow, column: str) -> bool:
        written = row.get(column).lower()
        if written not in ("", "yes", "no", "true", "false", "true()", "false()"):
            self.wrong("yes_or_no", row.number, column, name=written)
        return written in ("yes", "true", "true()")

    def choices(self, row: SheetRow, kind: QuestionType, list_name: str) -> tuple[Choice, ...]:
        if not kind.chosen:
            if list_name:
                self.wrong("unknown_type", row.number, "type", name=row.get("type"))
            return ()
        if " " in list_name:
            self.wrong("no_or_other", row.number, "type", name=list_name)
            return ()
        if list_name not in self.lists:
            self.mistakes.unknown("unknown_list", list_name, self.lists, row.number, "type", _SHEET)
        return self.lists.get(list_name, ())

    def bounds(self, row: SheetRow, kind: QuestionType) -> tuple[float, float, float] | None:
        written = row.get("parameters")
        if kind is not QuestionType.RANGE:
            if written:
                self.wrong("no_effect", row.number, "parameters", type=kind.value)
            return None
        found = {"start": 0.0, "end": 10.0, "step": 1.0}
        for part in written.replace(",", " ").replace(";", " ").split():
            match = _PARAMETER.match(part)
            if match is None:
                self.wrong("bad_range", row.number, "parameters", name=part)
            else:
                found[match[1]] = float(match[2])
        if not (found["start"] < found["end"] and found["step"] > 0 and math.isfinite(found["end"])):
            self.wrong("bad_range", row.number, "parameters", name=written)
        return found["start"], found["end"], found["step"]

    def identity(self, row: SheetRow, privacy: Privacy) -> str | None:
        part = row.get("identity")
        if not part:
            return None
        if part not in IDENTITY_PARTS:
            self.mistakes.unknown("unknown_identity", part, IDENTITY_PARTS, row.number, "identity", _SHEET)
        elif privacy is not Privacy.PERSONAL and not (privacy is Privacy.SENSITIVE and part in SHARED_IDENTITY):
            self.wrong("identity_not_personal", row.number, "privacy", name=part)
        return part

    def misplaced(self, row: SheetRow, question: Question) -> None:
        """Cells that would do nothing, which their author would not notice."""
        useless = ["calculation"] if question.type is not QuestionType.CALCULATE else []
        if question.type in _UNANSWERED:
            useless += ["required", "constraint", "default"]
        if question.type is QuestionType.NOTE:
            useless += ["fact", "identity", "link", "cleared", "aliases"]
        if not question.type.chosen:
            useless.append("choice_filter")
        for column in useless:
            if row.get(column):
                self.wrong("no_effect", row.number, column, type=question.type.value)
        if question.type is QuestionType.CALCULATE and not question.calculation:
            self.wrong("empty_cell", row.number, "calculation")

    def default(self, question: Question) -> None:
        if not question.default or question.type in _UNANSWERED:
            return
        try:
            reader(question)(question.default, None)
        except AnswerError:
            self.wrong("bad_default", question.row, "default", name=question.default)
