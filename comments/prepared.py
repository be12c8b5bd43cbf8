"""Queries that a page asks each time: for each connection Django makes their SQL once, and PostgreSQL its plan.

Making it took three times as long as asking SQLite, planning it longer than PostgreSQL's answer. Such a query is a
function that makes a queryset, in which a `Blank` stands for each value that is another one each time; whatever else
the function looks at (the clock, a setting) stays as it was then.

What is asked so seldom, or found so fast by an index with a condition, that a plan for all values is not worth it, is
`Prepared(..., is_planned=False)`.
"""

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections, models
from django.db.models import Value

_numbers = itertools.count(1)


class Blank(Value):
    """Where a value goes. `kind` is a field, for values that databases take otherwise than Python has them: moments."""

    def __init__(self, name: str, kind: "models.Field[Any, Any] | None" = None) -> None:
        super().__init__(name)
        self.kind = kind

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def filled(self, values: Mapping[str, Any], connection: Any) -> Any:
        value = values[self.value]
        return self.kind.get_db_prep_value(value, connection) if self.kind else value


class Prepared:
    """The query that `make` makes, to be asked with other values each time."""

    def __init__(self, make: Callable[[], "models.QuerySet[Any, Any]"], *, is_planned: bool = True) -> None:
        self.make, self.is_planned = make, is_planned
        self.name = f"asked_often_{next(_numbers)}"  # on PostgreSQL

    def ask(self, **values: Any) -> list[Any]:
        """What the queryset finds: models, or tuples."""
        connection: Any = connections[DEFAULT_DB_ALIAS]  # of this thread alone
        try:
            return self._ask(connection, values)
        except NotSupportedError:  # a migration gave a column another type: PostgreSQL plans no such query anew
            if connection.in_atomic_block:
                raise
            connection.close()
            return self._ask(connection, values)

    def _ask(self, connection: Any, values: Mapping[str, Any]) -> list[Any]:
        statements = connection.__dict__.setdefault("statements", {})
        if self not in statements:
            statements[self] = _Statement(self.name if self.is_planned else "", self.make(), connection)
        found: list[Any] = statements[self].ask(values)
        return found


class _Statement:
    """On one connection. Copies of its queryset ask their compiler for SQL, and get what was made once."""

    def __init__(self, name: str, queryset: Any, connection: Any) -> None:
        self._name, self._queryset, self._connection = name, queryset, connection
        compiler = queryset.query.get_compiler(using=connection.alias)
        self._sql, self._params = compiler.as_sql()
        self._values: Mapping[str, Any] = {}
        compiler.as_sql = self._filled
        queryset.query.get_compiler = lambda *_, **__: compiler

    def ask(self, values: Mapping[str, Any]) -> list[Any]:
        self._values = values
        return list(self._queryset.all())

    def _filled(self) -> tuple[str, list[Any]]:
        sql = self._connection.prepared(self._name, self._sql) if self._name else self._sql
        return sql, [
            each.filled(self._values, self._connection) if isinstance(each, Blank) else each for each in self._params
        ]
