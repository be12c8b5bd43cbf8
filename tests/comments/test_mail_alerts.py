"""What moderators are told by mail."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from comments import following, mails, moderation, posting, reporting
from comments.desk_models import DeskPreference
from comments.mail_models import OutboxMessage
from comments.models import Comment
from tests.comments.mailing import bundle, compose, html_of, parsed, text_of
from tests.factories import answer, ask, fresh, reply_to, submission

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ALL = ("new", "follow_up", "report", "nudge")


def told(moderator: Any, *kinds: str) -> str:
    message = compose(*(kinds or ALL), moderator=moderator).message
    assert message is not None
    return text_of(parsed(message))


def nudge(moderator: Any, comment: Comment) -> None:
    now = timezone.now()
    OutboxMessage.objects.create(kind="nudge", comment=comment, moderator=moderator, written_at=now, due_at=now)


def test_a_new_question_comes_whole_with_one_link_to_its_answer_page(article: Any, sarah: Any) -> None:
    words = "\n\n".join(f"{number} {'I waited and waited. ' * 10}".strip() for number in range(40))
    question = ask(article, words, name="Ann", approved=False)
    text = told(sarah)
    assert text.startswith(f"Ann asks\n{article}\n")
    assert words.split() == text.partition("> ")[2].partition("\n\nAnswer it:")[0].replace(">", "").split()
    assert f"Answer it:\nhttp://127.0.0.1:8000/admin/desk/{question.pk}/?answer\n" in text


def test_all_that_is_due_to_a_moderator_comes_in_one_mail_the_urgent_first(article: Any, sarah: Any) -> None:
    old = ask(article, "Old?", approved=False)
    Comment.objects.filter(pk=old.pk).update(posted_at=timezone.now() - timedelta(days=4))
    nudge(sarah, old)
    asked = ask(article, "Should I?", name="Eva")
    posting.post(posting.addition(asked, "He called.", network=""))
    reported = reply_to(fresh(asked), "Call me.", name="Tom")
    reporting.report(reported, reason="identity", details="It says\nwho I am.", network="n")
    urgent = ask(article, "Now?", name="Kim", approved=False)
    Comment.objects.filter(pk=urgent.pk).update(urgent=True)
    text = told(sarah)
    titles = ["Kim asks", "Reported: what Tom wrote", "Ann asks", "Eva, who asked, writes again"]
    assert [text.index(title) for title in titles] == sorted(text.index(title) for title in titles)
    assert "Urgent\n" in text
    assert "Somebody reported it: It says who somebody is\n\n> It says\n> who I am.\n" in text
    assert "It replies to what Eva wrote:\n\n> Should I?\n" in text
    assert "Ann asks\nThe oldest question has waited since " in text
    assert text.count("?answer") == 5  # Eva’s question waits for an answer, too


def test_a_question_that_was_changed_as_its_asker_was_asked_is_told_each_time(article: Any, sarah: Any) -> None:
    question = ask(article, "Should I call?", approved=False)
    OutboxMessage.objects.update(done_at=timezone.now(), outcome="sent")
    for words in ("Should I call after a year?", "Should I call after a year of silence?"):
        following.ask_detail(question, by=sarah, words="Since when?")
        posting.rewrite(question, name="Ann", body=words)
        text = told(sarah, "follow_up")
        assert text.startswith(f"Ann, who asked, writes again\n{article}\n")
        assert f"> {words}\n" in text
        OutboxMessage.objects.filter(moderator=sarah).update(done_at=timezone.now(), outcome="sent")
    posting.rewrite(question, name="Ann", body="Should I call or write?")  # nobody asked for that
    assert not OutboxMessage.objects.filter(moderator=sarah, done_at=None).exists()


def test_a_changed_question_that_was_dealt_with_is_told_no_more(article: Any, sarah: Any) -> None:
    question = ask(article, "Should I call?", approved=False)
    following.ask_detail(question, by=sarah, words="Since when?")
    posting.rewrite(question, name="Ann", body="Should I call after a year?")
    moderation.trash(question, by=sarah)
    assert set(compose("follow_up", moderator=sarah).skipped.values()) == {"It does not wait any more."}


def test_what_was_dealt_with_is_told_no_more(article: Any, sarah: Any) -> None:
    answered, trashed, asked = ask(article), ask(article, "Why?", approved=False), ask(article, "When?")
    nudge(sarah, answered)
    reporting.report(asked, reason="other", details="", network="n")
    answer(answered, by=sarah)
    answer(asked, by=sarah)
    moderation.trash(trashed, by=sarah)
    reporting.handle(reporting.Report.objects.all(), by=sarah)
    letter = compose(*ALL, moderator=sarah)
    assert letter.message is None
    assert set(letter.skipped.values()) == {"It does not wait any more.", "Somebody has looked at the report."}


def test_what_is_public_unread_is_told_as_such(article: Any, sarah: Any) -> None:
    question = ask(article, approved=False)
    moderation.approve(question, by=None)
    assert "Readers can see it.\n" in told(sarah)


def test_a_mail_says_why_something_was_held(article: Any, sarah: Any) -> None:
    for name in ("Ann", "Bob"):
        posting.post(submission(article, "Should I?", name=name))
    Comment.objects.filter(name="Bob").update(reasons=["same text", "word: maybe"])
    assert "Why it was held: same text, word: maybe\n" in told(sarah)


def test_a_long_list_says_how_many_more_there_are(article: Any, sarah: Any) -> None:
    for number in range(23):
        ask(article, f"Question {number}", approved=False)
    text = told(sarah)
    assert text.count("?answer") == 20
    assert "And 3 more wait.\n\nAll that waits:\nhttp://127.0.0.1:8000/admin/desk/\n" in text


def test_a_mail_has_an_end_however_long_its_comments_and_reports(article: Any, sarah: Any) -> None:
    for number in range(8):
        ask(article, f"{number} {'word ' * 1_900}", approved=False)
    text = told(sarah)
    assert len(text) < 80_000
    assert text.count("?answer") == 6
    assert "And 2 more wait." in text
    OutboxMessage.objects.all().delete()
    question = ask(article)
    for number in range(8):
        reporting.report(question, reason="other", details=f"Rude {number}.", network=str(number))
    text = told(sarah, "report")
    assert text.count("Somebody reported it") == 5
    assert "And 3 more reports.\n" in text


def test_of_what_was_erased_a_reply_quotes_nothing(article: Any, sarah: Any) -> None:
    question = ask(article, "My secret.")
    reply_to(reply_to(question), "Me too!", name="Cleo", approved=False)
    moderation.erase(question, by=sarah)
    assert "secret" not in told(sarah, "new")


def test_who_answers_no_more_or_chose_otherwise_gets_nothing(article: Any, sarah: Any) -> None:
    ask(article, approved=False)
    DeskPreference.objects.create(moderator=sarah, mail_questions="none")
    assert set(compose("new", moderator=sarah).skipped.values()) == {"They do not want to hear of this."}
    DeskPreference.objects.update(mail_questions="at_once")
    type(sarah).objects.filter(pk=sarah.pk).update(is_active=False)
    letter = compose("new", moderator=sarah)
    assert set(letter.skipped.values()) == {"They do not answer here now, or have no address."}
    assert letter.message is None


def test_the_link_of_a_mail_is_all_that_leads_anywhere(article: Any, sarah: Any) -> None:
    ask(article, "See https://evil.example/?a=1 and www.evil.example", name="evil.example", approved=False)
    message = compose("new", moderator=sarah).message
    assert message is not None
    for part in (text_of(parsed(message)), html_of(parsed(message))):
        assert "evil" in part
        assert "https://evil" not in part
        assert "evil.example" not in part


def test_a_mail_costs_the_same_however_much_it_tells(article: Any, sarah: Any, django_assert_num_queries: Any) -> None:
    for number in range(6):
        ask(article, f"Question {number}", approved=False)
        if number in (0, 5):
            waiting = bundle("new", moderator=sarah)
            with django_assert_num_queries(5):
                mails.compose(waiting)
