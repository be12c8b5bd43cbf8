"""What else whoever wrote a comment has asked: for certain by the email, perhaps by the network."""

from dataclasses import dataclass, field

from .models import Comment

MOST = 5  # questions shown of each kind


@dataclass(slots=True)
class Asked:
    """The newest of them, and how many there are."""

    questions: list[Comment] = field(default_factory=list)
    total: int = 0


@dataclass(slots=True)
class History:
    by_email: Asked = field(default_factory=Asked)
    by_network: Asked = field(default_factory=Asked)

    def __bool__(self) -> bool:
        return bool(self.by_email.total or self.by_network.total)


def history_of(comment: Comment) -> History:
    """One query, however much they have asked. Of a moderator's comment there is none."""
    history = History()
    if comment.author_id is not None or not (comment.email or comment.network):
        return history
    for question in Comment.objects.asked_by_the_writer_of(comment, MOST):
        kind = history.by_email if question.has_same_email else history.by_network
        kind.questions.append(question)
        kind.total = question.total
    return history
