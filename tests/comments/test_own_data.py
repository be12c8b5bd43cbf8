"""Everything that is kept about somebody, as a page and as a file: all of it, nothing of others, to nobody else."""

import itertools
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.core.management import CommandError, call_command
from django.test import Client

from comments import links, mail_requests, mail_tokens, own_data, own_data_pages, own_words, posting
from comments.log_models import ModerationEvent, Verb
from comments.mail_models import EmailAddress
from comments.models import Comment
from comments.own_data import Person
from tests.comments import own
from tests.comments.test_mine_page import text
from tests.factories import ask, moderator

pytestmark = pytest.mark.django_db
SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "own-data.schema.json"


@pytest.fixture
def ann(article: Any, sarah: Any) -> EmailAddress:
    own.without_phrases()
    own.bystander(article)
    return own.live(article, sarah)


@pytest.fixture
def place(ann: EmailAddress) -> str:
    return mail_tokens.links_path(ann)


def file(client: Client, place: str) -> dict[str, Any]:
    return dict(json.loads(client.get(f"{place}data.json").getvalue()))


# --- What is in it --------------------------------------------------------------------------------------------------


def test_the_file_has_all_that_was_written_and_all_that_hangs_on_it(client: Client, place: str) -> None:
    told = file(client, place)
    other, added, question = told["comments"]
    assert [each["email"] for each in told["comments"]] == ["ann@EXAMPLE.org", own.ANN, own.ANN]
    assert (question["name"], question["status"], question["helped"], question["sounds_like"]) == (
        *("Anna K", "approved", "yes"),
        ["abuse"],
    )
    assert (question["situations"], len(question["private_links_made_at"])) == (["Silence"], 1)
    assert (question["has_fingerprint_of_network"], question["private_notes"]) == (True, 1)
    assert added["added_to"] == question["number"]
    assert "0171 1234567" in other["text_before_masking"]
    assert "0171" not in other["text"]
    assert [event["verb"] for event in other["history"]] == ["mask"]
    assert other["caught_by_rules"] == ["ann@example.org"]
    assert [report["reason"] for report in question["reports"]] == ["identity"]
    assert told["address"]["threads_without_mail"] == [question["number"]]
    assert told["kept_out_by"][0]["value"] == "ann@example.org"
    assert len(told["asked_for_mail_at"]) == 1
    assert {mail["kind"] for mail in told["mails"]} == {"answer", "links", "public"}


def test_what_others_wrote_is_not_in_it_nor_who_moderates(client: Client, place: str, sarah: Any) -> None:
    whole = client.get(f"{place}data.json").getvalue().decode()
    for words in ("Wait for a month.", "Of somebody else.", "bob@", "She says", "A private note", "Rude.", "sarah"):
        assert words not in whole
        assert words not in text(client.get(f"{place}data/"))


def test_the_page_says_the_same_in_words(client: Client, place: str) -> None:
    page = text(client.get(f"{place}data/"))
    for words in (
        *(own.ANN, "ann@EXAMPLE.org", "Anna K", f"First {own.SECRET}", f"Added {own.SECRET}", "0171 1234567"),
        *(
            "Silence",
            "It may sound as if somebody were in danger: abuse.",
            "It says who somebody is",
            "have 1 note on it",
        ),
        *("What could say who somebody is was hidden", "by somebody who answers here", "Made public"),
        *("What comes from ann@example.org is read by a person first.", "An answer, ", "A mail was asked for"),
        *("Reports that you sent", "What others wrote, even where it quotes you"),
    ):
        assert words in page


def test_in_an_owner_s_file_are_the_notes_too(ann: EmailAddress) -> None:
    told = json.loads("".join(own_data.as_json(Person(own.ANN), for_owner=True)))
    assert [note["text"] for each in told["comments"] for note in each["notes"]] == [f"A private note on {own.SECRET}."]
    assert told["kept_out_by"][0]["note"] == "Rude."


def test_the_schema_names_every_field_and_no_other(ann: EmailAddress) -> None:
    schema = json.loads(SCHEMA.read_text())
    for for_owner in (True, False):
        told = json.loads("".join(own_data.as_json(Person(own.ANN), for_owner=for_owner)))
        assert told["version"] == schema["properties"]["version"]["const"] == own_data.VERSION
        assert misfits(told, schema, schema, for_owner=for_owner) == []


