"""One process of the hammer: does what its role does until its time is over, then prints what happened as JSON.

python -m tests.hammer.worker '{"role": "reader", "number": 1, "seconds": 10, "port": 8123}'
"""

import functools
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.db import Error  # noqa: E402
from django.db.models import Q  # noqa: E402

from advice.models import Article  # noqa: E402
from comments import (  # noqa: E402
    arranging,
    checking,
    dealing,
    following,
    history,
    identities,
    labelling,
    locking,
    moderation,
    moving,
    posting,
    refusals,
    rewording,
    undoing,
)
from comments.log_models import ModerationEvent, Verb  # noqa: E402
from comments.models import Comment  # noqa: E402
from comments.screening import Submission  # noqa: E402
from tests.hammer import unlocked  # noqa: E402
from tests.hammer.browsers import Moderator, Reader  # noqa: E402

LEAST = 26  # operations, however long they take: eight processes have done 200 then
STALE_AFTER = 15  # operations on the same knowledge of what there is: real people's pages are old, too
ARRANGED = {
    do.__name__: do
    for do in (
        *(arranging.highlight, arranging.unhighlight, arranging.close, arranging.reopen, arranging.pin),
        *(arranging.unpin, arranging.take_back),
    )
}
ANSWER = Q(author__isnull=False, status="approved", level__gt=0)
QUESTION = Q(author=None, status="approved", level=0)
READERS = Q(author=None, erased_at=None, body__contains="no.")
FINE = frozenset({200, 302, 303})
REFUSED = frozenset({422})  # the parent was removed or the comment erased meanwhile: said, not failed


