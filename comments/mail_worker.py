"""Works the outbox until it is told to stop: what is due, one mail after the other, and the weekly reminder.

Once a day, while no mail is due, it takes away what is kept for a time only, step by step.
"""

import logging
import os
import select
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import Error, IntegrityError, close_old_connections, connection
from django.utils import timezone

from . import alerting, claiming, clock, purging
from .delivering import Away, Line, Tally, deliver
from .storage import is_away

logger = logging.getLogger(__name__)

IDLE = 2.0  # seconds between two looks
AWAY = 5.0  # seconds until a mail server or database that is away is tried again: twice as long each time
LONGEST = 300.0  # for a mail server
DATABASE_LONGEST = 20.0  # it is our own, and costs nobody anything to ask
REMINDER = timedelta(hours=1)  # between two looks at whether somebody is to be reminded
TIDIED = timedelta(days=1)  # between two purges


class Stop:
    """Set by a signal, and ends every wait. By a pipe: a handler that sets an Event can wait for itself for ever."""

    def __init__(self) -> None:
        self.is_set = False
        self._hears, self._says = os.pipe()
        os.set_blocking(self._says, False)

    def set(self, *signal: Any) -> None:
        if not self.is_set:
            self.is_set = True
            os.write(self._says, b".")

    def wait(self, seconds: float) -> bool:
        select.select([self._hears], [], [], seconds)
        return self.is_set


class Worker:
    """One of any number, in any number of processes."""

    def __init__(self, stop: Stop) -> None:
        self.tally = Tally()
        self._stop = stop
        self._line = Line()
        self._pause = AWAY
        self._reminded_at: datetime | None = None
        self._tidied_at: datetime | None = None
        self._tidying: Iterator[purging.Purged] = iter(())

    def run(self) -> None:
        """Until it is told to stop: then the mail in hand is finished, and no other begun."""
        while not self._stop.is_set:
            close_old_connections()
            try:
                is_busy = self._step() or self._tidy()
            except Away as error:
                self._wait(f"The mail server is away. {error}.")
            except Error as error:
                if not is_away(error):
                    raise
                connection.close()
                self._pause = min(self._pause, DATABASE_LONGEST)
                self._wait("The database does not answer.")
            else:
                self._pause = AWAY
                if not is_busy:
                    self._stop.wait(IDLE)
        self._line.close()

    def run_once(self) -> None:
        """All that is due now. Raises Away."""
        try:
            while not self._stop.is_set and self._step():
                pass
        finally:
            self._line.close()

    def _step(self) -> bool:
        """Whether there was something to do."""
        now = timezone.now()
        if _is_due(self._reminded_at, REMINDER, now):
            alerting.nudge(now)
            self._reminded_at = now
        bundle = claiming.claim(now)
        if bundle is None:
            self._line.close()  # a server that hears nothing would close it
            return False
        self._add(deliver(bundle, self._line, self._stop.wait))
        return True

    def _tidy(self) -> bool:
        """One step of the daily purge, as mails go first; whether there may be another.

        Several workers purge beside each other, which costs a few queries: each step looks again at what is left.
        """
        now = timezone.now()
        try:
            if _is_due(self._tidied_at, TIDIED, now):
                self._tidied_at = now
                self._tidying = purging.daily(now)
            return next(self._tidying, None) is not None
        except clock.Doubtful as doubt:
            logger.warning("%s.", doubt)
            return False
        except IntegrityError:  # somebody was about to use what just went: tomorrow again
            logger.warning("The purge has stopped half way.", exc_info=True)
            return False

    def _add(self, tally: Tally) -> None:
        self.tally.sent += tally.sent
        self.tally.skipped += tally.skipped
        self.tally.failed += tally.failed

    def _wait(self, why: str) -> None:
        logger.warning("%s Next try in %.0f seconds.", why, self._pause)
        self._line.close()
        self._stop.wait(self._pause)
        self._pause = min(self._pause * 2, LONGEST)


def _is_due(last: datetime | None, every: timedelta, now: datetime) -> bool:
    """Also where it was last done in the future: by a clock that had leapt ahead, and was set right."""
    return last is None or not last <= now < last + every
