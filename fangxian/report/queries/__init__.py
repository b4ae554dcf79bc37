"""All reads of reports for others: figures, the lists behind them, day sheets, timeliness."""

from .figures import by_child, counts, late, late_by_child, measures, raw
from .lists import LIST_PAGE, ORDERS, active, held, holders, listed, outstanding, shown, states_of, total
from .sheets import differences, sheet_figures, signed
from .tables import cases, row_counts, versions
from .timeliness import steps

__all__ = [
    "LIST_PAGE",
    "ORDERS",
    "active",
    "by_child",
    "cases",
    "counts",
    "differences",
    "held",
    "holders",
    "late",
    "late_by_child",
    "listed",
    "measures",
    "outstanding",
    "raw",
    "row_counts",
    "sheet_figures",
    "shown",
    "signed",
    "states_of",
    "steps",
    "total",
    "versions",
]
