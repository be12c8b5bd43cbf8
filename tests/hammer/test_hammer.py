"""Eight processes at once: readers through HTTP, moderators through the admin, two beside the site through the doors.

Afterwards every tree, position, count and answered_at is right, nothing is lost or doubled, and no request failed.
"""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from comments import checking, documents, history, repairing
from comments.log_models import ModerationEvent, Verb
from comments.models import Comment
from comments.reader_models import SearchDocument
from tests import factories
from tests.hammer.server import serve

pytestmark = [pytest.mark.hammer, pytest.mark.django_db(transaction=True)]

SHORT, LONG = 10, 120  # seconds
ROLES = ["reader"] * 4 + ["moderator"] * 2 + ["insider", "arranger"]
PBKDF2 = "django.contrib.auth.hashers.PBKDF2PasswordHasher"  # the server's; the tests' own is one it does not know


@dataclass
class Outcome:
    """What all workers together did."""

    seconds: float
    done: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    checks: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        refused = sum(number for name, number in self.done.items() if name.endswith("refused"))
        operations = f"{self.done.total()} operations ({refused} refused) in {self.seconds:.0f} s"
        longest = max(Comment.objects.values_list("rght", flat=True)) // 2
        found = (
            f"{checking.check()}, the longest of {longest}; {len(self.checks)} checks on the way: {sum(self.checks)}"
        )
        return f"{operations}, {len(self.written)} comments, {len(self.failures)} failed; {found}"


@pytest.fixture
def crowd(settings: Any) -> list[str]:
    """Three moderators, three articles, a hot thread and some others; the texts of all comments."""
    settings.PASSWORD_HASHERS = [PBKDF2]
    rights = Permission.objects.filter(content_type__app_label="comments")  # a flushed database has no group with them
    for number in range(3):
        factories.moderator(f"moderator{number}").user_permissions.set(rights)
    articles = [factories.make_article(author=User.objects.get(username="moderator0")) for _ in range(3)]
    hot = factories.ask(articles[0], "Hot?")
    replies = [factories.reply_to(hot, f"Reply {number}.") for number in range(20)]
    inner = [factories.reply_to(reply, f"Inner {number}.") for number, reply in enumerate(replies)]
    others = [factories.ask(article, f"Question {n} on {article.pk}?") for article in articles for n in range(5)]
    return [comment.body for comment in (hot, *replies, *inner, *others)]


def hammer(environment: dict[str, str], roles: list[str], seconds: float, port: int = 0) -> Outcome:
    """Run a process for each role at once, and gather what they say."""
    orders = [{"role": role, "number": n, "seconds": seconds, "port": port} for n, role in enumerate(roles)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.hammer.worker", json.dumps(order)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for order in orders
    ]
    outcome = Outcome(seconds)
    said = [process.communicate(timeout=seconds + 120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(roles)
    for report in map(json.loads, said):
        outcome.done.update(report["done"])
        for name in ("failures", "written", "checks"):
            getattr(outcome, name).extend(report[name])
    return outcome


def assert_nothing_is_lost_or_doubled(texts: list[str]) -> None:
    """Each text that was taken is in exactly one comment, or was erased from exactly one."""
    assert len(texts) == len(set(texts))
    found = Counter(map(as_written, Comment.objects.filter(erased_at=None).values_list("body", flat=True)))
    assert set(found) <= set(texts)
    assert set(found.values()) == {1}
    assert len(set(texts) - set(found)) == Comment.objects.exclude(erased_at=None).count()


def as_written(body: str) -> str:
    """A text before moderators changed it: they put marks behind it, and masked what stands in all of them."""
    return body.rstrip("!").replace("[removed]", "no.")


def assert_search_knows_what_readers_see() -> None:
    """What was written change by change is what is written when all of it is made anew."""
    columns = ("pk", "thread", "article", "lead", "answer", "rest")
    kept = set(SearchDocument.objects.values_list(*columns))
    documents.rebuild()
    assert kept == set(SearchDocument.objects.values_list(*columns))


def verbs_done() -> set[str]:
    return set(ModerationEvent.objects.filter(comment__isnull=False).values_list("verb", flat=True))


def strike(environment: dict[str, str], texts: list[str], folder: Any, seconds: float) -> Outcome:
    with serve(environment, folder) as server:
        outcome = hammer(environment, ROLES, seconds, server.port)
    assert outcome.failures == []
    assert server.complaints() == []
    assert outcome.checks.count(0) == len(outcome.checks)
    assert checking.check().damages == []
    assert_search_knows_what_readers_see()
    assert verbs_done() >= {*history.CHANGES, Verb.UNDO, Verb.ERASE, Verb.MOVE} - {Verb.TAKE_BACK, Verb.MERGE}
    assert_nothing_is_lost_or_doubled(texts + outcome.written)
    return outcome


def test_eight_processes_at_once(crowd, site_environment, tmp_path, capsys):
    outcome = strike(site_environment, crowd, tmp_path, SHORT)
    assert outcome.done.total() > 200
    with capsys.disabled():
        sys.stdout.write(f"\nhammer: {outcome}\n")


@pytest.mark.long
def test_eight_processes_for_long(crowd, site_environment, tmp_path, capsys):
    outcome = strike(site_environment, crowd, tmp_path, LONG)
    assert outcome.done.total() > 1_500
    assert verbs_done() == set(Verb.values) - {Verb.ADD, Verb.CHANGE, Verb.DELETE}
    with capsys.disabled():
        sys.stdout.write(f"\nlong hammer: {outcome}\n")


@pytest.mark.long
def test_without_the_locks_the_check_finds_damage_and_the_repair_mends_it(crowd, site_environment, capsys):
    outcome = hammer(site_environment, ["unlocked"] * 8, SHORT)
    report = checking.check()
    with capsys.disabled():
        sys.stdout.write(f"\nhammer without locks: {outcome}\n")
    assert report.damaged > 0
    repairing.repair(report)
    assert checking.check().damages == []
