"""``docs/errors.md``: the catalogue of errors in both languages."""

from __future__ import annotations

from fangxian.kernel.errors import CATALOGUE

from .layout import page, table

_HEAD = """
Faces turn a problem into a page or into `application/problem+json` (RFC 9457) whose `type` ends with the code. Codes
and statuses stay; sentences may get better. Words in braces are filled in.
"""


def errors() -> str:
    """One line a code."""
    rows = [[f"`{kind.code}`", str(kind.status), kind.sentence.en, kind.sentence.zh] for kind in CATALOGUE]
    return page("Errors", _HEAD, table(["code", "status", "what it says", "中文"], rows))
