"""A bucket that all machines share, in the place of a folder of each (the extra `s3`: django-storages, boto3).

What goes wrong there is an OSError, as with a folder. No request waits for long, and no more than a few of a process's
threads at once: pages that need no bucket would wait behind them.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.cache import caches
from django.core.files.base import File
from storages.backends.s3 import S3Storage

CONNECT, ANSWER = 3, 5  # seconds
AT_ONCE = 4  # of a process's threads, of which there are 8
TURN = 2  # seconds until one of the others gives up
KEPT_FOR = 600  # seconds; a picture that is deleted shows that much longer, at most
MISSING = ("404", "NoSuchKey")

# As most services in S3's manner want it; Amazon's own takes both.
PLAIN = Config(
    connect_timeout=CONNECT,
    read_timeout=ANSWER,
    retries={"mode": "standard", "total_max_attempts": 2},
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class Kept(bytes):
    """A file's content, as the process's cache weighs it."""

    @property
    def weight(self) -> int:
        return len(self)


class Bucket(S3Storage):  # type: ignore[misc] # untyped
    """Files are there whole or not at all; one of the same name takes the place of the other."""

    def __init__(self, **options: Any) -> None:
        config = PLAIN if options.get("endpoint_url") else PLAIN.merge(Config(s3={"addressing_style": "virtual"}))
        transfer = TransferConfig(use_threads=False)
        super().__init__(client_config=config, transfer_config=transfer, default_acl=None, **options)
        self._connections = SimpleNamespace()  # all threads share one, as boto3's clients may be: each takes 14 MB
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        """To be read, whole: one request, and none for what this process had not long ago."""
        content = caches["pictures"].get(name)
        if content is None:
            with self._asked():
                found = self.bucket.meta.client.get_object(Bucket=self.bucket_name, Key=self._normalize_name(name))
                content = Kept(found["Body"].read())
            caches["pictures"].set(name, content, KEPT_FOR)
        return File(io.BytesIO(content), name)

    def _save(self, name: str, content: Any) -> str:
        caches["pictures"].delete(name)
        with self._asked():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        caches["pictures"].delete(name)
        with self._asked():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with self._asked():
            return bool(super().exists(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with self._asked():
            folders, files = super().listdir(path)
            return folders, files

    def get_modified_time(self, name: str) -> Any:
        with self._asked():
            return super().get_modified_time(name)

    def is_listed_to_anybody(self) -> bool:
        """Whether the bucket tells strangers the names of its files."""
        client = self.connection.meta.client
        options = {"config": PLAIN.merge(Config(signature_version=UNSIGNED)), "region_name": client.meta.region_name}
        stranger = self._create_session().client("s3", endpoint_url=client.meta.endpoint_url, **options)
        try:
            stranger.list_objects_v2(Bucket=self.bucket_name, MaxKeys=1)
        except (ClientError, BotoCoreError):
            return False
        return True

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Raises FileNotFoundError for what is not there, and OSError for all else, without an address or a key."""
        if not self._turns.acquire(timeout=TURN):
            raise OSError("the bucket does not answer")
        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in MISSING:
                raise FileNotFoundError("it is not in the bucket") from error
            raise OSError(f"the bucket refuses: {code}") from error
        except (BotoCoreError, Boto3Error) as error:
            raise OSError(f"the bucket does not answer: {type(error).__name__}") from error
        finally:
            self._turns.release()
