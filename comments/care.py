"""People in danger: what a text sounds like, by its phrases (`phrases`) and as a whole (`weighing`). A pass of its own
beside screening's checks.

It decides nothing about whether a comment is read. It brings it to the top of the desk, and its writer to help.
"""

from dataclasses import dataclass

from . import discussion_settings, phrases, weighing
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
NAMES = {  # in English, for moderators: the topics' own are in readers' language
    Topic.SELF_HARM: "suicide or self-harm",
    Topic.VIOLENCE: "violence",
    Topic.ABUSE: "abuse",
    Topic.STALKING: "stalking",
    Topic.MINOR: "a minor in danger",
}


def notice(text: str) -> Noticed:
    """What this text sounds like.

    A phrase that an owner wrote says it alone. Those that came with the site do in a few words, and in a language whose
    words are not weighed; else the whole text is weighed, with how many of them it says.
    """
    heard = phrases.hear(text)
    found = [match for match in heard.matches if match.topic in CARE]
    weighed = weighing.weigh(heard.words, found=len(found))
    is_danger = weighed is not None and weighed.score >= 0
    said: dict[Topic, str] = {}
    for match in found:
        if is_danger or weighed is None or match.is_own:
            said.setdefault(match.topic, f": “{match.said}”")
    if weighed is not None and is_danger and not said:
        words = ", ".join(f"“{words}”" for words in weighed.words)
        said = dict.fromkeys(weighed.topics, f", by its words as a whole{words and f': {words}'}")
    return Noticed(tuple(said), tuple(f"{NAMES[topic]}{words}" for topic, words in said.items()))


def typed(text: str) -> tuple[Topic, ...]:
    """What words sound like that were not sent, or not yet. Of more than fits: how it begins and how it ends."""
    if not discussion_settings.current().row.look_for_care:
        return ()
    if len(text) > 2 * BODY_LENGTH:
        text = f"{text[:BODY_LENGTH]}\n\n{text[-BODY_LENGTH:]}"
    return notice(text).topics
