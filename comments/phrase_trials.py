"""What a phrase would notice, before it counts: in readers' newest comments, or in a text that somebody pastes."""

from dataclasses import dataclass

from . import phrases
from .models import Comment
from .phrases import Looked
from .screening_models import Phrase

TRIED = 2_000  # of the newest comments
SHOWN = 20  # of those that say it


@dataclass(frozen=True, slots=True)
class Said:
    """A comment in which a phrase stands."""

    comment: Comment
    looked: Looked


@dataclass(frozen=True, slots=True)
class Trial:
    count: int  # of the comments that say it
    counted: int  # of these, where it counts
    first: list[Said]  # the newest of them
    of: int  # comments that were looked at


def try_out(phrase: Phrase) -> Trial:
    """Which of readers' newest comments say this phrase, saved or not, and where it would count beside the others."""
    alone = phrases.Lists.of([phrase])
    others = phrases.current()
    found, looked_at = list[Said](), 0
    newest = Comment.objects.newest_of_readers().only("name", "body", "status", "posted_at")[:TRIED]
    for comment in newest.iterator(chunk_size=500):
        looked_at += 1
        if alone.look(comment.body):
            looked = [
                each for each in others.look(comment.body, beside=alone, instead_of=phrase.pk) if each.phrase is phrase
            ]
            found.append(Said(comment, max(looked, key=lambda each: each.counts)))
    return Trial(len(found), sum(said.looked.counts for said in found), found[:SHOWN], looked_at)
