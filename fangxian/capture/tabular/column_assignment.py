"""One meaning per column, one column per target; what could be another is left to be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from fangxian.kernel.values import ValueType

from .column_claims import ColumnClaims, confidence_of, may_hold, only_clocks, only_days
from .headings import Rank
from .meanings import Evidence, Meaning, Proposal
from .types import Cell, Target
from .value_evidence import MOST, are_names, share_within, years_in

_ONE_OF_TWO: Final = frozenset({"name", "nom", "nombre", "nome", "имя"})
"""The whole name where it stands alone, and one part of it beside the other part."""

_ARRIVE_WITHIN: Final = 1  # years


@dataclass(slots=True)
class ColumnAssignment:
    """Columns on their way to one meaning each: ``taken`` (None for one that is not used), or ``asked``."""

    targets: Mapping[str, Target]
    keys: Sequence[str]
    """The spelling of each heading."""
    values: list[list[Cell]]
    whole: list[frozenset[Cell]]
    """All different values of each column; ``values`` are some of them."""
    claims: list[ColumnClaims]
    taken: dict[int, Proposal | None] = field(default_factory=dict)
    asked: dict[int, tuple[Proposal, ...]] = field(default_factory=dict)

    def free(self, column: int, meaning: Meaning) -> bool:
        """Whether the column has no meaning yet and the target, or that part of it, no column."""
        target = self.targets.get(meaning.target)
        return target is not None and column not in self.taken and self.has_room(target, meaning)

    def has_room(self, target: Target, meaning: Meaning) -> bool:
        """Whether another column can be read into the target, or into that part of it."""
        held = [given.meaning for given in self.taken.values() if given and given.meaning.target == target.name]
        if meaning.part == "unit" or any(other.part == "unit" for other in held):
            held = [other for other in held if (other.part == "unit") == (meaning.part == "unit")]
        return target.multiple or not held or (meaning.part is not None and _another_part(meaning, held))

    def take(self, column: int, meaning: Meaning, confidence: float, evidence: Evidence) -> None:
        if self.free(column, meaning):
            self.taken[column] = Proposal(meaning, confidence, evidence)

    def open(self, column: int) -> bool:
        """Whether nothing is settled about it."""
        return column not in self.taken and column not in self.asked

    def ask(self, column: int, meanings: Sequence[Meaning], evidence: Evidence) -> None:
        if column not in self.taken:
            self.asked[column] = tuple(Proposal(meaning, 0.6, evidence) for meaning in meanings)


def follow(assignment: ColumnAssignment, said: Mapping[int, str | None], evidence: Evidence) -> None:
    """Take what the user says, or said last time, before anything is read from headings and values."""
    for column, text in said.items():
        if column in assignment.taken or not 0 <= column < len(assignment.values):
            continue
        if text is None:
            assignment.taken[column] = None
            continue
        meaning = Meaning.said(text)
        target = assignment.targets.get(meaning.target)
        if target is not None and not may_hold(target, assignment.claims[column].personal):
            assignment.ask(column, (), Evidence.PERSONAL)
            assignment.asked[column] = (Proposal(meaning, 0.0, Evidence.PERSONAL),)
        else:
            assignment.take(column, meaning, 1.0, evidence)


def settle(assignment: ColumnAssignment) -> None:
    """Give every column that is still free its meaning, if one is sure; else say what is to be asked about it."""
    _take_name_parts(assignment)
    _take_moment_parts(assignment)
    for target in assignment.targets.values():
        _take_sure(assignment, target)
    _ask_halves_in_unknown_words(assignment)
    _take_address_parts(assignment)
    _take_age_unit(assignment)
    _take_vague_numbers_of_others(assignment)
    _check_numbers_of_others(assignment)
    _ask_the_rest(assignment)


# --- names in parts


def _take_name_parts(assignment: ColumnAssignment) -> None:
    """Surname and given name in columns of their own: together they are the name, alone neither is."""
    surnames, givens = (_named(assignment, part) for part in ("surname", "given"))
    surnames, givens = _with_other_half(assignment, surnames, givens)
    for surname, given in zip(surnames, givens, strict=False):
        target = _whole_name(assignment, {surname, given})
        if target is None:
            assignment.taken.update({surname: None, given: None})
            continue
        assignment.take(surname, Meaning(target, "surname"), 0.95, Evidence.HEADING)
        assignment.take(given, Meaning(target, "given"), 0.95, Evidence.HEADING)
        if len(surnames) == 1:
            _take_further_parts(assignment, target, [*_named(assignment, "surname2"), *givens[1:]])
    _ask_lone_parts(assignment)


def _take_further_parts(assignment: ColumnAssignment, target: str, more: Sequence[int]) -> None:
    for column in [*more, *_named(assignment, "middle")]:
        second = "surname2" in assignment.claims[column].naming.concepts
        assignment.take(column, Meaning(target, "surname2" if second else "middle"), 0.95, Evidence.HEADING)


def _named(assignment: ColumnAssignment, part: str) -> list[int]:
    return [column for column, claims in enumerate(assignment.claims)
            if part in claims.naming.concepts and not claims.sure and assignment.open(column)]


def _with_other_half(
    assignment: ColumnAssignment, surnames: list[int], givens: list[int],
) -> tuple[list[int], list[int]]:
    """``Name`` beside ``Vorname`` is the surname, ``Nombre`` beside ``Apellidos`` the given name."""
    halves = [column for column, key in enumerate(assignment.keys) if key in _ONE_OF_TWO and assignment.open(column)]
    if len(halves) != 1 or bool(surnames) == bool(givens) or len(surnames + givens) != 1:
        return surnames, givens
    part = (surnames or givens)[0]
    whole = _contains(assignment.values[halves[0]], assignment.values[part])
    if whole:
        return surnames, givens
    return (surnames, halves) if surnames else (halves, givens)


def _contains(wholes: Sequence[Cell], parts: Sequence[Cell]) -> bool:
    pairs = [(str(whole).casefold(), str(part).casefold()) for whole, part in zip(wholes, parts, strict=False)]
    return bool(pairs) and sum(part in whole for whole, part in pairs) > MOST * len(pairs)


def _whole_name(assignment: ColumnAssignment, pair: set[int]) -> str | None:
    """The target a pair of name columns goes into: the Latin one only where another column has the name itself."""
    in_latin = all(str(cell).isascii() for column in pair for cell in assignment.values[column])
    kinds = ("name", "name_latin") if in_latin else ("name",)
    for target in (target for kind in kinds for target in assignment.targets.values() if target.kind == kind):
        claimed = any(target.name in claims.sure for column, claims in enumerate(assignment.claims)
                      if column not in pair and assignment.open(column))
        if not claimed and assignment.has_room(target, Meaning(target.name)):
            return target.name
    return None


def _ask_lone_parts(assignment: ColumnAssignment) -> None:
    target = next((each.name for each in assignment.targets.values() if each.kind == "name"), None)
    whole = any(target in claims.sure for claims in assignment.claims)
    for part in ("surname", "given", "surname2", "middle"):
        for column in _named(assignment, part):
            held = any(given and given.meaning.target == target for given in assignment.taken.values())
            if target is None or whole or held:
                assignment.taken[column] = None
            elif assignment.values[column]:
                assignment.ask(column, [Meaning(target), Meaning(target, part)], Evidence.PART)


def _ask_halves_in_unknown_words(assignment: ColumnAssignment) -> None:
    """``Nome`` beside a column of names whose heading nobody knows may be half of a name: both are asked about."""
    for column, given in list(assignment.taken.items()):
        if given is None or given.meaning.part or given.evidence is not Evidence.HEADING:
            continue
        target = given.meaning.target
        if assignment.targets[target].kind != "name" or assignment.keys[column] not in _ONE_OF_TWO:
            continue
        halves = [other for other in (column - 1, column + 1) if _is_unknown_name(assignment, other)]
        if not halves:
            continue
        del assignment.taken[column]
        for each in (column, *halves):
            assignment.ask(each, [Meaning(target), Meaning(target, "surname"), Meaning(target, "given")], Evidence.PART)


def _is_unknown_name(assignment: ColumnAssignment, column: int) -> bool:
    if not 0 <= column < len(assignment.values) or not assignment.open(column):
        return False
    return _is_unknown(assignment, column) and are_names(assignment.values[column])


# --- moments in parts


def _take_moment_parts(assignment: ColumnAssignment) -> None:
    """A date and a time of day in two columns make one moment."""
    for target in assignment.targets.values():
        if target.type is not ValueType.DATETIME:
            continue
        clocks = [column for column in _claiming(assignment, target) if only_clocks(assignment.values[column])]
        days = [column for column in _claiming(assignment, target, vague=bool(clocks))
                if only_days(assignment.values[column])]
        if len(days) == 1 and _parts_held(assignment, target) == ["time"]:  # as somebody said
            assignment.take(days[0], Meaning(target.name, "date"), 0.95, Evidence.HEADING)
        if len(clocks) == 1 and len(days) == 1:
            assignment.take(days[0], Meaning(target.name, "date"), 0.95, Evidence.HEADING)
            assignment.take(clocks[0], Meaning(target.name, "time"), 0.95, Evidence.HEADING)


def _parts_held(assignment: ColumnAssignment, target: Target) -> list[str | None]:
    return [given.meaning.part for given in assignment.taken.values()
            if given and given.meaning.target == target.name]


def _claiming(assignment: ColumnAssignment, target: Target, *, vague: bool = False) -> list[int]:
    return [column for column, claims in enumerate(assignment.claims) if assignment.open(column)
            and (target.name in claims.sure or (vague and target.name in claims.vague))]


# --- whole columns


def _take_sure(assignment: ColumnAssignment, target: Target) -> None:
    columns = [column for column in _claiming(assignment, target) if _first_choice(assignment, column, target)]
    if target.multiple and target.kind != "address":
        for column in columns:
            _take_one(assignment, column, target)
        return
    if not columns or not assignment.has_room(target, Meaning(target.name)):
        return
    ranks = {column: assignment.claims[column].sure[target.name] for column in columns}
    best = [column for column in columns if ranks[column] is max(ranks.values())]
    if len(best) == 1 or all(assignment.values[column] == assignment.values[best[0]] for column in best):
        _take_one(assignment, best[0], target)
        return
    filled = [column for column in best if assignment.values[column]]
    if len(filled) < 2:
        _take_one(assignment, (filled or best)[0], target)
        return
    for column in filled:
        assignment.ask(column, [Meaning(target.name)], Evidence.SEVERAL)


def _first_choice(assignment: ColumnAssignment, column: int, target: Target) -> bool:
    """Whether no other target is named by the column with a higher rank."""
    sure = assignment.claims[column].sure
    return sure[target.name] is max(sure.values())


def _take_one(assignment: ColumnAssignment, column: int, target: Target) -> None:
    rank: Rank = assignment.claims[column].sure[target.name]
    assignment.take(column, Meaning(target.name), max(confidence_of(rank), 0.9), Evidence.HEADING)


def _take_address_parts(assignment: ColumnAssignment) -> None:
    """Street, house and door beside each other make an address, or belong to the one before them."""
    target = next((each for each in assignment.targets.values() if each.kind == "address"), None)
    if target is None:
        return
    fine, coarse = (_named(assignment, concept) for concept in ("address_part", "address_region"))
    fine = [column for column in fine if assignment.values[column]]
    whole = any(given and given.meaning.target == target.name for given in assignment.taken.values())
    asked = any(offer.meaning.target == target.name for offers in assignment.asked.values() for offer in offers)
    if asked or not fine:
        return
    parts = sorted(fine + ([] if whole else coarse))
    if not whole and len(parts) < 2:
        assignment.ask(parts[0], [Meaning(target.name)], Evidence.VAGUE)
        return
    for column in parts:
        assignment.take(column, Meaning(target.name), 0.9, Evidence.HEADING)


def _take_age_unit(assignment: ColumnAssignment) -> None:
    """A column that says whether ages are years, months or days."""
    for given in list(assignment.taken.values()):
        target = assignment.targets.get(given.meaning.target) if given else None
        units = _named(assignment, "age_unit")
        if target is not None and target.kind == "age" and len(units) == 1:
            assignment.take(units[0], Meaning(target.name, "unit"), 0.95, Evidence.HEADING)


# --- numbers of people


def _check_numbers_of_others(assignment: ColumnAssignment) -> None:
    """Who infected somebody is told by the list's own numbers: where they are none of these, it is asked."""
    own = _columns_of(assignment, "own_number")
    for column in _columns_of(assignment, "other_number"):
        values = assignment.values[column]
        beside = [other for other in range(len(assignment.values)) if other not in (column, *own)
                  and share_within(values, assignment.whole[other]) > MOST]
        among = max((share_within(values, assignment.whole[each]) for each in own), default=0.0)
        alike = any(_shapes(values) & _shapes(assignment.values[each]) for each in own)
        if values and (not own or (among <= MOST and (beside or not alike))):
            given = assignment.taken.pop(column)
            assert given is not None
            assignment.ask(column, [given.meaning], Evidence.CONTRADICTED)
            for each in own if beside else ():
                held = assignment.taken.pop(each)
                assert held is not None
                for candidate in (each, *beside):
                    assignment.ask(candidate, [held.meaning], Evidence.SEVERAL)


