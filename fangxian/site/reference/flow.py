"""``docs/flow.md``: the steps every record goes through."""

from __future__ import annotations

import inspect

from fangxian.journal.work import Step
from fangxian.site.flow import STEPS

from .layout import first_paragraph, page, table

_HEAD = """
`journal.actions.record()` runs these steps in one transaction, set-wise for one submission or ten thousand, then adds
one link to the hash chain and commits. What a decision entails for linked subjects goes through the same steps again,
as a further round of the same batch. The clock calls them too, without submissions, for those whom time can change.
"""


def flow() -> str:
    """One line a step, in order, and the same as a diagram."""
    named = [(_package(step), step.__name__) for step in STEPS]
    rows = [[str(number), f"`{package}`", f"`{name}`", first_paragraph(step.__doc__)]
            for number, ((package, name), step) in enumerate(zip(named, STEPS, strict=True), start=1)]
    return page("The flow", _HEAD, _diagram(named), table(["", "package", "step", "what it does"], rows))


def _package(step: Step) -> str:
    module = inspect.getmodule(step)
    return module.__name__.split(".")[1] if module else ""


def _diagram(named: list[tuple[str, str]]) -> str:
    nodes = [f'  s{number}["{package}: {name}"]' for number, (package, name) in enumerate(named)]
    chain = "  " + " --> ".join(f"s{number}" for number in range(len(named))) + " --> c([chain, commit])"
    return "\n".join(["```mermaid", "flowchart TD", *nodes, chain, "```"])
