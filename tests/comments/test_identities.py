"""What in a text may say who somebody is: found where people write it, not where they write of other things."""

import time
from itertools import pairwise

import pytest

from comments.identities import Kind, Span, find, masked, occurrences


def said(text: str) -> list[tuple[Kind, str]]:
    return [(span.kind, text[span.start : span.end]) for span in find(text)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Call me on +44 7700 900123, please", Kind.PHONE, "+44 7700 900123"),
        ("ring 07700 900 123.", Kind.PHONE, "07700 900 123"),
        ("(020) 7946 0018 is mine", Kind.PHONE, "(020) 7946 0018"),
        ("mine is 555-0134", Kind.PHONE, "555-0134"),
        ("it is 212-555-0134", Kind.PHONE, "212-555-0134"),
        ("unter 0171/2345678", Kind.PHONE, "0171/2345678"),
        ("write to ann.smith+x@mail.example.co.uk!", Kind.EMAIL, "ann.smith+x@mail.example.co.uk"),
        ("ann (at) example (dot) com", Kind.EMAIL, "ann (at) example (dot) com"),
        ("I am @ann_smith there", Kind.HANDLE, "@ann_smith"),
        ("my insta: ann.smith.", Kind.HANDLE, "ann.smith"),
        ("Snapchat name = annie", Kind.HANDLE, "annie"),
        ("add me on snap annie_22", Kind.HANDLE, "annie_22"),
        ("t.me/annsmith", Kind.HANDLE, "t.me/annsmith"),
        ("see https://www.instagram.com/ann.smith now", Kind.HANDLE, "https://www.instagram.com/ann.smith"),
        ("we live at 12 Mill Lane now", Kind.ADDRESS, "12 Mill Lane"),
        ("at 221b Old Baker Street, London", Kind.ADDRESS, "221b Old Baker Street"),
        ("12 park street", Kind.ADDRESS, "12 park street"),
        ("in der Gartenstraße 12a", Kind.ADDRESS, "Gartenstraße 12a"),
        ("Lange Straße 5 ist es", Kind.ADDRESS, "Lange Straße 5"),
        ("postcode SW1A 1AA.", Kind.ADDRESS, "SW1A 1AA"),
        ("Brooklyn, NY 11201", Kind.ADDRESS, "NY 11201"),
        ("10115 Berlin ist weit", Kind.ADDRESS, "10115 Berlin"),
        ("I saw Ann Smith with him", Kind.NAME, "Ann Smith"),
        ("Tom O’Brien left me", Kind.NAME, "Tom O’Brien"),
        ("it was Anna-Lena von Berg again", Kind.NAME, "Anna-Lena von Berg"),
        ("hi, my name is ann smith and I am sad", Kind.NAME, "ann smith"),
        ("my name is May Ann Smith.", Kind.NAME, "May Ann Smith"),
        ("Yesterday Ann Smith wrote", Kind.NAME, "Ann Smith"),
        ("Hello Ann Smith", Kind.NAME, "Ann Smith"),
        ("it was Mrs. Zyx Quill who told me", Kind.NAME, "Zyx Quill"),
        (
            "zero seven seven, double-oh nine, one three six",
            Kind.PHONE,
            "zero seven seven, double-oh nine, one three six",
        ),
        ("text me on 5550199", Kind.PHONE, "5550199"),
        ("ann dot smith at example dot com", Kind.EMAIL, "ann dot smith at example dot com"),
        ("anna (ät) web (punkt) de", Kind.EMAIL, "anna (ät) web (punkt) de"),
        ("I am @ann@social.example there", Kind.HANDLE, "@ann@social.example"),
        ("add ann#4471 on it", Kind.HANDLE, "ann#4471"),
        ("that is u/ann-of-kent", Kind.HANDLE, "u/ann-of-kent"),
        ("everywhere I am ann_of_kent, so", Kind.HANDLE, "ann_of_kent"),
        ("she is ann99 on insta", Kind.HANDLE, "ann99"),
        ("my instagram is ann.smith", Kind.HANDLE, "ann.smith"),
        ("his new account, k0stas-returns", Kind.HANDLE, "k0stas-returns"),
        ("my insta is sunnyside, come", Kind.HANDLE, "sunnyside"),
        ("follow me, sunny87 there", Kind.HANDLE, "sunny87"),
        ("annie99 at example.com is mine", Kind.EMAIL, "annie99 at example.com"),
        ("at 45 station road, Otley", Kind.ADDRESS, "45 station road"),
        ("in Mill Lane 12 now", Kind.ADDRESS, "Mill Lane 12"),
        ("wir wohnen An der Mühle 12", Kind.ADDRESS, "An der Mühle 12"),
        ("postcode bs8 1qu", Kind.ADDRESS, "bs8 1qu"),
        ("my husband Zyx Quill", Kind.NAME, "Zyx Quill"),
        ("then Zyx Quill cheated", Kind.NAME, "Zyx Quill"),
        ("at 8 Harbour View now", Kind.ADDRESS, "8 Harbour View"),
        ("Flat 9, Kestrel House", Kind.ADDRESS, "Flat 9, Kestrel House"),
        ("write to PO Box 4417", Kind.ADDRESS, "PO Box 4417"),
    ],
)
def test_it_finds(text: str, kind: Kind, words: str) -> None:
    assert said(text) == [(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "We met on 12.05.2023 and it ended on 2024-01-31, or 3/4/2024.",
        "From 2019-2020 we lived in New York, then in Los Angeles and the United Kingdom.",
        "He earns 1 000 000 a year, she 20000 Euro, and we had 365 days.",
        "Instagram is full of his photos. WhatsApp is silent. Snapchat too.",
        "Two years down the road I still cry. 5 long years in a close friendship.",
        "My name is Ann. I’m 23 and he’s 25. My name is Ann and I need help.",
        "PLEASE HELP ME. I Am So Lost And He Is Gone. Dear Sarah, Last Christmas Tom left.",
        "Should Tom write? Maybe Ann. Then Bob said no.",
        "On Monday Tom came; in March Ann went. I told Mum.",
        "mail me @ 5, or @ work, @home or @the gym",
        "My insta is private, my account was hacked at 3am, his iphone15 is on Facebook, and any1 else is on Spotify.",
        "It is 2 miles down the road. Am Montag 12 Leute, Zum Preis 12 Euro. On the m4 3rd time.",
        "Look at example.com, I bought it at shop.example.",
        "@Ann, I agree. @sarah thank you!",
        "We met in the Red Lion. He likes the Kate Bush song, Dolly Parton, Taylor Swift’s songs and Jack Daniel’s.",
        "We went to Market Square, Milton Keynes and Great Yarmouth. Auntie Jean and Doctor Singh say no. Tom Tom Tom!",
        "I counted: one two three four five six seven eight nine. He called 1234567 times; photo_2.jpg is from 3am.",
    ],
)
def test_it_leaves_alone(text: str) -> None:
    assert said(text) == []


