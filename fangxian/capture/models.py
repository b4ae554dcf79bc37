"""Sources of lists, imports, and what is kept sealed of them for a while."""

from __future__ import annotations

from django.db import models

from fangxian.areas.fields import PathField


class Source(models.Model):
    """Who sends a kind of list; what its columns meant last time is remembered by the fingerprint of the headings."""

    id = models.BigAutoField(primary_key=True)
    path = PathField()
    programme = models.CharField(max_length=40, db_collation="C")
    form = models.CharField(max_length=60)
    name = models.CharField(max_length=30)
    memory = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["path", "programme", "form", "name"], name="one_source_a_name"),)


class Import(models.Model):
    """One file on its way into the journal. Everything personal of it stands in ``Sealed``."""

    id = models.UUIDField(primary_key=True)
    path = PathField()
    programme = models.CharField(max_length=40, db_collation="C")
    form = models.CharField(max_length=60)
    source = models.ForeignKey(Source, on_delete=models.PROTECT)
    file_name = models.CharField(max_length=120)
    sheet = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=12)
    corrections = models.JSONField(default=dict)  # column from 0 → meaning as the user said
    fingerprint = models.CharField(max_length=64, blank=True)
    version_of = models.UUIDField(null=True)  # the import this is a later version of
    versions_seen = models.JSONField(default=list)  # the recorded lists of its source when it was compared
    version_said = models.BooleanField(default=False)  # by the user, not found by likeness
    lines = models.IntegerField(default=0)
    counts = models.JSONField(default=dict)  # tab → lines
    results = models.JSONField(default=dict)  # result → lines
    bucket = models.CharField(max_length=7)
    received_at = models.DateTimeField()
    state_at = models.DateTimeField()
    recorded_at = models.DateTimeField(null=True)
    user = models.BigIntegerField(null=True)
    post = models.BigIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=["path", "received_at", "id"], name="import_by_place"),)


class ListEvent(models.Model):
    """What somebody did to a list, or to a line of it, and as which post. Only grows."""

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(Import, on_delete=models.PROTECT)
    path = PathField()
    programme = models.CharField(max_length=40, db_collation="C")
    what = models.CharField(max_length=10)
    line = models.IntegerField(null=True)  # of the file; None: the whole list, or who is no longer on it
    subject = models.UUIDField(null=True)  # who is no longer on the list
    user = models.BigIntegerField(null=True)
    post = models.BigIntegerField(null=True)
    at = models.DateTimeField()


class Sealed(models.Model):
    """A part of an import under a key of its retention bucket: the file, its columns, or some of its lines.

    ``counts`` says how many lines of each tab are inside, so that a page opens only the parts it shows.
    """

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(Import, on_delete=models.CASCADE)
    path = PathField()
    programme = models.CharField(max_length=40, db_collation="C")
    kind = models.CharField(max_length=8)
    number = models.IntegerField(default=0)
    counts = models.JSONField(default=dict)
    sealed = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["of", "kind", "number"], name="one_sealed_part"),)


class Progress(models.Model):
    """How far a job is, written beside its transaction so that others can see it; hence no foreign key."""

    id = models.UUIDField(primary_key=True)  # the import
    path = PathField()
    programme = models.CharField(max_length=40, db_collation="C")
    phase = models.CharField(max_length=12)
    percent = models.SmallIntegerField()
    at = models.DateTimeField()
