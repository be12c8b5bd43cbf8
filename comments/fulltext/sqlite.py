"""SQLite's FTS5: a table of its own beside the documents, which holds their texts again, under their numbers.

It stems English alone; other languages are found by whole words, with or without accents.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from comments import markup

from .words import Words

START, STOP = "\x02", "\x03"
PASSAGE = 250  # characters
CHOICES = 50  # matches
MERGED = 100  # pages of the index that one step writes
_MATCH = re.compile(f"{START}[^{STOP}]*")
_LARGEST = 2**63 - 1


def tokenizer() -> str:
    stemmed = "porter " if settings.LANGUAGE_CODE.startswith("en") else ""
    return f"{stemmed}unicode61 remove_diacritics 2"


def create() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE VIRTUAL TABLE comments_fulltext USING fts5(lead, answer, rest, tokenize='{tokenizer()}')"
        )


def drop() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS comments_fulltext")


def prepare() -> None:
    """An empty table where there is none, or it is damaged, or of another language; else leave what no document has."""
    with transaction.atomic():
        if not _is_sound():
            drop()
            create()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM comments_fulltext WHERE rowid NOT IN (SELECT id FROM comments_searchdocument)")


def _is_sound() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'comments_fulltext'")
        found = cursor.fetchone()
        if found is None or f"'{tokenizer()}'" not in found[0]:
            return False
        try:
            cursor.execute("INSERT INTO comments_fulltext (comments_fulltext) VALUES ('integrity-check')")
        except DatabaseError:
            return False
    return True


def write(pks: Sequence[int]) -> None:
    remove(pks)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO comments_fulltext (rowid, lead, answer, rest)
            SELECT id, lead, answer, rest FROM comments_searchdocument WHERE id IN {_list(pks)}
            """,  # noqa: S608
            pks,
        )


def remove(pks: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM comments_fulltext WHERE rowid IN {_list(pks)}", pks)  # noqa: S608


def merging() -> Iterator[None]:
    """What is removed is only marked so in FTS5, whose parts keep its words until they are merged: all of them into
    one, in steps of a few milliseconds."""
    pages = -MERGED  # below zero: of all its parts, not only where there are many
    while _merge(pages):
        pages = MERGED
        yield


def _merge(pages: int) -> bool:
    """Whether there was something to do: the command itself counts as one change."""
    with transaction.atomic(), connection.cursor() as cursor:
        before = _changes(cursor)
        cursor.execute("INSERT INTO comments_fulltext (comments_fulltext, rank) VALUES ('merge', %s)", [pages])
        return _changes(cursor) - before > 1


def _changes(cursor: Any) -> int:
    cursor.execute("SELECT total_changes()")
    return int(cursor.fetchone()[0])


def matches(words: Words, *, of_articles: bool, limit: int) -> tuple[str, list[Any]]:
    lowest, highest = (-_LARGEST, 0) if of_articles else (1, _LARGEST)
    return (
        """
        SELECT rowid AS hit, -bm25(comments_fulltext, 10, 4, 1) AS rank FROM comments_fulltext
        WHERE comments_fulltext MATCH %s AND rowid BETWEEN %s AND %s ORDER BY rowid DESC LIMIT %s
        """,
        [_query(words), lowest, highest, limit],
    )


def holding(words: Sequence[str], limit: int) -> tuple[str, list[Any]]:
    return (
        """
        SELECT rowid AS id FROM comments_fulltext
        WHERE comments_fulltext MATCH %s AND rowid > 0 ORDER BY rowid DESC LIMIT %s
        """,
        [f"lead : ({' OR '.join(map(_quoted, words))})", limit],
    )


def passages(pks: Sequence[int], words: Words) -> list[tuple[Any, ...]]:
    """Cut out here: FTS5's own snippet() takes the square of the number of matches, seconds for one long thread."""
    marked = ", ".join(f"highlight(comments_fulltext, {column}, %s, %s)" for column in range(3))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid, {marked} FROM comments_fulltext"  # noqa: S608
            f" WHERE comments_fulltext MATCH %s AND rowid IN {_list(pks)}",
            [*[START, STOP] * 3, _query(words), *pks],
        )
        return [(pk, *map(_passage, texts)) for pk, *texts in cursor.fetchall()]


def _passage(text: str) -> str:
    """What is around the match, of the first CHOICES, that has the most different ones after it; else the beginning."""
    text = markup.one_line(text)
    places = [found.start() for found in islice(_MATCH.finditer(text), CHOICES)]
    at = max(places, key=lambda place: len(set(_MATCH.findall(text[place : place + PASSAGE].lower()))), default=0)
    start = 0
    if at > PASSAGE // 2:
        start = text.rfind(" ", at - PASSAGE // 4, at - PASSAGE // 8) + 1 or at
    passage = text[start : start + PASSAGE]
    if len(text) > start + PASSAGE:
        passage = f"{passage.rsplit(' ', 1)[0]}…"
    return ("…" if start else "") + _balanced(passage)


def _balanced(passage: str) -> str:
    """With both ends of a match that was cut."""
    if passage.rfind(START) > passage.rfind(STOP):
        passage += STOP
    before_first = passage.partition(START)[0]
    return START + passage if STOP in before_first else passage


def _query(words: Words) -> str:
    wanted = " AND ".join(map(_quoted, words.wanted))
    unwanted = " OR ".join(map(_quoted, words.unwanted))
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _quoted(term: str) -> str:
    """Nothing in it is an operator then; words hold letters and digits only, no quotes."""
    return f'"{term}"'


def _list(values: Sequence[int]) -> str:
    return f"({', '.join(['%s'] * len(values))})"
