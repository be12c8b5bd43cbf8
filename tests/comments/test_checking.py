"""check_trees finds what is wrong, whoever did it, and --repair mends it from parent links and statuses."""

from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import override_settings

from comments import changes, checking, moderation, moving, repairing
from comments.management.commands import check_trees
from comments.models import Comment
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def sarah(shared, django_db_blocker):
    with django_db_blocker.unblock():
        return factories.moderator("sarah", first_name="Sarah")


@pytest.fixture(scope="module")
def first(sarah, django_db_blocker):
    with django_db_blocker.unblock():
        return factories.make_article(author=sarah)


@pytest.fixture
def article(first, db):
    """As it is in the database, whatever the test before did to the object."""
    return type(first).objects.get(pk=first.pk)


@pytest.fixture(scope="module")
def scene(first, sarah, django_db_blocker):
    """Made once: by the doors it takes longer than all else here together."""
    with django_db_blocker.unblock(), override_settings(POST_LIMITS=False):
        return made(first, sarah)


def made(article, sarah):
    """Two articles; threads that are deep, wide, answered, removed with living replies, pending, and trashed."""
    other = factories.make_article(author=sarah)
    deep = factories.ask(article, "Deep?")
    below = factories.reply_to(deep, "Below.")
    lower = factories.reply_to(below, "Lower.")
    lowest = factories.reply_to(lower, "Lowest.", approved=False)
    beside = factories.reply_to(deep, "Beside.")
    answered = factories.ask(article, "Answered?")
    answer = factories.answer(answered, "First.", by=sarah)
    factories.answer(answered, "Second.", by=sarah)
    removed = factories.ask(article, "Removed?")
    survivor = factories.reply_to(removed, "I stay.")
    moderation.trash(removed, by=sarah)
    pending = factories.ask(article, "Pending?", approved=False)
    elsewhere = factories.ask(other, "Elsewhere?")
    abroad = factories.reply_to(elsewhere, "Abroad.")
    return SimpleNamespace(
        article=article.pk, other=other.pk, **{
            name: comment.pk for name, comment in {
                "deep": deep, "below": below, "lower": lower, "lowest": lowest, "beside": beside, "answered": answered,
                "answer": answer, "removed": removed, "survivor": survivor, "pending": pending, "elsewhere": elsewhere,
                "abroad": abroad,
            }.items()
        },
    )  # fmt: skip


# What only caches say wrong: after the repair every row is as it was before the damage.
CACHES = {
    "a lft": "UPDATE comments_comment SET lft = lft + 1 WHERE id = {below}",
    "a rght": "UPDATE comments_comment SET rght = rght + 1 WHERE id = {below}",
    "a root's rght": "UPDATE comments_comment SET rght = rght + 2 WHERE id = {deep}",
    "a level": "UPDATE comments_comment SET level = level + 1 WHERE id = {lower}",
    "another thread's tree_id": "UPDATE comments_comment SET tree_id = {answered} WHERE id = {beside}",
    "a tree_id of no thread": "UPDATE comments_comment SET tree_id = 987654321 WHERE id = {lower}",
    "two with the same place": "UPDATE comments_comment SET lft = 8, rght = 9 WHERE id IN ({below}, {beside})",
    "a gap": "UPDATE comments_comment SET rght = rght + 2, lft = CASE WHEN level = 0 THEN 1 ELSE lft + 2 END"
    " WHERE tree_id = {deep}",
    "siblings that overlap": "UPDATE comments_comment SET rght = 9 WHERE id = {below}",
    "a position too high": "UPDATE comments_comment SET position = 7 WHERE id = {answered}",
    "positions swapped": "UPDATE comments_comment SET position = 3 - position WHERE id IN ({deep}, {answered})",
    "a visible root without a position": "UPDATE comments_comment SET position = NULL WHERE id = {removed}",
    "a pending root with a position": "UPDATE comments_comment SET position = 4 WHERE id = {pending}",
    "a reply_count": "UPDATE comments_comment SET reply_count = reply_count + 1 WHERE id = {deep}",
    "an answered_at missing": "UPDATE comments_comment SET answered_at = NULL WHERE id = {answered}",
    "an answered_at too much": "UPDATE comments_comment SET answered_at = posted_at WHERE id = {deep}",
    "an answered_at too late": "UPDATE comments_comment SET answered_at = "
    "(SELECT MAX(published_at) FROM comments_comment) WHERE id = {answered}",
    "a comment_count": "UPDATE advice_article SET comment_count = comment_count + 1 WHERE id = {article}",
    "a question_count": "UPDATE advice_article SET question_count = 0 WHERE id = {article}",
    "an answered_count": "UPDATE advice_article SET answered_count = 2 WHERE id = {other}",
}  # fmt: skip

