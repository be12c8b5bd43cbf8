"""Mails are taken out of the outbox one by one, by one worker each; what is for one person goes in one mail."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from comments import addresses, claiming
from comments.mail_models import EmailAddress, OutboxMessage
from comments.outbox import Bundle
from tests.factories import ask, moderator, reply_to

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def thread(article: Any) -> list[Any]:
    """A question and two replies, of which nobody has been told yet."""
    question = ask(article)
    comments = [question, reply_to(question, "Me too."), reply_to(question, "Me three.")]
    OutboxMessage.objects.all().delete()
    return comments


def another(article: Any, body: str = "And what else?") -> Any:
    """A question that nobody has been told of either."""
    comment = ask(article, body)
    OutboxMessage.objects.filter(comment=comment).delete()
    return comment


def address(email: str = "ann@example.org") -> EmailAddress:
    known = {"address": email, "added_at": NOW, "confirmed_at": NOW}
    return EmailAddress.objects.get_or_create(key=addresses.key_of(email), defaults=known)[0]


def row(kind: str, comment: Any = None, *, at: datetime = NOW, to: Any = None, **columns: Any) -> OutboxMessage:
    person = {"moderator": to} if kind in ("new", "report", "follow_up", "nudge") else {"address": to or address()}
    return OutboxMessage.objects.create(kind=kind, comment=comment, written_at=NOW, due_at=at, **person, **columns)


def taken(now: datetime = NOW) -> Bundle:
    bundle = claiming.claim(now)
    assert bundle is not None
    return bundle


def pks(bundle: Bundle) -> list[int]:
    return [row.pk for row in bundle.rows]


def test_nothing_is_taken_before_its_moment(thread: Any) -> None:
    row("public", thread[0], at=NOW + SECOND)
    waiting = row("answer", thread[1])
    OutboxMessage.objects.filter(pk=waiting.pk).update(due_at=None)
    assert claiming.claim(NOW) is None
    assert taken(NOW + SECOND).rows[0].kind == "public"


def test_news_of_one_thread_goes_in_one_mail_and_that_of_another_thread_in_another(thread: Any) -> None:
    other = row("public", another(thread[0].article), at=NOW - SECOND)
    rows = [row("public", thread[0]), row("reply", thread[1]), row("reply", thread[2])]
    row("reply", thread[1], to=address("bob@example.org"))
    assert pks(taken()) == [other.pk]
    assert pks(taken()) == [one.pk for one in rows]
    assert taken().address == address("bob@example.org")
    assert claiming.claim(NOW) is None


def test_what_was_asked_for_by_an_address_goes_alone(thread: Any) -> None:
    rows = [row("confirm"), row("links"), row("public", thread[0])]
    assert [pks(taken()) for _ in rows] == [[one.pk] for one in rows]


def test_a_moderator_gets_all_in_one_mail(thread: Any, sarah: Any) -> None:
    rows = [row("new", thread[0], to=sarah), row("follow_up", thread[1], to=sarah), row("nudge", thread[0], to=sarah)]
    row("new", thread[0], to=moderator("ben"))
    bundle = taken()
    assert pks(bundle) == [one.pk for one in rows]
    assert bundle.moderator == sarah


def test_a_mail_is_one_worker_s_until_its_lease_ends_and_then_the_same_under_the_same_id(thread: Any) -> None:
    row("public", thread[0])
    first = taken()
    row("reply", thread[1])
    assert claiming.claim(NOW + claiming.LEASE - SECOND) is None
    again = taken(NOW + claiming.LEASE)
    assert (pks(again), again.message_id) == (pks(first), first.message_id)
    assert again.rows[0].attempts == 2


def test_whoever_lost_the_lease_writes_nothing_any_more(thread: Any) -> None:
    row("public", thread[0])
    slow = taken()
    quick = taken(NOW + claiming.LEASE)
    assert not claiming.is_safe(slow, NOW + claiming.LEASE)
    assert (
        claiming.sent(slow, NOW) == claiming.give_up(slow, NOW, "") == claiming.skip(slow, {pks(slow)[0]: ""}, NOW) == 0
    )
    claiming.release(slow)
    claiming.retry(slow, NOW, "")
    assert claiming.sent(quick, NOW) == 1


def test_nothing_is_sent_at_the_end_of_a_lease(thread: Any) -> None:
    row("public", thread[0])
    bundle = taken()
    assert claiming.is_safe(bundle, NOW + claiming.LEASE - claiming.SAFE - SECOND)
    assert not claiming.is_safe(bundle, NOW + claiming.LEASE - claiming.SAFE)


def test_what_comes_soon_after_a_mail_to_the_same_person_about_the_same_gathers(thread: Any) -> None:
    row("public", thread[0])
    claiming.sent(taken(), NOW)
    late = [row("reply", thread[1], at=NOW + MINUTE), row("reply", thread[2], at=NOW + 5 * MINUTE)]
    other = row("public", another(thread[0].article), at=NOW + 5 * MINUTE)
    assert pks(taken(NOW + 5 * MINUTE)) == [other.pk]
    assert claiming.claim(NOW + 10 * MINUTE - SECOND) is None
    assert pks(taken(NOW + 10 * MINUTE)) == [one.pk for one in late]


def test_what_comes_while_a_mail_to_the_same_person_is_under_way_gathers_too(thread: Any) -> None:
    row("public", thread[0])
    taken()
    row("reply", thread[1])
    assert claiming.claim(NOW) is None
    assert OutboxMessage.objects.get(kind="reply").due_at == NOW + claiming.BURST


def test_one_address_gets_so_many_mails_a_day_of_what_readers_wrote(
    thread: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "NEWS_A_DAY", 3)
    asked = [another(thread[0].article, f"Under somebody’s address {number}") for number in range(4)]
    for number, comment in enumerate(asked):
        row("public", comment, at=NOW + number * SECOND)
    for number in range(3):
        claiming.sent(taken(NOW + MINUTE), NOW + number * SECOND)
    row("public", another(thread[0].article), to=address("bob@example.org"), at=NOW + MINUTE)
    assert taken(NOW + MINUTE).address == address("bob@example.org")
    assert claiming.claim(NOW + MINUTE) is None
    answered = row("answer", thread[1], at=NOW + MINUTE)
    bundle = taken(NOW + MINUTE)
    assert pks(bundle) == [answered.pk]
    OutboxMessage.objects.exclude(address=address()).delete()
    claiming.sent(bundle, NOW + MINUTE)
    assert claiming.claim(NOW + claiming.DAY - MINUTE) is None
    assert taken(NOW + claiming.DAY + MINUTE).rows[0].comment == asked[3]


def test_alerts_to_a_moderator_gather_and_a_mail_that_somebody_asked_for_never_waits(thread: Any, sarah: Any) -> None:
    row("new", thread[0], to=sarah)
    row("confirm")
    claiming.sent(taken(), NOW)
    claiming.sent(taken(), NOW)
    row("follow_up", thread[1], to=sarah, at=NOW + SECOND)
    row("links", at=NOW + SECOND)
    assert taken(NOW + SECOND).rows[0].kind == "links"
    assert claiming.claim(NOW + SECOND) is None
    assert taken(NOW + 10 * MINUTE).rows[0].kind == "follow_up"


def test_what_fails_is_tried_again_later_and_later_and_then_given_up(thread: Any) -> None:
    row("public", thread[0])
    now, ids = NOW, set()
    for pause in claiming.PAUSES:
        bundle = taken(now)
        ids.add(bundle.message_id)
        assert claiming.retry(bundle, now, "450: not now")
        assert claiming.claim(now + pause - SECOND) is None
        now += pause
    assert not claiming.retry(taken(now), now, "450: not now")
    one = OutboxMessage.objects.get()
    assert (one.outcome, one.reason, one.attempts) == ("failed", "Tried 8 times. 450: not now", 8)
    assert len(ids) == 1
    assert now - NOW > timedelta(days=1)


def test_a_mail_that_ends_every_worker_is_given_up(thread: Any) -> None:
    row("public", thread[0])
    for number in range(claiming.TRIES):
        taken(NOW + number * claiming.LEASE)
    assert claiming.claim(NOW + claiming.TRIES * claiming.LEASE) is None
    one = OutboxMessage.objects.get()
    assert (one.outcome, one.reason) == ("failed", "Tried 8 times: each time the worker ended.")


def test_what_no_mail_server_was_there_for_is_as_it_was(thread: Any) -> None:
    row("public", thread[0])
    claiming.release(taken())
    more = row("reply", thread[1])
    assert OutboxMessage.objects.filter(attempts=0, leased_until=None, message_id="").count() == 2
    assert more.pk in pks(taken())


def test_what_may_have_been_sent_keeps_its_id_where_there_is_no_mail_server(thread: Any) -> None:
    row("public", thread[0])
    first = taken()
    claiming.release(taken(NOW + claiming.LEASE))
    assert taken(NOW + claiming.LEASE).message_id == first.message_id


def test_a_mail_leaves_out_what_is_not_to_be_told_and_says_why(thread: Any) -> None:
    rows = [row("public", thread[0]), row("reply", thread[1]), row("reply", thread[2])]
    bundle = taken()
    assert claiming.skip(bundle, {rows[0].pk: "It is not public.", rows[2].pk: "Nobody wants it."}, NOW) == 2
    assert claiming.sent(bundle, NOW) == 1
    found = list(OutboxMessage.objects.order_by("pk").values_list("outcome", "reason"))
    assert found == [("skipped", "It is not public."), ("sent", ""), ("skipped", "Nobody wants it.")]


def test_no_more_mails_go_in_a_minute_than_the_provider_takes(article: Any, settings: Any) -> None:
    settings.EMAIL_RATE = 2
    for number in range(5):
        row("confirm", to=address(f"a{number}@example.org"))
    claiming.sent(taken(), NOW)
    claiming.retry(taken(), NOW, "450: not now")
    assert claiming.claim(NOW + 30 * SECOND) is None
    later = NOW + MINUTE
    taken(later)
    taken(later)
    assert claiming.claim(later) is None


def test_a_clock_that_was_a_year_ahead_for_a_moment_keeps_no_mail_back(article: Any, settings: Any) -> None:
    settings.EMAIL_RATE = 1
    comments = [another(article, f"Question {number}") for number in range(2)]
    for comment in comments:
        row("public", comment)
    year = NOW + timedelta(days=365)
    claiming.sent(taken(year), year)
    leased = taken(year + MINUTE)
    told = row("answer", reply_to(comments[0]))
    again = taken()
    assert pks(again) == pks(leased)
    claiming.sent(again, NOW)
    assert pks(taken(NOW + 2 * MINUTE)) == [told.pk]


def test_an_id_names_the_host_that_mails_come_from(thread: Any, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Sarah <sarah@advice.example>"
    row("public", thread[0])
    assert taken().message_id.endswith("@advice.example>")


@pytest.mark.sqlite  # plans without statistics
def test_what_is_due_is_found_by_its_index() -> None:
    assert "mail_due" in claiming._due(NOW)[:1].explain()
    assert "USE TEMP B-TREE" not in claiming._due(NOW)[:1].explain()


def test_an_idle_worker_asks_once_and_takes_no_lock(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert claiming.claim(NOW) is None


def test_a_long_list_goes_in_several_mails(thread: Any, sarah: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claiming, "MOST_ALERTS", 2)
    for comment in thread:
        row("new", comment, to=sarah)
    bundle = taken()
    assert claiming.sent(bundle, NOW) == 2
    assert claiming.claim(NOW) is None
    assert len(taken(NOW + claiming.BURST).rows) == 1
