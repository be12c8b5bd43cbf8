"""Words that moderators use again and again: filled when they are put into an answer, counted when that is sent."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from . import markup
from .desk_models import SavedReply
from .models import Comment, article_model

PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
OF_AN_ARTICLE = re.compile(r"article:\s*/?([-\w]+)/?")
KNOWN = "{name}, {article} and {article:address}"


@dataclass(frozen=True, slots=True)
class Filled:
    """A reply's words for one comment. `missing` are addresses in it of articles that readers do not see."""

    text: str
    missing: list[str]


def in_order() -> list[SavedReply]:
    return list(SavedReply.objects.order_by("order", "title"))


def unknown(body: str) -> list[str]:
    """What stands in braces and is no placeholder."""
    inside = dict.fromkeys(PLACEHOLDER.findall(body))
    return [word for word in inside if word not in ("name", "article") and not OF_AN_ARTICLE.fullmatch(word)]


def filled(body: str, comment: Comment) -> Filled:
    """The words with every placeholder filled for this comment; one of a missing article stays, to be mended."""
    slugs = [match[1] for word in PLACEHOLDER.findall(body) if (match := OF_AN_ARTICLE.fullmatch(word))]
    articles = {each.slug: each for each in article_model().objects.published().filter(slug__in=slugs)} if slugs else {}

    def fill(placeholder: re.Match[str]) -> str:
        match placeholder[1]:
            case "name":
                return markup.literal(comment.display_name)
            case "article":
                return link_to(comment.article)
        named = OF_AN_ARTICLE.fullmatch(placeholder[1])
        return link_to(articles[named[1]]) if named and named[1] in articles else placeholder[0]

    missing = [slug for slug in dict.fromkeys(slugs) if slug not in articles]
    return Filled(PLACEHOLDER.sub(fill, body), missing)


def count(pks: Iterable[int], at: datetime) -> None:
    """An answer with these in it was published."""
    SavedReply.objects.filter(pk__in=list(pks)).update(used_count=F("used_count") + 1, used_at=at)


def link_to(article: Any) -> str:
    """A link in Markdown."""
    return f"[{markup.literal(str(article))}]({article.get_absolute_url()})"
