"""What `manage.py check` and every start tell an owner."""

from email.utils import parseaddr
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import Error, connection
from django.utils.translation import to_locale

from advice import env, shared
from comments import trial_mails

WORDS_ARE_IN = "en"
EMPTY = 4_096  # bytes of a SQLite file without tables: one page


@checks.register(checks.Tags.translation)
def language_has_words(**kwargs: Any) -> list[checks.CheckMessage]:
    """Pages name LANGUAGE_CODE as their language: screen readers would read English words out by its rules."""
    language = settings.LANGUAGE_CODE
    general = language.split("-")[0]
    if general == WORDS_ARE_IN or any(_is_compiled(name) for name in (language, general)):
        return []
    said = f"LANGUAGE_CODE is {language!r}, which locale/ does not have: pages would call their English {language!r}."
    hint = 'Add it (README.md, "Another language"), or choose a language that locale/ has.'
    return [checks.Warning(said, hint=hint, id="advice.W001")]


@checks.register
def public_site_sends_mail(**kwargs: Any) -> list[checks.CheckMessage]:
    """What a site with readers should have set. `check_mail` says the rest, which needs the network."""
    if not settings.HTTPS:
        return []
    if instead := trial_mails.instead():
        said = f"EMAIL_URL names no mail server: nobody gets any mail, {instead}."
        return [checks.Warning(said, hint='Name one (README.md, "Mail").', id="advice.W002")]
    if not env.read("DEFAULT_FROM_EMAIL"):
        said = f"DEFAULT_FROM_EMAIL is not set: mails are from {settings.DEFAULT_FROM_EMAIL}."
        return [checks.Warning(said, hint="Set it to an address that somebody reads.", id="advice.W003")]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()
    if _are_related(domain, settings.SITE_HOST.lower().removeprefix("www.")):
        return []
    said = f"DEFAULT_FROM_EMAIL is of {domain}, and the site of {settings.SITE_HOST}: mail programs trust that less."
    hint = "Take an address of the site's own domain, whose SPF and DKIM records are yours to set."
    return [checks.Warning(said, hint=hint, id="advice.W004")]


@checks.register(checks.Tags.database)
def secret_key_is_the_sites(databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """With `check --database default`, and before migrations: where there is no table yet, nothing can be compared."""
    if not databases:
        return []
    try:
        fits = shared.fits(shared.current())
    except Error:
        return []
    hint = "Each machine needs the same one. Where it was changed on purpose: manage.py accept_key."
    return [] if fits else [checks.Warning(shared.OTHER_KEY, hint=hint, id="advice.W005")]


@checks.register
def database_is_its_owners(**kwargs: Any) -> list[checks.CheckMessage]:
    """Of SQLite, whose file holds all that readers wrote, and their addresses. Since this release a new one is."""
    path = Path(connection.settings_dict["NAME"])
    found = path.stat() if connection.vendor == "sqlite" and path.is_file() else None
    if found is None or found.st_size <= EMPTY or not found.st_mode & 0o007:
        return []
    said = f"Everybody on this machine can read {path.name}, which holds what readers wrote, and their addresses."
    return [checks.Warning(said, hint=f"chmod o-rwx {path}*", id="advice.W006")]


def _are_related(one: str, other: str) -> bool:
    """The same domain, or one below the other."""
    return f".{one}".endswith(f".{other}") or f".{other}".endswith(f".{one}")


def _is_compiled(language: str) -> bool:
    catalogue = Path(to_locale(language), "LC_MESSAGES", "django.mo")
    return any((folder / catalogue).exists() for folder in settings.LOCALE_PATHS)
