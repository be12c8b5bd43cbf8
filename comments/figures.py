"""Where the desk stands, in numbers: pure reads, each of which looks at a limited number of rows."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from .models import Comment, article_model
from .reader_models import Situation

MOST = 20_000  # questions are looked at, the newest
LABELS = 2_000  # situations of questions, the newest
MONTHS = 12
WEEKS = 12
SHOWN = 10  # of each list
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    answered: int
    wait: timedelta | None  # the median; None where nothing was answered


@dataclass(frozen=True, slots=True)
class Week:
    monday: date
    asked: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers of the last twelve months. Where `is_capped`, there were more than are looked at."""

    months: list[Month]
    this_week: int
    week_before: int
    is_capped: bool


def answered(now: datetime | None = None) -> Answered:
    """How long readers' questions waited for their answers, by the month of the answer, and how many had one lately."""
    now = timezone.localtime(now)
    firsts, mondays = _months(now), _mondays(now)
    rows = list(Comment.objects.answered_since(firsts[0]).values_list("posted_at", "answered_at")[:MOST])
    waits: list[list[float]] = [[] for _ in firsts]
    for asked, answer in rows:
        waits[bisect_right(firsts, answer) - 1].append(max((answer - asked).total_seconds(), 0))
    *_, before, this = _counts(mondays, (answer for _, answer in rows))
    return Answered(
        [_month(*month) for month in zip(firsts, waits, strict=True)], this, before, is_capped=len(rows) == MOST
    )


def asked(now: datetime | None = None) -> list[Week]:
    """New questions of readers in each of the last twelve weeks; spam and trash are none."""
    mondays = _mondays(timezone.localtime(now))
    moments = Comment.objects.asked_since(mondays[0]).values_list("posted_at", flat=True)[:MOST]
    return [Week(monday.date(), n) for monday, n in zip(mondays, _counts(mondays, moments), strict=True)]


def oldest_waiting() -> Comment | None:
    return Comment.objects.first_waiting(1).select_related("article", "author").first()


def unhelped() -> list[Comment]:
    """Questions whose askers say that the answer did not help, and that nobody has dealt with; one more than shown."""
    return list(Comment.objects.unhelped().select_related("article", "author")[: SHOWN + 1])


def most_asked() -> list[tuple[Situation, int]]:
    """What most of the public questions are about, of the LABELS that were given last, and how many are."""
    given: Any = Comment.situations.through.objects
    newest = given.order_by("-pk").values("pk")[:LABELS]
    public = Q(comment__status="approved", comment__level=0, comment__article__published_at__lte=timezone.now())
    chosen = given.filter(public, pk__in=newest).values_list("situation__name", "situation__slug")
    found = chosen.annotate(total=Count("pk")).order_by("-total", "situation__order", "situation__name")[:SHOWN]
    return [(Situation(name=name, slug=slug), number) for name, slug, number in found]


def most_discussed() -> list[Any]:
    """The articles with most questions, by the counts that they carry."""
    return list(article_model().objects.filter(question_count__gt=0).order_by("-question_count", "pk")[:SHOWN])


def _month(first: datetime, waits: list[float]) -> Month:
    return Month(first.date(), len(waits), timedelta(seconds=median(waits)) if waits else None)


def _months(now: datetime) -> list[datetime]:
    """The beginnings of this month and of those before it, the oldest first."""
    numbers = range(now.year * 12 + now.month - MONTHS, now.year * 12 + now.month)
    return [_aware(date(number // 12, number % 12 + 1, 1)) for number in numbers]


def _mondays(now: datetime) -> list[datetime]:
    monday = now.date() - timedelta(days=now.weekday())
    return [_aware(monday - back * WEEK) for back in reversed(range(WEEKS))]


def _counts(starts: list[datetime], moments: Iterable[datetime]) -> list[int]:
    """How many of the moments fall between each start and the next; those before the first nowhere."""
    counts = [0] * (len(starts) + 1)
    for moment in moments:
        counts[bisect_right(starts, moment)] += 1
    return counts[1:]


def _aware(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - the next word gives it a zone
