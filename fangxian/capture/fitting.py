"""Where the people of a list will stay: the area a line names by its code, else the one its address names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fangxian.areas import queries as areas
from fangxian.areas.types import Fit, Node, Tier, subtree
from fangxian.kernel.identifiers.spelling import compact
from fangxian.kernel.text import Text
from fangxian.programmes.forms import Form
from fangxian.programmes.types import Programme
from fangxian.subjects.matching import search

from . import listing
from .types import NO_GRID, Note, Prepared

_UNKNOWN_CODE: Final = Text(
    "There is no area {code} in force in this county. The line goes on; the township chooses the grid.",
    "本县没有在用的区域代码 {code}。此行照常录入，由乡镇（街道）确定网格。")
_ELSEWHERE: Final = Text(
    "The address lies in {name}, outside this county. The line goes on; pass the person on to {name}.",
    "地址位于{name}，不在本县。此行照常录入，请将此人移交{name}。")
_NAMED: Final = Text(
    "The address names {name}, outside this county. The line goes on without a grid; ask where this person stays.",
    "地址中写有{name}，不在本县。此行照常录入、不定网格，请核实此人住址。")
_NO_GRID: Final = Text(
    "No grid found by the address; the line will wait in “Place addresses”.", "未能由地址找到网格，将列入“落实地址”。")
_BRACES: Final = str.maketrans("{}", "()")


def fit(lines: Sequence[Prepared], programme: Programme, form: Form, county: str) -> None:
    """Give each line its place and, where one is found, the code of its grid; notes say what could not be placed."""
    asked = listing.place_question(programme, form)
    address = listing.asked_for(form, "address")
    by_address = _fits([line.answers.get(address) for line in lines] if address else [], county)
    coded = areas.by_code({code for line in lines for code in _codes(line, asked)})
    grids = areas.nodes({found.path for found in by_address.values() if found.path})
    for line in lines:
        line.place = county
        told = _told(line, asked, coded, county)
        found = by_address.get(str(line.answers.get(address))) if address else None
        _place(line, asked, told, found, grids, county)


def take_grids_back(lines: Sequence[Prepared], programme: Programme, form: Form) -> None:
    """Somebody known whose new address fits no grid waits for the township again: the grid of the address before is
    taken back, so that the task to choose one opens. Until then the area before answers for them.
    """
    asked, address = listing.place_question(programme, form), listing.asked_for(form, "address")
    question = form.question(asked) if asked else None
    if question is None or address is None or not question.cleared:
        return
    unplaced = [line for line in lines if any(note.code == NO_GRID for note in line.notes)]
    known = search.identities(line.subject for line in unplaced if line.subject)
    for line in unplaced:
        before = known[line.subject].identity.get("address") if line.subject in known else None
        if before and line.answers.get(address) and compact(str(before)) != compact(str(line.answers[address])):
            line.answers[question.name] = ""
        elif line.answers.get(question.name) == "":
            line.answers.pop(question.name)


def _fits(addresses: Sequence[object], county: str) -> dict[str, Fit]:
    wanted = sorted({str(address) for address in addresses if address})
    return dict(zip(wanted, areas.fit_addresses(wanted, county), strict=True)) if wanted else {}


def _codes(line: Prepared, asked: str | None) -> list[str]:
    return [str(line.answers[name]) for name in (asked, listing.AREA_CODE) if name and line.answers.get(name)]


def _told(line: Prepared, asked: str | None, coded: dict[str, Node], county: str) -> Node | None:
    """The area a line names by code, the narrower one first; a code that is none is taken out and said so."""
    within = subtree(county)
    for name in filter(None, (asked, listing.AREA_CODE)):
        code = line.answers.get(name)
        if not code:
            continue
        node = coded.get(str(code))
        if node is not None and node.path in within:
            return node
        line.notes.append(Note("unknown_area", "warning", _UNKNOWN_CODE.filled(code=str(code)[:20].translate(_BRACES))))
        if name == asked:
            line.answers.pop(name)
    return None


def _place(
    line: Prepared, asked: str | None, told: Node | None, found: Fit | None, nodes: dict[str, Node], county: str,
) -> None:
    node = nodes.get(found.path) if found is not None and found.path else None
    if node is not None and node.path not in subtree(county):
        line.notes.append(Note("elsewhere", "warning", _ELSEWHERE.filled(name=node.name)))
        node = None
    elif found is not None and found.elsewhere:
        line.notes.append(Note("elsewhere", "warning", _NAMED.filled(name=found.elsewhere.translate(_BRACES))))
    if told is not None and (node is None or node.path not in subtree(told.path)):
        node = told
    if node is not None:
        line.place = node.path
    if asked is None:
        return
    if node is not None and node.tier is Tier.GRID:
        line.answers[asked] = node.code
    else:
        line.answers.pop(asked, None)
        if found is not None:
            line.notes.append(Note(NO_GRID, "info", _NO_GRID))
