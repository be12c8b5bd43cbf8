"""The owner's colour: readable whatever it is."""

import re
from typing import Any

import pytest
from django.test import Client

from advice import identity, theme
from advice.site_models import SiteIdentity

COLOURS = ["#000000", "#ffffff", "#ffd400", "#17605a", "#8a2be2", "#ff0000", "#00ff00", "#0000ff", "#808080", "#ffe4e1"]


@pytest.fixture
def accent(db: None) -> Any:
    def choose(colour: str) -> None:
        SiteIdentity.objects.update_or_create(pk=1, defaults={"accent": colour})
        identity.forget()

    return choose


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#ff0000", "#ff0000", 1)]
)
def test_contrast_is_wcags(one: str, other: str, ratio: float) -> None:
    assert theme.contrast(one, other) == theme.contrast(other, one) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("ratio", [theme.TEXT, theme.MORE])
def test_every_colour_can_be_read_on_every_ground_of_both_themes(colour: str, ratio: float) -> None:
    light, dark = theme._grounds()
    assert len(light) == len(dark) == 4
    for grounds, made in ((light, theme.on_light(colour, ratio)), (dark, theme.on_dark(colour, ratio))):
        for ground in grounds:
            assert theme.contrast(made.accent, ground) >= ratio
            assert theme.contrast(made.strong, ground) >= ratio
        assert theme.contrast(made.on_accent, made.accent) >= ratio
        assert theme.contrast(made.on_accent, made.strong) >= ratio


def test_a_colour_that_can_be_read_is_left_alone() -> None:
    assert theme.on_light("#17605a").accent == "#17605a"
    assert theme.on_dark("#83cdc1").accent == "#83cdc1"


def test_a_colour_that_cannot_keeps_its_hue() -> None:
    red, green, blue = theme._rgb(theme.on_light("#ffd400").accent)
    assert red > green > blue


def test_the_style_sheet_holds_colours_for_screens_alone(client: Client, accent: Any) -> None:
    accent("#ffd400")
    response = client.get("/theme.css")
    css = response.content.decode()
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=10"
    assert css.count("@media screen") == css.count("--accent:") == 4
    assert "@layer" not in css
    assert re.fullmatch(r"(@media screen[a-z :()-]* \{ :root \{( --[a-z-]+: #[0-9a-f]{6};){3} \} \}\n){4}", css)
    assert client.get("/theme.css", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_pages_link_to_it_only_where_a_colour_was_chosen(client: Client, accent: Any) -> None:
    assert "theme.css" not in client.get("/guidelines/").content.decode()
    assert client.get("/theme.css").content == b""
    accent("#8A2BE2")
    assert '<link rel="stylesheet" href="/theme.css?v=8A2BE2">' in client.get("/guidelines/").content.decode()


def test_kept_it_costs_no_query(client: Client, accent: Any, django_assert_num_queries: Any) -> None:
    accent("#8a2be2")
    client.get("/theme.css")
    with django_assert_num_queries(0):
        client.get("/theme.css")
