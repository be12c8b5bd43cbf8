"""What `manage.py check` and every start tell an owner."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.utils.translation import to_locale

WORDS_ARE_IN = "en"


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


def _is_compiled(language: str) -> bool:
    catalogue = Path(to_locale(language), "LC_MESSAGES", "django.mo")
    return any((folder / catalogue).exists() for folder in settings.LOCALE_PATHS)
