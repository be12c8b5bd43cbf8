"""SQLite, whose connection stays from request to request: opening one took far longer than a cached page's query."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Good as long as the file it opened is the one that has the name: what is written to another one is lost."""

    opened: tuple[int, int] | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._make_file()
        self.opened = self._file()  # before: of two files we then know the older, and open once more
        return super().get_new_connection(conn_params)

    def is_usable(self) -> bool:
        return self.opened is not None and self._file() == self.opened

    def prepared(self, name: str, sql: str) -> str:
        """As it is: Python's module keeps a connection's last statements ready."""
        return sql

    def _make_file(self) -> None:
        """Where there is none yet, one that its owner alone reads; SQLite's files beside it are as it is."""
        path = Path(self.settings_dict["NAME"])
        if path.is_absolute() and not path.exists():
            with suppress(OSError):  # SQLite says why
                path.touch(mode=0o600)

    def _file(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self.settings_dict["NAME"])  # noqa: PTH116 - for each cached page; a Path is ten times slower
        except OSError:
            return None
        return found.st_dev, found.st_ino
