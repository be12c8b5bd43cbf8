"""The labelled texts, a JSON object a line: `tuning/` may be read while rules are written, `held_out/` measured only.

Whoever wrote one part has seen neither the other nor the rules.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).parent

Part = Literal["tuning", "held_out"]
PARTS: tuple[Part, ...] = ("tuning", "held_out")


@dataclass(frozen=True, slots=True)
class CareCase:
    """A question, and what its writer, or somebody near them, may need help with: nothing, for most."""

    text: str
    topics: frozenset[str]


@dataclass(frozen=True, slots=True)
class SpamCase:
    """A comment as it arrives. `kind` says of spam what it sells, of others what makes them look like it."""

    name: str
    email: str
    body: str
    is_spam: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of a text that say who somebody is, or how to reach them."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class IdentityCase:
    name: str
    text: str
    marks: tuple[Mark, ...]


def care(part: Part) -> list[CareCase]:
    return [CareCase(row["text"], frozenset(row["care"])) for row in _rows(part, "care")]


def spam(part: Part) -> list[SpamCase]:
    return [
        SpamCase(row["name"], row["email"], row["body"], row["spam"], row.get("kind", ""))
        for row in _rows(part, "spam")
    ]


def identity(part: Part) -> list[IdentityCase]:
    return [
        IdentityCase(row["name"], row["text"], tuple(Mark(mark["kind"], mark["words"]) for mark in row["marks"]))
        for row in _rows(part, "identity")
    ]


def _rows(part: Part, name: str) -> Iterator[dict[str, Any]]:
    for line in (FOLDER / part / f"{name}.jsonl").read_text(encoding="utf-8").split("\n"):
        if line.strip():
            yield json.loads(line)
