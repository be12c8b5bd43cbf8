"""The private page and its acts, where each string can be translated and the longest words fit their sentences."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db.models import F
from django.test import override_settings
from django.utils import timezone

from advice.site_models import SiteIdentity
from comments import links, mail_tokens, moderation, posting
from comments.mail_models import EmailAddress
from comments.models import Comment, Helped
from tests.factories import answer, ask, make_article, moderator, reply_to
from tests.pseudo import spoken, untranslated

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def pseudo(monkeypatch):
    cache.clear()
    with spoken(monkeypatch):
        yield
    cache.clear()


@pytest.fixture(scope="module", autouse=True)
def qq(shared, django_db_blocker):
    with django_db_blocker.unblock():
        SiteIdentity.objects.create(pk=1, name="Qq", author_name="Qq", tagline="Qq")
        return moderator("qq", first_name="Qq")


@pytest.fixture(scope="module")
def addresses(qq, django_db_blocker):
    with django_db_blocker.unblock(), override_settings(POST_LIMITS=False):
        return private_links(qq)


def private_links(qq):
    """One to a comment of each kind, in words that are none."""
    article = make_article(title="Qq", summary="Qq", body="Qq", author=qq)
    made = {"waiting": ask(article, "Qq 1", name="Qq", approved=False)}
    posting.rewrite(made["waiting"], name="Qq", body="Qq 0")
    made |= {kind: ask(article, f"Qq {len(kind)}", name="Qq") for kind in ("public", "answered", "held", "withdrawn")}
    made["taken down"] = ask(article, "Qq 2", name="Qq", approved=False)
    moderation.trash(made["taken down"], by=qq)
    moderation.hold(made["held"], by=qq)
    moderation.withdraw(made["withdrawn"])
    for number in range(6):
        answer(made["answered"], f"Qq {number}", by=qq)
    Comment.objects.update(posted_at=timezone.now() - timedelta(days=30))
    posting.say_whether_helped(made["answered"], Helped.PARTLY)
    details = [posting.post(posting.addition(made["answered"], f"Qq {n}", network="")).comment for n in range(5)]
    for verb, detail in zip((moderation.approve, moderation.trash, moderation.withdraw), details, strict=False):
        verb(detail, by=qq)
    made["reply"] = reply_to(made["public"], "Qq qq qq", name="Qq")
    return {kind: links.mint(comment) for kind, comment in made.items()}


def missed(response):
    html = response.content.decode()
    for token in {part for part in html.split("/") if len(part) == 32}:
        html = html.replace(token, "")
    return [text for text in untranslated(html, data="Qq qq") if "http" not in text]


KINDS = ["waiting", "public", "answered", "held", "withdrawn", "taken down", "reply"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_says_nothing_that_is_not_translated(client, addresses, pseudo, kind):
    assert missed(client.get(addresses[kind])) == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_act_says_anything_that_is_not_translated(client, addresses, pseudo, kind):
    for act in ("erase", "change", "add", "how-it-went"):
        assert missed(client.get(f"{addresses[kind]}{act}/", follow=True)) == []
    for act in ("change", "add", "how-it-went", "helped", "put-back"):
        for typed in ({}, {"name": "qq" * 40, "body": "Qq " * 4_000}):
            assert missed(client.post(f"{addresses[kind]}{act}/", typed, follow=True)) == []


@pytest.mark.parametrize("address", ["/q/", "/q/sent/", "/q/erased/", "/q/nothing/"])
def test_the_pages_without_a_token_say_nothing_that_is_not_translated(client, pseudo, address):
    assert missed(client.get(address)) == []


def test_the_pages_that_mails_lead_to_say_nothing_that_is_not_translated(client, addresses, pseudo):
    Comment.objects.filter(author=None).exclude(name="").update(email="qq@qq.qq")
    forms = [client.post("/q/", {"email": email}) for email in ("", "qq@", "qq@[127.0.0.1]")]
    forms += [client.post(f"{addresses['waiting']}mail/", {"email": email}) for email in ("", "qq@")]
    assert missed(client.get(f"{addresses['waiting']}mail/")) == missed(client.get("/q/asked/")) == []
    client.post("/q/", {"email": "qq@qq.qq"})
    address = EmailAddress.objects.get()
    confirm, mine = mail_tokens.confirm_path(address), mail_tokens.links_path(address)
    forms += [client.get(confirm), client.post(confirm), client.post(confirm, {"tell_public": "1"}, follow=True)]
    forms += [client.post(f"{mine}{act}/", follow=True) for act in ("choose", "stop", "again")]
    root = Comment.objects.get(tree_id=F("pk"), status="approved", answered_at__isnull=False)
    stop = mail_tokens.unsubscribe_path(address, root.pk)
    for act in ("thread", "all"):
        forms += [client.get(stop), client.post(stop, {"act": act}, follow=True)]
    EmailAddress.objects.update(address="")
    forms += [client.get(stop), client.get("/q/confirm/x/"), client.post(confirm, headers={"origin": "https://q.q"})]
    assert [missed(form) for form in forms] == [[]] * len(forms)


def test_a_refusal_says_nothing_that_is_not_translated(client, addresses, pseudo):
    assert missed(client.post(f"{addresses['waiting']}change/", headers={"sec-fetch-site": "cross-site"})) == []
