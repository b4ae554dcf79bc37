"""Gaps, overlaps and rows that never decide: exact over the regions into which the cells cut the inputs' domains."""

from .findings import check_table

__all__ = ["check_table"]
