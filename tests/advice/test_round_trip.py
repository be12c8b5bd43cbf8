"""Export, import, export: the same bytes, whatever was done to a site; and readers see the same pages."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from advice import publishing
from advice.models import Article
from comments import addresses, arranging, checking, drafts, labelling, links, moderation, moving, notes, reporting
from comments.mail_models import EmailAddress
from comments.models import Comment
from comments.posting import post
from comments.reader_models import Report, SearchDocument, Situation
from comments.screening import Submission
from tests import exports, factories

LONG = os.environ.get("TEST_LONG") == "1"

Step = Callable[[Comment, Comment, str], Any]  # two comments that are there, and a text


def _send(comment: Comment, other: Comment, text: str) -> Any:
    email = f"{text[:3].strip() or 'a'}@mail.example" if text[:3].isascii() and text[:3].isalnum() else ""
    made = post(Submission(comment.article_id, None, name=text[:20].strip() or "Ann", email=email, body=text)).comment
    links.mint(made)


def _reply(comment: Comment, other: Comment, text: str) -> Any:
    parent = comment.pk if comment.is_public else None
    post(Submission(comment.article_id, parent, name="Bob", email="", body=f"{text} again"))


def _reword(comment: Comment, other: Comment, text: str) -> Any:
    article = Article.objects.get(pk=comment.article_id)
    article.slug, article.body = f"advice-{len(text)}-{comment.pk}", text
    publishing.rewrite(article, ["slug", "body"])


def _mute(comment: Comment, other: Comment, text: str) -> Any:
    if comment.email:
        held = addresses.held([comment.email])[comment.email]
        addresses.mute(held, EmailAddress.Muted.OWNER)
        addresses.quiet(held, comment.pk)


STEPS: dict[str, Step] = {
    "ask": _send,
    "reply": _reply,
    "answer": lambda comment, _, text: moderation.answer(comment, by=factories.moderator(), body=text),
    "approve": lambda comment, other, _: moderation.approve([comment, other], by=factories.moderator()),
    "hold": lambda comment, _, text: moderation.hold(comment, by=factories.moderator(), reason=text[:100]),
    "spam": lambda comment, *_: moderation.mark_spam(comment, by=factories.moderator()),
    "trash": lambda comment, *_: moderation.trash(comment, by=factories.moderator()),
    "withdraw": lambda comment, *_: moderation.withdraw(comment),
    "erase": lambda comment, *_: moderation.erase(comment, by=factories.moderator()),
    "move": lambda comment, other, _: moving.move(comment, by=factories.moderator(), parent=other),
    "promote": lambda comment, *_: moving.move(
        comment, by=factories.moderator(), article=Article.objects.exclude(pk=comment.article_id).first()
    ),
    "merge": lambda comment, other, _: arranging.merge(comment, other, by=factories.moderator()),
    "pin": lambda comment, *_: arranging.pin(comment, by=factories.moderator()),
    "close": lambda comment, *_: arranging.close(comment, by=factories.moderator()),
    "take back": lambda comment, *_: arranging.take_back(comment, by=factories.moderator()),
    "label": lambda comment, *_: labelling.label(
        comment, situations=list(Situation.objects.values_list("pk", flat=True)), in_search_engines=False,
        by=factories.moderator(),
    ),
    "note": lambda comment, _, text: notes.add(comment, by=factories.moderator(), body=text),
    "draft": lambda comment, _, text: drafts.save(comment, by=factories.moderator(), body=text, version=0),
    "report": lambda comment, _, text: reporting.report(
        comment, reason=Report.Reason.OTHER, details=text, network="f" * 32
    ),
    "reword": _reword,
    "mute": _mute,
    "set": lambda comment, _, text: factories.discuss(away_text=text[:100], is_away=bool(comment.pk % 2)),
}  # fmt: skip

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60) | st.sampled_from(
    [
        "Should I write to him?",
        "</script>\u2028<b>",
        "One\n\nTwo https://a.example/x",
        "“é” \\u0000 \\ud800 {}",
        "🙂" * 20,
    ]
)
steps = st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 30), st.integers(0, 30), texts)


def build(done: list[tuple[str, int, int, str]]) -> None:
    """A new site to which this was done; what a door refuses is not done."""
    exports.make_new()
    factories.moderator("sarah")
    first, _ = factories.make_article(slug="first"), factories.make_article(slug="second")
    first.situations.add(factories.make_situation("Left by a partner"))
    factories.make_situation("No contact")
    factories.answer(factories.ask(first))
    for step, one, two, text in done:
        comments = list(Comment.objects.select_related("author").order_by("pk"))
        try:
            STEPS[step](comments[one % len(comments)], comments[two % len(comments)], text)
        except Exception as error:
            if not type(error).__module__.startswith("comments."):  # where a door's refusals are
                raise


def pages() -> list[str]:
    cache.clear()
    paths = [
        "/",
        "/questions/",
        "/situations/",
        *(article.get_absolute_url() for article in Article.objects.order_by("pk")),
    ]
    paths += [f"/questions/{pk}/" for pk in Comment.objects.roots().order_by("pk").values_list("pk", flat=True)]
    return [Client().get(path).text for path in paths]


@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=60 if LONG else 2,
    deadline=None,
    phases=[Phase.generate],  # making a failing site smaller takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(done=st.lists(steps, min_size=10, max_size=40), private=st.booleans())
def test_a_site_that_comes_back_gives_the_same_export_and_pages(
    tmp_path: Path, done: list[tuple[str, int, int, str]], *, private: bool
) -> None:
    build(done)
    options = ["--private"] if private else []
    content, seen = exports.written(tmp_path / "site.jsonl", *options), pages()
    exports.make_new()
    call_command("import_native", str(tmp_path / "site.jsonl"), stdout=io.StringIO())
    assert exports.written(tmp_path / "again.jsonl", *options) == content
    assert checking.check().damages == []
    assert pages() == seen
    found = list(SearchDocument.objects.order_by("pk").values())
    call_command("rebuild_search", stdout=io.StringIO())
    assert list(SearchDocument.objects.order_by("pk").values()) == found
