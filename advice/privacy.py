"""What the site keeps of its readers, told from what keeps it: columns, limits, settings. /privacy/ is made of it.

COLUMNS names every column of every model in `comments`. A new one fails the tests until somebody has said here what it
means for a reader, and whether erasing takes it away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from comments import discussion_settings, likeness, links, posting, purging


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that is kept, in readers' words. `goes`: erasing a comment takes it away."""

    what: str | Promise
    why: str | Promise
    goes: bool = True


WORDS = Kept(
    _("Your name and your text"),
    _("They become public: “How to ask” says when. A nickname is fine."),
)
EMAIL = Kept(
    _("Your email address, if you give one"),
    _("Never shown to readers; the people who answer here can see it. Mail goes there only if you agree to that."),
)
MAIL = Kept(
    _("Whether you want mail, and which"),
    _("A fingerprint of your address finds it. If you want none at all, that fingerprint stays, so that none comes."),
)
SENT = Kept(
    _("Which mails were sent, and when"),
    _("So that nothing is told twice. Never what they said: that is made when they are sent."),
)
ASKED_FOR = Kept(
    _("For two days, a fingerprint of an address to which a mail was asked for"),
    _("So that nobody can flood a mailbox through this site."),
    goes=False,
)
SITUATION = Kept(_("What your question is about"), _("As the people who answer here have sorted it. It is public."))
HELPED = Kept(_("Whether the answer helped, if you say so"), _("Only the people who answer here see it."))
NETWORK = Kept(
    _("A fingerprint of your network, not its address"),
    _(
        "Made with a secret key, and compared to see how much came from one connection: nobody can flood the page, and "
        "whoever asks again and again is shown help."
    ),
)
ORIGINAL = Kept(
    _("Your words before somebody here masked a name or a number in them"),
    _("Until they are published; then only the masked ones are left."),
)
NOTES = Kept(
    _("What the people who answer here note about your question"),
    _("Notes, what they asked you, drafts of an answer, and which of their rules held it back. Only they see it."),
)
DIGEST = Kept(
    _("A fingerprint of your text"), _("So that sending twice does not publish twice, and spam is known again.")
)
CARE = Kept(
    _("Whether your words sound as if somebody were in danger"),
    _("By lists of words, here and nowhere else, so that you are shown help and answered first. Never public."),
)
SPAM = Kept(
    _("Of what was marked as spam, fingerprints of the text and the network, and hosts it linked to"),
    _("So that the same comes no more. They outlive the spam, for a time."),
)
LINK = Kept(
    _("A fingerprint of each private link"),
    _("With it we know your link when you come back, and can show it to nobody, not to you either."),
)
SEARCH = Kept(_("A copy of what is public"), _("Sorted by words, for this site’s own search."))
DATES = Kept(
    _("Dates"), _("When it was sent, changed, published, answered and erased, and when a link was made."), goes=False
)
SAME_WRITER = Kept(
    _("What was written through the same private link"), _("So that it can be marked as the asker’s."), goes=False
)
STANDING = Kept(
    _("Where it stands"),
    _("Waiting, public or taken down; and who changed that, when and why. Erasing deletes the why."),
    goes=False,
)
SOURCE = Kept(
    _("Its number on another website"),
    _("Only for comments that came from there, so that they never come twice, and never again once erased."),
    goes=False,
)
REPORT = Kept(
    _("The reason, your words, and its number"),
    _("For the people who answer here. Your words go when the comment is erased."),
    goes=False,
)
REPORT_DATES = Kept(_("When it was sent, and who looked at it when"), _("So that none is forgotten."), goes=False)

BLOCKED = Kept(
    _("Addresses, networks and words that are kept out"),
    _("Of those who misused this page. Erasing a comment does not lift a block."),
    goes=False,
)
BLOCK_RULE: dict[str, Kept | None] = {
    **dict.fromkeys(("kind", "value", "then", "note", "expires_at", "added_at", "added_by"), BLOCKED),
    "id": None,
}
# The people who answer, who have accounts; the table of users is Django's.
MODERATOR: dict[str, Kept | None] = dict.fromkeys(
    (
        *("id", "password", "last_login", "is_superuser", "groups", "user_permissions", "username", "first_name"),
        *("last_name", "email", "is_staff", "is_active", "date_joined"),
    )
)

