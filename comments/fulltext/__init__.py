"""The index of search documents: each database's own full text behind the same few functions.

A document's number is its thread's pk, or its article's pk below zero: so the newest threads are read first, and
articles apart from threads, from the index alone. Only `documents` writes it.

`matches(words, of_articles=, limit=)` is SQL for the newest documents that hold the words, as (hit, rank), the higher
the closer; `holding(word, limit)` for the newest threads with a word in their question, as (id). `passages(pks, words)`
reads for each document (id, lead, answer, rest), each text around its matches, and these between START and STOP.
`merging()` makes sure, step by step, that words which no document has any more are in the index no more either.
"""

from django.db import connection

from .words import Words, parse, significant

if connection.vendor == "postgresql":
    from .postgresql import START, STOP, create, drop, holding, matches, merging, passages, prepare, remove, write
else:
    from .sqlite import START, STOP, create, drop, holding, matches, merging, passages, prepare, remove, write

__all__ = ["START", "STOP", "Words", "create", "drop", "holding", "matches", "merging", "parse", "passages", "prepare",
           "remove", "significant", "write"]  # fmt: skip
