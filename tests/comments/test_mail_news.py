"""What readers are told by mail, and what not any more when the mail is made."""

import re
from typing import Any

import pytest
from django.utils import timezone

from comments import arranging, following, links, mails, moderation
from comments.mail_models import EmailAddress, OutboxMessage, QuietThread
from comments.models import Comment
from comments.reader_models import PrivateLink
from tests.comments.mailing import ANN, BOB, bundle, compose, confirmed, parsed, text_of
from tests.factories import answer, ask, fresh, moderator, reply_to

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def told(*kinds: str, **which: Any) -> str:
    """The text of the mail that these news become."""
    message = compose(*kinds, **which).message
    assert message is not None
    return text_of(parsed(message))


def why_not(*kinds: str, **which: Any) -> set[str]:
    """Why nothing is sent."""
    letter = compose(*kinds, **which)
    assert letter.message is None
    assert set(letter.skipped) == {row.pk for row in bundle(*kinds, **which).rows}
    return set(letter.skipped.values())


def without_links(text: str) -> str:
    """What a mail says; its links end in random letters, which may spell any name."""
    return re.sub(r"\S+://\S+", "", text)


def private_link(text: str) -> Comment | None:
    found = re.search(r"/q/([^/]+)/", text)
    return links.comment_of(found[1]) if found else None


def test_a_mail_says_all_that_happened_in_a_thread_and_leads_there(article: Any, sarah: Any) -> None:
    confirmed()
    question = ask(article, email=ANN, approved=False)
    reply = answer(question, by=sarah)
    reply_to(fresh(question))
    reply_to(fresh(question), "So do I.", name="Cleo")
    text = told("public", "answer", "reply")
    assert text.startswith(
        "Your question is public. Sarah has answered. There are 2 new replies.\n\nRead the answer:\n"
    )
    assert f"\nhttp://127.0.0.1:8000/comments/{reply.pk}/\n" in text
    assert private_link(text) == question


def test_a_mail_quotes_nobody_unless_its_reader_wants_that(article: Any, sarah: Any) -> None:
    address = confirmed()
    question = ask(article, "Should I?", email=ANN)
    answer(question, "Give it **a month**, see [this](/advice/).", by=sarah)
    reply_to(fresh(question), "I did.\n\nTwice.", name="Bob")
    quiet = without_links(told("public", "answer", "reply"))
    assert not any(words in quiet for words in ("Should I", "a month", "I did", "Bob", str(article)))
    EmailAddress.objects.filter(pk=address.pk).update(with_words=True)
    loud = told("public", "answer", "reply")
    assert "Sarah wrote:\n\n> Give it a month, see this (http://127.0.0.1:8000/advice/).\n" in loud
    assert "Bob wrote:\n\n> I did.\n>\n> Twice.\n" in loud
    assert "Should I" not in loud  # they know what they wrote


def test_quotes_are_few_and_short_and_a_mail_says_that_there_is_more(article: Any) -> None:
    confirmed(with_words=True)
    question = ask(article, email=ANN)
    for number in range(7):
        reply_to(question, f"{number} {'word ' * 1000}", name=f"Reader{number}")
    text = told("reply")
    assert text.count("wrote:") == 5
    assert "There is more on the page." in text
    assert len(text) < 12_000


def test_each_mail_has_a_private_link_of_its_own(article: Any) -> None:
    confirmed()
    question = ask(article, email=ANN)
    first, second = private_link(told("public")), private_link(told("public"))
    assert first == second == question
    assert PrivateLink.objects.count() == 2


def test_who_replied_below_somebody_s_reply_is_told_to_both_with_their_own_links(article: Any, sarah: Any) -> None:
    ann, bob = confirmed(ANN), confirmed(BOB)
    question = ask(article, email=ANN)
    reply = reply_to(question, email=BOB)
    answer(reply, by=sarah)
    assert private_link(told("answer", address=bob)) == reply
    text = told("answer", address=ann)
    assert private_link(text) == question
    assert text.startswith("Sarah has written in your conversation.")
    assert told("answer", address=bob).startswith("Sarah has answered.")


def test_a_mail_that_asks_for_more_leads_to_the_private_page_where_it_is_written(article: Any, sarah: Any) -> None:
    confirmed(with_words=True)
    question = ask(article, email=ANN, approved=False)
    following.ask_detail(question, by=sarah, words="Since *when*?")
    text = told("detail")
    assert text.startswith("Sarah has read your question and would like to know more.\n\nWrite more:\n")
    assert private_link(text) == question
    assert "> Since when?\n" in text
    moderation.answer(question, by=sarah, body="Wait.")
    assert why_not("detail") == {"Nobody asks them for more now."}


