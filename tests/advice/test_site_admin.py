"""The owner's things in the admin: the site's identity, its menu, its pictures."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from advice import identity
from advice.models import Article
from advice.site_models import MenuItem, Picture, SiteIdentity
from tests.factories import make_article
from tests.pictures import file, pixel_bomb, stored, upload

pytestmark = pytest.mark.django_db
IDENTITY = "/admin/advice/siteidentity/"
ROW = f"{IDENTITY}1/change/"
PICTURES = "/admin/advice/picture/"
ADD = f"{PICTURES}add/"
EMPTY = dict.fromkeys(
    [
        *("name", "tagline", "introduction", "footer_text", "author_name", "portrait", "bio", "accent"),
        *("call_title", "call_text", "call_button", "ask_note", "exit_address"),
    ],
    "",
)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "pictures"


@pytest.fixture
def as_sarah(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def form(*menu: dict[str, Any], **columns: Any) -> dict[str, Any]:
    """The identity's form as the browser sends it."""
    data = {**EMPTY, **columns, "menu-TOTAL_FORMS": len(menu), "menu-INITIAL_FORMS": 0}
    for number, item in enumerate(menu):
        data |= {f"menu-{number}-{name}": value for name, value in {"label": "", "order": 0, **item}.items()}
        data |= {f"menu-{number}-id": "", f"menu-{number}-identity": "1"}
    return data


def errors(response: Any) -> str:
    assert response.status_code == 200
    return str(response.context["errors"])


# --- Identity -------------------------------------------------------------------------------------------------------


def test_only_those_with_the_right_get_in(client: Client) -> None:
    paths = [IDENTITY, ROW, PICTURES, ADD]
    assert {client.get(path).status_code for path in paths} == {302}
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    assert {client.get(path).status_code for path in paths[1:]} == {403}
    assert client.post(ADD, {"file": upload(file()), "description": "x"}).status_code == 403


def test_the_list_leads_to_the_one_row_before_there_is_one(as_sarah: Client) -> None:
    assert as_sarah.get(IDENTITY)["Location"] == ROW
    html = as_sarah.get(ROW).content.decode()
    assert 'name="tagline"' in html
    assert f'href="{ROW}'.replace("change/", "delete/") not in html
    assert not SiteIdentity.objects.exists()


def test_the_first_saving_makes_the_row_and_later_ones_change_it(as_sarah: Client) -> None:
    assert as_sarah.post(ROW, form(name="After Us")).status_code == 302
    assert as_sarah.post(ROW, form(name="After Us", tagline="What now?")).status_code == 302
    row = SiteIdentity.objects.get()
    assert (row.pk, row.name, row.tagline) == (1, "After Us", "What now?")


def test_what_is_saved_is_on_the_next_page(as_sarah: Client, article: Article) -> None:
    path = article.get_absolute_url()
    as_sarah.get(path)
    as_sarah.post(ROW, form(name="After Us", footer_text="Written in **Leeds**."))
    html = as_sarah.get(path).content.decode()
    assert "After Us</a>" in html
    assert "Written in <strong>Leeds</strong>." in html


@pytest.mark.parametrize("method", ["get", "post"])
def test_there_is_no_second_row_and_none_is_deleted(as_sarah: Client, method: str) -> None:
    as_sarah.post(ROW, form())
    for path in (f"{IDENTITY}add/", f"{IDENTITY}1/delete/"):
        assert getattr(as_sarah, method)(path, {"post": "yes"}).status_code == 403
    assert getattr(as_sarah, method)(f"{IDENTITY}2/change/").status_code == 302  # Django's: there is none
    assert SiteIdentity.objects.count() == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [("accent", "red"), ("accent", "#12"), ("exit_address", "javascript:alert(1)"), ("name", "x" * 61)],
)
def test_what_cannot_be_used_is_refused(as_sarah: Client, column: str, value: str) -> None:
    assert errors(as_sarah.post(ROW, form(**{column: value})))
    assert not SiteIdentity.objects.exists()


def test_the_colours_contrast_is_told_with_what_was_made_of_it(as_sarah: Client) -> None:
    as_sarah.post(ROW, form(accent="#ffd400"))
    html = as_sarah.get(ROW).content.decode()
    assert "On light pages its contrast would be 1." in html
    assert "so it is shown as #" in html
    assert "On dark pages as you chose it" in html
    assert '<input type="color" data-accent="id_accent"' in html
    assert "style=" not in html.partition('id="siteidentity_form"')[2].partition("</form>")[0]


# --- Menu -----------------------------------------------------------------------------------------------------------


def test_articles_become_pages_of_the_menu(as_sarah: Client) -> None:
    about = make_article(title="About me", slug="about-me", listed=False)
    imprint = make_article(title="Imprint", slug="imprint", listed=False)
    draft = make_article(title="Not yet", published_at=None)
    menu = [
        {"place": "top", "article": about.pk, "label": "About"},
        {"place": "foot", "article": imprint.pk},
        {"place": "foot", "article": draft.pk},
    ]
    assert as_sarah.post(ROW, form(*menu)).status_code == 302
    html = as_sarah.get("/guidelines/").content.decode()
    header, _, footer = html.partition("<footer")
    assert '<a href="/about-me/">About</a>' in header
    assert '<a href="/imprint/">Imprint</a>' in footer
    assert "Not yet" not in html


def test_a_menu_has_an_end(as_sarah: Client) -> None:
    menu = [{"place": "foot", "article": make_article().pk} for _ in range(identity.MENU + 1)]
    assert "At most 12 pages at the foot." in errors(as_sarah.post(ROW, form(*menu)))
    assert as_sarah.post(ROW, form(*menu[:-1])).status_code == 302
    assert MenuItem.objects.count() == identity.MENU


