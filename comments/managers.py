"""Reads with names, and a guard in front of the writes that would damage a tree."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models
from django.db.models import Case, Count, Exists, F, Max, Min, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import Lower, RowNumber
from django.utils import timezone

from .queue_reads import REMOVED, QueueQuerySet

if TYPE_CHECKING:
    from .models import Comment
    from .reader_models import Situation  # noqa: F401 - named in strings below

TREE_COLUMNS = frozenset({"parent", "parent_id", "article", "article_id", "lft", "rght", "level", "tree_id"})


class CountUpTo(Subquery):
    """How many rows a sliced query finds: never more than are in its slice, and no more are read."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()


# To be excluded instead of asking for what is approved: SQLite would take the index on statuses, and read all of that.
_UNSEEN = ("pending", "spam", "trash")
LOOKED_AT = 50  # comments of one network, or of one address


class CommentQuerySet(QueueQuerySet):
    """The reads. `update()` refuses the tree's columns and `delete()` refuses altogether: the doors do that, locked."""

    def approved(self) -> "CommentQuerySet":
        return self.filter(status="approved")

    def roots(self) -> "CommentQuerySet":
        return self.filter(level=0)

    def replies(self) -> "CommentQuerySet":
        return self.filter(level__gt=0)

    def by_moderators(self) -> "CommentQuerySet":
        return self.filter(author__isnull=False)

    def reworded_since(self, moment: datetime) -> "CommentQuerySet":
        """Pending comments whose writers changed them after that moment."""
        return self.pending().filter(edited_at__gt=moment)

    def new_questions(self, since: datetime) -> "CommentQuerySet":
        """Readers' questions sent after that moment that were not taken down, the last first.

        Readers have names and moderators none: SQLite would take `author IS NULL`, or a status, for the better index.
        """
        sent = self.filter(lft=1, posted_at__gt=since).exclude(name="").exclude(status__in=["spam", "trash"])
        return sent.order_by("-posted_at")

    def with_digest(self, digest: Any) -> "CommentQuerySet":
        """Of the same words, writer and place; as the index says it, or SQLite reads all comments."""
        return self.filter(digest=digest).exclude(digest="")

    def with_words(self, key: Any) -> "CommentQuerySet":
        """With the same words, wherever and by whomever, the newest first; as the index says it."""
        return self.filter(words_key=key).exclude(words_key="").order_by("-pk")

    def sent_since(self, moment: datetime) -> "CommentQuerySet":
        """What came in from readers after that moment, whatever became of it, the last first.

        Whatever did carries its network for two days at least; as the index `comment_sent` says it.
        """
        return self.filter(posted_at__gt=moment).exclude(network="").order_by("-posted_at")

    def newest_of_readers(self) -> "CommentQuerySet":
        """What readers wrote and nobody erased, the newest first."""
        return self.exclude(name="").order_by("-pk")

    def removed_before(self, moment: datetime) -> "CommentQuerySet":
        """Of what was taken down, that which nothing has happened to since that moment, save where readers see replies
        or that an answer was taken back."""
        events = self.model._meta.apps.get_model("comments", "ModerationEvent").objects  # noqa: SLF001
        touched = events.filter(comment=OuterRef("pk"), at__gte=moment)
        below = self.model.objects.filter(
            tree_id=OuterRef("tree_id"), lft__gt=OuterRef("lft"), rght__lt=OuterRef("rght"), status="approved"
        )
        removed = self.filter(erased_at=None, withdrawn_at=None, posted_at__lt=moment)
        return removed.filter(~Exists(touched), ~Exists(below))

    def spam_before(self, moment: datetime) -> "CommentQuerySet":
        """Spam of that kind. What is urgent stays until somebody says that it is not."""
        return self.unapproved("spam").filter(urgent=False).removed_before(moment)

    def trash_before(self, moment: datetime) -> "CommentQuerySet":
        return self.unapproved("trash").removed_before(moment)

    def erased_before(self, moment: datetime) -> "CommentQuerySet":
        """What was erased before that moment: until then the log says by whom."""
        return self.filter(erased_at__lt=moment)

    def is_known(self, name: str, email: str) -> bool:
        """Whether something by this reader, by name and email together, is public."""
        return bool(email) and self.public_by(name, email).exists()

    def public_by(self, name: str, email: str) -> "CommentQuerySet":
        """The public comments with this name and email. SQLite would take a status for the better index."""
        written = self.filter(email=email, name=name).exclude(email="")
        return written.exclude(status__in=_UNSEEN)

    def reported(self) -> "CommentQuerySet":
        """What readers reported and nobody has looked at, oldest first."""
        reports = self.model._meta.apps.get_model("comments", "Report").objects.filter(handled_at=None)  # noqa: SLF001
        return self.filter(pk__in=reports.values("comment")).order_by("posted_at", "pk")

    def erased_with_answers(self) -> "CommentQuerySet":
        """Erased comments whose public answers nobody has looked at since, the latest erased first."""
        below = self.model.objects.filter(
            tree_id=OuterRef("tree_id"), lft__gt=OuterRef("lft"), rght__lt=OuterRef("rght")
        )
        asked = self.filter(Exists(below.by_moderators().approved()), erased_at__isnull=False).exclude(reasons=[])
        return asked.order_by("-erased_at", "-pk")

    def recently_answered(self) -> "CommentQuerySet":
        """Public questions with an answer on articles that readers see, the latest answer first."""
        answered = self.filter(status="approved", level=0, answered_at__isnull=False)
        return answered.filter(article__published_at__lte=timezone.now()).order_by("-answered_at", "-pk")

    def threads_seen(self) -> "CommentQuerySet":
        """Questions on articles that readers see, and removed ones with public replies."""
        # Without `level=0`, which follows: PostgreSQL would expect few rows, and sort all instead of using an index.
        return self.filter(position__isnull=False, article__published_at__lte=timezone.now())

    def answered(self) -> "CommentQuerySet":
        """Public questions with an answer."""
        return self.filter(status="approved", answered_at__isnull=False)

    def answered_since(self, moment: datetime) -> "CommentQuerySet":
        """Readers' public questions that have had their answer since, the latest answer first."""
        return self.answered().filter(answered_at__gte=moment, author=None).order_by("-answered_at", "-pk")

    def asked_since(self, moment: datetime) -> "CommentQuerySet":
        """What readers have asked since and nobody put into spam or trash, the newest first."""
        asked = self.filter(lft=1, posted_at__gte=moment).exclude(REMOVED)  # as the index `comment_asked` says it
        return asked.exclude(name="").order_by("-posted_at")  # moderators' have none, nor do erased ones

    def pointing_to(self, article: Any, now: Any = None) -> "CommentQuerySet":
        """Public questions on articles that readers see with an answer that links to this article, the newest first.

        With what is shown of them, no more.
        """
        seen = self.filter(status="approved", article__published_at__lte=now or timezone.now())
        pointing = seen.filter(signposts__article=article)
        shown = ("name", "body", "author__username", "author__first_name", "author__last_name")
        return pointing.order_by("-signposts__thread").select_related("author").only(*shown)

    def for_search_engines(self) -> "CommentQuerySet":
        """Public questions, less those that their owner wants kept out of search engines, and so out of feeds."""
        findable = self.filter(status="approved", level=0, in_search_engines=True)
        return findable.filter(article__published_at__lte=timezone.now())

    def visible_threads(self, pks: list[int]) -> "CommentQuerySet":
        """Of these questions those of which readers see at least a placeholder."""
        return self.filter(pk__in=pks, level=0, position__isnull=False)

    def pinned_under(self, article: Any) -> "CommentQuerySet":
        """The public question that is pinned under an article, or none."""
        return self.filter(article=article, pinned_at__isnull=False, status="approved")

    def unseen_in(self, threads: Iterable[int]) -> "CommentQuerySet":
        """The replies in these threads that are not approved; as the index `comment_unseen` says it."""
        return self.filter(tree_id__in=threads, level__gt=0).exclude(status="approved").order_by()

    def public_in(self, threads: Iterable[int]) -> "CommentQuerySet":
        """The approved comments of these threads, in their order."""
        return self.filter(tree_id__in=threads).exclude(status__in=_UNSEEN).order_by("tree_id", "lft")

    def unseen_per_thread(self, threads: list[int]) -> dict[int, int]:
        """How many replies of each of these threads are not approved."""
        return dict(self.unseen_in(threads).values_list("tree_id").annotate(Count("pk")))

    def first_answered(self, threads: list[int]) -> dict[int, datetime]:
        """When readers got the first answer in each of these threads; from the index of what moderators wrote."""
        answers = self.public_in(threads).replies().by_moderators().order_by()
        return dict(answers.values_list("tree_id").annotate(Min("published_at")))

    def under(self, articles: list[int], positions: range | None = None) -> "CommentQuerySet":
        """The threads of these articles, or a stretch of their positions."""
        found = self.filter(article__in=articles, level=0, position__isnull=False)
        return found.filter(position__range=(positions[0], positions[-1])) if positions else found

    def newly_public(self, article: Any) -> "CommentQuerySet":
        """Approved comments under an article in threads that may be passed on, the last published first."""
        root = self.model.objects.filter(pk=OuterRef("tree_id"), in_search_engines=True)
        # NULL is what the index leaves out; SQLite would not see that approved comments have a date.
        public = self.approved().filter(Exists(root), article=article, published_at__isnull=False)
        return public.order_by("-published_at", "-pk")

    def with_first_answer(self) -> "CommentQuerySet":
        """Questions with `first_answer`, the pk of the first approved reply by a moderator."""
        answers = self.model.objects.filter(tree_id=OuterRef("pk")).replies().approved().by_moderators()
        annotated: CommentQuerySet = self.annotate(first_answer=Subquery(answers.order_by("lft").values("pk")[:1]))
        return annotated

    def last_changes(self, threads: list[int]) -> dict[int, datetime]:
        """When readers last got something new in each of these threads."""
        changes = self.public_in(threads).order_by().values_list("tree_id")
        dates = changes.annotate(Max("published_at"), Max("edited_at"), Max("corrected_at"))
        return {tree: max(filter(None, moments)) for tree, *moments in dates}

    def with_neighbours(self) -> "CommentQuerySet":
        """Questions with the pk and name of the public one before (`earlier`) and after (`later`) on their article."""
        others = self.model.objects.filter(article=OuterRef("article"), level=0, status="approved")
        earlier = others.filter(position__lt=OuterRef("position")).order_by("-position")
        later = others.filter(position__gt=OuterRef("position")).order_by("position")
        found: CommentQuerySet = self.annotate(
            earlier=Subquery(earlier.values("pk")[:1]),
            earlier_name=Subquery(earlier.values("name")[:1]),
            later=Subquery(later.values("pk")[:1]),
            later_name=Subquery(later.values("name")[:1]),
        )
        return found

    def to_reply_to(self, article: Any, pk: int | None) -> "Comment | None":
        """The public comment with this pk on this article, with its author; None where there is none such."""
        return self.approved().select_related("author").filter(article=article, pk=pk).first() if pk else None

    def is_closed(self, comment: Any) -> bool:
        """Whether the comment stands in a thread that takes no more replies."""
        if comment.level == 0:
            return comment.closed_at is not None
        return self.filter(pk=comment.tree_id, closed_at__isnull=False).exists()

    def at_home(self, pk: int) -> "Comment | None":
        """The comment with this pk; for a question that was asked twice the other one, which it was merged into."""
        found, seen = self.filter(pk=pk).first(), {pk}
        while found is not None and found.merged_into_id and found.merged_into_id not in seen:
            seen.add(found.merged_into_id)
            found = self.filter(pk=found.merged_into_id).first()
        return found

    def numbered_once(self, number: int, slug: str) -> "Comment | None":
        """What had this number below the article with this slug, where both were imported from."""
        once = self.filter(article__slug=slug, source=F("article__source"), source_id=str(number))
        return once.exclude(pk=number).first()

    def before(self, comment: Any) -> "CommentQuerySet":
        """What stands before a comment in its thread, the nearest first."""
        return self.filter(tree_id=comment.tree_id, lft__lt=comment.lft).order_by("-lft")

    def after(self, comment: Any) -> "CommentQuerySet":
        """What stands after a comment in its thread, the nearest first."""
        return self.filter(tree_id=comment.tree_id, lft__gt=comment.lft).order_by("lft")

    def below(self, comment: Any) -> "CommentQuerySet":
        """The replies below a comment at every depth; right only under the thread's lock, or as of one moment."""
        return self.filter(tree_id=comment.tree_id, lft__gt=comment.lft, rght__lt=comment.rght)

    def answers_to(self, comment: Any) -> "CommentQuerySet":
        """The public answers right below a comment, the newest first."""
        return self.approved().by_moderators().select_related("author").filter(parent=comment.pk).order_by("-pk")

    def with_newest_answer(self) -> "CommentQuerySet":
        """With `newest_answer`, the pk of the first of `answers_to` each."""
        answers = self.model.objects.approved().by_moderators().filter(parent=OuterRef("pk")).order_by("-pk")
        found: CommentQuerySet = self.annotate(newest_answer=Subquery(answers.values("pk")[:1]))
        return found

    def asked_by_the_writer_of(self, comment: Any, most: int) -> "CommentQuerySet":
        """Other questions with the comment's email, or else from its network; the newest of each, at most so many.

        With `has_same_email`, which says which of the two it is, and `total`, how many there are of that.
        """
        by_email = self.filter(email=comment.email).exclude(email="").values("pk")
        by_network = self.filter(network=comment.network).exclude(network="").values("pk")
        known = by_email.union(by_network)  # an OR of the two would be read from no index
        theirs = self.filter(pk__in=known, level=0, author=None).exclude(pk=comment.tree_id)
        ranked = theirs.annotate(
            has_same_email=Case(When(Q(email=comment.email) & ~Q(email=""), then=True), default=False),
            total=Window(Count("pk"), partition_by="has_same_email"),
            place=Window(RowNumber(), partition_by="has_same_email", order_by=F("pk").desc()),
        )
        found: CommentQuerySet = ranked.filter(place__lte=most).defer("body_html", "excerpt_html").order_by("-pk")
        return found

    def asked_before(self, comment: Any, span: timedelta, most: int) -> "CommentQuerySet":
        """Questions from its network, in its name or with its email, of so long before a comment; at most so many.

        It looks at LOOKED_AT comments, so that a flood costs a page nothing.
        """
        span_before = (comment.posted_at - span, comment.posted_at)
        same_network = self.model.objects.filter(network=comment.network, posted_at__range=span_before)
        newest = same_network.exclude(network="").exclude(pk=comment.pk).order_by("-posted_at")[:LOOKED_AT]
        is_same = Q(name__iexact=comment.name)
        if comment.email:
            is_same |= Q(email__iexact=comment.email)
        return self.filter(is_same, pk__in=newest.values("pk"), level=0).order_by()[:most]

    def with_address(self, email: str) -> "CommentQuerySet":
        """What was written with this address, however it was capitalised; as the index `comment_address` says it."""
        found: CommentQuerySet = self.alias(address=Lower("email")).filter(address=Lower(Value(email)))
        return found.exclude(email="")

    def with_any_address(self, emails: list[str]) -> "CommentQuerySet":
        """What was written with one of these; nothing where there are none."""
        found: CommentQuerySet = self.alias(address=Lower("email"))
        return found.filter(address__in=[Lower(Value(email)) for email in emails if email]).exclude(email="")

    def without_address(self, emails: list[str]) -> "CommentQuerySet":
        """What was written with none of these."""
        found: CommentQuerySet = self.alias(address=Lower("email"))
        return found.exclude(address__in=[Lower(Value(email)) for email in emails])

    def all_with_address(self, email: str) -> "CommentQuerySet":
        """The same without what was added to it, the newest first."""
        return self.with_address(email).filter(continues=None).order_by("-pk")

    def written_through(self, comment: Any) -> "CommentQuerySet":
        """What is left of the comment itself and of all that was added through its private link, in that order."""
        return self.filter(Q(pk=comment.pk) | Q(continues=comment.pk), erased_at=None).order_by("pk")

    def additions_to(self, comment: Any) -> "CommentQuerySet":
        """What was added through the private link of a comment (or of that pk) and is not erased, oldest first."""
        return self.filter(continues=comment, erased_at=None).order_by("pk")

    def update(self, **columns: Any) -> int:
        if forbidden := TREE_COLUMNS & columns.keys():
            raise TypeError(f"{', '.join(sorted(forbidden))}: trees change through moving.move() and posting only.")
        return super().update(**columns)

    def update_tree(self, **columns: Any) -> int:
        """`update()` for the tree's columns: only for a caller who holds every thread concerned (`locking.hold`)."""
        return super().update(**columns)

    def delete(self) -> NoReturn:
        raise TypeError("Comments are not deleted: use moderation.trash() or moderation.erase().")

    def delete_rows(self) -> None:
        """`delete()` with what hangs on them: only for `deleting`, which holds their threads and closes the gaps."""
        super().delete()


