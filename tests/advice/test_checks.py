"""What `manage.py check` says of the settings."""

from pathlib import Path
from typing import Any

import pytest

from advice import checks


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
