"""The desk's lists: what is in which, what a row says, what is found, and that it costs the same however much waits."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import arranging, moderation, posting, queue_rows, queues, reporting
from comments.desk_models import BlockRule, Draft
from comments.models import Comment, Helped
from comments.queues import Narrowed
from comments.reader_models import Report
from tests.factories import answer, ask, fresh, make_article, moderator, reply_to, tell_the_planner

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def listed(desk: Client, **query: Any) -> list[int]:
    return [row.pk for row in desk.get("/admin/desk/", query).context["page"]]


def page(desk: Client, **query: Any) -> str:
    return str(desk.get("/admin/desk/", query).content.decode())


def rows(article: Any, count: int, **columns: Any) -> list[Comment]:
    """This many pending questions at once, as an import writes them."""
    now = timezone.now() - timedelta(days=1)
    first = (Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    made = [
        Comment(
            **{
                "pk": pk, "tree_id": pk, "lft": 1, "rght": 2, "level": 0, "article": article, "name": f"Ann {pk}",
                "email": f"ann{pk % 7}@example.com", "network": f"{pk % 5}", "body": "?", "body_html": "<p>?</p>",
                "posted_at": now + timedelta(seconds=pk), **columns,
            }
        )
        for pk in range(first, first + count)
    ]  # fmt: skip
    return Comment.objects.bulk_create(made)


# --- The tabs -------------------------------------------------------------------------------------------------------


def test_every_list_has_its_own_and_their_counts_stand_on_its_tab(desk: Client, article: Any, sarah: Any) -> None:
    pending = ask(article, "Pending?", approved=False)
    urgent = ask(article, "Urgent?", approved=False)
    Comment.objects.filter(pk=urgent.pk).update(urgent=True)
    asked = ask(article, "Vague?", approved=False)
    Comment.objects.filter(pk=asked.pk).update(detail_asked_at=timezone.now(), detail_wanted="Since when?")
    answered = ask(article, "Answered?")
    reply = answer(answered, by=sarah)
    again = posting.post(posting.addition(answered, "And now?", network="")).comment
    posting.say_whether_helped(answered, Helped.NO)
    reporting.report(reply, reason="other", details="", network="")
    spam, trash = ask(article, "Spam?", approved=False), ask(article, "Trash?")
    moderation.mark_spam(spam, by=sarah)
    moderation.trash(trash, by=sarah)
    expected = {
        "waiting": [urgent.pk, pending.pk, again.pk],
        "new": [pending.pk, urgent.pk, asked.pk, again.pk],
        "again": [again.pk],
        "reported": [reply.pk],
        "unhelped": [answered.pk],
        "urgent": [urgent.pk],
        "asked": [asked.pk],
        "spam": [spam.pk],
        "trash": [trash.pk],
        "all": sorted(Comment.objects.values_list("pk", flat=True), reverse=True),
    }
    for tab, pks in expected.items():
        assert listed(desk, tab=tab) == pks, tab
    counts = desk.get("/admin/desk/").context["counts"].by_tab
    assert counts == {tab: len(pks) for tab, pks in expected.items()}


def test_what_does_not_exist_in_the_address_is_ignored(desk: Client, article: Any) -> None:
    question = ask(article)
    for query in ({"tab": "nowhere"}, {"article": "x"}, {"article": "9" * 17}, {"since": "-1"}, {"page": "x"}):
        assert listed(desk, **query) == [question.pk], query


def test_every_link_and_form_keeps_what_was_chosen(desk: Client, article: Any) -> None:
    rows(article, queues.PAGE + 1)
    html = page(desk, tab="new", q="Ann", article=article.pk)
    assert f'<a href="?tab=new&amp;q=Ann&amp;article={article.pk}&amp;page=2" rel="next">' in html
    assert f'href="?tab=spam&amp;q=Ann&amp;article={article.pk}"' in html
    assert f'href="?q=Ann&amp;article={article.pk}"' in html
    assert '<input type="hidden" name="tab" value="new">' in html
    assert f'<option value="{article.pk}" selected>' in html
    assert f'name="list" value="tab=new&amp;q=Ann&amp;article={article.pk}"' in html


@pytest.mark.parametrize("tab", [tab.key for tab in queues.TABS])
def test_an_empty_list_says_so_kindly(desk: Client, tab: str) -> None:
    assert f'<p class="desk-empty">{queues.BY_KEY[tab].empty}</p>' in page(desk, tab=tab)


def test_how_long_the_oldest_waits_stands_above_it(desk: Client, article: Any) -> None:
    question = ask(article)
    Comment.objects.filter(pk=question.pk).update(posted_at=timezone.now() - timedelta(days=3, hours=1))
    assert "The oldest waits 3\xa0days" in page(desk)


# --- A row ----------------------------------------------------------------------------------------------------------


def test_a_row_shows_the_whole_question_and_folds_the_rest_of_a_very_long_one(desk: Client, article: Any) -> None:
    ask(article, "So long. " * 60 + "The end.", approved=False)
    assert "The end." in page(desk)
    assert "<summary>The whole text</summary>" not in page(desk)
    ask(article, "Very long. " * 900, approved=False)
    assert "<summary>The whole text</summary>" in page(desk)


def test_a_row_says_where_its_thread_stands(article: Any, sarah: Any) -> None:
    question = ask(article, name="Ann")
    bob = reply_to(question, name="Bob")
    answer(question, by=sarah)
    answer(question, "And more.", by=moderator("ben"))
    deep = reply_to(bob, name="Cleo", approved=False)
    alone, pending = ask(article, "Alone?", name="Dan"), ask(article, "Pending?", approved=False)
    first = reply_to(alone, "Me too.", name="Eve")
    Comment.objects.filter(pk=alone.pk).update(closed_at=timezone.now())
    twice = ask(article, "Pending again?", approved=False)
    arranging.merge(twice, pending, by=sarah)
    seen = [fresh(row) for row in (question, deep, alone, first, pending, twice)]
    queue_rows.dress(seen)
    today = timezone.localtime()
    assert [row.thread for row in seen] == [
        f"Question, 3 replies, answered by Sarah on {today.day} {today:%B}",
        f"Reply to Bob in Ann’s thread, 4 comments, answered by Sarah on {today.day} {today:%B}",
        "Question, 1 reply, not answered, closed",
        "Reply to Dan, 2 comments, not answered, closed",
        "Question, not answered",
        "Question, merged into another question",
    ]


def test_a_row_counts_what_its_asker_asked_before(article: Any) -> None:
    first = ask(article, "One?", email="ann@example.com", network="n1")
    second = ask(article, "Two?", email="ann@example.com", network="n2")
    reply_to(first, "No question.", email="ann@example.com")
    third = ask(article, "Three?", email="ann@example.com", network="n1")
    by_network, nobody = ask(article, "Four?", network="n1"), ask(article, "Five?")
    seen = [fresh(row) for row in (first, second, third, by_network, nobody)]
    queue_rows.dress(seen)
    assert [row.earlier for row in seen] == [0, 1, 2, 2, 0]


def test_a_row_says_which_rule_caught_it_by_which_words_and_that_a_draft_is_there(
    desk: Client, article: Any, sarah: Any
) -> None:
    rule = BlockRule.objects.create(value="casino")
    question, other = ask(article, "He loves the CASINO", approved=False), ask(article, "Why?", approved=False)
    Draft.objects.create(moderator=sarah, comment=question, body="No.", saved_at=timezone.now())
    Draft.objects.create(moderator=moderator("ben"), comment=other, body="No.", saved_at=timezone.now())
    html = page(desk)
    assert "Screening said: blocked word: casino." in html
    assert f'<a href="/admin/comments/blockrule/{rule.pk}/change/">Word or phrase “casino”</a>' in html
    assert html.count("Your draft") == 1


def test_what_was_reported_or_asked_stands_in_its_row(desk: Client, article: Any) -> None:
    question = ask(article)
    report = reporting.report(question, reason="other", details="It names <me>.", network="")
    Comment.objects.filter(pk=question.pk).update(detail_asked_at=timezone.now(), detail_wanted="Since when?")
    assert report is not None
    html = page(desk, tab="reported")
    asked = "You asked 0\xa0minutes ago: “Since when?”"
    assert all(told in html for told in (report.reference, "Something else", "“It names &lt;me&gt;.”", asked))
    reporting.handle(question.reports.all(), by=None)
    assert page(desk, tab="reported").count(report.reference) == 0


# --- What is done in a row ------------------------------------------------------------------------------------------


def test_an_act_in_a_row_leads_back_to_the_same_list_and_nowhere_else(desk: Client, article: Any) -> None:
    questions = rows(article, queues.PAGE + 2)
    html = page(desk, tab="new", q="Ann", page=2)
    assert 'name="list" value="tab=new&amp;q=Ann&amp;page=2"' in html
    last = questions[-1]
    button = f'<button form="act" formaction="/admin/desk/{last.pk}/mark_spam/" name="seen" value="{last.digest}"'
    assert button in html
    sent = {"list": "tab=new&q=Ann&page=2&next=https://evil.example/&page=//evil.example"}
    for verb, status in (("approve", "approved"), ("hold", "pending"), ("trash", "trash"), ("restore", "pending")):
        response = desk.post(f"/admin/desk/{last.pk}/{verb}/", sent)
        assert response.headers["Location"] == "/admin/desk/?tab=new&q=Ann&page=%2F%2Fevil.example"
        assert fresh(last).status == status
    for listed in ("", "https://evil.example/", "//evil.example"):
        response = desk.post(f"/admin/desk/{last.pk}/trash/", {"list": listed})
        assert response.headers["Location"] == "/admin/desk/", listed


def test_a_row_offers_what_may_be_done_and_approves_only_the_words_it_shows(desk: Client, article: Any) -> None:
    question, public = ask(article, approved=False), ask(article, "Public?")
    moderation.trash(ask(article, "Trash?"), by=None)
    moderation.erase(ask(article, "Erased?"), by=None)
    html = page(desk, tab="all")
    offered = re.findall(r'formaction="/admin/desk/(\d+)/(\w+)/"', html)
    assert offered == [
        *((str(public.pk), verb) for verb in ("hold", "mark_spam", "trash")),
        *((str(question.pk), verb) for verb in ("approve", "mark_spam", "trash")),
    ]
    desk.post(f"/admin/desk/{question.pk}/approve/", {"list": "", "seen": "other words"})
    assert "was changed while you were reading" in page(desk)
    assert fresh(question).status == "pending"


# --- Search ---------------------------------------------------------------------------------------------------------


def test_words_are_looked_for_in_names_emails_and_texts_of_the_list(desk: Client, article: Any) -> None:
    ann = ask(article, "He left me.", name="Ann", email="a@example.com", approved=False)
    bob = ask(article, "She left.", name="Bob", approved=False)
    moderation.mark_spam(ask(article, "He left too.", approved=False), by=None)
    assert listed(desk, q="left") == [ann.pk, bob.pk]
    assert listed(desk, q="LEFT me") == [ann.pk]
    assert listed(desk, q="a@example") == [ann.pk]
    assert listed(desk, q="bob") == [bob.pk]
    assert listed(desk, q="left", tab="spam") != []
    assert "Nothing in “Waiting” fits" in page(desk, q="zebra")


def test_an_article_narrows_the_list(desk: Client, article: Any, sarah: Any) -> None:
    other = make_article(author=sarah)
    ask(article)
    question = ask(other)
    assert listed(desk, article=other.pk) == [question.pk]


@pytest.mark.parametrize(
    "typed",
    [
        "https://advice.example/comments/{}/", "http://127.0.0.1:8000/questions/{}/", "/comments/{}/",
        "/admin/desk/{}/", "/some-advice/comment-page-2/#comment-{}", "/questions/999/?page=2#comment-{}",
        "#comment-{}", "#{}", "/comments/{}/reply/", " /questions/{}/?page=3 ",
    ],
)  # fmt: skip
def test_a_pasted_address_lands_on_its_comment(desk: Client, article: Any, typed: str) -> None:
    question = ask(article)
    response = desk.get("/admin/desk/", {"q": typed.format(question.pk), "tab": "spam"})
    assert (response.status_code, response.headers.get("Location")) == (302, f"/admin/desk/{question.pk}/")


def test_a_reports_reference_lands_on_what_was_reported(desk: Client, article: Any) -> None:
    question = ask(article)
    report = reporting.report(question, reason="other", details="", network="")
    assert report is not None
    for typed in (report.reference, report.reference.lower()):
        assert desk.get("/admin/desk/", {"q": typed}).headers["Location"] == f"/admin/desk/{question.pk}/"
    assert desk.get("/admin/desk/", {"q": "2222-2222"}).status_code == 200


@pytest.mark.parametrize(
    "typed", ["7", "room 7", "he said #7 to me", "comments", "/comments/x/", "/comments/" + "9" * 40]
)
def test_words_that_are_no_address_are_looked_for(desk: Client, typed: str) -> None:
    assert desk.get("/admin/desk/", {"q": typed}).status_code == 200


# --- What comes in meanwhile ----------------------------------------------------------------------------------------


def test_new_arrivals_are_told_and_can_be_listed_alone(desk: Client, article: Any) -> None:
    seen = ask(article, approved=False)
    html = page(desk)
    assert f'data-news="/admin/desk/news/?since={seen.pk}"' in html
    assert desk.get("/admin/desk/news/", {"since": seen.pk}).json() == {"new": 0}
    new = ask(article, "New?", approved=False)
    moderation.mark_spam(ask(article, "Spam?", approved=False), by=None)
    assert desk.get("/admin/desk/news/", {"since": seen.pk}).json() == {"new": 1}
    assert listed(desk, tab="new", since=seen.pk) == [new.pk]
    assert desk.get("/admin/desk/news/", {"since": "x"}).json() == {"new": 0}
    assert desk.get("/admin/desk/news/").json() == {"new": 0}


# --- What it costs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", [{}, {"tab": "new"}, {"tab": "all"}, {"q": "ann"}], ids=str)
def test_a_list_costs_the_same_queries_with_50_and_with_1200(
    desk: Client, article: Any, sarah: Any, query: dict[str, str]
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert len(listed(desk, **query)) == queues.PAGE
        return len(captured)

    made = rows(article, 50)
    moderation.trash(made[:1], by=sarah)
    few = queries()
    rows(article, 1_150)
    tell_the_planner()
    assert queries() == few <= 11
    assert "999+" in page(desk, **query)


def test_waiting_is_read_as_its_indexes_stand(article: Any) -> None:
    rows(article, 300)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    plan = Narrowed().rows(25).explain()
    assert "comment_waiting" in plan
    assert "comment_unanswered" in plan
    assert "comment_waiting" in Narrowed(queues.BY_KEY["new"]).rows(25).explain()
    for tab, index in {"again": "follow_up", "unhelped": "unhelped", "asked": "detail", "urgent": "urgent"}.items():
        assert f"comment_{index}" in Narrowed(queues.BY_KEY[tab]).rows(25).explain(), tab


def test_the_first_waiting_are_those_of_the_whole_queue(article: Any) -> None:
    rows(article, 40)
    moderation.approve(list(Comment.objects.order_by("-posted_at").values_list("pk", flat=True)[:20:2]), by=None)
    whole = list(Comment.objects.waiting().values_list("pk", flat=True))
    for most in (1, 25, 100):
        assert list(Comment.objects.first_waiting(most).values_list("pk", flat=True)) == whole[:most]


def test_no_list_costs_more_than_twelve_queries_with_an_undo_above_it(desk: Client, article: Any) -> None:
    question = ask(article)
    reporting.report(question, reason="other", details="", network="")
    desk.post(f"/admin/desk/{ask(article, 'Two?', approved=False).pk}/trash/")
    page(desk)  # with the message of that, which is then taken out of the session
    for tab in queues.BY_KEY:
        with CaptureQueriesContext(connection) as captured:
            assert "data-undo" in page(desk, tab=tab)
        assert len(captured) <= 12, tab


def test_a_flood_of_reports_on_one_comment_makes_no_endless_page(client: Client, sarah: Any, article: Any) -> None:
    flooded, now = ask(article), timezone.now()
    references = [f"FLOOD-{number}" for number in range(reporting.SHOWN + 5)]
    Report.objects.bulk_create(
        Report(comment=flooded, reason="other", details="Bad.", reference=reference, reported_at=now)
        for reference in references
    )
    client.force_login(sarah)
    for address in ("/admin/desk/?tab=reported", f"/admin/desk/{flooded.pk}/"):
        html = client.get(address).content.decode()
        assert html.count("“Bad.”") == reporting.SHOWN
        assert references[0] in html
