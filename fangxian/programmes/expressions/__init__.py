"""The published subset of XPath that forms may use: read, checked against the form's types, compiled to Python."""

from .compile import Compiled, Scope, compile_expression
from .kinds import Clock, Kind, RefusedError
from .portable import written
from .syntax import Call, Name, Node, Number, Operation, Reference, String, This, parse, references, rewritten

__all__ = [
    "Call",
    "Clock",
    "Compiled",
    "Kind",
    "Name",
    "Node",
    "Number",
    "Operation",
    "Reference",
    "RefusedError",
    "Scope",
    "String",
    "This",
    "compile_expression",
    "parse",
    "references",
    "rewritten",
    "written",
]
