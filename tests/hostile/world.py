"""A site on which the same texts stand in every place that takes one, and the addresses of all that shows them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from django.utils import timezone

from advice.models import Article
from advice.site_models import SiteIdentity
from comments import auditing, following, links, markup, moderation, notes, posting, queues, reporting
from comments.desk_models import BlockRule, Draft, RuleHit, SavedReply
from comments.log_models import Verb
from comments.models import BODY_LENGTH, NAME_LENGTH, Comment
from tests.factories import answer, ask, discuss, fresh, make_article, make_situation, moderator, submission

EMAIL = "o'{{7*7}}`$x%s&y=1@hostile.example"  # as odd as an address may be
BELOW_ONE = 90  # replies; a page of a thread has a hundred

# What readers get, and what moderators do; what is in braces is filled in for each site.
PUBLIC = [
    "/",
    "/{slug}/",
    "/questions/",
    "/questions/?q={word}",
    "/search/?q={word}",
    "/situations/",
    "/situations/{situation}/",
    "/comments/{reply}/reply/",
    "/comments/{reply}/report/",
    "/help/",
    "/guidelines/",
    "/privacy/",
    "/nowhere/",
]
FEEDS = ["/feed/", "/{slug}/feed/", "/questions/feed/"]
MODELS = [
    "comment",
    "report",
    "situation",
    "blockrule",
    "savedreply",
    "moderationevent",
    "emailaddress",
    "outboxmessage",
]
DESK = [
    *[f"/admin/desk/?tab={key}" for key in queues.BY_KEY],
    "/admin/desk/?q={word}",
    "/admin/desk/standing/",
    "/admin/desk/campaigns/",
    "/admin/desk/?tab=new&alone=yes",
    "/admin/desk/mail/",
    *[f"/admin/desk/{{asked}}/{page}" for page in ("", "move/", "reword/", "merge/", "mask/")],
    *[f"/admin/comments/{model}/" for model in MODELS],
    "/admin/comments/comment/{asked}/change/",
    "/admin/comments/discussionsettings/1/change/",
    "/admin/advice/article/",
    "/admin/advice/article/{article}/change/",
    "/admin/everything/",
    "/admin/comments/savedreply/{saved}/change/",
    "/admin/comments/blockrule/{rule}/change/",
    "/admin/comments/situation/{labelled}/change/",
    "/admin/comments/moderationevent/{event}/change/",
    "/admin/advice/siteidentity/1/change/",
]


@dataclass
class Site:
    """What was made, by the names that its addresses have for it."""

    article: Article
    roots: list[Comment]
    replies: list[Comment]
    private: str
    names: dict[str, Any]

    def threads(self) -> list[str]:
        return [f"/questions/{root.pk}/" for root in self.roots]

    def filled(self, addresses: Sequence[str]) -> list[str]:
        return [address.format(**self.names) for address in addresses]


def line(text: str, most: int = NAME_LENGTH) -> str:
    """What is left of a text where it has to be one line of few characters."""
    return markup.clean_line(text)[:most].strip() or "x"


def block(text: str) -> str:
    return markup.clean(text)[:BODY_LENGTH].strip() or "x"


def make(texts: Sequence[str]) -> Site:
    """With each of these texts as a question's or reply's name and words; and the first of them everywhere else."""
    sarah, some = moderator("sarah", first_name="Sarah"), cycle(texts)
    _settings(some)
    article = make_article(
        author=sarah, title=line(next(some), 200), summary=line(next(some), 300), body=_all_of(texts)
    )
    situation = make_situation(line(next(some), 60), slug=f"of-{article.pk}", description=next(some)[:200])
    article.situations.add(situation)
    roots, replies = _threads(article, texts, sarah)
    for root in roots[:2]:
        root.situations.add(situation)
    asked = _with_everything(article, some, sarah)
    names = _one_of_each(asked, some, sarah)
    names |= {"slug": article.slug, "article": article.pk, "situation": situation.slug, "labelled": situation.pk}
    return Site(
        article, roots, replies, links.mint(asked), names | {"reply": replies[0].pk, "word": "ran", "asked": asked.pk}
    )


def _settings(some: Iterator[str]) -> None:
    discuss(is_away=True, away_text=block(next(some)), elsewhere_text="{link} " + block(next(some)))
    SiteIdentity.objects.update_or_create(
        pk=1, defaults={"name": line(next(some)), "tagline": line(next(some)), "bio": block(next(some))}
    )


def _all_of(texts: Sequence[str]) -> str:
    return "\n\n".join(map(markup.clean, texts))[:100_000]


def _threads(article: Article, texts: Sequence[str], sarah: Any) -> tuple[list[Comment], list[Comment]]:
    """A question for every BELOW_ONE texts, each text a reply; answers by Sarah with some of them, as Markdown."""
    roots, replies = [], []
    for start in range(0, len(texts), BELOW_ONE):
        part = texts[start : start + BELOW_ONE]
        root = ask(article, block(part[0]), name=line(part[-1]))
        sent = [submission(article, block(text), name=line(text), parent_id=root.pk) for text in part]
        below = [posting.post(one).comment for one in sent]
        moderation.approve(below, by=sarah, reason=line(part[0], 200))
        for text in part[:: max(1, len(part) // 9)]:
            answer(root, block(text), by=sarah)
        roots.append(root)
        replies += below
    return roots, replies


def _with_everything(article: Article, some: Iterator[str], sarah: Any) -> Comment:
    """A question with a note, a draft, a detail that is wanted, reasons, and an address."""
    asked = ask(article, block(next(some)), name=line(next(some)), email=EMAIL, approved=False)
    Comment.objects.filter(pk=asked.pk).update(reasons=[line(next(some), 100), line(next(some), 100)], urgent=True)
    notes.add(asked, by=sarah, body=block(next(some))[:900])
    Draft.objects.create(moderator=sarah, comment=asked, body=block(next(some)), saved_at=timezone.now())
    following.ask_detail(fresh(asked), by=sarah, words=block(next(some))[:900])
    return fresh(asked)


def _one_of_each(asked: Comment, some: Iterator[str], sarah: Any) -> dict[str, Any]:
    rule = BlockRule.objects.create(kind="word", value=line(next(some), 60), note=line(next(some), 100))
    RuleHit.objects.create(rule=rule, comment=asked, matched=line(next(some), 60), at=timezone.now())
    saved = SavedReply.objects.create(title=line(next(some), 60), body=block(next(some))[:900])
    public = ask(asked.article, block(next(some)), name=line(next(some)), email=EMAIL)
    reporting.report(public, reason="other", details=block(next(some))[:900], network="")
    event = auditing.record(
        by=sarah, verb=Verb.CHANGE, subject=next(some), before=next(some), after=next(some), reason=next(some)
    )
    return {"rule": rule.pk, "saved": saved.pk, "event": event.pk}
