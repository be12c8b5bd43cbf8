"""One question at the desk: what stands beside it, what goes into the box, and what its buttons do."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import desk_carrying, drafts, links, moderation, notes, posting, reporting
from comments.desk_models import DiscussionSettings, Draft, Note, SavedReply, Visit
from comments.log_models import ModerationEvent, Verb
from comments.models import Comment, Helped, Status
from tests.comments.test_desk import address, page, said
from tests.comments.test_queue import rows
from tests.factories import answer, ask, fresh, make_article, make_situation, moderator, reply_to, tell_the_planner

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, sarah: Any) -> Client:
    client.force_login(sarah)
    return client


@pytest.fixture
def question(article: Any) -> Comment:
    return ask(article, "He left in May after four years. Should I write?", approved=False)


def box(response: Any) -> str:
    return page(response).split('<textarea name="body"')[1].split(">", 1)[1].split("</textarea>")[0].strip()


def made_for(who: Any) -> dict[str, str]:
    return {"made_for": desk_carrying.made_for(who)}


def aside(response: Any) -> str:
    return page(response).split("<aside")[1].split("</aside>")[0]


# --- What stands beside it ------------------------------------------------------------------------------------------


def test_the_askers_other_questions_are_shown_with_their_states(desk: Client, article: Any) -> None:
    earlier = ask(article, "Was it my fault?", email="ann@example.com")
    spam = ask(article, "Buy pills", name="Zed", email="ann@example.com", approved=False)
    moderation.mark_spam(spam, by=None)
    ask(article, "Somebody else's", email="bea@example.com")
    reply_to(earlier, "A reply is no question.", email="ann@example.com")
    now = ask(article, "And now?", email="ann@example.com", approved=False)
    shown = aside(desk.get(address(now)))
    assert "With the same email: 2" in shown
    assert "Was it my fault?" in shown
    assert "Not answered" in shown
    assert "Spam" in shown
    assert "Somebody else" not in shown
    assert "A reply is no question." not in shown


def test_who_came_from_the_same_network_is_perhaps_another_person(desk: Client, article: Any) -> None:
    for number in range(7):
        ask(article, f"Question {number}?", network="n" * 32)
    ask(article, "Mine, with my email", network="n" * 32, email="ann@example.com")
    now = ask(article, "And now?", network="n" * 32, email="ann@example.com")
    shown = aside(desk.get(address(now)))
    assert "From the same network, perhaps another person: 7" in shown
    assert "Question 6?" in shown
    assert "Question 1?" not in shown  # the newest five
    assert "With the same email: 1" in shown


def test_who_left_neither_email_nor_network_has_no_history(desk: Client, article: Any) -> None:
    ask(article, "One?")
    assert "Also asked" not in page(desk.get(address(ask(article, "Two?"))))


def test_the_page_costs_the_same_with_50_and_500_questions_of_the_same_email(
    desk: Client, article: Any, question: Comment
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(address(question)).status_code == 200
        return len(captured)

    Comment.objects.filter(pk=question.pk).update(email="ann@example.com", network="n" * 32)
    answer(ask(article, "He left me in May after four years together.", network="n" * 32))
    few = queries()
    pattern = ask(article, "Again?", email="ann@example.com", network="n" * 32)
    copies = []
    for number in range(500):
        pk = pattern.pk + 1 + number
        copy = Comment(
            pk=pk, tree_id=pk, lft=1, rght=2, level=0, article=article, name="Ann", email="ann@example.com",
            network="n" * 32, body=f"Copy {number}", posted_at=timezone.now(), status=Status.PENDING,
        )  # fmt: skip
        copies.append(copy)
    Comment.objects.bulk_create(copies[:49])
    assert queries() == few
    Comment.objects.bulk_create(copies[49:])
    assert queries() == few <= 21


def test_the_article_is_told_in_short_with_its_situations(desk: Client, question: Comment) -> None:
    question.article.situations.add(make_situation("No contact"))
    make_situation("On and off")
    shown = aside(desk.get(address(question)))
    assert "In short." in shown
    assert "It is about: No contact." in shown


# --- Notes ----------------------------------------------------------------------------------------------------------


def test_a_note_is_for_the_whole_thread_and_says_who_and_when(desk: Client, article: Any) -> None:
    question = ask(article)
    reply = reply_to(question, "And me?", approved=False)
    response = desk.post(address(reply), {"add_note": "yes", "note": "Called her.", "body": "Half an answer"})
    assert response.headers["Location"] == f"{address(reply)}#notes"
    shown = desk.get(address(question))
    assert "Called her." in aside(shown)
    assert "Sarah" in aside(shown) or "sarah" in aside(shown)
    assert box(desk.get(address(reply))) == "Half an answer"
    assert "Called her." not in page(Client().get(question.article.get_absolute_url()))


def test_only_ones_own_note_can_be_deleted(desk: Client, question: Comment, sarah: Any) -> None:
    own = notes.add(question, by=sarah, body="Mine")
    others = notes.add(question, by=moderator("ben"), body="Ben's")
    for note in (own, others):
        desk.post(address(question), {"delete_note": note.pk, "body": ""})
    assert list(Note.objects.values_list("body", flat=True)) == ["Ben's"]
    assert "Delete your note" not in aside(desk.get(address(question)))


@pytest.mark.parametrize(("note", "error"), [(" ", "Please write something"), ("x" * 2_001, "2,001 characters")])
def test_a_note_that_cannot_be_kept_comes_back_with_the_answer(
    desk: Client, question: Comment, note: str, error: str
) -> None:
    response = desk.post(address(question), {"add_note": "yes", "note": note, "body": "Half an answer"})
    assert response.status_code == 422
    assert error in aside(response)
    assert box(response) == "Half an answer"
    assert not Note.objects.exists()


def test_notes_and_drafts_go_when_the_comment_is_erased_and_none_come_after(
    desk: Client, question: Comment, sarah: Any
) -> None:
    notes.add(question, by=sarah, body="Her sister knows.")
    drafts.save(question, by=sarah, body="Dear Ann", version=0)
    desk.get(address(question))
    moderation.erase(question, by=None)
    assert not any(model.objects.exists() for model in (Note, Draft, Visit))
    response = desk.post(address(question), {"add_note": "yes", "note": "Late", "body": "Dear Ann"})
    assert response.status_code == 422
    assert desk.post(f"{address(question)}draft/", {"body": "Dear", "version": "0"}).status_code == 410
    assert not any(model.objects.exists() for model in (Note, Draft))


# --- What goes into the box -----------------------------------------------------------------------------------------


def test_a_close_answer_can_be_quoted(desk: Client, article: Any, question: Comment, sarah: Any) -> None:
    known = ask(article, "He left me in May after four years together. Write to him?", name="Bea")
    answer(known, "Not yet.\n\nGive it **a month**.", by=sarah)
    assert "Give it <strong>a month</strong>." in aside(desk.get(address(question)))
    response = desk.post(address(question), {"body": "Dear Ann,", "insert": f"quote:{known.pk}"})
    assert response.status_code == 200
    quoted = "Dear Ann,\n\n&gt; Not yet.\n&gt;\n&gt; Give it **a month**.\n&gt;\n&gt; — [Sarah to Bea]"
    assert box(response) == f"{quoted}(/questions/{known.pk}/)"
    assert "autofocus" in page(response)
    assert fresh(question).status == Status.PENDING


def test_what_is_not_public_is_not_quoted(desk: Client, article: Any, question: Comment) -> None:
    known = ask(article, "He left me in May after four years together.")
    moderation.trash(answer(known), by=None)
    response = desk.post(address(question), {"body": "Dear Ann,", "insert": f"quote:{known.pk}"})
    assert response.status_code == 422
    assert "not public any more" in page(response)
    assert box(response) == "Dear Ann,"


def test_a_saved_reply_is_filled_and_counted_when_the_answer_is_published(desk: Client, article: Any) -> None:
    other = make_article(title="Moving [on]", slug="moving-on")
    question = ask(article, "Help?", name="A*n*n", approved=False)
    reply = SavedReply.objects.create(title="Read", body="{name}: {article}, then {article:moving-on}.")
    response = desk.post(address(question), {"body": "", "insert": f"saved:{reply.pk}"})
    filled = rf"A\*n\*n: [{article.title}](/{article.slug}/), then [Moving \[on\]](/{other.slug}/)."
    assert box(response) == filled
    assert f'name="used" value="{reply.pk}"' in page(response)
    assert SavedReply.objects.get().used_count == 0
    for _ in range(2):  # a double click
        desk.post(address(question), {"body": filled, "used": [reply.pk, reply.pk]})
    reply.refresh_from_db()
    assert reply.used_count == 1
    assert reply.used_at is not None


def test_a_saved_reply_says_which_article_is_missing(desk: Client, question: Comment) -> None:
    reply = SavedReply.objects.create(title="Read", body="See {article:nowhere}.")
    response = desk.post(address(question), {"body": "", "insert": f"saved:{reply.pk}"})
    assert "no article at “nowhere”" in page(response)
    assert box(response) == "See {article:nowhere}."


def test_saved_replies_stand_in_their_own_order(desk: Client, question: Comment) -> None:
    for title, order in (("Second", 2), ("First", 1), ("Third", 2)):
        SavedReply.objects.create(title=title, body="x", order=order)
    html = page(desk.get(address(question)))
    assert html.index(">First<") < html.index(">Second<") < html.index(">Third<")


def test_an_unknown_placeholder_is_an_error_in_the_admin(desk: Client) -> None:
    sent = {"title": "Hello", "body": "Dear {nmae}, {article:waiting}", "order": "0"}
    response = desk.post("/admin/comments/savedreply/add/", sent)
    assert "Nothing is known to fill {nmae} with." in page(response)
    assert desk.post("/admin/comments/savedreply/add/", sent | {"body": "Dear {name}"}).status_code == 302
    assert SavedReply.objects.get().title == "Hello"
    assert ModerationEvent.objects.filter(verb=Verb.ADD, subject__contains="Hello").exists()


@pytest.mark.parametrize("typed", ["/moving-on/", "moving-on", "http://testserver/moving-on/", "moving on"])
def test_an_article_is_linked_by_its_address_or_its_title(desk: Client, question: Comment, typed: str) -> None:
    make_article(title="Moving on", slug="moving-on")
    html = page(desk.get(address(question)))
    assert '<option value="/moving-on/">Moving on</option>' in html
    response = desk.post(address(question), {"body": "Read", "insert": "article", "article": typed})
    assert box(response) == "Read\n\n[Moving on](/moving-on/)"


@pytest.mark.parametrize("choice", ["article", "saved:1", "quote:1", "saved:x", "", "quote:" + "9" * 30])
def test_what_cannot_be_inserted_leaves_the_box_as_it_was(desk: Client, question: Comment, choice: str) -> None:
    response = desk.post(address(question), {"body": "Dear Ann", "insert": choice, "article": "nowhere"})
    assert response.status_code == 422
    assert box(response) == "Dear Ann"
    told = desk.post(f"{address(question)}insert/", {"insert": choice, "article": "nowhere"})
    assert told.status_code == 422
    assert told.json()["said"]


def test_scripts_get_the_same_words(desk: Client, question: Comment) -> None:
    reply = SavedReply.objects.create(title="Hello", body="Dear {name},")
    told = desk.post(f"{address(question)}insert/", {"insert": f"saved:{reply.pk}"}).json()
    assert told == {"text": "Dear Ann,", "used": reply.pk, "said": ""}


# --- Drafts ---------------------------------------------------------------------------------------------------------


def save(desk: Client, question: Comment, body: str, version: int) -> Any:
    return desk.post(f"{address(question)}draft/", {"body": body, "version": version})


def test_a_draft_is_in_the_box_when_the_page_is_opened_again(desk: Client, question: Comment) -> None:
    told = save(desk, question, "Dear Ann,\r\nI", 0).json()
    assert told["version"] == 1
    response = desk.get(address(question))
    assert box(response) == "Dear Ann,\nI"
    assert f"Your draft of {told['saved']}." in page(response)
    assert 'name="version" value="1"' in page(response)


def test_each_moderator_has_a_draft_of_their_own(desk: Client, question: Comment) -> None:
    drafts.save(question, by=moderator("ben"), body="Ben's words", version=0)
    assert box(desk.get(address(question))) == ""


def test_a_save_over_newer_words_is_refused_and_shows_them(desk: Client, question: Comment) -> None:
    assert save(desk, question, "From one tab", 0).json()["version"] == 1
    told = save(desk, question, "From another", 0)
    assert told.status_code == 409
    assert (told.json()["body"], told.json()["version"]) == ("From one tab", 1)
    response = desk.post(address(question), {"body": "From another", "version": "0", "draft": "save"})
    assert response.status_code == 409
    assert "You have written something else in another tab at" in page(response)
    assert "From one tab" in page(response)
    assert box(response) == "From another"
    assert Draft.objects.get().body == "From one tab"
    assert save(desk, question, "From another", 1).json()["version"] == 2  # having seen both


def test_the_same_words_again_are_no_conflict_and_no_new_version(desk: Client, question: Comment) -> None:
    for _ in range(2):
        assert save(desk, question, "Same", 0).json()["version"] == 1


def test_an_emptied_box_leaves_no_draft(desk: Client, question: Comment) -> None:
    save(desk, question, "Something", 0)
    assert save(desk, question, " ", 1).json() == {"version": 0, "saved": ""}
    assert not Draft.objects.exists()


def test_a_draft_is_saved_and_discarded_by_buttons_too(desk: Client, question: Comment) -> None:
    desk.post(address(question), {"body": "Dear Ann", "version": "0", "draft": "save"})
    response = desk.get(address(question))
    assert box(response) == "Dear Ann"
    assert "Discard draft" in page(response)
    desk.post(address(question), {"body": "Dear Ann", "version": "1", "draft": "discard"})
    assert not Draft.objects.exists()


def test_a_draft_goes_with_the_answer_and_stays_with_one_that_is_refused(desk: Client, question: Comment) -> None:
    save(desk, question, "Dear Ann", 0)
    sent = {"body": "Dear Ann, yes.", "version": "1", "seen": "other words"}
    assert desk.post(address(question), sent).status_code == 422
    assert Draft.objects.exists()
    assert desk.post(address(question), sent | {"seen": fresh(question).digest}).status_code == 302
    assert not Draft.objects.exists()


def test_what_another_tab_has_saved_meanwhile_outlives_the_answer(desk: Client, question: Comment) -> None:
    save(desk, question, "One tab", 0)
    save(desk, question, "Quite other words", 1)
    desk.post(address(question), {"body": "One tab, sent", "version": "1"})
    assert Draft.objects.get().body == "Quite other words"


def test_an_undone_answer_is_in_the_box_again(desk: Client, question: Comment) -> None:
    desk.post(address(question), {"body": "Too hasty."})
    act = ModerationEvent.objects.get(verb=Verb.ANSWER).act
    desk.post(f"/admin/desk/undo/{act}/")
    assert fresh(question).status == Status.PENDING
    response = desk.get(address(question))
    assert box(response) == "Too hasty."
    assert "Your draft of" in page(response)


def test_an_answer_that_is_sent_after_the_login_ended_is_a_draft_after_the_next(
    client: Client, question: Comment, sarah: Any
) -> None:
    drafts.save(question, by=sarah, body="Dear", version=0)
    response = client.post(address(question), {"body": "Dear Ann", "version": "1", **made_for(sarah)}, follow=True)
    assert response.redirect_chain[-1][0].startswith("/admin/login/")
    assert Draft.objects.get().body == "Dear"
    response = client.post(response.redirect_chain[-1][0], {"username": "sarah", "password": "sarah"}, follow=True)
    assert response.redirect_chain == [(address(question), 302)]
    assert box(response) == "Dear Ann"
    assert "Your draft of" in page(response)
    assert Draft.objects.get().body == "Dear Ann"


def test_it_does_not_replace_what_another_tab_has_saved_meanwhile(
    client: Client, question: Comment, sarah: Any
) -> None:
    client.post(address(question), {"body": "From here", "version": "0", **made_for(sarah)})
    drafts.save(question, by=sarah, body="From elsewhere", version=0)
    login = {"username": "sarah", "password": "sarah"}
    response = client.post(f"/admin/login/?next={address(question)}", login, follow=True)
    assert box(response) == "From here"
    assert "From elsewhere" in page(response)
    assert Draft.objects.get().body == "From elsewhere"


def test_nothing_is_carried_to_another_question_or_for_who_may_not_answer(client: Client, question: Comment) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    client.post(address(question), {"body": "Mine", **made_for(clerk)})
    client.force_login(clerk)
    assert client.get(address(question)).status_code == 403
    assert not Draft.objects.exists()


def test_whoever_logs_in_next_on_that_browser_does_not_find_anothers_words(
    client: Client, question: Comment, sarah: Any
) -> None:
    client.post(address(question), {"body": "Mine", **made_for(moderator("ben"))})
    client.force_login(sarah)
    assert box(client.get(address(question))) == ""
    assert "desk_carried" not in client.session
    assert not Draft.objects.exists()


def test_a_stranger_leaves_nothing_in_the_store_of_sessions(client: Client, question: Comment) -> None:
    for forged in ("", "1", "1:nonsense"):
        assert client.post(address(question), {"body": "x" * 9_000, "made_for": forged}).status_code == 302
    assert not Session.objects.exists()


def test_the_page_says_for_whom_it_was_made(desk: Client, question: Comment, sarah: Any) -> None:
    assert f'name="made_for" value="{made_for(sarah)["made_for"]}"' in page(desk.get(address(question)))


@pytest.mark.parametrize("typed", ["http://[::1", "//[", "a" * 60_000, "%" * 60_000, "a\x00b", " "])
def test_what_is_no_article_leaves_what_stands_in_the_box(desk: Client, question: Comment, typed: str) -> None:
    response = desk.post(address(question), {"insert": "article", "article": typed, "body": "Dear Ann"})
    assert response.status_code == 422
    assert box(response) == "Dear Ann"
    assert "Please choose one of the articles" in page(response)


# --- Others at the same question ------------------------------------------------------------------------------------


@pytest.fixture
def ben(question: Comment) -> Client:
    client = Client()
    client.force_login(moderator("ben", first_name="Ben"))
    return client


def news(client: Client, question: Comment, **sent: Any) -> list[str]:
    response = client.post(f"{address(question)}state/", {"seen": question.digest, "after": 0, **sent})
    return list(response.json()["news"])


def test_who_else_has_it_open_is_said(desk: Client, ben: Client, question: Comment) -> None:
    assert news(desk, question) == []
    ben.get(address(question))
    assert news(desk, question) == ["Ben has this open (now)."]
    assert "Ben has this open" in page(desk.get(address(question)))
    Visit.objects.update(at=timezone.now() - timedelta(seconds=90))
    assert news(desk, question) == ["Ben has this open (a minute ago)."]
    Visit.objects.update(at=timezone.now() - timedelta(minutes=3))
    assert news(desk, question) == []


def test_changed_words_and_anothers_answer_are_said_while_one_writes(
    desk: Client, ben: Client, question: Comment
) -> None:
    posting.rewrite(question, name="Ann", body="Quite another question?")
    assert news(desk, question) == ["Ann has changed the text while you were writing. Please read it again."]
    ben.post(address(question), {"body": "Yes."})
    assert "Ben has answered it while you were writing." in news(desk, question)
    moderation.erase(question, by=None)
    assert news(desk, question)[0].startswith("It was erased")


def test_a_second_answer_is_sent_only_by_who_has_seen_the_first(desk: Client, ben: Client, question: Comment) -> None:
    ben.post(address(question), {"body": "Ben says yes.", "after": "0"})
    response = desk.post(address(question), {"body": "Sarah says no.", "after": "0"})
    assert response.status_code == 422
    html = page(response)
    assert "Ben has answered this while you were writing" in html
    assert "Ben says yes." in html
    assert "Send mine too" in html
    assert box(response) == "Sarah says no."
    after = Comment.objects.get(parent=question).pk
    assert f'name="after" value="{after}"' in html
    assert desk.post(address(question), {"body": "Sarah says no.", "after": after}).status_code == 302
    assert Comment.objects.filter(parent=question).approved().count() == 2


# --- Asking for more ------------------------------------------------------------------------------------------------


def test_a_question_waits_for_its_asker_until_they_change_it(desk: Client, question: Comment) -> None:
    private = links.mint(question)
    response = desk.post(address(question), {"body": "Did he say **why**?", "ask_detail": "yes"}, follow=True)
    assert "waits for an answer to yours" in said(response)
    assert not Comment.objects.waiting().filter(pk=question.pk).exists()
    assert Comment.objects.waiting_for_asker().get() == question
    event = ModerationEvent.objects.get(verb=Verb.ASK_DETAIL)
    assert (event.at, event.before, event.after) == (fresh(question).detail_asked_at, "", "Did he say **why**?")
    shown = page(Client().get(private))
    assert "Sarah asks:" in shown
    assert "Did he say <strong>why</strong>?" in shown
    assert f'href="{private}change/"' in shown
    assert "Did he say" in page(Client().get(f"{private}change/"))
    Client().post(f"{private}change/", {"name": "Ann", "body": "He said: you work too much."})
    assert Comment.objects.waiting().get() == question
    assert "Sarah asks:" not in page(Client().get(private))
    assert "has written since" in page(desk.get(address(question)))


def test_who_asked_in_public_adds_what_is_wanted(desk: Client, article: Any) -> None:
    question = ask(article)
    private = links.mint(question)
    desk.post(address(question), {"body": "How long?", "ask_detail": "yes"})
    public = page(Client().get(question.article.get_absolute_url()))
    assert "How long?" not in public
    assert f'href="{private}add/"' in page(Client().get(private))
    Client().post(f"{private}add/", {"body": "Four years."})
    assert question in Comment.objects.waiting()


def test_asking_can_be_undone(desk: Client, question: Comment) -> None:
    desk.post(address(question), {"body": "Why?", "ask_detail": "yes"})
    desk.post(f"/admin/desk/undo/{ModerationEvent.objects.get(verb=Verb.ASK_DETAIL).act}/")
    assert question in Comment.objects.waiting()
    assert "asks:" not in page(Client().get(links.mint(question)))


def test_who_cannot_write_is_not_asked(desk: Client, article: Any) -> None:
    held, trashed, withdrawn = (ask(article, f"{word}?") for word in ("Held", "Trashed", "Withdrawn"))
    moderation.hold(held, by=None)
    moderation.trash(trashed, by=None)
    moderation.withdraw(withdrawn)
    for comment in (held, trashed, withdrawn, reply_to(ask(article))):
        response = desk.post(address(comment), {"body": "Why?", "ask_detail": "yes"})
        assert response.status_code == 422
        assert box(response) == "Why?"
    changed = ask(article, "Changed?", approved=False)
    assert desk.post(address(changed), {"body": "Why?", "ask_detail": "yes", "seen": "other"}).status_code == 422
    assert not ModerationEvent.objects.filter(verb=Verb.ASK_DETAIL).exists()


# --- Answered elsewhere ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["{}", "#{}", "/questions/{}/", "http://testserver/questions/{}/?page=2#comment-9"])
def test_a_question_that_was_answered_elsewhere_gets_a_link_there(
    desk: Client, article: Any, question: Comment, typed: str
) -> None:
    other = ask(article, "Should I [really] write?", name="Bea")
    answer(other)
    desk.post(address(question), {"elsewhere": "yes", "thread": typed.format(other.pk), "body": ""})
    reply = Comment.objects.get(parent=question)
    assert f'<a href="/questions/{other.pk}/" rel="noopener">Should I [really] write?</a>' in reply.body_html
    assert reply.body.startswith("I have answered a question like yours here: ")
    assert ModerationEvent.objects.get(comment=reply).reason == "answered elsewhere"
    assert fresh(question).status == Status.APPROVED


def test_own_words_or_those_of_the_settings_go_with_the_link(desk: Client, article: Any) -> None:
    other, one, two = (ask(article, f"Question {number}?") for number in range(3))
    DiscussionSettings.objects.create(pk=1, elsewhere_text="Look: {link}. All the best!")
    desk.post(address(one), {"elsewhere": "yes", "thread": other.pk, "body": ""})
    desk.post(address(two), {"elsewhere": "yes", "thread": other.pk, "body": "Bea asked the same."})
    link = f"[Question 0?](/questions/{other.pk}/)"
    assert Comment.objects.get(parent=one).body == f"Look: {link}. All the best!"
    assert Comment.objects.get(parent=two).body == f"Bea asked the same.\n\n{link}"


def test_nobody_is_sent_where_readers_see_nothing(desk: Client, article: Any, question: Comment) -> None:
    pending = ask(article, "Pending?", approved=False)
    draft = ask(make_article(), "On an article that went away?")
    type(article).objects.filter(pk=draft.article_id).update(published_at=None)
    for typed in ("", "nowhere", "999999", str(pending.pk), str(draft.pk), str(question.pk)):
        response = desk.post(address(question), {"elsewhere": "yes", "thread": typed, "body": "Mine"})
        assert response.status_code == 422
        assert box(response) == "Mine"
    public = ask(article, "Public?")
    response = desk.post(address(public), {"elsewhere": "yes", "thread": str(public.pk), "body": ""})
    assert "That is this question itself." in page(response)
    assert not Comment.objects.by_moderators().exists()


# --- Done with ------------------------------------------------------------------------------------------------------


def test_what_needs_nothing_more_is_dealt_with_and_can_be_undone(desk: Client, article: Any) -> None:
    question = ask(article)
    answer(question)
    posting.say_whether_helped(question, Helped.NO)
    assert "Nothing to do here" in page(desk.get(address(question)))
    desk.post(address(question, "deal_with"))
    assert fresh(question).unhelped_at is None
    assert "Nothing to do here" not in page(desk.get(address(question)))
    desk.post(f"/admin/desk/undo/{ModerationEvent.objects.filter(verb=Verb.DEAL_WITH).latest('pk').act}/")
    assert fresh(question).unhelped_at


def test_what_readers_reported_stands_with_the_comment_until_it_is_dealt_with(desk: Client, article: Any) -> None:
    question = ask(article)
    report = reporting.report(question, reason="identity", details="It names <me>.", network="")
    assert report is not None
    shown = page(desk.get(address(question)))
    reference = f'<a href="/admin/comments/report/{report.pk}/change/">{report.reference}</a>'
    assert all(told in shown for told in (reference, "It says who somebody is", "“It names &lt;me&gt;.”"))
    assert "Nothing to do here" in shown
    desk.post(address(question, "deal_with"))
    shown = page(desk.get(address(question)))
    assert "It names" not in shown
    assert "Nothing to do here" not in shown


def test_the_askers_history_is_read_from_indexes_however_many_comments_there_are(question: Comment) -> None:
    rows(question.article, 300)  # with one row, any index is as good as another
    tell_the_planner()
    asker = Comment(pk=question.pk, tree_id=question.pk, email="ann@example.com", network="n" * 32)
    sql, parameters = Comment.objects.asked_by_the_writer_of(asker, 5).query.sql_with_params()
    with connection.cursor() as cursor:  # Django's own explain() trips over a filtered window
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # with so few it would not bother to use an index
        cursor.execute(f"{'EXPLAIN QUERY PLAN' if connection.vendor == 'sqlite' else 'EXPLAIN'} {sql}", parameters)
        plan = str(cursor.fetchall())
    assert "comment_email" in plan
    assert "comment_network" in plan


def test_a_report_that_came_after_the_page_was_shown_is_not_dealt_with_by_it(desk: Client, article: Any) -> None:
    public = ask(article)
    seen = reporting.report(public, reason="other", details="Seen.", network="a")
    shown = page(desk.get(address(public)))
    assert seen is not None
    assert f'name="report" value="{seen.pk}"' in shown
    reporting.report(public, reason="other", details="Not seen.", network="b")
    desk.post(f"{address(public)}deal_with/", {"report": str(seen.pk)})
    assert [report.details for report in reporting.open_on(public)] == ["Not seen."]
