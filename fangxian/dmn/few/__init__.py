"""The query of a chain as a Python function of one row, for the few rows for which DuckDB takes longer to make ready
than to decide (ADR 12).

It is translated from the very expressions of which DuckDB gets the text, node by node, so the meaning of tables is
written once. What a node means is DuckDB's: a value on this side is the value there (dates are days, instants and
durations microseconds since 1970, all whole numbers), and where SQL would fail, or Python cannot hold what DuckDB can,
the row is left to DuckDB.
"""

from .meaning import LeftToDuckDB, SqlError
from .program import Decide, translated
from .writing import UntranslatedError

__all__ = ["Decide", "LeftToDuckDB", "SqlError", "UntranslatedError", "translated"]
