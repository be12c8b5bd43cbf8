"""One person with all that a site can keep about them, for tests of their data."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from comments import (
    addresses,
    blocking,
    identities,
    links,
    mail_requests,
    moderation,
    notes,
    posting,
    reporting,
    rewording,
)
from comments.desk_models import BlockRule
from comments.mail_models import EmailAddress, Kind, OutboxMessage
from comments.models import Comment
from tests.factories import answer, ask, discuss, fresh, make_situation, reply_to

ANN = "Ann@Example.org"
SECRET = "quixotopia"  # in every text of hers


def without_phrases() -> None:
    """Making their lists ready takes each test half a second, and none of these is about them."""
    discuss(look_for_care=False, check_phrases=False)


def known(email: str = ANN, **columns: Any) -> EmailAddress:
    """The address, confirmed."""
    moment = timezone.now() - timedelta(days=3)
    values = {"address": email, "added_at": moment, "confirmed_at": moment, **columns}
    return EmailAddress.objects.update_or_create(key=addresses.key_of(email), defaults=values)[0]


def live(article: Any, sarah: Any) -> EmailAddress:
    """Two questions in two spellings, an addition, an answer, and something of everything beside them."""
    address = known()
    question = ask(article, f"First {SECRET}, call me on 0171 1234567.", name="Anna K", email=ANN, network="n" * 32)
    answer(question, "Wait for a month.", by=sarah)
    moderation.approve(posting.post(posting.addition(question, f"Added {SECRET}.", network="")).comment, by=sarah)
    other = ask(article, f"Second {SECRET} on 0171 1234567.", email="ann@EXAMPLE.org", approved=False)
    rewording.mask(other, by=sarah, spans=identities.find(other.body))
    question.situations.add(make_situation("Silence"))
    Comment.objects.filter(pk=question.pk).update(helped="yes", care=["abuse"], reasons=["abuse: “x”"], urgent=True)
    notes.add(question, by=sarah, body=f"A private note on {SECRET}.")
    reporting.report(fresh(question), reason="identity", details=f"She says {SECRET}.", network="m")
    links.mint(question)
    addresses.quiet(address, question.pk)
    mail_requests.ask_for_links(ANN, network="k" * 32)
    rule = BlockRule.objects.create(kind="email", value="ann@example.org", note="Rude.")
    blocking.note(other, [blocking.Hit(rule, "ann@example.org")], timezone.now())
    OutboxMessage.objects.filter(kind=Kind.ANSWER).update(outcome="sent", done_at=timezone.now())
    return address


def bystander(article: Any) -> Comment:
    """Somebody else, whose question nothing may happen to."""
    question = ask(article, "Of somebody else.", name="Bob", email="bob@example.org")
    return reply_to(question, "And their reply.", name="Bob", email="bob@example.org")
