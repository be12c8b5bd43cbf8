"""The keys of the desk: one table, shown and obeyed; and the switch that turns single keys off."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from comments import keys, preferences
from comments.desk_models import DeskPreference
from tests.factories import ask, make_situation, moderator

pytestmark = pytest.mark.django_db

SCRIPTS = Path(keys.__file__).parent / "static" / "comments"


@pytest.fixture
def desk(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def test_a_key_means_one_thing() -> None:
    assert len({key.key for key in keys.TABLE}) == len(keys.TABLE)


def test_the_page_shows_every_key_of_the_table_with_what_it_does(desk: Client) -> None:
    html = desk.get("/admin/desk/keys/").content.decode()
    drawn = re.findall(r'<tr data-key="(.+?)" .*?><td><kbd>(.+?)</kbd></td><td>(.+?)</td>', html)
    assert drawn == [(key.key, key.word, key.does) for key in keys.TABLE]


def test_every_page_of_the_desk_carries_the_same_sheet(desk: Client, article: Any) -> None:
    for path in ("/admin/desk/", f"/admin/desk/{ask(article).pk}/"):
        html = desk.get(path).content.decode()
        sheet = html[html.index("<dialog") :]
        assert re.findall(r'<tr data-key="(.+?)"', sheet) == [key.key for key in keys.TABLE]


def test_no_script_knows_a_key_of_its_own() -> None:
    """They could disagree with the sheet."""
    literals = {f"{quote}{key.key}{quote}" for key in keys.TABLE for quote in "\"'`"}
    for name in ("keys", "rows", "labels", "sheet", "focus", "box"):
        script = (SCRIPTS / f"desk-{name}.js").read_text()
        assert not [literal for literal in literals if literal in script], name


def test_each_situation_has_a_key_while_there_are_keys(desk: Client, article: Any) -> None:
    for number in range(37):
        make_situation(f"Situation {number}", order=number)
    html = desk.get(f"/admin/desk/{ask(article).pk}/").content.decode()
    assert re.findall(r'data-situation="(.)" data-name="Situation \d+"', html) == list(keys.SITUATIONS)


def test_single_keys_can_be_switched_off_and_on_again(desk: Client, sarah: Any) -> None:
    response = desk.post("/admin/desk/keys/", {"shortcuts": "off"}, follow=True)
    assert response.redirect_chain == [("/admin/desk/keys/", 302)]
    assert "Single keys are switched off" in response.content.decode()
    assert not preferences.likes_shortcuts(sarah)
    assert preferences.likes_shortcuts(moderator("ben"))
    desk.post("/admin/desk/keys/", {"shortcuts": "on"})
    assert preferences.likes_shortcuts(sarah)
    assert DeskPreference.objects.count() == 1


def test_without_single_keys_no_script_of_theirs_is_sent(desk: Client, sarah: Any, article: Any) -> None:
    make_situation("No contact")
    path = f"/admin/desk/{ask(article).pk}/"

    def scripts() -> list[str]:
        return re.findall(r"comments/(desk-\w+)\.js", desk.get(path).content.decode())

    assert {"desk-keys", "desk-box"} <= set(scripts())
    preferences.like_shortcuts(sarah, like=False)
    assert not {"desk-keys", "desk-rows", "desk-labels", "desk-sheet", "desk-focus"} & set(scripts())
    assert "desk-box" in scripts()
    assert "<kbd hidden" not in desk.get(path).content.decode()


def test_only_moderators_have_keys(client: Client) -> None:
    assert client.get("/admin/desk/keys/").status_code == 302
    assert client.post("/admin/desk/keys/", {"shortcuts": "off"}).status_code == 302
    assert not DeskPreference.objects.exists()
