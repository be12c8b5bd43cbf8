"""A bucket to keep pictures in: served over HTTP, in S3's manner, by a process of its own."""

import contextlib
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from advice import bucket_url
from tests.hammer.server import free_port

SIGNED = "AWS4-HMAC-SHA256 Credential=key/20200101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=none"


@pytest.fixture(scope="session")
def bucket_server() -> Iterator[int]:
    """Its port."""
    port = free_port()
    command = [Path(sys.executable).with_name("moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **quiet) as process:
        try:
            _wait_until_it_answers(port, process)
            yield port
        finally:
            process.kill()


def _wait_until_it_answers(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)  # nothing tells when it will listen
    raise AssertionError("The server for buckets did not start.")


@pytest.fixture
def bucket(bucket_server: int) -> str:
    """The BUCKET_URL of an empty one."""
    name = f"pictures-{uuid.uuid4().hex}"
    with contextlib.closing(HTTPConnection("127.0.0.1", bucket_server)) as connection:
        connection.request("PUT", f"/{name}", headers={"Authorization": SIGNED})
        assert connection.getresponse().status == 200
    return f"s3+http://key:secret@127.0.0.1:{bucket_server}/{name}?region=us-east-1"


@pytest.fixture(params=["folder", "bucket"])
def kept(request: Any, settings: Any, tmp_path: Path) -> str:
    """Where pictures are kept: each test that asks for it runs with both."""
    settings.MEDIA_ROOT = tmp_path / "media"
    if request.param == "bucket":
        keep_in(request.getfixturevalue("bucket"), settings)
    return str(request.param)


def keep_in(url: str, settings: Any) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": bucket_url.read(url)}


@contextlib.contextmanager
def silent() -> Iterator[str]:
    """The BUCKET_URL of a server that takes whatever it is sent, and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listening:
        yield f"s3+http://key:secret@127.0.0.1:{listening.getsockname()[1]}/pictures?region=us-east-1"


def nobodys() -> str:
    """The BUCKET_URL of a server that is not there."""
    return f"s3+http://key:secret@127.0.0.1:{free_port()}/pictures?region=us-east-1"
