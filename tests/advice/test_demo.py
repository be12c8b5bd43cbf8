"""`manage.py demo`: what a newcomer sees first."""

import re
from io import StringIO
from statistics import median

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from advice import demo
from advice.models import Article
from comments.log_models import ModerationEvent
from comments.mail_models import OutboxMessage
from comments.models import Comment
from comments.reader_models import Situation
from tests import factories

pytestmark = pytest.mark.django_db


def run() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_ten_answered_questions_stand_under_the_main_article():
    run()
    main = Article.objects.get(slug="should-you-get-back-together")
    assert (main.comment_count, main.question_count, main.answered_count) == (20, 10, 10)
    assert Article.objects.listed().count() == 3


def test_questions_stand_in_the_order_in_which_they_were_asked():
    run()
    roots = list(Comment.objects.roots().approved().order_by("posted_at"))
    assert [root.position for root in roots] == list(range(1, 11))
    assert all(root.answered_at == root.published_at > root.posted_at for root in roots)


def test_every_status_has_its_event_at_its_time():
    run()
    events = ModerationEvent.objects.select_related("comment")
    assert {(event.comment_id, event.at) for event in events} == {
        (comment.pk, comment.published_at) for comment in Comment.objects.approved()
    }


def test_one_question_waits_for_sarah():
    run()
    waiting = Comment.objects.waiting().get()
    assert waiting.status == "pending"
    assert waiting.reasons == []


def test_what_is_asked_there_is_mailed_to_her_and_what_the_demo_brings_is_not():
    run()
    assert not OutboxMessage.objects.exists()
    question = factories.ask(Article.objects.earliest("pk"), approved=False)
    row = OutboxMessage.objects.get()
    assert (row.kind, row.comment, row.moderator.email) == ("new", question, "sarah@advice.example")


def test_the_trees_are_sound():
    run()
    out = StringIO()
    call_command("check_trees", stdout=out)
    assert "11 threads, 0 damaged" in out.getvalue()


def test_sarah_answers_but_nobody_can_log_in_as_her():
    run()
    sarah = User.objects.get()
    assert not sarah.has_usable_password()
    assert (sarah.is_staff, sarah.is_superuser) == (True, False)
    assert sarah.has_perm("comments.moderate_comment")
    assert set(Comment.objects.replies().values_list("author", flat=True)) == {sarah.pk}


def test_a_second_run_changes_nothing():
    run()
    before = list(Comment.objects.order_by("pk").values())
    assert "Nothing was changed" in run()
    assert list(Comment.objects.order_by("pk").values()) == before
    assert Article.objects.count() == 3


def test_a_site_with_an_article_stays_as_it_is(article):
    run()
    assert list(Article.objects.all()) == [article]
    assert not Comment.objects.exists()


def test_a_sarah_who_is_there_keeps_her_password():
    factories.moderator("sarah", first_name="Sarah")
    run()
    sarah = User.objects.get(username="sarah")
    assert sarah.check_password("sarah")
    assert sarah.email == "sarah@example.com"


def test_it_is_refused_on_a_site_for_others(settings):
    settings.ON_LOOPBACK = False
    settings.SITE_URL = "https://advice.example"
    with pytest.raises(CommandError, match=r"SITE_URL is https://advice\.example"):
        run()
    assert not Article.objects.exists()


def test_nothing_is_left_where_it_breaks(monkeypatch, tmp_path):
    (tmp_path / "articles").mkdir()
    for file in (demo.FOLDER / "articles").glob("*.md"):
        (tmp_path / "articles" / file.name).write_bytes(file.read_bytes())
    (tmp_path / "threads.toml").write_text("[[thread]]\narticle = 'no-such-article'\ndays_ago = 1\n")
    monkeypatch.setattr(demo, "FOLDER", tmp_path)
    with pytest.raises(KeyError):
        demo.fill()
    assert not Article.objects.exists()
    assert not User.objects.exists()


def test_questions_and_answers_are_of_real_length():
    run()
    questions = [len(body) for body in Comment.objects.roots().approved().values_list("body", flat=True)]
    answers = [len(body) for body in Comment.objects.replies().values_list("body", flat=True)]
    assert min(questions) >= 180
    assert max(questions) > 2_000
    assert 300 <= median(questions) <= 600
    assert 100 <= min(answers) <= max(answers) <= 650


def test_every_page_of_it_can_be_read(client):
    run()
    for address in ["/", *(article.get_absolute_url() for article in Article.objects.all())]:
        assert client.get(address).status_code == 200


def test_the_front_page_begins_with_the_main_article():
    run()
    assert Article.objects.listed()[0].slug == "should-you-get-back-together"


def test_its_links_lead_somewhere(client):
    run()
    pages = [*Article.objects.values_list("body_html", flat=True), *Comment.objects.values_list("body_html", flat=True)]
    addresses = {part.split('"', 1)[0] for page in pages for part in page.split('href="/')[1:]}
    assert {"coping-with-the-pain/", "how-to-move-on/"} <= addresses
    for address in addresses:
        assert client.get(f"/{address}").status_code == 200


def test_every_situation_leads_to_questions_and_every_answered_question_has_one(client):
    run()
    assert 6 <= Situation.objects.count() <= 8
    assert not Comment.objects.roots().approved().filter(situations=None).exists()
    for situation in Situation.objects.with_counts(100):
        assert situation.question_count == situation.answered_count > 0
        assert client.get(situation.get_absolute_url()).status_code == 200


def test_the_articles_that_answers_point_to_say_so(client):
    run()
    for slug, pointing in (("how-to-move-on", ["Joanna", "Maureen"]), ("coping-with-the-pain", ["k.o."])):
        html = client.get(f"/{slug}/").content.decode()
        nav = html[html.index('<nav class="pointing"') :]
        assert re.findall(r"<bdi>(.*?)</bdi> asks", nav[: nav.index("</nav>")]) == pointing
