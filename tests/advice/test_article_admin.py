"""Articles in the admin: written, previewed, published, moved, opened and closed."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from advice.models import Article, OldAddress
from comments.reader_models import Situation
from tests.factories import ask, make_article, make_situation, submission

pytestmark = pytest.mark.django_db
LIST = "/admin/advice/article/"


@pytest.fixture
def as_sarah(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def form(article: Article | None = None, **changes: Any) -> dict[str, Any]:
    """The form as the browser sends it back, with changes."""
    published = article.published_at if article else None
    data = {
        "title": article.title if article else "When he is silent",
        "slug": article.slug if article else "when-he-is-silent",
        "summary": article.summary if article else "",
        "body": article.body if article else "## Wait\n\nGive it **time**.",
        "published_at_0": f"{published:%Y-%m-%d}" if published else "",
        "published_at_1": f"{published:%H:%M:%S}" if published else "",
        "listed": "on",
        "comments_open": "on",
        **changes,
    }
    return {name: value for name, value in data.items() if value is not None}


def change(client: Client, article: Article, **changes: Any) -> Article:
    response = client.post(f"{LIST}{article.pk}/change/", form(article, **changes))
    assert response.status_code == 302, response.context["errors"]
    return Article.objects.get(pk=article.pk)


def act(client: Client, action: str, *articles: Article) -> None:
    chosen = [article.pk for article in articles]
    assert client.post(LIST, {"action": action, "_selected_action": chosen}).status_code == 302


def whole(article: Article) -> Article:
    """The article with its publication at a full second, as the form can hold it."""
    Article.objects.filter(pk=article.pk).update(published_at=article.published_at.replace(microsecond=0))  # type: ignore[union-attr]
    return Article.objects.get(pk=article.pk)


# --- Rights ---------------------------------------------------------------------------------------------------------


def test_only_those_with_the_right_write_articles(client: Client, article: Article) -> None:
    paths = [LIST, f"{LIST}add/", f"{LIST}{article.pk}/change/"]
    assert {client.get(path).status_code for path in paths} == {302}
    assert client.post(f"{LIST}preview/", {"body": "x"}).status_code == 302
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    assert {client.get(path).status_code for path in paths} == {403}
    assert client.post(f"{LIST}preview/", {"body": "x"}).status_code == 403


def test_not_even_a_superuser_deletes_an_article(client: Client, article: Article) -> None:
    client.force_login(User.objects.create_superuser("root"))
    assert client.post(f"{LIST}{article.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": [article.pk], "post": "yes"})
    assert Article.objects.filter(pk=article.pk).exists()


# --- Writing --------------------------------------------------------------------------------------------------------


def test_a_new_article_is_its_writers_draft_with_its_markdown_rendered(as_sarah: Client, sarah: Any) -> None:
    assert as_sarah.post(f"{LIST}add/", form()).status_code == 302
    article = Article.objects.get()
    assert article.author == sarah
    assert article.published_at is None
    assert "<strong>time</strong>" in article.body_html
    assert article.contents == [[2, "wait", "Wait"]]
    assert article.word_count == 4


@pytest.mark.parametrize("slug", ["admin", "questions", "2024"])
def test_an_address_that_the_site_needs_is_refused(as_sarah: Client, slug: str) -> None:
    response = as_sarah.post(f"{LIST}add/", form(slug=slug))
    assert "The site uses this address itself." in response.content.decode()
    assert not Article.objects.exists()


def test_a_changed_body_is_rendered_and_readers_get_it_at_once(as_sarah: Client, article: Article) -> None:
    article = whole(article)
    as_sarah.get(f"/{article.slug}/")
    changed = change(as_sarah, article, body="Now *this*.")
    assert changed.body_html.strip() == "<p>Now <em>this</em>.</p>"
    assert changed.contents == []
    assert changed.updated_at > article.updated_at
    assert changed.discussion_version == article.discussion_version + 1
    assert "Now <em>this</em>." in as_sarah.get(f"/{article.slug}/").content.decode()


def test_saving_writes_only_what_was_changed(
    as_sarah: Client, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between loading the row and writing it a question is published: its count must not be written back."""
    from advice import publishing

    article, rewrite = whole(article), publishing.rewrite

    def late(*args: Any) -> None:
        ask(article)
        Article.objects.filter(pk=article.pk).update(summary="Written in another tab.")
        rewrite(*args)

    monkeypatch.setattr(publishing, "rewrite", late)
    changed = change(as_sarah, article, title="Another title")
    assert (changed.title, changed.summary) == ("Another title", "Written in another tab.")
    assert (changed.comment_count, changed.question_count) == (1, 1)
    assert changed.discussion_version == article.discussion_version + 2


def test_an_articles_situations_are_ticked_and_readers_get_them_at_once(as_sarah: Client, article: Article) -> None:
    article, silence = whole(article), make_situation("Silence")
    as_sarah.get(f"/{article.slug}/")
    changed = change(as_sarah, article, situations=[silence.pk])
    assert list(changed.situations.all()) == [silence]
    assert changed.updated_at == article.updated_at
    assert changed.discussion_version == article.discussion_version + 1
    assert 'href="/situations/silence/"' in as_sarah.get(f"/{article.slug}/").content.decode()
    assert not change(as_sarah, changed).situations.exists()


def test_a_new_article_has_the_situations_it_was_given(as_sarah: Client) -> None:
    silence = make_situation("Silence")
    as_sarah.post(f"{LIST}add/", form(situations=[silence.pk]))
    assert list(Article.objects.get().situations.all()) == [silence]


