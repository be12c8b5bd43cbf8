"""The article's page: what readers see of a discussion, at which address, at which cost."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from advice.models import Article
from comments import locking, moderation, threads
from comments.models import Comment
from tests.factories import answer, ask, fresh, make_article, make_situation, reply_to, tell_the_planner

pytestmark = pytest.mark.django_db


def page(client: Client, address: Any, status: int = 200) -> str:
    response = client.get(address if isinstance(address, str) else address.get_absolute_url())
    assert response.status_code == status
    return str(response.content.decode())


def shown(html: str) -> list[int]:
    """The pks of the comments on a page, in order."""
    return [int(pk) for pk in re.findall(r'<li id="comment-(\d+)"', html)]


def many(article: Any, count: int, **columns: Any) -> list[Comment]:
    """Approved questions, written in bulk with what follows from them."""
    now = timezone.now()
    first = (Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    start = threads.thread_count(article.pk)
    rows = Comment.objects.bulk_create(
        Comment(
            **{
                "pk": pk, "tree_id": pk, "lft": 1, "rght": 2, "level": 0, "article": article, "name": f"R{pk}",
                "body": "b", "body_html": "<p>b</p>", "status": "approved", "posted_at": now, "published_at": now,
                "position": start + pk - first + 1, **columns,
            }
        )
        for pk in range(first, first + count)
    )  # fmt: skip
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence('comments_comment', 'id'), %s)", [first + count])
    locking.add_to_counts(article.pk, count, count)
    tell_the_planner()
    return rows


def chain(root: Comment, count: int, **columns: Any) -> list[Comment]:
    """Approved replies below each other, all in one thread, written in bulk."""
    now = timezone.now()
    first = (Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    rows = Comment.objects.bulk_create(
        Comment(
            **{
                "pk": first + i, "tree_id": root.pk, "parent_id": first + i - 1 if i else root.pk, "lft": 2 + i,
                "rght": 2 * count + 1 - i, "level": i + 1, "article_id": root.article_id, "name": f"R{i}", "body": "b",
                "body_html": "<p>b</p>", "status": "approved", "posted_at": now, "published_at": now, **columns,
            }
        )
        for i in range(count)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE comments_comment SET rght = %s, reply_count = %s WHERE id = %s", [2 * count + 2, count, root.pk]
        )
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence('comments_comment', 'id'), %s)", [first + count])
    return rows


def test_an_article_without_questions_invites_the_first(client: Client, article: Any) -> None:
    html = page(client, article)
    assert '<article id="article"' in html
    assert "0 comments" in html
    assert "first question" in html
    assert '<form id="respond"' in html


def test_threads_stand_newest_first_and_replies_oldest_first(client: Client, article: Any, sarah: Any) -> None:
    first, second = ask(article, "one"), ask(article, "two")
    reply = reply_to(first)
    reply_2 = reply_to(first, "And me.")
    answered = answer(first, by=sarah)
    html = page(client, article)
    assert shown(html) == [second.pk, first.pk, reply.pk, reply_2.pk, answered.pk]
    assert "5 comments" in html
    assert "1 of 2 questions answered" in html


def test_only_moderators_comments_are_marked_as_answers(client: Client, article: Any, sarah: Any) -> None:
    question = ask(article, name="Sarah B.")
    answered = answer(question, by=sarah)
    html = page(client, article)
    assert re.findall(r'<li id="comment-(\d+)" class="comment comment--answer"', html) == [str(answered.pk)]
    assert html.count("comment__badge") == 1


@pytest.mark.parametrize("status", ["pending", "spam", "trash"])
def test_what_is_not_approved_is_on_no_public_page(client: Client, article: Any, sarah: Any, status: str) -> None:
    question = ask(article, "SECRET WORDS", approved=False)
    if status != "pending":
        {"spam": moderation.mark_spam, "trash": moderation.trash}[status](question, by=sarah)
    assert "SECRET WORDS" not in page(client, article)
    assert "0 comments" in page(client, article)
    assert "SECRET WORDS" not in page(client, "/")
    for address in (f"/comments/{question.pk}/", f"/questions/{question.pk}/", f"/comments/{question.pk}/reply/"):
        page(client, address, 404)


def test_a_removed_comment_with_living_replies_is_a_placeholder(client: Client, article: Any, sarah: Any) -> None:
    question = ask(article, "SECRET WORDS", name="Annabel")
    reply = reply_to(question)
    moderation.trash(question, by=sarah)
    html = page(client, article)
    assert shown(html) == [question.pk, reply.pk]
    assert "comment--removed" in html
    assert "SECRET WORDS" not in html
    assert "Annabel" not in html
    assert "1 comment<" in html
    assert client.get(f"/comments/{question.pk}/").status_code == 302
    thread = page(client, f"/questions/{question.pk}/")
    assert "SECRET WORDS" not in thread
    assert "Annabel" not in thread
    moderation.trash(reply, by=sarah)
    assert shown(page(client, article)) == []
    page(client, f"/comments/{question.pk}/", 404)


def test_comments_of_a_draft_are_on_no_public_page(client: Client, article: Any) -> None:
    question = ask(article, "SECRET WORDS")
    Article.objects.filter(pk=article.pk).update(published_at=None)
    for address in (article.get_absolute_url(), f"/comments/{question.pk}/", f"/questions/{question.pk}/"):
        page(client, address, 404)
    assert "SECRET WORDS" not in page(client, "/")


@pytest.mark.parametrize(
    ("total", "on_article", "full_pages"),
    [(0, 0, 0), (1, 1, 0), (19, 19, 0), (20, 20, 1), (39, 39, 1), (40, 20, 2), (41, 21, 2)],
)
def test_page_numbers(client: Client, article: Any, total: int, on_article: int, full_pages: int) -> None:
    pks = [comment.pk for comment in many(article, total)]
    address = article.get_absolute_url()
    assert shown(page(client, address)) == pks[::-1][:on_article]
    for number in range(1, full_pages + 1):
        assert shown(page(client, f"{address}comment-page-{number}/")) == pks[(number - 1) * 20 : number * 20][::-1]
    after = client.get(f"{address}comment-page-{full_pages + 1}/")
    not_yet_full = total < 20 or total % 20 > 0
    assert after.status_code == (302 if not_yet_full else 404)
    if not_yet_full:
        assert after["Location"] == address
    page(client, f"{address}comment-page-{full_pages + 2}/", 404)


@pytest.mark.parametrize("number", ["0", "00", "01", "-1", "x", "1.0", "٣", "9" * 12, "9" * 5_000])
def test_what_is_no_page_number_is_not_found(client: Client, article: Any, number: str) -> None:
    many(article, 40)
    page(client, f"{article.get_absolute_url()}comment-page-{number}/", 404)


def test_an_imported_articles_old_pages_always_lead_somewhere(client: Client) -> None:
    article = make_article(source="old.example", source_id="7")
    assert client.get(f"{article.get_absolute_url()}comment-page-9/").status_code == 302


def test_a_permalink_leads_to_the_full_page_or_the_article(client: Client, article: Any) -> None:
    comments = many(article, 45)
    address = article.get_absolute_url()
    assert (
        client.get(f"/comments/{comments[0].pk}/")["Location"] == f"{address}comment-page-1/#comment-{comments[0].pk}"
    )
    assert (
        client.get(f"/comments/{comments[39].pk}/")["Location"] == f"{address}comment-page-2/#comment-{comments[39].pk}"
    )
    assert client.get(f"/comments/{comments[44].pk}/")["Location"] == f"{address}#comment-{comments[44].pk}"


def test_a_link_made_for_an_imported_page_means_the_comment_that_had_the_number_there(
    client: Client, article: Any
) -> None:
    own = ask(article, "Is he gone?")
    moved_in = make_article(title="Moved in", source="old.example", source_id="7")
    theirs = ask(moved_in, "Has she gone?")
    Comment.objects.filter(pk=theirs.pk).update(source="old.example", source_id=str(own.pk))
    place = f"{moved_in.get_absolute_url()}#comment-{theirs.pk}"
    assert client.get(f"/comments/{own.pk}/", {"on": moved_in.slug})["Location"] == place
    for asked in ({}, {"on": article.slug}, {"on": "nothing\U0001f600"}):
        assert client.get(f"/comments/{own.pk}/", asked)["Location"].endswith(f"#comment-{own.pk}")


@pytest.mark.parametrize("pk", ["0", "9" * 18, "9" * 30])
def test_a_comment_that_is_not_there_is_not_found(client: Client, pk: str) -> None:
    for address in (f"/comments/{pk}/", f"/comments/{pk}/?on=x", f"/questions/{pk}/", f"/comments/{pk}/reply/"):
        page(client, address, 404)


def test_a_long_thread_is_shortened_with_its_answers_among_it(client: Client, article: Any, sarah: Any) -> None:
    question = ask(article)
    replies = chain(question, 200)
    last = answer(fresh(replies[-1]), "The answer at the very end.", by=sarah)
    html = page(client, article)
    assert len(shown(html)) <= 51
    assert last.pk in shown(html)
    assert "151 more replies" in html
    assert f'href="/questions/{question.pk}/"' in html
    assert (
        client.get(f"/comments/{replies[150].pk}/")["Location"]
        == f"/questions/{question.pk}/?page=2#comment-{replies[150].pk}"
    )


def test_the_whole_thread_comes_in_pages_of_a_hundred(client: Client, article: Any) -> None:
    question = ask(article)
    replies = chain(question, 230)
    sizes = [len(shown(page(client, f"/questions/{question.pk}/?page={number}"))) for number in (1, 2, 3)]
    assert sizes == [101, 101, 31]
    for number in ("0", "4", "01", "x", ""):
        page(client, f"/questions/{question.pk}/?page={number}", 404)
    response = client.get(f"/questions/{replies[120].pk}/")
    assert response["Location"] == f"/questions/{question.pk}/?page=2#comment-{replies[120].pk}"


def test_any_depth_renders_balanced_and_says_whom_a_deep_reply_answers(client: Client, article: Any) -> None:
    question = ask(article)
    replies = chain(question, 40)
    for address in (article.get_absolute_url(), f"/questions/{question.pk}/"):
        html = page(client, address)
        section = html[html.index('<ol class="thread-list">') :]
        assert section.count("<ol") == section.count("</ol>")
        assert len(re.findall("<li[ >]", html)) == html.count("</li>")
        assert f'<li id="comment-{replies[39].pk}" class="comment" data-level="40">' in html
        assert html.count('class="replies"') == 5
        assert "in reply to" in html
    page(client, f"/comments/{replies[39].pk}/reply/")


@pytest.mark.parametrize("replies", [11, 60])  # all are read of the shorter ones
def test_the_busiest_page_stays_below_its_budgets(client: Client, article: Any, replies: int) -> None:
    long = "<p>" + "word " * 2_000 + "</p>"
    roots = many(article, 39, body_html=long, excerpt_html="<p>" + "word " * 300 + "</p>")
    for root in roots:
        chain(root, replies, body_html=long, excerpt_html="<p>" + "word " * 300 + "</p>")
    with CaptureQueriesContext(connection) as queries:
        html = page(client, article)
    assert len(queries) <= 8
    assert len(html.encode()) < 500_000
    assert set(shown(html)) >= {root.pk for root in roots}


def test_answers_are_shown_on_a_full_page_of_long_threads(client: Client, article: Any, sarah: Any) -> None:
    answers = []
    for root in many(article, 20):
        last = chain(root, 60)[-1]
        answers += [answer(fresh(last), f"Answer {number}: " + "word " * 900, by=sarah).pk for number in range(3)]
    assert set(answers) <= set(shown(page(client, article)))


@pytest.mark.parametrize("kind", ["home", "thread", "permalink", "reply"])
def test_other_pages_stay_within_eight_queries(client: Client, article: Any, sarah: Any, kind: str) -> None:
    questions = [ask(article, f"question {number}") for number in range(12)]
    replies = chain(questions[0], 120)
    answer(fresh(replies[-1]), by=sarah)
    address = {
        "home": "/",
        "thread": f"/questions/{questions[0].pk}/",
        "permalink": f"/comments/{replies[100].pk}/",
        "reply": f"/comments/{replies[3].pk}/reply/",
    }[kind]
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code in (200, 302)
    assert 0 < len(queries) <= 8


def test_the_queries_of_a_page_do_not_grow(client: Client, article: Any, sarah: Any) -> None:
    for _ in range(10):
        answer(ask(article, f"q{_}"), by=sarah)
    cache.clear()
    with CaptureQueriesContext(connection) as few:
        page(client, article)
    many(article, 1_970)
    cache.clear()  # the site's identity too is read once a minute
    with CaptureQueriesContext(connection) as lots:
        page(client, article)
    assert len(few) == len(lots) <= 8
    with CaptureQueriesContext(connection) as cached:
        page(client, article)
    assert len(cached) == 1


def test_a_full_article_costs_eight_queries_at_most(client: Client, article: Any, sarah: Any) -> None:
    """With situations, a picture's place, answers far down in long threads, and questions whose answers point to it."""
    article.situations.add(make_situation("Silence"))
    for root in many(article, 20):
        answer(fresh(chain(root, 60)[-1]), by=sarah)
    answer(ask(make_article()), f"Read [this]({article.get_absolute_url()}).", by=sarah)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        html = page(client, article)
    assert 'class="pointing"' in html
    assert "in reply to" in html
    assert len(queries) <= 8


