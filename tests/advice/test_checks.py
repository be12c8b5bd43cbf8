"""What `manage.py check` says of the settings."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from advice import checks
from advice.sqlite3.base import DatabaseWrapper


@pytest.mark.parametrize("language", ["en-gb", "en", "de", "de-at"])
def test_a_language_with_words_here_passes(settings: Any, language: str) -> None:
    settings.LANGUAGE_CODE = language
    assert checks.language_has_words() == []


@pytest.mark.parametrize("language", ["fr", "pt-br"])
def test_a_language_without_words_here_is_warned_about(settings: Any, language: str) -> None:
    settings.LANGUAGE_CODE = language
    (warning,) = checks.language_has_words()
    assert language in warning.msg
    assert "locale/" in warning.msg
    assert "README.md" in str(warning.hint)


def test_words_for_one_country_are_enough(settings: Any, tmp_path: Path) -> None:
    settings.LANGUAGE_CODE = "pt-br"
    settings.LOCALE_PATHS = [tmp_path]
    catalogue = tmp_path / "pt_BR" / "LC_MESSAGES" / "django.mo"
    catalogue.parent.mkdir(parents=True)
    catalogue.touch()
    assert checks.language_has_words() == []


SMTP = "django.core.mail.backends.smtp.EmailBackend"
FILES = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def public(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The settings of a site with readers, which sends mail."""
    settings.HTTPS, settings.SITE_HOST, settings.EMAIL_BACKEND = True, "www.advice.example", SMTP
    settings.DEFAULT_FROM_EMAIL = "Sarah <sarah@advice.example>"
    monkeypatch.setenv("DEFAULT_FROM_EMAIL", settings.DEFAULT_FROM_EMAIL)
    return settings


def warned() -> list[str]:
    return [str(one.id) for one in checks.public_site_sends_mail()]


@pytest.mark.parametrize("sender", ["sarah@advice.example", "sarah@www.advice.example", "sarah@mail.advice.example"])
def test_a_public_site_that_sends_mail_as_itself_passes(public: Any, sender: str) -> None:
    public.DEFAULT_FROM_EMAIL = sender
    assert warned() == []


def test_a_public_site_whose_mails_are_files_is_warned_about(public: Any) -> None:
    public.EMAIL_BACKEND, public.EMAIL_FILE_PATH = FILES, "/var/mail"
    assert warned() == ["advice.W002"]
    public.HTTPS = False
    assert warned() == []


def test_so_is_one_that_names_no_sender_or_a_foreign_one(public: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    public.DEFAULT_FROM_EMAIL = "sarah@mail.example"
    assert warned() == ["advice.W004"]
    monkeypatch.delenv("DEFAULT_FROM_EMAIL")
    assert warned() == ["advice.W003"]


@pytest.mark.sqlite
@pytest.mark.django_db
def test_a_database_is_made_for_its_owner_alone_and_another_is_warned_about(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "new.sqlite3"
    opened = DatabaseWrapper({**connection.settings_dict, "NAME": str(file)}, "other")
    opened.inc_thread_sharing()
    with opened.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("CREATE TABLE words (word TEXT)")
        cursor.execute("PRAGMA wal_checkpoint")
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    opened.close()
    assert modes == dict.fromkeys(("new.sqlite3", "new.sqlite3-wal", "new.sqlite3-shm"), 0o600)

    monkeypatch.setitem(connection.settings_dict, "NAME", str(file))
    assert checks.database_is_its_owners() == []
    file.chmod(0o644)
    (warning,) = checks.database_is_its_owners()
    assert "chmod o-rwx" in str(warning.hint)
