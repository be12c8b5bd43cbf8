"""The desk's screens for a comment's words and place: one click each, nothing typed is lost, and the way back."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from comments import moderation, posting
from comments.models import BODY_LENGTH, Comment, Status
from tests.factories import answer, ask, fresh, moderator, reply_to

pytestmark = pytest.mark.django_db

SAID = "Call +44 7700 900123. I am Ann Smith."


@pytest.fixture
def desk(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


def address(comment: Comment, word: str = "") -> str:
    return f"/admin/desk/{comment.pk}/" + (f"{word}/" if word else "")


def page(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return str(response.content.decode())


def seen(comment: Comment, **sent: Any) -> dict[str, Any]:
    return {"seen": fresh(comment).digest, **sent}


def press_undo(desk: Client) -> None:
    act = desk.session["desk_offers"][-1]["act"]
    assert desk.post(f"/admin/desk/undo/{act}/").status_code == 302


# --- Care for the text ----------------------------------------------------------------------------------------------


def test_the_page_marks_what_may_say_who_somebody_is_with_a_button_for_each(desk: Client, article: Any) -> None:
    html = page(desk.get(address(ask(article, SAID + " <b>x</b>", approved=False))))
    assert "2 things here may say who somebody is" in html
    assert "<mark>+44 7700 900123</mark>" in html
    assert "<button>Mask phone number: <bdi>+44 7700 900123</bdi></button>" in html
    assert "<button>Mask all</button>" in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html


def test_of_a_long_text_only_what_is_around_is_shown_a_second_time(desk: Client, article: Any) -> None:
    question = ask(article, f"First. {'before ' * 50}{SAID}{' after' * 50} Last.", approved=False)
    care = page(desk.get(address(question))).split('class="desk-care__text"')[1].split("</div>")[0]
    assert "before Call <mark>" in care
    assert "First." not in care
    assert "Last." not in care
    assert page(desk.get(address(ask(article, "Short.", approved=False)))).count("Short.") == 1


def test_one_click_masks_one_and_another_all_the_rest(desk: Client, article: Any) -> None:
    question = ask(article, SAID, approved=False)
    response = desk.post(address(question, "mask"), seen(question, start=5, end=20), follow=True)
    html = page(response)
    assert fresh(question).body == "Call [phone number removed]. I am Ann Smith."
    assert "1 thing here may say" in html
    assert "Put the original back" in html
    desk.post(address(question, "mask"), seen(question, start=[34], end=[43]))
    assert fresh(question).body == "Call [phone number removed]. I am [name removed]."
    press_undo(desk)
    assert fresh(question).body == "Call [phone number removed]. I am Ann Smith."
    desk.post(address(question, "unmask"), seen(question))
    assert fresh(question).body == SAID
    desk.post(address(question, "mask"), seen(question, start=[5, 27], end=[20, 36]))
    assert fresh(question).body == "Call [phone number removed]. I am [name removed]."


def test_words_of_ones_own_choice_are_masked_or_come_back_with_what_is_wrong(desk: Client, article: Any) -> None:
    question = ask(article, "Tom works at the Red Lion, and tom knows.", approved=False)
    html = page(desk.post(address(question, "mask"), seen(question, words="Blue & Lion")), 422)
    assert "These words are not in the text as it is now." in html
    assert 'value="Blue &amp; Lion"' in html
    desk.post(address(question, "mask"), seen(question, words="tom"))
    assert fresh(question).body == "[removed] works at the Red Lion, and [removed] knows."


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"start": "5"},
        {"start": "x", "end": "y"},
        {"start": "-5", "end": "20"},
        {"start": "20", "end": "5"},
        {"start": "0", "end": "9" * 18},
        {"start": "9" * 5_000, "end": "20"},
        {"words": "x" * 201},
    ],
)
def test_a_mask_of_nothing_changes_nothing(desk: Client, article: Any, sent: dict[str, str]) -> None:
    question = ask(article, SAID, approved=False)
    assert desk.post(address(question, "mask"), seen(question, **sent)).status_code == 422
    assert fresh(question).body == SAID


def test_words_that_changed_since_the_page_was_shown_are_not_touched(desk: Client, article: Any) -> None:
    question = ask(article, SAID, approved=False)
    posting.rewrite(question, name="Ann", body="The asker's other words.")
    for sent in ({"start": 5, "end": 20}, {"words": "other"}):
        html = page(desk.post(address(question, "mask"), {"seen": question.digest, **sent}), 422)
        assert "have changed since you read them" in html
    html = page(desk.post(address(question, "reword"), {"seen": question.digest, "body": "My typed text."}), 422)
    assert "have changed since you read them" in html
    assert "My typed text." in html  # in the box
    assert "The asker's other words.</p>" in html  # above it
    assert f'name="seen" value="{fresh(question).digest}"' in html  # sent again, it means these
    assert fresh(question).body == "The asker's other words."


def test_a_correction_keeps_what_was_typed_on_every_error(desk: Client, article: Any) -> None:
    question = ask(article, "Shuold I?", approved=False)
    assert "Shuold I?</textarea>" in page(desk.get(address(question, "reword")))
    html = page(desk.post(address(question, "reword"), seen(question, body="y" * (BODY_LENGTH + 1))), 422)
    assert "y" * (BODY_LENGTH + 1) in html
    assert "Please leave some words" in page(desk.post(address(question, "reword"), seen(question, body=" \n")), 422)
    response = desk.post(address(question, "reword"), seen(question, body="Should I?"), follow=True)
    assert "The words are changed." in page(response)
    press_undo(desk)
    assert fresh(question).body == "Shuold I?"


def test_what_is_public_says_that_nothing_is_kept_and_offers_no_undo(desk: Client, article: Any) -> None:
    question = ask(article, SAID)
    assert "kept nowhere" in page(desk.get(address(question)))
    desk.post(address(question, "mask"), seen(question, start=5, end=20))
    assert "desk_offers" not in desk.session
    assert "Put the original back" not in page(desk.get(address(question)))


def test_an_answer_an_erased_comment_and_a_withdrawn_one_are_not_masked(desk: Client, article: Any, sarah: Any) -> None:
    given = answer(ask(article), "Call +44 7700 900123.", by=sarah)
    gone, taken = ask(article, SAID, name="B"), ask(article, SAID, name="C")
    moderation.erase(gone, by=sarah)
    moderation.withdraw(taken)
    for comment in (given, gone, taken):
        assert 'id="care"' not in page(desk.get(address(comment)))
        assert desk.post(address(comment, "mask"), seen(comment, start=5, end=20)).status_code == 422
        assert fresh(comment).body in ("", SAID, "Call +44 7700 900123.")


# --- Order ----------------------------------------------------------------------------------------------------------


def test_an_answer_is_edited_highlighted_and_taken_back(desk: Client, article: Any, sarah: Any) -> None:
    given = answer(ask(article), "Give it a weak.", by=sarah)
    html = page(desk.get(address(given)))
    for button in ("Highlight</button>", "Take back</button>", "Edit…</a>"):
        assert button in html
    desk.post(address(given, "reword"), seen(given, body="Give it a week."))
    assert fresh(given).edited_at is not None
    html = page(desk.post(address(given, "arrange/highlight"), follow=True))
    assert "The answer is highlighted." in html
    assert "No longer highlight</button>" in html
    html = page(desk.post(address(given, "arrange/highlight"), follow=True))
    assert "nothing to change" in html
    page(desk.post(address(given, "arrange/take-back"), follow=True))
    assert fresh(given).status == Status.TRASH
    press_undo(desk)
    assert fresh(given).is_public


def test_a_moderator_is_not_offered_the_answers_of_another(client: Client, article: Any, sarah: Any) -> None:
    given = answer(ask(article), by=sarah)
    client.force_login(moderator("ben"))
    html = page(client.get(address(given)))
    assert "Highlight</button>" in html
    assert "Take back</button>" not in html
    assert "Edit…" not in html
    assert "Only whoever wrote" in page(client.post(address(given, "arrange/take-back"), follow=True))
    assert "Only whoever wrote" in page(client.post(address(given, "reword"), seen(given, body="Mine.")), 422)
    assert fresh(given).is_public


def test_a_thread_is_closed_and_pinned_and_that_is_undone(desk: Client, article: Any) -> None:
    question = ask(article)
    for word, column in (("close", "closed_at"), ("pin", "pinned_at")):
        desk.post(address(question, f"arrange/{word}"))
        assert getattr(fresh(question), column) is not None
        press_undo(desk)
        assert getattr(fresh(question), column) is None
    assert desk.post(address(question, "arrange/explode")).status_code == 404
    reply = reply_to(question)
    assert "Only a whole thread" in page(desk.post(address(reply, "arrange/close"), follow=True))


@pytest.mark.parametrize("typed", ["{}", "https://advice.example/questions/{}/?page=2", "/comments/{}/", " {} "])
def test_a_merge_takes_a_number_or_an_address(desk: Client, article: Any, typed: str) -> None:
    first, again = ask(article), ask(article, "Again?")
    reply = reply_to(again)
    response = desk.post(address(again, "merge"), {"other": typed.format(first.pk)}, follow=True)
    assert response.redirect_chain == [(address(first), 302)]
    assert fresh(reply).parent_id == first.pk
    assert f'The same as <a href="{address(first)}">' in page(desk.get(address(again)))
    press_undo(desk)
    assert fresh(reply).parent_id == again.pk


def test_an_address_of_an_answer_means_its_question(desk: Client, article: Any, sarah: Any) -> None:
    first, again = ask(article), ask(article, "Again?")
    given = answer(first, by=sarah)
    desk.post(address(again, "merge"), {"other": f"/comments/{given.pk}/"})
    assert fresh(again).merged_into_id == first.pk


@pytest.mark.parametrize("typed", ["", "x", "999999", "9" * 30, "/questions/x/", "-1"])
def test_a_merge_into_nothing_keeps_what_was_typed(desk: Client, article: Any, typed: str) -> None:
    question = ask(article)
    html = page(desk.post(address(question, "merge"), {"other": typed}), 422)
    assert 'role="alert"' in html
    assert f'value="{typed}"' in html or not typed
    assert "into itself" in page(desk.post(address(question, "merge"), {"other": question.pk}), 422)


WORDS = ("mask", "unmask", "reword", "merge", "arrange/pin", "arrange/close", "arrange/take-back")


def test_nobody_else_may_do_any_of_it(client: Client, article: Any, sarah: Any) -> None:
    question = ask(article, SAID)
    sent = {"start": 5, "end": 20, "body": "x", "other": "1"}
    for word in WORDS:
        assert client.post(address(question, word), sent).headers["Location"].startswith("/admin/login/")
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    for word in WORDS:
        assert client.post(address(question, word), sent).status_code == 403
    client.force_login(sarah)
    for word in WORDS:
        assert client.post(f"/admin/desk/999999/{word}/", sent).headers["Location"] == "/admin/desk/"
    for word in ("unmask", "arrange/pin"):
        assert client.get(address(question, word)).status_code == 405
    assert fresh(question).body == SAID
    assert fresh(question).pinned_at is None


def test_the_page_costs_no_query_more_with_much_to_mask(
    desk: Client, article: Any, django_assert_max_num_queries: Any
) -> None:
    few, much = ask(article, SAID, approved=False), ask(article, (SAID + " ") * 100, approved=False)
    desk.get(address(few))
    with django_assert_max_num_queries(40) as captured:
        desk.get(address(few))
        first = len(captured)
        desk.get(address(much))
        assert len(captured) == 2 * first
