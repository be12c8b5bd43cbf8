"""Everything that is kept about somebody, erased: what goes, what stays, what goes on after a kill, and the receipt."""

import io
import re
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from advice import kept_pages
from comments import addresses, checking, erasing, mail_tokens, posting, purging, receipts, telling, traces
from comments.desk_models import BlockRule
from comments.log_models import ModerationEvent
from comments.mail_models import EmailAddress, MailRequest, OutboxMessage, QuietThread
from comments.models import Comment
from comments.own_data import Person
from comments.reader_models import Report
from tests.comments import own
from tests.comments.test_mine_page import text
from tests.comments.test_queue import rows
from tests.factories import answer, ask, discuss, make_article, moderator, submission

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
PERSON = "/admin/comments/emailaddress/person/"


@pytest.fixture(autouse=True)
def _sound(db: None) -> Any:
    yield
    assert checking.check().damages == []


@pytest.fixture
def ann(article: Any, sarah: Any) -> EmailAddress:
    own.without_phrases()
    own.bystander(article)
    return own.live(article, sarah)


@pytest.fixture
def place(ann: EmailAddress) -> str:
    return mail_tokens.links_path(ann)


def everything() -> str:
    """All rows of all tables, as text."""
    return str([list(model._base_manager.values_list()) for model in apps.get_models()]).lower()


def begun_in(page: Any) -> str:
    """What the form keeps of what is going on."""
    return str(re.search(r'name="begun" value="([^"]+)"', page.content.decode())[1])


# --- What goes and what stays ---------------------------------------------------------------------------------------


def test_nothing_of_who_asked_for_it_is_left_in_any_table_and_all_of_others_is(
    client: Client, ann: EmailAddress, place: str, sarah: Any
) -> None:
    client.force_login(sarah)
    client.post(f"/admin/comments/emailaddress/{ann.pk}/mute/", {"reason": f"{own.ANN} asked."})
    addresses.unmute(ann)
    client.post("/admin/comments/blockrule/add/", {"kind": "email", "value": "ann@example.org", "then": "pending"})
    BlockRule.objects.all().delete()
    before = everything()
    for words in (own.SECRET, "ann@example", "anna k", "a…@example.org", "0171", ann.key):
        assert words in before, words

    receipt = Client().post(f"{place}erase/")
    assert (receipt.status_code, receipt["Location"].startswith("/q/receipt/")) == (303, True)
    left = everything()
    for words in (own.SECRET, "ann@example", "anna k", "a…@example.org", "0171", ann.key):
        assert words not in left, words
    assert "of somebody else." in left
    assert "bob@example.org" in left
    assert Comment.objects.filter(erased_at=None, name="Bob").count() == 2
    assert not OutboxMessage.objects.filter(address=ann).exists()
    assert not QuietThread.objects.exists()
    assert Report.objects.get().details == ""
    assert Comment.objects.get(body="Wait for a month.").status == "trash"  # an answer that alone retells it


def test_the_link_in_the_mail_is_dead_then_and_that_it_was_asked_for_counts_for_the_site_alone(
    client: Client, place: str
) -> None:
    before = MailRequest.objects.exclude(key="").count()
    client.post(f"{place}erase/")
    assert MailRequest.objects.exclude(key="").count() == before
    assert not MailRequest.objects.filter(key=addresses.key_of(own.ANN)).exists()
    for page in ("", "data/", "data.json", "erase/"):
        assert client.get(f"{place}{page}").status_code == 404
    assert client.post(f"{place}erase/").status_code == 404


@pytest.mark.parametrize("because", ["owner", "bounced"])
def test_whoever_wanted_no_mail_gets_none_even_if_somebody_types_the_address_again(
    client: Client, ann: EmailAddress, place: str, article: Any, because: str
) -> None:
    addresses.mute(ann, EmailAddress.Muted(because))
    receipt = client.get(client.post(f"{place}erase/")["Location"])
    assert "because no mail is wanted there" in text(receipt)
    left = EmailAddress.objects.get(key=ann.key)
    assert (left.address, left.muted_because, left.confirmed_at) == ("", because, None)
    assert mail_tokens.leaving(mail_tokens.unsubscribe_path(ann).split("/")[2]) is not None

    posting.post(submission(article, "It is me again.", email=own.ANN))
    telling.received(Comment.objects.latest("pk"))
    assert not OutboxMessage.objects.filter(address=left).exists()
    assert client.get(place).status_code == 404  # of before


def test_a_block_rule_stays_and_the_receipt_says_so(client: Client, place: str) -> None:
    assert "A rule that keeps the address out" in text(client.get(f"{place}erase/"))
    assert "A rule that keeps the address out" in text(client.get(client.post(f"{place}erase/")["Location"]))
    assert BlockRule.objects.get().value == "ann@example.org"


