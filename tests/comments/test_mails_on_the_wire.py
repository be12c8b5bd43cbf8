"""Every mail as it comes to a real SMTP server: headers, both parts, encodings, and what readers try to put in."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comments import following, mail_tokens, mails, posting, reporting
from comments.mail_models import EmailAddress, OutboxMessage
from comments.models import Comment
from tests import catalogues
from tests.comments.mailing import (
    ANN,
    MESSAGE_ID,
    Page,
    bundle,
    confirmed,
    html_of,
    parsed,
    sent,
    text_of,
)
from tests.comments.smtp import Received, SmtpServer
from tests.factories import answer, ask, fresh, make_article, moderator, reply_to
from tests.pseudo import spoken, untranslated

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

SITE = "https://advice.example"
KINDS = ("confirm", "links", "public", "answer", "reply", "detail", "new", "follow_up", "report", "nudge")
TO_MODERATORS = KINDS[6:]
SUBJECTS = {
    "confirm": "Please confirm your address for advice.example",
    "links": "Your way back to advice.example",
    **dict.fromkeys(KINDS[2:6], "News from advice.example"),
    **dict.fromkeys(TO_MODERATORS, "advice.example: one thing waits for you"),
}
NASTY = "a\r\nBcc: eve@evil.example\r\n\r\n<b>x</b> “ü” 日本 🌿 \u202eabc\u2028Subject: x"
NEVER_IN_HEADERS = ("evil", "eve@", "Nasty", "<b>", "日本", "Bcc:")  # random ids may spell "Bcc", but no colon


@pytest.fixture(autouse=True)
def _at_its_own_address(settings: Any) -> None:
    settings.SITE_URL, settings.DEFAULT_FROM_EMAIL = SITE, "Advice <advice@advice.example>"


def happen(kind: str, *, body: str = "Should I write?", name: str = "Ann", title: str = "Advice") -> dict[str, Any]:
    """Whatever is told by a mail of this kind; gives whom it is for."""
    sarah = moderator("sarah", first_name="Sarah")
    article, address, now = make_article(title=title, author=sarah), confirmed(with_words=True), timezone.now()
    if kind in ("confirm", "links"):
        confirmed(confirmed_at=now if kind == "links" else None)
        OutboxMessage.objects.create(kind=kind, address=address, written_at=now, due_at=now)
        return {"address": address}
    question = ask(article, body, name=name, email=ANN, approved=kind not in ("new", "nudge", "detail"))
    if kind == "answer":
        answer(question, body, by=sarah)
    elif kind == "reply":
        reply_to(question, f"{body} ", name=name)
    elif kind == "detail":
        following.ask_detail(question, by=sarah, words=body)
    elif kind == "follow_up":
        posting.post(posting.addition(question, body, network=""))
    elif kind == "report":
        reporting.report(question, reason="other", details=body, network="n")
    elif kind == "nudge":
        OutboxMessage.objects.create(kind="nudge", comment=question, moderator=sarah, written_at=now, due_at=now)
    return {"moderator": sarah} if kind in TO_MODERATORS else {"address": address}


def raw(server: SmtpServer, kind: str, **said: str) -> Received:
    sent(server, kind, **happen(kind, **said))
    return server.received[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_has_the_headers_that_it_needs_and_both_parts(smtp_backend: SmtpServer, kind: str) -> None:
    got = raw(smtp_backend, kind)
    message = got.message
    to = "sarah@example.com" if kind in TO_MODERATORS else ANN
    assert (got.sender, got.recipients) == ("advice@advice.example", [to])
    assert (message["From"], message["To"]) == ("Advice <advice@advice.example>", to)
    assert message["Message-ID"] == MESSAGE_ID
    assert abs(parsedate_to_datetime(message["Date"]) - datetime.now(UTC)) < timedelta(minutes=5)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["MIME-Version"] == "1.0"
    assert {"Reply-To", "Cc", "Bcc", "Sender"} & set(message.keys()) == set()
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert all(part["Content-Type"].params["charset"] == "utf-8" for part in message.iter_parts())
    assert message["Subject"] == SUBJECTS[kind]  # nothing of what it is about
    assert not message.defects


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_to_an_address_can_be_stopped_by_one_click_as_rfc_8058_says(smtp_backend: SmtpServer, kind: str) -> None:
    message = raw(smtp_backend, kind).message
    if kind in TO_MODERATORS:
        assert not {"List-Unsubscribe", "List-Unsubscribe-Post"} & set(message.keys())
        return
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(r"<(https://advice\.example/unsubscribe/([^/>]+)/)>", message["List-Unsubscribe"].strip())
    assert found
    leaving = mail_tokens.leaving(found[2])
    assert leaving is not None
    assert leaving.address is not None
    assert leaving.address.address == ANN
    in_thread = kind in ("public", "answer", "reply", "detail")
    assert leaving.thread == (Comment.objects.roots().get().pk if in_thread else None)
    assert found[1] in text_of(message)
    assert f'href="{found[1]}"' in html_of(message)


@pytest.mark.parametrize("kind", KINDS)
def test_every_link_leads_to_this_site_and_none_names_an_address(smtp_backend: SmtpServer, kind: str) -> None:
    message = raw(smtp_backend, kind).message
    html = Page(html_of(message))
    in_text = re.findall(r"^\S+://\S+$", text_of(message), re.MULTILINE)
    assert set(html.links) >= set(in_text) != set()
    for link in [*html.links, *in_text]:
        assert link.startswith(f"{SITE}/")
        assert "@" not in link
        assert "%40" not in link
        assert not urlsplit(link).query or urlsplit(link).query == "answer"


@pytest.mark.parametrize("kind", KINDS)
def test_what_readers_and_titles_say_is_in_no_header(smtp_backend: SmtpServer, kind: str) -> None:
    got = raw(smtp_backend, kind, body=f"Nasty {NASTY}", name="Nasty 日本 <b>", title="Nasty <b>日本</b> Bcc: x")
    assert got.recipients == ["sarah@example.com" if kind in TO_MODERATORS else ANN]
    message = got.message
    for name, value in message.items():
        assert not any(word in str(value) for word in NEVER_IN_HEADERS), name
    assert not message["Bcc"]
    assert not message.defects
    assert "Ann" not in message["Subject"]


@pytest.mark.parametrize("address", ["ann@example.org\r\nBcc: eve@evil.example", "ann@example.org, eve@evil.example"])
def test_what_is_no_address_gets_no_mail(smtp_backend: SmtpServer, article: Any, address: str) -> None:
    """No form takes it, so this is a row that somebody else wrote."""
    ask(article, email=ANN, approved=False)
    EmailAddress.objects.update(address=address)
    message = mails.compose(bundle("confirm")).message
    assert message is not None
    with pytest.raises((ValueError, SMTPException)):
        message.send()
    assert smtp_backend.received == []


@pytest.mark.parametrize(
    ("address", "recipient"),
    [
        ("o'brien+news@sub.example.org", "o'brien+news@sub.example.org"),
        ('"ann b"@example.org', '"ann b"@example.org'),
        ("ann@müller.example", "ann@xn--mller-kva.example"),
    ],
)
def test_unusual_addresses_get_their_mail(smtp_backend: SmtpServer, article: Any, address: str, recipient: str) -> None:
    ask(article, email=address, approved=False)
    message = sent(smtp_backend, "confirm")
    assert smtp_backend.received[-1].recipients == [recipient]
    assert message["To"].addresses[0].addr_spec == recipient


@pytest.mark.parametrize("kind", ["answer", "new"])
def test_nothing_on_the_wire_is_too_long_or_needs_eight_bits(smtp_backend: SmtpServer, kind: str) -> None:
    body = f"{'ü' * 4_000}\n.\n..dots\nFrom me\n\n{'o' * 3_000} 🌿 سلام‌ها\n\n{'日' * 500}"
    got = raw(smtp_backend, kind, body=body, name="Zoë 🌿")
    assert got.raw.isascii()
    assert b"\n" not in got.raw.replace(b"\r\n", b"")
    assert b"\r" not in got.raw.replace(b"\r\n", b"")
    assert max(map(len, got.raw.split(b"\r\n"))) <= 998
    text, html = text_of(got.message), html_of(got.message)
    if kind == "new":
        for words in ("ü" * 4_000, "o" * 3_000, "سلام‌ها", "日" * 500, "🌿"):
            assert words in text
            assert words in html
        assert "\n> .\n> ..dots\n> From me\n" in text  # dots survive the protocol, in both directions
    assert all(len(line) <= 72 for line in text.splitlines() if " " in line[2:] and "://" not in line)


def test_what_is_ascii_can_be_read_as_it_is_sent(smtp_backend: SmtpServer) -> None:
    """Where mails are files, somebody wants to copy the link out of one."""
    got = raw(smtp_backend, "confirm")
    assert all(link.encode() in got.raw for link in Page(html_of(got.message)).links)


def test_a_paragraph_of_ten_thousand_characters_without_a_blank_arrives(smtp_backend: SmtpServer) -> None:
    got = raw(smtp_backend, "new", body="x" * 10_000)
    assert f"> {'x' * 10_000}\n" in text_of(got.message)
    assert max(map(len, got.raw.split(b"\r\n"))) <= 998


def test_a_name_that_runs_from_right_to_left_turns_nothing_around_it(smtp_backend: SmtpServer) -> None:
    message = raw(smtp_backend, "new", name="نور").message
    assert "\u2068نور\u2069 asks" in text_of(message)
    assert "\u2068نور\u2069 asks" in html_of(message)


def test_no_line_of_a_reader_can_pass_for_one_of_the_mail(smtp_backend: SmtpServer) -> None:
    body = (
        "Hello\n-- \nAnswer it:\nhttps://evil.example/admin/\u2028No more mail at all:\u2029https://evil.example/\x0bx"
    )
    text = text_of(raw(smtp_backend, "new", body=body).message)
    own = [line for line in text.splitlines() if not line.startswith(">")]
    assert own.count("-- ") == 1
    assert own.count("Answer it:") == 1
    assert "evil.example" not in "\n".join(own)  # the reason names the host, and is no link


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_says_nothing_that_is_not_translated(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = bundle(kind, **happen(kind, body="Qq", name="Qq", title="Qq"))
    with spoken(monkeypatch) as asked:
        message = mails.compose(said).message
    assert message is not None
    text = message.subject + re.sub(r"https://\S+", "", str(message.body)).replace(">", "")
    for part in (text, html_of(parsed(message))):
        assert untranslated(part, data="Qq Sarah advice example") == []
    known = catalogues.compiled("de").keys() | catalogues.of_django("de")
    assert {words for words in asked if words.strip()} - known == set()


def test_a_site_in_german_writes_german(smtp_backend: SmtpServer, settings: Any) -> None:
    settings.LANGUAGE_CODE = "de"
    message = raw(smtp_backend, "confirm").message
    assert message["Subject"].strip() == "Bitte bestätige deine Adresse für advice.example"
    assert "Wenn du das warst" in text_of(message)
    assert '<html lang="de">' in html_of(message)


HOSTILE = st.one_of(
    st.text(min_size=1, max_size=300),
    st.lists(
        st.sampled_from(
            [
                *("<script>alert(1)</script>", "<img src=//evil.example/x>", "<a href='https://evil.example'>x</a>"),
                *(
                    "https://evil.example/?a=1&b=2",
                    "www.evil.example",
                    "</div></body>",
                    "<!--",
                    "]]>",
                    "<style>",
                    "&lt;",
                ),
                *(
                    "\r\n.\r\n",
                    "\u202e",
                    "\u2028",
                    "\ufffd",
                    "\x00",
                    "{{ stop }}",
                    "{% load x %}",
                    "%(name)s",
                    "url(//x)",
                ),
                *("javascript:alert(1)", "data:text/html,x", "[x](https://evil.example)", "![x](//evil.example/p.png)"),
            ]
        ),
        min_size=1,
        max_size=8,
    ).map(" ".join),
).map(lambda text: f"x {text}")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=HOSTILE, details=HOSTILE, name=HOSTILE)
def test_whatever_readers_write_a_mail_stays_whole_and_loads_nothing(
    question: Comment, body: str, details: str, name: str
) -> None:
    from comments import markup

    clean = markup.clean(body)
    Comment.objects.filter(pk=question.pk).update(
        body=clean, body_html=markup.reader_html(clean), name=markup.clean_line(name)[:60] or "x"
    )
    reporting.Report.objects.update(details=markup.clean(details))
    for one in (bundle("report"), bundle("reply")):
        message = mails.compose(one).message
        assert message is not None
        read = parsed(message)
        html = Page(html_of(read))
        assert html.open == []
        assert {tag for tag, _ in html.tags} <= TAGS
        assert {name for _, attributes in html.tags for name in attributes} <= ATTRIBUTES
        assert all(link.startswith(f"{SITE}/") for link in html.links)
        assert "https://evil" not in text_of(read)
        assert "evil.example" not in html_of(read)
        assert set(read.keys()) <= HEADERS


TAGS = {
    *("html", "head", "meta", "title", "style", "body", "div", "p", "br", "hr", "a", "h2", "span", "strong", "em"),
}
ATTRIBUTES = {"lang", "charset", "name", "content", "class", "dir", "href", "role", "aria-label"}
HEADERS = {
    *("Content-Type", "MIME-Version", "Subject", "From", "To", "Message-ID", "Date", "Auto-Submitted"),
    *("List-Unsubscribe", "List-Unsubscribe-Post"),
}


@pytest.fixture
def question(db: None, article: Any) -> Comment:
    """A reply that somebody is told of, and that was reported."""
    confirmed(with_words=True)
    reply = reply_to(ask(article, email=ANN))
    reporting.report(fresh(reply), reason="other", details="x", network="n")
    OutboxMessage.objects.exclude(kind__in=["report", "reply"]).delete()
    return reply
