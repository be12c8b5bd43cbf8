"""A backup put back: made ready beside the site, and then the site's in one step.

Beside the site it is unpacked, checked, brought to this release, and what happened since that must stay is done again.
So whenever this is stopped, the site is either what it was or what it should become.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from advice import outages, picture_files, shared
from advice.models import Article
from comments import auditing, checking, discussion_settings
from comments.log_models import Verb
from comments.models import Comment

from . import databases, folders, making, manifest, since, state
from .manifest import Manifest, State, Sum, Unusable
from .since import Since

SHOWN = 3  # files or faults


@dataclass(slots=True)
class Restored:
    manifest: Manifest
    rows: int = 0
    threads: int = 0
    damaged: int = 0
    pictures: int = 0  # that were not there
    erased: int = 0  # again
    is_migrated: bool = False
    notes: list[str] = field(default_factory=list)

    def note(self, *texts: str) -> None:
        self.notes += [text for text in texts if text not in self.notes]


def opened(folder: Path) -> Manifest:
    """What a backup says, once all of it is what it was. Raises Unusable where it cannot be restored here."""
    found = manifest.read(folder)
    if damaged := found.damages(folder):
        raise Unusable(
            f"it is damaged: {', '.join(damaged[:SHOWN])} {'is' if len(damaged) == 1 else 'are'} not as saved"
        )
    if found.kind != connection.vendor:
        raise Unusable(
            f"it holds a {found.kind} database, and this site has {connection.vendor}: restore it to a site with "
            f"{found.kind}, and move from there with export and import_native"
        )
    if unknown := sorted(set(found.state.migrations) - state.known_migrations()):
        raise Unusable(f"it was made by another release ({found.release}), whose {unknown[-1]} this one does not know")
    return found


def is_empty() -> bool:
    """Whether the site holds nothing yet."""
    try:
        return not Article.objects.exists() and not Comment.objects.exists()
    except DatabaseError:
        return _answers() and not connection.introspection.table_names()


def restore(folder: Path, found: Manifest) -> Restored:
    """Raises Unusable, and the site is what it was."""
    restored, began = Restored(found), time.monotonic()
    work = databases.workshop()
    with folders.alone(work), folders.replacing(work), _closed_to_readers(restored), folders.temporary(work) as room:
        restored.pictures = _add_pictures(folder, found)
        database = databases.of(found.kind)
        with database.unpacked(folder / database.FILE, room) as name:
            expected = _make_ready(name, found, restored, began)
            restored.note(*database.put_live(name, room))
        try:
            _look_at_it(expected, restored)
        except DatabaseError as error:
            restored.note(f"It is restored, and could not be looked at: {error}. See check_trees.")
    return restored


def _make_ready(name: str, found: Manifest, restored: Restored, closed_at: float) -> State:
    with databases.working_on(name):
        if faults := databases.of(found.kind).check():
            raise Unusable(f"its database is damaged: {'; '.join(faults[:SHOWN])}")
        if state.current() != found.state:
            raise Unusable("its database holds other rows than it says")
        if state.known_migrations() - set(found.state.migrations):
            call_command("migrate", interactive=False, verbosity=0)
            restored.is_migrated = True
    time.sleep(max(0, closed_at + shared.EVERY - time.monotonic()))  # until all machines have heard that it is closed
    _keep_what_happened(name, found, restored)
    changes = _changes()
    with databases.working_on(name):
        shared.carry_over(changes)
        _warn_of_purged(found, restored)
        made = f"{found.made_at:%Y-%m-%d %H:%M} UTC"
        auditing.record(by=None, verb=Verb.CHANGE, subject="the whole site", after=f"Restored as it was on {made}")
        return state.current()


def _keep_what_happened(name: str, found: Manifest, restored: Restored) -> None:
    """And what is erased while that is done, since the admin is open."""
    happened = _happened_since(found, restored)
    while True:
        with databases.working_on(name):
            restored.erased += happened.keep()
        before, happened = happened, _happened_since(found, restored)
        if happened.erased == before.erased:
            _tell_of_lost(happened, restored)
            return


def _tell_of_lost(happened: Since, restored: Restored) -> None:
    if happened.sent or happened.noted:
        restored.note(
            "Later than this backup, and gone with what it replaced. Comments that readers sent: "
            f"{happened.sent}; entries of the log (answers, imports, changes): {happened.noted}."
        )


def _happened_since(found: Manifest, restored: Restored) -> Since:
    if is_empty():
        restored.note("This site was empty: what was erased elsewhere since then is back.")
        return Since()
    happened = since.found(found.made_at)
    if happened is None:
        restored.note("The site's own database could not be read: what was erased since then is back.")
    return happened or Since()


def _changes() -> int:
    try:
        return shared.current().changes
    except DatabaseError:
        return 0


def _warn_of_purged(found: Manifest, restored: Restored) -> None:
    """Of what was erased so long ago that its rows are gone, nothing is known."""
    days = (timezone.now() - found.made_at).days
    if days >= discussion_settings.fresh().spam_days:
        restored.note(
            f"This backup is {days} days old: of comments erased since then some may be gone for good from the site's "
            "database, so that nothing tells that they were erased. They are back."
        )


def _look_at_it(expected: State, restored: Restored) -> None:
    connection.close()  # this process, too, looks at what is there now
    cache.clear()
    report = checking.check()
    restored.threads, restored.damaged = report.threads, report.damaged
    found = state.current()
    restored.rows = found.total
    if found != expected:
        restored.note("Some rows are others than were restored: somebody wrote in the meantime.")
    if restored.manifest.key != manifest.key_of_secret():
        restored.note(
            "SECRET_KEY is not the one it was made with: bring that one back, or addresses that want no mail get mail "
            "again, and the links in mails that were sent lead nowhere."
        )


def _add_pictures(folder: Path, found: Manifest) -> int:
    """Those that are not there as they should be. Their names are their content's: no other one is overwritten."""
    added = 0
    for path, expected in found.files.items():
        name = path.removeprefix(making.PICTURES)
        if name == path or "/" in name or _picture_is(name, expected):
            continue
        picture_files.write(name, (folder / path).read_bytes())
        added += 1
    return added


def _picture_is(name: str, expected: Sum) -> bool:
    try:
        with picture_files.opened(name) as file:
            return manifest.sum_up(file) == expected
    except FileNotFoundError:
        return False


@contextmanager
def _closed_to_readers(restored: Restored) -> Iterator[None]:
    """Maintenance meanwhile, and afterwards what it was before."""
    if outages.is_closed():
        restored.note("Maintenance was on before, and still is: manage.py maintenance off.")
        yield
        return
    outages.close()
    try:
        yield
    finally:
        outages.reopen()


def _answers() -> bool:
    try:
        connection.ensure_connection()
    except DatabaseError:
        return False
    return True
