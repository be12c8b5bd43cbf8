"""Block rules in the admin: made at the desk or by hand, tried before they are saved, and told what they caught."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from comments import blocking
from comments.desk_models import BlockRule
from comments.log_models import ModerationEvent
from comments.models import Comment
from tests.factories import ask, moderator

pytestmark = pytest.mark.django_db
LIST = "/admin/comments/blockrule/"
ADD = f"{LIST}add/"
NETWORK = "0f" * 16


@pytest.fixture
def as_ben(client: Client) -> Client:
    client.force_login(moderator("ben"))
    return client


def form(value: str, kind: str = "word", **columns: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "value": value,
        "then": "pending",
        "note": "",
        "expires_at_0": "",
        "expires_at_1": "",
        **columns,
    }


def html(response: Any) -> str:
    return " ".join(response.content.decode().split())


def at(rule: BlockRule) -> str:
    return f"{LIST}{rule.pk}/change/"


def test_only_moderators_make_rules(client: Client) -> None:
    assert client.get(ADD).status_code == 302
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    for sent in (form("casino"), form("casino", _try="1")):
        assert client.post(ADD, sent).status_code == 403
    assert not BlockRule.objects.exists()


def test_a_rule_is_kept_as_it_is_compared_and_logged(as_ben: Client) -> None:
    assert as_ben.post(ADD, form("  FREE   Money! ", note="Spam")).status_code == 302
    rule = BlockRule.objects.get()
    assert (rule.value, rule.added_by) == ("free money", moderator("ben"))
    as_ben.post(at(rule), form("free money", then="spam"))
    assert list(ModerationEvent.objects.order_by("pk").values_list("verb", flat=True)) == ["add", "change"]
    as_ben.post(f"{LIST}{rule.pk}/delete/", {"post": "yes"})
    assert ModerationEvent.objects.latest("pk").verb == "delete"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (form("…!"), "nothing is left of it"),
        (form("ann", "email"), "a whole address"),
        (form("@", "email"), "a whole address"),
        (form("@localhost", "email"), "a whole address"),
        (form("192.0.2.1", "network"), "32 digits and letters"),
        (form("spells", "host"), "the name of a host"),
        (form("https://…/", "host"), "the name of a host"),
        (form("CASINO!"), "There is a rule for this already."),
        (form("bonus"), "It has expired: give it a later day."),
        (form("ﷺ" * 200), "This is too long."),
        (form("lottery", expires_at_0="2001-01-01", expires_at_1="12:00"), "This moment is past"),
    ],
)
def test_what_can_match_nothing_or_is_there_already_is_refused(as_ben: Client, typed: Any, said: str) -> None:
    BlockRule.objects.create(value="casino")
    BlockRule.objects.create(value="bonus", expires_at=timezone.now() - timedelta(days=1))
    response = as_ben.post(ADD, typed)
    assert response.status_code == 200
    assert said in html(response)
    assert BlockRule.objects.count() == 2


def test_so_many_rules_are_active_and_no_more(as_ben: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "RULES", 2)
    BlockRule.objects.create(value="gone", expires_at=timezone.now() - timedelta(days=1))
    for word in ("one", "two"):
        assert as_ben.post(ADD, form(word * 2)).status_code == 302
    assert "as many as there can be" in html(as_ben.post(ADD, form("three")))


def test_a_single_letter_is_kept_with_a_warning(as_ben: Client) -> None:
    response = as_ben.post(ADD, form("x"), follow=True)
    assert "many texts have it" in html(response)
    assert BlockRule.objects.get().value == "x"


def test_trying_a_rule_shows_whom_it_would_have_hit_and_saves_nothing(as_ben: Client, article: Any) -> None:
    hit, other = ask(article, "The Casino <b>won</b>.", email="a@spam.example"), ask(article, "He left me.", name="Bob")
    response = as_ben.post(ADD, form("casino", _try="1"))
    page = html(response)
    assert response.status_code == 200
    assert "1 of the 2 newest comments." in page
    assert f"/admin/desk/{hit.pk}/" in page
    assert f"/admin/desk/{other.pk}/" not in page
    assert "The Casino &lt;b&gt;won&lt;/b&gt;." in page
    assert 'value="casino"' in page
    assert "1 of the 2" in html(as_ben.post(ADD, form("@SPAM.example", "email", _try="1")))
    assert "a whole address" in html(as_ben.post(ADD, form("spam", "email", _try="1")))
    assert "So short a word" in html(as_ben.post(ADD, form("me", _try="1")))
    assert not BlockRule.objects.exists()
    assert not ModerationEvent.objects.filter(comment=None).exists()


def test_a_saved_rule_is_tried_with_other_words_and_stays(as_ben: Client, article: Any) -> None:
    rule = BlockRule.objects.create(value="casino")
    ask(article, "A bonus.")
    page = html(as_ben.post(at(rule), form("bonus", _try="1")))
    assert "1 of the 1 newest comments." in page
    assert "What it has caught" in page
    rule.refresh_from_db()
    assert rule.value == "casino"
    assert as_ben.post(f"{LIST}999/change/", form("bonus", _try="1")).status_code == 404


def test_list_and_page_say_what_a_rule_has_caught(as_ben: Client, article: Any) -> None:
    rule = BlockRule.objects.create(value="casino", then="spam")
    BlockRule.objects.create(kind="network", value=NETWORK)
    caught = [ask(article, f"Casino {number}", approved=False) for number in range(3)]
    page = html(as_ben.get(LIST))
    assert '<td class="field-caught">3</td>' in page
    assert '<td class="field-caught">0</td>' in page
    assert NETWORK not in page
    page = html(as_ben.get(at(rule)))
    assert page.count(f'<a href="/admin/desk/{caught[0].pk}/">') == 2  # caught, and would be
    assert "3 of the 3 newest comments." in page


def test_the_list_costs_the_same_however_many_rules_there_are(
    as_ben: Client, article: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        BlockRule.objects.create(value=f"word{number}", added_by=moderator("ben"))
    ask(article, " ".join(f"word{number}" for number in range(40)), approved=False)
    with django_assert_max_num_queries(10):
        assert "field-caught" in html(as_ben.get(LIST))


def test_the_desk_leads_to_the_form_without_telling_the_address(as_ben: Client, article: Any) -> None:
    question = ask(article, email="ann@example.com", network=NETWORK)
    page = html(as_ben.get(f"/admin/desk/{question.pk}/"))
    for kind, value in (("email", "ann@example.com"), ("network", NETWORK)):
        address = f"{ADD}?comment={question.pk}&kind={kind}"
        assert address.replace("&", "&amp;") in page
        filled = html(as_ben.get(address))
        assert f'value="{value}"' in filled
        assert f"From comment {question.pk}." in filled
    for nothing in ("?comment=x&kind=email", "?comment=999&kind=email", f"?comment={question.pk}&kind=body"):
        assert 'value="ann@example.com"' not in html(as_ben.get(f"{ADD}{nothing}"))


def test_nothing_is_offered_where_nothing_can_be_blocked(as_ben: Client, article: Any) -> None:
    assert "Block this" not in html(as_ben.get(f"/admin/desk/{ask(article).pk}/"))


def test_the_desk_says_which_rule_held_a_comment_with_a_link_to_it(as_ben: Client, article: Any) -> None:
    rule = BlockRule.objects.create(value="casino")
    question = ask(article, "A casino?", approved=False)
    page = html(as_ben.get(f"/admin/desk/{question.pk}/"))
    assert "Screening said: blocked word: casino." in page
    assert f'<a href="{at(rule)}">Word or phrase “casino”</a>' in page
    as_ben.post(f"{LIST}{rule.pk}/delete/", {"post": "yes"})
    page = html(as_ben.get(f"/admin/desk/{question.pk}/"))
    assert "blocked word: casino" in page
    assert "Change the rule" not in page
    assert Comment.objects.get(pk=question.pk).reasons == ["blocked word: casino"]


def test_a_host_is_kept_as_it_is_compared_tried_and_logged(as_ben: Client, article: Any) -> None:
    ask(article, "See https://www.casino.example/win")
    ask(article, "Nothing")
    assert "1 of the 2" in html(as_ben.post(ADD, form("http://Casino.example/x", "host", _try="1")))
    as_ben.post(ADD, form("http://WWW.Casino.example/x", "host"))
    assert BlockRule.objects.get().value == "casino.example"
    assert "casino.example" in ModerationEvent.objects.latest("pk").after
    assert "There is a rule for this already" in html(as_ben.post(ADD, form("casino.example", "host")))


def test_the_desk_fills_in_a_host_by_its_place_and_not_by_its_name(as_ben: Client, article: Any) -> None:
    comment = ask(article, "a.example, then https://b.example", approved=False)
    page = html(as_ben.get(f"/admin/desk/{comment.pk}/"))
    assert f"{ADD}?comment={comment.pk}&amp;kind=host&amp;place=1" in page
    assert "Block b.example…" in page
    assert 'value="b.example"' in html(as_ben.get(f"{ADD}?comment={comment.pk}&kind=host&place=1"))
    for place in ("2", "-1", "x", ""):
        assert 'value="b.example"' not in html(as_ben.get(f"{ADD}?comment={comment.pk}&kind=host&place={place}"))
