"""Cells and tables as SQL, built with sqlglot in the dialect of DuckDB.

Every input column becomes a number whose bits say which rules' cells hold; the rules that match are the bits all
columns share. That keeps the expression as small as the distinct cells, however many rules there are. SQL's
three-valued logic is the one cells have: a comparison with NULL is NULL, and a CASE takes only what is true.

In SQL an instant is a TIMESTAMP in UTC and a duration a BIGINT of microseconds.
"""

from .cells import cell
from .expressions import output
from .sql import SQL_TYPES, Sql, column, literal
from .tables import Step, table_steps

__all__ = ["SQL_TYPES", "Sql", "Step", "cell", "column", "literal", "output", "table_steps"]
