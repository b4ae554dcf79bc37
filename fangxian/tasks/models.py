"""Tasks, what was passed on, and alerts."""

from __future__ import annotations

from django.db import models

from fangxian.areas.fields import PathField

from .states import ENDED, STANDING, State

_OPEN = models.Q(state=State.OPEN.value)
_ENDED = models.Q(state__in=tuple(state.value for state in ENDED))


class Task(models.Model):
    """A form to be filled about a subject by a post at an area in a window."""

    id = models.UUIDField(primary_key=True)
    programme = models.CharField(max_length=40, db_collation="C")
    kind = models.CharField(max_length=40, db_collation="C")
    form = models.CharField(max_length=60)
    subject = models.UUIDField()
    day = models.DateField()
    opens = models.DateTimeField()  # a submission from then on counts
    due = models.DateTimeField()
    closes = models.DateTimeField()  # the cut-off, or the next window of the same form
    state = models.CharField(max_length=8, db_collation="C")  # of State
    urgent = models.BooleanField(default=False)
    path = PathField()
    grid_path = PathField(null=True)
    community_path = PathField(null=True)
    township_path = PathField(null=True)
    county_path = PathField(null=True)
    post = models.BigIntegerField(null=True)
    why_post = models.CharField(max_length=60)  # of AssignmentReason, or PASSED_ON and the department
    told = models.SmallIntegerField(default=0)  # how many of the kind's late steps have been told
    outcome = models.CharField(max_length=20, blank=True)
    entry = models.UUIDField(null=True)  # the submission that closed it
    ended_at = models.DateTimeField(null=True)
    reported_late = models.BooleanField(default=False)
    opened_by = models.BigIntegerField()  # the batch
    drill = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["subject", "kind", "day", "opens"], name="one_task_per_window"),)
        indexes = (
            models.Index(fields=["grid_path", "due", "id"], name="task_grid_open", condition=_OPEN),
            models.Index(fields=["community_path", "due", "id"], name="task_community_open", condition=_OPEN),
            models.Index(fields=["township_path", "due", "id"], name="task_township_open", condition=_OPEN),
            models.Index(fields=["county_path", "due", "id"], name="task_county_open", condition=_OPEN),
            models.Index(  # all that counting by post needs, row-level security included
                fields=["post", "due", "id"],
                name="task_post_open",
                condition=_OPEN,
                include=["path", "programme", "drill"],
            ),
            models.Index(fields=["kind", "due", "id"], name="task_kind_open", condition=_OPEN),
            models.Index(fields=["path"], name="task_urgent_open", condition=_OPEN & models.Q(urgent=True)),
            models.Index(fields=["subject", "due"], name="task_subject_open", condition=_OPEN),
            models.Index(fields=["post", "day", "ended_at"], name="task_post_ended", condition=_ENDED),
            models.Index(fields=["day", "path", "state", "kind", "id"], name="task_by_day"),
        )


class Loan(models.Model):
    """A task given to a post that does not see its place: while it is open the post sees whom it is about.

    ``open`` and ``path`` are kept by a trigger as the task has them.
    """

    task = models.UUIDField(primary_key=True)
    programme = models.CharField(max_length=40, db_collation="C")
    subject = models.UUIDField(db_index=True)
    path = PathField()  # the subject's
    post = models.BigIntegerField()
    given_at = models.DateTimeField()
    open = models.BooleanField(default=True)

    class Meta:
        indexes = (
            models.Index(fields=["post"], include=["subject"], name="loan_open", condition=models.Q(open=True)),
        )


class Handover(models.Model):
    """A subject passed on to another area or department, which must accept; until then the old one answers.

    One that a department accepted stands until the area has the subject back. While a department is asked or has
    accepted, ``path`` is where the subject is.
    """

    id = models.UUIDField(primary_key=True)
    programme = models.CharField(max_length=40, db_collation="C")
    subject = models.UUIDField(db_index=True)
    path = PathField()  # where it comes from
    to_path = PathField(db_index=True)
    department = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)  # sealed, as in words
    asked_at = models.DateTimeField()
    due = models.DateTimeField()
    state = models.CharField(max_length=10)  # of HandoverState
    answered_at = models.DateTimeField(null=True)
    asked_by = models.BigIntegerField(null=True)
    answered_by = models.BigIntegerField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["subject"],
                name="handover_to_department",
                condition=models.Q(state__in=tuple(state.value for state in STANDING)) & ~models.Q(department=""),
            ),
        )


class Alert(models.Model):
    """Something a level was told; tasks of one cause at one place are one line with its list."""

    id = models.UUIDField(primary_key=True)
    programme = models.CharField(max_length=40, db_collation="C")
    cause = models.CharField(max_length=12)  # of Cause
    kind = models.CharField(max_length=40)  # of task, or of decision for urgent ones
    step = models.SmallIntegerField(default=0)
    day = models.DateField()
    path = PathField()  # the area that is told
    tier = models.CharField(max_length=12)
    subject = models.UUIDField(null=True)
    subject_path = PathField(null=True)
    count = models.IntegerField(default=1)
    raised_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # the last time it was told again, at the top
    acknowledge_by = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.BigIntegerField(null=True)
    note = models.TextField(blank=True, default="", db_default="")  # to whoever raised it; sealed, as in words
    act_by = models.DateTimeField(null=True)
    acted_at = models.DateTimeField(null=True)
    raised_from = models.UUIDField(null=True)  # the alert below that nobody acknowledged
    post = models.BigIntegerField(null=True)  # the one it is told, where it is for no other at that place
    about = models.UUIDField(null=True)  # the entry, or the list, that made the change it tells of
    made_by = models.BigIntegerField(null=True)  # the user who made that change
    drill = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(fields=["path", "-raised_at", "id"], name="alert_by_place"),
            models.Index(
                fields=["acknowledge_by"], name="alert_waiting", condition=models.Q(acknowledged_at__isnull=True)
            ),
            models.Index(fields=["subject"], name="alert_of_subject"),
            models.Index(fields=["raised_at"], name="alert_urgent", condition=models.Q(cause="urgent")),
        )


class AlertTask(models.Model):
    """The list behind an alert."""

    alert = models.UUIDField(db_index=True)
    task = models.UUIDField(db_index=True)


class Delivery(models.Model):
    """Whether an alert's notice reached the webhook."""

    alert = models.UUIDField(db_index=True)
    tried_at = models.DateTimeField()
    delivered = models.BooleanField()
    answer = models.CharField(max_length=80, blank=True)


class Failure(models.Model):
    """A programme that failed to run: what and where, since when and until when last. Kept for the administrator."""

    programme = models.CharField(max_length=40, db_collation="C")
    version = models.CharField(max_length=40)
    what = models.CharField(max_length=120)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["programme", "version", "what"], name="one_line_per_failure"),)


class Turn(models.Model):
    """The operational days a county has begun: what the clock has done, so that a restart neither skips nor repeats."""

    path = PathField()
    day = models.DateField()
    begun_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["path", "day"], name="one_turn_per_day"),)
