"""People in danger: what a text sounds like, by the phrases of `phrases`. A pass of its own beside screening's checks.

It decides nothing about whether a comment is read. It brings it to the top of the desk, and its writer to help.
"""

from dataclasses import dataclass

from . import discussion_settings, phrases
from .models import BODY_LENGTH
from .screening_models import CARE, Topic


@dataclass(frozen=True, slots=True)
class Noticed:
    """What somebody may need help with; `reasons` are for moderators."""

    topics: tuple[Topic, ...] = ()
    reasons: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.topics)


NOTHING = Noticed()


def notice(text: str) -> Noticed:
    """What this text sounds like."""
    said: dict[Topic, str] = {}
    for match in phrases.find(text):
        if match.topic in CARE:
            said.setdefault(match.topic, match.said)
    reasons = (f"{Topic(topic).label.lower()}: “{words}”" for topic, words in said.items())
    return Noticed(tuple(said), tuple(reasons))


def typed(text: str) -> tuple[Topic, ...]:
    """What words sound like that were not sent, or not yet. Of more than fits: how it begins and how it ends."""
    if not discussion_settings.current().row.look_for_care:
        return ()
    if len(text) > 2 * BODY_LENGTH:
        text = f"{text[:BODY_LENGTH]}\n\n{text[-BODY_LENGTH:]}"
    return notice(text).topics
