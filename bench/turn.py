"""The turn of the day: 1,000,000 people known, 30,000 managed, 90,000 tasks to make, 3 % changed measures."""

from __future__ import annotations

import gc

from bench import full, world
from fangxian.accounts.scope import SYSTEM, working_in
from fangxian.areas import queries as areas
from fangxian.demo import county
from fangxian.tasks import clock
from fangxian.tasks.models import Task


def main() -> None:
    with full.standing():
        turn()


def turn() -> None:
    path = areas.by_code([county.COUNTY])[county.COUNTY].path
    calendar = areas.calendars([path])[path]
    day = calendar.operational_day(world.NOON) + 2 * world.DAY
    at = calendar.day_begins(day)
    gc.collect()
    took = world.seconds(lambda: clock.turn_of_day(path, calendar, day, at))
    with working_in(SYSTEM):
        made = Task.objects.filter(day=day, opened_by__gt=0).count()
    world.say(
        "turn of the day",
        took,
        "s",
        managed=full.MANAGED,
        known=full.KNOWN,
        tasks_made=made,
        note="missed tasks marked and told, everybody managed decided again, 3 % changed measures, commits included",
    )


if __name__ == "__main__":
    main()
