"""Moderators' names, and what looks like them."""

from typing import Any

import pytest

from comments import names

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name",
    [
        "Sarah",
        "SARAH",
        " s.a.r.a.h ",
        "S\u0430rah",  # Cyrillic a
        "Ѕarah",  # Cyrillic dze
        "Sárâh",
        "S\u200ba\u200dr\u2060ah",
        "Ｓａｒａｈ",  # full width
        "𝐒𝐚𝐫𝐚𝐡",  # mathematical bold
        "~Sarah~",
        "Sarah ✓",
        "Ꮪarah",  # Cherokee
        "Sarah\u3164",  # Hangul filler
        "S\u115farah",
        "$arah",
        "S@rah",
        "5arah",
        "🅢arah",
        "🆂🅰🆁🅰🅷",
        "🇸arah",
        "Sᴀʀᴀʜ",
        "Saɾah",
        "Sⱥrah",
        "ѕаrаɦ",
    ],
)
def test_what_reads_as_a_moderators_name_is_reserved(sarah: Any, name: str) -> None:
    assert names.is_reserved(name)


@pytest.mark.parametrize("name", ["Sarah B.", "Sara", "Sarah2", "Not Sarah", "Zara", "S", "李", "!?"])
def test_other_names_are_free(sarah: Any, name: str) -> None:
    assert not names.is_reserved(name)


def test_without_moderators_no_name_is_reserved() -> None:
    assert not names.is_reserved("Sarah")
