"""What follows from an area file, a tree or an address alone: no clock, no database."""

from .addresses import AddressIndex, alias_from, fit
from .check import check, left_behind
from .difference import difference
from .names import initials
from .tree import count_changes, grouping, place

__all__ = [
    "AddressIndex", "alias_from", "check", "count_changes", "difference", "fit", "grouping", "initials", "left_behind",
    "place",
]
