"""Documents as answers; every export is allowed by the table and logged."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse

from fangxian.accounts import actions as accounts
from fangxian.accounts.rules import require
from fangxian.accounts.types import Action
from fangxian.kernel import errors
from fangxian.kernel.errors import Problem
from fangxian.report.documents import Document, docx, xlsx

from .viewpoint import Viewpoint

TYPES: Final = {
    "xlsx": (xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docx": (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


def answer(view: Viewpoint, document: Document, form: str, name: str) -> HttpResponse:
    """A document as a file to keep; Problem NOT_FOUND for another format, NOT_ALLOWED without the right to export."""
    if form not in TYPES:
        raise Problem(errors.NOT_FOUND)
    require(view.by, Action.EXPORT, view.programme.id)
    written, kind = TYPES[form]
    rows = sum(len(section.rows) for section in document.sections)
    accounts.log_access(
        by=view.by, action=Action.EXPORT, purpose=f"{name}.{form}", at=view.at, programme=view.programme.id, count=rows
    )
    return HttpResponse(
        written(document), content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    )
