"""Where days turn: counties somebody works in."""

from __future__ import annotations

import datetime as dt

from fangxian.accounts import queries as accounts
from fangxian.areas import queries as areas
from fangxian.kernel.clock import Calendar


def staffed_counties(at: dt.datetime) -> dict[str, Calendar]:
    """The counties that somebody works in, with their calendars."""
    posts = [post.path for post in accounts.roster().posts.values() if post.in_force(at)]
    found = {place.county for place in areas.places(posts).values() if place.county}
    return areas.calendars(found)
