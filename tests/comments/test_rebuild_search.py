"""manage.py rebuild_search restores what search finds from the rows it is made of."""

import pytest
from django.core.management import call_command
from django.db import connection

from comments import fulltext, moderation, search
from comments.reader_models import SearchDocument, Signpost
from tests.factories import answer, ask, make_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(article, sarah):
    make_article(slug="target", author=sarah)
    question = ask(article, "The lighthouse keeper keeps me waiting.")
    answer(question, "Read [this](/target/).", by=sarah)
    return question


def found(words):
    return [hit.pk for hit in search.find(words).hits]


def test_it_makes_everything_anew(question, article, capsys):
    Signpost.objects.all().delete()
    fulltext.remove([question.pk])
    SearchDocument.objects.all().delete()
    assert found("lighthouse") == []
    call_command("rebuild_search")
    assert capsys.readouterr().out == "3 documents\n"
    assert found("lighthouse") == [question.pk]
    assert article.pk in [hit.article_id for hit in search.articles("time")]
    assert Signpost.objects.count() == 1


def test_it_removes_what_should_not_be_there(question, sarah):
    stale = SearchDocument.objects.get(thread=question)
    moderation.trash(question, by=sarah)
    moderation.trash(list(question.replies.all()), by=sarah)
    stale.save(force_insert=True)
    call_command("rebuild_search")
    assert not SearchDocument.objects.filter(thread=question).exists()


def test_it_learns_another_language(question, article, settings):
    french = ask(article, "Les chevaux blancs.")
    settings.LANGUAGE_CODE = "fr"
    call_command("rebuild_search")
    assert found("chevaux") == [french.pk]
    assert found("waited") == []  # it is no French verb
    settings.LANGUAGE_CODE = "en-gb"
    call_command("rebuild_search")
    assert found("waited") == [question.pk]


@pytest.mark.postgresql
@pytest.mark.parametrize("language", ["de", "pt-br", "nb", "zh-hans", "sr-latn", "xx"])
def test_every_language_has_a_configuration(question, settings, language):
    settings.LANGUAGE_CODE = language
    call_command("rebuild_search")
    assert found("lighthouse") == [question.pk]


@pytest.mark.sqlite
def test_it_makes_a_lost_index_again(question):
    fulltext.drop()
    call_command("rebuild_search")
    assert found("lighthouse") == [question.pk]


@pytest.mark.sqlite
def test_it_forgets_what_no_document_has(question):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO comments_fulltext (rowid, lead, answer, rest) VALUES (999999, 'zeppelin', '', '')")
        call_command("rebuild_search")
        cursor.execute("SELECT COUNT(*) FROM comments_fulltext WHERE comments_fulltext MATCH 'zeppelin'")
        assert cursor.fetchone() == (0,)
