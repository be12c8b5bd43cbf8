"""What waits for a person, and what the settings let out to readers unread."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments import blocking, links, moderation, phrases, posting, receiving
from comments.desk_models import BlockRule
from comments.log_models import ModerationEvent
from comments.models import Comment
from tests.factories import answer, ask, discuss, fresh, reply_to, submission

pytestmark = pytest.mark.django_db


def receive(article: Any, body: str = "Should I call?", **columns: Any) -> Comment:
    return fresh(receiving.receive(submission(article, body, **columns)).comment)


def test_by_default_everything_waits(article: Any) -> None:
    ask(article, email="ann@example.com")
    assert receive(article, email="ann@example.com").status == "pending"


def test_nothing_held_is_public_at_once_and_the_log_says_why(client: Client, article: Any) -> None:
    discuss(hold="nothing")
    response = client.post(f"{article.get_absolute_url()}comments/", {"name": "Ann", "body": "Should I call?"})
    comment = Comment.objects.get()
    assert (response.status_code, comment.status, comment.position) == (303, "approved", 1)
    event = ModerationEvent.objects.get()
    assert (event.by, event.verb, event.reason) == (None, "approve", "published unread: nothing")
    assert "Should I call?" in client.get(article.get_absolute_url()).content.decode()
    assert "Public." in client.get(response["Location"]).content.decode()
    assert Comment.objects.waiting().get() == comment


@pytest.mark.parametrize("hold", ["nothing", "first"])
def test_what_screening_or_a_rule_holds_waits_whatever_the_settings_say(article: Any, hold: str) -> None:
    ask(article, "Hello", email="ann@example.com")
    discuss(hold=hold)
    BlockRule.objects.create(kind="word", value="casino")
    BlockRule.objects.create(kind="word", value="bonus", then="spam")
    known = {"email": "ann@example.com"}
    assert receive(article, "Casino", **known).status == "pending"
    assert receive(article, "Bonus", **known).status == "spam"
    assert receive(article, "Trapped", trapped=True, **known).status == "spam"
    assert receive(article, "Hello", **known).reasons == ["same text"]
    assert receive(article, "Hello", **known).status == "pending"
    assert receive(article, "Well?", **known).status == "approved"


@pytest.mark.parametrize(
    ("columns", "status"),
    [
        ({"name": "Ann", "email": "ann@example.com"}, "approved"),
        ({"name": "Bea", "email": "ann@example.com"}, "pending"),
        ({"name": "Ann", "email": "bea@example.com"}, "pending"),
        ({"name": "Ann", "email": ""}, "pending"),
    ],
)
def test_a_writer_is_known_by_name_and_email_together(article: Any, columns: dict[str, str], status: str) -> None:
    ask(article, "Public?", email="ann@example.com")
    ask(article, "Public?", email="")
    ask(article, "Waits?", name="Bea", email="bea@example.com", approved=False)
    discuss(hold="first")
    assert receive(article, **columns).status == status


def test_who_is_no_longer_public_is_read_first_again(article: Any, sarah: Any) -> None:
    question = ask(article, email="ann@example.com")
    discuss(hold="first")
    moderation.trash(question, by=sarah)
    assert receive(article, email="ann@example.com").status == "pending"


def test_whoever_comes_by_a_private_link_is_known(client: Client, article: Any, sarah: Any) -> None:
    question = ask(article)
    answer(question, by=sarah)
    discuss(hold="first")
    client.post(f"{links.mint(question)}add/", {"body": "One thing more."})
    addition = Comment.objects.get(continues=question)
    assert addition.status == "approved"
    assert addition.follow_up_at is not None  # the desk is told all the same


def test_how_it_went_is_for_the_moderators_first(article: Any) -> None:
    question = ask(article)
    discuss(hold="nothing")
    posted = receiving.receive(posting.addition(question, "Well.", network="", how_it_went=True))
    assert posted.comment.status == "pending"


def test_the_same_click_twice_publishes_once(article: Any) -> None:
    discuss(hold="nothing")
    first, second = receive(article, "Me too?"), receive(article, "Me too?")
    assert first.pk != second.pk  # the first is public: its words again are others' business
    assert (second.status, second.reasons) == ("pending", ["same text"])


def test_a_reply_goes_out_too_and_readers_are_told_beforehand(client: Client, article: Any) -> None:
    question = ask(article)
    assert "A person reads it first" in client.get(article.get_absolute_url()).content.decode()
    discuss(hold="nothing")
    html = client.get(article.get_absolute_url()).content.decode()
    assert "A person reads it first" not in html
    assert "It can be so at once." in html
    assert "before anybody here has read it" in client.get("/guidelines/").content.decode()
    assert receive(article, "Me too.", parent_id=question.pk).status == "approved"
    assert reply_to(question, "And me.").status == "approved"


def test_a_rule_that_goes_while_a_post_comes_in_loses_no_post(article: Any) -> None:
    rule = BlockRule.objects.create(kind="word", value="casino")
    comment = ask(article, "Hello", approved=False)
    BlockRule.objects.all().delete()
    blocking.note(comment, [blocking.Hit(rule, "casino")], comment.posted_at)
    assert blocking.hits_of(comment) == []


def test_known_writers_are_found_by_the_index_of_emails(article: Any) -> None:
    for number in range(20):  # of a single one PostgreSQL reads whichever index of addresses
        ask(article, email=f"ann{number}@example.com")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE comments_comment")
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "comment_email" in Comment.objects.public_by("Ann", "ann7@example.com").explain()


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_post_that_makes_the_phrases_ready(article: Any) -> None:
    phrases.forget()
    with CaptureQueriesContext(connection) as queries:
        receive(article, "Should I call?")
    said = [query["sql"] for query in queries]
    (listed,) = [number for number, sql in enumerate(said) if "comments_phrase" in sql]
    assert listed < next(number for number, sql in enumerate(said) if sql.startswith("BEGIN"))
