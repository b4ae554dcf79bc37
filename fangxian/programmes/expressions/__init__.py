"""The published subset of XPath that forms may use: read, checked against the form's types, compiled to Python."""

from .compile import Compiled, NameScope, compile_expression
from .kinds import FormMoment, RefusedError, StaticType
from .portable import written
from .syntax import (
    ColumnName,
    FunctionCall,
    Node,
    Number,
    Operation,
    Reference,
    String,
    This,
    parse,
    references,
    rewritten,
)

__all__ = [
    "ColumnName",
    "Compiled",
    "FormMoment",
    "FunctionCall",
    "NameScope",
    "Node",
    "Number",
    "Operation",
    "Reference",
    "RefusedError",
    "StaticType",
    "String",
    "This",
    "compile_expression",
    "parse",
    "references",
    "rewritten",
    "written",
]
