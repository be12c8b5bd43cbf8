"""PostgreSQL's own full text: a tsvector beside each document, in the language of the site, under a GIN index."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db import connection

from .words import Words

START, STOP = "\x02", "\x03"  # around a match; no document holds them
_NO_TAG = "\x04"  # after a <, which would begin a tag: PostgreSQL takes texts for HTML and leaves tags out
LOOKED_THROUGH = 4_000  # characters of a text, for its passage with matches

# Django's language codes and the configurations that every PostgreSQL brings.
_CONFIGURATIONS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch",
    "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip


def configuration() -> str:
    return _CONFIGURATIONS.get(settings.LANGUAGE_CODE.partition("-")[0], "simple")


def create() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE comments_searchdocument ADD COLUMN vector tsvector")
        cursor.execute("CREATE INDEX document_vector ON comments_searchdocument USING gin (vector)")


def drop() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE comments_searchdocument DROP COLUMN vector")


def prepare() -> None:
    """Nothing: each document's vector is made anew with the document."""


def write(pks: Sequence[int]) -> None:
    """Underscores separate words here as in `words`; PostgreSQL's parser takes seconds over many of them in a row."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE comments_searchdocument SET vector =
                setweight(to_tsvector(%(language)s::regconfig, translate(lead, '<_', '  ')), 'A')
                || setweight(to_tsvector(%(language)s::regconfig, translate(answer, '<_', '  ')), 'B')
                || setweight(to_tsvector(%(language)s::regconfig, translate(rest, '<_', '  ')), 'C')
            WHERE id = ANY(%(pks)s)
            """,
            {"language": configuration(), "pks": list(pks)},
        )


def remove(pks: Sequence[int]) -> None:
    """Nothing: a document takes its vector along."""


def merging() -> Iterator[None]:
    """Nothing: VACUUM takes away what is removed, from the index as from its table."""
    return iter(())


def matches(words: Words, *, of_articles: bool, limit: int) -> tuple[str, list[Any]]:
    query, parameters = _query(words)
    return (
        f"""
        SELECT id AS hit, ts_rank(vector, {query}) AS rank FROM (
            SELECT id, vector FROM comments_searchdocument
            WHERE vector @@ ({query}) AND {_kind(of_articles)} ORDER BY id DESC LIMIT %s
        ) AS newest
        """,  # noqa: S608 - words are parameters
        [*parameters, *parameters, limit],
    )


def holding(words: Sequence[str], limit: int) -> tuple[str, list[Any]]:
    return (
        """
        SELECT id FROM comments_searchdocument
        WHERE vector @@ to_tsquery(%s::regconfig, %s) AND id > 0 ORDER BY id DESC LIMIT %s
        """,
        [configuration(), " | ".join(f"'{word}':A" for word in words), limit],
    )


def passages(pks: Sequence[int], words: Words) -> list[tuple[Any, ...]]:
    query, parameters = _query(words)
    options = f'StartSel="{START}", StopSel="{STOP}", MaxFragments=1, MinWords=20, MaxWords=40, ShortWord=0'
    texts = [f"replace(left({column}, {LOOKED_THROUGH}), '<', '<{_NO_TAG}')" for column in ("lead", "answer", "rest")]
    marked = [f"ts_headline(%s::regconfig, {text}, {query}, %s)" for text in texts]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {', '.join(marked + texts)} FROM comments_searchdocument WHERE id = ANY(%s)",  # noqa: S608
            [*[configuration(), *parameters, options] * 3, list(pks)],
        )
        return [(pk, *map(_with_ellipses, found[:3], found[3:])) for pk, *found in cursor.fetchall()]


def _with_ellipses(passage: str, text: str) -> str:
    """The passage with … where it leaves words out; signs before and after it are kept."""
    bare = passage.replace(START, "").replace(STOP, "")
    before, _, after = text.partition(bare) if bare else ("", "", "")
    before, after = ("…" if re.search(r"\w", part) else part for part in (before, after))
    return f"{before}{passage}{after}".replace(_NO_TAG, "")


def _kind(of_articles: bool) -> str:  # noqa: FBT001
    return "thread_id IS NULL" if of_articles else "id > 0"


def _query(words: Words) -> tuple[str, list[str]]:
    """As SQL. A word that says nothing in the language ("the") asks for nothing."""
    word = "phraseto_tsquery(%s::regconfig, %s)"
    parts = [word] * len(words.wanted) + [f"!!{word}"] * len(words.unwanted)
    language = configuration()
    return " && ".join(parts), [value for term in words.wanted + words.unwanted for value in (language, term)]
