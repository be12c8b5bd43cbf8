"""Feeds, mails, linked data, the sitemap and imports with hostile texts: well-formed, and nothing in them but ours."""

import io
from email.parser import BytesParser
from email.policy import strict
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from advice.models import Article
from comments import checking, mails, markup, muting
from comments.models import Comment
from tests import wxr
from tests.comments.mailing import bundle
from tests.comments.test_mails_on_the_wire import KINDS, happen
from tests.hostile import inert, strings, world

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000/"
ATOM = "{http://www.w3.org/2005/Atom}"
OF_ATOM = {
    "feed",
    "title",
    "subtitle",
    "link",
    "id",
    "updated",
    "author",
    "name",
    "entry",
    "published",
    "content",
    "summary",
}
# Of `comments.markup`, with what an article's headings and pictures get.
OF_TEXT = {(tag,) for tag in markup.COMMENT_TAGS} | {("a", "href", "rel"), ("a", "rel"), ("a", "href"), ("ol", "start")}
OF_ARTICLE = (
    OF_TEXT | {(f"h{level}", "id") for level in range(2, 7)} | {("span", "class"), ("a", "href", "rel", "title")}
)
OF_FEEDS = OF_ARTICLE | {("h2",)}


def test_what_machines_read_is_well_formed_and_says_what_was_written(client: Client) -> None:
    site = world.make(strings.TRIED)
    for address in site.filled(world.FEEDS):
        assert_harmless(fromstring(client.get(address).content, forbid_dtd=True))
    feed = fromstring(client.get(f"/{site.article.slug}/feed/").content)
    newest = Comment.objects.newly_public(site.article)[:50]
    assert [author.text for author in feed.iter(f"{ATOM}name")][1:] == [comment.display_name for comment in newest]
    for root in site.roots:
        [data] = inert.linked_data(client.get(f"/questions/{root.pk}/").text)
        main = data["@graph"][0]["mainEntity"]
        assert (main["text"], main["author"]["name"]) == (markup.plain(root.body_html), root.name)
    [data] = inert.linked_data(client.get(f"/{site.article.slug}/").text)
    told = data["@graph"][0]
    assert (told["headline"], told["description"]) == (site.article.title, site.article.summary)
    sitemap = fromstring(client.get("/sitemap.xml").content, forbid_dtd=True)
    assert {element.tag.rpartition("}")[2] for element in sitemap.iter()} == {"urlset", "url", "loc", "lastmod"}
    assert all((one.text or "").startswith(SITE) for one in sitemap.iter() if one.tag.endswith("}loc"))


def assert_harmless(feed: Element) -> None:
    """Elements of Atom alone, links to this site alone, and harmless HTML in it."""
    assert {element.tag.removeprefix(ATOM) for element in feed.iter()} <= OF_ATOM
    assert all(link.get("href", "").startswith(SITE) for link in feed.iter(f"{ATOM}link"))
    contents = [content.text or "" for content in feed.iter(f"{ATOM}content")]
    assert [wrong for html in contents if (wrong := inert.faults(html, OF_FEEDS, fragment=True))] == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_adds_a_header_or_a_part_to_a_mail(kind: str) -> None:
    plain = _composed(kind, "Should I write?")
    for text in strings.TRIED[:: 1 if strings.TRIED is strings.EVERY else 9]:
        mail = _composed(kind, text)
        assert (mail.keys(), mail["Subject"], mail.defects) == (plain.keys(), plain["Subject"], [])
        assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
        html = mail.get_body(("html",)).get_content()
        assert inert.faults(html, inert.kinds(plain.get_body(("html",)).get_content()) | OF_TEXT | {("p", "dir")}) == []


def test_an_import_takes_every_text_or_refuses_it(tmp_path: Path) -> None:
    rows = [wxr.comment(number, **_comment_fields(text)) for number, text in enumerate(strings.TRIED, start=1)]
    items = [wxr.item(number, **_item_fields(text)) for number, text in enumerate(strings.TRIED, start=2)]
    call_command(
        "import_wordpress", str(wxr.write(tmp_path, wxr.export(wxr.item(1, *rows), *items))), stdout=io.StringIO()
    )
    assert checking.check().damages == []
    assert Article.objects.count() > len(strings.TRIED) / 2
    assert Comment.objects.count() > len(strings.TRIED) / 3  # a third says of itself that it is no comment
    known = OF_ARTICLE | inert.kinds("".join(f"<{tag}></{tag}>" for tag in "bi"), fragment=True)
    bodies = Comment.objects.values_list("body_html", flat=True)
    assert [fault for body in bodies for fault in inert.faults(body, known, fragment=True)] == []


@pytest.mark.parametrize("field", ["Message-ID", "Action", "Status", "Final-Recipient", "boundary", "Content-Type"])
def test_a_returned_mail_may_say_anything(field: str) -> None:
    for text in strings.TRIED[:300]:
        assert muting.take(_report(field, text)) in muting.Taken
    assert not Comment.objects.exists()


def _composed(kind: str, text: str) -> Any:
    with transaction.atomic():  # so that each mail tells of one thing
        who = happen(kind, body=world.block(text), name=world.line(text), title=world.line(text, 200))
        message = mails.compose(bundle(kind, **who)).message
        transaction.set_rollback(True)
    assert message is not None
    raw = message.message().as_bytes(linesep="\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    return BytesParser(policy=strict).parsebytes(raw)


def _comment_fields(text: str) -> dict[str, str]:
    lengths = {
        "content": 10_000,
        "author": 200,
        "author_email": 300,
        "date": 40,
        "date_gmt": 40,
        "parent": 20,
        "type": 20,
    }
    return {name: _in_xml(text[:length]) for name, length in lengths.items() if name != "type" or len(text) % 3 == 0}


def _item_fields(text: str) -> dict[str, str]:
    lengths = {
        "title": 400,
        "content": 10_000,
        "excerpt": 400,
        "link": 300,
        "post_name": 300,
        "pubDate": 40,
        "post_date": 40,
    }
    return {name: _in_xml(text[:length]) for name, length in lengths.items()}


def _in_xml(text: str) -> str:
    """What XML can hold at all, within CDATA."""
    return "".join(
        char
        for char in text
        if char in "\t\n" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char > "\uffff"
    ).replace("]]>", "]]]]><![CDATA[>")


def _report(field: str, text: str) -> bytes:
    told = {
        "Message-ID": "<x@advice.example>",
        "Action": "failed",
        "Status": "5.1.1",
        "Final-Recipient": "rfc822; x@a.b",
    }
    told |= {"boundary": "xx", "Content-Type": "message/delivery-status"} | {field: text}
    return "\r\n".join(
        [
            "From: x@a.example",
            f'Content-Type: multipart/report; boundary="{told["boundary"]}"\r\n',
            f"--{told['boundary']}",
            f"Content-Type: {told['Content-Type']}\r\n",
            "Reporting-MTA: dns; a.example\r\n",
            *[f"{name}: {told[name]}" for name in ("Final-Recipient", "Action", "Status")],
            f"\r\n--{told['boundary']}",
            "Content-Type: message/rfc822\r\n",
            f"Message-ID: {told['Message-ID']}\r\n\r\nx",
            f"--{told['boundary']}--\r\n",
        ]
    ).encode("utf-8", "surrogatepass")
