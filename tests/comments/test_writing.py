"""Odd writing: what looks disguised, foreign or mashed, and all that does not."""

import pytest

from comments import writing
from tests.clocks import seconds


def said(text: str, language: str = "en-gb") -> list[str]:
    return [sign.reason for sign in writing.signs(text, language)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Log in to pаypal", "letters of two scripts in one word: “pаypal”"),
        ("Dr Οkοro", "letters of two scripts in one word: “Οkοro”"),
        ("buy V.I.A.G.R.A now", "letters apart: “V.I.A.G.R.A”"),
        ("l o v e  s p e l l", "letters apart: “l o v e  s p e l l”"),
        ("E-A-R-N money", None),
        ("𝗚𝗲𝘁 𝗮 𝗹𝗼𝗮𝗻", "letters that are drawn to look like others"),
        ("Ⓗⓞⓣ ⓖⓘⓡⓛⓢ", "letters that are drawn to look like others"),
        ("ca\u200bsi\u200bno bo\u200bnus", "signs that nobody sees within words"),
        ("Срочный займ на карту без отказа", "written in another script: Cyrillic"),
        ("专业挽回感情分手挽回", "written in another script: Chinese"),
        ("sdkfjh wqeoriu zmxncb lkjasdf", "no words: “sdkfjh”"),
        ("XyTqvWbnKLmzPrQdFgh", "no words: “xytqvwbnklmzprqdfgh”"),
    ],
)
def test_what_is_odd_is_named(text: str, reason: str | None) -> None:
    assert said(text) == ([reason] if reason else [])


@pytest.mark.parametrize(
    "text",
    [
        "", "ok", "Aaaaah noooo", "hmmm pffft brrr shhh xoxo", "w h y", "n o o o o o", "😭😭😭", "💔➡️🍕➡️😴",
        "N. Y. is far", "A, B, C: which?", "Ольга, tell me", "She wrote спасибо and left", "覆水难收, she says",
        "MY EYES ARE BAD SO I SHOUT", "5 µm", "Jürgen fragt: wie lange?", "loin des yeux, loin du cœur",
        "Angstschweiß und Geschichtsschreibung", "strengths, rhythms, property, liberty, twelfths", "👨‍👩‍👧 می‌خواهم",
        "Yaar mera breakup ho gaya", "nie śni mi się", "ＨＥＬＬＯ there", "w/ my bf 2 yrs, idk tbh",
    ],
)  # fmt: skip
def test_what_people_write_is_not(text: str) -> None:
    assert said(text) == []


def test_a_site_in_another_language_knows_its_script() -> None:
    assert said("Срочный займ на карту без отказа", "ru") == []
    assert said("专业挽回感情分手挽回", "zh-hans") == []
    assert said("What should I do about him, Sarah?", "ru") == []


def test_only_disguises_hide_words() -> None:
    disguised = {text: any(sign.is_disguise for sign in writing.signs(text, "en")) for text in (
        "pаypal", "V.I.A.G.R.A", "Срочный займ на карту без отказа", "sdkfjh wqeoriu zmxncb")}  # fmt: skip
    assert list(disguised.values()) == [True, True, False, False]


HOSTILE = {
    "single letters": "a " * 5_000,
    "underscores": "_" * 10_000,
    "mixed words": "pаy" * 3_333,
    "mashed": "asdf" * 2_500,
    "consonants": "bcdfg " * 1_666,
    "nearly apart": "a.b*c  " * 1_428,
    "circles": "ⓐ" * 10_000,
    "unseen": "a\u200b" * 5_000,
    "doubles": "tt" * 5_000,
    "marks": "\u0301" * 10_000,
    "all different": "".join(chr(0x4E00 + number) for number in range(10_000)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_takes_long(text: str) -> None:
    assert seconds(lambda: writing.signs(text, "en")) < 0.25  # 50 ms on a machine that does nothing else