# What changes the truth itself, behind the doors' back: the rest has to follow it.
TRUTHS = {
    "a new parent": "UPDATE comments_comment SET parent_id = {beside} WHERE id = {lower}",
    "a parent in another thread": "UPDATE comments_comment SET parent_id = {answered} WHERE id = {below}",
    "a reply without its parent": "UPDATE comments_comment SET parent_id = NULL WHERE id = {below}",
    "a root with a parent": "UPDATE comments_comment SET parent_id = {deep} WHERE id = {answered}",
    "two in a circle": "UPDATE comments_comment SET parent_id = {lower} WHERE id = {below}",
    "a root in a circle": "UPDATE comments_comment SET parent_id = {lowest} WHERE id = {deep}",
    "a status": "UPDATE comments_comment SET status = 'spam' WHERE id = {answer}",
    "a root's status": "UPDATE comments_comment SET status = 'trash' WHERE id = {deep}",
    "the last living reply of a removed root": "UPDATE comments_comment SET status = 'trash' WHERE id = {survivor}",
    "a date of publication": "UPDATE comments_comment SET published_at = '2020-02-02 02:02:02+00:00'"
    " WHERE id = {removed}",
    "an answer's author": "UPDATE comments_comment SET author_id = NULL, name = 'Ann' WHERE id = {answer}",
}  # fmt: skip

# What PostgreSQL's composite key refuses, and SQLite cannot.
ACROSS = {
    "a reply on another article": "UPDATE comments_comment SET article_id = {other} WHERE id = {below}",
    "a root on another article": "UPDATE comments_comment SET article_id = {other} WHERE id = {deep}",
    "a parent on another article": "UPDATE comments_comment SET parent_id = {abroad} WHERE id = {answered}",
    "a circle over two articles": "UPDATE comments_comment SET parent_id = CASE id WHEN {elsewhere} THEN {lowest}"
    " ELSE {abroad} END WHERE id IN ({elsewhere}, {deep})",
}  # fmt: skip

# What both databases refuse.
REFUSED = {
    "a root in another's tree": "UPDATE comments_comment SET tree_id = {answered} WHERE id = {deep}",
    "a root's lft": "UPDATE comments_comment SET lft = 3 WHERE id = {deep}",
    "a root's level": "UPDATE comments_comment SET level = 1 WHERE id = {deep}",
    "a reply at level 0": "UPDATE comments_comment SET level = 0 WHERE id = {below}",
    "lft above rght": "UPDATE comments_comment SET lft = rght + 1 WHERE id = {below}",
    "its own parent": "UPDATE comments_comment SET parent_id = id WHERE id = {below}",
    "a reply with a position": "UPDATE comments_comment SET position = 1 WHERE id = {below}",
    "a reply that is answered": "UPDATE comments_comment SET answered_at = posted_at WHERE id = {below}",
    "an unknown status": "UPDATE comments_comment SET status = 'hidden' WHERE id = {below}",
    "public since never": "UPDATE comments_comment SET published_at = NULL WHERE id = {below}",
    "a parent that is not there": "UPDATE comments_comment SET parent_id = 987654321 WHERE id = {below}",
    "a vanished parent": "DELETE FROM comments_comment WHERE id = {below}",
}


