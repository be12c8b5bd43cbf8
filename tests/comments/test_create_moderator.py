"""`manage.py create_moderator`."""

import getpass
import io
import sys
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from comments import people
from comments.log_models import ModerationEvent
from comments.models import MODERATORS, OWNERS, moderator_name

pytestmark = pytest.mark.django_db
PASSWORD = "a calm and long password"


def create(monkeypatch: pytest.MonkeyPatch, *arguments: str, stdin: str = f"{PASSWORD}\n", **options: Any) -> str:
    """What the command says, with the password on standard input."""
    given = {"name": "Sarah", "email": "sarah@example.com", "password_stdin": True, **options}
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
    call_command("create_moderator", *(arguments or ("sarah",)), stdout=out, **given)
    return out.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def asked(monkeypatch: pytest.MonkeyPatch, *typed: str) -> None:
    """Somebody at a terminal types these passwords."""
    answers = iter(typed)
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(answers))
    monkeypatch.setattr(sys, "stdin", Terminal())
    call_command(
        "create_moderator", "sarah", name="Sarah", email="sarah@example.com", stdout=io.StringIO(), password_stdin=False
    )


def test_it_makes_a_moderator_with_just_the_groups_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Sarah (sarah) is made" in create(monkeypatch)
    user = User.objects.get(username="sarah")
    assert moderator_name(user) == "Sarah"
    assert user.email == "sarah@example.com"
    assert (user.is_staff, user.is_active, user.is_superuser) == (True, True, False)
    assert user.check_password(PASSWORD)
    assert set(user.groups.values_list("name", flat=True)) == {MODERATORS, OWNERS}
    assert user.has_perms(["comments.moderate_comment", "advice.change_article"])
    assert not user.has_perm("comments.delete_comment")


def test_the_first_on_a_site_without_an_owner_becomes_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is made: an owner, the site's first, who" in create(monkeypatch)
    assert "is made: a moderator, who" in create(monkeypatch, "ben", name="Ben")
    assert "is made: an owner, who" in create(monkeypatch, "zoe", name="Zoe", owner=True)
    assert [str(people.role_of(user)) for user in User.objects.order_by("pk")] == ["owner", "moderator", "owner"]


def test_whoever_is_an_owner_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        assert "an owner" in create(monkeypatch)
    User.objects.update(is_active=False)
    assert "an owner, the site's first" in create(monkeypatch, "ben", name="Ben")
    assert "is updated: an owner, who" in create(monkeypatch)


def test_the_log_says_who_was_made_and_never_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    create(monkeypatch)
    event = ModerationEvent.objects.get()
    assert (event.verb, event.subject, event.by) == ("add", "moderator “Sarah (sarah)”", None)
    assert event.after == "Name: Sarah\nEmail address: s…@example.com\nRole: an owner\nPassword: set"


def test_it_updates_one_who_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.create_user("sarah", first_name="S.", last_name="Old", is_active=False)
    assert "is updated" in create(monkeypatch, name="Sarah B.")
    user = User.objects.get()
    assert moderator_name(user) == "Sarah B."
    assert user.is_active
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_one_line_end_is_no_part_of_the_password_but_blanks_are(monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    create(monkeypatch, stdin=f" {PASSWORD} {ending}")
    assert User.objects.get().check_password(f" {PASSWORD} ")


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"stdin": ""}, "too short"),
        ({"stdin": "password1234"}, "too common"),
        ({"stdin": "sarah@example.com"}, "too similar"),
        ({"name": " "}, "--name is empty"),
        ({"email": ""}, "--email is empty"),
        ({"email": "nowhere"}, "email: Enter a valid email address."),
        ({"name": "x" * 200}, "first_name: Ensure this value has at most 150 characters"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_made(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, str], error: str
) -> None:
    with pytest.raises(CommandError, match=error):
        create(monkeypatch, **options)
    assert not User.objects.exists()


def test_a_login_name_must_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="username: Enter a valid username"):
        create(monkeypatch, "sarah b/c")


def test_the_password_is_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, PASSWORD, PASSWORD)
    assert User.objects.get().check_password(PASSWORD)


def test_two_different_passwords_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="differ"):
        asked(monkeypatch, PASSWORD, PASSWORD + "!")
    assert not User.objects.exists()


def test_an_empty_password_keeps_the_one_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    create(monkeypatch)
    asked(monkeypatch, "")
    assert User.objects.get().check_password(PASSWORD)


def test_without_a_terminal_it_says_how_to_give_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="--password-stdin"):
        create(monkeypatch, password_stdin=False)
