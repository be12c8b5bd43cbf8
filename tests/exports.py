"""For tests of exports: a site as the migrations made it, files out and in, and lines that are changed in between."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.test import TransactionTestCase

from advice.exporting import native

Lines = list[dict[str, Any]]


def make_new() -> None:
    """What the tests' own teardown does (conftest): the database as the migrations made it."""
    TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type]


def written(path: Path, *options: str) -> bytes:
    call_command("export", str(path), *options)
    return path.read_bytes()


def lines_of(content: bytes) -> Lines:
    return [json.loads(line) for line in content.splitlines()]


def sealed(lines: Lines) -> bytes:
    """These lines with a last line that fits them, in the place of theirs."""
    *rows, end = lines
    content = b"".join(map(native.encoded, rows))
    counts = {kind: sum(row["type"] == kind for row in rows) for kind in end["lines"]}
    return content + native.encoded({"type": "end", "lines": counts, "sha256": hashlib.sha256(content).hexdigest()})


def changed(content: bytes, kind: str, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """The file with the first line of this type changed, and a last line that fits again."""
    lines = lines_of(content)
    change(next(line for line in lines if line["type"] == kind))
    return sealed(lines)
