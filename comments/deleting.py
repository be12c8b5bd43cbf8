"""The door through which rows of comments go for good: spam after its term, and what is left of erased ones.

Not what something else hangs on (replies, additions, questions that were merged into it), nor what was imported: its
number stays, so that importing again brings nothing back. Nothing of this was public, so nothing that readers see
changes.
"""

from collections.abc import Collection, Sequence

from . import addresses, locking, trees
from .managers import CommentQuerySet
from .models import Comment

BATCH = 500  # comments at once: their threads are locked meanwhile


@locking.retried
def delete(pks: Sequence[int], due: CommentQuerySet) -> int:
    """Those of these that are due, looked at again under the locks of their threads; how many went."""
    held = locking.hold(pks, articles=False)
    wanted = due.filter(pk__in=list(held.comments), source=None).values_list("pk", flat=True)
    going = [held.comments[pk] for pk in _without_others(set(wanted))]
    if not going:
        return 0
    Comment.objects.filter(pk__in=[comment.pk for comment in going]).delete_rows()
    _close_gaps({comment.tree_id for comment in going if not comment.is_root})
    addresses.forget(comment.email for comment in going)
    return len(going)


def _without_others(pks: set[int]) -> set[int]:
    """Those of these comments that only others of them hang on: all can go together, the deepest first."""
    above: list[tuple[int, int]] = []
    for column in ("parent", "continues", "merged_into"):
        above += Comment.objects.filter(**{f"{column}__in": pks}).values_list("pk", column)
    while kept := {target for pk, target in above if pk not in pks} & pks:
        pks = pks - kept
    return pks


def _close_gaps(threads: Collection[int]) -> None:
    """Write the columns of these threads anew from their parent links, where they are others now."""
    rows = Comment.objects.filter(tree_id__in=threads).order_by("tree_id", "lft")
    found = {row[0]: row for row in rows.values_list("pk", "tree_id", "lft", "rght", "level", "parent_id")}
    columns = trees.columns((pk, row[-1]) for pk, row in found.items())
    trees.write([new for new in columns if new != found[new.pk][:-1]])
