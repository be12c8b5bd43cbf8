"""Who may do what in the admin: every address and every verb, asked for by everybody there can be.

A new address, verb, model or action fails here until it has its line in the tables.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, reverse
from django.utils import timezone

from advice.models import OldAddress
from advice.site_models import Picture
from comments import bulk, desk, desk_order, desk_urls, desk_writing
from comments.desk_models import BlockRule, SavedReply
from comments.mail_models import EmailAddress
from comments.models import Comment
from comments.reader_models import Report
from comments.screening_models import Phrase
from tests.factories import answer, ask, make_article, make_situation, moderator

# On one database: rights are Django's, and asking at every door takes its time.
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

# Whoever has a level has those before it, too.
STAFF, MODERATOR, OWNER, SUPERUSER, NOBODY = range(5)
PEOPLE = {"nobody": -1, "zoe": -1, "clerk": STAFF, "ben": MODERATOR, "sarah": OWNER, "root": SUPERUSER}


class Rights(NamedTuple):
    view: int
    add: int
    change: int
    delete: int


DESK = dict.fromkeys(
    [
        *(
            "desk",
            "desk_act",
            "desk_arrange",
            "desk_bulk",
            "desk_comment",
            "desk_draft",
            "desk_insert",
            "desk_keys",
        ),
        *("desk_labels", "desk_mask", "desk_merge", "desk_move", "desk_news", "desk_reword", "desk_standing"),
        *("desk_mail", "desk_mail_test", "desk_state", "desk_undo", "desk_unmask"),
        *("desk_campaigns", "desk_campaign_act"),
    ],
    MODERATOR,
)
VERBS = {
    **dict.fromkeys(
        ["approve", "hold", "mark_spam", "trash", "restore", "undo", "deal_with", "keep_answers"], MODERATOR
    ),
    "erase": OWNER,
}
ARRANGE = dict.fromkeys(["highlight", "unhighlight", "close", "reopen", "pin", "unpin", "take-back", "calm"], MODERATOR)
BUTTONS = dict.fromkeys(
    ["preview", "insert", "draft", "ask_detail", "elsewhere", "add_note", "delete_note"], MODERATOR
)  # of the box that answers
BULK = dict.fromkeys(["approve", "mark_spam", "trash", "hold", "restore", "deal_with"], MODERATOR)
MODELS = {
    "advice.article": Rights(MODERATOR, MODERATOR, MODERATOR, NOBODY),
    "advice.helpline": Rights(MODERATOR, MODERATOR, MODERATOR, MODERATOR),
    "advice.oldaddress": Rights(MODERATOR, OWNER, NOBODY, OWNER),
    "advice.picture": Rights(MODERATOR, MODERATOR, MODERATOR, MODERATOR),
    "advice.siteidentity": Rights(OWNER, NOBODY, OWNER, NOBODY),
    "auth.group": Rights(SUPERUSER, SUPERUSER, SUPERUSER, SUPERUSER),
    "auth.user": Rights(SUPERUSER, SUPERUSER, SUPERUSER, SUPERUSER),
    "comments.comment": Rights(MODERATOR, NOBODY, NOBODY, NOBODY),
    "comments.blockrule": Rights(MODERATOR, MODERATOR, MODERATOR, MODERATOR),
    "comments.discussionsettings": Rights(OWNER, NOBODY, OWNER, NOBODY),
    "comments.emailaddress": Rights(MODERATOR, NOBODY, NOBODY, NOBODY),
    "comments.moderationevent": Rights(MODERATOR, NOBODY, NOBODY, NOBODY),
    "comments.moderator": Rights(OWNER, OWNER, OWNER, NOBODY),
    "comments.outboxmessage": Rights(MODERATOR, NOBODY, NOBODY, NOBODY),
    "comments.phrase": Rights(MODERATOR, OWNER, OWNER, OWNER),
    "comments.report": Rights(MODERATOR, NOBODY, MODERATOR, NOBODY),
    "comments.savedreply": Rights(MODERATOR, MODERATOR, MODERATOR, MODERATOR),
    "comments.situation": Rights(MODERATOR, MODERATOR, MODERATOR, MODERATOR),
}
ACTIONS = {
    "advice.article": ["publish", "unpublish", "open_comments", "close_comments"],
    "advice.helpline": ["confirm", "delete_selected"],
    "auth.group": ["delete_selected"],
    "auth.user": ["delete_selected"],
    "comments.comment": ["approve", "hold", "mark_spam", "trash", "restore", "undo"],
    "comments.blockrule": ["delete_selected"],
    "comments.outboxmessage": ["send_again"],
    "comments.phrase": ["switch_on", "switch_off"],
    "comments.report": ["handled"],
    "comments.savedreply": ["delete_selected"],
    "comments.situation": ["delete_selected"],
}
OTHERS = {
    **dict.fromkeys(
        ["everything", "index", "password_change", "password_change_done", "jsi18n", "timing", "view_on_site"], STAFF
    ),
    "autocomplete": MODERATOR,
    "app_list": MODERATOR,
    "advice_article_preview": MODERATOR,
    "auth_user_password_change": SUPERUSER,
    "comments_emailaddress_find": MODERATOR,
    "comments_emailaddress_mute": OWNER,
    "comments_emailaddress_person": OWNER,
    "comments_emailaddress_unmute": OWNER,
    "comments_moderator_mail": OWNER,
    "comments_phrase_try": MODERATOR,
    "comments_moderator_password": OWNER,
}
FOR_ALL = {"login", "logout"}  # they are how one becomes somebody
DATA = {
    "post": "yes",
    "confirmed": "yes",
    "body": "Other words",
    "name": "Other",
    "title": "Other",
    "place": "own",
    "reason": "R",
}


@dataclass(frozen=True, slots=True)
class Door:
    """An address, with who may look and who may act there."""

    address: str
    look: int | None  # None: the same as another door's
    act: int
    data: dict[str, Any]


# --- The tables are complete ----------------------------------------------------------------------------------------


def patterns(found: Any = None) -> Iterator[URLPattern]:
    for pattern in admin.site.get_urls() if found is None else found:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from patterns(pattern.url_patterns)


def test_every_address_has_its_line() -> None:
    desks = {pattern.name for pattern in desk_urls.paths(lambda view: view)}
    assert desks == DESK.keys()
    of_models = {f"{label.replace('.', '_')}_{page}" for label in MODELS for page in PAGES}
    others = {pattern.name for pattern in patterns() if pattern.name} - desks - of_models
    assert others == OTHERS.keys() | FOR_ALL


def test_every_verb_model_and_action_has_its_line() -> None:
    assert desk.VERBS.keys() == VERBS.keys()
    assert desk_order.ARRANGE.keys() == ARRANGE.keys()
    assert desk_writing.BUTTONS.keys() == BUTTONS.keys()
    assert bulk.DEEDS.keys() == BULK.keys()
    registered = admin.site._registry
    assert {model._meta.label_lower for model in registered} == MODELS.keys()
    request = RequestFactory().get("/admin/")
    request.user = User(username="root", is_active=True, is_staff=True, is_superuser=True)
    actions = {model._meta.label_lower: list(own.get_actions(request)) for model, own in registered.items()}
    assert {label: sorted(names) for label, names in actions.items() if names} == {
        label: sorted(names) for label, names in ACTIONS.items()
    }


# --- Everybody at every door ----------------------------------------------------------------------------------------


@pytest.fixture
def cast(client: Client) -> dict[str, User]:
    """One of each, and a row of everything that has a page."""
    sarah, ben, zoe = (moderator(name) for name in ("sarah", "ben", "zoe"))
    clerk, root = User.objects.create_user("clerk", is_staff=True), User.objects.create_superuser("root")
    article = make_article(author=sarah)
    question = ask(article, "Is this a question?")
    answer(question, by=ben)
    ask(article, "Is this another?", approved=False, email="ann@example.org")
    OldAddress.objects.create(path="/old", article=article)
    Picture.objects.create(
        name="a" * 32, description="A bench", widths=[320], width=320, height=200, uploaded_at=timezone.now()
    )
    make_situation("Silence")
    SavedReply.objects.create(title="Wait", body="Wait.")
    BlockRule.objects.create(value="casino")
    Phrase.objects.create(topic="spam", words="casino bonus")
    Report.objects.create(comment=question, reason="other", reference="ABCD-2345", reported_at=timezone.now())
    return {"sarah": sarah, "ben": ben, "zoe": zoe, "clerk": clerk, "root": root}


PAGES = {"changelist": ("view", "view"), "add": ("add", "add"), "change": ("view", "change"),
         "delete": ("delete", "delete"), "history": ("view", "view")}  # fmt: skip


def doors() -> list[Door]:
    """Every line of the tables as an address of a row that is there."""
    return [*_at_the_desk(), *_of_models()]


def _at_the_desk() -> Iterator[Door]:
    question = Comment.objects.earliest("pk").pk
    for name, level in {**DESK, **OTHERS}.items():
        if name not in ("desk_act", "desk_arrange"):
            yield Door(_address(name, question), level, level, DATA)
    for name, words in {"desk_act": VERBS, "desk_arrange": ARRANGE}.items():
        for word, level in words.items():
            yield Door(reverse(f"admin:{name}", args=[question, word]), level, level, DATA)
    for button, level in BUTTONS.items():
        yield Door(reverse("admin:desk_comment", args=[question]), None, level, {**DATA, button: "1"})
    for verb, level in BULK.items():
        yield Door(reverse("admin:desk_bulk"), None, level, {**DATA, "verb": verb, "pk": [question]})


def _of_models() -> Iterator[Door]:
    for label, rights in MODELS.items():
        for page, (look, act) in PAGES.items():
            row = [] if page in ("changelist", "add") else [_row(label)]
            address = reverse(f"admin:{label.replace('.', '_')}_{page}", args=row)
            yield Door(address, getattr(rights, look), getattr(rights, act), DATA)
    for label, names in ACTIONS.items():
        for name in names:
            address = reverse(f"admin:{label.replace('.', '_')}_changelist")
            data = {**DATA, "action": name, "_selected_action": [_row(label)]}
            yield Door(address, None, max(MODELS[label].view, MODERATOR), data)


def _row(label: str) -> Any:
    model = apps.get_model(label)
    rows = {
        User: {"username": "clerk"},
        Group: {"name": "Owners"},
        apps.get_model("comments.moderator"): {"username": "ben"},
        Phrase: {"is_shipped": False},
    }
    found = model._default_manager.filter(**rows.get(model, {})).order_by("pk").first()
    assert found is not None or label in ("advice.siteidentity", "comments.discussionsettings"), f"a row of {label}"
    return found.pk if found is not None else 1


def _address(name: str, question: int) -> str:
    if name == "app_list":
        return reverse("admin:app_list", args=["comments"])
    if name == "view_on_site":
        return reverse("admin:view_on_site", args=[ContentType.objects.get_for_model(Comment).pk, question])
    if name == "autocomplete":
        field = "app_label=advice&model_name=article&field_name=lead_picture"
        return f"{reverse('admin:autocomplete')}?{field}"
    if name in ("auth_user_password_change", "comments_moderator_mail", "comments_moderator_password"):
        return reverse(f"admin:{name}", args=[User.objects.get(username="ben").pk])
    if name in ("comments_emailaddress_mute", "comments_emailaddress_unmute"):
        return reverse(f"admin:{name}", args=[EmailAddress.objects.get().pk])
    pattern = next(pattern for pattern in patterns() if pattern.name == name)
    known = {"pk": question, "act": uuid.uuid4()}
    return reverse(f"admin:{name}", kwargs={key: known.get(key, question) for key in pattern.pattern.converters})


def _snapshot() -> dict[type[models.Model], list[Any]]:
    kept = [model for model in apps.get_models() if model is not Session]
    return {model: sorted(map(repr, model._base_manager.values_list())) for model in kept}


def _enter(client: Client, cast: dict[str, User], who: str) -> None:
    """Log them in; Zoe was, and is let in no more."""
    if who in cast:
        client.force_login(cast[who])
    User.objects.filter(username="zoe").update(is_active=False)


def _is_refused(response: HttpResponse, who: str) -> bool:
    if PEOPLE[who] < STAFF:
        return response.status_code == 302 and response.headers["Location"].startswith("/admin/login/")
    return response.status_code in (403, 404, 405)


@pytest.mark.parametrize("who", PEOPLE)
def test_each_door_is_open_for_whom_it_should_be_and_nothing_changes_behind_the_others(
    client: Client, cast: dict[str, User], who: str
) -> None:
    _enter(client, cast, who)
    closed, wrong = [], []
    before = _snapshot()
    for door in doors():
        for method, level in ((client.get, door.look), (client.post, door.act)):
            if level is None or (STAFF < level < PEOPLE[who] and not door.address.startswith("/admin/desk/")):
                continue  # the rights of those before are theirs too, as another test says
            if PEOPLE[who] < level:
                closed.append((method, door))
                continue
            with transaction.atomic():
                response = method(door.address, door.data if method == client.post else {})
                transaction.set_rollback(True)
            if response.status_code in (403, 500) or "/admin/login/" in response.headers.get("Location", ""):
                wrong.append(f"{method.__name__} {door.address} is closed: {response.status_code}")
    for method, door in closed:
        response = method(door.address, door.data if method == client.post else {})
        if not _is_refused(response, who):
            wrong.append(
                f"{method.__name__} {door.address} {door.data.get('action', '')} is open: {response.status_code}"
            )
    assert "\n".join(wrong) == ""
    assert _snapshot() == before


def test_whoever_comes_later_has_the_rights_of_those_before(cast: dict[str, User]) -> None:
    clerk, ben, sarah, root = (cast[who].get_all_permissions() for who in ("clerk", "ben", "sarah", "root"))
    assert clerk < ben < sarah < root


@pytest.mark.parametrize("who", PEOPLE)
def test_no_post_of_another_site_gets_in(cast: dict[str, User], who: str) -> None:
    careful = Client(enforce_csrf_checks=True)
    _enter(careful, cast, who)
    before = _snapshot()
    answers = {door.address: careful.post(door.address, door.data).status_code for door in doors()}
    assert {address: status for address, status in answers.items() if status != 403} == {}
    assert _snapshot() == before


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("clerk", set()),
        ("ben", {"Desk", "Comments", "Articles", "Log"}),
        ("sarah", {"Desk", "Comments", "Articles", "Log", "Settings", "People"}),
        ("root", {"Desk", "Comments", "Articles", "Log", "Settings", "People"}),
    ],
)
def test_nobody_is_shown_a_link_that_is_closed_to_them(
    client: Client, cast: dict[str, User], who: str, sees: set[str]
) -> None:
    _enter(client, cast, who)
    question = Comment.objects.earliest("pk").pk
    pages = ["/admin/everything/"]
    pages += [f"/admin/desk/{question}/", "/admin/desk/"] if who != "clerk" else []
    html = "".join(client.get(page).content.decode() for page in pages)
    header = {text for _, text in re.findall(r'<a href="([^"]*)">([^<]*)</a> /', html)}
    assert header & {"Desk", "Comments", "Articles", "Log", "Settings", "People"} == sees
    links = set(re.findall(r'href="(/admin/[^"#]*)"', html)) - {"/admin/logout/"}
    answers = {link: client.get(link.replace("&amp;", "&")).status_code for link in links}
    assert {link: status for link, status in answers.items() if status not in (200, 302)} == {}
