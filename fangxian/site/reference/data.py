"""``docs/data.md``: what is stored and what it tells about people."""

from __future__ import annotations

from django.apps import apps

from fangxian.kernel.values import Privacy
from fangxian.site.classification import TABLES

from .layout import first_paragraph, page, table

_MEANINGS = """
*Personal* columns identify somebody: of subjects they hold ciphertext or keyed hashes only (see SECURITY.md), of users
what they sign in with. *Sensitive* columns say something about the health, the stay or the contacts of somebody who is
not named there; row-level security decides who sees them. Everything else is *plain*. *Append-only* tables refuse
UPDATE and DELETE. The tables `facts_<programme>` hold the facts a programme
declares, plain or sensitive, never personal.
"""


def data() -> str:
    """One line a table."""
    rows = []
    for label, columns in TABLES.items():
        told = columns.privacy()
        model = apps.get_model(label)
        by_kind = [", ".join(name for name, privacy in told.items() if privacy is kind)
                   for kind in (Privacy.PERSONAL, Privacy.SENSITIVE)]
        rows.append([f"`{model._meta.db_table}`", _purpose(model.__doc__), columns.change, *by_kind])
    return page("What is stored", _MEANINGS, table(["table", "holds", "rows", "personal", "sensitive"], rows))


def _purpose(docstring: str | None) -> str:
    """Django writes a signature where a class says nothing; that is left out."""
    told = first_paragraph(docstring)
    return "" if told.endswith(")") else told
