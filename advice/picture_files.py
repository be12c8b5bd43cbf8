"""The files of pictures, where the settings keep them: in a folder, or in a bucket (Django's storages).

A file's name is its content's, so none ever changes. All raise OSError where the disk or the bucket does not do it.
"""

from datetime import datetime

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages

FOLDER = "pictures"


def names() -> list[str]:
    """Of all files that are there; not of what is being written at this moment."""
    try:
        _, files = storage().listdir(FOLDER)
    except FileNotFoundError:  # no picture was ever uploaded
        return []
    return sorted(name for name in files if not name.startswith("."))


def opened(name: str) -> "File[bytes]":
    """To be read. Raises FileNotFoundError."""
    return storage().open(place(name), "rb")


def is_there(name: str) -> bool:
    return storage().exists(place(name))


def written_at(name: str) -> datetime:
    """Raises FileNotFoundError."""
    return storage().get_modified_time(place(name))


def write(name: str, content: bytes) -> None:
    """Whole or not at all."""
    storage().save(place(name), ContentFile(content))


def remove(name: str) -> None:
    """Also one that is not there."""
    storage().delete(place(name))


def storage() -> Storage:
    return storages["default"]


def place(name: str) -> str:
    return f"{FOLDER}/{name}"
