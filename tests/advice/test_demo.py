"""`manage.py demo`: what a newcomer sees first."""

import re
from io import StringIO
from statistics import median

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from advice.models import Article
from comments.log_models import ModerationEvent
from comments.mail_models import OutboxMessage
from comments.models import Comment
from comments.reader_models import Situation
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("filled")]


@pytest.fixture(scope="module")
def filled(shared, django_db_blocker):
    """All tests look at one."""
    with django_db_blocker.unblock():
        run()


def run() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_ten_answered_questions_stand_under_the_main_article():
    main = Article.objects.get(slug="should-you-get-back-together")
    assert (main.comment_count, main.question_count, main.answered_count) == (20, 10, 10)
    assert Article.objects.listed().count() == 3


def test_questions_stand_in_the_order_in_which_they_were_asked():
    roots = list(Comment.objects.roots().approved().order_by("posted_at"))
    assert [root.position for root in roots] == list(range(1, 11))
    assert all(root.answered_at == root.published_at > root.posted_at for root in roots)


def test_every_status_has_its_event_at_its_time():
    events = ModerationEvent.objects.select_related("comment")
    assert {(event.comment_id, event.at) for event in events} == {
        (comment.pk, comment.published_at) for comment in Comment.objects.approved()
    }


def test_one_question_waits_for_sarah():
    waiting = Comment.objects.waiting().get()
    assert waiting.status == "pending"
    assert waiting.reasons == []


def test_what_is_asked_there_is_mailed_to_her_and_what_the_demo_brings_is_not():
    assert not OutboxMessage.objects.exists()
    question = factories.ask(Article.objects.earliest("pk"), approved=False)
    row = OutboxMessage.objects.get()
    assert (row.kind, row.comment, row.moderator.email) == ("new", question, "sarah@advice.example")


def test_the_trees_are_sound():
    out = StringIO()
    call_command("check_trees", stdout=out)
    assert "11 threads, 0 damaged" in out.getvalue()


def test_sarah_answers_but_nobody_can_log_in_as_her():
    sarah = User.objects.get()
    assert not sarah.has_usable_password()
    assert (sarah.is_staff, sarah.is_superuser) == (True, False)
    assert sarah.has_perm("comments.moderate_comment")
    assert set(Comment.objects.replies().values_list("author", flat=True)) == {sarah.pk}


def test_a_second_run_changes_nothing():
    before = list(Comment.objects.order_by("pk").values())
    assert "Nothing was changed" in run()
    assert list(Comment.objects.order_by("pk").values()) == before
    assert Article.objects.count() == 3


def test_questions_and_answers_are_of_real_length():
    questions = [len(body) for body in Comment.objects.roots().approved().values_list("body", flat=True)]
    answers = [len(body) for body in Comment.objects.replies().values_list("body", flat=True)]
    assert min(questions) >= 180
    assert max(questions) > 2_000
    assert 300 <= median(questions) <= 600
    assert 100 <= min(answers) <= max(answers) <= 650


def test_every_page_of_it_can_be_read(client):
    for address in ["/", *(article.get_absolute_url() for article in Article.objects.all())]:
        assert client.get(address).status_code == 200


def test_the_front_page_begins_with_the_main_article():
    assert Article.objects.listed()[0].slug == "should-you-get-back-together"


def test_its_links_lead_somewhere(client):
    pages = [*Article.objects.values_list("body_html", flat=True), *Comment.objects.values_list("body_html", flat=True)]
    addresses = {part.split('"', 1)[0] for page in pages for part in page.split('href="/')[1:]}
    assert {"coping-with-the-pain/", "how-to-move-on/"} <= addresses
    for address in addresses:
        assert client.get(f"/{address}").status_code == 200


def test_every_situation_leads_to_questions_and_every_answered_question_has_one(client):
    assert 6 <= Situation.objects.count() <= 8
    assert not Comment.objects.roots().approved().filter(situations=None).exists()
    for situation in Situation.objects.with_counts(100):
        assert situation.question_count == situation.answered_count > 0
        assert client.get(situation.get_absolute_url()).status_code == 200


def test_the_articles_that_answers_point_to_say_so(client):
    for slug, pointing in (("how-to-move-on", ["Joanna", "Maureen"]), ("coping-with-the-pain", ["k.o."])):
        html = client.get(f"/{slug}/").content.decode()
        nav = html[html.index('<nav class="pointing"') :]
        assert re.findall(r"<bdi>(.*?)</bdi> asks", nav[: nav.index("</nav>")]) == pointing
