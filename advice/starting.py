"""What stands between a fresh checkout and a site that answers: static files, a free port, somebody who can log in."""

import hashlib
import socket
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from . import demo, env

STAMP = ".collected"


def collect_static() -> bool:
    """Hash and compress the static files, which takes seconds: only where one has changed. Says whether it did."""
    stamp = Path(settings.STATIC_ROOT) / STAMP
    fingerprint = _fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)
    return True


def open_the_door_for_sarah() -> str:
    """Give the demo's Sarah a password where she has none, kept in var/sarah-password; "" where she has one already."""
    user = User.objects.filter(username=demo.SARAH).first()
    if user is None or user.has_usable_password():
        return ""
    password = env.kept_secret(password_file(), size=12)
    user.set_password(password)
    user.save(update_fields=["password"])
    return password


def password_file() -> Path:
    return Path(settings.VAR) / "sarah-password"


def is_free(port: int) -> bool:
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _fingerprint() -> str:
    """The same as long as no static file has come, gone or changed, and no other storage writes them."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{file.st_size}\0{file.st_mtime_ns}\0".encode())
    return digest.hexdigest()
