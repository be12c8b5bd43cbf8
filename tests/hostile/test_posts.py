"""Whatever is in a form: an answer that the contract names, what was typed comes back, and it is stored once."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.test import Client

from comments import links, markup
from comments.models import Comment
from comments.reader_models import Report
from tests.factories import ask
from tests.hostile import inert, strings

pytestmark = pytest.mark.django_db

FIELDS = ("name", "email", "body", "parent", "website", "step", "shared")
SHOWN = ("name", "email", "body", "website")  # again, with any error
ANSWERS = {200, 303, 403, 422}  # DESIGN, part 6; no limits in tests
HARMLESS: list[dict[str, str]] = [
    {},
    {"name": "Ann", "body": "One.\n\nhttps://a.example/", "step": "check", "shared": "1"},
    {"name": "Ann", "body": "word " * 3_000, "email": "no"},
    {"name": "Ann", "body": "Why?", "parent": "9"},
]


def turned(texts: Sequence[str], names: Sequence[str]) -> Iterator[dict[str, str]]:
    """As many forms as texts, each with other texts in its fields: in the end every text was in every field."""
    for start in range(len(texts)):
        yield {name: texts[(start + step * 7) % len(texts)] for step, name in enumerate(names)}


def typed(page: str) -> dict[str, str]:
    """What the fields of the page's form hold."""
    found = [one for one in inert.elements(page) if one.tag in ("input", "textarea") and "name" in one.attributes]
    return {
        one.attributes["name"]: one.attributes.get("value", "") if one.tag == "input" else one.text.removeprefix("\n")
        for one in found
    }


def test_whatever_is_in_the_form_for_questions(client: Client, article: Any) -> None:
    address, stored = f"{article.get_absolute_url()}comments/", set()
    known = set().union(*(inert.kinds(client.post(address, form).text) for form in HARMLESS))
    for form in _whole(turned(strings.TRIED, FIELDS)):
        answer = client.post(address, form)
        assert answer.status_code in ANSWERS, form
        if answer.status_code == 303:
            words = (markup.clean_line(form["name"]), markup.clean(form["body"]))
            stored.add((*words, bool(form["website"].strip())))
            assert Comment.objects.filter(name=words[0], body=words[1]).exists()
            assert client.get(answer["Location"]).status_code == 200
        else:
            assert inert.faults(answer.text, known) == [], form
            came_back = typed(answer.text)
            assert {name: came_back[name] for name in SHOWN} == {name: _shown(name, form[name]) for name in SHOWN}
        assert Comment.objects.count() == len(stored)  # a text that was there comes as a reload would
    assert len(stored) > len(strings.TRIED) / 4


def test_whatever_is_in_the_other_forms(client: Client, article: Any, admin_of: Any) -> None:
    public = ask(article)
    waits = ask(article, "And I?", approved=False)
    forms = {
        f"/comments/{public.pk}/report/": ("reason", "details"),
        f"{links.mint(waits)}change/": ("name", "body"),
        f"{links.mint(public)}add/": ("body", "name"),
        f"{links.mint(public)}helped/": ("helped", "next"),
        f"{links.mint(waits)}mail/": ("email", "act"),
        "/q/": ("email", "website"),
        "/questions/similar/": ("body", "name"),
        f"/admin/desk/{public.pk}/draft/": ("body", "version"),
        f"/admin/desk/{public.pk}/insert/": ("what", "body"),
        "/admin/desk/bulk/": ("chosen", "verb"),
        f"/admin/desk/{public.pk}/mask/": ("span", "words"),
        f"/admin/desk/{public.pk}/move/": ("place", "into"),
        f"/admin/desk/{public.pk}/merge/": ("place", "into"),
    }
    for address, names in forms.items():
        for form in turned(strings.TRIED[::9], names):
            assert client.post(address, form).status_code < 500, (address, form)


def test_a_report_is_kept_as_it_was_written(client: Client, article: Any) -> None:
    address = f"/comments/{ask(article).pk}/report/"
    for text in (text for text in strings.TRIED if len(text) < 1_000):
        client.post(address, {"reason": "other", "details": text})
    kept = set(Report.objects.values_list("details", flat=True))
    assert kept == {markup.clean(text) for text in strings.TRIED if len(text) < 1_000}


def _whole(forms: Iterator[dict[str, str]]) -> Iterator[dict[str, str]]:
    """And each once more without what is mostly refused, so that as much is stored."""
    for form in forms:
        yield form
        yield form | {"name": form["name"][:60], "email": "", "parent": "", "step": "", "website": form["website"][:60]}


def _shown(name: str, text: str) -> str:
    return markup.clean(text) if name == "body" else markup.clean_line(text)
