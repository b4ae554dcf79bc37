"""From the sheets of an XLSForm to a Form, with every mistake named by row and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fangxian.programmes.words import QUESTION_NAME

from .choices import read_choices
from .compiling import compile_form
from .form import Form
from .headings import Headings
from .sheets import read_sheets
from .survey import Survey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fangxian.kernel.text import Text
    from fangxian.kernel.values import ValueType
    from fangxian.programmes.expressions import StaticType
    from fangxian.programmes.mistakes import Mistakes

    from .sheets import FormSheet, SheetRow
    from .validator import Validator

_NEEDED_SHEETS: Final = ("survey", "settings")


def read_form(data: bytes, mistakes: Mistakes, facts: Mapping[str, ValueType]) -> Form | None:
    """The form in a ``.md``, ``.csv`` or ``.xlsx`` file; None when it has mistakes, which are then in ``mistakes``.

    ``facts`` are the types of the programme's facts; a calculation that sets one is converted to its type.
    """
    before = len(mistakes.found)
    sheets = read_sheets(data, mistakes)
    for name in _NEEDED_SHEETS:
        if name not in sheets and len(mistakes.found) == before:
            mistakes.add("missing_sheet", sheet=name)
    if any(name not in sheets for name in _NEEDED_SHEETS):
        return None
    headings = Headings(sheets["settings"], mistakes)
    settings = _settings(sheets["settings"], mistakes)
    title = headings.text(settings, "form_title", needed=True) if settings else None
    survey = Survey(Headings(sheets["survey"], mistakes), read_choices(sheets.get("choices"), mistakes))
    survey.read()
    validator, kinds = compile_form(survey.questions, survey.groups, mistakes, facts)
    if len(mistakes.found) > before or settings is None or title is None or validator is None:
        return None
    return _form(settings, title, survey, kinds, validator)


def _form(
    settings: SheetRow, title: Text, survey: Survey, kinds: Mapping[str, StaticType], validator: Validator,
) -> Form:
    return Form(
        id=settings.get("form_id"),
        version=settings.get("version"),
        title=title,
        questions=tuple(survey.questions),
        groups=survey.groups,
        lists=survey.lists,
        kinds=kinds,
        validator=validator,
        style=settings.get("style"),
    )


def _settings(sheet: FormSheet, mistakes: Mistakes) -> SheetRow | None:
    if len(sheet.rows) != 1:
        mistakes.add("one_settings_row", sheet.header, sheet="settings")
        return None
    row = sheet.rows[0]
    if not QUESTION_NAME.match(row.get("form_id")):
        mistakes.add("bad_form_id", row.number, "form_id", "settings", name=row.get("form_id"))
    if not row.get("version"):
        mistakes.add("empty_cell", row.number, "version", "settings")
    return row
