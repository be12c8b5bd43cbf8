"""Pictures of the site that is moved from: taken from a copy of its folder or from the web, and shown as ours.

Reading one takes seconds, so it is done before the import's transaction: the files are there then, the rows come in the
transaction, and where that fails the files go again.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.files.base import ContentFile, File

from advice import pictures
from advice.models import OldAddress
from advice.site_models import Picture
from comments import markup

from .fetching import Unfetched, Web
from .staged_texts import StagedTexts, file_path
from .wordpress_addresses import LONGEST

MOST = 20_000  # pictures of one import
DESCRIPTION = 300  # characters
UPLOADS = "/wp-content/uploads/"
KINDS = re.compile(r"\.(?:jpe?g|png|gif|webp)$", re.IGNORECASE)
_RESIZED = re.compile(r"-[1-9][0-9]{0,4}x[1-9][0-9]{0,4}(?=\.[a-zA-Z]{3,4}$)")
_BEFORE_ENDING = re.compile(r"(?=\.[a-zA-Z]{3,4}$)")
_CDN = re.compile(r"i[0-3]\.wp\.com")  # WordPress's, with the host as the first part of the path
_IMAGE = re.compile(r'<img src="([^"]*)"(?: alt="([^"]*)")?')
_HREF = re.compile(r'(<a href=")([^"]*)(")')


@dataclass(slots=True)
class Wanted:
    """A picture by the path of its largest file; `paths` are all that it was met at."""

    address: str
    description: str
    paths: set[str]
    row: dict[str, Any] | None = None  # its columns, once it was read
    is_new: bool = False  # its files were written for this import


@dataclass(slots=True)
class OldPictures:
    folder: Path | None
    web: Web | None
    hosts: frozenset[str]  # of the old site, without www.
    texts: StagedTexts
    failed: dict[str, str] = field(default_factory=dict)  # path and reason
    _wanted: dict[str, Wanted] = field(default_factory=dict)
    _here: dict[str, Picture | None] = field(default_factory=dict)

    @property
    def are_taken(self) -> bool:
        return self.folder is not None or self.web is not None

    @property
    def taken(self) -> int:
        return sum(wanted.row is not None for wanted in self._wanted.values())

    def want(self, address: str, description: str) -> None:
        key, path = self._key(address), file_path(address)
        if not key or (key not in self._wanted and len(self._wanted) >= MOST):
            return
        wanted = self._wanted.setdefault(key, Wanted(address, "", set()))
        wanted.description = wanted.description or description
        wanted.paths.add(path)

    def want_all_in(self, body: str) -> None:
        for address, alt in _IMAGE.findall(body):
            self.want(html.unescape(address), html.unescape(alt))

    def take(self, progress: Callable[[int], Any]) -> None:
        """Read what is not here yet, and write its files."""
        for key, wanted in self._wanted.items():
            progress(1)
            if self.at(wanted.address) is None:
                self._take(key, wanted)
        self._here.clear()

    def begin(self) -> None:
        """In the transaction: their rows, and the addresses that lead to them."""
        self._here.clear()
        for key, wanted in self._wanted.items():
            if wanted.row is None:
                continue
            defaults = {**wanted.row, "description": self._description(key, wanted)}
            picture, _ = Picture.objects.get_or_create(name=wanted.row["name"], defaults=defaults)
            for path in {key, *wanted.paths}:
                if len(path) <= LONGEST:
                    OldAddress.objects.get_or_create(path=path, defaults={"picture": picture})

    def discard(self) -> None:
        """The import failed: no files without rows."""
        for wanted in self._wanted.values():
            row = wanted.row
            if row and wanted.is_new and not Picture.objects.filter(name=row["name"]).exists():
                pictures.remove(row["name"], row["widths"])

    def at(self, address: str) -> Picture | None:
        """The picture here that the old site had at this address, in whatever size."""
        key = self._key(address)
        if not key:
            return None
        if key not in self._here:
            found = OldAddress.objects.filter(path=key, picture__isnull=False).select_related("picture").first()
            self._here[key] = found.picture if found else None
        return self._here[key]

    def came_now(self, address: str) -> bool:
        wanted = self._wanted.get(self._key(address))
        return wanted is not None and wanted.row is not None

    def shown_in(self, body: str) -> str:
        """HTML as `html_tree` writes it with our pictures for the old ones, and links to their files."""

        def image(match: re.Match[str]) -> str:
            picture = self.at(html.unescape(match[1]))
            return match[0].replace(f'"{match[1]}"', f'"{picture.src}"', 1) if picture else match[0]

        def linked(match: re.Match[str]) -> str:
            picture = self.at(html.unescape(match[2]))
            return f"{match[1]}{picture.address(max(picture.widths))}{match[3]}" if picture else match[0]

        return _HREF.sub(linked, _IMAGE.sub(image, body))

    def _key(self, address: str) -> str:
        """The path of the picture's largest file on the old site; "" for what is no picture of it."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return ""
        host, path = (parts.hostname or "").removeprefix("www."), file_path(address)
        if _CDN.fullmatch(host):
            host, _, rest = path.removeprefix("/").partition("/")
            path = f"/{rest}"
        if not KINDS.search(path) or "\x00" in path:
            return ""
        if self.texts.upload_of_file(path):  # wherever it is kept: it is in the site's library
            return path
        is_ours = host in self.hosts if host else path.startswith("/")
        return _RESIZED.sub("", path) if is_ours else ""

    def _take(self, key: str, wanted: Wanted) -> None:
        reason = ""
        for path in dict.fromkeys([key, _BEFORE_ENDING.sub("-scaled", key), *sorted(wanted.paths)]):
            try:
                made = pictures.made(self._file(path, wanted.address))
            except (pictures.Refused, Unfetched) as error:
                reason = reason or str(error)
                continue
            wanted.row, wanted.is_new = pictures.columns(made), not Picture.objects.filter(name=made.name).exists()
            pictures.write(made)
            return
        self.failed[key] = reason

    def _file(self, path: str, address: str) -> "File[bytes]":
        """Raises Unfetched."""
        for file in self._copies(path):
            try:
                if file.is_file():
                    return _read(file)
            except OSError as error:
                raise Unfetched(f"it cannot be read: {error.strerror}") from error
        if self.web is None:
            raise Unfetched("it is not in the folder")
        return ContentFile(self.web.fetch(self._on_the_web(path, address)))

    def _copies(self, path: str) -> Iterator[Path]:
        """Where in the folder it may be: this is the folder of uploads, or one above it."""
        if self.folder is None:
            return
        folder = self.folder.resolve()
        below = path.partition(UPLOADS)[2] or path.lstrip("/")
        for name in (below, f"uploads/{below}", f"wp-content/uploads/{below}"):
            file = (folder / PurePosixPath(name)).resolve()
            if file.is_relative_to(folder):
                yield file

    def _on_the_web(self, path: str, address: str) -> str:
        parts = urlsplit(address)
        known = self.texts.upload_of_file(path)
        base = urlsplit(known.address) if known else parts
        if not base.hostname or _CDN.fullmatch(base.hostname):
            base = urlsplit(next(iter(self.web.own), "")) if self.web else base
        return f"{base.scheme}://{base.netloc}{quote(path)}"

    def _description(self, key: str, wanted: Wanted) -> str:
        """For readers who cannot see it: as WordPress has it, else the text; in the last resort, its title there."""
        upload = self.texts.upload_of_file(key) or self.texts.upload_of_file(_BEFORE_ENDING.sub("-scaled", key))
        known = (upload.description, wanted.description, markup.plain(upload.caption), upload.title) if upload else ()
        words = next(filter(None, (*known, wanted.description)), "") or PurePosixPath(key).stem.replace("-", " ")
        return markup.clean_line(words)[:DESCRIPTION] or "Picture"


def _read(file: Path) -> "File[bytes]":
    """Never more than may be; `made` refuses what is larger by its size."""
    if file.stat().st_size > settings.PICTURE_BYTES:
        raise pictures.Refused(f"it has more than {settings.PICTURE_BYTES // 1_000_000} MB")
    return ContentFile(file.read_bytes())