def test_of_the_log_only_the_address_goes(client: Client, ann: EmailAddress, place: str, sarah: Any) -> None:
    client.force_login(sarah)
    client.post(f"/admin/comments/emailaddress/{ann.pk}/mute/", {"reason": f"{own.ANN} asked me."})
    client.post(f"{place}erase/")
    muted = ModerationEvent.objects.get(subject__startswith="email address")
    assert (muted.by, muted.subject, muted.after) == (sarah, "email address …", "muted by hand")
    assert muted.reason == "… asked me."


def test_an_address_without_comments_is_erased_too(client: Client) -> None:
    lone = own.known("lone@example.org")
    assert "0 texts" not in text(client.get(f"{mail_tokens.links_path(lone)}erase/"))
    client.post(f"{mail_tokens.links_path(lone)}erase/")
    assert not EmailAddress.objects.exists()


def test_forgetting_after_an_erased_comment_looks_at_every_spelling(article: Any, sarah: Any) -> None:
    own.known("u@müller.example")
    first, second = (ask(article, email, email=email) for email in ("u@müller.example", "u@xn--mller-kva.example"))
    erasing.moderation.erase(first, by=sarah)
    assert EmailAddress.objects.exists()
    erasing.moderation.erase(second, by=sarah)
    assert not EmailAddress.objects.exists()


# --- In steps -------------------------------------------------------------------------------------------------------


def test_much_is_erased_in_steps_with_a_button_to_go_on_and_one_receipt(
    client: Client, ann: EmailAddress, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "STEP", 1)
    monkeypatch.setattr(erasing.erase, "__kwdefaults__", {**erasing.erase.__kwdefaults__, "seconds": 0.0})
    numbers = set()
    page = client.post(f"{place}erase/")
    for left in (2, 1):
        assert f"{left} text" in text(page)
        begun = begun_in(page)
        numbers.add(receipts.read(begun, receipts.BEGUN).number)
        page = client.post(f"{place}erase/", {"begun": begun})
    receipt = receipts.read(page["Location"].split("/")[3])
    assert (receipt.comments, {receipt.number}) == (3, numbers)


def test_whoever_writes_while_it_goes_on_is_erased_as_well(
    ann: EmailAddress, article: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase, more = erasing.moderation.erase, iter([None])

    def interrupted(*given: Any, **options: Any) -> Any:
        for _ in more:
            ask(article, "One more.", email=own.ANN, approved=False)
        return erase(*given, **options)

    monkeypatch.setattr(erasing.moderation, "erase", interrupted)
    receipt, left = erasing.erase(Person(own.ANN), by=None)
    assert (receipt.comments, left) == (4, 0)


@pytest.mark.usefixtures("place")
def test_who_goes_on_twice_is_told_of_each_text_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "STEP", 1)
    begun, left = erasing.erase(Person(own.ANN), by=None, seconds=0)
    assert (begun.comments, left) == (1, 2)
    first, second = (erasing.erase(Person(own.ANN), by=None, begun=begun) for _ in range(2))
    assert second == first
    assert first[0].comments == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("many", [150, pytest.param(5_000, marks=pytest.mark.long)])
def test_killed_in_the_middle_it_goes_on_by_the_same_link(
    client: Client, site_environment: dict[str, str], many: int
) -> None:
    article = make_article(author=moderator("sarah", first_name="Sarah"))
    rows(article, many, email=own.ANN)
    place = mail_tokens.links_path(own.known())
    command = [sys.executable, "manage.py", "erase_person", own.ANN, "--yes"]
    process = subprocess.Popen(command, cwd=ROOT, env=site_environment, stdout=subprocess.DEVNULL)
    while process.poll() is None and Person(own.ANN).comments.count() == many:
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.01)  # nothing tells when it has begun
    process.kill()
    process.wait()
    left = Person(own.ANN).comments.count()
    assert left % erasing.STEP == 0
    assert checking.check().damages == []
    if left:
        response = client.post(f"{place}erase/")
        while response.status_code == 200:
            response = client.post(f"{place}erase/", {"begun": begun_in(response)})
        assert response["Location"].startswith("/q/receipt/")
    assert Person(own.ANN).is_nobody
    assert Comment.objects.filter(erased_at__isnull=False).count() == many


# --- The receipt ----------------------------------------------------------------------------------------------------


