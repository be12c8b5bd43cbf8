"""/q/<token>/<act>/: what the holder of a private link can do, and that nobody can do more."""

import contextlib
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections, transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from comments import checking, links, markup, moderation, posting, private_pages
from comments.models import Comment
from comments.reader_models import PrivateLink
from tests.factories import answer, ask, fresh, make_article, reply_to

pytestmark = pytest.mark.django_db

ACTS = ["change", "add", "how-it-went", "helped", "withdraw", "put-back", "erase", "addition"]
TYPED = {"name": "Ann", "body": "MY WORDS", "helped": "yes"}
LIFE = {  # how a comment gets to where it stands: what its writer can do there
    "waiting": {"change", "withdraw", "erase"},
    "caught": {"change", "withdraw", "erase"},
    "marked as spam": {"change", "withdraw", "erase"},
    "public": {"add", "withdraw", "erase"},
    "answered": {"add", "helped", "withdraw", "erase"},
    "answered long ago": {"add", "helped", "how-it-went", "withdraw", "erase"},
    "held": {"withdraw", "erase"},
    "away": {"withdraw", "erase"},
    "withdrawn": {"put-back", "erase"},
    "taken down": {"erase"},
    "spam after all": {"erase"},
}


@pytest.fixture(autouse=True)
def _sound(db):
    yield
    assert checking.check().damages == []


def lived(article, sarah, life):
    """A question that stands there."""
    question = ask(article, "Is it over?", approved=False, trapped=life == "caught")
    if life == "marked as spam":
        moderation.mark_spam(question, by=sarah)
    if life in ("public", "held", "away", "withdrawn", "taken down", "spam after all"):
        moderation.approve(question, by=sarah)
    if life.startswith("answered"):
        reply = answer(question, by=sarah)
        if life == "answered long ago":
            Comment.objects.filter(pk=reply.pk).update(posted_at=timezone.now() - timedelta(days=30))
    if after := {
        "held": moderation.hold, "taken down": moderation.trash, "spam after all": moderation.mark_spam
    }.get(life):  # fmt: skip
        after(question, by=sarah)
    if life == "withdrawn":
        moderation.withdraw(question)
    if life == "away":
        article.published_at = None
        article.save(update_fields=["published_at"])
    return fresh(question)


@pytest.fixture
def question(article):
    return ask(article, "Is it over?", approved=False)


@pytest.fixture
def do(client):
    """Post an act on a comment by a fresh link of its own."""

    def post(comment, act, **fields):
        headers = fields.pop("headers", {})
        return client.post(f"{links.mint(comment)}{act}/", fields, headers=headers)

    return post


def text(response):
    return response.content.decode()


def rows():
    return list(Comment.objects.order_by("pk").values())


@pytest.mark.parametrize("life", LIFE)
def test_each_act_is_done_where_it_is_possible_and_nowhere_else(article, sarah, do, life):
    question = lived(article, sarah, life)
    before = rows()
    for act in [act for act in ACTS if act != "addition"]:
        with taken_back():
            response = do(question, act, **TYPED)
            assert (rows() != before) is (act in LIFE[life]), act
            assert checking.check().damages == [], act
        assert "no-store" in response["Cache-Control"], act
        if act in LIFE[life]:
            assert response.status_code == 303, act
            assert response["Location"].startswith("/q/"), act
        else:
            assert_it_is_told_kindly(response, act, life)


@contextlib.contextmanager
def taken_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def assert_it_is_told_kindly(response, act, life):
    """Where what was wanted is so already there is nothing to say; else the page says it, and keeps what was typed."""
    is_so_already = act == "withdraw" or (act == "put-back" and life != "taken down")
    assert response.status_code == (303 if is_so_already else 422), act
    if act in ("change", "add", "how-it-went"):
        assert "MY WORDS</textarea>" in text(response), act
        assert 'role="alert"' in text(response), act


@pytest.mark.parametrize("life", LIFE)
def test_each_act_has_its_page_where_it_is_possible_and_leads_back_elsewhere(client, article, sarah, life):
    address = links.mint(lived(article, sarah, life))
    before = rows()
    for act, ask_for in itertools.product(ACTS, (client.get, client.head)):
        response = ask_for(f"{address}{act}/")
        has_page = act in LIFE[life] & {"change", "add", "how-it-went", "erase"}
        assert response.status_code == (200 if has_page else 303), act
        assert has_page or response["Location"] == address, act
        assert "no-store" in response["Cache-Control"], act
        assert "noindex" in response["X-Robots-Tag"], act
        assert "ETag" not in response, act
    assert rows() == before


