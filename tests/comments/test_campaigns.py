"""A flood at the desk: what is like each other is dealt with together, and what is like nothing else is seen."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import campaigns, moderation, sweeping, undoing
from comments.campaigns import Kind
from comments.desk_models import Visit
from comments.log_models import ModerationEvent
from comments.models import Comment, Status
from comments.screening_models import LinkedHost
from tests.comments.test_queue import rows
from tests.factories import ask, discuss, fresh, tell_the_planner

pytestmark = pytest.mark.django_db

DESK, OVERVIEW, ACT = "/admin/desk/", "/admin/desk/campaigns/", "/admin/desk/campaigns/act/"


@pytest.fixture
def desk(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def flood(article: Any, count: int, **columns: Any) -> list[Comment]:
    """So many pending comments, each in words and from a network of its own, save for what is said of them."""
    made = rows(article, count)
    for row in made:
        own = {"words_key": f"{row.pk:032x}", "network": f"{row.pk:032x}", "email": ""}
        Comment.objects.filter(pk=row.pk).update(**{**own, **columns})
    return made


def link(comments: list[Comment], host: str) -> None:
    LinkedHost.objects.bulk_create(LinkedHost(comment=comment, host=host) for comment in comments)


def page(response: Any) -> str:
    return str(response.content.decode())


def listed(desk: Client, **query: Any) -> set[int]:
    return {row.pk for row in desk.get(DESK, query).context["page"]}


def found() -> dict[str, campaigns.Campaign]:
    return {campaign.like.label: campaign for campaign in campaigns.all_()}


def like_of(comment: Comment, kind: Kind = Kind.TEXT) -> campaigns.Like:
    like = campaigns.find(f"{kind}-{comment.pk}")
    assert like is not None
    return like


# --- What is a campaign ---------------------------------------------------------------------------------------------


def test_comments_are_like_each_other_by_text_host_network_and_odd_writing(article: Any) -> None:
    same = flood(article, 3, words_key="a" * 32)
    Comment.objects.filter(pk=same[0].pk).update(status="spam")
    link(flood(article, 3), "pills.example")
    flood(article, 5, network="b" * 32)
    flood(article, 3, reasons=["no words: “xkqj”"])
    flood(article, 2, words_key="c" * 32)
    flood(article, 4, network="d" * 32)  # one family, perhaps
    said = {label: (one.waiting, one.spam, one.networks, one.articles) for label, one in found().items()}
    assert said == {
        "The same text": (2, 1, 3, 1),
        "Links to pills.example": (3, 0, 3, 1),
        "The same network": (5, 0, 1, 1),
        "Odd writing": (3, 0, 3, 1),
    }
    assert found()["The same text"].sample == same[-1]


def test_what_screening_calls_odd_writing_is_one_campaign(article: Any) -> None:
    for words in ("xkqjz wvbnmp qrtzk", "zxcvbn qwrtps jkhgf", "ѕрrіng wоrdѕ", "bdfgk pqrst vwxzz"):
        ask(article, words, approved=False)
    assert found()["Odd writing"].waiting == 4


def test_a_host_to_which_everybody_links_makes_no_campaign(desk: Client, article: Any) -> None:
    linking = flood(article, 3)
    link(linking, "youtube.com")
    assert found() == {}
    assert listed(desk, tab="new", alone="yes") == {row.pk for row in linking}


def test_what_is_public_erased_or_in_the_trash_is_in_no_campaign(article: Any) -> None:
    flood(article, 2, words_key="a" * 32)
    public, trash = flood(article, 2, words_key="a" * 32)
    Comment.objects.filter(pk=public.pk).update(status="approved", published_at=timezone.now())
    Comment.objects.filter(pk=trash.pk).update(status="trash")
    assert found() == {}


def test_addresses_hold_neither_fingerprints_nor_hosts(desk: Client, article: Any) -> None:
    flood(article, 5, words_key="a" * 32, network="b" * 32)
    link(list(Comment.objects.all()), "pills.example")
    for html in (page(desk.get(OVERVIEW)), page(desk.get(DESK))):
        assert "a" * 32 not in html
        assert "b" * 32 not in html
        assert "?tab=new&amp;like=text-" in html or "?tab=all&amp;like=text-" in html
        assert "like=host-pills" not in html


@pytest.mark.parametrize("key", ["", "text-", "text-0", "text-x", "host-1", "name-1", "text-" + "9" * 30])
def test_a_campaign_that_does_not_exist_is_ignored(desk: Client, article: Any, key: str) -> None:
    question = ask(article, approved=False)
    assert campaigns.find(key) is None
    assert listed(desk, like=key) == {question.pk}


# --- The lists ------------------------------------------------------------------------------------------------------


def test_the_list_of_what_is_like_nothing_else_leaves_campaigns_out_and_urgent_ones_in(
    desk: Client, article: Any
) -> None:
    same = flood(article, 3, words_key="a" * 32)
    link(flood(article, 3), "pills.example")
    flood(article, 5, network="b" * 32)
    flood(article, 3, reasons=["no words: “xkqj”"])
    alone = flood(article, 2)
    Comment.objects.filter(pk=same[0].pk).update(urgent=True)
    expected = {alone[0].pk, alone[1].pk, same[0].pk}
    assert listed(desk, tab="new", alone="yes") == listed(desk, alone="yes") == expected
    Comment.objects.update(status="spam")
    assert listed(desk, tab="spam", alone="yes") == expected


def test_a_list_of_one_campaign_and_the_way_back(desk: Client, article: Any) -> None:
    same, other = flood(article, 3, words_key="a" * 32), flood(article, 1)
    html = page(desk.get(DESK, {"tab": "new", "like": f"text-{same[1].pk}"}))
    assert listed(desk, tab="new", like=f"text-{same[1].pk}") == {row.pk for row in same}
    assert "Only: <strong>The same text</strong>" in html
    assert f'name="list" value="tab=new&amp;like=text-{same[1].pk}"' in html
    assert listed(desk, tab="new", like=f"network-{other[0].pk}") == {other[0].pk}


def test_three_people_who_saw_one_video_are_no_campaign_by_whatever_name_it_goes(desk: Client, article: Any) -> None:
    hosts = ("m.youtube.com", "www.youtube.com", "music.youtube.com")
    asked = [
        ask(article, f"I saw https://{host}/x", network=f"{n:032}", approved=False) for n, host in enumerate(hosts)
    ]
    more = [ask(article, f"{n}: en.wikipedia.org/x", network=f"{n:032}", approved=False) for n in range(3)]
    assert listed(desk, tab="new", alone="yes") == {each.pk for each in (*asked, *more)}
    assert campaigns.all_() == []


def test_a_question_that_others_copied_is_still_read(desk: Client, article: Any) -> None:
    asked, *copies = flood(article, 5, words_key="a" * 32)
    assert listed(desk, tab="new", alone="yes") == {asked.pk}
    link(copies, "sell.example")
    assert listed(desk, tab="new", alone="yes") == {asked.pk}
    link([asked], "sell.example")
    assert listed(desk, tab="new", alone="yes") == set()


def test_a_row_and_a_page_say_how_many_others_there_are_and_lead_to_them(desk: Client, article: Any) -> None:
    same = flood(article, 4, words_key="a" * 32)
    link(same[:2], "pills.example")
    (host,) = LinkedHost.objects.filter(comment=same[0])
    for html in (page(desk.get(DESK)), page(desk.get(f"{DESK}{same[0].pk}/"))):
        assert f'like=text-{same[0].pk}">3 with this text</a>' in html
        assert f'like=host-{host.pk}">1 that link there</a>' in html
        assert "from this network" not in html
    assert listed(desk, tab="all", like=f"host-{host.pk}") == {row.pk for row in same[:2]}


def test_at_most_a_hundred_others_are_counted(article: Any, desk: Client) -> None:
    flood(article, 103, words_key="a" * 32)
    assert ">100 or more with this text</a>" in page(desk.get(DESK))


def test_the_desk_says_when_a_flood_is_on(desk: Client, article: Any) -> None:
    flood(article, 40, words_key="a" * 32)
    assert "are like each other" not in page(desk.get(DESK))
    flood(article, 15)
    html = page(desk.get(DESK, {"tab": "new"}))
    assert "40 of the newest that wait are like each other." in html
    assert f'<a href="{OVERVIEW}">' in html
    assert '<a href="?tab=new&amp;alone=yes">' in html
    assert "of the newest that wait are like each other" not in page(desk.get(DESK, {"tab": "spam"}))


def test_spam_that_nobody_has_looked_at_is_marked_and_says_until_when_it_is_kept(
    desk: Client, article: Any, sarah: Any
) -> None:
    discuss(spam_days=10)
    filed, marked, opened, urgent = (ask(article, f"Buy {n}", approved=False, trapped=n != 1) for n in range(4))
    moderation.mark_spam(marked, by=sarah)
    Visit.objects.create(moderator=sarah, comment=opened, at=timezone.now())
    Comment.objects.filter(pk=urgent.pk).update(urgent=True)
    html = page(desk.get(DESK, {"tab": "spam"}))
    until = timezone.localtime() + timedelta(days=10)
    assert html.count(f"Kept until {until.day} {until:%B %Y}.") == 3
    assert html.count("The site filed this, and nobody has looked at it yet.") == 1
    assert listed(desk, tab="spam", unseen="yes") == {filed.pk, urgent.pk}
    assert listed(desk, tab="new", unseen="yes") == set()


# --- Many with one click --------------------------------------------------------------------------------------------


def sent(like: campaigns.Like, verb: str, **more: Any) -> dict[str, Any]:
    return {"like": like.key, "verb": verb, **more}


def test_the_preview_says_what_would_happen_and_changes_nothing(desk: Client, article: Any) -> None:
    same = flood(article, 12, words_key="a" * 32)
    Comment.objects.filter(pk=same[0].pk).update(urgent=True)
    response = desk.post(ACT, sent(like_of(same[0]), "mark_spam"))
    html = page(response)
    assert "The same text: 11 comments." in html
    assert "1 more is urgent" in html
    examples = response.context["preview"].examples
    assert len(examples) == sweeping.EXAMPLES
    assert examples[-1] == same[1]  # what the others may have copied
    assert not ModerationEvent.objects.exists()


def test_a_whole_campaign_is_one_act_with_one_undo_whatever_its_size(
    desk: Client, article: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (sweeping, undoing):
        monkeypatch.setattr(module, "BATCH", 4)
    monkeypatch.setattr(undoing, "MOST", 5)
    same, other = flood(article, 11, words_key="a" * 32), flood(article, 2)
    Comment.objects.filter(pk=same[0].pk).update(urgent=True)
    preview = desk.post(ACT, sent(like_of(same[0]), "mark_spam"))
    late = flood(article, 1, words_key="a" * 32)[0]
    confirmed = sent(like_of(same[0]), "mark_spam", confirmed="yes", until=preview.context["preview"].until)
    response = desk.post(ACT, confirmed, follow=True)
    assert "10 comments." in page(response)
    assert Comment.objects.filter(status="spam").count() == 10
    assert {fresh(row).status for row in (same[0], late, *other)} == {Status.PENDING}
    (act,) = set(ModerationEvent.objects.values_list("act", flat=True))
    moderation.approve(same[3], by=None)
    html = page(desk.post(f"/admin/desk/undo/{act}/", follow=True))
    assert "is taken back for 9 of 10 comments" in html
    assert Comment.objects.filter(status="spam").count() == 0
    assert fresh(same[3]).status == Status.APPROVED
    assert undoing.undo_large(act, by=None) == (0, 0)


def test_what_takes_longer_than_a_request_goes_on_and_so_does_its_undo(
    desk: Client, article: Any, sarah: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (sweeping, undoing):
        monkeypatch.setattr(module, "BATCH", 2)
        monkeypatch.setattr(module, "SECONDS", 0)
    monkeypatch.setattr(undoing, "MOST", 2)
    same = flood(article, 5, words_key="a" * 32)
    confirmed = sent(like_of(same[0]), "trash", confirmed="yes", until=same[-1].pk)
    response = desk.post(ACT, confirmed)
    assert "2 are done, 3 are left." in page(response)
    act = response.context["act"]
    for _ in range(2):
        response = desk.post(ACT, {**confirmed, "act": act}, follow=True)
    assert Comment.objects.filter(status="trash").count() == 5
    assert set(ModerationEvent.objects.values_list("act", flat=True)) == {act}
    assert f'action="/admin/desk/undo/{act}/"' in page(response)
    html = page(desk.post(f"/admin/desk/undo/{act}/", follow=True))
    assert "3 are left: press Undo again." in html
    for _ in range(2):
        desk.post(f"/admin/desk/undo/{act}/")
    assert Comment.objects.pending().count() == 5


def test_nobody_goes_on_with_the_act_of_somebody_else(desk: Client, article: Any) -> None:
    same = flood(article, 3, words_key="a" * 32)
    theirs, own = uuid4(), ask(article, approved=False)
    moderation.trash(own, by=None, act=theirs)
    for act in (theirs, "x", ""):
        confirmed = sent(like_of(same[0]), "trash", confirmed="yes", until=same[-1].pk, act=act)
        desk.post(ACT, confirmed)
        moderation.restore(list(same), by=None)
    assert ModerationEvent.objects.filter(act=theirs).count() == 1


def test_spam_is_restored_together_too_and_words_that_changed_are_not_approved(desk: Client, article: Any) -> None:
    same = flood(article, 3, words_key="a" * 32)
    like, until = like_of(same[0]), same[-1].pk
    moderation.mark_spam(same, by=None)
    desk.post(ACT, sent(like, "restore", confirmed="yes", until=until))
    assert Comment.objects.pending().count() == 3
    now = timezone.now()
    Comment.objects.filter(pk=same[0].pk).update(edited_at=now + timedelta(seconds=1))
    desk.post(ACT, sent(like, "approve", confirmed="yes", until=until, seen_at=now.isoformat()))
    assert fresh(same[0]).status == Status.PENDING
    assert fresh(same[1]).status == Status.APPROVED


def test_nothing_is_done_to_what_is_no_campaign(desk: Client, article: Any) -> None:
    same = flood(article, 3, words_key="a" * 32)
    for wrong in ({}, {"like": f"text-{same[0].pk}", "verb": "erase"}, {"like": "text-999999", "verb": "trash"}):
        response = desk.post(ACT, {**wrong, "confirmed": "yes", "until": "999999"}, follow=True)
        assert "Nothing was done" in page(response)
    assert desk.get(ACT).status_code == 405
    assert {fresh(row).status for row in same} == {Status.PENDING}


def test_the_overview_of_an_ordinary_day_says_so(desk: Client, article: Any) -> None:
    ask(article, approved=False)
    assert "Nothing that waits, and no spam, is like two others." in page(desk.get(OVERVIEW))


# --- What it costs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", [{"tab": "new", "alone": "yes"}, {"tab": "spam", "unseen": "yes"}], ids=str)
def test_a_narrowed_list_costs_the_same_queries_in_a_flood(desk: Client, article: Any, query: dict[str, str]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(DESK, query)
        return len(captured)

    rows(article, 30, email="")
    rows(article, 30, status="spam", email="")
    Comment.objects.update(network="")
    few = queries()
    rows(article, 600, network="b" * 32)
    rows(article, 600, status="spam", network="b" * 32)
    tell_the_planner()
    assert queries() == few <= 11


def test_the_overview_costs_the_same_queries_in_a_flood(desk: Client, article: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(OVERVIEW)
        return len(captured)

    rows(article, 10, network="b" * 32)
    few = queries()
    for number in range(25):
        rows(article, 20, network=f"{number:032x}")
    assert queries() == few <= 12


@pytest.mark.sqlite
def test_what_is_like_a_comment_is_read_from_indexes(article: Any) -> None:
    (row,) = flood(article, 1)
    for kind, index in ((Kind.TEXT, "comment_words"), (Kind.NETWORK, "comment_network")):
        assert index in sweeping.all_of(like_of(row, kind), Status.PENDING).values_list("pk")[:500].explain(), kind
    sql = f"SELECT {', '.join(campaigns.columns('row').values())} FROM comments_comment AS row WHERE row.id = 1"
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = str(cursor.fetchall())
    assert all(index in plan for index in ("comment_words", "comment_network", "linked_host_newest"))
    assert "SCAN other" not in plan
