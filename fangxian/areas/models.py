"""Levels, areas, their names through time, and what became of them."""

from __future__ import annotations

from django.db import models

from .fields import PathField, within_calendar
from .types import Tier


class Level(models.Model):
    """A level of some country's tree; ``tier`` says which of the working levels it is."""

    code = models.CharField(max_length=40, primary_key=True)
    name_en = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80)
    rank = models.SmallIntegerField()
    tier = models.CharField(max_length=12, choices=[(tier.value, tier.value) for tier in Tier], default=Tier.ABOVE)

    class Meta:
        ordering = ("rank",)


class Area(models.Model):
    """One node. A rename keeps it; a merger or split ends it and names its successors."""

    code = models.CharField(max_length=40, db_collation="C")
    name = models.CharField(max_length=200)
    initials = models.CharField(max_length=200, blank=True, db_collation="C", db_default="")
    level = models.ForeignKey(Level, on_delete=models.PROTECT, db_index=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children", db_index=True)
    path = PathField(unique=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    time_zone = models.CharField(max_length=64, blank=True)
    cutoff = models.TimeField(null=True)
    boundary = models.JSONField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(valid_to__isnull=True), name="one_area_in_force_per_code"),
            within_calendar("area", "valid_from", "valid_to", days=True),
        )
        indexes = (
            models.Index(fields=["code"], name="area_by_code", condition=models.Q(valid_to__isnull=False)),
        )


class AreaName(models.Model):
    """What an area was called, from a day on."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="names", db_index=True)
    name = models.CharField(max_length=200)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = (within_calendar("area_name", "valid_from", "valid_to", days=True),)


class Succession(models.Model):
    """An area that ended and one that took over from it."""

    ended = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="successions", db_index=True)
    successor = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="origins", db_index=True)
    at = models.DateField()

    class Meta:
        constraints = (within_calendar("succession", "at", days=True),)


class Alias(models.Model):
    """A way people write an address in a community or grid, learned when somebody places one by hand."""

    text = models.CharField(max_length=200, db_collation="C")
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="aliases", db_index=True)
    learned_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["text", "area"], name="one_alias_per_area"),)


class AreaCount(models.Model):
    """How many areas in force of one level lie below an area; the path is empty for the whole tree. None is no row."""

    path = PathField()
    level = models.CharField(max_length=40)
    number = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["path", "level"], name="one_count_per_area_and_level"),)


class TreeChange(models.Model):
    """One change of the tree: who made it, when, what. Append-only; the highest id is the tree's revision."""

    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)
    action = models.CharField(max_length=20)
    detail = models.JSONField(default=dict)