def test_changing_leads_back_and_shows_the_new_words(client, question, do):
    form = text(client.get(f"{links.mint(question)}change/"))
    assert "Is it over?</textarea>" in form
    assert 'value="Ann"' in form
    response = do(question, "change", name="Anna", body="Is it <over>?")
    assert response["Location"].endswith("/#wrote")
    page = text(client.get(response["Location"]))
    assert "Is it &lt;over&gt;?" in page
    assert "Anna" in page
    assert "You changed it on" in page


@pytest.mark.parametrize("act", ["change", "add"])
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "Please write"),
        (" \u200b\u3164 ", "Please write"),
        ("x" * 10_001, "1 more than fit"),
        ("broken \ufffd", "damaged"),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_comes_back(article, sarah, do, act, body, said):
    question = lived(article, sarah, "waiting" if act == "change" else "public")
    before = rows()
    response = do(question, act, name="Ann", body=body)
    assert response.status_code == 422
    assert said in text(response)
    assert f"{markup.clean(body)}</textarea>" in text(response)  # as it would be kept
    assert rows() == before


def test_the_name_keeps_to_the_rules_of_the_public_form(question, sarah, do):
    for name in ("", "Sarah", "x" * 61):
        response = do(question, "change", name=name, body="KEPT")
        assert response.status_code == 422
        assert "KEPT</textarea>" in text(response)


