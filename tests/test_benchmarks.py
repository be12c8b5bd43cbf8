"""What `make bench` builds, and how it tells what it measured. Measuring takes minutes, and a machine of its own."""

from collections import Counter
from itertools import islice
from xml.etree import ElementTree as ET

import pytest

from comments import checking
from comments.models import Comment
from tests.benchmarks import building, places, plot, shapes, spread, table
from tests.benchmarks.budgets import budgets

PAGE = {"status": 200, "queries": 7, "touched": 900, "scans": 0, "bytes": 20_000}


def of_page(**columns):
    times = {"ms": spread.middle([9.0, 10.0, 12.0]), "growth": spread.middle([1.0, 1.1, 1.3])}
    return {size: {**PAGE, **times, **columns} for size in ("1000", "1000000")}


def results(**columns):
    at = {"date": "2026-11-28 12:00 UTC", "commit": "abc", "load": 0.5}
    pages = {"article, 120 comments": of_page(**columns), "desk: queue": of_page()}
    return {
        "machine": {"cores": 2, "GiB": 8, "CPU": "some", "versions": {"Python": "3.11"}},
        "parts": {"pages": {"sqlite": {"figures": pages, "at": at}}},
    }


def written(size):
    return [(one.slug, [comment for batch in one.batches for comment in batch]) for one in shapes.discussions(size)]


def test_a_site_is_the_same_each_time():
    assert written(2_000) == written(2_000)


def test_a_site_has_as_many_comments_as_were_asked_for():
    comments = [comment for _, some in written(3_000) for comment in some]
    assert [comment.number for comment in comments] == list(range(1, 3_001))


def test_the_measured_article_is_the_same_on_every_site():
    small, large = (dict(islice(written(size), 1)) for size in (1_000, 5_000))
    assert small == large
    assert len(small[shapes.MEASURED]) == 120


def test_sites_have_every_shape_and_every_status():
    found = dict(written(4_000))
    parents = {comment.number: comment.parent for comment in found[shapes.DEEP]}
    depth, at = 0, max(parents)
    while (at := parents[at]) is not None:
        depth += 1
    assert depth == shapes.CHAIN
    assert sum(comment.parent is None for comment in found[shapes.LONG]) == 1
    assert len(found[shapes.LONG]) == 4_000 // 5 + 1
    statuses = Counter(comment.status for some in found.values() for comment in some)
    assert set(statuses) == {"approved", "pending", "spam", "trash"}


@pytest.fixture
def built(db):
    """A site of 1,000; its first moderator."""
    people = building.moderators()
    building.make_situations()
    building.write_discussions(1_000, people)
    building.write_around(1_000, people[0])
    return people[0]


@pytest.mark.long
def test_a_built_site_is_whole_and_has_every_page(built, client):
    assert checking.check().damages == []
    assert Comment.objects.count() == 1_000
    client.force_login(built)
    answers = {page.name: client.get(page.path).status_code for page in places.pages()}
    assert {name for name, status in answers.items() if status not in (200, 302)} == set()


def test_what_is_over_a_budget_is_written_as_such():
    assert [one.what for one in budgets(results()) if not one.is_met] == []
    missed = [one for one in budgets(results(queries=9)) if not one.is_met]
    assert [(one.what, one.measured) for one in missed] == [
        ("queries of a public page, sqlite", "9: article, 120 comments (9)")
    ]


@pytest.mark.parametrize(("queries", "missed"), [(8, ["no more queries on a larger site, sqlite"]), (6, [])])
def test_a_page_that_asks_more_on_a_larger_site_is_written_as_such(queries, missed):
    found = results()
    found["parts"]["pages"]["sqlite"]["figures"]["article, 120 comments"]["1000000"]["queries"] = queries
    assert [one.what for one in budgets(found) if not one.is_met] == missed


def test_the_table_and_the_plot_are_written(tmp_path):
    table.write(results(scans=2), tmp_path / "RESULTS.md")
    plot.write(results(), tmp_path / "growth.svg")
    text = (tmp_path / "RESULTS.md").read_text()
    assert "| article, 120 comments | 7 | 900 | 20,000 | 10.0 | 1.10 (1.00 to 1.30) |" in text
    assert "**not met**" in text
    ET.parse(tmp_path / "growth.svg")


def test_ratios_are_of_what_was_taken_in_the_same_round():
    assert spread.ratio([1, 4], [2, 4]) == {"median": 0.75, "least": 0.5, "most": 1.0}


def test_an_answer_in_the_longest_thread_is_told_apart():
    desk = {"answer": {"ms": 79.4, "queries": 39}, "bulk": {"ms": 122.0, "queries": 30, "comments": 100}}
    late = {"answer in the longest": {"ms": 1931.6, "queries": 41, "thread": 20_004}}
    said = "At its desk: an answer 79 ms, 39 queries{}; 100 approved in one go 122 ms, 30 queries.\n"
    assert list(table.at_the_desk(desk)) == [said.format("")]
    assert list(table.at_the_desk(desk | late)) == [said.format(" (1,932 ms early in a thread of 20,004)")]
