"""Puts a fault into functions that are imported already, by giving them the code of the broken module.

A forked process can so begin its tests at once. Every reference to a function sees the fault, however it was imported.
"""

from __future__ import annotations

import ast
import functools
import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from .faults import Fault, Site, sites


class NotThere(Exception):
    """The fault's function or constant is not in memory: nothing imported it."""


def break_now(root: Path, fault: Fault) -> None:
    """Put one fault into this process for good; NotThere when no function or constant has it."""
    path = root / fault.file
    tree = ast.parse(path.read_text("utf-8"), str(path))
    _site(tree, fault).break_it()
    ast.fix_missing_locations(tree)
    if fault.function:
        _replace_code(compile(tree, str(path), "exec", dont_inherit=True), str(path), fault)
    else:
        _replace_constant(tree, _module_of(path), fault)
    _forget()


def _site(tree: ast.Module, fault: Fault) -> Site:
    return next(site for site in sites(tree, fault.file) if site.fault == fault)


def _replace_code(whole: CodeType, path: str, fault: Fault) -> None:
    broken = next((code for code in _codes(whole)
                   if code.co_qualname == fault.function and code.co_firstlineno == fault.begins), None)
    found = [one for one in gc.get_objects() if isinstance(one, FunctionType) and one.__code__.co_filename == path
             and one.__code__.co_qualname == fault.function and one.__code__.co_firstlineno == fault.begins]
    if broken is None or not found:
        raise NotThere(fault.key)
    for function in found:
        function.__code__ = broken


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _module_of(path: Path) -> ModuleType:
    for module in list(sys.modules.values()):
        if getattr(module, "__file__", None) == str(path):
            return module
    raise NotThere(str(path))


def _replace_constant(tree: ast.Module, module: ModuleType, fault: Fault) -> None:
    """The constant and those made of it, in the module and wherever they were imported to."""
    changed: set[str] = set()
    for index, statement in enumerate(tree.body):
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
            continue
        read = {node.id for node in ast.walk(statement.value) if isinstance(node, ast.Name)}
        if index != fault.begins and not read & changed:
            continue
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        value = eval(compile(ast.Expression(statement.value), module.__name__, "eval"), module.__dict__)
        for name in names:
            _spread(getattr(module, name, None), value)
            setattr(module, name, value)
        changed.update(names)
    if not changed:
        raise NotThere(fault.key)


def _spread(before: Any, value: Any) -> None:
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("fangxian"):
            for name, held in list(vars(module).items()):
                if held is before and before is not None and not isinstance(before, bool | int):
                    setattr(module, name, value)


def _forget() -> None:
    """What was remembered before the fault was put in."""
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper) and str(one.__module__).startswith("fangxian"):
            one.cache_clear()
