"""A desk with one of everything on it, and the addresses of its pages."""

from typing import Any

from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from comments import auditing, moderation, queues, reporting, statuses
from comments.desk_models import BlockRule, Draft, Note, RuleHit, SavedReply
from comments.log_models import ModerationEvent, Verb
from comments.mail_models import EmailAddress, OutboxMessage
from comments.models import Comment
from tests.factories import answer, ask, make_article, make_situation, moderator, reply_to

LONG_NAME = "W" * 60
LONG_WORD = "https://a.example/" + "long" * 60


def log_in(page: Page, address: str) -> None:
    """As Sarah, by the cookie that a login gives: every state would else begin with the same form."""
    client = Client()
    client.force_login(moderator("sarah", first_name="Sarah"))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "path": "/admin/"}
    page.context.add_cookies([{**session, "domain": address.split("//")[1].split(":", maxsplit=1)[0]}])  # type: ignore[list-item]


def fill() -> dict[str, str]:
    """The addresses of the pages, by what they show."""
    sarah = moderator("sarah", first_name="Sarah")
    article = make_article(author=sarah, title="Getting back together? " + "W" * 60)
    question = _question(article, sarah)
    _one_of_each(article, sarah)
    return {
        **{f"queue, {tab}": f"/admin/desk/?tab={tab}" for tab in queues.BY_KEY},
        "queue, nothing found": "/admin/desk/?q=zebra",
        "a question": f"/admin/desk/{question.pk}/",
        "a reply": f"/admin/desk/{Comment.objects.replies().pending().latest('pk').pk}/",
        **{page: f"/admin/desk/{question.pk}/{page}/" for page in ("move", "reword", "merge", "mask")},
        "an answer": f"/admin/desk/{Comment.objects.by_moderators().latest('pk').pk}/",
        "where we stand": "/admin/desk/standing/",
        "what is like each other": "/admin/desk/campaigns/",
        "keys": "/admin/desk/keys/",
        "mail to you": "/admin/desk/mail/",
        **_in_the_admin(question),
    }


def _in_the_admin(question: Comment) -> dict[str, str]:
    """The pages beside the desk that moderators and owners need."""
    rule = BlockRule.objects.create(kind="word", value="pills " * 20, note="Again and again.")
    RuleHit.objects.create(rule=rule, comment=question, matched="pills", at=timezone.now())
    event = ModerationEvent.objects.latest("pk")
    statuses.note(
        question, Verb.CORRECT, by=None, before="Old words. " * 20, after=f"New words. {LONG_WORD}", reason="typo"
    )
    compared = auditing.record(
        by=event.by, verb=Verb.CHANGE, subject="W" * 150, before="Hold: all", after="Hold: first"
    )
    models = (
        "comment",
        "report",
        "situation",
        "blockrule",
        "moderator",
        "moderationevent",
        "savedreply",
        "emailaddress",
        "outboxmessage",
    )
    OutboxMessage.objects.filter(address__isnull=False).update(
        outcome="failed", done_at=timezone.now(), attempts=8, reason="550 5.1.1: there is no such address"
    )
    return {
        **{f"{model}s": f"/admin/comments/{model}/" for model in models},
        "a rule": f"/admin/comments/blockrule/{rule.pk}/change/",
        "a new rule": "/admin/comments/blockrule/add/",
        "an event with texts": f"/admin/comments/moderationevent/{compared.pk}/change/",
        "an event": f"/admin/comments/moderationevent/{event.pk}/change/",
        "a comment in the admin": f"/admin/comments/comment/{question.pk}/change/",
        "a new moderator": "/admin/comments/moderator/add/",
        "a new password": f"/admin/comments/moderator/{event.by_id}/password/",
        "a moderator": f"/admin/comments/moderator/{event.by_id}/change/",
        "an address": f"/admin/comments/emailaddress/{EmailAddress.objects.latest('pk').pk}/change/",
        "a mail": f"/admin/comments/outboxmessage/{OutboxMessage.objects.latest('pk').pk}/change/",
        "what a moderator is told": f"/admin/comments/moderator/{event.by_id}/mail/",
        "settings": "/admin/comments/discussionsettings/1/change/",
        "a new saved reply": "/admin/comments/savedreply/add/",
        "everything": "/admin/everything/",
    }


def empty() -> dict[str, str]:
    return {"queue, empty": "/admin/desk/", "where we stand, empty": "/admin/desk/standing/"}


def _question(article: Any, sarah: Any) -> Comment:
    """One with everything on it: long words, an email, reasons, a thread, situations, events."""
    make_situation("Left by a partner")
    make_situation("On and off")
    question = ask(
        article,
        f"Call Anna Smith, 07700 900123. {LONG_WORD}",
        name=LONG_NAME,
        email=f"{'long' * 15}@example.com",
        approved=True,
    )
    at = question
    for number in range(7):
        at = reply_to(at, f"{'x' * 100} {number}", name=LONG_NAME, by_asker=number == 1)
    reply_to(at, "And I?", approved=False, email="bob@example.com")
    answer(at, "`" + "code" * 40 + "`", by=sarah)
    moderation.hold(question, by=sarah, reason="Let me think. " * 20)
    Comment.objects.filter(pk=question.pk).update(reasons=["many links", "same text"], urgent=True)
    Note.objects.create(comment=question, by=sarah, body="Her sister wrote too. " * 9, at=timezone.now())
    Draft.objects.create(moderator=sarah, comment=question, body="Not yet. " * 30, saved_at=timezone.now())
    SavedReply.objects.create(title="Give it time " * 5, body="{name}, see {article}.")
    return question


def _one_of_each(article: Any, sarah: Any) -> None:
    """Something in every list of the queue."""
    now = timezone.now()
    done = ask(article, "Did it help?", name="Cleo")
    answer(done, "A month.", by=sarah)
    Comment.objects.filter(pk=done.pk).update(helped="no", unhelped_at=now)
    added = reply_to(done, "He wrote again.", name="Cleo", by_asker=True)
    Comment.objects.filter(pk=added.pk).update(follow_up_at=now)
    asked = ask(article, "What should I do?", approved=False)
    Comment.objects.filter(pk=asked.pk).update(detail_asked_at=now, detail_wanted="When was that?")
    reporting.report(added, reason="identity", details="She is my sister. " * 10, network="")
    moderation.mark_spam(ask(article, "Buy pills", approved=False), by=sarah)
    moderation.trash(ask(article, "Nothing", approved=False), by=sarah)
