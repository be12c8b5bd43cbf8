"""SQLite, whose connection stays from request to request: opening one took far longer than a cached page's query."""

from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Good as long as the file it opened is the one that has the name: what is written to another one is lost."""

    opened: tuple[int, int] | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self.opened = self._file()  # before: of two files we then know the older, and open once more
        return super().get_new_connection(conn_params)

    def is_usable(self) -> bool:
        return self.opened is not None and self._file() == self.opened

    def _file(self) -> tuple[int, int] | None:
        try:
            found = Path(self.settings_dict["NAME"]).stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino
