"""manage.py import_native: a site comes back as it was, and a wrong file changes nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError

from advice.models import Article
from advice.site_models import Helpline
from comments import addresses, checking, documents, links, moderation, people
from comments.mail_models import EmailAddress
from comments.models import Comment
from comments.reader_models import SearchDocument, Signpost
from tests import exports, factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(article: Any) -> Comment:
    """A public question with an address, an answer, replies and a label; another one in the trash below an article."""
    asked = factories.ask(article, email="ann@mail.example")
    factories.answer(asked, f"Read [this]({factories.make_article(author=article.author).get_absolute_url()}).")
    factories.reply_to(factories.reply_to(asked), "And me.")
    asked.situations.add(factories.make_situation("Left by a partner"))
    moderation.trash(factories.ask(article, "Gone"), by=factories.moderator())
    factories.ask(article, "Waits", approved=False)
    return asked


@pytest.fixture
def restored(tmp_path: Path, capsys: Any) -> Callable[..., str]:
    """Export the site, import it into a new one; what the command said."""

    def restored(*options: str) -> str:
        exports.written(tmp_path / "site.jsonl", *options)
        exports.make_new()
        return imported(tmp_path / "site.jsonl", capsys)

    return restored


def imported(file: Path, capsys: Any, *options: str) -> str:
    capsys.readouterr()
    call_command("import_native", str(file), *options)
    assert checking.check().damages == []
    return str(capsys.readouterr().out)


@pytest.mark.parametrize("options", [(), ("--private",)])
def test_an_import_gives_the_same_export(
    site: Comment, restored: Callable[..., str], tmp_path: Path, options: tuple[str, ...]
) -> None:
    said = restored(*options)
    assert said.splitlines()[-1] == "created 8, updated 0, skipped 0, refused 0"
    again = exports.written(tmp_path / "again.jsonl", *options)
    assert again == (tmp_path / "site.jsonl").read_bytes()


def test_readers_see_the_same_pages(site: Comment, restored: Callable[..., str], client: Any) -> None:
    paths = ["/", site.article.get_absolute_url(), f"/questions/{site.pk}/", "/questions/?q=write", "/situations/"]
    before = [client.get(path).text for path in paths]
    restored()
    assert [client.get(path).text for path in paths] == before


def test_what_is_made_of_texts_is_as_search_would_make_it_anew(site: Comment, restored: Callable[..., str]) -> None:
    restored()
    documents_now, signposts = list(SearchDocument.objects.order_by("pk").values()), Signpost.objects.count()
    assert (len(documents_now), signposts) == (3, 1)
    documents.rebuild()
    assert list(SearchDocument.objects.order_by("pk").values()) == documents_now


def test_new_rows_get_new_numbers(site: Comment, restored: Callable[..., str]) -> None:
    last = Comment.objects.order_by("-pk").values_list("pk", flat=True)[0]
    restored()
    assert factories.ask(Article.objects.get(pk=site.article_id)).pk > last
    assert User.objects.create_user("new").pk > site.article.author_id


def test_private_links_and_mutes_go_on_working(site: Comment, restored: Callable[..., str], client: Any) -> None:
    path = links.mint(site)
    EmailAddress.objects.create(
        key=addresses.key_of("bob@mail.example"), address="bob@mail.example", added_at=site.posted_at
    )
    restored("--private")
    assert client.get(path).status_code == 200
    assert EmailAddress.objects.filter(key=addresses.key_of("BOB@mail.example")).exists()


def test_with_another_secret_key_addresses_are_found_all_the_same(
    site: Comment, tmp_path: Path, capsys: Any, settings: Any
) -> None:
    key = addresses.key_of("bob@mail.example")
    EmailAddress.objects.create(key=key, address="bob@mail.example", added_at=site.posted_at)
    exports.written(tmp_path / "site.jsonl", "--private")
    exports.make_new()
    settings.SECRET_KEY = "another" * 8
    said = imported(tmp_path / "site.jsonl", capsys)
    assert "another SECRET_KEY" in said
    assert EmailAddress.objects.filter(key=addresses.key_of("bob@mail.example")).exists()


def test_moderators_come_back_without_a_password(site: Comment, restored: Callable[..., str]) -> None:
    restored()
    sarah = User.objects.get(username="sarah")
    assert not sarah.has_usable_password()
    assert not sarah.is_superuser
    assert people.role_of(sarah) == people.Role.OWNER


def test_what_the_owner_took_away_does_not_come_back_with_the_new_site(
    site: Comment, restored: Callable[..., str]
) -> None:
    Helpline.objects.exclude(pk=Helpline.objects.order_by("-pk")[0].pk).delete()
    restored()
    assert Helpline.objects.count() == 1


def test_a_rehearsal_changes_nothing(site: Comment, tmp_path: Path, capsys: Any) -> None:
    exports.written(tmp_path / "site.jsonl")
    exports.make_new()
    before = Helpline.objects.count()
    said = imported(tmp_path / "site.jsonl", capsys, "--dry-run")
    assert said.splitlines()[-1] == "created 8, updated 0, skipped 0, refused 0"
    assert not User.objects.exists()
    assert Helpline.objects.count() == before
    line = Helpline.objects.earliest("pk")
    line.pk = None
    line.save()  # the numbers that were given out meanwhile are nobody's
    assert Helpline.objects.count() == before + 1


def test_a_site_that_has_something_refuses_and_names_it(site: Comment, tmp_path: Path) -> None:
    exports.written(tmp_path / "site.jsonl")
    with pytest.raises(CommandError, match="not empty: moderator 2, situation 1, article 2, comment 6"):
        call_command("import_native", str(tmp_path / "site.jsonl"))
