"""Typed reading of the environment: a wrong value stops the start with a message that names its variable.

Every NAME may also come from a file named by NAME_FILE (how containers pass secrets).
"""

import contextlib
import ipaddress
import os
import re
import secrets
from collections.abc import Callable, Iterable
from email.utils import parseaddr
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import django
import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import to_locale

T = TypeVar("T")
_env = environ.FileAwareEnv()

HOST = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\]", re.IGNORECASE)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
LOCALES = {folder.name.split("_")[0] for folder in (Path(django.__file__).parent / "conf" / "locale").iterdir()}
SWITCH = {"1": True, "on": True, "true": True, "yes": True, "0": False, "off": False, "false": False, "no": False}


def read(name: str, default: str = "") -> str:
    """The text of a variable without surrounding blanks (files end in a newline); `default` where unset or empty."""
    try:
        value = _env.str(name, default="")
    except (ImproperlyConfigured, OSError, UnicodeDecodeError, ValueError) as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error
    return str(value).strip() or default


def parsed(name: str, parse: Callable[[str], T], default: str, expected: str) -> T:
    """The value of a variable through `parse`; ImproperlyConfigured names the variable and what was `expected`."""
    value = read(name, default)
    try:
        return parse(value)
    except (ValueError, KeyError, OSError) as error:  # ZoneInfo raises all three
        raise ImproperlyConfigured(f"{name} must be {expected}, not {value!r}.") from error


def switch(name: str, *, default: str) -> bool:
    return parsed(name, lambda value: SWITCH[value.lower()], default, "on or off")


def choice(name: str, among: Iterable[str], default: str) -> str:
    """One of a few words."""
    words = {word: word for word in among}
    return parsed(name, lambda value: words[value.lower()], default, " or ".join(words))


def port(name: str, default: str) -> int:
    def parse(value: str) -> int:
        number = int(value)
        if not 0 < number < 65536:
            raise ValueError(value)
        return number

    return parsed(name, parse, default, "a port number from 1 to 65535")


def rate(name: str) -> int | None:
    """How many a minute; None where it is unset, and all may go at once."""

    def parse(value: str) -> int | None:
        if value and int(value) < 1:
            raise ValueError(value)
        return int(value) if value else None

    return parsed(name, parse, "", "a number of mails a minute, such as 60")


def site_url(name: str, default: str) -> str:
    """An address like https://advice.example, without path and final slash."""

    def parse(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError(value)
        if parts.username or parts.fragment or any(ch.isspace() for ch in value):
            raise ValueError(value)
        _ = parts.port  # raises ValueError where it is no number
        return f"{parts.scheme}://{parts.netloc}"

    return parsed(name, parse, default, "an address such as https://advice.example, without a path")


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas or blanks."""
    return read(name, default).replace(",", " ").split()


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    def parse(_: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        return [ipaddress.ip_network(word) for word in words(name)]

    return parsed(name, parse, "", "networks such as 10.0.0.0/8, separated by commas")


def address(
    name: str, default: str, schemes: tuple[str, ...], parse: Callable[[str], dict[str, Any]]
) -> dict[str, Any]:
    """What `parse` makes of a URL with one of these schemes, such as DATABASE_URL.

    The error does not repeat the value: it may hold a password.
    """
    value = read(name, default)
    if value.split(":", 1)[0] not in schemes:
        raise ImproperlyConfigured(f"{name} must begin with one of {', '.join(f'{s}://' for s in schemes)}.")
    try:
        return parse(value)
    except (ValueError, KeyError, TypeError, ImproperlyConfigured):
        raise ImproperlyConfigured(f"{name} cannot be read as an address: see README.md for its form.") from None


def hosts(name: str) -> list[str]:
    """Host names, as the Host header has them; a leading dot means all below it."""

    def parse(_: str) -> list[str]:
        found = words(name)
        if any(not HOST.fullmatch(host) for host in found):
            raise ValueError(name)
        return found

    return parsed(name, parse, "", "host names such as www.advice.example, separated by commas")


def sender(name: str, default: str) -> str:
    def parse(value: str) -> str:
        if "@" not in parseaddr(value)[1] or not value.isprintable():
            raise ValueError(value)
        return value

    return parsed(name, parse, default, "an email address, or a name with one: Sarah <sarah@advice.example>")


def bare_address(name: str) -> str:
    """An email address without a name, or ""."""

    def parse(value: str) -> str:
        if value and (parseaddr(value) != ("", value) or not value.isprintable() or value.count("@") != 1):
            raise ValueError(value)
        return value

    return parsed(name, parse, "", "an email address alone: bounces@advice.example")


def language(name: str, default: str) -> str:
    """A language that Django speaks."""

    def parse(value: str) -> str:
        # Not check_for_language(): it needs the settings that are being made.
        if not LANGUAGE.fullmatch(value) or to_locale(value).split("_")[0] not in LOCALES:
            raise ValueError(value)
        return value

    return parsed(name, parse, default, "a language code such as en-gb or de")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    return False


def ip(text: str) -> str:
    """This address as it is written. Raises ValueError."""
    return str(ipaddress.ip_address(text))


def kept_secret(path: Path, size: int = 50) -> str:
    """The secret in this file, made there of `size` random bytes (mode 600) on the first call.

    Several processes at once agree on one: it is written whole under another name and then linked, so that nobody
    ever reads half a secret.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(size))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
