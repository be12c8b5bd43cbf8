"""What moderators mark as spam teaches: the same text, host or network; and is unlearnt with one click."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from advice import publishing
from comments import likeness, moderation, posting, purging, receiving, undoing
from comments.log_models import ModerationEvent
from comments.models import Comment
from comments.screening_models import SpamSign
from tests.factories import ask, discuss, fresh, make_article, reply_to, submission

pytestmark = pytest.mark.django_db
TEXT = "Every single evening since September I listen whether somebody climbs these stairs"
NETWORK, OTHER = "0f" * 16, "1f" * 16


def post(article: Any, body: str, **columns: Any) -> Comment:
    return posting.post(submission(article, body, **{"network": OTHER, **columns})).comment


@pytest.fixture
def spam(article: Any, sarah: Any) -> Comment:
    found = post(article, f"{TEXT} https://sell.example/now", name="Eve", network=NETWORK)
    return moderation.mark_spam(found, by=sarah)[0]


def kinds() -> list[str]:
    return sorted(SpamSign.objects.values_list("kind", flat=True))


def test_the_same_text_and_host_are_spam_and_the_network_is_held(article: Any, spam: Comment) -> None:
    assert kinds() == ["host", "network", "text"]
    text = post(make_article(), f"{TEXT} other.example", name="Bea")
    assert (text.status, text.reasons[-1]) == ("spam", "text of what was marked as spam")
    host = post(article, "It is a casino, look at www.sell.example!")
    assert (host.status, host.reasons[-1]) == ("spam", "host of what was marked as spam: sell.example")
    network = post(article, "May I ask?", network=NETWORK)
    assert (network.status, network.reasons) == ("pending", ["network of what was marked as spam"])
    assert post(article, "May I ask too?").reasons == []


def test_spam_that_holds_somebodys_question_or_leads_where_many_go_has_nobody_filed_as_spam(
    article: Any, spam: Comment
) -> None:
    asked = post(article, TEXT, name="Ann")
    assert (asked.status, asked.reasons[-1]) == ("pending", "text of what was marked as spam")
    linked = post(article, "I read about it at www.sell.example, is that so?")
    assert (linked.status, linked.reasons) == ("pending", ["host of what was marked as spam: sell.example"])


def test_words_that_readers_see_are_held_at_most_whatever_spam_repeats_them(article: Any, sarah: Any) -> None:
    asked = post(article, f"{TEXT} www.friend.example", name="Ann", network="2f" * 16)
    moderation.approve(asked, by=sarah)
    moderation.mark_spam(post(article, f"{TEXT} www.sell.example", name="Eve", network=NETWORK), by=sarah)
    again = post(make_article(), f"{TEXT} www.friend.example", name="Ann", network="2f" * 16)
    assert (again.status, again.reasons[-1]) == ("pending", "text of what was marked as spam")


def test_spam_cannot_clear_its_own_text_and_host(article: Any, spam: Comment) -> None:
    caught = post(article, f"{TEXT} https://sell.example", name="Bea")
    assert caught.status == "spam"
    back = receiving.rewrite(caught, name="Bea", body=f"{TEXT}. I want to die. https://sell.example")
    assert (back.status, kinds()) == ("pending", ["host", "network", "text"])
    moderation.withdraw(back)
    moderation.put_back(back)
    assert (fresh(back).status, kinds()) == ("pending", ["host", "network", "text"])


def test_with_its_switch_off_likeness_says_nothing(article: Any, spam: Comment) -> None:
    discuss(check_likeness=False)
    assert post(make_article(), f"{TEXT} www.sell.example", network=NETWORK).reasons == ["same text"]


def test_somebody_in_danger_is_not_like_spam(article: Any, spam: Comment) -> None:
    assert post(article, f"{TEXT}. I want to die. https://sell.example").status == "pending"


@pytest.mark.parametrize("verb", [moderation.approve, moderation.hold, moderation.restore])
def test_with_one_click_it_is_back_and_teaches_nothing(spam: Comment, sarah: Any, verb: Any) -> None:
    assert verb(spam, by=sarah)[0].status in ("pending", "approved")
    assert kinds() == []


def test_an_undo_unlearns(spam: Comment, sarah: Any) -> None:
    act = ModerationEvent.objects.filter(comment=spam).latest("pk").act
    assert undoing.undo_act(act, by=sarah)
    assert (fresh(spam).status, kinds()) == ("pending", [])


def test_from_spam_to_trash_it_teaches_until_it_is_restored(spam: Comment, sarah: Any) -> None:
    moderation.trash(spam, by=sarah)
    assert len(kinds()) == 3
    moderation.restore(spam, by=sarah)
    assert kinds() == []


def test_what_likeness_caught_teaches_nothing_and_comes_back_with_what_caught_it(
    article: Any, spam: Comment, sarah: Any
) -> None:
    caught = post(article, f"{TEXT} https://sell.example", name="Bea")
    assert (caught.status, SpamSign.objects.count()) == ("spam", 3)
    moderation.restore(caught, by=sarah)
    assert (fresh(caught).status, kinds()) == ("pending", ["network"])
    assert post(article, "www.sell.example").status == "pending"


def test_at_the_desk_one_button_takes_it_out_of_spam(client: Client, spam: Comment, sarah: Any) -> None:
    client.force_login(sarah)
    restore = f"/admin/desk/{spam.pk}/restore/"
    assert restore in client.get(f"/admin/desk/{spam.pk}/").content.decode()
    client.post(restore)
    assert (fresh(spam).status, kinds()) == ("pending", [])


def test_the_site_itself_does_not_teach(article: Any) -> None:
    moderation.mark_spam(post(article, TEXT), by=None)
    assert kinds() == []


def test_hosts_to_which_readers_articles_or_all_the_world_link_are_not_learnt(article: Any, sarah: Any) -> None:
    reply_to(ask(article, "See https://friend.example"))
    publishing.change([article.pk], body="Read [this](https://book.example/one).")
    body = "friend.example book.example youtu.be/x wa.me/123 sell.example"
    moderation.mark_spam(post(article, body), by=sarah)
    assert list(SpamSign.objects.filter(kind="host").values_list("value", flat=True)) == ["sell.example"]


def test_a_host_that_becomes_public_is_no_sign_any_more(article: Any, sarah: Any) -> None:
    waiting = post(article, "See https://sell.example")
    moderation.mark_spam(post(article, "Go to https://sell.example now"), by=sarah)
    moderation.approve(waiting, by=sarah)
    assert "host" not in kinds()


def test_marking_many_takes_few_queries_and_leaves_few_signs(
    article: Any, sarah: Any, django_assert_max_num_queries: Any
) -> None:
    pks = [post(article, f"{TEXT} {n} www.sell.example", name=f"N{n}", network=NETWORK).pk for n in range(12)]
    held = list(Comment.objects.filter(pk__in=pks))
    with django_assert_max_num_queries(4):
        likeness.learn(held, timezone.now())
    assert kinds() == ["host"] * 3 + ["network"] * 3 + ["text"] * 3


def test_marking_twice_is_marking_once(spam: Comment, sarah: Any) -> None:
    moderation.restore(spam, by=sarah)
    moderation.mark_spam(spam, by=sarah)
    moderation.mark_spam(spam, by=sarah)
    assert len(kinds()) == 3


def test_erasing_takes_the_signs_along(spam: Comment, sarah: Any) -> None:
    moderation.erase(spam, by=sarah)
    assert kinds() == []


def test_signs_have_a_term(spam: Comment) -> None:
    SpamSign.objects.update(at=timezone.now() - timedelta(days=91))
    purging.purge()
    assert kinds() == ["host", "text"]
    SpamSign.objects.update(at=timezone.now() - timedelta(days=366))
    purging.purge()
    assert kinds() == []