def misfits(value: Any, schema: Any, root: Any, *, for_owner: bool, at: str = "") -> list[str]:
    """Where the value is not as the schema says: types, and every field, optional ones being for owners."""
    schema = root["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    names = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "null": type(None)}
    kinds = schema.get("type", list(names))
    if type(value) not in {names[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds)}:
        return [f"{at}: {value!r}"]
    if isinstance(value, list):
        return [wrong for each in value for wrong in misfits(each, schema["items"], root, for_owner=for_owner, at=at)]
    if not isinstance(value, dict):
        return []
    wanted = set(schema["properties"]) if for_owner else set(schema["required"])
    wrong = [f"{at}.{name}" for name in wanted ^ set(value)]
    for name, each in value.items():
        wrong += misfits(each, schema["properties"][name], root, for_owner=for_owner, at=f"{at}.{name}")
    return wrong


def test_every_verb_on_a_reader_s_comment_and_every_mail_has_words() -> None:
    of_moderators = {Verb.ANSWER, Verb.TAKE_BACK, Verb.EDIT, Verb.HIGHLIGHT, Verb.UNHIGHLIGHT, Verb.ERASE}
    of_others = {Verb.ADD, Verb.CHANGE, Verb.DELETE, Verb.EXPORT}
    assert own_words.DEEDS.keys() == set(Verb) - of_moderators - of_others


def test_an_address_in_other_letters_is_the_same_and_one_that_only_looks_so_is_not(article: Any) -> None:
    for email in ("u@xn--mller-kva.example", "U@müller.example", "u@muller.example", "u@strasse.example"):
        ask(article, email, email=email)
    assert {each.body for each in Person("u@müller.example").comments} == {
        *("u@xn--mller-kva.example", "U@müller.example"),
    }
    assert not Person("u@straße.example").comments.exists()


def test_nobody_s_address_is_everybody_s(article: Any) -> None:
    """Most comments have none, and must never be found by that."""
    ask(article)
    for nothing in ("", " ", "@", "@example.org", "ann@"):
        assert Person(nothing).is_nobody
        assert list(own_data.batches(Person(nothing))) == []


def test_what_was_added_and_lost_the_address_is_found_by_what_it_was_added_to(client: Client, place: str) -> None:
    Comment.objects.filter(continues__isnull=False).update(email="")
    assert f"Added {own.SECRET}" in text(client.get(f"{place}data/"))
    assert len(file(client, place)["comments"]) == 3


def test_a_thousand_comments_come_in_pages_and_in_one_file_at_a_bounded_cost(
    client: Client, place: str, article: Any, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_data_pages, "PAGE", 2)
    monkeypatch.setattr(own_data_pages, "MOST", 2)
    with django_assert_max_num_queries(30):
        assert "This page shows the newest" not in text(client.get(f"{place}data/"))
    for number in range(20):
        ask(article, f"Question {number}.", email=own.ANN, approved=False)
    with django_assert_max_num_queries(30):
        assert "This page shows the newest. The file has everything." in text(client.get(f"{place}data/"))
    assert client.get(f"{place}data/?page=2").status_code == 200
    assert client.get(f"{place}data/?page=3").status_code == 404
    with django_assert_max_num_queries(30):
        assert len(file(client, place)["comments"]) == 23


# --- Who gets it ----------------------------------------------------------------------------------------------------


def test_it_is_kept_by_nobody_sets_no_cookie_and_has_nothing_personal_in_its_name(client: Client, place: str) -> None:
    for page in ("data/", "data.json", "erase/"):
        response = client.get(f"{place}{page}")
        assert (response["Cache-Control"], bool(response.cookies)) == ("no-store, private", False)
        assert "noindex" in response["X-Robots-Tag"]
        assert not any(part in place.lower() for part in ("ann@", "ann%40", "example"))
    assert client.get(f"{place}data.json")["Content-Disposition"] == (
        'attachment; filename="what-is-kept-about-you.json"'
    )


def test_no_guessed_changed_old_or_foreign_token_opens_anything(
    client: Client, ann: EmailAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = mail_tokens.links_path(ann)
    token = place.split("/")[3]
    bob = own.known("bob@example.org")
    named, _, rest = token.partition(".")
    forged = [
        f"{bob.pk}-{bob.key[:12]}.{rest}",  # another's name under a signature of mine
        f"{named}.{rest[:-1]}{'A' if rest[-1] != 'A' else 'B'}",
        *(token[:-2], token.upper(), "x", named, "%00"),
        mail_tokens.confirm_path(ann).split("/")[3],  # a true one, for something else
        mail_tokens.unsubscribe_path(ann).split("/")[2],
        signing.TimestampSigner(key="guess", salt=mail_tokens.LINKS, sep=".").sign(named),
    ]
    pages = ("data/", "data.json", "erase/")
    for wrong, page in itertools.product(forged, pages):
        assert client.get(f"/q/mine/{wrong}/{page}").status_code in (400, 404), wrong
        assert client.post(f"/q/mine/{wrong}/{page}").status_code in (400, 404, 405), wrong
    monkeypatch.setattr(mail_tokens, "LINKS_LAST", timedelta(0))
    assert {client.get(f"{place}{page}").status_code for page in pages} == {404}
    assert Comment.objects.filter(erased_at=None).count() == 6


def test_one_person_s_link_shows_and_erases_nothing_of_another_s(client: Client, ann: EmailAddress) -> None:
    place = mail_tokens.links_path(own.known("bob@example.org"))
    whole = client.get(f"{place}data.json").getvalue().decode()
    assert own.SECRET not in whole
    assert (
        client.post(f"{place}erase/", {"email": own.ANN, "comment": Comment.objects.earliest("pk").pk}).status_code
        == 303
    )
    assert Comment.objects.filter(body__contains=own.SECRET).count() == 3


def test_a_private_link_is_not_enough_for_what_else_the_address_wrote(client: Client, ann: EmailAddress) -> None:
    private = links.mint(Comment.objects.with_address(own.ANN).first())
    assert client.get(f"{private}data/").status_code == 404
    assert client.get(f"{private}data.json").status_code == 404


def test_a_scanner_that_follows_every_link_of_the_mail_and_its_pages_erases_nothing(client: Client, place: str) -> None:
    seen, waiting = set(), [place]
    while waiting:
        page = waiting.pop()
        seen.add(page)
        response = client.get(page)
        if "html" in response.get("Content-Type", ""):
            found = re.findall(r'(?:href|action)="([^"]+)"', response.content.decode())
            waiting += [link for link in found if link.startswith("/q/mine/") and link not in seen]
    assert {page.removeprefix(place) for page in seen} >= {"", "data/", "data.json", "erase/", "stop/"}
    assert Comment.objects.filter(erased_at=None).count() == 6
    assert EmailAddress.objects.get(address=own.ANN).muted_at is None


# --- The command ----------------------------------------------------------------------------------------------------


def test_the_command_writes_a_file_for_its_owner_alone_and_the_log_keeps_no_address(
    ann: EmailAddress, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "data.json"
    call_command("export_person", own.ANN, "--out", str(out))
    assert out.stat().st_mode & 0o777 == 0o600
    assert len(json.loads(out.read_text())["comments"]) == 3
    said = capsys.readouterr().out
    number = re.match(r"Receipt (\S{4}-\S{4}), .* UTC: 3 comments exported\.", said)
    event = ModerationEvent.objects.latest("pk")
    assert number is not None
    assert (event.verb, event.subject) == ("export", f"a person’s data, {number[1]}")
    with pytest.raises(CommandError, match="cannot be made"):
        call_command("export_person", own.ANN, "--out", str(out))


def test_without_a_file_it_goes_to_standard_output_and_its_receipt_elsewhere(
    ann: EmailAddress, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("export_person", " ann@example.ORG ")
    said = capsys.readouterr()
    assert json.loads(said.out)["version"] == own_data.VERSION
    assert said.err.startswith("Receipt ")


def test_of_an_address_that_nobody_left_it_says_so(article: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("export_person", "erase_person"):
        call_command(command, "nobody@example.org")
        assert capsys.readouterr().out == "Nothing is kept about this address.\n"
        with pytest.raises(CommandError, match="no email address"):
            call_command(command, "nobody")
    assert not ModerationEvent.objects.filter(comment=None).exists()


def test_moderators_who_are_no_owners_can_neither(client: Client, ann: EmailAddress, sarah: Any) -> None:
    client.force_login(moderator("ben"))
    for button in ("export", "erase"):
        data = {"who": own.ANN, button: "yes", "confirmed": "yes"}
        assert client.post("/admin/comments/emailaddress/person/", data).status_code == 403
    assert "export, erase" not in client.get(f"/admin/comments/emailaddress/{ann.pk}/change/").content.decode()


def test_an_owner_exports_by_a_form_and_the_log_says_so_without_the_address(
    client: Client, ann: EmailAddress, sarah: Any
) -> None:
    client.force_login(sarah)
    html = client.post("/admin/comments/emailaddress/person/", {"who": "ann@example.org"}).content.decode()
    assert "3 comments, and" in html
    assert "a block rule keeps the address out" in html
    response = client.post("/admin/comments/emailaddress/person/", {"who": own.ANN, "export": "yes"})
    assert len(json.loads(response.getvalue())["comments"]) == 3
    event = ModerationEvent.objects.latest("pk")
    assert (event.by, event.verb, "@" in event.subject + event.after) == (sarah, "export", False)


def test_another_address_that_was_left_with_an_addition_is_not_told(client: Client, article: Any) -> None:
    """She may have left it so that whoever reads the old mailbox does not know how she is reached now."""
    address = own.known()
    question = ask(article, email=own.ANN)
    added = posting.post(posting.addition(question, "Later.", network="")).comment
    mail_requests.readdress(added, "safe@elsewhere.example", network="")
    place = mail_tokens.links_path(address)
    for response in (client.get(f"{place}data/"), client.get(f"{place}data.json")):
        content = response.getvalue().decode()
        assert "Later." in content
        assert "elsewhere.example" not in content
