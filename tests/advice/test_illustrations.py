"""Pictures in articles' texts."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from advice import illustrations
from tests.factories import make_article
from tests.pictures import stored

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_a_picture_in_the_text_comes_in_all_widths_with_its_size_and_waits_its_turn() -> None:
    picture = stored(size=(1_200, 600))
    html = make_article(body=f"Look:\n\n![Two mugs]({picture.address(480)})").body_html
    assert f'src="{picture.address(960)}"' in html
    assert f'srcset="{picture.srcset}"' in html
    assert 'width="960" height="480"' in html
    assert 'alt="Two mugs" loading="lazy" decoding="async"' in html
    assert 'sizes="' in html


def test_a_picture_without_words_gets_its_description() -> None:
    picture = stored("A “bench” & <snow>")
    assert 'alt="A “bench” &amp; &lt;snow&gt;"' in make_article(body=f"![]({picture.src})").body_html


def test_what_is_pasted_is_the_picture_whatever_its_description() -> None:
    picture = stored(r"A [bench] \ <snow> & “ice”")
    html = make_article(body=illustrations.markdown(picture)).body_html
    assert r'alt="A [bench] \ &lt;snow&gt; &amp; “ice”"' in html


def test_our_own_address_may_be_written_out() -> None:
    picture = stored()
    html = make_article(body=f"![Mugs]({django_settings.SITE_URL}{picture.src})").body_html
    assert f'src="{picture.src}"' in html


@pytest.mark.parametrize(
    "address",
    [
        "https://tracker.example/pixel.gif",
        "//tracker.example/pixel.gif",
        "/wp-content/uploads/us.jpg",
        "/media/pictures/" + "0" * 32 + "-480.webp",
        "us.jpg",
    ],
)
def test_a_picture_that_cannot_load_leaves_its_description(address: str) -> None:
    html = make_article(body=f"![The two <of> us]({address})").body_html
    assert '<span class="no-picture">Picture: The two &lt;of&gt; us</span>' in html
    assert "<img" not in html
    assert "<img" not in make_article(body=f"![]({address})").body_html


def test_an_imported_articles_pictures_are_told_in_words_and_its_source_is_kept() -> None:
    body = '<p><a href="https://old.example/us.jpg"><img src="https://old.example/us.jpg" alt="Us"></a></p>'
    article = make_article(format="html", body=body)
    assert '<span class="no-picture">Picture: Us</span></a>' in article.body_html
    assert article.body == body


def test_many_pictures_cost_one_query_and_none_cost_none(django_assert_num_queries: Any) -> None:
    text = "".join(f'<img src="{stored(size=(width, 20)).src}" alt="">' for width in (20, 21, 22))
    with django_assert_num_queries(1):
        assert illustrations.illustrated(text).count("srcset") == 3
    with django_assert_num_queries(0):
        illustrations.illustrated("<p>Words alone.</p>")


def test_hostile_attributes_stay_attributes() -> None:
    html = make_article(format="html", body="<p><img src=x alt='\"><script>alert(1)</script>' onerror=alert(1)></p>")
    assert "<script" not in html.body_html
    assert "onerror" not in html.body_html
