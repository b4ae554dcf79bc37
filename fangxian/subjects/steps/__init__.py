"""The steps of the flow that belong to subjects, in the order of the flow."""

from .facts import fold
from .identity import keep_identity
from .links import hold_shared, leave_out_made_up, leave_out_unseen, make_links
from .locks import leave_out_unreachable, lock, make_missing
from .numbers import keep_numbers
from .place import place

__all__ = [
    "fold", "hold_shared", "keep_identity", "keep_numbers", "leave_out_made_up", "leave_out_unreachable",
    "leave_out_unseen", "lock",
    "make_links", "make_missing", "place"]
