"""Every page and state that readers can meet, to look at each in the same way: audits here, screenshots elsewhere.

`make` writes the rows and returns the address; `act` does what a reader does there to reach the state. Sarah answers.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page

from advice import helplines, identity, pictures
from advice.models import Article
from advice.site_models import Helpline, Picture, SiteIdentity
from comments import addresses, arranging, following, links, mail_tokens, moderation, rewording
from comments.mail_models import EmailAddress
from comments.models import Comment
from comments.reader_models import Situation
from tests.factories import answer, ask, discuss, make_article, moderator, reply_to

LONG_NAME = "W" * 60
TIMES = ("tonight", "tomorrow", "on Sunday", "never")
LONG_WORD = "https://a.example/" + "long" * 60


@dataclass(frozen=True)
class State:
    name: str
    make: Callable[[], str]
    act: Callable[[Page], None] | None = None
    status: int = 200
    needs_javascript: bool = False

    def __str__(self) -> str:
        return self.name

    def show(self, page: Page) -> None:
        response = page.goto(self.make())
        if self.act:
            self.act(page)
        elif response is not None:
            assert response.status == self.status, f"{self.name}: {response.status}"


def sarah() -> Any:
    return moderator("sarah", first_name="Sarah")


def an_article(**columns: Any) -> Article:
    return make_article(**{"author": sarah(), "title": "Should you get back together?", **columns})


def answered(article: Article | None = None, body: str = "He left in May after four years. Should I write?") -> Comment:
    question = ask(article or an_article(), body)
    answer(question, "Not yet. Give it **a month** first, and see how you are then.", by=sarah())
    return question


def with_situation() -> Comment:
    question = answered()
    situation, _ = Situation.objects.get_or_create(name="No contact", slug="no-contact", defaults={"order": 1})
    question.situations.add(situation)
    question.article.situations.add(situation)
    return question


def deep() -> Comment:
    """Replies below replies, an asker's own word, a removed comment with replies, names and words without an end."""
    root = at = answered(body=LONG_WORD)
    for number in range(8):
        at = reply_to(at, f"{'x' * 200} {number}", name=LONG_NAME, by_asker=number == 1)
    gone = Comment.objects.filter(tree_id=root.pk, level=3).get()
    moderation.trash(gone, by=sarah())
    answer(at, "`" + "code" * 40 + "`", by=sarah())
    return root


def article_at(question: Comment) -> str:
    return str(question.article.get_absolute_url())


def thread_at(question: Comment) -> str:
    return f"/questions/{question.tree_id}/"


def beside_long_names() -> str:
    """A thread between two others, under an article with a word without an end in its title."""
    article = an_article(title="Getting back together? " + "W" * 60)
    questions = [ask(article, f"What now, for the time {number}?", name=LONG_NAME) for number in range(3)]
    return thread_at(questions[1])


def closed() -> str:
    question = answered()
    Article.objects.filter(pk=question.article_id).update(comments_open=False)
    return article_at(question)


def closed_by_age() -> str:
    question = answered()
    Article.objects.filter(pk=question.article_id).update(published_at=timezone.now() - timedelta(days=400))
    discuss(close_after_days=365)
    return article_at(question)


def full_and_away() -> str:
    question = answered()
    discuss(weekly_cap=1, is_away=True, away_text="I am away until the end of the month, and read your questions then.")
    return article_at(question)


def private(*, approved: bool = False, answers: bool = False, email: str = "") -> str:
    question = ask(an_article(), "Should I write to him?", approved=approved, email=email)
    if answers:
        answer(question, by=sarah())
    return str(links.mint(question))


def mailbox(*, confirmed: bool = True) -> EmailAddress:
    """An address with which two questions were asked."""
    private(approved=True, answers=True, email="ann@example.org")
    ask(an_article(), "Why does he not write?", email="ann@example.org", approved=False)
    address = EmailAddress.objects.get()
    if confirmed:
        addresses.confirm(address, {"tell_replies": False})
    return EmailAddress.objects.get()


def asked_for_more() -> str:
    question = ask(an_article(), "Should I write to him?", approved=False)
    following.ask_detail(question, by=sarah(), words="How long ago was that, and **who** left?")
    return str(links.mint(question))


def in_danger() -> str:
    """The private page of somebody who needs more than an answer."""
    with_helplines()
    return str(links.mint(ask(an_article(), "Since he left I want to die.", approved=False)))


