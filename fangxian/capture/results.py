"""The list handed back: one line for each line of the file, with what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from fangxian.areas import queries as areas
from fangxian.kernel import collecting, errors
from fangxian.kernel.errors import Problem
from fangxian.kernel.text import Text, both
from fangxian.programmes import queries as programmes
from fangxian.programmes.types import Programme

from . import events, listing, preparing, store
from .models import Import
from .tabular import columns
from .tabular.result import MEASURE, UNTIL, LineOutcome, write_csv, write_xlsx
from .tabular.types import Refusal
from .types import RESULTS, TABS, ImportState, Prepared, Tab

TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
_WRITERS: Final = {"xlsx": write_xlsx, "csv": write_csv}
PLACE: Final = Text("Area", "区域")
_EFFECT: Final = Text("{label}: {before} → {after}.", "{label}：{before} → {after}。")
_NONE: Final = both("")


@collecting.put_off()
def result_file(
    held: Import, *, kind: str, language: str, only: Tab | None = None, remarked: bool = False,
) -> bytes:
    """The file in a kind (xlsx, csv) and language; ``only`` the lines of one tab, such as the refused ones, and of them
    those ``remarked``.
    """
    if kind not in _WRITERS:
        raise Problem(errors.NOT_FOUND)
    programme = programmes.in_force(held.programme)
    form = programme.forms[held.form]
    sheet = preparing.opened(held)
    if isinstance(sheet, Refusal):
        raise Problem(errors.NOT_FOUND)
    lines = store.lines(held, form)
    layout = columns.layout_of(sheet, listing.fields(form))
    if only is not None:
        wanted = {line.number for line in lines if line.tab is only and (not remarked or store.is_remarked(line))}
        layout = replace(layout, lines=tuple(place for place in layout.lines if sheet.numbers[place] in wanted))
    return _WRITERS[kind](
        sheet, layout, outcomes(held, lines, programme), language=language, columns=(PLACE, MEASURE, UNTIL))


def outcomes(held: Import, lines: Iterable[Prepared], programme: Programme) -> Mapping[int, LineOutcome]:
    """What became of each line, by its number; before recording, where it stands."""
    recorded = ImportState(held.state) in (ImportState.RECORDED, ImportState.UNDONE)
    going_on = [line for line in lines if line.tab is not Tab.REMOVED]
    places = {path: node.name for path, node in areas.nodes({line.place for line in going_on if line.place}).items()}
    done = events.on_lines(held, going_on)
    return {line.number: _outcome(line, places.get(line.place, ""), programme, done.get(line.number, ()),
                                  recorded=recorded) for line in going_on}


def _outcome(
    line: Prepared, place: str, programme: Programme, done: Sequence[Text], *, recorded: bool,
) -> LineOutcome:
    result = RESULTS.get(line.result, _NONE) if recorded else TABS[line.tab]
    measure = programme.measures.get(line.measure)
    return LineOutcome(result, reason_of(line, done), (place, measure.label if measure else line.measure, line.until))


def reason_of(line: Prepared, done: Sequence[Text] = ()) -> Text:
    """Why the line stands where it stands, with all that was noted and ``done`` to it on the way."""
    said = [*([line.reason] if line.reason else []), *(note.text for note in line.notes)]
    said += [_EFFECT.filled(label=one.label, before=one.before, after=one.after) for one in line.would_change]
    said += done
    return Text(" ".join(text.en for text in said), "".join(text.zh for text in said))
