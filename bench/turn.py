"""The turn of the day: 1,000,000 people known, 30,000 managed, 90,000 tasks to make, 3 % changed measures."""

from __future__ import annotations

import datetime as dt

from django.db import connections

from bench import world
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas import queries as areas
from fangxian.demo import county, people
from fangxian.demo.staff import Staff
from fangxian.kernel.ids import many_uuid7
from fangxian.tasks import clock
from fangxian.tasks.models import Task

MANAGED, CHANGING, KNOWN = 30_000, 900, 1_000_000
DAY = dt.timedelta(days=1)
_PEOPLE = """
INSERT INTO subjects_subject (id, kind, path, bucket, wrapped_key, drill, created_at)
SELECT gen_random_uuid(), 'person', paths[1 + n %% array_length(paths, 1)], '2021-03', decode(md5(n::text), 'hex'),
       false, now()
FROM generate_series(1, %s) AS n, (SELECT %s::varchar[] AS paths) AS given
"""


def main() -> None:
    with world.fresh():
        crew = world.found(world.NOON - 20 * DAY, world.NOON)
        populate(crew, KNOWN)
        manage(crew)
        world.analyse()
        turn(crew)


def populate(crew: Staff, count: int) -> None:
    """People who are merely known, straight into the table: they only have to be there."""
    paths = [crew.paths[grid.code] for grid in county.grids()]
    with connections["owner"].cursor() as cursor:
        cursor.execute(_PEOPLE, [count, paths])


def manage(crew: Staff, count: int = MANAGED) -> None:
    """People under a measure, by real records; some whose observation ends by itself on the day after."""
    known = people.residents(count, world.NOON.date())
    for start in range(0, count, world.CHUNK):
        chunk = known[start : start + world.CHUNK]
        subjects = many_uuid7(world.NOON, len(chunk))
        arrived = [world.NOON - (13 if start + i < CHANGING else 3) * DAY for i in range(len(chunk))]
        origins = ["SG" if start + i < CHANGING else "IT" for i in range(len(chunk))]
        lines = zip(chunk, subjects, arrived, origins, strict=True)
        world.send(
            crew,
            world.NOON,
            [world.listed(who, subject, world.NOON, when, origin, crew) for who, subject, when, origin in lines],
        )
        lines = zip(chunk, subjects, arrived, origins, strict=True)
        world.send(
            crew,
            world.NOON,
            [world.arrival(who, subject, world.NOON, when, origin) for who, subject, when, origin in lines],
        )


def turn(crew: Staff) -> None:
    path = crew.paths[county.COUNTY]
    calendar = areas.calendars([path])[path]
    day = calendar.operational_day(world.NOON) + 2 * DAY
    at = calendar.day_begins(day)
    took = world.seconds(lambda: clock.turn_of_day(path, calendar, day, at))
    with working_in(SYSTEM):
        made = Task.objects.filter(day=day, opened_by__gt=0).count()
    world.say(
        "turn of the day",
        took,
        "s",
        managed=MANAGED,
        known=KNOWN,
        tasks_made=made,
        note="missed tasks marked and told, everybody managed decided again, 3 % changed measures, commits included",
    )


if __name__ == "__main__":
    main()
