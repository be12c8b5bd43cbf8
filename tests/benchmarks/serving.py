"""The servers that are measured: the site as `manage.py run` starts it, and nginx with a file."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.sites import ROOT, Site

PATIENCE = 60  # seconds until it must answer
NGINX = """
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{ worker_connections 512; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    open_file_cache max=10;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    default_type "text/html; charset=utf-8";
    server {{
        listen 127.0.0.1:{port};
        root {folder}/files;
        location /page {{ add_header Content-Encoding br; }}
    }}
}}
"""


@contextmanager
def served(site: Site, *, cached: bool = True, **environment: str) -> Iterator[int]:
    """The port of the running site."""
    port = free_port()
    settings = "advice.settings" if cached else "tests.benchmarks.uncached"
    theirs = {"PORT": str(port), "DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": str(ROOT)}
    log = site.folder / "server.log"
    with log.open("a") as output:
        command = [sys.executable, "manage.py", "run"]
        process = subprocess.Popen(
            command, cwd=ROOT, env={**site.environment, **theirs, **environment}, stdout=output, stderr=output
        )
        try:
            wait_for(port, process, "/healthz")
            yield port
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)


@contextmanager
def a_file(content: bytes, folder: Path) -> Iterator[int]:
    """The port of an nginx that serves these bytes, which are packed already, at /page."""
    if not (nginx := shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")):
        sys.exit("nginx is compared with, and is not here. On Debian: apt-get install nginx")
    (folder / "files").mkdir(exist_ok=True)
    (folder / "files" / "page").write_bytes(content)
    port = free_port()
    user = "user root;" if os.getuid() == 0 else ""  # the folder is ours alone
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, user=user))
    process = subprocess.Popen(
        [nginx, "-c", str(folder / "nginx.conf"), "-g", "daemon off;"], stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port, process, "/page")
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: "subprocess.Popen[bytes]", path: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if get(port, path)[0] == 200:
                return
        except OSError:
            time.sleep(0.02)  # nothing listens yet, and nothing tells when something will
    raise AssertionError(f"The server did not answer at {path}.")


def get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "br"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
