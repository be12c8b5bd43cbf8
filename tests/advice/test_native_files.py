"""manage.py import_native: what is no export, or a damaged or hostile one, ends in a message and changes nothing."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import CommandError

from advice.exporting import native
from advice.models import Article
from comments import checking
from comments.models import Comment
from tests import exports

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

MOMENT = "2026-01-31T12:00:00.000000Z"
MODERATOR = {
    "type": "moderator", "id": 1, "username": "ida", "first_name": "Ida", "last_name": "", "is_staff": True,
    "is_active": True, "date_joined": MOMENT, "groups": ["Moderators"],
}  # fmt: skip
ARTICLE = {
    "type": "article", "id": 1, "title": "Rest", "slug": "rest", "summary": "", "body": "Sleep first.",
    "format": "markdown", "author": 1, "published_at": MOMENT, "updated_at": MOMENT, "lead_picture": None,
    "situations": [], "listed": True, "comments_open": True, "source": None, "source_id": None,
}  # fmt: skip
COMMENT = {
    "type": "comment", "id": 1, "article": 1, "parent": None, "author": None, "name": "Ann", "by_asker": False,
    "body": "How long?", "status": "approved", "posted_at": MOMENT, "edited_at": None, "corrected_at": None,
    "published_at": MOMENT, "erased_at": None, "situations": [], "in_search_engines": True, "highlighted_at": None,
    "withdrawn_at": None, "closed_at": None, "pinned_at": None, "merged_into": None, "source": None, "source_id": None,
}  # fmt: skip
PICTURE = {
    "type": "picture", "id": 1, "name": "0" * 32, "description": "A bench", "width": 960, "height": 640,
    "widths": [240, 960], "uploaded_at": MOMENT,
}  # fmt: skip
END: dict[str, Any] = {"type": "end", "lines": {table.type: 0 for table in native.tables(private=False)}, "sha256": ""}


def site(*rows: dict[str, Any], **changed: Any) -> bytes:
    """An export of these rows; `changed` are keys of its first line."""
    return exports.sealed([{**native.head(private=False), **changed}, *rows, END])


def thread(*columns: dict[str, Any]) -> bytes:
    """An export with an article, a question (number 1), and comments with these columns, numbered from 2."""
    comments = [{**COMMENT, "id": number, "parent": 1, **each} for number, each in enumerate(columns, 2)]
    return site(MODERATOR, ARTICLE, COMMENT, *comments)


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[bytes], str]:
    """What the command says of this file; nothing is imported."""

    def refused(content: bytes) -> str:
        (tmp_path / "site.jsonl").write_bytes(content)
        with pytest.raises(CommandError) as error:
            call_command("import_native", str(tmp_path / "site.jsonl"))
        assert not User.objects.exists()
        said = str(error.value)
        assert said.endswith(". Nothing was imported.")
        return said.removeprefix(f"{tmp_path}/site.jsonl: ").removesuffix(". Nothing was imported.")

    return refused


def test_the_smallest_site_is_imported(tmp_path: Path) -> None:
    (tmp_path / "site.jsonl").write_bytes(thread({}, {"author": 1, "name": "", "parent": 2}))
    call_command("import_native", str(tmp_path / "site.jsonl"))
    assert (Article.objects.get().comment_count, Comment.objects.get(pk=1).answered_at is not None) == (3, True)
    assert exports.written(tmp_path / "again.jsonl") == (tmp_path / "site.jsonl").read_bytes()


def test_a_gzipped_export_is_read(tmp_path: Path) -> None:
    (tmp_path / "site.jsonl.gz").write_bytes(gzip.compress(thread()))
    call_command("import_native", str(tmp_path / "site.jsonl.gz"))
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"<?xml version='1.0'?>", "line 1: it is not JSON"),
        (b"[]\n", "line 1: it is no JSON object"),
        (b"{}\n", "line 1: this is no export of this program"),
        (b"\xff\xfe{\x00", "line 1: it is not UTF-8"),
        (b'{"a":1,"a":2}\n', "line 1: it has the same key twice"),
        (b'{"a":NaN}\n', "line 1: it has a number that JSON does not have"),
        (b'{"a":' + b"[" * 100_000 + b"\n", "line 1: it is not JSON"),
        (b'{"a":' + b"9" * 10_000 + b"}\n", "line 1: it is not JSON"),
        (b"PK\x03\x04", "this is a zip archive. Unpack it first"),
        (b"a" * (17 << 20), "line 1: it has more than 16,777,216 bytes"),
        (site(version=2), "line 1: this program reads version 1 of the format, not this one. Update it"),
        (site(version=True), "line 1: this program reads version 1 of the format, not this one. Update it"),
        (site(private="no"), "line 1: it is not as this format has it"),
        (site(exported_at=MOMENT), "line 1: it is not as this format has it"),
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused(refused: Callable[[bytes], str], content: bytes, said: str) -> None:
    assert refused(content) == said


def test_a_file_that_is_not_whole_is_refused(refused: Callable[[bytes], str]) -> None:
    lines = thread({}).splitlines(keepends=True)
    cut = "the file is cut off: its last line, which says that it is whole, is not there"
    assert refused(b"".join(lines[:-1])) == cut
    assert refused(b"".join([*lines[:-2], lines[-1]])).startswith("line 5: it counts other lines than there are")
    assert refused(b"".join(lines).replace(b"How long?", b"How big? ")).startswith("line 6: its checksum is of other")
    assert refused(b"".join([*lines, lines[1]])) == "line 7: it stands after the last line"
    assert refused(b"".join(lines)[:-40]).startswith("line 6: it is not JSON")


@pytest.mark.parametrize(
    ("row", "column", "value", "said"),
    [
        (MODERATOR, "id", "1", "it is no number"),
        (MODERATOR, "id", True, "it is no number"),
        (MODERATOR, "id", 1.0, "it is no number"),
        (MODERATOR, "id", 0, "it is not between 1 and 9007199254740991"),
        (MODERATOR, "id", 2**80, "it is not between 1 and 9007199254740991"),
        (MODERATOR, "groups", ["Superusers"], "its roles are not of Moderators, Owners"),
        (MODERATOR, "is_staff", 1, "it is neither true nor false"),
        (MODERATOR, "username", "a" * 151, "Ensure this value has at most 150 characters (it has 151)."),
        (MODERATOR, "username", "", "it may not be empty"),
        (MODERATOR, "date_joined", "2026-01-31", "it is no moment such as 2026-01-31T12:00:00.000000Z"),
        (MODERATOR, "date_joined", "2026-02-31T12:00:00.000000Z", "there is no such one"),
        (MODERATOR, "date_joined", "0001-01-01T00:00:00.000000Z", "its year is not between 1000 and 8999"),
        (PICTURE, "name", "../../../settings", "it is not of its form"),
        (PICTURE, "widths", [], "its widths are not between 1 and 9999"),
        (PICTURE, "width", 0, "it is not between 1 and 2147483647"),
        (ARTICLE, "slug", "admin", "The site uses this address itself. Add a word to it."),
        (ARTICLE, "slug", "a/b", "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
        (ARTICLE, "format", "python", "it is none of its choices"),
        (ARTICLE, "body", "a" * 1_000_001, "it has more than 1,000,000 characters"),
        (ARTICLE, "body", ["a"], "it is no text"),
        (ARTICLE, "title", "\x00", "it has a character that no database stores"),
        (ARTICLE, "title", None, "it may not be empty (null)"),
        (COMMENT, "body", "a" * 300_001, "it has more than 300,000 characters"),
        (COMMENT, "status", "loved", "it is none of its choices"),
        (COMMENT, "situations", [2, 1], "its numbers do not rise"),
        (COMMENT, "situations", [[1]], "it is no list of numbers"),
    ],
)  # fmt: skip
def test_a_value_that_is_none_of_its_column_is_refused(
    refused: Callable[[bytes], str], row: dict[str, Any], column: str, value: Any, said: str
) -> None:
    kind = row["type"]
    rows = [{**each, column: value} if each is row else each for each in (MODERATOR, PICTURE, ARTICLE, COMMENT)]
    number = 2 + ["moderator", "picture", "article", "comment"].index(kind)
    assert refused(site(*rows)) == f"line {number}: {column} of this {kind}: {said}"


def test_half_a_character_is_refused(refused: Callable[[bytes], str]) -> None:
    lines = [json.dumps(line) for line in (native.head(private=False), {**MODERATOR, "first_name": "\ud800"})]
    said = refused("\n".join(lines).encode())
    assert said == "line 2: first_name of this moderator: it has a character that no database stores"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{**MODERATOR, "type": "session"}], "line 2: there is no such type of lines in this format"),
        ([{**MODERATOR, "type": ["moderator"]}], "line 2: there is no such type of lines in this format"),
        ([{**MODERATOR, "type": "private_link"}], "line 2: there is no such type of lines in this format"),
        ([{**MODERATOR, "password": "x"}], "line 2: this moderator has a key that this version does not have"),
        ([{"type": "moderator", "id": 1}], "line 2: this moderator has no 'username'"),
        ([MODERATOR, MODERATOR], "line 3: the numbers (id) of a type must rise"),
        ([ARTICLE], "line 2: its author is not in the file"),
        ([ARTICLE, MODERATOR], "line 2: its author is not in the file"),
        ([MODERATOR, PICTURE, MODERATOR], "line 4: a line of type moderator stands too late"),
        ([MODERATOR, ARTICLE, {**COMMENT, "situations": [3]}], "line 4: its situations is not in the file"),
        ([MODERATOR, ARTICLE, {**COMMENT, "merged_into": 3}], "line 4: its merged_into is not in the file"),
        ([MODERATOR, ARTICLE, COMMENT, COMMENT], "there are two comments with the number (id) 1"),
        ([MODERATOR, {**MODERATOR, "id": 2}], "the database refuses"),
        ([MODERATOR, ARTICLE, {**COMMENT, "published_at": None}], "the database refuses something in the lines up"),
    ],
)  # fmt: skip
def test_lines_that_do_not_fit_to_each_other_are_refused(
    refused: Callable[[bytes], str], rows: list[dict[str, Any]], said: str
) -> None:
    assert refused(site(*rows)).startswith(said)


@pytest.mark.parametrize(
    ("replies", "said"),
    [
        ([{"parent": 9}], "line 5: its parent does not stand above it in its thread"),
        ([{"parent": 3}, {}], "line 5: its parent does not stand above it in its thread"),
        ([{"parent": 2}], "line 5: its parent does not stand above it in its thread"),
        ([{"parent": None}, {"parent": 1}], "line 6: its parent does not stand above it in its thread"),
        ([{}, {"id": 2}], "line 6: there are two comments with this number (id)"),
        ([{"article": 2}], "line 5: its parent is on another article"),
        ([{"name": ""}], "line 5: it says of nobody that they wrote it"),
        ([{"closed_at": MOMENT}], "the database refuses something in the lines up to 5"),
    ],
)  # fmt: skip
def test_threads_that_are_none_are_refused(
    refused: Callable[[bytes], str], replies: list[dict[str, Any]], said: str
) -> None:
    assert refused(thread(*replies)).startswith(said)


def test_what_the_database_says_names_no_value(refused: Callable[[bytes], str]) -> None:
    assert "ida" not in refused(site(MODERATOR, {**MODERATOR, "id": 2}))


def test_a_database_without_the_roles_is_refused(refused: Callable[[bytes], str]) -> None:
    Group.objects.all().delete()
    assert "it has no group Moderators" in refused(thread())


def test_a_thread_deeper_than_any_stack_is_imported(tmp_path: Path) -> None:
    depth = 1_100  # Python's stack holds 1,000
    (tmp_path / "site.jsonl").write_bytes(thread(*({"parent": number} for number in range(1, depth))))
    call_command("import_native", str(tmp_path / "site.jsonl"))
    assert Comment.objects.get(pk=depth).level == depth - 1
    assert checking.check().damages == []


def test_texts_are_rendered_here_whatever_they_hold(tmp_path: Path, client: Any) -> None:
    body = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    article = {**ARTICLE, "body": body, "format": "html"}
    (tmp_path / "site.jsonl").write_bytes(
        site(MODERATOR, article, {**COMMENT, "body": body, "source": "a", "source_id": "1"})
    )
    call_command("import_native", str(tmp_path / "site.jsonl"))
    page = client.get("/rest/").text
    assert "<script>alert" not in page
    assert "onerror=" not in page.replace("onerror=alert(1)&gt;", "")
