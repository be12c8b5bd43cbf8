"""What the owner sets for all discussions: on one form, in force within a minute, the same for every reader."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from advice.models import Article
from comments import alert_choices, discussion_settings, links, posting, refusals
from comments.desk_models import DiscussionSettings
from comments.log_models import ModerationEvent
from comments.models import Comment
from tests.factories import answer, ask, discuss, make_article, moderator, reply_to, submission

pytestmark = pytest.mark.django_db
LIST = "/admin/comments/discussionsettings/"
ROW = f"{LIST}1/change/"
DEFAULTS = {
    "hold": "everything",
    "posts_in_ten_minutes": 5,
    "posts_in_a_day": 30,
    "network_days": 90,
    "mail_days": 90,
    "unconfirmed_days": 30,
    "backup_days": 30,
    "confirmations_an_hour": 100,
    "posts_in_an_hour": 60,
    "spam_days": 30,
    "same_texts": 3,
    "links_held": 2,
    "links_spam": 6,
    **dict.fromkeys(["look_for_care", "check_texts", "check_links"], "on"),
    **dict.fromkeys(["check_writing", "check_phrases", "check_likeness"], "on"),
    **dict.fromkeys(["close_after_days", "away_text", "away_until", "weekly_cap", "reserved_names"], ""),
    **dict.fromkeys(["elsewhere_text", "removed_days"], ""),
}


@pytest.fixture
def as_sarah(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def seen(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def send(client: Client, article: Any, **fields: Any) -> Any:
    return client.post(f"{article.get_absolute_url()}comments/", {"name": "Ann", "body": "Should I write?", **fields})


def shape_of_asking(html: str) -> tuple[bool, bool]:
    """Whether a page has the form, and whether it says that it is closed."""
    return '<form id="respond"' in html, "close here" in html


# --- The form -------------------------------------------------------------------------------------------------------


def test_only_owners_see_and_change_the_settings(client: Client) -> None:
    assert client.get(ROW).status_code == 302
    client.force_login(moderator("ben"))
    assert client.get(ROW).status_code == 403
    assert client.post(ROW, {**DEFAULTS, "weekly_cap": 1}).status_code == 403
    assert not DiscussionSettings.objects.exists()


def test_the_list_leads_to_the_one_row_which_is_made_when_it_is_saved(as_sarah: Client) -> None:
    assert as_sarah.get(LIST)["Location"] == ROW
    assert as_sarah.get(f"{LIST}2/change/").status_code == 302
    html = seen(as_sarah, ROW)
    assert "Whatever is chosen here" in html
    assert "delete/" not in html
    assert as_sarah.post(ROW, {**DEFAULTS, "weekly_cap": 20}).status_code == 302
    assert as_sarah.post(ROW, {**DEFAULTS, "weekly_cap": 30}).status_code == 302
    assert DiscussionSettings.objects.get().weekly_cap == 30


def test_a_change_of_settings_is_in_the_log_with_before_and_after(as_sarah: Client, sarah: Any) -> None:
    as_sarah.post(ROW, {**DEFAULTS, "hold": "first", "is_away": "on"})
    event = ModerationEvent.objects.latest("pk")
    assert (event.by, event.verb, event.subject) == (sarah, "change", "discussion settings")
    assert event.before == "Hold back: Everything: a person reads it first\nI am away: no"
    assert "I am away: yes" in event.after


def test_every_setting_stands_on_the_form(as_sarah: Client) -> None:
    fields = as_sarah.get(ROW).context["adminform"].form.fields
    assert set(fields) == {field.name for field in DiscussionSettings._meta.fields} - {"id"}


def test_it_says_who_is_told_of_what_with_the_way_to_change_that(as_sarah: Client, sarah: Any) -> None:
    ben, _, root = moderator("ben"), moderator("zoe", email=""), moderator("root", is_superuser=True)
    moderator("kim", is_active=False)
    alert_choices.choose(ben, by=sarah, mail_questions="daily", mail_hour=18, mail_reports=False)
    html = seen(as_sarah, ROW)
    told = "what is new, at once, reports, askers who write again, the oldest question"
    assert f'<a href="/admin/comments/moderator/{sarah.pk}/mail/">Sarah (sarah)</a>: {told}</li>' in html
    told = "what is urgent, at once, what is new, daily at 18:00, askers who write again, the oldest question"
    assert f"ben (ben)</a>: {told}</li>" in html
    assert "zoe (zoe)</a>: nothing, for there is no address</li>" in html
    assert "<li>root (root): what is new" in html
    assert f"/admin/comments/moderator/{root.pk}/" not in html
    assert "kim (kim)" not in html


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"away_until": "2001-01-01"}, "This day is past"),
        ({"elsewhere_text": "See there."}, "Please write {link} where"),
        ({"posts_in_ten_minutes": 50, "posts_in_a_day": 40}, "at least what ten minutes allow"),
        ({"network_days": 1}, "greater than or equal to 2"),
        ({"weekly_cap": 0}, "greater than or equal to 1"),
        ({"mail_days": 6}, "greater than or equal to 7"),
        ({"unconfirmed_days": 6}, "greater than or equal to 7"),
        ({"confirmations_an_hour": 0}, "greater than or equal to 1"),
        ({"links_held": 7}, "Spam should have at least as many links"),
        ({"spam_days": 6}, "greater than or equal to 7"),
    ],
)
def test_what_makes_no_sense_is_named_beside_its_field(as_sarah: Client, typed: dict[str, Any], said: str) -> None:
    response = as_sarah.post(ROW, {**DEFAULTS, **typed})
    assert response.status_code == 200
    assert said in response.content.decode()
    assert not DiscussionSettings.objects.exists()


def test_pages_ask_once_a_minute_and_at_once_where_it_was_changed(
    client: Client, django_assert_num_queries: Any
) -> None:
    discussion_settings.current()
    with django_assert_num_queries(0):
        discussion_settings.current()
    DiscussionSettings.objects.create(pk=1, is_away=True)
    assert not discussion_settings.current().away
    discussion_settings.forget()
    assert discussion_settings.current().away


def test_without_the_database_the_last_ones_known_hold(settings: Any) -> None:
    discuss(close_after_days=7)
    discussion_settings.current()
    cache.clear()
    with connection.execute_wrapper(_broken):
        assert discussion_settings.current().row.close_after_days == 7


def _broken(*args: Any) -> Any:
    from django.db import OperationalError

    raise OperationalError("gone")


# --- Closing after some days ----------------------------------------------------------------------------------------


def test_an_article_closes_by_its_age_at_the_moment_it_is_read(client: Client, sarah: Any) -> None:
    young = make_article(published_at=timezone.now() - timedelta(days=29))
    old = make_article(published_at=timezone.now() - timedelta(days=31))
    question = ask(old)
    discuss(close_after_days=30)
    assert shape_of_asking(seen(client, young.get_absolute_url())) == (True, False)
    html = seen(client, old.get_absolute_url())
    assert shape_of_asking(html) == (False, True)
    assert "close here 30 days after an article appears" in html
    assert "data-reply" not in html
    assert 'class="call"' not in html
    assert shape_of_asking(seen(client, f"/comments/{question.pk}/reply/")) == (False, True)
    assert "Ask your own" not in seen(client, f"/questions/{question.pk}/")
    assert "Ask your own" not in seen(client, f"/questions/?article={old.slug}")
    discuss()
    assert shape_of_asking(seen(client, old.get_absolute_url())) == (True, False)


def test_what_comes_too_late_is_refused_with_the_reason_and_the_text(client: Client) -> None:
    old = make_article(published_at=timezone.now() - timedelta(days=31))
    discuss(close_after_days=30)
    response = send(client, old, body="KEEP THIS")
    assert response.status_code == 403
    assert "for so long that it takes no more" in response.content.decode()
    assert "KEEP THIS" in response.content.decode()
    with pytest.raises(refusals.ClosedByAge):
        posting.post(submission(old))
    assert not Comment.objects.exists()


def test_who_asked_before_may_still_add_to_it(client: Client) -> None:
    old = make_article(published_at=timezone.now() - timedelta(days=31))
    question = ask(old)
    discuss(close_after_days=30)
    address = links.mint(question)
    assert client.post(f"{address}add/", {"body": "One thing more."}).status_code == 303
    assert Comment.objects.filter(continues=question, body="One thing more.").exists()


# --- Away -----------------------------------------------------------------------------------------------------------


def test_readers_are_told_before_they_write_that_nobody_answers(client: Client, article: Any) -> None:
    question = ask(article, approved=False)
    discuss(is_away=True, away_text="I am at the sea until May.")
    assert seen(client, "/").count("I am at the sea") == 1
    assert seen(client, article.get_absolute_url()).count("I am at the sea") == 2  # the call, and the form
    assert "I am at the sea" in seen(client, links.mint(question))
    assert "I am at the sea" in send(client, article, step="check").content.decode()
    assert send(client, article).status_code == 303
    answer(question)
    assert "I am at the sea" not in seen(client, links.mint(question))


def test_the_notice_goes_by_itself_after_its_last_day(client: Client) -> None:
    today = timezone.localdate()
    discuss(is_away=True, away_until=today)
    assert "Until" in discussion_settings.current().away
    discuss(is_away=True, away_until=today - timedelta(days=1))
    assert discussion_settings.current().away == ""
    discuss(is_away=False, away_text="At the sea.")
    assert discussion_settings.current().away == ""
    discuss(is_away=True)
    assert discussion_settings.current().away == "At present nobody answers here. Questions are kept, and read later."


# --- Limits and names -----------------------------------------------------------------------------------------------


def test_the_limits_on_one_network_are_those_of_the_settings(article: Any, settings: Any) -> None:
    settings.POST_LIMITS = True
    discuss(posts_in_ten_minutes=2, posts_in_a_day=3)
    for number in range(2):
        posting.post(submission(article, f"Number {number}", network="one"))
    with pytest.raises(refusals.TooMany):
        posting.post(submission(article, "Number 3", network="one"))
    Comment.objects.update(posted_at=timezone.now() - timedelta(hours=1))
    posting.post(submission(article, "Number 3", network="one"))
    with pytest.raises(refusals.TooMany) as refused:
        posting.post(submission(article, "Number 4", network="one"))
    assert refused.value.retry_after > 22 * 3600
    settings.POST_LIMITS = False
    assert posting.post(submission(article, "Number 4", network="one")).is_new


@pytest.mark.parametrize("name", ["Dr Love", "dr. love", "DR L0VE", "The Owner"])
def test_reserved_names_are_refused_in_all_their_disguises(client: Client, article: Any, name: str) -> None:
    assert send(client, article, name=name).status_code == 303
    discuss(reserved_names="Dr Love\n\n  the owner \n")
    assert send(client, article, name=name).status_code == 422
    assert send(client, article, name=f"{name} B.").status_code == 303


# --- Cost -----------------------------------------------------------------------------------------------------------


def test_settings_cost_a_page_nothing_when_it_is_kept(client: Client, article: Any, sarah: Any) -> None:
    discuss(is_away=True, close_after_days=300, weekly_cap=2)
    reply_to(ask(article))
    with CaptureQueriesContext(connection) as queries:
        client.get(article.get_absolute_url())
    assert len(queries) <= 8
    with CaptureQueriesContext(connection) as queries:
        client.get(article.get_absolute_url())
    assert len(queries) == 1
    Article.objects.filter(pk=article.pk).update(discussion_version=99)
    cold = CaptureQueriesContext(connection)
    with cold:
        client.get(article.get_absolute_url())
    assert not [query for query in cold if "discussionsettings" in query["sql"]]
