"""The log: everybody who works at the desk can read and search it, and nobody can change it."""

import re
from datetime import timedelta
from time import process_time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import arranging, auditing, differences, moderation, statuses
from comments.log_models import ModerationEvent, Verb
from comments.models import Comment
from tests.factories import ask, moderator

pytestmark = pytest.mark.django_db
LOG = "/admin/comments/moderationevent/"


@pytest.fixture
def as_ben(client: Client) -> Client:
    """Logged in as a moderator who is no owner."""
    client.force_login(moderator("ben"))
    return client


@pytest.fixture
def question(article: Any) -> Comment:
    return ask(article, "Should I write?")


def found(client: Client, **query: Any) -> list[int]:
    response = client.get(LOG, query)
    assert response.status_code == 200
    return [event.pk for event in response.context["cl"].result_list]


def recorded(**given: Any) -> ModerationEvent:
    return auditing.record(**{"by": None, "verb": Verb.CHANGE, "subject": "article “Wait”", **given})


def test_a_moment_reads_as_people_write_it(as_ben: Client, article: Any, sarah: Any) -> None:
    arranging.pin(ask(article), by=sarah)
    html = as_ben.get(LOG).content.decode()
    assert timezone.now().strftime("%Y-%m-%dT") not in html.split('id="result_list"')[1]
    assert f"{timezone.localtime().day} {timezone.localtime():%b}" in html.split("field-change")[1]
    nonsense = recorded(before="2026-02-31T25:00:00+00:00")
    assert nonsense.before in as_ben.get(f"{LOG}{nonsense.pk}/change/").content.decode()


# --- Finding --------------------------------------------------------------------------------------------------------


def test_it_is_searched_by_number_name_subject_reason_and_texts(as_ben: Client, question: Comment) -> None:
    sarah = moderator("sarah")
    statuses.note(question, Verb.CORRECT, by=None, before="wiht", after="with", reason="typo")
    note = ModerationEvent.objects.latest("pk").pk
    title, rule = recorded(subject="article “Distance”"), recorded(by=sarah, subject="block rule “casino”")
    assert found(as_ben, q=str(question.pk)) == found(as_ben, q=f"#{question.pk}")
    assert set(found(as_ben, q=str(question.pk))) == set(question.events.values_list("pk", flat=True))
    assert found(as_ben, q="distance") == [title.pk]
    assert found(as_ben, q="sarah casino") == [rule.pk]
    for words in ("typo", "wiht", "with"):
        assert found(as_ben, q=words) == [note]
    assert found(as_ben, q="nothing like it") == []


def test_it_is_filtered_by_verb_who_what_and_day(as_ben: Client, question: Comment) -> None:
    sarah = moderator("sarah")
    moderation.trash(question, by=sarah)
    trashed, other = ModerationEvent.objects.latest("pk").pk, recorded().pk
    assert found(as_ben, verb__exact="trash") == [trashed]
    assert found(as_ben, who=sarah.pk, verb__exact="trash") == [trashed]
    assert other in found(as_ben, who="nobody")
    assert trashed not in found(as_ben, who="nobody")
    assert found(as_ben, what="other") == [other]
    assert other not in found(as_ben, what="comments")
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    assert found(as_ben, at__gte=tomorrow) == []
    assert found(as_ben, who="nonsense", what="nonsense") == found(as_ben)


def test_the_newest_stand_first(as_ben: Client) -> None:
    pks = [recorded().pk for _ in range(3)]
    assert found(as_ben) == pks[::-1]


# --- Reading --------------------------------------------------------------------------------------------------------


def test_a_row_says_who_did_what_to_what_and_leads_to_the_desk(as_ben: Client, question: Comment) -> None:
    moderation.trash(question, by=moderator("sarah", first_name="Sarah"), reason="asked <twice>")
    html = as_ben.get(LOG, {"verb__exact": "trash"}).content.decode()
    assert "Sarah (sarah)" in html
    assert "trash: approved → trash" in html
    assert f'<a href="/admin/desk/{question.pk}/">comment {question.pk}, Ann</a>' in html
    assert "asked &lt;twice&gt;" in html


def test_what_changed_is_marked_word_by_word_and_escaped(as_ben: Client) -> None:
    event = recorded(before="Wait <a> month, then ask.", after="Wait <a> week, then ask.")
    marked = "Wait &lt;a&gt; <del>month</del><ins>week</ins>, then ask."
    assert marked in as_ben.get(LOG).content.decode()
    assert marked in as_ben.get(f"{LOG}{event.pk}/change/").content.decode()


def test_long_texts_are_behind_a_click_in_the_list(as_ben: Client) -> None:
    recorded(before="Old words. " * 30, after="New <words>. " * 30)
    html = as_ben.get(LOG).content.decode()
    assert "<details><summary>New &lt;words&gt;. New" in html
    assert f"<del>{'Old words. ' * 30}</del>" in html


def test_very_long_texts_are_not_compared() -> None:
    before, after = "a " * 5_000, "b " * 5_000
    assert differences.marked(before, after) == f"<del>{before}</del><ins>{after}</ins>"
    assert differences.marked("", "") == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (" ".join(f"x{number}" for number in range(800)), " ".join(f"y{number}" for number in range(800))),
        ("a " * 800, "b " * 800),
        (".!" * 400, "!!.." * 200),
    ],
    ids=["all words new", "one word", "signs"],
)
def test_no_texts_take_long_to_compare(before: str, after: str) -> None:
    began = process_time()
    assert "".join(re.findall(r"<del>(.*?)</del>", differences.marked(before, after))) == before
    assert process_time() - began < 1  # it was 20 seconds


def test_it_costs_the_same_queries_with_5_and_with_300_events(as_ben: Client, question: Comment) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            found(as_ben)
        return len(captured)

    for _ in range(5):
        recorded()
    few = queries()
    rows = [ModerationEvent(subject=f"article {number}", verb=Verb.CHANGE, at=timezone.now()) for number in range(150)]
    ModerationEvent.objects.bulk_create(rows)
    for number in range(150):
        statuses.note(question, Verb.EDIT, by=moderator(f"mod{number % 20}"), before="a", after="b")
    assert queries() == few <= 10


# --- Not writing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["ben", "sarah", "root"])
def test_nobody_changes_it_in_the_admin(client: Client, login: str) -> None:
    client.force_login(User.objects.create_superuser("root") if login == "root" else moderator(login))
    event = recorded(reason="because")
    page = f"{LOG}{event.pk}/change/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"reason": "other", "subject": "other"}).status_code == 403
    assert client.get(f"{LOG}add/").status_code == 403
    assert client.post(f"{LOG}add/", {"subject": "other", "verb": "add"}).status_code == 403
    assert client.post(f"{LOG}{event.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(LOG, {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"})
    html = client.get(LOG).content.decode()
    assert "delete_selected" not in html
    assert ModerationEvent.objects.get() == event
    assert ModerationEvent.objects.get().reason == "because"


def test_no_code_changes_it_by_a_slip(question: Comment) -> None:
    event = recorded()
    for slip in (
        lambda: ModerationEvent.objects.update(reason="x"),
        lambda: ModerationEvent.objects.filter(pk=event.pk).delete(),
        event.save,
        event.delete,
        lambda: question.events.update(reason="x"),
    ):
        with pytest.raises(TypeError, match="The log is not"):
            slip()