def night_of_questions() -> str:
    """The private page of the fourth question that somebody asked within a few hours."""
    article = an_article()
    asked = [ask(article, f"And what if I write to him {when}?", network="n" * 32, approved=False) for when in TIMES]
    return str(links.mint(asked[-1]))


def removed_private() -> str:
    question = ask(an_article(), approved=False)
    address = str(links.mint(question))
    moderation.trash(question, by=sarah())
    return address


def withdrawn() -> str:
    question = ask(an_article())
    address = str(links.mint(question))
    moderation.withdraw(question)
    return address


def merged() -> str:
    article = an_article()
    question, again = ask(article, "Should I write to him?"), ask(article, "Should I write to him? Please answer.")
    address = str(links.mint(again))
    arranging.merge(again, question, by=sarah())
    return address


def in_order() -> str:
    """A pinned and closed thread with a highlighted answer that was edited; below it one whose answer was withdrawn."""
    pinned = answered()
    given = Comment.objects.by_moderators().get(tree_id=pinned.pk)
    rewording.revise(given, by=sarah(), body="Not yet. Give it **a month**, and then another one.")
    for act, comment in ((arranging.highlight, given), (arranging.pin, pinned), (arranging.close, pinned)):
        act(comment, by=sarah())
    other = ask(pinned.article, "Shuold I write?")
    rewording.correct(other, by=sarah(), body="Should I write?")
    arranging.take_back(answer(other, "Nonsense.", by=sarah()), by=sarah())
    return article_at(pinned)


def with_pictures() -> str:
    """The owner’s own site: a name, a colour too bright for text, a portrait, and a picture above the article."""
    content = io.BytesIO()
    Image.linear_gradient("L").resize((1200, 675)).convert("RGB").save(content, "PNG")
    made = pictures.made(SimpleUploadedFile("lake.png", content.getvalue()))
    pictures.write(made)
    picture = Picture.objects.create(description="A lake at dusk", **pictures.columns(made))
    SiteIdentity.objects.create(pk=1, name="After the storm", accent="#ffd400", portrait=picture, bio="I **listen**.")
    cache.clear()
    return str(an_article(lead_picture=picture).get_absolute_url())


def with_helplines() -> str:
    if not Helpline.objects.exists():  # on PostgreSQL a test with real transactions empties all
        Helpline.objects.bulk_create(helplines.shipped())
    return "/help/"


def standing(template: str) -> Callable[[Page], None]:
    """The page that stands where nothing else does; no address has it while all is well."""

    def act(page: Page) -> None:
        page.set_content(render_to_string(template, {"site": identity.last_known()}), wait_until="load")

    return act


def type_question(page: Page, body: str = "He left in May. Should I write to him now?", name: str = "Robin") -> None:
    page.locator("#id_name").fill(name)
    page.locator("#id_body").fill(body)


def preview(page: Page) -> None:
    type_question(page)
    page.locator("#respond button[value=check]:visible, #respond .button:visible").last.click()
    page.locator(".preview").wait_for()


TELLING = "Call me: 07700 900123, 14 Maple Street. He is called Peter Mallory."


def preview_what_is_telling(page: Page) -> None:
    type_question(page, TELLING, name="Jana Kowalski")
    page.locator("#respond button[value=check]:visible").last.click()
    page.locator(".preview mark").first.wait_for()


def told_without_scripts(page: Page) -> None:
    """What the server says where no script took the step away."""
    page.locator("#id_body").fill(TELLING)
    step = "Object.assign(document.createElement('input'), {type: 'hidden', name: 'step', value: 'check'})"
    page.locator("#respond").evaluate(f"form => {{ form.append({step}); form.submit(); }}")
    page.locator("section.hints").wait_for()


def mistakes_in_danger(page: Page) -> None:
    type_question(page, "Since he left I want to die.", name="Sarah")
    page.locator("#respond .button:visible").first.click()
    page.get_by_role("alert").wait_for()
    page.locator("#care summary").first.click()


def mistakes(page: Page) -> None:
    type_question(page, "x" * 10_002, name="Sarah")
    page.locator("#id_email").fill("nowhere")
    page.locator("#respond .button:visible").first.click()
    page.get_by_role("alert").wait_for()


def reload_with_a_draft(page: Page) -> None:
    type_question(page)
    page.reload()
    page.locator("[data-kept]").wait_for()


def lose_the_connection(page: Page) -> None:
    type_question(page)
    page.context.set_offline(offline=True)
    page.locator("#respond .button:visible").first.click()
    page.locator("[data-unreached]").wait_for()
    page.context.set_offline(offline=False)