class Worker:
    """Chooses operations by weight, and keeps count of what came of them."""

    def __init__(self, *, role: str, number: int, seconds: float, port: int = 0) -> None:
        self.role, self.number, self.seconds, self.port = role, number, seconds, port
        self.random = random.Random(number)
        self.done: Counter[str] = Counter()
        self.failures: list[str] = []
        self.written: list[str] = []  # texts of comments that the site said it took
        self.checks: list[int] = []  # damaged threads seen on the way
        self.by = User.objects.get(username=f"moderator{number % 3}")

    def run(self) -> dict[str, Any]:
        operations = getattr(self, f"_as_{self.role}")()
        names = list(operations)
        weights = [weight for weight, _ in operations.values()]
        end = time.monotonic() + self.seconds
        turn = 0
        while time.monotonic() < end or turn < LEAST:
            if turn % STALE_AFTER == 0:
                self._look()
            # Each once first: a slow machine gets to do few of them.
            name = names[turn] if turn < len(names) else self.random.choices(names, weights)[0]
            turn += 1
            self._try(name, operations[name][1])
        return {"done": self.done, "failures": self.failures, "written": self.written, "checks": self.checks}

    def _try(self, name: str, operation: Callable[[], Any]) -> None:
        status = 200
        try:
            answer = operation()
            if isinstance(answer, int):
                status = answer
        except (moderation.Refused, refusals.Refused):
            status = 422
        except (Error, OSError, HTTPException, locking.MovedMeanwhile) as error:
            status = 500
            self.failures.append(f"{self.role} {self.number}: {name}: {error!r}")
        self.done[f"{name} {'refused' if status in REFUSED else 'done'}"] += 1
        if status not in FINE | REFUSED:
            self.failures.append(f"{self.role} {self.number}: {name}: {status}")

    def _look(self) -> None:
        """What there is, as this process will believe for a while; the oldest thread is the hot one."""
        self.articles = list(Article.objects.order_by("pk"))
        self.slugs = {article.pk: article.slug for article in self.articles}
        hot = Comment.objects.order_by("pk").values_list("tree_id", flat=True)[0]
        columns = ("pk", "article_id", "status")
        newest = Comment.objects.order_by("-pk").values_list(*columns)[:150]
        self.newest = list(newest)
        self.hot = list(Comment.objects.filter(tree_id=hot).order_by("-pk").values_list(*columns)[:60])
        self.removed = list(Comment.objects.filter(status__in=history.REMOVED).values_list("pk", flat=True)[:50])

    def _any(self, *statuses: str) -> tuple[int, int]:
        """pk and article of some comment, in the hot thread every third time."""
        rows = self.hot if self.random.random() < 1 / 3 else self.newest
        fit = [row for row in rows if not statuses or row[2] in statuses] or self.newest
        pk, article, _ = self.random.choice(fit)
        return pk, article

    def _some(self, most: int, *statuses: str) -> list[int]:
        return list({self._any(*statuses)[0] for _ in range(self.random.randint(1, most))})

    def _text(self) -> str:
        return f"{self.role} {self.number} no. {self.done.total()}"

    def _taken(self, status: int, text: str) -> int:
        if status in FINE:
            self.written.append(text)
        return status

    # Readers, through the public form.

    def _as_reader(self) -> dict[str, tuple[int, Callable[[], Any]]]:
        self.reader = Reader(self.port)
        return {"reply": (55, self._post_reply), "ask": (20, self._post_root), "read": (25, self._read)}

    def _post_reply(self) -> int:
        (pk, article), text = self._any("approved"), self._text()
        return self._taken(self.reader.post(self.slugs[article], text, pk), text)

    def _post_root(self) -> int:
        text = self._text()
        return self._taken(self.reader.post(self.random.choice(self.articles).slug, text), text)

    def _read(self) -> int:
        return self.reader.request("GET", f"/{self.random.choice(self.articles).slug}/")[0]

    # Moderators, through the admin.

    def _as_moderator(self) -> dict[str, tuple[int, Callable[[], Any]]]:
        self.moderator = Moderator(self.port)
        self.moderator.log_in(self.by.username, self.by.username)
        act = self.moderator.act
        return {
            "approve": (40, lambda: act("approve", self._some(20, "pending"))),
            "answer": (12, self._answer),
            "trash": (8, lambda: act("trash", self._some(4, "approved"))),
            "mark spam": (4, lambda: act("mark_spam", self._some(3, "approved", "pending"))),
            "hold": (4, lambda: act("hold", self._some(3, "approved"))),
            "restore": (8, lambda: act("restore", self._removed())),
            "undo": (4, lambda: act("undo", self._some(3))),
            "erase": (4, lambda: self.moderator.erase(self._any()[0])),
            "move": (16, self._move),
        }

    def _removed(self) -> list[int]:
        return self.random.sample(self.removed, min(len(self.removed), 5)) or self._some(1)

    def _answer(self) -> int:
        text = self._text()
        return self._taken(self.moderator.answer(self._any("pending", "approved")[0], text), text)

    def _move(self) -> int:
        pk, _ = self._any()
        if self.random.random() < 0.7:
            return self.moderator.move(pk, parent=self._any()[0])
        return self.moderator.move(pk, article=self.random.choice(["", *self.slugs.values()]))

    # A process beside the site, straight through the doors, as a command. And the check, while all is in motion.

    def _as_insider(self) -> dict[str, tuple[int, Callable[[], Any]]]:
        return {
            "approve": (30, lambda: moderation.approve(self._some(100, "pending"), by=self.by)),
            "trash": (15, lambda: moderation.trash(self._some(10, "approved"), by=self.by)),
            "restore": (15, lambda: moderation.restore(self._removed(), by=self.by)),
            "erase": (5, lambda: moderation.erase(self._some(2), by=None)),
            "withdraw": (10, lambda: moderation.withdraw(self._some(4))),
            "put back": (10, lambda: moderation.put_back(Comment.objects.get(pk=self._removed()[0]))),
            "move": (25, self._move_directly),
            "post": (30, self._post_directly),
            "check": (4, self._check),
        }

    # Another one, who does what leaves statuses alone, or changes many things at once.

    def _as_arranger(self) -> dict[str, tuple[int, Callable[[], Any]]]:
        return {
            "answer": (5, self._answer_directly),
            **{name: (3, functools.partial(self._arrange, do)) for name, do in ARRANGED.items()},
            "merge": (3, self._merge),
            "undo act": (8, self._undo_act),
            "ask detail": (3, lambda: following.ask_detail(self._one(QUESTION), by=self.by, words="When?")),
            "deal with": (3, lambda: dealing.deal_with(self._some(5), by=self.by)),
            "label": (3, self._label),
            "mask": (3, self._mask),
            "correct": (3, lambda: self._reword(rewording.correct, READERS)),
            "revise": (3, lambda: self._reword(rewording.revise, ANSWER)),
        }

    def _answer_directly(self) -> None:
        text = self._text()
        moderation.answer(self._one(QUESTION), by=self.by, body=text)
        self.written.append(text)

    def _one(self, fit: Any) -> Comment:
        """Some comment for which this is true, as it is now; any where there is none such."""
        found = Comment.objects.filter(fit).order_by("?").first()
        return found or Comment.objects.get(pk=self._any()[0])

    def _arrange(self, do: Callable[..., Any]) -> None:
        of_answers = do in (arranging.take_back, arranging.highlight, arranging.unhighlight)
        do(self._one(ANSWER if of_answers else QUESTION), by=None)

    def _merge(self) -> None:
        arranging.merge(self._one(QUESTION), self._one(QUESTION), by=self.by)

    def _undo_act(self) -> None:
        acts = ModerationEvent.objects.exclude(verb=Verb.UNDO).order_by("-pk").values_list("act", flat=True)[:30]
        undoing.undo_act(self.random.choice(list(acts)), by=self.by)

    def _label(self) -> None:
        question = self._one(QUESTION)
        labelling.label(question, situations=[], in_search_engines=not question.in_search_engines, by=self.by)

    def _mask(self) -> None:
        comment = self._one(READERS)
        rewording.mask(comment, by=self.by, spans=identities.occurrences(comment.body, "no."))

    def _reword(self, do: Callable[..., Any], fit: Any) -> None:
        """With one mark more, which the test takes off again."""
        comment = self._one(fit)
        do(comment, by=None, body=f"{comment.body}!", seen=comment.digest)

    def _check(self) -> None:
        self.checks.append(checking.check().damaged)

    def _post_directly(self) -> None:
        (pk, article), text = self._any("approved"), self._text()
        posting.post(Submission(article_id=article, parent_id=pk, name="Ann", email="", body=text))
        self.written.append(text)

    def _move_directly(self) -> None:
        comments = Comment.objects.in_bulk([self._any()[0], self._any()[0]])
        moved, *target = comments.values()
        article = self.random.choice([None, *self.articles])
        moving.move(moved, by=self.by, parent=target[0] if target else None, article=None if target else article)

    # The control: the same without a lock.

    def _as_unlocked(self) -> dict[str, tuple[int, Callable[[], Any]]]:
        unlocked.take_the_locks_away()
        return {
            "post": (70, self._post_directly),
            "approve": (30, lambda: moderation.approve(self._some(20, "pending"), by=self.by)),
        }


if __name__ == "__main__":
    json.dump(Worker(**json.loads(sys.argv[1])).run(), sys.stdout)