def test_the_same_page_is_not_twice_in_one_place(as_sarah: Client) -> None:
    item = {"place": "top", "article": make_article().pk}
    assert errors(as_sarah.post(ROW, form(item, item)))


def test_the_page_does_not_grow_with_the_number_of_articles(as_sarah: Client) -> None:
    make_article(title="One of very many")
    assert "One of very many" not in as_sarah.get(ROW).content.decode()


# --- Pictures -------------------------------------------------------------------------------------------------------


def test_a_picture_is_uploaded_and_shown_with_what_to_paste(as_sarah: Client, media: Path) -> None:
    content = file("JPEG", (1_000, 500))
    response = as_sarah.post(ADD, {"file": upload(content, "IMG_1.JPG"), "description": "A [bench] in snow"})
    assert response.status_code == 302
    picture = Picture.objects.get()
    assert (picture.width, picture.height, picture.widths) == (1000, 500, [240, 480, 960, 1000])
    assert {path.name for path in media.iterdir()} == {f"{picture.name}-{width}.webp" for width in picture.widths}
    html = as_sarah.get(f"{PICTURES}{picture.pk}/change/").content.decode()
    assert f"![A \\[bench\\] in snow](/media/pictures/{picture.name}-960.webp)" in html
    assert "Nowhere yet." in html
    assert picture.thumbnail in as_sarah.get(PICTURES).content.decode()


@pytest.mark.parametrize(
    ("content", "why"),
    [(lambda: b"<svg/>", "cannot be read"), (bytes, "empty"), (pixel_bomb, "more than 50 megapixels")],
    ids=["SVG", "nothing", "a pixel bomb"],
)
def test_a_file_that_is_no_picture_is_refused_in_words(
    as_sarah: Client, content: Callable[[], bytes], why: str, media: Path
) -> None:
    response = as_sarah.post(ADD, {"file": upload(content()), "description": "A bench"})
    assert why in errors(response)
    assert 'value="A bench"' in response.content.decode()
    assert not Picture.objects.exists()
    assert not media.exists()


def test_a_picture_needs_words_and_without_them_no_file_is_left(as_sarah: Client, media: Path) -> None:
    assert errors(as_sarah.post(ADD, {"file": upload(file()), "description": " "}))
    assert not media.exists()
    assert errors(as_sarah.post(ADD, {"description": "A bench"}))


def test_the_same_picture_is_there_once(as_sarah: Client) -> None:
    stored("Two mugs")
    assert "here already: “Two mugs”" in errors(as_sarah.post(ADD, {"file": upload(file()), "description": "Again"}))


def test_its_file_cannot_be_replaced(as_sarah: Client) -> None:
    picture = stored()
    response = as_sarah.post(
        f"{PICTURES}{picture.pk}/change/", {"file": upload(file(size=(9, 9))), "description": "New", "name": "x"}
    )
    assert response.status_code == 302
    changed = Picture.objects.get()
    assert (changed.name, changed.width, changed.description) == (picture.name, picture.width, "New")


def test_another_description_reaches_the_articles_that_show_it(as_sarah: Client) -> None:
    picture = stored("Old words")
    article = make_article(body=f"![]({picture.src})")
    as_sarah.post(f"{PICTURES}{picture.pk}/change/", {"description": "New words"})
    changed = Article.objects.get(pk=article.pk)
    assert 'alt="New words"' in changed.body_html
    assert changed.discussion_version == article.discussion_version + 1
    assert changed.updated_at == article.updated_at


@pytest.mark.parametrize("use", ["text", "lead", "portrait"])
def test_a_picture_in_use_says_where_and_is_not_deleted(as_sarah: Client, use: str, media: Path) -> None:
    picture = stored()
    if use == "portrait":
        SiteIdentity.objects.create(pk=1, portrait=picture)
    else:
        make_article(
            title="With a picture",
            body=f"![]({picture.src})" if use == "text" else "Words.",
            lead_picture=picture if use == "lead" else None,
        )
    html = as_sarah.get(f"{PICTURES}{picture.pk}/change/").content.decode()
    assert ("the portrait" if use == "portrait" else "With a picture") in html
    assert as_sarah.post(f"{PICTURES}{picture.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Picture.objects.exists()
    assert list(media.iterdir())


def test_a_picture_that_is_nowhere_goes_with_its_files(
    as_sarah: Client, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    picture = stored()
    with django_capture_on_commit_callbacks(execute=True):
        assert as_sarah.post(f"{PICTURES}{picture.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Picture.objects.exists()
    assert list(media.iterdir()) == []


def test_the_list_deletes_nothing_in_bulk(as_sarah: Client) -> None:
    picture = stored()
    data = {"action": "delete_selected", "_selected_action": [picture.pk], "post": "yes"}
    as_sarah.post(PICTURES, data)
    assert Picture.objects.exists()


def test_an_article_gets_its_picture_above_the_text(as_sarah: Client, article: Article) -> None:
    picture = stored("Two mugs")
    html = as_sarah.get(f"/admin/advice/article/{article.pk}/change/").content.decode()
    assert 'name="lead_picture"' in html
    Article.objects.filter(pk=article.pk).update(lead_picture=picture)
    page = as_sarah.get(article.get_absolute_url()).content.decode()
    assert f'srcset="{picture.srcset}"' in page
    assert 'fetchpriority="high"' in page


def test_an_articles_preview_shows_its_pictures_as_readers_get_them(as_sarah: Client) -> None:
    picture = stored()
    response = as_sarah.post("/admin/advice/article/preview/", {"body": f"![]({picture.src})", "title": "x"})
    assert "srcset" in response.content.decode()
