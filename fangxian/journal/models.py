"""Entries and the hash chain over them."""

from __future__ import annotations

from django.db import models

from fangxian.areas.fields import PathField


class Batch(models.Model):
    """One link of the chain: the digest of the entries recorded in one go, chained to the link before."""

    id = models.BigIntegerField(primary_key=True)
    position = models.BigIntegerField(unique=True)
    recorded_at = models.DateTimeField()
    entries = models.IntegerField()
    digest = models.BinaryField()
    previous = models.BinaryField()
    link = models.BinaryField()


class Entry(models.Model):
    """One line of the journal. Personal answers stand in ``sealed`` only, under the subject's key."""

    id = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField(unique=True)
    batch = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=12)
    programme = models.CharField(max_length=40, db_collation="C")
    form = models.CharField(max_length=60, blank=True)
    form_version = models.CharField(max_length=40, blank=True)
    subject = models.UUIDField(null=True)
    path = PathField()
    user = models.BigIntegerField(null=True)
    post = models.BigIntegerField(null=True)
    source = models.CharField(max_length=20)
    device = models.CharField(max_length=60, blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    day = models.DateField()
    replaces = models.UUIDField(null=True)
    task = models.UUIDField(null=True)
    flag = models.CharField(max_length=12, blank=True)
    drill = models.BooleanField(default=False)
    body = models.TextField()
    sealed = models.BinaryField(null=True)
    content = models.BinaryField()

    class Meta:
        indexes = (
            models.Index(fields=["subject", "programme", "happened_at", "id"], name="entry_of_subject"),
            models.Index(fields=["replaces"], name="entry_replacing", condition=models.Q(replaces__isnull=False)),
            models.Index(fields=["path", "seq"], name="entry_by_place", condition=models.Q(subject__isnull=True)),
        )


class Correction(models.Model):
    """Which correction stands in the place of an entry: one at most, whoever writes, for the entry is the key.

    Written by a trigger of the journal alone: a correction that counts takes its place, a correction that is withdrawn
    leaves it, to the one that corrected it in turn if there is one.
    """

    replaced = models.UUIDField(primary_key=True)
    entry = models.UUIDField(db_index=True)


class KeyEvent(models.Model):
    """A key came into use or was destroyed. The files lie elsewhere; this tells a lost one from a new beginning."""

    name = models.CharField(max_length=20, db_collation="C")
    generation = models.IntegerField()  # counts on when a lost key was given up for another of its name
    event = models.CharField(max_length=12)
    check_value = models.BinaryField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["name", "generation", "event"], name="key_event_once"),)
