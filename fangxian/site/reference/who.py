"""``docs/permissions.md``: the permission table as shipped."""

from __future__ import annotations

from django.conf import settings

from fangxian.accounts.permissions import markdown, shipped


def permissions() -> str:
    """The page accounts renders."""
    return markdown(shipped(settings.PROGRAMMES))
