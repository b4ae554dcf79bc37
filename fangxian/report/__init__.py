"""Figures, day sheets and documents: every report is a count over the records.

Read ``types``, ``models`` (figures kept by triggers), ``queries`` (figures, the lists behind them, day sheets), then
``actions`` (sums, signatures) and ``documents`` (the same as files).
"""