def _take_vague_numbers_of_others(assignment: ColumnAssignment) -> None:
    """``from`` beside ``to``: the form calls it so, and it is written as the list's own numbers are."""
    own = _columns_of(assignment, "own_number")
    for target in [each for each in assignment.targets.values() if each.kind == "other_number"]:
        for column, claims in enumerate(assignment.claims):
            values = assignment.values[column]
            if target.name in claims.vague and any(_shapes(values) & _shapes(assignment.values[one]) for one in own):
                assignment.take(column, Meaning(target.name), 0.9, Evidence.HEADING)


def _columns_of(assignment: ColumnAssignment, kind: str) -> list[int]:
    """Columns that were taken by heading for a target of that kind."""
    return [column for column, given in assignment.taken.items()
            if given and given.evidence is Evidence.HEADING
            and assignment.targets[given.meaning.target].kind == kind]


def _shapes(values: Sequence[Cell]) -> set[str]:
    """How numbers are written: letters and digits, each run as one."""
    return {_shape(str(value).removesuffix(".0")) for value in values}


def _shape(text: str) -> str:
    marks = ["9" if letter.isdigit() else "A" if letter.isalpha() else letter for letter in text]
    return "".join(mark for place, mark in enumerate(marks) if place == 0 or marks[place - 1] != mark)


