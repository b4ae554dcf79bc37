"""Current decisions and cohort membership; the history of decisions is the journal."""

from __future__ import annotations

from django.db import models

from fangxian.areas.fields import PathField


class Current(models.Model):
    """What is decided about a subject in a programme now. Written from journal entries of kind ``decision`` only."""

    id = models.BigAutoField(primary_key=True)
    programme = models.CharField(max_length=40, db_collation="C")
    subject = models.UUIDField()
    path = PathField()
    version = models.CharField(max_length=40)
    measure = models.CharField(max_length=60, null=True)
    until = models.DateTimeField(null=True)
    stage = models.CharField(max_length=40, null=True)
    urgent = models.BooleanField(default=False)
    managed = models.BooleanField(default=False)
    active = models.BooleanField(default=False)  # a measure in force, or some kind of task asked for
    provisional = models.BooleanField(default=False)
    outputs = models.TextField()  # JSON: every output of the chain
    rows = models.TextField()  # JSON: table → deciding row
    asks = models.TextField(blank=True)  # the kinds of task whose condition holds, separated by spaces
    entails = models.TextField(blank=True)  # the numbers of the consequences whose condition holds
    missing = models.TextField(blank=True)  # names of required inputs that are unknown, separated by spaces
    since = models.DateTimeField()
    next_change = models.DateField(null=True)
    entry = models.UUIDField()
    drill = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["programme", "subject"], name="one_current_decision"),)
        indexes = (
            models.Index(
                fields=["programme", "next_change"], name="decision_due", condition=models.Q(next_change__isnull=False)
            ),
            models.Index(  # all that counting by measure needs, row-level security included
                fields=["programme", "measure", "path"],
                name="decision_by_place",
                condition=models.Q(active=True, drill=False),
            ),
            models.Index(fields=["subject"], name="decision_of_subject"),
        )


class CohortMember(models.Model):
    """A subject in the cohort of one operational day, and the stage it reached there."""

    id = models.BigAutoField(primary_key=True)
    programme = models.CharField(max_length=40, db_collation="C")
    subject = models.UUIDField()
    day = models.DateField()
    path = PathField()
    stage = models.SmallIntegerField()  # index into the programme's stages
    walk_in = models.BooleanField(default=False)
    drill = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["programme", "subject", "day"], name="one_place_in_cohort"),)
        indexes = (models.Index(fields=["programme", "day", "path", "subject"], name="cohort_by_place"),)
