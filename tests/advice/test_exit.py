"""Where the quick way out is: on every public page, a plain link, never in the admin."""

from typing import Any

import pytest
from django.test import Client

from advice import identity
from advice.site_models import SiteIdentity
from comments import links
from tests.factories import ask, reply_to

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

LINK = '<a class="exit__button" href="{}" rel="nofollow noreferrer"'


def addresses(article: Any) -> list[str]:
    question = ask(article)
    return [
        *("/", "/help/", "/guidelines/", "/privacy/", "/questions/", "/search/?q=x", "/situations/"),
        *("/q/", "/q/nonsense/", "/nowhere/", links.mint(question), article.get_absolute_url()),
        *(
            f"/questions/{question.pk}/",
            f"/comments/{reply_to(question).pk}/reply/",
            f"/comments/{question.pk}/report/",
        ),
    ]


def test_every_public_page_has_it(client: Client, article: Any) -> None:
    for address in addresses(article):
        html = client.get(address).content.decode()
        assert html.count(LINK.format(identity.EXIT)) == 1, address
        assert html.index("Exit this page quickly") < html.index("<header"), address
        assert "advice/js/exit.js" in html, address


def test_a_form_that_comes_back_has_it(client: Client, article: Any) -> None:
    response = client.post(f"{article.get_absolute_url()}comments/", {"body": "x"})
    assert response.status_code == 422
    assert LINK.format(identity.EXIT) in response.content.decode()


def test_it_leads_where_the_owner_says(client: Client) -> None:
    SiteIdentity.objects.create(pk=1, exit_address="https://weather.example/?a=1&b=2")
    identity.forget()
    assert LINK.format("https://weather.example/?a=1&amp;b=2") in client.get("/help/").content.decode()


def test_the_admin_has_none(client: Client, sarah: Any) -> None:
    client.force_login(sarah)
    preview = client.post("/admin/advice/article/preview/", {"title": "T", "body": "B"})
    for response in (client.get("/admin/desk/"), preview):
        assert response.status_code == 200
        assert "exit__button" not in response.content.decode()
