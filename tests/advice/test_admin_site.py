"""The admin as a whole."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
LARGE = "9" * 30
TAKEN = (200, 302, 400)  # PostgreSQL compares with numbers of any size: there is no such row


@pytest.mark.parametrize("number", ["x", "\x00", LARGE, str(2**63)])
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/admin/advice/helpline/", {"action": "confirm", "_selected_action": "NUMBER"}),
        ("/admin/comments/report/", {"action": "handled", "_selected_action": "NUMBER"}),
        ("/admin/advice/siteidentity/1/change/", {"portrait": "NUMBER"}),
        ("/admin/advice/article/add/", {"lead_picture": "NUMBER"}),
    ],
)
def test_what_is_no_rows_number_is_no_error_of_ours(
    client: Client, sarah: Any, path: str, fields: dict[str, str], number: str
) -> None:
    client.force_login(sarah)
    menu = {"menu-TOTAL_FORMS": "0", "menu-INITIAL_FORMS": "0"}
    sent = {name: value.replace("NUMBER", number) for name, value in fields.items()}
    assert client.post(path, menu | sent).status_code in TAKEN


@pytest.mark.parametrize("path", ["/admin/comments/comment/?id__in=", "/admin/advice/oldaddress/?article="])
def test_what_no_filter_can_look_for_is_no_error_of_ours(client: Client, sarah: Any, path: str) -> None:
    client.force_login(sarah)
    assert client.get(path + LARGE).status_code in TAKEN


@pytest.mark.parametrize("path", ["/admin/comments/moderationevent/", "/admin/comments/moderator/", "/admin/desk/"])
def test_very_many_words_to_look_for_are_no_error_of_ours(client: Client, sarah: Any, path: str) -> None:
    client.force_login(sarah)
    assert client.get(path, {"q": "a " * 1_500}).status_code == 200


def test_nor_are_very_many_that_a_field_should_complete(client: Client, sarah: Any) -> None:
    client.force_login(sarah)
    field = {"app_label": "advice", "model_name": "article", "field_name": "lead_picture"}
    assert client.get("/admin/autocomplete/", {**field, "term": "a " * 1_500}).status_code == 200


def test_what_is_no_field_to_open_a_row_by_is_no_error_of_ours(client: Client, sarah: Any) -> None:
    sarah.is_superuser = True
    sarah.save()
    client.force_login(sarah)
    assert client.post(f"/admin/auth/user/{sarah.pk}/change/", {"_to_field": ""}).status_code == 400