def reply_in_place(page: Page) -> None:
    page.locator("a[data-reply]").first.click()
    page.locator(".comment > .respond").wait_for()


def suggested(page: Page) -> None:
    type_question(page, "He left me in May after four years together. Should I write to him?")
    page.locator(".similar__title").wait_for()


STATES = [
    State("home, empty", lambda: "/"),
    State("home", lambda: (with_situation(), "/")[1]),
    State("article, no comments", lambda: an_article().get_absolute_url()),
    State("article, waiting", lambda: article_at(ask(an_article()))),
    State("article, answered", lambda: article_at(with_situation())),
    State("article, pictures and colour", with_pictures),
    State("article, closed", closed),
    State("article, in order", in_order),
    State("article, closed by its age", closed_by_age),
    State("article, full and away", full_and_away),
    State("article, deep and long", lambda: article_at(deep())),
    State("article, reply in place", lambda: article_at(deep()), reply_in_place, needs_javascript=True),
    State("article, suggestions", lambda: article_at(answered()), suggested, needs_javascript=True),
    State("thread", lambda: thread_at(with_situation())),
    State("thread, deep and long", lambda: thread_at(deep())),
    State("thread, beside long names", beside_long_names),
    State("ask", lambda: an_article().get_absolute_url() + "#respond"),
    State("ask, preview", lambda: article_at(answered()), preview),
    State("ask, preview of what is telling", lambda: article_at(answered()), preview_what_is_telling),
    State("ask, mistakes", lambda: an_article().get_absolute_url(), mistakes),
    State("ask, mistakes and help", lambda: (with_helplines(), article_at(answered()))[1], mistakes_in_danger),
    State("ask, draft kept", lambda: an_article().get_absolute_url(), reload_with_a_draft, needs_javascript=True),
    State("ask, offline", lambda: an_article().get_absolute_url(), lose_the_connection, needs_javascript=True),
    State("reply", lambda: f"/comments/{answered().pk}/reply/"),
    State("questions, empty", lambda: "/questions/"),
    State("questions", lambda: (with_situation(), deep(), "/questions/")[2]),
    State("questions, found", lambda: (answered(), "/questions/?q=month")[1]),
    State("questions, nothing found", lambda: (answered(), "/questions/?q=zebra")[1]),
    State("situations", lambda: (with_situation(), "/situations/")[1]),
    State("situation", lambda: (with_situation(), "/situations/no-contact/")[1]),
    State("search", lambda: (answered(), "/search/?q=month")[1]),
    State("search, nothing asked", lambda: "/search/"),
    State("private, received", private),
    State("private, help", in_danger),
    State("private, help for a country", lambda: in_danger() + "?country=united-kingdom"),
    State("private, a night of questions", night_of_questions),
    State("private, asked for more", asked_for_more),
    State("private, public", lambda: private(approved=True)),
    State("private, answered", lambda: private(approved=True, answers=True)),
    State("private, not published", removed_private),
    State("private, withdrawn", withdrawn),
    State("private, merged", merged),
    State("private, change", lambda: private() + "change/"),
    State("private, change, told", lambda: private() + "change/", told_without_scripts),
    State("private, add", lambda: private(approved=True) + "add/"),
    State("private, how it went", lambda: private(approved=True, answers=True) + "how-it-went/"),
    State("private, erase", lambda: private(approved=True) + "erase/"),
    State("private, news by mail", lambda: private(email="ann@example.org") + "mail/"),
    State("mail, confirm", lambda: mail_tokens.confirm_path(mailbox(confirmed=False))),
    State("mail, confirmed", lambda: mail_tokens.confirm_path(mailbox())),
    State("mail, what you wrote", lambda: mail_tokens.links_path(mailbox())),
    State("mail, stop", lambda: mail_tokens.unsubscribe_path(mailbox(), Comment.objects.latest("pk").tree_id)),
    State("mail, link too old", lambda: "/q/confirm/x/", status=404),
    State("private, no such link", lambda: f"/q/{'x' * 32}/", status=404),
    State("private, link lost", lambda: "/q/"),
    State("sent from a shared device", lambda: "/q/sent/"),
    State("help", with_helplines),
    State("guidelines", lambda: "/guidelines/"),
    State("privacy", lambda: "/privacy/"),
    State("report", lambda: f"/comments/{answered().pk}/report/"),
    State("not found", lambda: "/no-such-page/", status=404),
    State("gone", lambda: "/xmlrpc.php", status=410),
    State("something broke", lambda: "/help/", standing("500.html")),
    State("maintenance", lambda: "/help/", standing("503.html")),
]
