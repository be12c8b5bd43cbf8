"""Help for whoever writes of danger: on their own page, beside a form that comes back, and never a door that shuts."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from advice.models import Article
from advice.site_models import Helpline
from comments import links, moderation, posting, refusals
from comments.log_models import ModerationEvent
from comments.models import Comment
from tests.factories import answer, ask, discuss, fresh, reply_to, submission

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

DANGER = "Since she left I want to die."
CALM = "Since she left I cannot sleep."


def text(response: Any) -> str:
    return str(response.content.decode())


def main(html: str) -> str:
    return html.partition("<main")[2].partition("</main>")[0]


def notice(html: str) -> str:
    """The notice alone; "" where there is none."""
    return html.partition('id="care"')[2].partition("</section>")[0]


def numbers(html: str) -> list[str]:
    return re.findall(r'href="tel:([^"]+)"', html)


def send(client: Client, article: Any, body: str = DANGER, **fields: Any) -> Any:
    return client.post(f"{article.get_absolute_url()}comments/", {"name": "Ann", "body": body, **fields})


@pytest.fixture
def address(client: Client, article: Any) -> str:
    """Of the private page of somebody who wrote of danger."""
    return str(send(client, article)["Location"])


# --- The private page -----------------------------------------------------------------------------------------------


def test_a_writer_in_danger_sees_help_before_anything_else(client: Client, address: str) -> None:
    html = main(text(client.get(address)))
    assert html.index('id="care"') < html.index('id="status"')
    said = notice(html)
    assert "reads what you wrote before everything else" in said
    assert "findahelpline.com" in said
    assert 'href="/help/"' in said
    assert notice(text(client.get(address))) == said  # reloading takes nothing away


def test_a_writer_who_is_in_no_danger_sees_none(client: Client, article: Any) -> None:
    assert notice(text(client.get(send(client, article, CALM)["Location"]))) == ""


def test_no_word_of_the_notice_says_why_it_is_there(client: Client, address: str) -> None:
    said = re.sub(r"<[^>]+>", " ", notice(text(client.get(address)))).casefold()
    for word in ("suicid", "self-harm", "die", "abus", "violen", "stalk", "danger", "urgent", "detected"):
        assert word not in said


def test_the_country_is_asked_and_its_lines_are_shown(client: Client, address: str) -> None:
    assert numbers(notice(text(client.get(address)))) == []
    chosen = notice(text(client.get(address, {"country": "united-kingdom"})))
    assert numbers(chosen) == ["999", "116123"]
    assert '<option value="united-kingdom" selected>' in chosen
    assert "findahelpline.com" not in chosen
    assert "findahelpline.com" in notice(text(client.get(address, {"country": "elsewhere"})))


@pytest.mark.parametrize("country", ["", "x" * 5_000, "United Kingdom", "<script>", "🇬🇧"])
def test_a_country_that_is_none_is_not_chosen(client: Client, address: str, country: str) -> None:
    said = notice(text(client.get(address, {"country": country})))
    assert "findahelpline.com" in said
    assert numbers(said) == []
    assert "selected" not in said


def test_the_choice_is_kept_nowhere(client: Client, address: str) -> None:
    before = list(Comment.objects.values())
    response = client.get(address, {"country": "ireland"}, headers={"accept-language": "en-IE"})
    assert not response.cookies
    assert response["Cache-Control"] == "no-store, private"
    assert list(Comment.objects.values()) == before
    assert "selected" not in notice(text(client.get(address, headers={"accept-language": "en-IE"})))


@pytest.mark.parametrize(
    ("topics", "called"),
    [
        (["abuse"], ["999", "08082000247", "08088010327"]),
        (["minor"], ["999", "08001111"]),
        (["minor", "self_harm"], ["999", "116123", "08001111"]),
    ],
)
def test_the_lines_fit_what_was_written(client: Client, address: str, topics: list[str], called: list[str]) -> None:
    Comment.objects.update(care=topics)
    assert numbers(notice(text(client.get(address, {"country": "united-kingdom"})))) == called


def test_once_it_is_answered_the_helplines_stay_and_nothing_more_is_promised(client: Client, address: str) -> None:
    answer(Comment.objects.get())
    said = notice(text(client.get(address)))
    assert "before everything else" not in said
    assert "findahelpline.com" in said


def test_without_helplines_of_the_owner_there_are_still_some(client: Client, address: str) -> None:
    Helpline.objects.all().delete()
    assert "findahelpline.com" in notice(text(client.get(address)))


def test_what_was_erased_shows_nothing(client: Client, address: str) -> None:
    moderation.erase_own(Comment.objects.get())
    page = client.get(address)
    assert page.status_code == 404
    assert notice(text(page)) == ""


def test_nobody_else_sees_the_notice(client: Client, article: Any, sarah: Any) -> None:
    question = ask(article, DANGER)
    for place in (article.get_absolute_url(), f"/questions/{question.pk}/", f"/comments/{question.pk}/reply/"):
        assert notice(text(client.get(place))) == ""


def test_who_adds_words_of_danger_sees_it_on_both_pages(client: Client, article: Any) -> None:
    question = ask(article, CALM)
    address = links.mint(question)
    response = client.post(f"{address}add/", {"body": DANGER})
    assert response["Location"] == f"{address}#care"
    assert "before everything else" in notice(text(client.get(address)))
    addition = Comment.objects.get(continues=question)
    assert "before everything else" in notice(text(client.get(links.mint(addition))))


def test_who_changes_to_words_of_danger_sees_it_and_who_takes_them_back_does_not(client: Client, article: Any) -> None:
    address = send(client, article, CALM)["Location"]
    response = client.post(f"{address}change/", {"name": "Ann", "body": DANGER})
    assert response["Location"] == f"{address}#care"
    assert notice(text(client.get(address)))
    client.post(f"{address}change/", {"name": "Ann", "body": CALM})
    assert not notice(text(client.get(address)))


def test_the_page_with_the_notice_costs_one_query_more(
    client: Client, address: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8 + 1):
        client.get(address, {"country": "ireland"})


# --- Beside a form that comes back ----------------------------------------------------------------------------------


def test_the_check_step_shows_help_first_and_keeps_nothing(client: Client, article: Any) -> None:
    response = send(client, article, step="check")
    html = main(text(response))
    assert response.status_code == 200
    assert html.index('id="care"') < html.index('class="preview"')
    assert "findahelpline.com" in notice(html)
    assert "116123" in numbers(notice(html))  # every country, folded
    assert not Comment.objects.exists()
    assert not ModerationEvent.objects.exists()


def refused(client: Client, article: Any, settings: Any, why: str) -> Any:
    """One of each kind of refusal, of a text that speaks of danger."""
    sent: dict[str, Any] = {
        "no such parent": {"parent": "777777"},
        "wrong": {"name": ""},
        "damaged": {"body": f"{DANGER} caf\ufffd"},
        "too long": {"body": "x " * 20_000 + DANGER},
    }.get(why, {})
    if why == "closed":
        Article.objects.filter(pk=article.pk).update(comments_open=False)
    elif why == "thread closed":
        question = ask(article, CALM)
        Comment.objects.filter(pk=question.pk).update(closed_at=timezone.now())
        sent = {"parent": question.pk}
    elif why == "too many":
        settings.POST_LIMITS = True
        discuss(posts_in_ten_minutes=1)
        for number in range(posting.URGENT):
            send(client, article, f"{DANGER} {number}")
    return send(client, article, **sent)


@pytest.mark.parametrize(
    ("why", "status"),
    [
        ("closed", 403),
        ("too many", 429),
        ("no such parent", 422),
        ("thread closed", 403),
        ("wrong", 422),
        ("damaged", 422),
        ("too long", 422),
    ],
)
def test_a_refusal_shows_help_above_the_error_and_keeps_the_text(
    client: Client, article: Any, settings: Any, why: str, status: int
) -> None:
    response = refused(client, article, settings, why)
    html = main(text(response))
    assert response.status_code == status
    assert html.index('id="care"') < html.index('role="alert"') < html.index(DANGER)
    assert html.count("autofocus") == 1
    assert "autofocus" in notice(html)
    assert notice(text(send(client, article, CALM, name=""))) == ""


def test_a_refused_act_on_a_private_page_shows_it_too(client: Client, article: Any, sarah: Any) -> None:
    question = ask(article, CALM, approved=False)
    address = links.mint(question)
    moderation.trash(question, by=sarah)
    html = main(text(client.post(f"{address}change/", {"name": "Ann", "body": DANGER})))
    assert html.index('id="care"') < html.index('role="alert"')
    assert DANGER in html
    assert notice(text(client.post(f"{address}change/", {"name": "Ann", "body": CALM}))) == ""


def test_help_is_there_while_the_helplines_cannot_be_read(client: Client, article: Any) -> None:
    def away(execute: Any, sql: str, *rest: Any) -> Any:
        if "advice_helpline" in sql:
            raise OperationalError("gone")
        return execute(sql, *rest)

    with connection.execute_wrapper(away):
        said = notice(text(send(client, article, step="check")))
    assert "116123" in numbers(said)


def test_after_sending_from_a_shared_device_everybody_is_told_where_help_is(client: Client, article: Any) -> None:
    danger, calm = send(client, article, shared="1"), send(client, article, CALM, shared="1")
    assert danger["Location"] == calm["Location"] == "/q/sent/"
    html = main(text(client.get("/q/sent/")))
    assert notice(html) == ""
    assert 'href="/help/"' in html


def test_a_site_that_does_not_look_for_danger_shows_none_of_it(client: Client, article: Any) -> None:
    discuss(look_for_care=False)
    assert notice(text(send(client, article, step="check"))) == ""
    assert notice(text(client.get(send(client, article)["Location"]))) == ""
    assert 'id="danger"' not in text(client.get("/privacy/"))
    assert "write of danger" not in text(client.get("/guidelines/"))


def test_what_is_done_with_words_of_danger_is_told(client: Client) -> None:
    assert 'id="danger"' in text(client.get("/privacy/"))
    assert 'href="/privacy/#danger"' in text(client.get("/guidelines/"))


# --- Never blocked --------------------------------------------------------------------------------------------------


def test_a_question_of_danger_passes_the_limits_and_others_do_not(client: Client, article: Any, settings: Any) -> None:
    settings.POST_LIMITS = True
    for number in range(5):
        send(client, article, f"{CALM} {number}")
    assert send(client, article, CALM).status_code == 429
    response = send(client, article)
    assert response.status_code == 303
    assert Comment.objects.latest("pk").urgent


def test_it_passes_the_weekly_cap_at_the_check_and_when_it_is_sent(client: Client, article: Any) -> None:
    discuss(weekly_cap=1)
    ask(article, CALM)
    assert send(client, article, step="check").status_code == 200
    assert send(client, article).status_code == 303
    for step in ({}, {"step": "check"}):
        assert send(client, article, CALM + " Again.", **step).status_code == 403


def test_what_is_added_passes_too(client: Client, article: Any, settings: Any) -> None:
    address = links.mint(ask(article, CALM))
    settings.POST_LIMITS = True
    for number in range(5):
        send(client, article, f"{CALM} {number}")
    assert client.post(f"{address}add/", {"body": CALM}).status_code == 429
    assert client.post(f"{address}add/", {"body": DANGER})["Location"] == f"{address}#care"


def test_a_flood_that_speaks_of_danger_is_stopped_all_the_same(article: Any, settings: Any) -> None:
    settings.POST_LIMITS = True
    discuss(posts_in_ten_minutes=2, posts_in_a_day=3)
    for number in range(2 * posting.URGENT):
        posting.post(submission(article, f"{DANGER} {number}", network="n"))
    with pytest.raises(refusals.TooMany) as stopped:
        posting.post(submission(article, DANGER, network="n"))
    assert stopped.value.retry_after <= 601
    Comment.objects.update(posted_at=timezone.now() - timedelta(hours=1))
    for number in range(posting.URGENT):
        posting.post(submission(article, f"{DANGER} once more {number}", network="n"))
    with pytest.raises(refusals.TooMany) as stopped:
        posting.post(submission(article, DANGER, network="n"))
    assert stopped.value.retry_after > 22 * 3600
    assert posting.post(submission(article, DANGER, network="another")).is_new


def test_a_reply_of_danger_under_a_question_is_noticed_as_well(client: Client, article: Any) -> None:
    reply = reply_to(ask(article), DANGER, approved=False)
    assert "before everything else" in notice(text(client.get(links.mint(fresh(reply)))))