def test_who_is_asked_for_more_where_the_article_is_away_is_told_when_it_is_back(article: Any, sarah: Any) -> None:
    confirmed()
    question = ask(article, email=ANN)
    following.ask_detail(question, by=sarah, words="Since when?")
    type(article).objects.update(published_at=None)
    letter = compose("detail")
    assert letter.not_yet == list(letter.skipped)
    type(article).objects.update(published_at=article.published_at)
    assert told("detail").startswith("Sarah has read your question")


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"tell_public": False}, "They do not want to hear of this."),
        ({"confirmed_at": None}, "The address is not confirmed."),
        ({"muted_at": timezone.now(), "muted_because": "bounced"}, "The address is muted."),
    ],
)
def test_who_wants_no_news_when_they_are_sent_gets_none(article: Any, columns: dict[str, Any], reason: str) -> None:
    confirmed()
    ask(article, email=ANN)
    waiting = bundle("public")
    EmailAddress.objects.update(**columns)
    letter = mails.compose(waiting)
    assert (letter.message, list(letter.skipped.values())) == (None, [reason])


def test_what_is_not_so_any_more_is_not_told(article: Any, sarah: Any) -> None:
    address = confirmed()
    question = ask(article, email=ANN)
    waiting = bundle("public")

    def reason() -> str:
        letter = mails.compose(waiting)
        assert letter.message is None
        return letter.skipped[waiting.rows[0].pk]

    Comment.objects.filter(pk=question.pk).update(email=BOB)
    assert reason() == "None of their comments is in that thread."
    type(article).objects.update(published_at=None)
    assert reason() == "Its article is not public."
    moderation.hold(question, by=sarah)
    assert reason() == "It is not public."
    QuietThread.objects.create(address=address, thread=question)
    assert reason() == "They want no mail about this thread."


def test_of_several_news_those_that_are_still_so_are_told(article: Any, sarah: Any) -> None:
    confirmed(tell_public=False)
    question = ask(article, email=ANN)
    gone, _ = reply_to(question), reply_to(question, "So do I.")
    waiting = bundle("public", "reply")
    moderation.trash(gone, by=sarah)
    letter = mails.compose(waiting)
    assert list(letter.skipped.values()) == ["They do not want to hear of this.", "It is not public."]
    assert letter.message is not None
    assert text_of(parsed(letter.message)).startswith("Somebody has replied.\n")


def test_who_asked_what_was_asked_before_hears_of_answers_where_both_stand(article: Any, sarah: Any) -> None:
    ann = confirmed()
    first, second = ask(article, email=BOB), ask(article, "Should I write to her?", email=ANN)
    reply = answer(second, by=sarah)
    waiting = bundle("answer", address=ann)
    arranging.merge(second, first, by=sarah)
    assert fresh(reply).tree_id == first.pk
    letter = mails.compose(waiting)
    assert letter.message is not None
    assert private_link(text_of(parsed(letter.message))) == second


def test_erased_words_are_in_no_mail(article: Any, sarah: Any) -> None:
    confirmed()
    question = ask(article, email=ANN)
    waiting = bundle("public")
    moderation.erase(question, by=sarah)
    assert not OutboxMessage.objects.filter(address__isnull=False).exists()
    letter = mails.compose(waiting)
    assert (letter.message, list(letter.skipped.values())) == (None, ["The address is gone."])


def test_the_mail_that_asks_for_confirmation_says_nothing_of_what_was_written(article: Any) -> None:
    question = ask(article, "Should I?", name="Ann", email=ANN, approved=False)
    text = told("confirm")
    assert "/q/confirm/" in text
    text = without_links(text)
    assert not any(words in text for words in ("Should", "Ann ", str(article), "question", str(question.pk) + "/"))
    EmailAddress.objects.update(confirmed_at=timezone.now())
    assert why_not("confirm") == {"It was confirmed meanwhile."}


def test_the_way_back_is_mailed_to_confirmed_addresses_alone() -> None:
    address = confirmed()
    OutboxMessage.objects.create(kind="links", address=address, written_at=timezone.now(), due_at=timezone.now())
    assert "/q/mine/" in told("links")
    EmailAddress.objects.update(confirmed_at=None)
    assert why_not("links") == {"The address is not confirmed."}


def test_moderators_names_are_told_and_no_reader_s_where_nothing_is_quoted(article: Any) -> None:
    confirmed()
    question = ask(article, email=ANN)
    for name in ("Sarah", "Tom"):
        answer(question, by=moderator(name.lower(), first_name=name))
    assert told("answer").startswith("Sarah has answered. Tom has answered.\n")


def test_a_moderator_s_name_is_one_line_and_no_link(article: Any) -> None:
    confirmed()
    answer(ask(article, email=ANN), by=moderator("eve", first_name="Eve\r\nof evil.example"))
    assert told("answer").startswith("Eve of evil\u2060.example has answered.\n")
