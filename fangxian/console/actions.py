"""What the pages keep about how somebody reads them."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from fangxian.accounts.types import OUTSIDE, Acting
from fangxian.kernel import decisions, errors
from fangxian.kernel.decisions import decides
from fangxian.kernel.errors import Problem

from .models import Remembered

ORDER_OF_THE_DAY: Final = "my_day.order"
"""How "My day" is sorted: a word of ``walk.Order``."""


@transaction.atomic
@decides
def remember(*, name: str, value: str, by: Acting) -> None:
    """Keep one thing about the person who acts, in place of what was kept under the name; no command, since nothing in
    the county changes by it.
    """
    if by.user is None:
        raise Problem(errors.NOT_ALLOWED)
    decisions.note("oneself", OUTSIDE)  # nobody else's leave is needed
    Remembered.objects.update_or_create(user_id=by.user, name=name, defaults={"value": value})
