"""`make mail-screens`: every mail as text and as HTML, on a phone and wider, light and dark, for people to look at."""

import io
import itertools
import os
from collections.abc import Iterator
from datetime import timedelta
from html import escape
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page

from comments import following, posting, reporting
from comments.mail_models import OutboxMessage
from comments.models import Comment
from tests.comments.mailing import ANN, compose, confirmed, html_of, parsed, text_of
from tests.factories import answer, ask, fresh, make_article, reply_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

SHEET = os.environ.get("MAIL_SHEET", "")
WIDTHS, SCHEMES = (360, 640), ("light", "dark")
HIGHEST = 1_400  # pixels of a mail that are drawn
SCALE, GAP, LABEL = 0.5, 12, 22
ASKED = (
    "We were together for three years. Two weeks ago he said that he needs space, and since then I have heard nothing, "
    "save that he looks at everything I post.\n\nShould I write to him, or wait until he does?"
)
ANSWERED = (
    "**Wait.** He knows where you are.\n\nUse the weeks for yourself; [this helps with the pain](/coping/). "
    "When you write, write *once*:\n\n- that you think of him well,\n- that he may call."
)
TEXT = "pre { margin: 16px; font: 13px/1.4 monospace; white-space: pre-wrap; overflow-wrap: anywhere; }"
LONG = "o" * 3_000


@pytest.fixture(autouse=True)
def _at_its_own_address(settings: Any) -> None:
    settings.SITE_URL, settings.DEFAULT_FROM_EMAIL = "https://advice.example", "Advice <advice@advice.example>"


@pytest.fixture
def page(chromium: Browser, db: None) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert asked == []  # a mail loads nothing


def written(*kinds: str, **which: Any) -> EmailMultiAlternatives:
    message = compose(*kinds, **which).message
    assert message is not None
    return message


def mails(sarah: Any) -> Iterator[tuple[str, EmailMultiAlternatives]]:
    """Each kind with its name."""
    article = make_article(title="Trying again after a breakup", author=sarah)
    address = confirmed(confirmed_at=None)
    now = timezone.now()
    for kind in ("confirm", "links"):
        OutboxMessage.objects.create(kind=kind, address=address, written_at=now, due_at=now)
        yield kind, written(kind)
        confirmed()
    address = confirmed(with_words=False)
    question = ask(article, ASKED, name="Ann", email=ANN, approved=False)
    following.ask_detail(question, by=sarah, words="How did he say it: *when he is ready*, or *for good*?")
    yield "asked for more, without words", written("detail")
    answer(question, ANSWERED, by=sarah)
    yield "answered, without words", written("public", "answer")
    reply_to(fresh(question), "Mine came back after a month, and it was the same as before.", name="Bob")
    reply_to(fresh(question), "I waited. I am glad that I did.", name="Zoë")
    confirmed(with_words=True)
    yield "answered and replied, with words", written("public", "answer", "reply")
    OutboxMessage.objects.filter(moderator=sarah).delete()
    old = ask(article, "Is a second breakup the last one?", name="Kim", approved=False)
    Comment.objects.filter(pk=old.pk).update(posted_at=now - timedelta(days=4), reasons=["same text"])
    yield "to Sarah: a question", written("new", moderator=sarah)
    OutboxMessage.objects.create(kind="nudge", comment=old, moderator=sarah, written_at=now, due_at=now)
    yield "to Sarah: the oldest question", written("nudge", moderator=sarah)
    urgent = ask(article, "I cannot go on like this. See https://advert.example/help", name="Noa", approved=False)
    Comment.objects.filter(pk=urgent.pk).update(urgent=True)
    posting.post(posting.addition(fresh(question), "He has called. What now?", network=""))
    reported = reply_to(fresh(question), "Write to me, bob@mail.example.", name="Tom")
    reporting.report(reported, reason="identity", details="There is an address in it.", network="n")
    yield "to Sarah: all that is due", written("new", "follow_up", "report", moderator=sarah)


def test_every_mail_fits_a_phone_and_loads_nothing(page: Page, sarah: Any) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    for name, message in [*mails(sarah), ("long", _of_long_words(sarah))]:
        page.set_content(html_of(parsed(message)))
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name


def _of_long_words(sarah: Any) -> EmailMultiAlternatives:
    OutboxMessage.objects.filter(moderator=sarah).delete()
    ask(make_article(title="w" * 100, author=sarah), LONG, name="n" * 60, approved=False)
    return written("new", moderator=sarah)


@pytest.mark.skipif(not SHEET, reason="draws no sheet: make mail-screens")
def test_every_mail_is_on_the_sheet(page: Page, sarah: Any) -> None:
    rows = [(f"{name} · {message.subject}", shots_of(page, message)) for name, message in mails(sarah)]
    width = max(sum(shot.width + GAP for shot in shots) for _, shots in rows) + GAP
    height = sum(max(shot.height for shot in shots) + LABEL + GAP for _, shots in rows)
    drawn, top = Image.new("RGB", (width, height), "#8a8f8c"), 0
    for name, shots in rows:
        ImageDraw.Draw(drawn).text((GAP, top + 2), name, fill="black", font_size=15)
        left = GAP
        for shot in shots:
            drawn.paste(shot, (left, top + LABEL))
            left += shot.width + GAP
        top += max(shot.height for shot in shots) + LABEL + GAP
    drawn.save(SHEET, quality=55, method=6)


def shots_of(page: Page, message: EmailMultiAlternatives) -> list[Image.Image]:
    """Its text, then its HTML in each width and scheme."""
    read = parsed(message)
    text = f"<style>{TEXT}</style><pre>{escape(text_of(read))}</pre>"
    shots = [shot(page, text, 640, "light")]
    return shots + [shot(page, html_of(read), *size) for size in itertools.product(WIDTHS, SCHEMES)]


def shot(page: Page, html: str, width: int, scheme: Any) -> Image.Image:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 200})
    page.set_content(html)
    taken = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    taken = taken.crop((0, 0, width, min(taken.height, HIGHEST)))
    return taken.resize((int(width * SCALE), int(taken.height * SCALE)), Image.Resampling.LANCZOS)
