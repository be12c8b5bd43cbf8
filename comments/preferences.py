"""How each moderator likes the desk."""

from typing import Any

from .desk_models import DeskPreference


def likes_shortcuts(moderator: Any) -> bool:
    """Whether single keys do things for this moderator: until they say no."""
    return not DeskPreference.objects.filter(moderator=moderator, shortcuts=False).exists()


def like_shortcuts(moderator: Any, *, like: bool) -> None:
    DeskPreference.objects.update_or_create(moderator=moderator, defaults={"shortcuts": like})
