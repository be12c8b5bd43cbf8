"""manage.py check_links: every link within the site that leads nowhere is named with its place, and no other."""

import io
import tracemalloc
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from advice import publishing
from advice.models import Article
from advice.site_models import MenuItem, SiteIdentity
from comments import arranging, moderation, moving
from comments.desk_models import SavedReply
from comments.models import Comment
from tests import buckets
from tests.factories import answer, ask, discuss, make_article, make_situation, moderator, reply_to

pytestmark = pytest.mark.django_db


def check() -> tuple[int, list[str]]:
    out = io.StringIO()
    code = 0
    try:
        call_command("check_links", stdout=out)
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    return code, out.getvalue().splitlines()


def found(*links: str, article: Article | None = None) -> list[str]:
    """What is said of these links in an article, without its place; last the sum."""
    body = "\n\n".join(f"[x]({link})" for link in links)
    make_article(title="Here", slug="here", body=f"## Wait a while\n\n{body}")
    lines = check()[1]
    return [line.removeprefix("article “Here”: ") for line in lines]


def test_a_site_whose_links_are_right_has_nothing_to_mend(article: Article) -> None:
    question = ask(article, "Is he gone?")
    reply = reply_to(question)
    make_situation("Silence")
    own = article.get_absolute_url()
    lines = found(
        *(own, f"{own}#wait", f"{own}#respond", f"{own}feed/", f"{own}#comment-{reply.pk}", f"{own}comments/"),
        *(
            "/",
            "/help/",
            "/questions/?q=silence",
            "/search/?q=x",
            "/situations/silence/",
            "/q/",
            "/feed/",
            "/sitemap.xml",
        ),
        *(f"/questions/{question.pk}/", f"/questions/{question.pk}/#comment-{reply.pk}", f"/comments/{reply.pk}/"),
        *("#wait-a-while", "#comments", f"http://127.0.0.1:8000{own}", "/static/advice/icon.svg"),
        *("https://evil.example/nothing/", "mailto:a@b.example", "tel:116123", "//other.example/x/"),
    )
    assert lines == ["21 links, 0 dead, 0 moved"]
    assert check()[0] == 0


def test_what_leads_nowhere_is_named_with_the_reason(article: Article) -> None:
    hidden = ask(article, "Hidden?", approved=False)
    own = article.get_absolute_url()
    draft = make_article(published_at=None)
    nothing = "(dead: there is no such page)"
    expected = {
        "/nothing/": nothing,
        "nothing/": nothing,
        draft.get_absolute_url(): nothing,
        f"{own}comment-page-9/": nothing,
        f"{own}#nothing": "(dead: the page has no part “nothing”)",
        "#nothing": "(dead: the page has no part “nothing”)",
        f"/comments/{hidden.pk}/": nothing,
        "/comments/99999999999999999999/": nothing,
        f"{own}#comment-{hidden.pk}": f"(dead: readers see no comment {hidden.pk})",
        "/situations/nothing/": nothing,
        f"/media/pictures/{'a' * 32}-320.webp": nothing,
        "/static/nothing.css": nothing,
        "/wp-login.php": "(dead: it belonged to WordPress)",
        "/admin/desk/": "(dead: readers cannot open the admin)",
        "http://127.0.0.1:8000/nothing": nothing,
        "/%00/": nothing,
    }
    lines = found(*expected, "/q/secrettoken/")
    assert lines[:-2] == [f"{link} {why}" for link, why in expected.items()]
    assert lines[-2:] == ["/q/… (dead: this is a private address)", "17 links, 17 dead, 0 moved"]
    assert check()[0] == 1


def test_what_moved_is_named_with_the_place_where_it_is(article: Article) -> None:
    moved = make_article(slug="before")
    moved.slug = "after"
    publishing.rewrite(moved, ["slug"])
    twice, once = ask(article, "Is he gone?"), ask(article, "Has he gone?")
    elsewhere = ask(article, "Where is he?")
    reply = reply_to(once)
    arranging.merge(twice, once, by=moderator())
    moving.move(elsewhere, by=None, article=moved)
    own = article.get_absolute_url()
    expected = {
        "/before/": "/after/",
        "/before/#wait": "/after/#wait",
        "/before": "/after/",
        "/2019/03/after/": "/after/",
        "/after": "/after/",
        f"/questions/{twice.pk}/": f"/questions/{once.pk}/",
        f"/comments/{twice.pk}/": f"/comments/{once.pk}/",
        f"/questions/{reply.pk}/": f"/questions/{once.pk}/",
        f"{own}#comment-{elsewhere.pk}": f"/comments/{elsewhere.pk}/",
        f"{own}comment-page-1/": own,
    }
    lines = found(*expected)
    assert lines == [*(f"{link} (moved to {to})" for link, to in expected.items()), "10 links, 0 dead, 10 moved"]
    assert check()[0] == 0