def test_a_moderator_writes_and_deletes_situations(as_sarah: Client, article: Article) -> None:
    path = "/admin/comments/situation/"
    new = {"name": "On and off", "slug": "on-and-off", "description": "", "order": "1"}
    assert as_sarah.post(f"{path}add/", new).status_code == 302
    situation = Situation.objects.get()
    article.situations.add(situation)
    assert "On and off" in as_sarah.get(path).content.decode()
    assert as_sarah.post(f"{path}{situation.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not article.situations.exists()


def test_saving_without_a_change_writes_nothing(as_sarah: Client, article: Article) -> None:
    article = whole(article)
    same = change(as_sarah, article)
    assert (same.updated_at, same.discussion_version) == (article.updated_at, article.discussion_version)


def test_closing_the_questions_is_no_update_of_the_text(as_sarah: Client, article: Article) -> None:
    article = whole(article)
    changed = change(as_sarah, article, comments_open=None)
    assert not changed.comments_open
    assert changed.updated_at == article.updated_at
    assert changed.discussion_version == article.discussion_version + 1


def test_a_draft_raises_no_version(as_sarah: Client) -> None:
    draft = make_article(published_at=None)
    assert change(as_sarah, draft, title="Other").discussion_version == draft.discussion_version


def test_a_published_article_that_moves_leaves_its_address_behind(as_sarah: Client, article: Article) -> None:
    article = whole(article)
    change(as_sarah, article, slug="a-better-address")
    response = as_sarah.get(f"/{article.slug}/")
    assert (response.status_code, response.headers["Location"]) == (301, "/a-better-address/")


def test_an_article_that_moves_back_leads_in_no_circle(as_sarah: Client, article: Article) -> None:
    article = whole(article)
    moved = change(as_sarah, article, slug="elsewhere")
    change(as_sarah, moved, slug=article.slug)
    assert as_sarah.get(f"/{article.slug}/").status_code == 200
    assert [address.path for address in OldAddress.objects.all()] == ["/elsewhere"]


def test_a_draft_that_moves_leaves_nothing(as_sarah: Client) -> None:
    change(as_sarah, make_article(published_at=None), slug="elsewhere")
    assert not OldAddress.objects.exists()


def test_an_imported_article_is_edited_as_html(as_sarah: Client, sarah: Any) -> None:
    article = whole(make_article(author=sarah, format="html", body="<p>Old <b>text</b></p>"))
    html = as_sarah.get(f"{LIST}{article.pk}/change/").content.decode()
    assert "is HTML, not Markdown" in html
    assert "preview/?format=html" in html
    assert change(as_sarah, article, body="<p>New <script>x</script></p>").body_html == "<p>New </p>"


# --- Looking --------------------------------------------------------------------------------------------------------


def test_a_preview_shows_the_text_as_readers_would_get_it_and_saves_nothing(as_sarah: Client) -> None:
    response = as_sarah.post(f"{LIST}preview/", form(title="A <title>", body="## Wait\n\n**Now** <script>"))
    html = response.content.decode()
    assert response.status_code == 200
    assert "A &lt;title&gt;" in html
    assert '<h2 id="wait">Wait</h2>' in html
    assert "<strong>Now</strong> &lt;script&gt;" in html
    assert not Article.objects.exists()


def test_a_preview_of_imported_html_is_sanitised(as_sarah: Client) -> None:
    response = as_sarah.post(f"{LIST}preview/?format=html", {"body": "<p onclick=x>Hi<script>alert(1)</script></p>"})
    assert "<p>Hi</p>" in response.content.decode()


def test_a_preview_takes_posts_only_and_copes_with_nothing(as_sarah: Client) -> None:
    assert as_sarah.get(f"{LIST}preview/").status_code == 405
    assert as_sarah.post(f"{LIST}preview/").status_code == 200


def test_only_a_published_article_links_to_the_site(as_sarah: Client, article: Article) -> None:
    draft = make_article(published_at=None)
    assert f'href="/{article.slug}/"' in as_sarah.get(f"{LIST}{article.pk}/change/").content.decode()
    assert f'href="/{draft.slug}/"' not in as_sarah.get(f"{LIST}{draft.pk}/change/").content.decode()


def test_the_list_tells_drafts_scheduled_and_published_apart(as_sarah: Client, article: Article) -> None:
    make_article(published_at=None)
    make_article(published_at=timezone.now() + timedelta(days=1))
    html = as_sarah.get(LIST).content.decode()
    assert [html.count(f">{state}</td>") for state in ("Draft", "Scheduled", "Published")] == [1, 1, 1]


# --- Actions --------------------------------------------------------------------------------------------------------


def test_publishing_and_unpublishing(as_sarah: Client) -> None:
    draft = make_article(published_at=None)
    scheduled = make_article(published_at=timezone.now() + timedelta(days=1))
    act(as_sarah, "publish", draft, scheduled)
    for article in (draft, scheduled):
        assert as_sarah.get(f"/{article.slug}/").status_code == 200
    act(as_sarah, "unpublish", draft)
    assert as_sarah.get(f"/{draft.slug}/").status_code == 404


def test_publishing_again_keeps_the_date(as_sarah: Client, article: Article) -> None:
    act(as_sarah, "publish", article)
    assert Article.objects.get().published_at == article.published_at


def test_closing_and_opening_the_questions(as_sarah: Client, article: Article) -> None:
    from comments import posting, refusals

    act(as_sarah, "close_comments", article)
    with pytest.raises(refusals.Closed):
        posting.post(submission(article))
    assert "closed here" in as_sarah.get(f"/{article.slug}/").content.decode()
    act(as_sarah, "open_comments", article)
    assert posting.post(submission(article)).is_new