# --- what is left


def _ask_the_rest(assignment: ColumnAssignment) -> None:
    missing = _days_nobody_told(assignment)
    for column, claims in enumerate(assignment.claims):
        if not assignment.open(column):
            continue
        offered = tuple(each for each in claims.offered
                        if assignment.has_room(assignment.targets[each.meaning.target], each.meaning))
        if offered:
            assignment.asked[column] = offered
        elif times := _times_beside(assignment, column):
            assignment.ask(column, times, Evidence.VALUES)
        elif _is_unknown(assignment, column) and only_days(assignment.values[column]):
            likely = [Meaning(each.name) for each in missing if _can_be(each, assignment.values[column])]
            if likely:
                assignment.ask(column, likely, Evidence.VALUES)


def _times_beside(assignment: ColumnAssignment, column: int) -> list[Meaning]:
    """Times of day under a heading nobody knows, such as ``Hora``, beside a column of the days of a moment: without
    them the moment is midnight, and may belong to another working day."""
    if not _is_unknown(assignment, column) or not only_clocks(assignment.values[column]):
        return []
    beside = [given.meaning for other in (column - 1, column + 1) if (given := assignment.taken.get(other))
              and given.meaning.part is None and only_days(assignment.values[other])]
    return [Meaning(one.target, "time") for one in beside
            if assignment.targets[one.target].type is ValueType.DATETIME]


def _days_nobody_told(assignment: ColumnAssignment) -> list[Target]:
    """The birth date and the arrival where no column has them: too much hangs on them to pass over a column of dates.
    """
    said = [given.meaning.target for given in assignment.taken.values() if given]
    said += [offer.meaning.target for offers in assignment.asked.values() for offer in offers]
    return [target for target in assignment.targets.values()
            if target.kind in ("arrival", "birth_date") and target.name not in said]


def _can_be(target: Target, days: Sequence[Cell]) -> bool:
    """People of one list are born in many years and arrive in one or two; where no year is written, either can be."""
    years = years_in(days)
    return not years or (max(years) - min(years) > _ARRIVE_WITHIN) == (target.kind == "birth_date")


def _is_unknown(assignment: ColumnAssignment, column: int) -> bool:
    """Whether nobody calls anything so, of a person or of somebody else."""
    naming = assignment.claims[column].naming
    return not naming.concepts and not naming.exact and not naming.elsewhere


def _another_part(meaning: Meaning, held: list[Meaning]) -> bool:
    return all(other.part is not None and other.part.split(".")[0] != (meaning.part or "").split(".")[0]
               for other in held)