def test_every_place_where_somebody_writes_is_looked_at(article: Article, sarah: Any) -> None:
    draft = make_article(title="Draft", published_at=None, body="## A\n\n[x](/in-draft/) [y](#nothing-yet)")
    given = answer(ask(article), "[x](/in-answer/)", by=sarah)
    moderation.trash(answer(ask(article, "Again?"), "[x](/in-trash/)", by=sarah), by=sarah)
    ask(article, "http://127.0.0.1:8000/in-a-readers-words/")
    SavedReply.objects.create(title="Wait", body="{name}, {article:nowhere}, {article:draft-it}, [x](/in-reply/)")
    SiteIdentity.objects.create(pk=1, bio="[x](/in-bio/)", footer_text="[x](/in-footer/)")
    MenuItem.objects.create(article=draft, label="About")
    discuss(elsewhere_text="Look: {link}, [x](/in-words/)")
    make_situation("Silence", description="See http://127.0.0.1:8000/in-situation/")
    code, lines = check()
    assert [line.removesuffix(" (dead: there is no such page)") for line in lines] == [
        "article “Draft”: /in-draft/",
        f"answer {given.pk}: /in-answer/",
        "saved reply “Wait”: /nowhere/",
        "saved reply “Wait”: /draft-it/",
        "saved reply “Wait”: /in-reply/",
        "site identity, bio: /in-bio/",
        "site identity, footer text: /in-footer/",
        "discussion settings, answered elsewhere: /in-words/",
        "situation “Silence”: http://127.0.0.1:8000/in-situation/",
        f"menu “About”: {draft.get_absolute_url()}",
        "10 links, 10 dead, 0 moved",
    ]
    assert code == 1


def test_hundreds_of_answers_with_the_same_links_cost_few_queries_and_little_memory(article: Article) -> None:
    question, user = ask(article), moderator()
    html = f'<p><a href="{article.get_absolute_url()}">x</a> <a href="/nothing/">y</a></p>' + "x" * 2_000
    first = Comment.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    now = timezone.now()
    Comment.objects.bulk_create(
        Comment(
            pk=pk, tree_id=pk, lft=1, rght=2, level=0, article=article, author=user, body="x", body_html=html,
            status="approved", posted_at=now, published_at=now,
        )
        for pk in range(first, first + 400)
    )  # fmt: skip
    tracemalloc.start()
    with CaptureQueriesContext(connection) as queries:
        code, lines = check()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (code, lines[-1]) == (1, "800 links, 400 dead, 0 moved")
    assert len(queries) < 25
    assert peak < 8_000_000
    assert question.pk


def test_links_to_many_comments_cost_no_query_each(article: Article) -> None:
    thread = [ask(article), *(reply_to(Comment.objects.order_by("pk")[0], f"Reply {n}") for n in range(9))]
    links = [f"{article.get_absolute_url()}#comment-{comment.pk}" for comment in thread]
    links += [f"/comments/{comment.pk}/" for comment in thread]
    with CaptureQueriesContext(connection) as few:
        assert found(*links[:2]) == ["2 links, 0 dead, 0 moved"]
    Article.objects.filter(slug="here").delete()
    with CaptureQueriesContext(connection) as many:
        assert found(*links) == ["20 links, 0 dead, 0 moved"]
    assert len(many) == len(few)


def test_what_is_said_of_a_link_is_what_the_site_does(client: Client, article: Article) -> None:
    """Moved is what redirects to the place that is named; dead what is no page."""
    moved = make_article(slug="before")
    moved.slug = "after"
    publishing.rewrite(moved, ["slug"])
    question = ask(article)
    own = article.get_absolute_url()
    links = [own, f"{own}feed/", f"{own}comment-page-1/", f"{own}comment-page-2/", "/before/", "/before", "/after"]
    links += [f"/comments/{question.pk}/", "/nothing/", "/2019/", "/category/x/", "/page/2/", "/help", "/archives/1/"]
    said = dict(line.split(" (", 1) for line in found(*links)[:-1])
    for link in links:
        response = client.get(link)
        if "dead" in said.get(link, ""):
            assert response.status_code in (404, 410), link
        elif link in said:
            assert response["Location"] == said[link].removeprefix("moved to ").removesuffix(")"), link
        else:
            assert response.status_code == 200 or link.startswith("/comments/"), link


def test_a_bucket_that_is_away_is_told(settings: Any) -> None:
    buckets.keep_in(buckets.nobodys(), settings)
    with pytest.raises(CommandError, match=r"^the bucket does not answer: \w+\. Not all links were looked at\.$"):
        found(f"/media/pictures/{'a' * 32}-64.webp")