def test_an_article_shows_the_five_newest_questions_whose_answers_point_to_it(
    client: Client, article: Any, sarah: Any
) -> None:
    other, address = make_article(author=sarah), article.get_absolute_url()
    assert "points here" not in page(client, article)
    questions = [ask(other, f"q{number}", name=f"N{number}") for number in range(10)]
    for question in questions:
        answer(question, f"Read [this]({address}).", by=sarah)
    moderation.trash(questions[9], by=sarah)
    cache.clear()  # what happens on another article shows within a minute
    html = page(client, article)
    nav = html[html.index('<nav class="pointing"') : html.index('<section id="comments"')]
    assert re.findall(r'href="/questions/(\d+)/"', nav) == [str(question.pk) for question in questions[8:0:-1]]
    assert "Sarah points here" in nav


def test_a_reader_who_asks_is_told_apart_from_an_answer_at_a_glance(client: Client, article: Any, sarah: Any) -> None:
    answer(ask(article, "one"), by=sarah)
    ask(article, "two")
    html = page(client, article)
    assert html.count('<span class="comment__badge">Answer</span>') == 1
    assert html.count('<span class="comment__badge">waiting for an answer</span>') == 1


def test_a_page_is_new_at_once_when_its_discussion_changes(client: Client, article: Any, sarah: Any) -> None:
    before = client.get(article.get_absolute_url())
    question = ask(article, approved=False)
    assert client.get(article.get_absolute_url())["ETag"] == before["ETag"]
    moderation.approve(question, by=sarah)
    assert question.pk in shown(page(client, article))


