"""What a line of a list is on its way into the journal."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from fangxian.kernel.text import Text

UPLOAD_LIMIT: Final = 32 * 1024 * 1024
CELL_LIMIT: Final = 2000
"""Characters of a cell that is written over."""
DIRECT_LINES: Final = 200
"""Up to so many lines are worked on within the request; longer lists by a job with progress."""
KEEP_DAYS: Final = 30
"""After so many days the uploaded file and its lines are dropped; what was recorded stays in the journal."""


class ImportState(StrEnum):
    UPLOADED = "uploaded"
    UNDERSTOOD = "understood"
    PREVIEWING = "previewing"
    PREVIEWED = "previewed"
    RECORDING = "recording"
    RECORDED = "recorded"
    FAILED = "failed"
    UNDONE = "undone"
    DROPPED = "dropped"


STATES: Final[Mapping[ImportState, Text]] = {
    ImportState.UPLOADED: Text("uploaded", "已上传"),
    ImportState.UNDERSTOOD: Text("columns to check", "待核对列"),
    ImportState.PREVIEWING: Text("being read", "读取中"),
    ImportState.PREVIEWED: Text("to confirm", "待确认"),
    ImportState.RECORDING: Text("being recorded", "录入中"),
    ImportState.RECORDED: Text("recorded", "已录入"),
    ImportState.FAILED: Text("failed, nothing was recorded", "失败，未录入任何内容"),
    ImportState.UNDONE: Text("undone", "已撤销"),
    ImportState.DROPPED: Text("given up", "已放弃"),
}


class Tab(StrEnum):
    """Where a line stands in the preview. The last three occur only in a later version of a list."""

    NEW = "new"
    KNOWN = "known"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"
    REROUTED = "rerouted"
    REMOVED = "removed"
    UNCHANGED = "unchanged"


TABS: Final[Mapping[Tab, Text]] = {
    Tab.NEW: Text("New", "新增"),
    Tab.KNOWN: Text("Known", "已知"),
    Tab.DOUBTFUL: Text("Doubtful", "存疑"),
    Tab.REFUSED: Text("Refused", "拒收"),
    Tab.REROUTED: Text("Changed", "变更"),
    Tab.REMOVED: Text("Removed", "移除"),
    Tab.UNCHANGED: Text("Unchanged", "未变"),
}

NO_GRID: Final = "no_grid"
"""The code of the note that a line's address fits no grid."""
CHANGED_MEANWHILE: Final = "changed_meanwhile"
"""The code of the note that a line stood elsewhere in the preview that was confirmed."""
CONTRADICTED: Final = "number_twice"
"""The code of the note that another line of the list has the same number and other answers."""
STAYS_ON: Final = "stays_on"
"""The code of the note that the importer may not take somebody off the list."""
NOT_BY_NUMBER: Final = "not_by_number"
"""The code of the note that nothing can be replied to under a line's number."""
SAME: Final = "same"
NEW: Final = "new"
OUT: Final = "out"
OFF: Final = "off"
"""What the user decides about a line: the same person, somebody new, left out, or taken off the list."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something said about a line; ``level`` is ``error`` or ``warning``."""

    code: str
    level: str
    text: Text
    column: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing a line would change about somebody known, in words."""

    label: Text
    before: Text
    after: Text


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody known whom a line may mean. ``shown`` is a masked line about them, empty when they are elsewhere.

    ``line``: the one of this list that may be about the same person, whoever that turns out to be. ``effects``: what
    the line would change about them, where it may mean others as well. ``certain``: it bears their document, or their
    number of the list, and their name; only what it would change is asked, and nobody is somebody new beside them.
    """

    subject: uuid.UUID
    why: Text
    shown: str = ""
    elsewhere: bool = False
    line: int = 0
    effects: tuple[Effect, ...] = ()
    certain: bool = False

    @property
    def key(self) -> uuid.UUID | int:
        """What tells the offered ones apart, also where who somebody new will be was worked out anew."""
        return self.line or self.subject


def effects_on(
    key: uuid.UUID | int | None, effects: tuple[Effect, ...], candidates: Iterable[Candidate],
) -> tuple[Effect, ...]:
    """What a line would change about one of those it may mean: where it may mean several it stands beside each."""
    return effects or next((one.effects for one in candidates if one.key == key), ())


@dataclass(slots=True)
class Prepared:
    """A line as it will be recorded, or why not.

    ``answers`` are by question, ready for the form. ``place`` is where a subject nobody knows yet comes into being.
    ``decision`` answers a doubt: ``same`` (then ``subject`` is who was chosen) or ``new``; ``out`` leaves any line out,
    ``off`` takes somebody under a measure off the list.
    """

    number: int
    answers: dict[str, Any]
    tab: Tab = Tab.NEW
    subject: uuid.UUID | None = None
    place: str = ""
    reason: Text | None = None
    notes: list[Note] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    decision: str = ""
    changed: tuple[str, ...] = ()
    before: dict[str, Any] = field(default_factory=dict)
    result: str = ""
    """After recording: recorded, removed, unchanged, refused or open; empty before."""
    measure: str = ""
    until: str = ""
    effects: tuple[Effect, ...] = ()
    """What it would change about somebody known."""
    weighty: frozenset[uuid.UUID] = frozenset()
    """Those of whom it would change who they are, set an arrival back, or lighten the measure, or whom it would take
    off the list under one: told to the level above."""
    reached: frozenset[uuid.UUID] = frozenset()
    """Those under a measure who would be reached otherwise than it is known: told to the level above as well."""
    later: bool = False
    """Whether it tells of an arrival after the cut-off of the day the list was read on."""
    beside: dict[str, str] = field(default_factory=dict)
    """Of a list of replies: whose it says that what bears the number is, by part of an identity. It is compared and
    filed nowhere."""

    @property
    def left_out(self) -> bool:
        """Whether the user leaves this line out."""
        return self.decision == OUT

    @property
    def would_change(self) -> tuple[Effect, ...]:
        """What it would change about whom it means, or about whom the user says it means."""
        chosen = next((one.key for one in self.candidates if one.subject == self.subject), None)
        return effects_on(chosen if self.decision == SAME else None, self.effects, self.candidates)

    @property
    def settled(self) -> bool:
        """Whether something was recorded about this line already, or nothing ever will be."""
        return self.result not in ("", "open")

    @property
    def to_record(self) -> bool:
        """Whether confirming files something about this line."""
        if self.tab is Tab.REMOVED:
            return not (self.left_out or self.stays_on or (self.asks_removal and self.decision != OFF))
        return not self.left_out and (self.tab in (Tab.NEW, Tab.KNOWN, Tab.REROUTED) or (
            self.tab is Tab.DOUBTFUL and bool(self.decision)))

    @property
    def asks_removal(self) -> bool:
        """Whether it has to be said that this person is taken off the list."""
        return self.tab is Tab.REMOVED and bool(self.weighty)

    @property
    def stays_on(self) -> bool:
        """Whether the importer may not take this person off the list."""
        return any(note.code == STAYS_ON for note in self.notes)


RESULTS: Final[Mapping[str, Text]] = {
    "recorded": Text("recorded", "已录入"),
    "known": Text("recorded, was known", "已录入（原已知）"),
    "removed": Text("taken off the list", "已移出名单"),
    "unchanged": Text("unchanged, nothing recorded", "未变，未重复录入"),
    "refused": Text("refused", "拒收"),
    "left_out": Text("left out by you", "已按您的要求略去"),
    "kept": Text("still on the list", "仍在名单上"),
    "open": Text("doubtful, not recorded yet", "存疑，尚未录入"),
}
