"""Subjects, their sealed identity, keyed look-up hashes and dated links."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from fangxian.areas.fields import PathField


class Subject(models.Model):
    """Somebody or something. Its place is current; what was recorded elsewhere keeps the place it was recorded at.

    ``programmes``: those that have recorded something about it, sorted; whoever sees none of them does not see it.
    ``merged_into``: who was listed by one spelling of a number, of the id that stands for all of them; nothing is told
    of that one itself.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=40)
    path = PathField()
    bucket = models.CharField(max_length=7)  # month after which the wrapping key is destroyed, YYYY-MM
    wrapped_key = models.BinaryField()
    drill = models.BooleanField(default=False)
    merged_into = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    programmes = ArrayField(models.TextField(db_collation="C"), default=list)

    class Meta:
        indexes = (models.Index(fields=["path", "id"], name="subject_by_place"),)


class Identity(models.Model):
    """The identity as last told, sealed under the subject's key."""

    subject = models.UUIDField(primary_key=True)
    path = PathField()
    sealed = models.BinaryField()
    programmes = ArrayField(models.TextField(db_collation="C"), default=list)  # its subject's


class LookUp(models.Model):
    """A keyed hash of a normalised value (document, phone, whole name, pinyin, external id) that leads to a subject.

    One for each programme that told it: nobody is found by what only a programme out of sight knows.
    """

    hash = models.BinaryField()
    kind = models.CharField(max_length=40)
    subject = models.UUIDField(db_index=True)
    path = PathField()
    programme = models.CharField(max_length=40, db_collation="C")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["hash", "subject", "programme"], name="one_look_up_per_value"),
        )


class Link(models.Model):
    """A dated relation from one subject to another, made by an entry."""

    id = models.UUIDField(primary_key=True)
    programme = models.CharField(max_length=40, db_collation="C")
    kind = models.CharField(max_length=40)
    subject = models.UUIDField()
    other = models.UUIDField(null=True)
    path = PathField()
    awaited = models.BinaryField(null=True)  # the hash of an external id nobody bears yet
    happened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    entry = models.UUIDField()

    class Meta:
        indexes = (
            models.Index(fields=["subject", "kind"], name="link_from"),
            models.Index(fields=["other", "kind"], name="link_to"),
            models.Index(fields=["awaited"], name="link_awaited", condition=models.Q(awaited__isnull=False)),
        )


class NumberedEntry(models.Model):
    """A submission that stands and that another form replies to by its number; folded from the journal.

    ``number`` is as it is compared. ``awaited``: it has no reply yet, and its own answers leave something to reply.
    """

    entry = models.UUIDField(primary_key=True)
    programme = models.CharField(max_length=40, db_collation="C")
    form = models.CharField(max_length=64)
    number = models.CharField(max_length=100, db_collation="C")
    subject = models.UUIDField(db_index=True)
    path = PathField()
    happened_at = models.DateTimeField()
    awaited = models.BooleanField()
    reply = models.UUIDField(null=True)
    replied_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["number", "programme", "form"], name="entry_bearing_number"),
            models.Index(
                fields=["path", "happened_at", "entry"], name="entry_awaiting", condition=models.Q(awaited=True)),
        )
