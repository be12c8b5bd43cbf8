"""manage.py export: what is in the file, and what is not."""

import io
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from advice.exporting import native, schema, tables
from comments import links, moderation, notes, reporting
from comments.models import Comment
from comments.reader_models import Report
from tests import exports, factories

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.django_db

SECRETS = ("ann@mail.example", "Trash talk", "Ghost", "Waiting words", "A private note", "It hurts", "thought about it")


@pytest.fixture
def site(article: Any) -> Comment:
    """A public question of somebody with an address, and around it what is for moderators alone."""
    asked = factories.ask(article, email="ann@mail.example", network="n" * 32)
    factories.answer(asked, "Not yet.")
    moderation.trash(
        factories.ask(article, "Trash talk", name="Ghost"), by=factories.moderator(), reason="thought about it"
    )
    factories.ask(article, "Waiting words", name="Ghost", approved=False)
    notes.add(asked, by=factories.moderator(), body="A private note")
    reporting.report(asked, reason=Report.Reason.OTHER, details="It hurts", network="")
    links.mint(asked)
    return asked


def test_every_column_is_exported_private_or_left_out_with_a_reason() -> None:
    ours = [*apps.get_app_config("advice").get_models(True), *apps.get_app_config("comments").get_models(True), User]
    decided = {table.model: table for table in tables.TABLES}
    for model in ours:
        if model.__name__ in tables.LEFT_OUT:
            continue
        table = decided[model]
        fields = {field.name for field in [*model._meta.concrete_fields, *model._meta.many_to_many]}
        names = [*table.open, *table.private, *table.left_out]
        assert sorted(names) == sorted(fields), f"decide what exports do with these columns of {model.__name__}"
        assert all(table.left_out.values())
        assert table.why or not table.private


def test_an_export_without_private_holds_nothing_of_readers_but_what_they_published(
    site: Comment, tmp_path: Path
) -> None:
    content = exports.written(tmp_path / "site.jsonl").decode()
    assert "Should I write?" in content
    assert "Not yet." in content
    assert [secret for secret in (*SECRETS, "n" * 32, site.digest) if secret in content] == []


def test_with_private_it_holds_all_of_it(site: Comment, tmp_path: Path) -> None:
    content = exports.written(tmp_path / "site.jsonl", "--private").decode()
    assert [secret for secret in (*SECRETS, "n" * 32, site.digest) if secret not in content] == []


def test_no_password_is_in_any_export(site: Comment, tmp_path: Path) -> None:
    content = exports.written(tmp_path / "site.jsonl", "--private").decode()
    assert User.objects.get(username="sarah").password not in content


def test_what_readers_cannot_see_keeps_its_place_without_its_words(site: Comment, tmp_path: Path) -> None:
    lines = exports.lines_of(exports.written(tmp_path / "site.jsonl"))
    found = {line["status"]: (line["name"], line["body"]) for line in lines if line["type"] == "comment"}
    assert found["pending"] == found["trash"] == ("", "")
    assert sum(line["type"] == "comment" for line in lines) == Comment.objects.count()


def test_the_same_site_gives_the_same_bytes(site: Comment, tmp_path: Path) -> None:
    first, second = (exports.written(tmp_path / name, "--private") for name in ("first", "second"))
    assert first == second


def test_the_file_is_for_nobody_else_on_the_machine(tmp_path: Path) -> None:
    exports.written(tmp_path / "site.jsonl")
    assert stat.S_IMODE((tmp_path / "site.jsonl").stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "site.jsonl").write_text("old")
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("export", str(tmp_path / "nowhere" / "site.jsonl"))
    assert [path.name for path in tmp_path.iterdir()] == ["site.jsonl"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=f"{tmp_path}/missing: there is no such folder. Nothing was written."):
        call_command("export", tmp_path / "missing" / "site.jsonl")


@pytest.mark.django_db(transaction=True)
def test_the_export_is_of_one_moment_and_nobody_waits_for_it(article: Any, tmp_path: Path) -> None:
    factories.ask(article)

    asking = threading.Thread(target=_ask_and_leave, args=[article])

    class Watched(io.BytesIO):
        """A file during whose writing somebody asks, once something was read."""

        def write(self, content: Any) -> int:
            if b'"moderator"' in content and not asking.ident:
                asking.start()
                asking.join(20)
            return super().write(content)

    watched = Watched()
    native.write(watched, private=True)
    assert Comment.objects.count() == 2
    assert b"Meanwhile" not in watched.getvalue()


def _ask_and_leave(article: Any) -> None:
    factories.ask(article, "Meanwhile")
    connection.close()


def test_the_schema_in_the_docs_is_that_of_the_code() -> None:
    documented = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
    assert documented.endswith(schema.markdown()), "put what `manage.py export --schema` prints at the end of it"


def test_what_is_no_file_is_not_replaced_by_one(article: Any, tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for path in (pipe, link, tmp_path):
        with pytest.raises(CommandError, match="that is no file"):
            call_command("export", str(path))
    assert (pipe.is_fifo(), link.is_symlink(), sorted(tmp_path.iterdir())) == (True, True, [link, pipe])
