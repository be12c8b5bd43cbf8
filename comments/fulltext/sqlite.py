"""SQLite's FTS5: a table of its own beside the documents, which holds their texts again, under their numbers.

It stems English alone; other languages are found by whole words, with or without accents.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from .words import Words

START, STOP = "\x02", "\x03"
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
    marked = ", ".join(f"snippet(comments_fulltext, {column}, %s, %s, '…', 40)" for column in range(3))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid, {marked} FROM comments_fulltext"  # noqa: S608
            f" WHERE comments_fulltext MATCH %s AND rowid IN {_list(pks)}",
            [*[START, STOP] * 3, _query(words), *pks],
        )
        return list(cursor.fetchall())


def _query(words: Words) -> str:
    wanted = " AND ".join(map(_quoted, words.wanted))
    unwanted = " OR ".join(map(_quoted, words.unwanted))
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _quoted(term: str) -> str:
    """Nothing in it is an operator then; words hold letters and digits only, no quotes."""
    return f'"{term}"'


def _list(values: Sequence[int]) -> str:
    return f"({', '.join(['%s'] * len(values))})"
