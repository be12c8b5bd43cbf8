"""An import that is killed (SIGKILL, in a process of its own) leaves nothing, and the next one is whole."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from advice.models import Article
from comments import checking
from comments.models import Comment
from tests import exports, wxr

pytestmark = [pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
COMMENTS = 3_000


@pytest.fixture
def export(tmp_path: Path) -> Path:
    comments = (wxr.comment(n, "How do I begin?", parent=n - 1 if n % 10 else 0) for n in range(1, COMMENTS + 1))
    return wxr.write(tmp_path, wxr.export(wxr.item(3, *comments)))


@pytest.fixture
def start(site_environment: dict[str, str], tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "temporary").mkdir()
    return {"cwd": ROOT, "env": {**site_environment, "TMPDIR": str(tmp_path / "temporary")}, "text": True}


@pytest.mark.parametrize("kills", [2, pytest.param(12, marks=pytest.mark.long)])
def test_a_killed_import_leaves_nothing_and_the_next_one_is_whole(
    export: Path, start: dict[str, Any], kills: int
) -> None:
    command = [sys.executable, "manage.py", "import_wordpress", str(export)]
    assert killed(command, start, kills).splitlines()[-1] == f"created {COMMENTS + 1}, updated 0, skipped 0, refused 0"
    assert checking.check().damages == []


@pytest.mark.parametrize("kills", [1, pytest.param(12, marks=pytest.mark.long)])
def test_a_killed_way_back_leaves_the_new_site_as_it_was(
    export: Path, start: dict[str, Any], tmp_path: Path, kills: int
) -> None:
    call_command("import_wordpress", str(export))
    file = tmp_path / "site.jsonl"
    whole = exports.written(file, "--private")
    exports.make_new()
    killed([sys.executable, "manage.py", "import_native", str(file)], start, kills)
    assert checking.check().damages == []
    assert exports.written(tmp_path / "again.jsonl", "--private") == whole


def killed(command: list[str], start: dict[str, Any], kills: int) -> str:
    """Kill it so often while it writes, and look what is left; what it says when it may end. On a busy machine it may
    have ended what it wrote before the kill came: then all of it is there, and goes again."""
    for number in range(kills):
        with subprocess.Popen(command, **start, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            wait_until_it_writes(process)
            threading.Event().wait(0.1 * number / kills)
            process.kill()
        assert process.returncode == -9
        assert list(Path(start["env"]["TMPDIR"]).iterdir()) == []
        left = Article.objects.count(), Comment.objects.count()
        assert left in ((0, 0), (1, COMMENTS))
        if any(left):
            exports.make_new()
    return subprocess.run(command, **start, capture_output=True, check=True).stdout


def wait_until_it_writes(process: "subprocess.Popen[str]") -> None:
    """Until its transaction has changed something, which nobody else can see yet."""
    for _ in range(3_000):
        assert process.poll() is None, "it ended before it was seen to write"
        if is_writing():
            return
        threading.Event().wait(0.005)
    raise AssertionError


def is_writing() -> bool:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'comments_comment'::regclass "
                "AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid())"
            )
            return bool(cursor.fetchone()[0])
        cursor.execute("PRAGMA database_list")
        log = Path(f"{cursor.fetchone()[2]}-wal")
    return log.exists() and log.stat().st_size > 500_000
