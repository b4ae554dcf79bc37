"""Dates and instants as people and spreadsheets write them. Pure: the reference day and the zone are arguments."""

from .instants import InstantRead, TimeRead, parse_instant, parse_time
from .numerals import in_digits
from .order import DayOrder, guess_order
from .reading import EARLIEST_YEAR, LATEST_YEAR, DateRead, Epoch, parse_date
from .words import in_words

__all__ = [
    "EARLIEST_YEAR", "LATEST_YEAR", "DateRead", "DayOrder", "Epoch",
    "InstantRead", "TimeRead", "guess_order", "in_digits", "in_words", "parse_date",
    "parse_instant", "parse_time",
]
