"""The page that says where the desk stands."""

from collections.abc import Sequence
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from . import figures, plots, resending
from .desk_frame import moderators_only, page

DAY = timedelta(days=1)
EVERY = 3  # weeks have a label: there is no room for more


@moderators_only
@require_safe
def where_we_stand(request: HttpRequest) -> HttpResponse:
    answered, weeks, unhelped = figures.answered(), figures.asked(), figures.unhelped()
    context = {
        "title": "Where we stand",
        "oldest": figures.oldest_waiting(),
        "answered": answered,
        "waits": _waits(answered.months) if any(month.answered for month in answered.months) else None,
        "asked": _asked(weeks) if any(week.asked for week in weeks) else None,
        "unhelped": unhelped[: figures.SHOWN],
        "more_unhelped": len(unhelped) > figures.SHOWN,
        "situations": figures.most_asked(),
        "articles": figures.most_discussed(),
        "most": figures.MOST,
        "given_up": resending.given_up(),
    }
    return page(request, "standing", context)


def _waits(months: Sequence[figures.Month]) -> plots.Plot:
    points = [
        plots.Point(date_format(month.first, "F Y"), date_format(month.first, "M"), _days(month.wait), _shown(month))
        for month in months
    ]
    last = next(point for point in reversed(points) if point.value is not None)
    description = f"Bars for twelve months. In {last.name}, the last with an answer: {last.shown} days."
    title = "Half of the questions waited at most so many days, by the month of the answer"
    return plots.Plot("waits", title, description, "Month", "Days (median)", plots.bars(points))


def _asked(weeks: Sequence[figures.Week]) -> plots.Plot:
    points = [
        plots.Point(
            date_format(week.monday, "j F Y"),
            date_format(week.monday, "j M") if number % EVERY == 1 else "",
            week.asked,
            str(week.asked),
        )
        for number, week in enumerate(weeks)
    ]
    description = f"Bars for twelve weeks, each from its Monday. This week so far: {points[-1].shown}."
    return plots.Plot("asked", "New questions a week", description, "Week from", "New questions", plots.bars(points))


def _days(wait: timedelta | None) -> float | None:
    return None if wait is None else wait / DAY


def _shown(month: figures.Month) -> str:
    days = _days(month.wait)
    if days is None:
        return "–"
    return f"{days:.0f}" if days >= 9.95 else f"{days:.1f}"
