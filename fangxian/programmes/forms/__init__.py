"""XLSForms: read from Markdown, CSV or a workbook, validated on the server, given to the field as XForms."""

from .answers import AnswerError
from .form import Form
from .read import read_form
from .types import AnswerFault, Answers, Choice, Group, Question, QuestionType, Validated

__all__ = [
    "AnswerError",
    "AnswerFault",
    "Answers",
    "Choice",
    "Form",
    "Group",
    "Question",
    "QuestionType",
    "Validated",
    "read_form",
]
