"""Masking, correcting and editing: who reads which words when, what is kept of the old ones, and what is not."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from comments import checking, history, identities, moderation, posting, rewording, undoing
from comments.identities import Kind, Span
from comments.log_models import ModerationEvent, Verb
from comments.models import Comment, Status
from comments.reader_models import SearchDocument
from tests.factories import answer, ask, fresh, moderator, reply_to

pytestmark = pytest.mark.django_db

SAID = "Call +44 7700 900123. I am Ann Smith."
MASKED = "Call [phone number removed]. I am [name removed]."


@pytest.fixture(autouse=True)
def _sound(db: None) -> Any:
    yield
    assert checking.check().damages == []


def mask_all(comment: Comment, **columns: Any) -> Comment:
    return rewording.mask(comment, by=moderator(), spans=identities.find(comment.body), **columns)


def last_event(comment: Comment) -> ModerationEvent:
    return history.events_of([comment.pk])[comment.pk][0]


def version(article: Any) -> int:
    article.refresh_from_db()
    return int(article.discussion_version)


def test_masking_a_pending_question_keeps_the_original_until_it_is_published(article: Any) -> None:
    question = ask(article, SAID, approved=False)
    before = version(article)
    masked = fresh(mask_all(question, seen=question.digest))
    assert (masked.body, masked.original_body) == (MASKED, SAID)
    assert "900123" not in masked.body_html
    assert masked.digest not in ("", question.digest)
    assert masked.corrected_at is not None
    assert version(article) == before
    moderation.approve(masked, by=moderator(), seen=masked.digest)
    assert fresh(masked).original_body == ""
    assert fresh(masked).body == MASKED


def test_the_log_says_what_kind_was_masked_and_never_the_words(article: Any) -> None:
    question = ask(article, SAID, approved=False)
    mask_all(question)
    event = last_event(question)
    assert (event.verb, event.reason) == (Verb.MASK, "full name, phone number")
    assert "900123" not in event.before + event.after
    assert "Smith" not in event.before + event.after
    moderation.approve(question, by=moderator())
    event.refresh_from_db()
    assert (event.before, event.after) == ("", "")


def test_masking_what_is_public_keeps_no_original_and_readers_see_it_at_once(client: Client, article: Any) -> None:
    question = ask(article, SAID)
    answer(question)
    assert "900123" in client.get(article.get_absolute_url()).content.decode()
    mask_all(question)
    assert fresh(question).original_body == ""
    for address in (article.get_absolute_url(), f"/questions/{question.pk}/", "/questions/feed/"):
        html = client.get(address).content.decode()
        assert "900123" not in html
        assert "[phone number removed]" in html
    assert "900123" not in SearchDocument.objects.get(pk=question.pk).lead
    assert not undoing.can_undo(last_event(question))
    assert undoing.undo_act(last_event(question).act, by=moderator()) == []


def test_the_original_comes_back_while_it_is_kept(article: Any) -> None:
    question = ask(article, SAID, approved=False)
    mask_all(question)
    back = rewording.unmask(question, by=moderator())
    assert back is not None
    found = fresh(question)
    assert (found.body, found.original_body, found.corrected_at) == (SAID, "", None)
    assert found.digest == question.digest
    assert rewording.unmask(question, by=moderator()) is None


@pytest.mark.parametrize("spans", [[], [Span(-1, 3)], [Span(3, 3)], [Span(5, 2)], [Span(0, 38)], [Span(0, 10**18)]])
def test_spans_that_are_none_of_the_text_change_nothing(article: Any, spans: list[Span]) -> None:
    question = ask(article, SAID, approved=False)
    with pytest.raises(moderation.Refused, match="no such words"):
        rewording.mask(question, by=moderator(), spans=spans)
    assert fresh(question).body == SAID
    assert not ModerationEvent.objects.filter(comment=question).exists()


def test_spans_that_overlap_become_one(article: Any) -> None:
    question = ask(article, SAID, approved=False)
    spans = [Span(5, 12, Kind.PHONE), Span(8, 20), Span(5, 20, Kind.PHONE)]
    assert rewording.mask(question, by=moderator(), spans=spans).body == "Call [phone number removed]. I am Ann Smith."


def test_words_that_changed_meanwhile_are_not_masked(article: Any) -> None:
    question = ask(article, SAID, approved=False)
    posting.rewrite(question, name="Ann", body="Other words entirely, and no number at all.")
    for act in (
        lambda: mask_all(question, seen=question.digest),
        lambda: rewording.correct(question, by=moderator(), body="Mine", seen=question.digest),
    ):
        with pytest.raises(moderation.Refused, match="have changed"):
            act()
    assert fresh(question).body == "Other words entirely, and no number at all."


def test_an_approval_means_the_words_before_masking_no_more(article: Any) -> None:
    question = ask(article, SAID, approved=False)
    mask_all(question)
    assert moderation.approve(question, by=moderator("ben"), seen=question.digest) == []
    with pytest.raises(moderation.Refused, match="has changed it"):
        moderation.answer(question, by=moderator("ben"), body="Yes.", seen=question.digest)


def test_masks_are_undone_one_by_one_from_the_last(article: Any) -> None:
    question = ask(article, SAID, approved=False)
    phone, name = identities.find(SAID)
    first = rewording.mask(question, by=moderator(), spans=[phone])
    first_act = last_event(question).act
    second = identities.find(first.body)
    assert [span.kind for span in second] == [name.kind]
    rewording.mask(question, by=moderator(), spans=second)
    second_act = last_event(question).act
    assert undoing.undo_act(first_act, by=moderator()) == []  # something came after it
    assert len(undoing.undo_act(second_act, by=moderator())) == 1
    assert fresh(question).body == "Call [phone number removed]. I am Ann Smith."
    assert undoing.undo_act(second_act, by=moderator()) == []
    assert fresh(question).original_body == SAID


def test_undoing_the_only_mask_leaves_no_trace_for_readers(article: Any) -> None:
    question = ask(article, SAID, approved=False)
    mask_all(question)
    undoing.undo_act(last_event(question).act, by=moderator())
    found = fresh(question)
    assert (found.body, found.original_body, found.corrected_at) == (SAID, "", None)


def test_a_correction_is_told_to_readers_and_undone_while_it_is_pending(client: Client, article: Any) -> None:
    question = ask(article, "Shuold I wriet?", approved=False)
    rewording.correct(question, by=moderator(), body="Should I write?", seen=question.digest)
    event = last_event(question)
    assert (event.verb, event.before, event.after) == (Verb.CORRECT, "Shuold I wriet?", "Should I write?")
    undoing.undo_act(event.act, by=moderator())
    assert fresh(question).body == "Shuold I wriet?"
    rewording.correct(question, by=moderator(), body="Should I write?")
    moderation.approve(question, by=moderator())
    assert "edited by a moderator" in client.get(article.get_absolute_url()).content.decode()
    assert not ModerationEvent.objects.filter(comment=question).exclude(before="").exists()


def test_a_mask_on_a_correction_is_undone_to_the_correction(article: Any) -> None:
    question = ask(article, "Cal +44 7700 900123.", approved=False)
    corrected = rewording.correct(question, by=moderator(), body="Call +44 7700 900123.")
    assert corrected is not None
    mask_all(corrected)
    undoing.undo_act(last_event(question).act, by=moderator())
    assert fresh(question).body == "Call +44 7700 900123."
    assert fresh(question).original_body == "Cal +44 7700 900123."


def test_correcting_a_public_comment_logs_lengths_alone(article: Any) -> None:
    reply = reply_to(ask(article), "I am Ann Smith.")
    before = version(article)
    rewording.correct(reply, by=moderator(), body="I am Ann.")
    event = last_event(reply)
    assert (event.before, event.after, event.reason) == ("", "", "15 → 9 characters")
    assert version(article) == before + 1
    assert rewording.correct(reply, by=moderator(), body="I am Ann.") is None
    assert version(article) == before + 1


def test_whoever_asked_may_still_change_their_words_and_the_log_forgets_the_old_ones(article: Any) -> None:
    question = ask(article, "Shuold I?", approved=False)
    rewording.correct(question, by=moderator(), body="Should I?")
    posting.rewrite(question, name="Ann", body="Should I, or not?")
    found = fresh(question)
    assert (found.original_body, found.corrected_at) == ("", None)
    assert not ModerationEvent.objects.filter(comment=question).exclude(before="", after="").exists()
    assert undoing.undo_act(last_event(question).act, by=moderator()) == []


def test_an_answer_is_edited_with_the_day_for_readers_and_undone(client: Client, article: Any, sarah: Any) -> None:
    given = answer(ask(article), "Give it a weak.", by=sarah)
    before = version(article)
    rewording.revise(given, by=sarah, body="Give it a **week**.", seen=given.digest)
    html = client.get(article.get_absolute_url()).content.decode()
    assert "<strong>week</strong>" in html
    assert "edited on " in html
    assert "edited by a moderator" not in html
    assert version(article) == before + 1
    assert "week" in SearchDocument.objects.get(pk=given.tree_id).answer
    event = last_event(given)
    assert (event.verb, event.before, event.after) == (Verb.EDIT, "Give it a weak.", "Give it a **week**.")
    undoing.undo_act(event.act, by=sarah)
    found = fresh(given)
    assert (found.body, found.edited_at) == ("Give it a weak.", None)
    assert undoing.undo_act(event.act, by=sarah) == []


def test_only_whoever_wrote_an_answer_or_an_owner_edits_it(article: Any, sarah: Any) -> None:
    given = answer(ask(article), "By Ben.", by=moderator("ben"))
    with pytest.raises(moderation.Refused, match="Only whoever wrote"):
        rewording.revise(given, by=moderator("cleo"), body="By Cleo.")
    assert rewording.revise(given, by=sarah, body="By Sarah.") is not None
    assert rewording.revise(fresh(given), by=User.objects.get(username="ben"), body="By Ben again.") is not None


def test_what_is_not_ours_to_change_is_refused(article: Any, sarah: Any) -> None:
    question = ask(article, SAID)
    given = answer(question, by=sarah)
    with pytest.raises(moderation.Refused, match="edit it instead"):
        rewording.correct(given, by=sarah, body="x")
    with pytest.raises(moderation.Refused, match="A reader wrote this"):
        rewording.revise(question, by=sarah, body="x")
    taken = ask(article, SAID, name="Bob")
    moderation.withdraw(taken)
    with pytest.raises(moderation.Refused, match="took it back"):
        mask_all(taken)
    moderation.erase(taken, by=sarah)
    with pytest.raises(moderation.Refused, match="erased"):
        rewording.unmask(taken, by=sarah)


def test_erasing_leaves_nothing_of_it_anywhere(article: Any, sarah: Any) -> None:
    question = ask(article, SAID, approved=False)
    rewording.correct(question, by=sarah, body="Secret. " + SAID)
    given = answer(fresh(question), "Your Secret number.", by=sarah)
    rewording.revise(given, by=sarah, body="Your Secret number!")
    undoing.undo_act(last_event(given).act, by=sarah)
    moderation.trash(given, by=sarah)  # gone before, and its log retells the question all the same
    moderation.erase(question, by=None)
    told = ModerationEvent.objects.filter(comment__in=[question.pk, given.pk])
    assert not told.exclude(before="", after="").exists()
    erased = fresh(question)
    assert (erased.original_body, erased.body, erased.status) == ("", "", Status.TRASH)


def test_an_imported_comment_keeps_its_html_when_a_part_is_masked(article: Any) -> None:
    question = ask(article, SAID)
    Comment.objects.filter(pk=question.pk).update(source="wp", source_id="7", body=f"<p><em>{SAID}</em></p>", digest="")
    mask_all(fresh(question), seen="")
    assert fresh(question).body_html == f"<p><em>{MASKED}</em></p>"


def test_masking_does_not_make_a_text_endless(article: Any, sarah: Any) -> None:
    question = ask(article, "e" * 10_000, approved=False)
    with pytest.raises(moderation.Refused, match="too long"):
        rewording.mask(question, by=sarah, spans=identities.occurrences(question.body, "e"))
    assert fresh(question).body == "e" * 10_000
    assert rewording.mask(question, by=sarah, spans=[Span(0, 4)]).body.startswith("[removed]e")
