"""Whether a backtracking engine can take exponential time for a pattern: whether a loop reads one text in two ways.

The pattern's positions and what may follow what (Glushkov) make an automaton without empty steps. It is exponentially
ambiguous when some position comes back to itself over one text on two ways (Weber and Seidl, "On the degree of
ambiguity of finite automata", 1991). A counted repetition of more than one set of characters is taken for endless.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, TypeAlias, TypeVar

from fangxian.kernel.text import Text

from .kinds import RefusedError

_State = TypeVar("_State", int, tuple[int, int])
_MOST_POSITIONS: Final = 400
_MOST_STEPS: Final = 200_000
_WRITTEN_OUT: Final = 12
_LONG: Final = Text("The pattern is too long. Shorten it.", "模式过长，请缩短。")


@dataclass(frozen=True, slots=True)
class CharacterSet:
    ranges: tuple[tuple[int, int], ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class PatternSequence:
    parts: tuple[PatternNode, ...]


@dataclass(frozen=True, slots=True)
class PatternChoice:
    parts: tuple[PatternNode, ...]


@dataclass(frozen=True, slots=True)
class PatternRepeat:
    """``high`` None: without end."""

    node: PatternNode
    low: int
    high: int | None


PatternNode: TypeAlias = "CharacterSet | PatternSequence | PatternChoice | PatternRepeat"


@dataclass(slots=True)
class _Part:
    nullable: bool
    first: list[int]
    last: list[int]


@dataclass(slots=True)
class _Automaton:
    """``edges`` counts in how many ways one position follows another."""

    sets: list[CharacterSet] = field(default_factory=list)
    edges: Counter[tuple[int, int]] = field(default_factory=Counter)
    empty_loops: bool = False

    def add(self, node: PatternNode) -> _Part:
        if isinstance(node, CharacterSet):
            if len(self.sets) >= _MOST_POSITIONS:
                raise RefusedError(_LONG)
            self.sets.append(node)
            return _Part(False, [len(self.sets) - 1], [len(self.sets) - 1])
        if isinstance(node, PatternSequence):
            return self.chain([self.add(part) for part in node.parts])
        if isinstance(node, PatternChoice):
            parts = [self.add(part) for part in node.parts]
            return _Part(
                any(part.nullable for part in parts),
                [at for part in parts for at in part.first],
                [at for part in parts for at in part.last],
            )
        return self.repeat(node)

    def chain(self, parts: list[_Part]) -> _Part:
        done = _Part(True, [], [])
        for part in parts:
            self.edges.update((left, right) for left in done.last for right in part.first)
            first = done.first + (part.first if done.nullable else [])
            last = part.last + (done.last if part.nullable else [])
            done = _Part(done.nullable and part.nullable, first, last)
        return done

    def repeat(self, node: PatternRepeat) -> _Part:
        once = node.high is not None and node.high <= 1
        if isinstance(node.node, CharacterSet) and node.high is not None and node.high <= _WRITTEN_OUT:
            copies = [self.add(node.node).first[0] for _ in range(node.high)]
            self.edges.update(pairwise(copies))
            return _Part(node.low == 0, copies[:1], copies[max(0, node.low - 1) :])
        part = self.add(node.node)
        if not once:
            self.empty_loops = self.empty_loops or part.nullable
            exact = node.low == node.high and isinstance(node.node, CharacterSet)
            if not exact:
                self.edges.update((left, right) for left in part.last for right in part.first)
        return _Part(part.nullable or node.low == 0, part.first, part.last)


def is_exponential(node: PatternNode) -> bool:
    automaton = _Automaton()
    automaton.add(node)
    if automaton.empty_loops:
        return True
    following: dict[int, set[int]] = defaultdict(set)
    for left, right in automaton.edges:
        following[left].add(right)
    for loop in _loops(range(len(automaton.sets)), following):
        if any(automaton.edges[left, right] > 1 for left in loop for right in following[left] & loop):
            return True
        if len(loop) > 1 and _two_ways(loop, following, automaton.sets):
            return True
    return False


def _two_ways(loop: set[int], following: dict[int, set[int]], sets: list[CharacterSet]) -> bool:
    """Whether from some position both (p, p) and a pair of two lie on one loop of the automaton squared."""
    alike = {one: {other for other in loop if _overlap(sets[one], sets[other])} for one in loop}
    pairs: dict[tuple[int, int], set[tuple[int, int]]] = {}
    steps = 0
    for p in loop:
        for q in loop:
            after = following[q] & loop
            pairs[p, q] = {(left, right) for left in following[p] & loop for right in after & alike[left]}
            steps += len(pairs[p, q])
            if steps > _MOST_STEPS:
                raise RefusedError(_LONG)
    for component in _loops(list(pairs), pairs):
        if any(p == q for p, q in component) and any(p != q for p, q in component):
            return True
    return False


def _overlap(one: CharacterSet, other: CharacterSet) -> bool:
    if one.negated and other.negated:
        return True
    if one.negated or other.negated:
        wide, narrow = (one, other) if one.negated else (other, one)
        return any(not any(low <= first and last <= high for low, high in wide.ranges) for first, last in narrow.ranges)
    return any(low <= last and first <= high for low, high in one.ranges for first, last in other.ranges)


def _loops(states: Iterable[_State], following: Mapping[_State, AbstractSet[_State]]) -> list[set[_State]]:
    """The parts of a graph in which everything reaches everything, by one step at least (Tarjan, without recursion)."""
    index: dict[_State, int] = {}
    low: dict[_State, int] = {}
    stack: list[_State] = []
    found: list[set[_State]] = []
    for root in states:
        if root in index:
            continue
        work = [(root, iter(following.get(root, ())))]
        index[root] = low[root] = len(index)
        stack.append(root)
        while work:
            state, rest = work[-1]
            step = next(rest, None)
            if step is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[state])
                if low[state] == index[state]:
                    found.append(_popped(stack, state, low, len(index)))
            elif step not in index:
                index[step] = low[step] = len(index)
                stack.append(step)
                work.append((step, iter(following.get(step, ()))))
            else:
                low[state] = min(low[state], low[step])
    return [part for part in found if len(part) > 1 or any(one in following.get(one, ()) for one in part)]


def _popped(stack: list[_State], root: _State, low: dict[_State, int], never: int) -> set[_State]:
    """A finished part; that none of it is met again, its marks are put out of reach."""
    part: set[_State] = set()
    while root not in part:
        part.add(stack.pop())
    low.update(dict.fromkeys(part, never * never))
    return part