def test_a_page_that_has_not_changed_is_304(client: Client, article: Any) -> None:
    etag = client.get(article.get_absolute_url())["ETag"]
    response = client.get(article.get_absolute_url(), headers={"if-none-match": etag})
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
    assert response["Content-Security-Policy"]


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_pages_are_compressed_with_an_etag_of_their_own(client: Client, article: Any, encoding: str) -> None:
    plain = client.get(article.get_absolute_url())
    packed = client.get(article.get_absolute_url(), headers={"accept-encoding": encoding})
    assert packed["Content-Encoding"] == encoding
    assert packed["ETag"] != plain["ETag"]
    assert len(packed.content) < len(plain.content)
    refused = client.get(article.get_absolute_url(), headers={"accept-encoding": f"{encoding};q=0"})
    assert "Content-Encoding" not in refused


def test_public_pages_are_the_same_for_sarah(client: Client, article: Any, sarah: Any) -> None:
    ask(article)
    anonymous = client.get(article.get_absolute_url()).content
    client.force_login(sarah)
    assert client.get(article.get_absolute_url()).content == anonymous


def test_the_headers_of_public_pages(client: Client, article: Any) -> None:
    for address in (article.get_absolute_url(), "/", "/help/", "/privacy/", "/guidelines/"):
        response = client.get(address)
        assert response.status_code == 200, address
        assert response["Cache-Control"] == "public, max-age=0, s-maxage=10"
        assert "Cookie" not in response.get("Vary", "")
    for address, status in (("/nothing/", 404), (f"{article.get_absolute_url()}comment-page-1/", 302)):
        response = client.get(address)
        assert (response.status_code, response["Cache-Control"]) == (status, "no-cache")
        assert "'none'" in response["Content-Security-Policy"]


def test_a_foreign_host_is_refused_even_for_a_page_that_is_kept(client: Client, article: Any) -> None:
    client.get(article.get_absolute_url())
    response = client.get(article.get_absolute_url(), headers={"host": "evil.example"})
    assert response.status_code == 400
    assert response["Content-Security-Policy"]


def test_healthz_answers_any_host_without_the_database(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz", headers={"host": "10.0.0.1:99"}).status_code == 200


def test_a_renamed_moderator_shows_in_a_minute_and_comments_at_once(client: Client, article: Any, sarah: Any) -> None:
    answer(ask(article), by=sarah)
    assert ">Sarah<" in page(client, article)
    User.objects.filter(pk=sarah.pk).update(first_name="Sara")
    ask(article, "another")
    assert ">Sara<" in page(client, article)
