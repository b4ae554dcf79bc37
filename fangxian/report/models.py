"""Figures kept up to date by triggers, and signed day sheets."""

from __future__ import annotations

from django.db import models

from fangxian.areas.fields import PathField


class Figure(models.Model):
    """How many rows of a state lie at a place on a day. Summed from ``FigureChange`` rows by a job."""

    programme = models.CharField(max_length=40, db_collation="C")
    day = models.DateField()
    path = PathField()
    kind = models.CharField(max_length=40, db_collation="C")  # of task; '' for cohort stages
    state = models.CharField(max_length=40, db_collation="C")
    count = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["programme", "day", "path", "kind", "state"], name="one_figure"),
        )


class FigureChange(models.Model):
    """A change not yet summed; only ever added, so that no two writers wait for each other."""

    programme = models.CharField(max_length=40, db_collation="C")
    day = models.DateField()
    path = PathField()
    kind = models.CharField(max_length=40, db_collation="C")
    state = models.CharField(max_length=40, db_collation="C")
    change = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["programme", "day", "path"], name="figure_change_by_place"),)


class SignOff(models.Model):
    """A day sheet somebody put their name to, as of a sequence number; what comes later is shown as a difference."""

    id = models.UUIDField(primary_key=True)
    programme = models.CharField(max_length=40, db_collation="C")
    day = models.DateField()
    path = PathField(db_index=True)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.BigIntegerField()
    note = models.CharField(max_length=1000, blank=True)
    early = models.BooleanField(default=False, db_default=False)  # before the cut-off that ended the day
    figures = models.TextField()