def test_bytes_that_are_not_utf8_change_nothing(client, question):
    address = f"{links.mint(question)}change/"
    sent = b"name=Ann&body=It %ff broke"
    response = client.generic("POST", address, sent, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert fresh(question).body == "Is it over?"


def test_controls_are_taken_out_quietly(question, do):
    do(question, "change", name="Ann\x00", body="Is\x00 it\u202e over\r\nnow?")
    assert (fresh(question).name, fresh(question).body) == ("Ann", "Is it over\nnow?")


def test_what_was_published_meanwhile_can_be_added_instead(client, question, sarah, do):
    moderation.approve(question, by=sarah)
    response = do(question, "change", name="Ann", body="MY WORDS")
    assert response.status_code == 422
    assert "public now" in text(response)
    assert "/add/" in text(response)


def test_what_was_taken_down_meanwhile_comes_back_to_be_copied(question, sarah, do):
    moderation.trash(question, by=sarah)
    response = do(question, "change", name="Ann", body="MY WORDS")
    assert "MY WORDS</textarea>" in text(response)
    assert "<form" not in text(response)[text(response).index("<main") : text(response).index("</main")]


def test_a_detail_waits_and_is_marked_as_the_askers(client, article, do):
    question = ask(article)
    response = do(question, "add", body="She wrote first.")
    assert response["Location"].endswith("/#added")
    detail = Comment.objects.latest("pk")
    assert (detail.parent_id, detail.by_asker, detail.status, detail.name) == (question.pk, True, "pending", "Ann")
    assert "She wrote first." in text(client.get(response["Location"]))
    assert "She wrote first." not in text(client.get(article.get_absolute_url()))
    moderation.approve(detail, by=None)
    assert "comment--asker" in text(client.get(article.get_absolute_url()))


def test_a_detail_sent_twice_is_one(article, do):
    question = ask(article)
    assert do(question, "add", body="Twice.").status_code == 303
    assert do(question, "add", body="Twice.").status_code == 303
    assert Comment.objects.count() == 2


def test_nobody_says_from_outside_that_they_asked(client, article):
    question = ask(article)
    sent = {"name": "Ann", "body": "It is me.", "parent": question.pk, "by_asker": "1", "continues": question.pk}
    client.post(f"{article.get_absolute_url()}comments/", sent)
    reply = Comment.objects.latest("pk")
    assert (reply.by_asker, reply.continues_id) == (False, None)


def test_too_many_details_wait_with_their_text(article, do, settings):
    question = ask(article)
    settings.POST_LIMITS = True
    for number in range(5):
        assert do(question, "add", body=f"Detail {number}").status_code == 303
    response = do(question, "add", body="MY WORDS")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 500
    assert "MY WORDS</textarea>" in text(response)


def test_how_it_went_is_for_the_moderators_first(client, article, sarah, do):
    question = lived(article, sarah, "answered long ago")
    do(question, "how-it-went", body="We talked.")
    told = Comment.objects.latest("pk")
    assert (told.status, told.reasons, told.by_asker) == ("pending", ["how it went"], True)
    assert told in Comment.objects.waiting()
    assert "We talked." not in text(client.get(article.get_absolute_url()))


def test_whether_it_helped_can_be_said_and_changed_and_readers_never_know(client, article, sarah, do):
    question = lived(article, sarah, "answered")
    public = text(client.get(f"/questions/{question.pk}/"))
    for said in ("yes", "partly", "no"):
        response = do(question, "helped", helped=said)
        assert response.status_code == 303
        assert fresh(question).helped == said
    assert "You said: No." in text(client.get(response["Location"]))
    assert text(client.get(f"/questions/{question.pk}/")) == public


@pytest.mark.parametrize("said", ["", "maybe", "YES", "yes\x00", "x" * 10_000])
def test_whether_it_helped_has_three_answers(article, sarah, do, said):
    question = lived(article, sarah, "answered")
    response = do(question, "helped", helped=said)
    assert response.status_code == 422
    assert "Please choose" in text(response)
    assert fresh(question).helped == ""


def test_withdrawing_takes_the_details_along_and_putting_back_brings_them(client, article, sarah, do):
    question = lived(article, sarah, "answered")
    do(question, "add", body="A detail.")
    detail = Comment.objects.latest("pk")
    moderation.approve(detail, by=sarah)
    do(question, "withdraw")
    assert set(Comment.objects.values_list("status", flat=True)) == {"trash"}
    assert client.get(f"/questions/{question.pk}/").status_code == 404
    do(question, "put-back")
    assert set(Comment.objects.values_list("status", flat=True)) == {"approved"}


@pytest.mark.parametrize("act", ["withdraw", "put-back"])
def test_a_double_click_is_one(question, do, act):
    if act == "put-back":
        moderation.withdraw(question)
    assert do(question, act).status_code == 303
    events = question.events.count()
    assert do(question, act).status_code == 303
    assert question.events.count() == events


def test_a_moderators_trash_cannot_be_put_back(question, sarah, do):
    moderation.trash(question, by=sarah)
    response = do(question, "put-back")
    assert response.status_code == 422
    assert "not you who took it away" in text(response)


def test_erasing_asks_first_and_says_what_goes(client, article, do):
    question = ask(article)
    do(question, "add", body="One.")
    do(question, "add", body="Two.")
    page = text(client.get(f"{links.mint(question)}erase/"))
    assert "the 2 texts you added" in page
    assert Comment.objects.filter(erased_at=None).count() == 3


@pytest.mark.parametrize("life", LIFE)
def test_erasing_leaves_nothing_and_every_link_leads_nowhere(client, article, sarah, life):
    question = lived(article, sarah, life)
    first, second = links.mint(question), links.mint(question)
    response = client.post(f"{first}erase/")
    assert (response.status_code, response["Location"]) == (303, "/q/erased/")
    assert "Erased" in text(client.get("/q/erased/"))
    assert [client.get(address).status_code for address in (first, second)] == [404, 404]
    assert client.post(f"{first}erase/").status_code == 404
    erased = fresh(question)
    assert (erased.body, erased.name, erased.helped) == ("", "", "")
    assert not PrivateLink.objects.exists()


def test_erasing_everything_months_later_takes_the_details_and_their_links(client, article, sarah, do):
    question = lived(article, sarah, "answered long ago")
    do(question, "add", body="SECRET one")
    do(question, "how-it-went", body="SECRET two")
    do(question, "helped", helped="no")
    details = list(Comment.objects.additions_to(question))
    address = links.mint(details[0])
    Comment.objects.update(posted_at=timezone.now() - timedelta(days=300))
    do(question, "erase")
    assert client.get(address).status_code == 404
    assert "SECRET" not in str(rows())
    assert Comment.objects.approved().count() == 0  # the answer retold it


def test_an_addition_is_opened_by_a_link_of_its_own(client, article, do):
    question = ask(article)
    do(question, "add", body="A detail.")
    detail = Comment.objects.latest("pk")
    response = do(question, "addition", addition=detail.pk)
    assert response.status_code == 303
    page = client.get(response["Location"])
    assert "A detail." in text(page)
    do(detail, "change", name="Ann", body="Another detail.")
    assert fresh(detail).body == "Another detail."


def test_no_link_opens_anothers_comment(article, do):
    question = ask(article)
    theirs = [ask(article, "Other?"), reply_to(question), answer(question), ask(make_article())]
    own = posting.post(posting.addition(theirs[0], "Their detail.", network="")).comment
    before = PrivateLink.objects.count()
    for pk in [*(comment.pk for comment in theirs), own.pk, question.pk, 0, "", "x", "9" * 18, "9" * 500, "1\x00"]:
        response = do(question, "addition", addition=pk)
        assert response["Location"].startswith("/q/")
    assert set(PrivateLink.objects.values_list("comment", flat=True)) == {question.pk}
    assert PrivateLink.objects.count() > before


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("token", ["A" * 32, "x", "%FF", "sent", "erased"])
def test_without_a_right_link_every_act_is_the_same_404(client, question, token, act):
    reference = text(client.get("/q/nothing/"))
    for response in (client.get(f"/q/{token}/{act}/"), client.post(f"/q/{token}/{act}/", TYPED)):
        assert response.status_code == 404
        assert text(response) == reference
        assert "MY WORDS" not in text(response)


@pytest.mark.parametrize("act", ["approve", "Change", "erase-all", "x", "-", "0"])
def test_an_act_that_is_none_is_that_404_too(client, question, act):
    response = client.post(f"{links.mint(question)}{act}/", TYPED)
    assert response.status_code == 404
    assert text(response) == text(client.get("/q/nothing/"))


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://other.example"}])
def test_posts_from_other_sites_do_nothing(question, do, act, headers):
    before = rows()
    response = do(question, act, headers=headers, **TYPED)
    assert response.status_code == 403
    assert "MY WORDS" not in text(response)
    assert "no-store" in response["Cache-Control"]
    assert rows() == before


@pytest.mark.parametrize("act", ACTS)
def test_half_a_form_does_nothing(question, act):
    token = links.mint(question).split("/")[2]
    before = rows()
    half = b"name=Ann&body=half a ques"
    request = RequestFactory().post("/", half, content_type="application/x-www-form-urlencoded")
    request = WSGIRequest({**request.environ, "CONTENT_LENGTH": "500", "wsgi.input": BytesIO(half)})
    assert private_pages.act(request, token, act).status_code == 400
    assert rows() == before


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_do_nothing(client, question, method):
    assert getattr(client, method)(f"{links.mint(question)}withdraw/").status_code == 405
    assert fresh(question).status == "pending"


def test_repeated_fields_and_odd_types_are_no_fault(client, question):
    address = f"{links.mint(question)}change/"
    assert client.post(address, {"name": ["Ann", "Bob"], "body": ["One.", "Two."]}).status_code == 303
    assert (fresh(question).name, fresh(question).body) == ("Bob", "Two.")
    assert client.post(address, "{}", content_type="application/json").status_code == 422


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["withdraw", "erase", "change"])
def test_a_moderator_and_the_asker_at_once_leave_everything_sound(article, sarah, act):
    """Whoever comes first: nothing fails, nothing withdrawn or erased is public, and nothing unread is published."""
    for round_ in range(4):
        question = ask(article, f"Is it over {round_}?", approved=False)
        address = links.mint(question)
        barrier = threading.Barrier(2)

        def asker(address=address, barrier=barrier):
            barrier.wait()
            try:
                return Client().post(f"{address}{act}/", TYPED).status_code
            finally:
                connections.close_all()

        def moderator(question=question, barrier=barrier):
            barrier.wait()
            try:
                with contextlib.suppress(moderation.Refused):
                    moderation.answer(question, by=sarah, body="Not yet.")
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            status, _ = pool.submit(asker), pool.submit(moderator).result()
        assert status.result() in (303, 422)
        now = fresh(question)
        public = Comment.objects.filter(tree_id=question.pk).approved().count()
        if act == "change":
            assert public == 2
            assert (now.body == "MY WORDS") == (status.result() == 303)
        else:
            assert (now.status, public) == ("trash", 0)
