"""Spam goes for good after its term, and so does what is left of erased comments; and nothing else does."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import addresses, checking, deleting, likeness, links, moderation, posting, purging
from comments.desk_models import BlockRule, RuleHit
from comments.log_models import ModerationEvent
from comments.mail_models import EmailAddress, OutboxMessage
from comments.mail_worker import Stop, Worker
from comments.models import Comment
from comments.reader_models import PrivateLink
from comments.screening_models import LinkedHost, SpamSign
from tests.comments.test_purging import posted
from tests.comments.test_queue import rows
from tests.factories import answer, ask, discuss, fresh, reply_to, submission

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def spam(article: Any, body: str = "Buy this", *, days: int = 31, **columns: Any) -> Comment:
    """What the site filed so many days ago."""
    return posted(ask(article, body, trapped=True, approved=False, **columns), days)


def erased(comment: Comment, days: int = 31) -> Comment:
    moderation.erase(comment, by=None)
    Comment.objects.filter(pk=comment.pk).update(erased_at=timezone.now() - timedelta(days=days))
    return comment


def is_there(comment: Comment) -> bool:
    return Comment.objects.filter(pk=comment.pk).exists()


def purged() -> int:
    """How many rows went; what is left is right."""
    count = purging.purge().deleted
    assert checking.check().damages == []
    return count


def test_spam_is_deleted_after_its_term_and_not_before(article: Any, sarah: Any) -> None:
    old, young, public = spam(article), spam(article, "Buy that", days=29), posted(ask(article), 400)
    marked = ask(article, "Cheap pills")
    moderation.mark_spam(marked, by=sarah)
    posted(marked, 31)
    assert purged() == 2
    assert [is_there(comment) for comment in (old, marked, young, public)] == [False, False, True, True]
    discuss(spam_days=7)
    assert purged() == 1
    assert not is_there(young)


def test_all_that_hangs_on_it_goes_too_and_the_sign_that_it_was_spam_stays(article: Any) -> None:
    comment = spam(article, "See https://pills.example", email="eve@example.com")
    now = timezone.now()
    likeness.keep_hosts(comment.pk, ["pills.example"])
    RuleHit.objects.create(rule=BlockRule.objects.create(value="see"), comment=comment, matched="see", at=now)
    SpamSign.objects.create(kind="host", value="pills.example", comment=comment, at=now)
    links.mint(comment)
    address = EmailAddress.objects.create(key=addresses.key_of(comment.email), address=comment.email, added_at=now)
    OutboxMessage.objects.create(kind="public", comment=comment, address=address, written_at=now)
    assert purged() == 1
    for model in (LinkedHost, RuleHit, PrivateLink, OutboxMessage, EmailAddress):
        assert not model._base_manager.exists(), model
    assert not ModerationEvent.objects.filter(comment=comment.pk).exists()
    assert SpamSign.objects.get().comment is None


def test_the_address_of_somebody_who_wrote_something_else_stays(article: Any) -> None:
    ask(article, "A question", email="ann@example.com")
    spam(article, email="ann@example.com")
    assert purged() == 1
    assert EmailAddress.objects.get().address == "ann@example.com"


def test_spam_that_a_moderator_restored_or_looked_after_since_stays(article: Any, sarah: Any) -> None:
    restored = spam(article)
    moderation.restore(restored, by=sarah)
    again = spam(article, "Buy more", days=60)
    moderation.approve(again, by=sarah)
    moderation.mark_spam(again, by=sarah)
    assert purged() == 0
    assert fresh(again).body


def test_what_is_urgent_is_never_deleted(article: Any, sarah: Any) -> None:
    urgent = spam(article)
    Comment.objects.filter(pk=urgent.pk).update(urgent=True)
    assert purged() == 0
    assert fresh(urgent).body


def test_spam_with_public_replies_keeps_its_words_and_an_imported_one_its_number(article: Any, sarah: Any) -> None:
    question = ask(article)
    answer(question, by=sarah)
    moderation.mark_spam(question, by=sarah)
    posted(question, 31)
    imported = spam(article, "Imported")
    Comment.objects.filter(pk=imported.pk).update(source="blog", source_id="7")
    assert purging.purge() == purging.Purged(erased=1)
    assert fresh(question).body
    assert (fresh(imported).body, fresh(imported).source_id) == ("", "7")
    Comment.objects.filter(pk=imported.pk).update(erased_at=timezone.now() - timedelta(days=400))
    assert purged() == 0


def test_a_whole_branch_of_spam_goes_at_once_and_a_spammer_below_a_good_reply_alone(article: Any, sarah: Any) -> None:
    question = ask(article)
    first = reply_to(question, "One")
    below = reply_to(first, "Two")
    good = reply_to(question, "Good")
    under_good = reply_to(good, "Three")
    last = reply_to(question, "Last")
    moderation.mark_spam([first, below, under_good], by=sarah)
    for comment in (first, below, under_good):
        posted(comment, 31)
    assert purged() == 3
    assert [(row.pk, row.lft, row.rght) for row in Comment.objects.order_by("lft")] == [
        (question.pk, 1, 6),
        (good.pk, 2, 3),
        (last.pk, 4, 5),
    ]


def test_what_something_else_hangs_on_loses_its_words_and_goes_once_that_is_gone(article: Any, sarah: Any) -> None:
    question = ask(article)
    added = posting.post(posting.addition(question, "And then?", network="")).comment
    moderation.mark_spam(question, by=sarah)
    posted(question, 31)
    assert purging.purge() == purging.Purged(erased=1)
    erased(question, 31)
    moderation.mark_spam(added, by=sarah)
    posted(added, 31)
    assert purged() == 2


def test_what_is_left_of_erased_comments_goes_the_deepest_first(article: Any, sarah: Any) -> None:
    question = ask(article)
    reply = reply_to(question, "Me too")
    below = reply_to(reply, "And me")
    for comment in (question, reply, below):
        erased(comment)
    young = erased(ask(article, "Young"), 29)
    other = ask(article, "Other")
    held = reply_to(other, "Held", approved=False)
    erased(other)
    assert purged() == 3
    assert [is_there(comment) for comment in (question, reply, below, young, other, held)] == [
        *[False] * 3,
        *[True] * 3,
    ]


def test_pages_are_as_they_were_and_no_number_is_given_twice(article: Any, client: Any) -> None:
    ask(article)
    last = spam(article)
    page, version = client.get(article.get_absolute_url()).content, fresh(last).article.discussion_version
    assert purged() == 1
    assert client.get(article.get_absolute_url()).content == page
    assert ask(article, "Next").pk > last.pk
    assert type(article).objects.get(pk=article.pk).discussion_version == version + 1  # of the approval


def test_what_was_restored_meanwhile_is_not_deleted(article: Any, sarah: Any) -> None:
    comment = spam(article)
    due = Comment.objects.spam_before(timezone.now() + timedelta(days=1))
    moderation.restore(comment, by=sarah)
    assert deleting.delete([comment.pk], due) == 0


def test_the_purge_goes_on_where_it_was_stopped(article: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deleting, "BATCH", 3)
    made = [spam(article, f"Buy {number}") for number in range(8)]
    steps = purging.steps(timezone.now())
    assert next(steps).deleted == 3
    assert [is_there(comment) for comment in made] == [True] * 5 + [False] * 3
    assert purged() == 5


def test_a_batch_costs_the_same_queries_however_many_there_are(article: Any) -> None:
    def queries(count: int) -> int:
        now = timezone.now() - timedelta(days=31)
        pks = [row.pk for row in rows(article, count, status="spam", posted_at=now)]
        with CaptureQueriesContext(connection) as captured:
            assert deleting.delete(pks, Comment.objects.spam_before(timezone.now())) == count
        return len(captured)

    assert queries(300) <= queries(3) + 10 <= 45


def test_the_worker_purges_once_a_day_between_mails(
    article: Any, django_assert_num_queries: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deleting, "BATCH", 2)
    made = [spam(article, f"Buy {number}") for number in range(3)]
    worker = Worker(Stop())
    assert worker._tidy()  # a step, and then it looks for mail
    assert [is_there(comment) for comment in made] == [True, False, False]
    while worker._tidy():
        pass
    assert not is_there(made[0])
    with django_assert_num_queries(0):
        assert not worker._tidy()
    worker._tidied_at = timezone.now() - timedelta(days=1)
    late = spam(article, "Buy late")
    while worker._tidy():
        pass
    assert not is_there(late)


def test_a_worker_whose_clock_had_leapt_ahead_purges_again_once_it_is_right(article: Any) -> None:
    worker, old = Worker(Stop()), spam(article)
    worker._tidied_at = worker._reminded_at = timezone.now() + timedelta(days=365)
    while worker._tidy():
        pass
    assert not is_there(old)
    worker._step()
    assert worker._reminded_at < timezone.now()


def test_while_the_clock_is_a_year_ahead_a_running_worker_takes_nothing_away(
    article: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, now = Worker(Stop()), timezone.now()
    ask(article, "What is done is in the log.")
    old, young = spam(article), spam(article, "Buy later", days=3)
    for ahead in (365, 366, 0):
        moment = now + timedelta(days=ahead)
        with monkeypatch.context() as leapt:
            leapt.setattr(timezone, "now", lambda moment=moment: moment)
            while worker._tidy():
                pass
        assert (is_there(old), is_there(young)) == (bool(ahead), True)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_purge_that_is_killed_at_any_moment_damages_nothing(article: Any, site_environment: dict[str, str]) -> None:
    question = ask(article)
    replies = [reply_to(question, f"Buy {number}") for number in range(40)]
    moderation.mark_spam(replies[::2], by=None)
    for reply in replies[::2]:
        posted(reply, 31)
    rows(article, 6_000, status="spam", posted_at=timezone.now() - timedelta(days=31))
    left, kills = Comment.objects.marked_spam().count(), 0
    while Comment.objects.marked_spam().exists():
        process = subprocess.Popen([sys.executable, "manage.py", "purge"], cwd=ROOT, env=site_environment)
        while process.poll() is None and Comment.objects.marked_spam().count() == left:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.05)  # nothing tells when it has begun
        process.kill()
        process.wait()
        left, kills = Comment.objects.marked_spam().count(), kills + 1
        assert checking.check().damages == []
    assert kills > 3
    assert Comment.objects.count() == 21


@pytest.mark.sqlite
def test_spam_and_erased_rows_are_found_by_their_indexes() -> None:
    now = timezone.now()
    found = Comment.objects.spam_before(now).order_by("-pk").values_list("pk")[:500].explain()
    assert "comment_status" in found
    assert "comment_erased" in Comment.objects.erased_before(now).values_list("pk")[:500].explain()


def test_other_words_of_the_same_reader_stay(article: Any) -> None:
    posting.post(submission(article, "A question of mine", name="Eve"))
    spam(article, name="Eve")
    assert purged() == 1
    assert Comment.objects.get().body == "A question of mine"
