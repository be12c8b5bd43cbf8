"""What all machines know of each other, in one row: whether the site is closed, that its owner changed something, and
which SECRET_KEY it lives with.

A process that serves requests looks there once a second at most, with one of them. Without the database what it knew
last goes on to hold.
"""

import logging
import threading
import time
from typing import Any

from django.core.cache import cache
from django.db import Error, models, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.db.models.signals import post_delete, post_save

from comments import phrases
from comments.desk_models import DiscussionSettings

from .backups.manifest import key_of_secret
from .site_models import MenuItem, SharedState, SiteIdentity

EVERY = 1.0  # seconds
ROW = 1
KEPT = (DiscussionSettings, SiteIdentity, MenuItem)  # of these each process keeps a copy
OTHER_KEY = "SECRET_KEY is not the one that this site has lived with: sessions, and links in mails, are worth nothing."

_log = logging.getLogger(__name__)


class Watch:
    """What this process last saw there."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self.is_on = self.is_closed = False
        self._changes: int | None = None
        self._looked_at = float("-inf")

    def begin(self) -> None:
        """For this process, which serves requests."""
        self.is_on = True

    def look(self) -> None:
        """Where a second has gone by: one thread asks, and the others do not wait for it."""
        if not self.is_on or time.monotonic() - self._looked_at < EVERY or not self._turn.acquire(blocking=False):
            return
        try:
            self._looked_at = time.monotonic()
            self._hear(current())
        except Error:  # the page that is asked for says so itself
            return
        finally:
            self._turn.release()

    def _hear(self, state: SharedState) -> None:
        self.is_closed = state.is_closed
        before, self._changes = self._changes, state.changes
        if before is None:
            _compare_keys(state)  # once, also where the key cannot be written down: a lock may be held for minutes
        elif before != state.changes:
            cache.clear()
            phrases.forget()


watch = Watch()


def listen() -> None:
    """Tell all machines of every change of what each process keeps a copy of."""
    for model in KEPT:
        for signal in (post_save, post_delete):
            signal.connect(tell, sender=model, dispatch_uid=f"shared {model.__name__}")


def tell(*args: Any, **kwargs: Any) -> None:
    """In the transaction of the change: who hears of it reads what is new."""
    _write(changes=F("changes") + 1)


def current() -> SharedState:
    return SharedState.objects.filter(pk=ROW).first() or SharedState(pk=ROW)


def switch(*, is_closed: bool) -> None:
    """Maintenance, on all machines. Raises Error where the database is away."""
    _write(is_closed=is_closed)
    watch.is_closed = is_closed


def carry_over(changes: int) -> None:
    """Into a database that will take the place of one with so many: its machines hear of it, and stay closed."""
    _write(is_closed=True, changes=Greatest(F("changes"), models.Value(changes)) + 1)


def fits(state: SharedState) -> bool:
    """Whether this process has the SECRET_KEY that the site lives with."""
    return state.key in ("", key_of_secret())


def accept_key() -> None:
    _write(key=key_of_secret())


def _compare_keys(state: SharedState) -> None:
    if not state.key:
        accept_key()
    elif not fits(state):
        _log.warning(OTHER_KEY)


def _write(**columns: Any) -> None:
    rows = SharedState.objects.filter(pk=ROW)
    with transaction.atomic():
        if not rows.update(**columns):
            SharedState.objects.bulk_create([SharedState(pk=ROW)], ignore_conflicts=True)
            rows.update(**columns)
