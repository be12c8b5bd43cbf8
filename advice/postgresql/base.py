"""PostgreSQL, asked for no sign of life with every request: that was half of what a cached page asked it."""

import select

from django.db.backends.postgresql import base
from psycopg2.extensions import TRANSACTION_STATUS_INERROR


class DatabaseWrapper(base.DatabaseWrapper):
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
