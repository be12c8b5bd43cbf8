"""The pictures' files beside an export. Not in it: a line would hold megabytes, and a folder can be copied with
anything. Which file belongs to which row says its name.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from advice.site_models import Picture


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
    return _copy(Path(settings.MEDIA_ROOT) / "pictures", folder)


def copy_in(folder: Path) -> Copied:
    """Copy the files of all pictures from such a folder to where they are served from."""
    return _copy(folder, Path(settings.MEDIA_ROOT) / "pictures")


def missing() -> int:
    """How many files of pictures are not where they are served from."""
    return sum(not (Path(settings.MEDIA_ROOT) / "pictures" / name).is_file() for name in names())


def _copy(source: Path, target: Path) -> Copied:
    target.mkdir(parents=True, exist_ok=True)
    copied = gone = 0
    for name in names():
        if (target / name).exists():
            continue
        if not (source / name).is_file():
            gone += 1
            continue
        _copy_whole(source / name, target / name)
        copied += 1
    return Copied(copied, gone)


def _copy_whole(source: Path, target: Path) -> None:
    draft = target.with_name(f".{target.name}")
    try:
        shutil.copyfile(source, draft)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
