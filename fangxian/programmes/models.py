"""Published versions of programme folders."""

from __future__ import annotations

from django.db import models


class Version(models.Model):
    """One published folder, kept whole: a submission pins its form version, a decision its table version.

    ``folded``: whether those it concerns have been folded by it; False until then where another one stood before it.
    """

    programme = models.CharField(max_length=40, db_collation="C")
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    published_at = models.DateTimeField()
    published_by = models.BigIntegerField(null=True)
    in_force = models.BooleanField(default=True)
    folded = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["programme", "version"], name="one_publication_per_version"),
            models.UniqueConstraint(
                fields=["programme"], condition=models.Q(in_force=True), name="one_version_in_force"),
        )