def test_a_text_with_everything_gives_it_in_order_and_nothing_twice() -> None:
    text = "I am Ann Smith, 12 Mill Lane, SW1A 1AA. ann@example.com or +44 7700 900123, insta: ann.s"
    spans = find(text)
    assert [span.kind for span in spans] == [
        Kind.NAME, Kind.ADDRESS, Kind.ADDRESS, Kind.EMAIL, Kind.PHONE, Kind.HANDLE,
    ]  # fmt: skip
    assert all(before.end <= after.start for before, after in pairwise(spans))


def test_masking_says_what_was_there_and_nothing_else() -> None:
    text = "Call +44 7700 900123 or ann@example.com."
    assert masked(text, find(text)) == "Call [phone number removed] or [email address removed]."
    assert masked("abcdef", [Span(1, 3), Span(2, 5), Span(5, 6)]) == "a[removed][removed]"
    assert masked("abc", []) == "abc"


def test_own_words_are_found_in_any_case_and_are_no_pattern() -> None:
    assert occurrences("Bob, bob and b.b", "bob") == [Span(0, 3), Span(5, 8)]
    assert occurrences("Bob and b.b", "b.b") == [Span(8, 11)]
    assert occurrences("Bob", "") == []


HOSTILE = [
    "a" * 10_000,
    "a." * 5_000,
    "a@" * 5_000,
    "1 " * 5_000,
    "1" * 10_000,
    "+(1" * 3_333,
    "@" * 10_000,
    "@a." * 3_333,
    "A" * 10_000,
    "Aa " * 3_333,
    "Aa-" * 3_333,
    "1 Aa " * 2_000,
    "1 Aa Aa Aa " * 900,
    "insta: " * 1_400,
    "insta a" * 1_400,
    "my name is " * 900,
    " (at) " * 1_600,
    "a(at)a(dot)" * 900,
    "12 rue " * 1_400,
    "van " * 2_500,
    "Aa van " * 1_400,
    "A1A " * 2_500,
    "\n" * 10_000,
    "'" * 10_000,
    "É" * 10_000,
    "t.me/" * 2_000,
    "a_" * 5_000,
    "a._" * 3_333,
    "one " * 2_500,
    "zero double " * 830,
    "a dot " * 1_600,
    "a at b dot " * 900,
    "call " * 2_000,
    "ig is a." * 1_250,
    "account, " * 1_100,
    "a1 on ig" * 1_250,
    "Ann " * 2_500,
    "Ann Lee, " * 1_100,
    "flat 1, " * 1_250,
    "u/a" * 3_333,
    "ig a1a_ " * 1_250,
    "ig a.b-c.d-e.f" * 700,
    "1 a b c " * 1_250,
    "Ann Lee told " * 770,
    "Am A 1 " * 1_400,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:8]))
def test_no_text_takes_long(text: str) -> None:
    def seconds() -> float:
        start = time.process_time()
        find(text)
        return time.process_time() - start

    assert min(seconds() for _ in range(3)) < 0.05
