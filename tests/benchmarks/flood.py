"""What comes in on such a night: posts of a few campaigns, and now and then somebody's question.

The same for the same number, so that those who send need not be told what.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.labelled import reading

SAME = (
    "Hello dear readers, we offer the very best dating service with thousands of beautiful singles who are waiting for"
    " your message tonight, register today and meet somebody nearby without paying anything."
)
SPUN = (
    ("Great", "Wonderful", "Helpful", "Amazing", "Lovely"),
    ("article", "page", "post", "advice", "text"),
    ("I have", "my brother has", "my friend has", "we have", "people have"),
    ("found", "seen", "used", "tried", "visited"),
    ("a site", "a place", "a shop", "an offer", "a service"),
    ("with cheap", "with good", "with quick", "with real", "with safe"),
    ("pills", "watches", "loans", "medicine", "followers"),
)
CASTER = (
    ("My husband left me", "My wife left me", "My boyfriend left me", "My fiancé went away"),
    ("two months ago", "last summer", "after nine years", "for another woman", "without a word"),
    ("until a friend told me of", "and then I met", "when I read about", "so I wrote to"),
    ("the great spell caster", "the powerful love doctor", "the temple of love spells", "a real spell caster"),
    ("who brought him back within 48 hours.", "and in three days all was well.", "and we are married now."),
)
_WORDS = """
    about after again all also always and another any around away back because been before best between big both bring
    build call came change city close cold come could country day different does down each early end even every family
    far feel few find first food for found friend from garden gave give go good green group grow hand have head hear
    help here high home house how idea important into keep kind know land large last late learn leave left letter life
    light like line little live long look made make man many mean might money morning most mother mountain move much
    music must name near need never new next night nothing number old once open order other our out over own paper
"""
WORDS = _WORDS.split()


@dataclass(frozen=True, slots=True)
class Post:
    network: str  # an address in it
    name: str
    email: str
    body: str
    kind: str


def questions(count: int) -> list[Post]:
    """What people wrote: ordinary questions and comments, and one in twenty that sounds like danger."""
    dice = random.Random(count)
    ordinary = [(case.name, case.email, case.body) for case in reading.spam("tuning") if not case.is_spam]
    ordinary += [("Reader", "", case.text) for case in reading.care("tuning") if not case.topics]
    urgent = [("Reader", "", case.text) for case in reading.care("tuning") if case.topics]
    chosen = dice.sample(urgent, count // 20) + dice.sample(ordinary, count - count // 20)
    dice.shuffle(chosen)
    networks = (f"203.0.{113 + number // 250}.{number % 250 + 1}" for number in range(count))
    return [Post(network, *words, "question") for network, words in zip(networks, chosen, strict=True)]


def spam(number: int) -> Post:
    """The number-th of the night."""
    dice = random.Random(number)
    network = ".".join(str(dice.randint(1, 250)) for _ in range(4))
    name = dice.choice(WORDS).capitalize()
    turn = number % 20
    if turn < 5:
        return Post(network, name, "", SAME, "the same text")
    if turn < 10:
        host = f"best-offer-{number % 3}.example"
        return Post(network, name, "", f"{_spun(SPUN, dice)}: https://{host}/{number} {_some(dice, 8)}", "one host")
    if turn < 13:
        return Post(f"198.51.100.{dice.randint(1, 250)}", name, "", _some(dice, 30), "one range of networks")
    if turn < 17:
        return Post(network, name, "", " ".join(_mashed(dice) for _ in range(14)), "gibberish")
    reached = f"{name.lower()}{number}@spellmail.example"
    return Post(network, name, "", f"{_spun(CASTER, dice)} Write to {reached} today. {_some(dice, 6)}", "spell casters")


def night(posts: int, asked: int) -> Sequence[Post]:
    """All of it, in its order: the questions stand evenly among the spam."""
    people, every = questions(asked), max(1, posts // asked)
    return [
        people[number // every] if number % every == every // 2 and number // every < asked else spam(number)
        for number in range(posts + asked)
    ]


def _spun(parts: Sequence[Sequence[str]], dice: random.Random) -> str:
    return " ".join(dice.choice(part) for part in parts)


def _some(dice: random.Random, count: int) -> str:
    return " ".join(dice.choice(WORDS) for _ in range(count))


def _mashed(dice: random.Random) -> str:
    return "".join(dice.choice("bcdfghjklmnpqrstvwxz") for _ in range(dice.randint(6, 11)))