# None: says nothing of a reader.
COLUMNS: dict[str, dict[str, Kept | None]] = {
    "Comment": {
        **dict.fromkeys(("name", "body", "body_html", "excerpt_html"), WORDS),
        "email": EMAIL,
        "situations": SITUATION,
        "helped": HELPED,
        "network": NETWORK,
        **dict.fromkeys(("digest", "words_key"), DIGEST),
        "care": CARE,
        "original_body": ORIGINAL,
        "detail_wanted": NOTES,
        **dict.fromkeys(("posted_at", "edited_at", "published_at", "answered_at", "erased_at", "corrected_at"), DATES),
        **dict.fromkeys(("follow_up_at", "unhelped_at", "detail_asked_at"), DATES),
        **dict.fromkeys(("by_asker", "continues"), SAME_WRITER),
        **dict.fromkeys(("status", "reasons", "urgent", "merged_into", "closed_at", "pinned_at"), STANDING),
        **dict.fromkeys(("highlighted_at", "withdrawn_at"), None),  # of moderators' answers
        **dict.fromkeys(("source", "source_id"), SOURCE),
        **dict.fromkeys(("id", "article", "parent", "author", "in_search_engines"), None),
        **dict.fromkeys(("tree_id", "lft", "rght", "level", "position", "reply_count"), None),
    },
    "PrivateLink": {"token_hash": LINK, "created_at": DATES, "id": None, "comment": None},
    "ModerationEvent": {
        **dict.fromkeys(("by", "verb", "from_status", "to_status", "before", "after", "reason", "at"), STANDING),
        **dict.fromkeys(("id", "comment", "subject", "act"), None),
    },
    "SearchDocument": {
        **dict.fromkeys(("lead", "answer", "rest"), SEARCH),
        **dict.fromkeys(("id", "thread", "article"), None),
    },
    "Report": {
        **dict.fromkeys(("reason", "details", "reference"), REPORT),
        "network": NETWORK,
        **dict.fromkeys(("reported_at", "handled_at", "handled_by"), REPORT_DATES),
        **dict.fromkeys(("id", "comment"), None),
    },
    "Comment_situations": dict.fromkeys(("id", "comment", "situation"), SITUATION),
    "Signpost": dict.fromkeys(("id", "thread", "article"), None),
    "Note": {**dict.fromkeys(("body", "by", "at"), NOTES), **dict.fromkeys(("id", "comment"), None)},
    "Draft": {
        **dict.fromkeys(("body", "moderator", "saved_at"), NOTES),
        **dict.fromkeys(("id", "comment", "version"), None),
    },
    "RuleHit": {**dict.fromkeys(("rule", "matched", "at"), NOTES), **dict.fromkeys(("id", "comment"), None)},
    "LinkedHost": {"host": WORDS, **dict.fromkeys(("id", "comment"), None)},
    "SpamSign": {**dict.fromkeys(("kind", "value", "at"), SPAM), **dict.fromkeys(("id", "comment"), None)},
    # Of moderators and their site, not of readers.
    "Phrase": dict.fromkeys(("id", "topic", "words", "kind", "language", "is_on", "is_shipped")),
    "Visit": dict.fromkeys(("id", "moderator", "comment", "at")),
    "DeskPreference": dict.fromkeys(
        (
            *("id", "moderator", "shortcuts", "mail_questions", "mail_hour"),
            *("mail_urgent", "mail_reports", "mail_follow_ups", "mail_nudge"),
        )
    ),
    "EmailAddress": {
        **dict.fromkeys(("key", "confirmed_at", "muted_at", "muted_because"), MAIL),
        **dict.fromkeys(("with_words", "tell_public", "tell_answers", "tell_replies"), MAIL),
        **dict.fromkeys(("address", "added_at"), EMAIL),
        "id": None,
    },
    "QuietThread": {**dict.fromkeys(("address", "thread"), MAIL), "id": None},
    "MailRequest": {"network": NETWORK, **dict.fromkeys(("key", "asked_at"), ASKED_FOR), "id": None},
    "OutboxMessage": {
        **dict.fromkeys(("kind", "address", "written_at", "due_at", "done_at", "outcome", "reason"), SENT),
        **dict.fromkeys(("id", "comment", "report", "moderator", "leased_until", "attempts", "message_id")),
    },
    "SavedReply": dict.fromkeys(("id", "title", "body", "order", "used_count", "used_at")),
    "BlockRule": BLOCK_RULE,
    "DiscussionSettings": dict.fromkeys(
        (
            *("id", "hold", "close_after_days", "is_away", "away_text", "away_until", "weekly_cap", "reserved_names"),
            *("posts_in_ten_minutes", "posts_in_a_day", "elsewhere_text", "network_days", "removed_days"),
            *(
                "mail_days",
                "unconfirmed_days",
                "backup_days",
                "confirmations_an_hour",
                "posts_in_an_hour",
                "look_for_care",
                "spam_days",
            ),
            *("check_texts", "same_texts", "check_links", "links_held", "links_spam"),
            *("check_writing", "check_phrases", "check_likeness"),
        )
    ),
    "Moderator": MODERATOR,
    "Situation": dict.fromkeys(("id", "name", "slug", "description", "order"), None),
}


def facts() -> dict[str, Any]:
    """What the page says, beside its own words."""
    asking = discussion_settings.current()
    row, limits = asking.row, discussion_settings.limits(asking.row)
    of_comments = kept(
        "Comment",
        "PrivateLink",
        "ModerationEvent",
        "SearchDocument",
        "Note",
        "EmailAddress",
        "OutboxMessage",
        "MailRequest",
        "BlockRule",
        "SpamSign",
    )
    return {
        "of_comments": of_comments,
        "of_reports": kept("Report"),
        "goes": [item for item in of_comments if item.goes],
        "stays": [item for item in of_comments if not item.goes],
        "limits": [(most, span(within)) for within, most in limits] if settings.POST_LIMITS else [],
        "network_days": row.network_days,
        "spam_days": row.spam_days,
        "removed_days": row.removed_days,
        "mail_days": row.mail_days,
        "unconfirmed_days": row.unconfirmed_days,
        "backup_days": row.backup_days,
        "asked_for_span": span(purging.LIMITS_NEED),
        "signs_span": span(likeness.KEPT_FOR),
        "is_read_first": asking.is_read_first,
        "looks_for_care": row.look_for_care,
        "urgent_times": posting.URGENT,
        "links": links.LINKS,
        "cookie_path": settings.SESSION_COOKIE_PATH,
        "cookie_span": span(timedelta(seconds=settings.SESSION_COOKIE_AGE)),
        "encrypted": settings.HTTPS,
    }


def kept(*models: str) -> list[Kept]:
    """What these models keep of readers, each thing once."""
    return list(dict.fromkeys(item for model in models for item in _told(COLUMNS[model].values())))


def span(length: timedelta) -> str:
    """Days, or minutes where it is less than one."""
    if days := length.days:
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    minutes = int(length.total_seconds()) // 60
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def _told(columns: Iterable[Kept | None]) -> list[Kept]:
    return [item for item in columns if item is not None]
