"""/q/<token>/: where a comment stands, in words, and what its writer is offered."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from advice.models import Article
from comments import links, moderation, posting, waiting
from comments.models import Comment
from tests.factories import answer, ask, fresh, reply_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(article):
    return ask(article, "Is it over?", approved=False)


@pytest.fixture
def page(client):
    """The page of a comment, in text."""

    def get(comment):
        response = client.get(links.mint(comment))
        assert response.status_code == 200
        return response.content.decode()

    return get


def offered(html):
    """The acts that the page leads to."""
    return set(re.findall(r"/q/[^/]+/([a-z-]+)/", html))


def without_tokens(html):
    return re.sub(r"/q/[-\w]{32}/", "/q/TOKEN/", html)


def test_what_waits_can_be_changed_withdrawn_or_erased(question, page):
    html = page(question)
    assert "It waits to be read" in html
    assert "Is it over?" in html
    assert offered(html) == {"change", "withdraw", "erase", "mail"}


def test_who_waits_is_told_how_long_it_usually_takes(question, page, monkeypatch):
    assert "That can take some days." in page(question)
    monkeypatch.setattr(waiting, "usual_days", lambda: 3)
    assert "Sarah usually answers within 3 days." in page(question)
    monkeypatch.setattr(waiting, "usual_days", lambda: 1)
    assert "Sarah usually answers within a day." in page(question)


def test_what_was_caught_as_spam_looks_as_if_it_waited(article, page):
    sent, caught = (ask(article, "Is it over?", approved=False, trapped=trapped) for trapped in (False, True))
    now = timezone.now()
    Comment.objects.update(posted_at=now)
    assert without_tokens(page(sent)) == without_tokens(page(caught))
    assert without_tokens(page(sent)) == without_tokens(page(fresh(sent)))


def test_what_a_moderator_marked_as_spam_before_anybody_saw_it_does_too(question, sarah, page):
    before = without_tokens(page(question))
    moderation.mark_spam(question, by=sarah)
    assert without_tokens(page(question)) == before


def test_what_is_public_can_be_added_to(question, sarah, page):
    moderation.approve(question, by=sarah)
    html = page(question)
    assert "It waits for an answer." in html
    assert f'href="/comments/{question.pk}/"' in html
    assert offered(html) == {"add", "withdraw", "erase", "mail"}


def test_what_is_answered_shows_the_answer_and_asks_whether_it_helped(question, sarah, page):
    answer(question, "Give it a *month*.", by=sarah)
    html = page(question)
    assert "Public, and answered." in html
    assert "Give it a <em>month</em>." in html
    assert offered(html) == {"add", "helped", "withdraw", "erase", "mail"}


def test_an_answer_that_was_taken_back_is_not_shown(question, sarah, page):
    moderation.hold(answer(question, "Give it a month.", by=sarah), by=sarah)
    assert "Give it a month." not in page(question)


def test_other_readers_replies_are_no_answer(question, sarah, page):
    moderation.approve(question, by=sarah)
    reply_to(question, "Me too, friend.")
    html = page(question)
    assert "Me too, friend." not in html
    assert "It waits for an answer." in html


def test_of_many_answers_the_first_are_shown_with_the_way_to_the_rest(question, page):
    for number in range(6):
        answer(question, f"Answer {number}.")
    html = page(question)
    assert "Answer 4." in html
    assert "Answer 5." not in html
    assert f'href="/questions/{question.pk}/"' in html


def test_two_weeks_after_the_answer_the_page_asks_how_it_went(question, page):
    reply = answer(question)
    assert "how-it-went" not in offered(page(question))
    Comment.objects.filter(pk=reply.pk).update(posted_at=timezone.now() - timedelta(days=14))
    assert "how-it-went" in offered(page(question))


def test_what_was_withdrawn_can_be_put_back(question, sarah, page):
    answer(question, "Give it a month.", by=sarah)
    moderation.withdraw(question)
    html = page(question)
    assert "You withdrew it." in html
    assert "Give it a month." not in html
    assert offered(html) == {"put-back", "erase", "mail"}


@pytest.mark.parametrize("verb", [moderation.trash, moderation.mark_spam])
def test_what_was_taken_down_is_said_kindly_and_can_be_erased(question, sarah, page, verb):
    moderation.approve(question, by=sarah)
    verb(question, by=sarah)
    html = page(question)
    assert "Not published." in html
    assert "spam" not in html.lower()
    assert offered(html) == {"erase", "mail"}


def test_what_was_public_and_is_held_is_said_to_be_read_again(question, sarah, page):
    moderation.approve(question, by=sarah)
    moderation.hold(question, by=sarah)
    html = page(question)
    assert "It is being read again." in html
    assert "Readers no longer see it" not in html
    assert offered(html) == {"withdraw", "erase", "mail"}


def test_away_with_its_article_it_is_neither_named_nor_added_to(question, sarah, page):
    answer(question, "Give it a month.", by=sarah)
    Article.objects.update(published_at=None, title="SECRET TITLE", slug="secret-title")
    html = page(question)
    assert "Not public at present." in html
    assert "SECRET TITLE" not in html
    assert "secret-title" not in html
    assert "Give it a month." not in html
    assert offered(html) == {"withdraw", "erase", "mail"}


def test_a_reply_has_its_own_page(article, page):
    reply = reply_to(ask(article), "Me too.")
    html = page(reply)
    assert "Your reply" in html
    assert "It waits for an answer." not in html
    assert offered(html) == {"add", "withdraw", "erase", "mail"}
    answer(reply, "You as well?")
    assert "You as well?" in page(reply)


def test_what_was_added_is_listed_with_where_it_stands(article, sarah, page):
    question = ask(article)
    added = [posting.post(posting.addition(question, f"Detail {number}.", network="")).comment for number in range(5)]
    _, public, taken_down, withdrawn, erased = added
    moderation.approve(public, by=sarah)
    moderation.trash(taken_down, by=sarah)
    moderation.withdraw(withdrawn)
    moderation.erase(erased, by=None)
    html = page(question)
    part = html[html.index('id="added"') : html.index('id="acts"')]
    assert re.findall(r"<strong>([^<]+?)\s*</strong>", part) == [
        "Waits to be read", "Public", "Not published", "Withdrawn"
    ]  # fmt: skip
    assert re.findall(r"Detail \d", part) == ["Detail 0", "Detail 1", "Detail 2", "Detail 3"]


def test_an_addition_is_changed_withdrawn_and_erased_on_its_own_page(article, sarah, page):
    detail = posting.post(posting.addition(ask(article), "A detail.", network="")).comment
    assert offered(page(detail)) == {"change", "withdraw", "erase"}
    moderation.approve(detail, by=sarah)
    assert offered(page(fresh(detail))) == {"withdraw", "erase"}


def test_the_page_costs_the_same_however_much_was_said(article, page, django_assert_max_num_queries):
    question = ask(article)
    for number in range(8):
        answer(reply_to(question, f"Reply {number}"))
        moderation.withdraw(posting.post(posting.addition(question, f"Detail {number}", network="")).comment)
    with django_assert_max_num_queries(8 + 5):  # five for the fresh link
        page(question)


def test_the_page_is_kept_by_nobody_and_has_no_tag(client, question):
    address = links.mint(question)
    for response in (client.get(address), client.head(address), client.get(address, headers={"if-none-match": "*"})):
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store, private"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "same-origin"
        assert "ETag" not in response
        assert not response.cookies


def test_the_token_stands_nowhere_but_in_the_pages_own_address_and_forms(client, question):
    address = links.mint(question)
    html = client.get(address).content.decode()
    head = html[: html.index("</head>")]
    assert address not in head
    before = re.findall(rf"(.{{30}}){re.escape(address)}", html)
    assert len(before) == 5  # its own address, and four acts
    assert all(re.search(r'(href="|action="|dir="ltr">http://testserver)$', place) for place in before)


def test_links_in_texts_take_no_opener_along(question, sarah, page):
    answer(question, "[A book](https://books.example/)", by=sarah)
    assert '<a href="https://books.example/" rel="noopener">' in page(question)


@pytest.mark.parametrize(
    "token",
    [
        "A" * 32, "A", "A" * 5_000, "0", "-", "null", "AAAA%20AAAA", "%FF%FE", "%C3%A4", "'; --", "%EF%BF%BF",
        "%F0%9F%98%80", "<b>", "erased.", "%0A",
    ],
)  # fmt: skip
def test_no_wrong_token_differs_from_another(client, question, token):
    erased = links.mint(question)
    moderation.erase_own(question)
    reference = client.get(erased)
    assert reference.status_code == 404
    response = client.get(f"/q/{token}/")
    assert response.status_code == 404
    assert response.content == reference.content
    assert dict(response.headers) == dict(reference.headers)


def test_a_token_is_right_in_every_letter(client, question):
    token = links.mint(question).split("/")[2]
    other = "A" if token[-1] != "A" else "B"
    for wrong in (token[:-1], token + "A", token.swapcase(), token[:-1] + other, f"{token} ", f"%20{token}"):
        assert client.get(f"/q/{wrong}/").status_code == 404


def test_a_link_that_was_made_as_its_comment_was_erased_leads_nowhere(client, question):
    moderation.erase_own(question)
    assert client.get(links.mint(question)).status_code == 404


@pytest.mark.parametrize("address", ["/q/", "/q/asked/", "/q/sent/", "/q/erased/"])
def test_the_pages_without_a_token_are_the_same_for_everybody(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store, private"
    assert "noindex" in response["X-Robots-Tag"]
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == (422 if address == "/q/" else 405)


def test_the_page_itself_takes_no_posts(client, question):
    response = client.post(links.mint(question))
    assert response.status_code == 405
    assert "no-store" in response["Cache-Control"]


def test_the_link_is_the_only_way_back_where_no_address_was_left(article, page):
    with_address = page(ask(article, "Is it over?", approved=False, email="ann@example.org"))
    assert 'lose it, <a href="/q/">we mail you the way back</a>' in with_address
    assert "only way back" not in with_address
    assert "It is the only way back to what you wrote." in page(ask(article, "Should I call?", approved=False))
