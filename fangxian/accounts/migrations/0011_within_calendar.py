"""Dates nobody means are brought to the ends of the calendar, and none comes in any more."""

import datetime

from django.db import migrations, models

DATES = (
    ("accounts_post", "valid_from"), ("accounts_post", "valid_to"),
    ("accounts_absence", "begins"), ("accounts_absence", "ends"),
    ("accounts_exclusion", "begins"), ("accounts_exclusion", "ends"),
    ("accounts_rightsrequest", "valid_from"), ("accounts_rightsrequest", "valid_to"),
)
WALLED = ("accounts_absence", "accounts_rightsrequest")


def mended(table, field):
    """What lies beyond the ends goes there; the owner sees every row meanwhile, since nobody's scope is set here."""
    update = (
        f"UPDATE {table} SET {field} = least(greatest({field}, '1900-01-01 00:00Z'), '2199-12-31 23:59Z')"
        f" WHERE {field} < '1900-01-01 00:00Z' OR {field} > '2199-12-31 23:59Z';")
    if table not in WALLED:
        return update
    return (
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; {update}"
        f" ALTER TABLE {table} FORCE ROW LEVEL SECURITY;")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_signed_scope'),
        ('areas', '0005_within_calendar'),
    ]

    operations = [
        migrations.RunSQL("".join(mended(*one) for one in DATES), migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('begins__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('begins__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('ends__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('ends__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='absence_within_calendar'),
        ),
        migrations.AddConstraint(
            model_name='exclusion',
            constraint=models.CheckConstraint(condition=models.Q(('begins__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('begins__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('ends__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('ends__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='exclusion_within_calendar'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('valid_from__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('valid_to__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('valid_to__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='post_within_calendar'),
        ),
        migrations.AddConstraint(
            model_name='rightsrequest',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('valid_from__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('valid_to__gte', datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('valid_to__lt', datetime.datetime(2200, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='request_within_calendar'),
        ),
    ]
