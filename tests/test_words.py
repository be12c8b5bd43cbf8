"""Every word a reader sees can be translated. What the test writes itself is "Qq"; the rest must speak pseudo."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from advice.models import Article
from advice.site_models import Helpline, SiteIdentity
from comments import addresses, links, mail_tokens, moderation, notes, phrases
from comments.desk_models import BlockRule
from comments.mail_models import EmailAddress
from comments.models import Comment
from comments.reader_models import Report, Situation
from comments.screening_models import Phrase, SpamSign
from tests import catalogues
from tests.factories import answer, ask, make_article, moderator, reply_to
from tests.pseudo import spoken, untranslated

# On one database: words do not come from it, and these pages take their time.
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DATA = "Qq qq"
QQ = re.compile(r".*(Qq)+.*|q+")
OWN = re.compile(r"[#0-9 ,.·:q@]*|Q?q+|[A-Z2-9]{4}-[A-Z2-9]{4}")  # numbers, and an address that says nothing
ADDRESS = re.compile(r"https?://\S+|/[-\w/]+/")


@pytest.fixture
def world() -> dict[str, Any]:
    """One of everything, in the words of DATA."""
    qq = moderator("qq", first_name="Qq")
    SiteIdentity.objects.create(pk=1, name="Qq", author_name="Qq", tagline="Qq")
    Helpline.objects.update(name="Qq", hours="Qq", about="Qq", source="Qq", number="1", address="")
    Helpline.objects.exclude(country="").update(country="Qq")
    situation = Situation.objects.create(name="Qq", slug="qq", description="Qq")
    article = make_article(title="Qq", summary="Qq", body="## Qq\n\nQq\n\n## Qq\n\n## Qq\n\nQq", author=qq)
    article.situations.add(situation)
    other = make_article(title="Qq", summary="", body="Qq", author=qq)
    closed = make_article(title="Qq", summary="", body="Qq", author=qq)
    make_article(title="Qq", summary="Qq", body="Qq", author=qq)
    question = ask(article, "Qq qq", name="Qq")
    question.situations.add(situation)
    answer(question, f"Qq [qq]({other.get_absolute_url()})", by=qq)
    removed = reply_to(question, "Qq", name="Qq")
    reply_to(removed, "Qq qq qq", name="Qq")
    moderation.trash(removed, by=qq)
    ask(closed, "Qq", name="Qq")
    Article.objects.filter(pk=closed.pk).update(comments_open=False)
    Article.objects.filter(pk=other.pk).update(updated_at=timezone.now() + timedelta(days=1))
    return {"article": article, "other": other, "closed": closed, "question": question}


def crowd(article: Article) -> None:
    """Enough questions for more than one page, below an article and among all."""
    for number in range(40):
        ask(article, f"Qq {number}", name="Qq")


@pytest.fixture
def pseudo(world: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    cache.clear()
    with spoken(monkeypatch) as asked:
        yield
    cache.clear()
    assert unwritten(asked) == {}


def unwritten(asked: set[str]) -> dict[str, set[str]]:
    """What a page asked for and a catalogue does not have, by language; Django says its own words."""
    missing = {
        language: {text for text in asked if text.strip()}
        - catalogues.compiled(language).keys()
        - catalogues.of_django(language)
        for language in catalogues.SHIPPED
    }
    return {language: texts for language, texts in missing.items() if texts}


def missed(response: Any) -> list[str]:
    html = ADDRESS.sub("", response.content.decode())
    return untranslated(html, data=DATA)


@pytest.mark.parametrize(
    "address",
    [
        *("/", "/help/", "/guidelines/", "/privacy/", "/questions/", "/questions/?answered=1", "/questions/?q=qq"),
        *("/questions/?q=qqq&answered=0", "/questions/?page=2", "/search/", "/search/?q=qq", "/search/?q=qqq"),
        *("/situations/", "/situations/qq/", "/q/", "/q/sent/", "/q/nonsense/", "/nowhere/", "/xmlrpc.php"),
    ],
)
def test_a_page_says_nothing_that_is_not_translated(
    client: Client, world: dict[str, Any], pseudo: Any, address: str
) -> None:
    if "page" in address:
        crowd(world["article"])
    assert missed(client.get(address)) == []


@pytest.mark.parametrize(
    "address",
    [
        *("{article}", "{article}comment-page-1/", "{other}", "{closed}", "/questions/{question}/"),
        *("/comments/{question}/reply/", "/comments/{question}/report/"),
    ],
)
def test_a_discussion_says_nothing_that_is_not_translated(
    client: Client, world: dict[str, Any], pseudo: Any, address: str
) -> None:
    if "page" in address:
        crowd(world["article"])
    place = {key: value.get_absolute_url() for key, value in world.items()}
    response = client.get(address.format(**{**place, "question": world["question"].pk}))
    assert response.status_code == 200
    assert missed(response) == []


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"name": "Qq" * 100, "email": "qq", "body": "q" * 10_001},
        {"name": "qq", "body": "\ufffd"},
        {"name": "Qqq", "body": "Qq", "step": "check"},
        {"name": "Qqq", "body": "Qq", "parent": "999999999"},
    ],
    ids=["nothing", "too much", "reserved and damaged", "check", "parent gone"],
)
def test_a_form_that_comes_back_says_nothing_that_is_not_translated(
    client: Client, world: dict[str, Any], pseudo: Any, typed: dict[str, str]
) -> None:
    response = client.post(f"{world['article'].get_absolute_url()}comments/", typed)
    assert response.status_code in (200, 422)
    assert [text for text in missed(response) if not QQ.fullmatch(text)] == []


@pytest.mark.parametrize("state", ["pending", "public", "answered", "trash", "spam"])
def test_a_private_page_says_nothing_that_is_not_translated(
    client: Client, world: dict[str, Any], monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    question = ask(world["article"], "Qq qq qq qq", name="Qq", approved=state in ("public", "answered"))
    if state == "answered":
        answer(question, "Qq", by=moderator("qq"))
        Comment.objects.filter(pk=question.pk).update(answered_at=timezone.now() - timedelta(days=60))
    if state in ("trash", "spam"):
        {"trash": moderation.trash, "spam": moderation.mark_spam}[state](question, by=moderator("qq"))
    address = links.mint(question)
    cache.clear()
    with spoken(monkeypatch) as asked:
        assert missed(client.get(address)) == []
        for act in ("erase", "edit", "withdraw", "detail", "outcome"):
            response = client.get(f"{address}{act}/")
            if response.status_code == 200:
                assert missed(response) == []
    assert unwritten(asked) == {}


def test_the_pages_of_one_s_own_data_say_nothing_that_is_not_translated(
    client: Client, world: dict[str, Any], pseudo: Any
) -> None:
    """Of an address that says nothing itself, with everything that can be told of what was written with it."""
    email, now, qq = "q@q.qq", timezone.now(), moderator("qq")
    question = ask(world["article"], "Qq qq qq", name="Qq", email=email, network="n")
    columns = {"helped": "yes", "care": ["abuse"], "detail_wanted": "Qq", "original_body": "Qq", "edited_at": now}
    Comment.objects.filter(pk=question.pk).update(**columns, source="qq", source_id="1")
    moderation.hold(question, by=qq)
    notes.add(question, by=qq, body="Qq")
    Report.objects.create(comment=question, reason="other", reference="1", reported_at=now)
    SpamSign.objects.create(comment=question, kind="host", value="qq", at=now)
    links.mint(question)
    address = EmailAddress.objects.get()
    addresses.quiet(address, question.pk)
    addresses.mute(address, EmailAddress.Muted.OWNER)
    BlockRule.objects.create(kind="email", value=email)
    place = mail_tokens.links_path(address)
    for page in ("", "data/", "erase/"):
        assert [text for text in missed(client.get(f"{place}{page}")) if not OWN.fullmatch(text)] == [], page
    receipt = client.get(client.post(f"{place}erase/")["Location"])
    assert [text for text in missed(receipt) if not OWN.fullmatch(text)] == []


def test_help_for_a_writer_says_nothing_that_is_not_translated(
    client: Client, world: dict[str, Any], pseudo: Any
) -> None:
    Phrase.objects.create(topic="self_harm", words="qq qq qqq")
    phrases.forget()
    sent = {"name": "Qqq", "body": "Qq qq qqq", "step": "check"}
    assert "summary" in spoken_at(client.post(f"{world['article'].get_absolute_url()}comments/", sent))
    private = links.mint(ask(world["article"], "Qq qq qqq", name="Qq", approved=False))
    assert "selected" in spoken_at(client.get(private, {"country": "qq"}))
    fourth = [ask(world["article"], f"Qq {number}", name="Qq", network="n", approved=False) for number in range(4)][-1]
    assert "pacing" in spoken_at(client.get(links.mint(fourth)))


def spoken_at(response: Any) -> str:
    """The page, of which all is translated."""
    assert [text for text in missed(response) if not QQ.fullmatch(text)] == []
    return str(response.content.decode())


def test_english_is_found() -> None:
    page = "<p>⟦Said <b>in</b> pseudo⟧ <a title='Not'>Qq</a> ⟦a ⟦nested⟧ one⟧ 12 <script>no = 1</script>Plain</p>"
    assert untranslated(page, data=DATA) == ["Not", "Plain"]
