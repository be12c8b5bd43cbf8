"""EMAIL_URL: how mail leaves, as Django's settings. Its messages never repeat it: it holds a password.

SMTP, files and the terminal need nothing more. Providers' own interfaces come with django-anymail, an optional extra:
those that take all our headers and tell which mail came back. Every other provider takes mail by SMTP.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

DJANGO = "django.core.mail.backends"
SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
MAILGUN = {"": "https://api.mailgun.net/v3", "eu": "https://api.eu.mailgun.net/v3"}
FORMS = {
    **dict.fromkeys(SMTP_PORTS, "{}://user:password@host:port, with %-codes for /, ?, #, @, : and % in the password"),
    "filemail": "{}:///folder",
    "consolemail": "{}://",
    "postmark": "{}://TOKEN@",
    "mailgun": "{}://KEY@domain, or {}://KEY@domain?region=eu",
    "brevo": "{}://KEY@",
}


@dataclass(frozen=True, slots=True)
class Transport:
    """Settings of Django's, and of django-anymail's where a provider is named."""

    backend: str
    options: dict[str, Any] = field(default_factory=dict, repr=False)
    provider: str = ""
    anymail: dict[str, str] = field(default_factory=dict, repr=False)


def read(url: str) -> Transport:
    """What this EMAIL_URL says. Raises ImproperlyConfigured, which names the form that it should have."""
    scheme = url.split(":", 1)[0].lower()
    if scheme not in READERS:
        raise ImproperlyConfigured(f"EMAIL_URL must begin with one of {', '.join(f'{name}://' for name in READERS)}.")
    try:
        return READERS[scheme](urlsplit(url))
    except ValueError:
        form = FORMS[scheme].format(scheme, scheme)
        raise ImproperlyConfigured(f"EMAIL_URL must have this form: {form}.") from None


def _smtp(url: SplitResult) -> Transport:
    _refuse_rest(url)
    if not url.hostname:
        raise ValueError
    options = {
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or SMTP_PORTS[url.scheme],
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_TLS": url.scheme == "smtp+tls",
        "EMAIL_USE_SSL": url.scheme == "smtp+ssl",
    }
    return Transport(f"{DJANGO}.smtp.EmailBackend", options)


def _files(url: SplitResult) -> Transport:
    if url.netloc or not url.path.strip("/") or url.query or url.fragment:
        raise ValueError
    return Transport(f"{DJANGO}.filebased.EmailBackend", {"EMAIL_FILE_PATH": unquote(url.path)})


def _console(url: SplitResult) -> Transport:
    _refuse_rest(url)
    if url.netloc:
        raise ValueError
    return Transport(f"{DJANGO}.console.EmailBackend")


def _postmark(url: SplitResult) -> Transport:
    _refuse_rest(url, host=True)
    return _by_provider("postmark", {"POSTMARK_SERVER_TOKEN": _key(url)})


def _brevo(url: SplitResult) -> Transport:
    _refuse_rest(url, host=True)
    return _by_provider("brevo", {"BREVO_API_KEY": _key(url)})


def _mailgun(url: SplitResult) -> Transport:
    region = parse_qs(url.query, strict_parsing=bool(url.query)).get("region", [""])[0]
    if not url.hostname or region not in MAILGUN or url.path.strip("/") or url.fragment:
        raise ValueError
    about = {"MAILGUN_SENDER_DOMAIN": url.hostname, "MAILGUN_API_URL": MAILGUN[region]}
    return _by_provider("mailgun", {"MAILGUN_API_KEY": _key(url), **about})


def _by_provider(name: str, anymail: dict[str, str]) -> Transport:
    if find_spec("anymail") is None:
        install = "pip install --require-hashes -r requirements-anymail.txt"
        raise ImproperlyConfigured(f"EMAIL_URL: {name}:// needs django-anymail, which is not installed: {install}")
    return Transport(f"anymail.backends.{name}.EmailBackend", provider=name, anymail=anymail)


def _key(url: SplitResult) -> str:
    key = unquote(url.username or "")
    if not key or url.password:
        raise ValueError
    return key


def _refuse_rest(url: SplitResult, *, host: bool = False) -> None:
    """A "/", "?" or "#" in a password, where it is no %-code, would make its first half a host's name."""
    if url.path.strip("/") or url.query or url.fragment or (host and url.hostname):
        raise ValueError
    _ = url.port  # raises ValueError where it is no number


READERS: dict[str, Callable[[SplitResult], Transport]] = {
    **dict.fromkeys(SMTP_PORTS, _smtp),
    "filemail": _files,
    "consolemail": _console,
    "postmark": _postmark,
    "mailgun": _mailgun,
    "brevo": _brevo,
}
