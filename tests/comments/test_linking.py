"""Links in readers' words: what is one, where it leads, how it is hidden, and how long looking takes."""

from typing import Any

import pytest

from comments import known_hosts, linking
from tests.clocks import seconds


def hosts(text: str) -> list[str]:
    return [link.host for link in linking.find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://Example.com/a?b=c.", ["example.com"]),
        ("HTTP://WWW.EXAMPLE.COM:8000", ["example.com"]),
        ("www.meetup.de", ["meetup.de"]),
        ("buy-now.example/x and a.example", ["buy-now.example", "a.example"]),
        ("t.me/abc bit.ly/so open.spotify.com/track/4", ["t.me", "bit.ly", "open.spotify.com"]),
        ("http://bbc.co.uk@evil.example/bbc.co.uk", ["evil.example"]),
        ("http://evil.example\\@bbc.co.uk", ["evil.example"]),
        ("https://MÜLLER.example https://xn--mller-kva.example", ["xn--mller-kva.example"] * 2),
        ("https://evil．example", ["evil.example"]),
        ("http://192.0.2.1/x", ["192.0.2.1"]),
        ("[url=https://a.example]https://b.example[/url]", ["a.example", "b.example"]),
        ("<a href='https://a.example'>b</a>", ["a.example"]),
        ("(https://a.example), “b.example”", ["a.example", "b.example"]),
        ("https://a.example/b.example/c.example", ["a.example"]),
    ],
)
def test_a_link_is_known_by_its_host(text: str, expected: list[str]) -> None:
    assert hosts(text) == expected
    assert not any(link.is_hidden for link in linking.find(text))


@pytest.mark.parametrize(
    "text",
    ["I was with him.So I left", "met online.it was", "12.09. and 30.09.", "e.g. at 3.30pm", "me@mail.example.com",
     "first.last@example.com", "www", "http://", "https://localhost/", "…and.or/her", "1.450.com", ""],
)  # fmt: skip
def test_what_is_no_link_is_none(text: str) -> None:
    assert hosts(text) == []


@pytest.mark.parametrize(
    "text",
    ["hxxp://evil.example/x", "evil (dot) example", "evil[.]example", "evil { DOT } example", "evil dot example",
     "evil . example", "ev\u200bil.example", "evil\u00ad.exa\u2060mple/x", "evil．example", "evil。example",
     "evil\u2024example", "ｅｖｉｌ．ｅｘａｍｐｌｅ", "https://ev\u00adil.example/"],
)  # fmt: skip
def test_a_link_that_hides_is_one(text: str) -> None:
    assert linking.find(text) == [linking.Link("evil.example", is_hidden=True)]


def test_what_stands_beside_a_hidden_link_does_not_hide() -> None:
    assert [link.is_hidden for link in linking.find("https://a.example, evil (dot) example")] == [False, True]


def test_the_site_itself_is_no_link(settings: Any) -> None:
    settings.SITE_HOST = "www.advice.example"
    assert hosts("https://advice.example/wait/ www.advice.example https://my.advice.example") == ["my.advice.example"]


def test_of_one_comment_twenty_hosts_are_kept_each_once() -> None:
    assert len(linking.hosts_of("a.example", " ".join(f"www.h{number}.example" for number in range(99)))) == 20
    assert linking.hosts_of("a.example", "https://a.example www.A.example") == ["a.example"]


def test_a_host_is_one_whichever_way_it_is_typed() -> None:
    typed = ("Spells.example", " https://www.spells.example/win?x ", "spells.example.", "spells.example:443")
    assert {linking.host_of(each) for each in typed} == {"spells.example"}
    assert linking.host_of("spells") == ""


def test_a_host_stands_below_another() -> None:
    assert known_hosts.is_below("a.spells.example", "spells.example")
    assert not known_hosts.is_below("myspells.example", "spells.example")
    assert known_hosts.is_well_known("en.wikipedia.org")
    assert not known_hosts.is_well_known("notwikipedia.org")


HOSTILE = {
    "labels": "a.b" * 3_333,
    "dots": "a." * 5_000,
    "one word": "a" * 10_000,
    "hyphens": "a-" * 5_000,
    "schemes": "http://" * 1_400,
    "dot com": " dot com" * 1_250,
    "brackets": "[" * 10_000,
    "bracketed dots": "x [dot] " * 1_250,
    "addresses": "a.b@" * 2_500,
    "foreign hosts": " ".join(f"ä{number}.com" for number in range(1_250)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_takes_long(text: str) -> None:
    linking.find("warm")
    assert seconds(lambda: linking.find(text)) < 0.25  # 50 ms on a machine that does nothing else
