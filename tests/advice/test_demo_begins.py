"""`manage.py demo` where there is something already, where it is refused, and where it breaks."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from advice import demo
from advice.models import Article
from comments.models import Comment
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_site_with_an_article_stays_as_it_is(article):
    call_command("demo")
    assert list(Article.objects.all()) == [article]
    assert not Comment.objects.exists()


def test_a_sarah_who_is_there_keeps_her_password():
    factories.moderator("sarah", first_name="Sarah")
    call_command("demo")
    sarah = User.objects.get(username="sarah")
    assert sarah.check_password("sarah")
    assert sarah.email == "sarah@example.com"


def test_it_is_refused_on_a_site_for_others(settings):
    settings.ON_LOOPBACK = False
    settings.SITE_URL = "https://advice.example"
    with pytest.raises(CommandError, match=r"SITE_URL is https://advice\.example"):
        call_command("demo")
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