def test_the_receipt_says_what_went_and_what_stays_and_has_nothing_personal_in_its_address(
    client: Client, place: str
) -> None:
    discuss(backup_days=12, spam_days=40)
    asked = text(client.get(f"{place}erase/"))
    assert "all 3 texts that were written" in asked
    assert "Backups that were made before: for 12 days." in asked
    address = client.post(f"{place}erase/")["Location"]
    receipt = receipts.read(address.split("/")[3])
    said = text(Client().get(address))
    assert receipt.number in said
    assert "3 texts, with their names and addresses" in said
    assert "without words: for 40 days" in said
    assert ModerationEvent.objects.latest("pk").subject == f"a person’s data, receipt {receipt.number}"
    assert (receipt.backups_until - timezone.localdate(receipt.at)).days == 12
    assert not re.search("ann|example", str(receipt).lower() + address.lower())
    discuss(backup_days=99)
    assert text(Client().get(address)) == said.replace("for 40 days", "for 30 days")  # its own day stays


def test_a_second_click_leads_to_the_same_receipt(client: Client, ann: EmailAddress, place: str) -> None:
    addresses.mute(ann, EmailAddress.Muted("owner"))
    form = {"begun": begun_in(client.get(f"{place}erase/"))}
    first, second = (client.post(f"{place}erase/", form)["Location"] for _ in range(2))
    assert second == first
    receipt = receipts.read(first.split("/")[3])
    assert (receipt.comments, receipt.is_muted, receipt.is_blocked) == (3, True, True)
    assert ModerationEvent.objects.filter(subject__endswith=receipt.number).count() == 1
    assert client.get(f"/q/receipt/{form['begun']}/").status_code == 404  # nothing was erased yet when it was made


@pytest.mark.usefixtures("place")
def test_a_first_step_whose_page_nobody_saw_is_told_of_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two clicks the browser shows what the second one got."""
    monkeypatch.setattr(erasing, "STEP", 1)
    begun = receipts.begin()
    erasing.erase(Person(own.ANN), by=None, begun=begun, seconds=0)
    shown, left = erasing.erase(Person(own.ANN), by=None, begun=begun, seconds=0)
    assert (shown.comments, left) == (2, 1)
    assert erasing.finished(begun) is None
    assert erasing.erase(Person(own.ANN), by=None, begun=shown)[0].comments == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by", ["link", "owner"])
def test_however_two_clicks_overlap_both_are_told_of_every_text(by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step of a request is followed by one of the other, or they meet: whoever comes first."""
    own.without_phrases()
    sarah = moderator("sarah", first_name="Sarah")
    rows(make_article(author=sarah), 24, email=own.ANN)
    monkeypatch.setattr(erasing, "STEP", 2)
    monkeypatch.setattr(erasing.erase, "__kwdefaults__", {**erasing.erase.__kwdefaults__, "seconds": 0.0})
    place = f"{mail_tokens.links_path(own.known())}erase/" if by == "link" else PERSON
    sent = {"who": own.ANN, "erase": "yes", "confirmed": "yes"} if by == "owner" else {}
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(sarah)
    page = clients[0].post(PERSON, {"who": own.ANN}) if by == "owner" else clients[0].get(place)
    meeting, led_to = threading.Barrier(2), []

    def click(client: Client) -> None:
        try:
            meeting.wait(30)
            shown = page
            while shown.status_code == 200:
                shown = client.post(place, {**sent, "begun": begun_in(shown)})
            led_to.append(shown.headers["Location"])
        finally:
            connection.close()

    clicks = [threading.Thread(target=click, args=[client]) for client in clients]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    found = {receipts.read(address.split("/")[3]) for address in led_to}
    assert [receipt.comments for receipt in found if receipt] == [24]
    assert len(led_to) == 2


def test_an_owner_who_clicks_twice_is_led_to_the_same_receipt(client: Client, ann: EmailAddress, sarah: Any) -> None:
    client.force_login(sarah)
    form = {"who": own.ANN, "erase": "yes", "confirmed": "yes"}
    form["begun"] = begun_in(client.post(PERSON, {"who": own.ANN}))
    first, second = (client.post(PERSON, form)["Location"] for _ in range(2))
    assert second == first
    assert "3 texts" in text(Client().get(first))


def test_a_clock_that_goes_back_while_it_goes_on_takes_nothing_from_the_receipt(
    ann: EmailAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "STEP", 1)
    begun, _ = erasing.erase(Person(own.ANN), by=None, seconds=0)
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: begun.at - timedelta(days=365))
        receipt, left = erasing.erase(Person(own.ANN), by=None, begun=begun)
    assert (receipt.comments, left) == (3, 0)


