"""What an export holds: every model and every column, in the order of the file, and why some are not in it.

A new column fails the tests until somebody has decided here: `open` is in every export, `private` only in one that was
asked for with --private, `left_out` in none, with the reason. Of a comment that readers cannot see, an export that is
not private has its place, its status and its dates alone (`unseen`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q

from advice.models import Article, OldAddress
from advice.site_models import Helpline, MenuItem, Picture, SiteIdentity
from comments import desk_models, log_models, mail_models, reader_models, screening_models
from comments.models import Comment

VERSION = 1
FORMAT = "advice"

_MADE = "made anew from the text"
_COUNTED = "counted anew"
_TREE = "follows from the parents and their order"


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One type of lines: the rows of a model, by their numbers; comments thread by thread, as they are read."""

    type: str
    model: Any
    open: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    why: str = ""  # the private columns, or all of it, are private
    unseen: frozenset[str] = frozenset()  # open columns that are empty where readers do not see the row
    rows: Q = field(default_factory=Q)  # of an export that is not private
    order: tuple[str, ...] = ("pk",)

    @property
    def is_private(self) -> bool:
        """Whether there are such lines with --private alone."""
        return not self.open

    def names(self, *, private: bool) -> tuple[str, ...]:
        """The columns of a line, in their order."""
        return self.open + (self.private if private else ())


