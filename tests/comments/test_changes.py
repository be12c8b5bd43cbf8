"""The mark that all processes of a machine share, whatever becomes of its file."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comments import changes


@pytest.fixture
def file(settings: Any, tmp_path: Path) -> Path:
    settings.VAR = tmp_path
    return tmp_path / changes.FILE


def test_each_change_gives_another_one(file: Path) -> None:
    seen = [changes.look()]
    for _ in range(3):
        changes.announce()
        seen += [changes.mark(), changes.look()]
    assert None not in seen
    assert seen[1::2] == seen[2::2]
    assert len(set(seen)) == 4


def test_a_file_that_is_cut_off_ends_no_process(file: Path) -> None:
    before = changes.look()
    os.truncate(file, 0)
    assert changes.mark() is None
    assert changes.look() not in (None, before)


def test_one_that_was_cut_off_is_whole_after_the_next_change(file: Path) -> None:
    before = changes.look()
    os.truncate(file, 0)
    changes.announce()
    assert changes.mark() not in (None, before)


@pytest.mark.parametrize("put_there", [Path.touch, lambda file: file.write_bytes(b"x" * 100), lambda _: None])
def test_where_another_file_took_its_place_that_one_is_read(file: Path, put_there: Callable[[Path], Any]) -> None:
    changes.look()
    file.unlink()
    put_there(file)
    seen = changes.look()
    changes.announce()
    assert changes.mark() not in (None, seen)


@pytest.mark.parametrize("put_there", [Path.mkdir, os.mkfifo, lambda file: file.symlink_to("/nowhere/else")])
def test_where_something_else_took_its_place_there_is_none_until_it_goes(
    file: Path, put_there: Callable[[Path], Any]
) -> None:
    assert changes.look()
    file.unlink()
    put_there(file)
    changes.announce()
    assert changes.look() is changes.mark() is None
    file.rmdir() if file.is_dir() else file.unlink()
    assert changes.look()


def test_where_its_folder_goes_there_is_none(file: Path, settings: Any) -> None:
    settings.VAR = file.parent / "a folder"
    assert changes.look() is None
    settings.VAR.mkdir()
    assert changes.look()


def test_two_folders_have_two(file: Path, settings: Any, tmp_path: Path) -> None:
    mine = changes.look()
    settings.VAR = tmp_path / "other"
    settings.VAR.mkdir()
    assert changes.look() != mine
    settings.VAR = tmp_path
    assert changes.look() == mine
