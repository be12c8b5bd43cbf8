"""Owners look after people: they make moderators and owners, change them, and let them in no more."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments import alert_choices, people
from comments.log_models import ModerationEvent
from comments.models import MODERATORS, OWNERS, moderator_name
from tests.factories import answer, ask, moderator

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/comments/moderator/"
PASSWORD = "a calm and long password"
BEN = {"username": "ben", "first_name": "Ben", "email": "ben@mail.example", "role": "moderator"}


@pytest.fixture
def as_sarah(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


@pytest.fixture
def ben(db: None) -> User:
    return moderator("ben", first_name="Ben")


def page_of(user: User) -> str:
    return f"{PEOPLE}{user.pk}/change/"


def change(client: Client, user: User, **changed: Any) -> Any:
    data = {
        "first_name": moderator_name(user),
        "email": user.email,
        "role": str(people.role_of(user)),
        "is_active": "on",
    }
    data |= changed
    return client.post(page_of(user), {name: value for name, value in data.items() if value is not None})


def add(client: Client, **given: Any) -> Any:
    return client.post(f"{PEOPLE}add/", {**BEN, "password1": PASSWORD, "password2": PASSWORD, **given})


def errors(response: Any) -> str:
    assert response.status_code == 200
    return str(response.context["adminform"].form.errors)


def groups_of(username: str) -> set[str]:
    return set(User.objects.get(username=username).groups.values_list("name", flat=True))


# --- Looking --------------------------------------------------------------------------------------------------------


def test_moderators_see_no_people(client: Client, ben: User, sarah: Any) -> None:
    client.force_login(ben)
    for address in (PEOPLE, f"{PEOPLE}add/", page_of(sarah), f"{PEOPLE}{sarah.pk}/password/"):
        assert client.get(address).status_code == 403
        assert client.post(address, BEN).status_code == 403


def test_the_list_tells_names_roles_and_answers(as_sarah: Client, sarah: Any, ben: User, article: Any) -> None:
    for _ in range(2):
        answer(ask(article), by=ben)
    answer(ask(article), by=sarah)
    User.objects.filter(pk=ben.pk).update(is_active=False)
    User.objects.create_user("clerk", is_staff=True)
    rows = as_sarah.get(PEOPLE).context["cl"].result_list
    told = [(person.get_username(), person.is_owner, person.answer_count) for person in rows]
    assert told == [("mod", False, 0), ("sarah", True, 1), ("ben", False, 2)]


def test_the_list_costs_the_same_queries_for_two_and_for_twenty(as_sarah: Client, ben: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            as_sarah.get(PEOPLE)
        return len(captured)

    few = queries()
    for number in range(18):
        moderator(f"ben{number}")
    assert queries() == few <= 10


def test_passwords_cannot_be_guessed_through_the_lists_address(as_sarah: Client) -> None:
    assert as_sarah.get(f"{PEOPLE}?password__startswith=md5").status_code == 400


# --- Adding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "groups", "says"),
    [("moderator", {MODERATORS}, "Moderator: answers"), ("owner", {MODERATORS, OWNERS}, "Owner: also")],
)
def test_an_owner_makes_moderators_and_owners(as_sarah: Client, role: str, groups: set[str], says: str) -> None:
    assert add(as_sarah, role=role).status_code == 302
    ben = User.objects.get(username="ben")
    assert (moderator_name(ben), ben.email) == ("Ben", "ben@mail.example")
    assert (ben.is_staff, ben.is_active, ben.is_superuser) == (True, True, False)
    assert ben.check_password(PASSWORD)
    assert groups_of("ben") == groups
    event = ModerationEvent.objects.get()
    assert (event.verb, event.subject, event.by.get_username()) == ("add", "moderator “Ben (ben)”", "sarah")
    assert f"Role: {says}" in event.after
    assert "b…@mail.example" in event.after
    assert PASSWORD not in event.after


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"password2": "another long one"}, "didn’t match"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": "ben@mail.example", "password2": "ben@mail.example"}, "too similar"),
        ({"username": "SARAH"}, "already exists"),
        ({"first_name": " "}, "required"),
        ({"email": ""}, "required"),
        ({"role": "superuser"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_added(as_sarah: Client, given: dict[str, str], error: str) -> None:
    assert error in errors(add(as_sarah, **given))
    assert User.objects.count() == 1
    assert not ModerationEvent.objects.exists()


def test_rights_that_the_form_does_not_offer_are_not_given(as_sarah: Client, ben: User) -> None:
    right = Permission.objects.get(codename="change_user")
    more = {"is_superuser": "on", "user_permissions": [right.pk], "groups": [1], "username": "benedict"}
    change(as_sarah, ben, **more)
    add(as_sarah, **{**more, "username": "bea"})
    for user in (User.objects.get(username="ben"), User.objects.get(username="bea")):
        assert not user.is_superuser
        assert not user.user_permissions.exists()
        assert groups_of(user.get_username()) == {MODERATORS}


# --- Changing -------------------------------------------------------------------------------------------------------


def test_name_email_and_role_are_changed_and_logged_with_before_and_after(as_sarah: Client, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(last_name="Old")
    change(as_sarah, ben, first_name="Ben B.", email="bb@mail.example", role="owner")
    ben = User.objects.get(pk=ben.pk)
    assert (moderator_name(ben), ben.email, people.role_of(ben)) == ("Ben B.", "bb@mail.example", "owner")
    event = ModerationEvent.objects.get()
    assert event.before == ("Name: Ben Old\nEmail address: b…@example.com\nRole: Moderator: answers, and keeps order")
    assert event.after == (
        "Name: Ben B.\nEmail address: b…@mail.example\nRole: Owner: also settings, people and erasing"
    )


def test_whoever_is_let_in_no_more_is_out_at_once(as_sarah: Client, ben: User) -> None:
    theirs = Client()
    theirs.force_login(ben)
    assert theirs.get("/admin/desk/").status_code == 200
    change(as_sarah, ben, is_active=None)
    assert theirs.get("/admin/desk/").headers["Location"].startswith("/admin/login/")
    event = ModerationEvent.objects.get()
    assert (event.before, event.after) == ("May log in: yes", "May log in: no")


def test_whoever_is_an_owner_no_more_has_no_owners_rights_at_once(as_sarah: Client, ben: User) -> None:
    people.give(ben, "owner")
    theirs = Client()
    theirs.force_login(ben)
    assert theirs.get(PEOPLE).status_code == 200
    change(as_sarah, ben, role="moderator")
    assert theirs.get(PEOPLE).status_code == 403
    assert theirs.get("/admin/desk/").status_code == 200


@pytest.mark.parametrize("changed", [{"role": "moderator"}, {"is_active": None}])
def test_the_last_owner_stays_one(as_sarah: Client, sarah: Any, ben: User, changed: dict[str, Any]) -> None:
    sleeping = moderator("zoe", owner=True, is_active=False)
    assert "This is the last owner." in errors(change(as_sarah, sarah, **changed))
    assert not ModerationEvent.objects.exists()
    User.objects.filter(pk=sleeping.pk).update(is_active=True)
    assert change(as_sarah, sarah, **changed).headers["Location"] == "/admin/"


def test_a_new_password_ends_all_sessions_and_is_logged_without_it(as_sarah: Client, ben: User) -> None:
    theirs = Client()
    theirs.force_login(ben)
    address = f"{PEOPLE}{ben.pk}/password/"
    assert address in as_sarah.get(page_of(ben)).content.decode()
    refused = as_sarah.post(address, {"new_password1": "short", "new_password2": "short"})
    assert refused.status_code == 422
    assert "too short" in refused.content.decode()
    as_sarah.post(address, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert User.objects.get(pk=ben.pk).check_password(PASSWORD)
    assert theirs.get("/admin/desk/").status_code == 302
    event = ModerationEvent.objects.get()
    assert (event.subject, event.before, event.after) == ("moderator “Ben (ben)”", "", "Password: changed")


def test_an_own_new_password_keeps_the_own_session(as_sarah: Client, sarah: Any) -> None:
    as_sarah.post(f"{PEOPLE}{sarah.pk}/password/", {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert as_sarah.get(PEOPLE).status_code == 200


# --- What they are told by mail -------------------------------------------------------------------------------------

MAILS = {"mail_questions": "daily", "mail_hour": "18", "mail_reports": "on"}


def test_an_owner_sees_what_everybody_is_told(as_sarah: Client, ben: User) -> None:
    alert_choices.choose(ben, by=ben, mail_questions="hourly", mail_nudge=False)
    told = "what is urgent, at once, what is new, every hour, reports, askers who write again"
    assert f">{told}</td>" in as_sarah.get(PEOPLE).content.decode()
    html = as_sarah.get(page_of(ben)).content.decode()
    assert f'{told}. <a href="{PEOPLE}{ben.pk}/mail/"' in html
    User.objects.filter(pk=ben.pk).update(is_active=False)
    assert ">nothing</td>" in as_sarah.get(PEOPLE).content.decode()


def test_an_owner_chooses_it_for_others(as_sarah: Client, sarah: Any, ben: User) -> None:
    address = f"{PEOPLE}{ben.pk}/mail/"
    assert "ben@example.com" in as_sarah.get(address).content.decode()
    assert as_sarah.post(address, {**MAILS, "mail_hour": "24"}).status_code == 422
    assert as_sarah.post(address, MAILS)["Location"] == PEOPLE
    likes = alert_choices.of(ben)
    assert (likes.mail_questions, likes.mail_hour, likes.mail_reports, likes.mail_nudge) == ("daily", 18, True, False)
    assert alert_choices.of(sarah).mail_questions == "at_once"
    event = ModerationEvent.objects.get()
    assert (event.by, event.subject) == (sarah, "mails to “ben”")


def test_a_moderator_chooses_for_nobody_else(client: Client, ben: User, sarah: Any) -> None:
    client.force_login(ben)
    for person in (sarah, ben):
        assert client.post(f"{PEOPLE}{person.pk}/mail/", MAILS).status_code == 403
    assert alert_choices.of(sarah).mail_questions == "at_once"


# --- Whom owners may not change -------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", ["superuser", "group", "right"])
def test_whoever_has_more_rights_is_shown_and_not_theirs_to_change(as_sarah: Client, ben: User, more: str) -> None:
    if more == "superuser":
        User.objects.filter(pk=ben.pk).update(is_superuser=True)
    elif more == "group":
        ben.groups.add(Group.objects.create(name="Accounts"))
    else:
        ben.user_permissions.add(Permission.objects.get(codename="change_user"))
    assert as_sarah.get(page_of(ben)).status_code == 200
    password = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert change(as_sarah, ben, first_name="Eve").status_code == 403
    assert as_sarah.get(f"{PEOPLE}{ben.pk}/password/").status_code == 403
    assert as_sarah.post(f"{PEOPLE}{ben.pk}/password/", password).status_code == 403
    assert as_sarah.post(f"{PEOPLE}{ben.pk}/mail/", MAILS).status_code == 403
    ben = User.objects.get(pk=ben.pk)
    assert moderator_name(ben) == "Ben"
    assert ben.check_password("ben")


def test_staff_who_are_no_moderators_are_nobody_there(as_sarah: Client) -> None:
    clerk = User.objects.create_user("clerk", email="c@mail.example", is_staff=True)
    assert as_sarah.get(page_of(clerk)).status_code == 302
    assert change(as_sarah, clerk, first_name="Eve").status_code == 302
    assert as_sarah.post(f"{PEOPLE}{clerk.pk}/password/", {}).status_code == 403
    assert not User.objects.get(pk=clerk.pk).first_name


def test_a_superuser_looks_after_people_where_there_is_no_owner(client: Client, ben: User) -> None:
    client.force_login(User.objects.create_superuser("root"))
    assert change(client, ben, first_name="Benedict").status_code == 302
    assert change(client, ben, role="owner").status_code == 302
    assert groups_of("ben") == {MODERATORS, OWNERS}


@pytest.mark.parametrize("login", ["sarah", "root"])
def test_nobody_is_deleted(client: Client, sarah: Any, ben: User, login: str) -> None:
    client.force_login(sarah if login == "sarah" else User.objects.create_superuser("root"))
    assert client.post(f"{PEOPLE}{ben.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(PEOPLE, {"action": "delete_selected", "_selected_action": [ben.pk], "post": "yes"})
    assert User.objects.filter(pk=ben.pk).exists()


# --- What superusers do to accounts ---------------------------------------------------------------------------------


def test_accounts_that_superusers_change_are_in_the_log_too(client: Client, ben: User) -> None:
    client.force_login(User.objects.create_superuser("root"))
    client.post(
        "/admin/auth/user/add/",
        {"username": "clerk", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD},
    )
    clerk = User.objects.get(username="clerk")
    password = {
        "usable_password": "true",
        "password1": PASSWORD + "!",
        "password2": PASSWORD + "!",
        "set-password": "1",
    }
    client.post(f"/admin/auth/user/{clerk.pk}/password/", password)
    told = [(event.verb, event.subject, event.after) for event in ModerationEvent.objects.order_by("pk")]
    assert told[0][:2] == ("add", "user “clerk”")
    assert told[1] == ("change", "user “clerk”", "Password: changed")
    assert PASSWORD not in str(told)


def test_whom_the_log_names_is_not_deleted(client: Client, ben: User, article: Any) -> None:
    theirs = Client()
    theirs.force_login(ben)
    theirs.post(f"/admin/desk/{ask(article).pk}/trash/")
    client.force_login(User.objects.create_superuser("root"))
    assert client.post(f"/admin/auth/user/{ben.pk}/delete/", {"post": "yes"}).status_code == 403
    clerk = User.objects.create_user("clerk")
    client.post("/admin/auth/user/", {"action": "delete_selected", "_selected_action": [ben.pk], "post": "yes"})
    client.post("/admin/auth/user/", {"action": "delete_selected", "_selected_action": [clerk.pk], "post": "yes"})
    assert set(User.objects.values_list("username", flat=True)) == {"ben", "root", "mod", "sarah"}