class SituationQuerySet(models.QuerySet["Situation"]):
    def in_order(self) -> "SituationQuerySet":
        return self.order_by("order", "name")

    def of(self, question: Any) -> "SituationQuerySet":
        """All of them, with `is_chosen` on those that this question has, `is_of_article` on those of its article."""
        this = self.model.objects.filter(pk=OuterRef("pk"))
        of_article = Exists(this.filter(articles=question.article_id))
        found: SituationQuerySet = self.annotate(
            is_chosen=Exists(this.filter(questions=question.pk)), is_of_article=of_article
        )
        return found

    def about(self, question: Any) -> "SituationQuerySet":
        return self.filter(questions=question).in_order()

    def with_counts(self, most: int) -> "SituationQuerySet":
        """With `question_count` and `answered_count`, of what readers see; so many of each are counted at most."""
        through: Any = self.model._meta.get_field("questions").through  # noqa: SLF001
        chosen = through.objects.filter(situation=OuterRef("pk"))
        published = chosen.filter(comment__level=0, comment__article__published_at__lte=timezone.now())
        public = published.exclude(comment__status__in=_UNSEEN).values("pk")
        found: SituationQuerySet = self.annotate(
            question_count=CountUpTo(public[:most]),
            answered_count=CountUpTo(public.filter(comment__answered_at__isnull=False)[:most]),
        )
        return found
