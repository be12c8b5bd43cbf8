"""What a moderator says about a question beside its status: its situations, and whether search engines may keep it."""

from collections.abc import Iterable

from . import locking
from .models import Comment
from .moderation import Refused
from .reader_models import Situation


@locking.retried
def label(question: Comment, *, situations: Iterable[int], in_search_engines: bool) -> bool:
    """Give a question exactly these situations (by pk), and say whether its thread may be in search engines' indexes.

    Returns whether that changed anything; readers' cached pages go out of date with it. A situation that is gone
    meanwhile is left out. Raises Refused where the comment is no question, or was erased.
    """
    held = locking.hold([question.pk], articles=True)
    root = held.comments.get(question.pk)
    if root is None or root.erased_at or not root.is_root:
        raise Refused("Only a question that was not erased has situations.")
    wanted = set(Situation.objects.filter(pk__in=list(situations)).values_list("pk", flat=True))
    has = set(root.situations.values_list("pk", flat=True))
    if (wanted, in_search_engines) == (has, root.in_search_engines):
        return False
    root.situations.set(wanted)
    Comment.objects.filter(pk=root.pk).update(in_search_engines=in_search_engines)
    if root.position is not None:
        locking.add_to_counts(root.article_id)
    return True
