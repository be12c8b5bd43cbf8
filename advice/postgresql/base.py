"""PostgreSQL, asked for no sign of life with every request, and to plan once what is asked all the time."""

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg2.extensions import TRANSACTION_STATUS_INERROR


class DatabaseWrapper(base.DatabaseWrapper):
    _prepared: frozenset[str] = frozenset()  # by name, on the connection of now

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._prepared = frozenset()
        return super().get_new_connection(conn_params)

    def prepared(self, name: str, sql: str) -> str:
        """What to execute for a query that is asked all the time: the server reads and plans it once."""
        self.close_if_health_check_failed()  # as its cursors do: on another connection nothing would be prepared
        self.ensure_connection()
        if name not in self._prepared:
            first, *others = sql.split("%s")
            numbered = first + "".join(f"${number}{other}" for number, other in enumerate(others, 1))
            with self.wrap_database_errors, self.create_cursor() as cursor:
                cursor.execute(f"PREPARE {name} AS {numbered}")
            self._prepared |= {name}
        return f"EXECUTE {name} ({', '.join(['%s'] * sql.count('%s'))})"

    def is_usable(self) -> bool:
        """Whether nothing has come in on an idle connection: a server that stops says so, or hangs up. In a transaction
        that failed it takes no statement, as Django's own question would find."""
        if self.connection is None or self.connection.closed:
            return False
        if self.connection.info.transaction_status == TRANSACTION_STATUS_INERROR:
            return False
        watched = select.poll()
        watched.register(self.connection.fileno(), select.POLLIN)
        return not watched.poll(0)
