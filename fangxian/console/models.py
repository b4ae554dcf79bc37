"""What the pages remember about whoever reads them; nothing of it is about a subject or a right."""

from __future__ import annotations

from django.db import models


class Remembered(models.Model):
    """How one person likes a page, or what they have seen of it; the names stand in ``remembered``."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    value = models.CharField(max_length=60)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "name"], name="remembered_once"),)
