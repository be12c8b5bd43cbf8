"""Phrases in the admin: owners switch them off and add their own, try them before, and all of it is logged."""

from typing import Any

import pytest
from django.test import Client

from comments import care, phrases
from comments.log_models import ModerationEvent
from comments.screening_models import Phrase, Topic
from tests.factories import ask, moderator

pytestmark = pytest.mark.django_db
LIST = "/admin/comments/phrase/"
ADD, TRY = f"{LIST}add/", f"{LIST}try/"


@pytest.fixture(autouse=True)
def _those_of_the_database() -> None:
    phrases.forget()


@pytest.fixture
def as_sarah(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


@pytest.fixture
def as_ben(client: Client, sarah: Any) -> Client:
    client.force_login(moderator("ben"))
    return client


def form(words: str, **columns: Any) -> dict[str, Any]:
    return {"topic": "abuse", "kind": "alone", "words": words, "language": "en", "is_on": "on", **columns}


def html(response: Any) -> str:
    return " ".join(response.content.decode().split())


def at(row: Phrase) -> str:
    return f"{LIST}{row.pk}/change/"


def shipped() -> Phrase:
    return Phrase.objects.get(topic=Topic.SELF_HARM, words__startswith="(kill|kills")


def test_an_owners_phrase_counts_at_once_and_is_logged(
    as_sarah: Client, django_capture_on_commit_callbacks: Any
) -> None:
    assert not care.notice("He hid my blue hat.")
    with django_capture_on_commit_callbacks(execute=True):
        assert as_sarah.post(ADD, form("  hid my   (blue|red) hat ")).status_code == 302
    assert Phrase.objects.get(is_shipped=False).words == "hid my (blue|red) hat"
    assert care.notice("He hid my blue hat.").topics == (Topic.ABUSE,)
    assert ModerationEvent.objects.latest("pk").verb == "add"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (form("he … …"), "begins and ends with a word"),
        (form("(he hit me"), "Brackets stand in pairs"),
        (form("a* hat"), "At least 2 letters"),
        (form("HAT trick"), "These words are in the list already, switched off."),
    ],
)
def test_what_cannot_be_read_or_is_there_is_refused_with_advice(as_sarah: Client, typed: Any, said: str) -> None:
    Phrase.objects.create(topic=Topic.ABUSE, words="HAT trick", is_on=False)
    response = as_sarah.post(ADD, typed)
    assert response.status_code == 200
    assert said in html(response)
    assert Phrase.objects.filter(is_shipped=False).count() == 1


def test_so_many_phrases_are_looked_for_and_no_more(as_sarah: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    off = Phrase.objects.create(topic=Topic.ABUSE, words="hat trick", is_on=False)
    monkeypatch.setattr(phrases, "LISTED", Phrase.objects.filter(is_on=True).count())
    assert "as many as there can be" in html(as_sarah.post(ADD, form("blue hat")))
    sent = {"action": "switch_on", "_selected_action": [off.pk]}
    assert "room for 0 more" in html(as_sarah.post(LIST, sent, follow=True))


def test_what_came_with_the_site_is_switched_off_but_neither_changed_nor_deleted(
    as_sarah: Client, django_capture_on_commit_callbacks: Any
) -> None:
    row = shipped()
    page = html(as_sarah.get(at(row)))
    assert "an update would bring it back" in page
    assert 'name="words"' not in page
    assert as_sarah.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    with django_capture_on_commit_callbacks(execute=True):
        assert as_sarah.post(at(row), {"words": "other words"}).status_code == 302
    assert Phrase.objects.get(pk=row.pk).words == row.words
    assert row.words not in [match.words for match in phrases.find("I will kill myself.")]
    copied = html(as_sarah.get(f"{ADD}?copy={row.pk}"))
    assert "meself)</textarea>" in copied


def test_many_are_switched_off_and_on_in_one_act_of_the_log(
    as_sarah: Client, django_capture_on_commit_callbacks: Any
) -> None:
    rows = list(Phrase.objects.filter(topic=Topic.STALKING).values_list("pk", flat=True)[:30])
    for action, is_on in (("switch_off", False), ("switch_on", True)):
        with django_capture_on_commit_callbacks(execute=True):
            page = html(as_sarah.post(LIST, {"action": action, "_selected_action": rows}, follow=True))
        assert "30 phrases switched" in page
        assert set(Phrase.objects.filter(pk__in=rows).values_list("is_on", flat=True)) == {is_on}
    event = ModerationEvent.objects.latest("pk")
    assert (event.subject, event.before) == ("30 phrases to look for", "Looked for: no")
    assert event.after.endswith("…")


def test_trying_a_phrase_shows_who_said_it_and_saves_nothing(as_sarah: Client, article: Any) -> None:
    said, other = ask(article, "He hid my <b>blue hat</b>."), ask(article, "He left me.")
    page = html(as_sarah.post(ADD, form("blue hat", _try="1")))
    assert "1 of the 2 newest comments. In 1 of them it would count" in page
    assert f"/admin/desk/{said.pk}/" in page
    assert f"/admin/desk/{other.pk}/" not in page
    assert "&lt;b&gt;blue hat&lt;/b&gt;" in page
    page = html(as_sarah.post(ADD, form("blue hat", kind="hint", _try="1")))
    assert "1 of the 2 newest comments. In 0 of them it would count" in page
    assert "not be taken for the topic there" in html(as_sarah.post(ADD, form("blue hat", kind="unless", _try="1")))
    assert "Brackets stand in pairs" in html(as_sarah.post(ADD, form("(blue hat", _try="1")))
    assert "0 of the 2 newest" in html(as_sarah.post(at(shipped()), {"is_on": "on", "_try": "1"}))
    assert not Phrase.objects.filter(is_shipped=False).exists()


def test_moderators_read_the_lists_and_try_a_text_but_change_nothing(as_ben: Client) -> None:
    assert "Try a text" in html(as_ben.get(LIST))
    assert 'name="_try"' not in html(as_ben.get(at(shipped())))
    for address, sent in ((ADD, form("blue hat")), (ADD, form("blue hat", _try="1")), (at(shipped()), {"_try": "1"})):
        assert as_ben.post(address, sent).status_code == 403
    page = html(as_ben.post(TRY, {"text": "I want to die. <script>"}))
    assert "It would be noticed: suicide or self-harm: “want to die”." in page
    assert "“want to die”: suicide or self-harm, says it alone, <strong>counts</strong>." in page
    page = html(as_ben.post(TRY, {"text": "I want to die of embarrassment."}))
    assert "an exception spares the words" in page
    assert "It says nothing of the lists." in html(as_ben.post(TRY, {"text": "Hello."}))
    assert "This field is required" in html(as_ben.post(TRY, {"text": ""}))


def test_the_list_is_filtered_and_searched_in_a_few_queries(
    as_sarah: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(10):
        page = html(as_sarah.get(f"{LIST}?topic__exact=self_harm&kind__exact=alone&q=sleep"))
    assert "final|eternal" in page
    assert "harass" not in page
