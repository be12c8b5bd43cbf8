"""The pictures' files beside an export. Not in it: a line would hold megabytes, and a folder can be copied with
anything. Which file belongs to which row says its name.
"""

from dataclasses import dataclass
from pathlib import Path

from advice import picture_files
from advice.site_models import Picture

from . import files


@dataclass(frozen=True, slots=True)
class Copied:
    files: int = 0
    missing: int = 0


def names() -> list[str]:
    """Of the files of all pictures."""
    rows = Picture.objects.order_by("pk").values_list("name", "widths")
    return [f"{name}-{width}.webp" for name, widths in rows for width in widths]


def copy_out(folder: Path) -> Copied:
    """Copy the files of all pictures into a folder, save those that are there: what has a name never changes."""
    folder.mkdir(parents=True, exist_ok=True)
    copied = gone = 0
    for name in names():
        if (folder / name).exists():
            continue
        try:
            with picture_files.opened(name) as file, files.whole(folder / name) as out:
                out.write(file.read())
            copied += 1
        except FileNotFoundError:
            gone += 1
    return Copied(copied, gone)


def copy_in(folder: Path) -> Copied:
    """Copy the files of all pictures from such a folder to where they are served from."""
    there = set(picture_files.names())
    copied = gone = 0
    for name in names():
        if name in there:
            continue
        if not (folder / name).is_file():
            gone += 1
            continue
        picture_files.write(name, (folder / name).read_bytes())
        copied += 1
    return Copied(copied, gone)


def missing() -> int:
    """How many files of pictures are not where they are served from."""
    there = set(picture_files.names())
    return sum(name not in there for name in names())
