"""Dates as pages show them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from advice.importing.page_dates import Reading
from advice.importing.records import Unreadable


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("March 5, 2019 at 1:07 pm", "en-us"),
        ("Posted on 5th March 2019, 13:07", "en-gb"),
        ("Tuesday, March 5th, 2019, 1:07 PM", ""),
        ("Mar 5, 2019 1:07p.m.", ""),
        ("2019-03-05 13:07", ""),
        ("2019/3/5 at 13:07", ""),
        ("5. März 2019 um 13:07 Uhr", "de"),
        ("05.03.2019 13.07", "de"),
        ("5 mars 2019 à 13 h 07 min", "fr"),
        ("5 de marzo de 2019 a las 13:07", "es"),
        ("2019年3月5日 下午1:07", "zh-cn"),
        ("12/03/2019 13:07", "x"),
        ("5 March 2019 at 13:07", "no-such-language"),
    ],
)
def test_days_and_times_are_read_in_the_pages_language(text: str, language: str) -> None:
    day = 12 if text.startswith("12") else 5
    assert Reading(UTC, day_first=True).human(text, language) == datetime(2019, 3, day, 13, 7, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "three years ago", "March 2019", "May 99, 2019", "31 February 2019", "9" * 999])
def test_what_is_no_date_is_none(text: str) -> None:
    assert Reading(UTC).human(text) is None


def test_a_time_without_a_zone_is_the_sites() -> None:
    berlin = Reading(ZoneInfo("Europe/Berlin"))
    assert berlin.machine("2019-03-05T13:07") == datetime(2019, 3, 5, 12, 7, tzinfo=UTC)
    assert berlin.machine("2019-03-05T13:07+00:00") == datetime(2019, 3, 5, 13, 7, tzinfo=UTC)
    assert berlin.machine("0001-01-01") is None


def test_day_and_month_of_numbers_are_asked_for_where_both_are_possible() -> None:
    with pytest.raises(Unreadable, match="is 03/04/2019 in month 3 or in month 4"):
        Reading(UTC).human("03/04/2019")
    assert Reading(UTC).human("03/14/2019") == datetime(2019, 3, 14, tzinfo=UTC)
    assert Reading(UTC).human("14/03/2019") == datetime(2019, 3, 14, tzinfo=UTC)
    assert Reading(UTC, day_first=False).human("03/04/2019") == datetime(2019, 3, 4, tzinfo=UTC)