def inject(sql, scene):
    """Run the statement, and have the database look at its deferred keys at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format_map(vars(scene)))
        connection.check_constraints()


def stored():
    return list(Comment.objects.order_by("pk").values_list(*checking.ROW))


def check_trees_says(*options):
    """What the command prints, line by line, and its exit code."""
    out = StringIO()
    try:
        call_command("check_trees", *options, stdout=out)
    except SystemExit as end:
        return out.getvalue().splitlines(), end.code
    return out.getvalue().splitlines(), 0


def test_a_sound_site_has_no_damage(scene):
    assert check_trees_says() == (["5 threads, 0 damaged"], 0)


@pytest.mark.parametrize("kind", CACHES)
def test_a_damaged_cache_is_found_and_becomes_what_it_was(scene, kind):
    before = stored()
    inject(CACHES[kind], scene)
    lines, code = check_trees_says()
    assert code == 1
    assert not lines[-1].endswith(" 0 damaged")
    lines, code = check_trees_says("--repair")
    assert (lines[-1], code) == ("5 threads, 0 damaged", 0)
    assert stored() == before


@pytest.mark.parametrize("kind", TRUTHS)
def test_what_was_changed_behind_the_doors_is_found_and_followed(scene, kind):
    inject(TRUTHS[kind], scene)
    assert check_trees_says()[1] == 1
    lines, code = check_trees_says("--repair")
    assert lines[-1].endswith(" threads, 0 damaged")
    assert code == 0


@pytest.mark.sqlite
@pytest.mark.parametrize("kind", ACROSS)
def test_a_thread_across_two_articles_is_found_and_goes_to_its_roots(scene, kind):
    inject(ACROSS[kind], scene)
    assert check_trees_says()[1] == 1
    lines, code = check_trees_says("--repair")
    assert lines[-1].endswith(" threads, 0 damaged")
    assert code == 0


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ACROSS)
def test_postgresql_refuses_a_thread_across_two_articles(scene, kind):
    with pytest.raises(IntegrityError, match="comment_parent_same_article"):
        inject(ACROSS[kind], scene)


@pytest.mark.parametrize("kind", REFUSED)
def test_the_database_itself_refuses(scene, kind):
    with pytest.raises(IntegrityError):
        inject(REFUSED[kind], scene)


def test_a_circle_is_cut_at_its_smallest_pk(scene):
    inject(TRUTHS["a root in a circle"], scene)
    check_trees_says("--repair")
    row = Comment.objects.get(pk=scene.deep)
    assert (row.parent_id, row.level, row.tree_id, row.lft, row.rght) == (None, 0, row.pk, 1, 10)


def test_a_former_root_loses_the_columns_of_one(scene):
    inject(TRUTHS["a root with a parent"], scene)
    check_trees_says("--repair")
    row = Comment.objects.get(pk=scene.answered)
    assert (row.level, row.tree_id, row.position, row.answered_at, row.reply_count) == (1, scene.deep, None, None, 0)


def test_only_the_repaired_article_gets_a_new_version(scene, article):
    versions = dict(type(article).objects.values_list("pk", "discussion_version"))
    inject(CACHES["a lft"], scene)
    repairing.repair(checking.check())
    after = dict(type(article).objects.values_list("pk", "discussion_version"))
    assert after == {**versions, scene.article: versions[scene.article] + 1}


def test_all_processes_of_the_machine_hear_of_a_repair(scene, settings, tmp_path):
    settings.VAR = tmp_path
    before = changes.look()
    inject(CACHES["a lft"], scene)
    repairing.repair(checking.check())
    assert changes.look() not in (None, before)


def test_repairing_twice_changes_nothing_more(scene, article):
    inject(CACHES["a lft"], scene)
    report = checking.check()
    repairing.repair(report)
    article.refresh_from_db()
    before = (article.discussion_version, stored())
    repairing.repair(report)
    article.refresh_from_db()
    assert (article.discussion_version, stored()) == before


def test_a_long_list_of_damages_is_cut(scene, monkeypatch):
    monkeypatch.setattr(check_trees, "SHOWN", 2)
    inject("UPDATE comments_comment SET reply_count = 40 WHERE level = 0", scene)
    lines, _ = check_trees_says()
    assert lines[2:] == ["and 3 more", "5 threads, 5 damaged"]


def test_a_sound_thread_is_not_written_by_a_repair_beside_it(scene):
    inject(CACHES["a reply_count"], scene)
    assert checking.check().damaged == 1
    # Sorted anew by date it would come before its sibling.
    inject("UPDATE comments_comment SET posted_at = '2020-02-02 02:02:02+00:00' WHERE id = {beside}", scene)
    before = Comment.objects.get(pk=scene.beside).lft
    repairing.repair(checking.check())
    assert Comment.objects.get(pk=scene.beside).lft == before


def test_a_moved_and_erased_scene_is_sound(scene, sarah):
    get = Comment.objects.get
    moving.move(get(pk=scene.below), by=sarah)
    moving.move(get(pk=scene.deep), by=sarah, parent=get(pk=scene.abroad))
    moderation.erase(get(pk=scene.answered), by=sarah)
    assert checking.check().damages == []
