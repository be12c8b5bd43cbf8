"""Finds many phrases in a text at once: those that begin alike go their way together, and where several ways are open,
they are walked as one. What was found out on the way is kept, so that the next text costs a look-up for each word.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from . import folding
from .phrase_words import GAP, PREFIX, Element, masks

STATES = 20_000  # that are kept: a few megabytes

T = TypeVar("T")


class Hit(NamedTuple, Generic[T]):
    """A phrase, and where in the text it begins and ends."""

    phrase: T
    start: int
    end: int


@dataclass(slots=True, eq=False)
class _Node(Generic[T]):
    """Where one stands in some phrases after the words so far."""

    made: dict[Element, "_Node[T]"] = field(default_factory=dict)
    following: dict[str, list["_Node[T]"]] = field(default_factory=dict)  # by word; or by its beginning, with a “*”
    gap: "_Node[T] | None" = None
    ending: list[T] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _State(Generic[T]):
    """All places where one stands, with the number of words that may be skipped there."""

    places: dict[_Node[T], int]
    ending: tuple[T, ...]
    following: dict[tuple[str, ...], "_State[T] | None"] = field(default_factory=dict)


class Search(Generic[T]):
    """The phrases, and what they stand for."""

    def __init__(self) -> None:
        self._first = _Node[T]()
        self._written: set[str] = set()  # words, and beginnings of words with their “*”
        self._longest = 0  # of these
        self._states: dict[frozenset[tuple[_Node[T], int]], _State[T]] = {}

    def add(self, elements: tuple[Element, ...], phrase: T) -> None:
        self._add(self._first, elements, phrase)

    def find(self, words: list[str]) -> list[Hit[T]]:
        """Every place of every phrase, in the order of where they begin."""
        first = self._state({self._first: 0})
        of = {word: self._keys(word) for word in set(words)}
        keys = [of[word] for word in words]
        return [hit for start, key in enumerate(keys) if key for hit in self._walk(first, words, keys, start)]

    def _walk(self, state: _State[T], words: list[str], keys: list[tuple[str, ...]], start: int) -> Iterator[Hit[T]]:
        for at in range(start, len(words)):
            after = self._after(state, keys[at])
            if words[at] == folding.END or after is None:
                return
            for phrase in after.ending:
                yield Hit(phrase, start, at + 1)
            state = after

    def _keys(self, word: str) -> tuple[str, ...]:
        """What phrases could write for this word: (“hit”, “hi*”)."""
        beginnings = (f"{word[:length]}*" for length in range(PREFIX, min(len(word), self._longest) + 1))
        return tuple(key for key in (*masks(word), *beginnings) if key in self._written)

    def _after(self, state: _State[T], key: tuple[str, ...]) -> _State[T] | None:
        if key in state.following:
            return state.following[key]
        places: dict[_Node[T], int] = {}
        for node, skips in state.places.items():
            if skips:
                places[node] = max(places.get(node, 0), skips - 1)
            for reached in (reached for word in key for reached in node.following.get(word, ())):
                places.setdefault(reached, 0)
                if reached.gap is not None:
                    places[reached.gap] = GAP
        state.following[key] = found = self._state(places) if places else None
        return found

    def _state(self, places: dict[_Node[T], int]) -> _State[T]:
        same = frozenset(places.items())
        if same not in self._states:
            if len(self._states) >= STATES:
                self._states.clear()
            self._states[same] = _State(places, tuple(phrase for node in places for phrase in node.ending))
        return self._states[same]

    def _add(self, node: _Node[T], elements: tuple[Element, ...], phrase: T) -> None:
        """Let the phrase go on from a node with these elements."""
        if not elements:
            node.ending.append(phrase)
            return
        self._add(self._to(node, elements[0]), elements[1:], phrase)
        if elements[0].is_optional:
            self._add(node, elements[1:], phrase)

    def _to(self, node: _Node[T], element: Element) -> _Node[T]:
        """The node after this element, made where there is none."""
        if element not in node.made:
            node.made[element] = reached = _Node[T]()
            if element.is_gap:
                node.gap = reached
            for *before, last in element.choices:
                at = node
                for word in before:
                    at = self._link(at, word, _Node[T]())
                self._link(at, last, reached)
        return node.made[element]

    def _link(self, node: _Node[T], word: str, reached: _Node[T]) -> _Node[T]:
        self._written.add(word)
        self._longest = max(self._longest, len(word))
        node.following.setdefault(word, []).append(reached)
        return reached