TABLES = (
    Table(
        "moderator",
        User,
        ("id", "username", "first_name", "last_name", "is_staff", "is_active", "date_joined", "groups"),
        ("email",),
        {
            "password": "a file that is passed on lets nobody in: `create_moderator` sets a new one",
            "last_login": "of the old site",
            "is_superuser": "a file gives nobody all rights",
            "user_permissions": "a file gives nobody rights beyond those of the two groups",
        },
        why="where they are reached",
    ),
    Table(
        "picture",
        Picture,
        ("id", "name", "description", "width", "height", "widths", "uploaded_at"),
    ),
    Table("situation", reader_models.Situation, ("id", "name", "slug", "description", "order")),
    Table(
        "article",
        Article,
        (
            *("id", "title", "slug", "summary", "body", "format", "author", "published_at", "updated_at"),
            *("lead_picture", "situations", "listed", "comments_open", "source", "source_id"),
        ),
        left_out={
            **dict.fromkeys(("body_html", "contents", "word_count"), _MADE),
            **dict.fromkeys(("comment_count", "question_count", "answered_count"), _COUNTED),
            "discussion_version": "begins anew: no page of the new site is kept anywhere yet",
        },
    ),
    Table("old_address", OldAddress, ("id", "path", "article", "situation", "picture")),
    Table(
        "identity",
        SiteIdentity,
        (
            *("id", "name", "tagline", "introduction", "author_name", "portrait", "bio", "accent", "call_title"),
            *("call_text", "call_button", "ask_note", "footer_text", "exit_address"),
        ),
    ),
    Table("menu_item", MenuItem, ("id", "identity", "article", "label", "place", "order")),
    Table(
        "helpline",
        Helpline,
        (
            *("id", "country", "kind", "name", "number", "address", "hours", "about", "source", "confirmed_on"),
            "order",
        ),
    ),
    Table(
        "settings",
        desk_models.DiscussionSettings,
        (
            *("id", "hold", "close_after_days", "is_away", "away_text", "away_until", "weekly_cap"),
            *("posts_in_ten_minutes", "posts_in_a_day", "posts_in_an_hour", "look_for_care", "check_texts"),
            *("same_texts", "check_links", "links_held", "links_spam", "check_writing", "check_phrases"),
            *("check_likeness", "reserved_names", "elsewhere_text", "network_days", "spam_days", "removed_days"),
            *("mail_days", "unconfirmed_days", "backup_days", "confirmations_an_hour"),
        ),
    ),
    Table(
        "desk_preference",
        desk_models.DeskPreference,
        (
            *("id", "moderator", "shortcuts", "mail_questions", "mail_hour", "mail_urgent", "mail_reports"),
            *("mail_follow_ups", "mail_nudge"),
        ),
    ),
    Table("saved_reply", desk_models.SavedReply, ("id", "title", "body", "order", "used_count", "used_at")),
    Table("phrase", screening_models.Phrase, ("id", "topic", "kind", "words", "language", "is_on", "is_shipped")),
    Table(
        "block_rule",
        desk_models.BlockRule,
        private=("id", "kind", "value", "then", "note", "expires_at", "added_at", "added_by"),
        why="addresses, networks and names of those who are kept out",
    ),
    Table(
        "comment",
        Comment,
        (
            *("id", "article", "parent", "author", "name", "by_asker", "body", "status", "posted_at", "edited_at"),
            *("corrected_at", "published_at", "erased_at", "situations", "in_search_engines", "highlighted_at"),
            *("withdrawn_at", "closed_at", "pinned_at", "merged_into", "source", "source_id"),
        ),
        (
            *("email", "continues", "original_body", "helped", "unhelped_at", "follow_up_at", "detail_asked_at"),
            *("detail_wanted", "reasons", "urgent", "care", "network", "digest", "words_key"),
        ),
        {
            **dict.fromkeys(("body_html", "excerpt_html"), _MADE),
            **dict.fromkeys(("tree_id", "lft", "rght", "level"), _TREE),
            **dict.fromkeys(("position", "reply_count", "answered_at"), _COUNTED),
        },
        why="who wrote it, what else they wrote, and what was thought and asked about them",
        unseen=frozenset({"name", "body", "situations"}),
        order=("tree_id", "lft"),
    ),
    Table(
        "event",
        log_models.ModerationEvent,
        ("id", "comment", "act", "by", "verb", "from_status", "to_status", "at"),
        ("subject", "before", "after", "reason"),
        why="the log's texts retell comments and name who is kept out; entries on other things have nothing else",
        rows=Q(comment__isnull=False),
    ),
    Table(
        "private_link",
        reader_models.PrivateLink,
        private=("id", "comment", "token_hash", "created_at"),
        why="the ways to readers' own pages",
    ),
    Table(
        "report",
        reader_models.Report,
        private=(
            *("id", "comment", "reason", "details", "reference", "network", "reported_at", "handled_at"),
            "handled_by",
        ),
        why="said to moderators alone",
    ),
    Table(
        "note",
        desk_models.Note,
        private=("id", "comment", "by", "body", "at"),
        why="for moderators alone",
    ),
    Table(
        "draft",
        desk_models.Draft,
        private=("id", "moderator", "comment", "body", "version", "saved_at"),
        why="not sent yet",
    ),
    Table(
        "rule_hit",
        desk_models.RuleHit,
        private=("id", "rule", "comment", "matched", "at"),
        why="which block rule caught a comment, by which words",
    ),
    Table(
        "linked_host",
        screening_models.LinkedHost,
        private=("id", "comment", "host"),
        why="where comments lead, unpublished ones too",
    ),
    Table(
        "spam_sign",
        screening_models.SpamSign,
        private=("id", "kind", "value", "comment", "at"),
        why="fingerprints of texts and networks",
    ),
    Table(
        "address",
        mail_models.EmailAddress,
        private=(
            *("id", "key", "address", "added_at", "confirmed_at", "muted_at", "muted_because", "with_words"),
            *("tell_public", "tell_answers", "tell_replies"),
        ),
        why="readers' email addresses, and which mails they want",
    ),
    Table(
        "quiet_thread",
        mail_models.QuietThread,
        private=("id", "address", "thread"),
        why="readers' email addresses, and which mails they want",
    ),
    Table(
        "mail",
        mail_models.OutboxMessage,
        private=(
            *("id", "kind", "comment", "report", "address", "moderator", "written_at", "due_at", "attempts"),
            *("message_id", "done_at", "outcome", "reason"),
        ),
        left_out={"leased_until": "of a worker of the old site"},
        why="who was told what",
    ),
    Table(
        "mail_request",
        mail_models.MailRequest,
        private=("id", "network", "key", "asked_at"),
        why="fingerprints of addresses and networks",
    ),
)

BY_TYPE = {table.type: table for table in TABLES}
TYPES = {table.model: table.type for table in TABLES}

# Models without lines of their own.
LEFT_OUT = {
    "SearchDocument": "made anew from threads and articles",
    "Signpost": "made anew from the links of answers",
    "SharedState": "what the machines of a site tell each other",
    "Visit": "who has a page open at this moment",
    "Moderator": "a moderator's row under another name",
    "Article_situations": "in the article's line",
    "Comment_situations": "in the comment's line",
}
