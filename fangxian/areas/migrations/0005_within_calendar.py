"""Days nobody means are brought to the ends of the calendar, and none comes in any more."""

import datetime

from django.db import migrations, models

DATES = (
    ("areas_area", "valid_from"), ("areas_area", "valid_to"),
    ("areas_areaname", "valid_from"), ("areas_areaname", "valid_to"), ("areas_succession", "at"),
)


def mended(table, field):
    """What lies beyond the ends goes there."""
    return (
        f"UPDATE {table} SET {field} = least(greatest({field}, '1900-01-01'), '2199-12-31')"
        f" WHERE {field} < '1900-01-01' OR {field} > '2199-12-31';")


class Migration(migrations.Migration):

    dependencies = [
        ('areas', '0004_aliases_made_by_anybody'),
    ]

    operations = [
        migrations.RunSQL("".join(mended(*one) for one in DATES), migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__gte', datetime.date(1900, 1, 1)), ('valid_from__lt', datetime.date(2200, 1, 1)), ('valid_to__gte', datetime.date(1900, 1, 1)), ('valid_to__lt', datetime.date(2200, 1, 1))), name='area_within_calendar'),
        ),
        migrations.AddConstraint(
            model_name='areaname',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__gte', datetime.date(1900, 1, 1)), ('valid_from__lt', datetime.date(2200, 1, 1)), ('valid_to__gte', datetime.date(1900, 1, 1)), ('valid_to__lt', datetime.date(2200, 1, 1))), name='area_name_within_calendar'),
        ),
        migrations.AddConstraint(
            model_name='succession',
            constraint=models.CheckConstraint(condition=models.Q(('at__gte', datetime.date(1900, 1, 1)), ('at__lt', datetime.date(2200, 1, 1))), name='succession_within_calendar'),
        ),
    ]
