"""What the site did with somebody's comment, in words for whoever wrote it. The log's own words are for moderators."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .log_models import Verb
from .mail_models import EmailAddress, Kind, OutboxMessage
from .screening_models import Topic

Words = dict[str, str | Promise]

DEEDS: Words = {
    Verb.APPROVE: _("Made public"),
    Verb.HOLD: _("Taken back, to be read again"),
    Verb.MARK_SPAM: _("Put aside as spam"),
    Verb.TRASH: _("Taken down"),
    Verb.RESTORE: _("Brought back"),
    Verb.UNDO: _("What was done before was undone"),
    Verb.WITHDRAW: _("Withdrawn by its writer"),
    Verb.MERGE: _("Put together with another question"),
    Verb.MOVE: _("Moved to another place"),
    Verb.ASK_DETAIL: _("More was asked of you"),
    Verb.DEAL_WITH: _("Looked at"),
    Verb.CORRECT: _("Its words were changed"),
    Verb.MASK: _("What could say who somebody is was hidden"),
    Verb.CLOSE: _("Closed to replies"),
    Verb.REOPEN: _("Opened to replies"),
    Verb.PIN: _("Put above the others"),
    Verb.UNPIN: _("Put back among the others"),
    Verb.LABEL: _("Sorted"),
}
OTHERWISE = _("Something else was done")
MAILS: Words = {
    Kind.CONFIRM: _("Whether you want news"),
    Kind.LINKS: _("The way to what you wrote"),
    Kind.PUBLIC: _("It is public"),
    Kind.ANSWER: _("An answer"),
    Kind.REPLY: _("A reply"),
    Kind.DETAIL: _("A question to you"),
}
OUTCOMES: Words = {
    "": _("waits"),
    OutboxMessage.Outcome.SENT: _("sent"),
    OutboxMessage.Outcome.SKIPPED: _("not sent, as there was nothing to tell any more"),
    OutboxMessage.Outcome.FAILED: _("could not be sent"),
}
MUTED: Words = {
    EmailAddress.Muted.OWNER: _("You wanted no mail."),
    EmailAddress.Muted.BOUNCED: _("A mail came back."),
    EmailAddress.Muted.COMPLAINED: _("Your mailbox called a mail spam."),
    EmailAddress.Muted.MODERATOR: _("Somebody who answers here stopped them."),
}
TOPICS: Words = {
    Topic.SELF_HARM: _("suicide or self-harm"),
    Topic.VIOLENCE: _("violence"),
    Topic.ABUSE: _("abuse"),
    Topic.STALKING: _("stalking"),
    Topic.MINOR: _("a minor in danger"),
}


def deed(event: dict[str, Any]) -> str | Promise:
    """What an entry of the log says was done."""
    return DEEDS.get(event["verb"], OTHERWISE)