def test_a_receipt_that_is_none_of_ours_is_nowhere(client: Client, place: str) -> None:
    token = client.post(f"{place}erase/")["Location"].split("/")[3]
    said, _, signature = token.partition(".")
    for wrong in (token[:-1], f"x{token}", token.upper(), "x", said, f"{said}x.{signature}", place.split("/")[3]):
        assert client.get(f"/q/receipt/{wrong}/").status_code == 404


# --- Who may --------------------------------------------------------------------------------------------------------


def test_no_post_of_another_site_erases(client: Client, place: str) -> None:
    for headers in (
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):
        assert client.post(f"{place}erase/", headers=headers).status_code == 403
    assert client.get(place).status_code == 200
    assert Comment.objects.filter(body__contains=own.SECRET).count() == 3


def test_an_owner_erases_after_ticking_a_box_and_passes_the_receipt_on(
    client: Client, ann: EmailAddress, sarah: Any
) -> None:
    client.force_login(sarah)
    page = client.post(PERSON, {"who": "ann@example.org", "erase": "yes"}).content.decode()
    assert "Please tick the box" in page
    assert Comment.objects.filter(erased_at=None, body__contains=own.SECRET).count() == 3
    response = client.post(PERSON, {"who": "ann@example.org", "erase": "yes", "confirmed": "yes"})
    assert "3 texts" in text(Client().get(response["Location"]))
    event = ModerationEvent.objects.latest("pk")
    assert (event.by, event.after) == (sarah, "Comments: 3, blocked")
    assert "Nothing is kept about this address." in client.post(PERSON, {"who": "lone@example.org"}).content.decode()


def test_the_command_asks_and_prints_a_receipt(
    ann: EmailAddress, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase_person", own.ANN)
    assert Comment.objects.filter(body__contains=own.SECRET).count() == 3
    call_command("erase_person", own.ANN, "--yes")
    said = capsys.readouterr().out
    assert re.search(r"Receipt \S{4}-\S{4}, \d{4}-\d\d-\d\d \d\d:\d\d UTC: 3 comments erased\.", said)
    assert re.search(r"For the person: http://\S+/q/receipt/\S+/", said)


# --- Files and caches -----------------------------------------------------------------------------------------------


def in_files(words: str) -> list[str]:
    """In which of the database's files these words still are. Another process reads them: closing them in this one
    would let go of SQLite's locks (POSIX's are the process's), and another could take the log away from under us."""
    name = Path(connection.settings_dict["NAME"])
    files = [name, name.with_name(f"{name.name}-wal")]
    return [file.suffix for file in files if file.exists() and words.encode() in read_apart(file).lower()]


def read_apart(file: Path) -> bytes:
    return subprocess.run(["cat", file], check=True, capture_output=True).stdout


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_erased_words_are_in_none_of_sqlite_s_files_after_a_purge(article: Any, sarah: Any) -> None:
    for number in range(12):  # several parts of the index, and pages that are shared with others
        ask(article, f"Others ask, too, number {number}. " * 20, name="Bob")
        if number % 3 == 0:
            question = ask(article, f"{own.SECRET} {number} " * 30, name="Zaphodina", email=own.ANN)
            answer(question, f"You write of {own.SECRET}.", by=sarah)
    assert in_files(own.SECRET)
    erasing.erase(Person(own.ANN), by=None)
    Comment.objects.filter(body__contains=own.SECRET).update(status="trash")
    for reply in Comment.objects.filter(body__contains=own.SECRET):
        erasing.moderation.erase(reply, by=None)
    purging.purge()
    for words in (own.SECRET, own.SECRET[1:], "zaphodina", own.ANN.lower()):
        assert in_files(words) == []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchone() == ("ok",)


@pytest.mark.sqlite
def test_merging_an_index_that_is_whole_already_does_nothing(article: Any) -> None:
    ask(article)
    list(traces.wiping())
    assert list(traces.wiping()) == []


@pytest.mark.django_db(transaction=True)
def test_pages_that_this_process_has_ready_lose_the_words_at_once(client: Client, article: Any) -> None:
    ask(article, f"{own.SECRET}?", email=own.ANN)
    assert own.SECRET in client.get(article.get_absolute_url()).content.decode()
    assert own.SECRET in kept()
    erasing.erase(Person(own.ANN), by=None)
    assert own.SECRET not in kept()
    assert own.SECRET not in client.get(article.get_absolute_url()).content.decode()
    assert kept_pages.CURRENT_FOR == 60


def kept() -> str:
    """What the cache of pages holds in memory, whoever may still get it."""
    things = [thing for thing, *_ in caches["default"].shelf.things.values()]
    return "".join(thing.content.decode() for thing in things if isinstance(thing, kept_pages.Page))
