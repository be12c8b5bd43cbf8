import uuid

import django.contrib.auth.models
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("advice", "0004_helplines"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("comments", "0009_more_rights"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BlockRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("word", "Word or phrase"), ("email", "Email address"), ("network", "Network")],
                        default="word",
                        max_length=7,
                    ),
                ),
                (
                    "value",
                    models.CharField(
                        help_text="A word or phrase (only whole words match), an address, “@host” for all addresses of one host, or the network’s fingerprint, which a comment’s page at the desk puts in here.",
                        max_length=254,
                    ),
                ),
                (
                    "then",
                    models.CharField(
                        choices=[("pending", "Hold it, whatever the settings say"), ("spam", "File it as spam")],
                        default="pending",
                        max_length=7,
                        verbose_name="what to do",
                    ),
                ),
                ("note", models.CharField(blank=True, help_text="For you: why it is there.", max_length=200)),
                (
                    "expires_at",
                    models.DateTimeField(blank=True, help_text="Empty: for good.", null=True, verbose_name="until"),
                ),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name="DeskPreference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shortcuts", models.BooleanField(default=True, help_text="Single keys do things.")),
            ],
            options={
                "default_permissions": [],
            },
        ),
        migrations.CreateModel(
            name="DiscussionSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "hold",
                    models.CharField(
                        choices=[
                            ("everything", "Everything: a person reads it first"),
                            ("first", "Those whose writer has nothing public yet"),
                            ("nothing", "Nothing: it is public at once, unless screening has a reason"),
                        ],
                        default="everything",
                        help_text="What waits for you before readers see it. A writer is known by name and email together.",
                        max_length=10,
                        verbose_name="hold back",
                    ),
                ),
                (
                    "close_after_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Days after its publication an article takes no more questions and replies. Empty: never.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10000),
                        ],
                        verbose_name="close articles after",
                    ),
                ),
                (
                    "is_away",
                    models.BooleanField(
                        default=False,
                        help_text="Readers see the notice below before they ask.",
                        verbose_name="I am away",
                    ),
                ),
                (
                    "away_text",
                    models.CharField(
                        blank=True,
                        help_text="Empty: “At present nobody answers here. Questions are kept, and read later.”",
                        max_length=500,
                        verbose_name="away notice",
                    ),
                ),
                (
                    "away_until",
                    models.DateField(
                        blank=True,
                        help_text="The last day of the notice; it goes by itself. Empty: until you switch it off.",
                        null=True,
                    ),
                ),
                (
                    "weekly_cap",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="After so many in seven days the form says when to come back. Empty: no limit.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10000),
                        ],
                        verbose_name="new questions a week",
                    ),
                ),
                (
                    "posts_in_ten_minutes",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="From one network. A family, a school or a café can be one network.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000),
                        ],
                    ),
                ),
                (
                    "posts_in_a_day",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="From one network.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10000),
                        ],
                    ),
                ),
                (
                    "reserved_names",
                    models.TextField(
                        blank=True,
                        help_text="Names that readers may not sign with, one a line; those of moderators are kept in any case.",
                        max_length=5000,
                    ),
                ),
                (
                    "elsewhere_text",
                    models.TextField(
                        blank=True,
                        help_text="What “Answered elsewhere” says; {link} becomes the link to the other question.",
                        max_length=1000,
                        verbose_name="answered elsewhere",
                    ),
                ),
                (
                    "network_days",
                    models.PositiveSmallIntegerField(
                        default=90,
                        help_text="Days; then “purge” takes them off comments and reports. Limits need two.",
                        validators=[
                            django.core.validators.MinValueValidator(2),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="keep network fingerprints",
                    ),
                ),
                (
                    "removed_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Days; then “purge” erases their words for good. Empty: for ever.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(7),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="keep spam and trash",
                    ),
                ),
            ],
            options={
                "verbose_name": "discussion settings",
                "verbose_name_plural": "discussion settings",
                "default_permissions": ["change", "view"],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.TextField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("saved_at", models.DateTimeField()),
            ],
            options={
                "default_permissions": [],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.TextField(max_length=2000)),
                ("at", models.DateTimeField()),
            ],
            options={
                "default_permissions": [],
            },
        ),
        migrations.CreateModel(
            name="RuleHit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("matched", models.CharField(max_length=254)),
                ("at", models.DateTimeField()),
            ],
            options={
                "default_permissions": [],
            },
        ),
        migrations.CreateModel(
            name="SavedReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(help_text="For you: what it is for.", max_length=80, unique=True)),
                (
                    "body",
                    models.TextField(
                        help_text="Markdown. {name} becomes the asker’s name, {article} a link to the article, {article:address} a link to the article with that address.",
                        max_length=5000,
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, help_text="Smaller numbers come first.")),
                ("used_count", models.PositiveIntegerField(default=0, editable=False, verbose_name="used")),
                ("used_at", models.DateTimeField(editable=False, null=True, verbose_name="last used")),
            ],
            options={
                "verbose_name_plural": "saved replies",
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
            ],
            options={
                "default_permissions": [],
            },
        ),
        migrations.CreateModel(
            name="Moderator",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": ["add", "change", "view"],
                "indexes": [],
                "constraints": [],
            },
            bases=("auth.user",),
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.AlterModelOptions(
            name="comment",
            options={
                "base_manager_name": "objects",
                "default_permissions": ["view", "change"],
                "permissions": [
                    ("moderate_comment", "Can moderate and answer comments"),
                    ("erase_comment", "Can erase comments for good"),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="comment",
            name="comment_erased_is_empty",
        ),
        migrations.RemoveConstraint(
            model_name="comment",
            name="comment_root_columns",
        ),
        migrations.AddField(
            model_name="comment",
            name="closed_at",
            field=models.DateTimeField(
                blank=True, editable=False, help_text="The thread takes no more replies.", null=True
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="corrected_at",
            field=models.DateTimeField(
                blank=True, help_text="When a moderator last changed a reader's words; readers are told.", null=True
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="detail_asked_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When a moderator asked for more detail, until the asker wrote.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="detail_wanted",
            field=models.TextField(
                blank=True, editable=False, help_text="What the moderator asked, for the asker alone."
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="follow_up_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="On what the asker added: when, until a moderator dealt with it.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="highlighted_at",
            field=models.DateTimeField(blank=True, editable=False, help_text="On answers.", null=True),
        ),
        migrations.AddField(
            model_name="comment",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                help_text="The question that it asked again; its addresses lead there.",
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="merged",
                to="comments.comment",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="original_body",
            field=models.TextField(
                blank=True,
                editable=False,
                help_text="The words before a moderator masked some; kept until they are published.",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="pinned_at",
            field=models.DateTimeField(
                blank=True, editable=False, help_text="Above the others of its article.", null=True
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="unhelped_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When the asker said that it did not help; until dealt with.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="withdrawn_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="An answer that was taken back, and readers are told so.",
                null=True,
            ),
        ),
        # Old events share no act: NULL first, the default after it.
        migrations.AddField(
            model_name="moderationevent", name="act", field=models.UUIDField(editable=False, null=True)
        ),
        migrations.AlterField(
            model_name="moderationevent",
            name="act",
            field=models.UUIDField(default=uuid.uuid4, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="moderationevent",
            name="after",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="moderationevent",
            name="before",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="moderationevent",
            name="subject",
            field=models.CharField(
                blank=True, help_text="What else was changed: a rule, a setting, a person.", max_length=200
            ),
        ),
        migrations.AlterField(
            model_name="comment",
            name="edited_at",
            field=models.DateTimeField(blank=True, help_text="By whoever wrote it.", null=True),
        ),
        migrations.AlterField(
            model_name="moderationevent",
            name="comment",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="events", to="comments.comment"
            ),
        ),
        migrations.AlterField(
            model_name="moderationevent",
            name="from_status",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AlterField(
            model_name="moderationevent",
            name="to_status",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AlterField(
            model_name="moderationevent",
            name="verb",
            field=models.CharField(
                choices=[
                    ("approve", "Approve"),
                    ("hold", "Hold"),
                    ("mark_spam", "Mark Spam"),
                    ("trash", "Trash"),
                    ("restore", "Restore"),
                    ("undo", "Undo"),
                    ("withdraw", "Withdraw"),
                    ("erase", "Erase"),
                    ("answer", "Answer"),
                    ("take_back", "Take Back"),
                    ("merge", "Merge"),
                    ("move", "Move"),
                    ("ask_detail", "Ask Detail"),
                    ("deal_with", "Deal With"),
                    ("edit", "Edit"),
                    ("correct", "Correct"),
                    ("mask", "Mask"),
                    ("highlight", "Highlight"),
                    ("unhighlight", "Unhighlight"),
                    ("close", "Close"),
                    ("reopen", "Reopen"),
                    ("pin", "Pin"),
                    ("unpin", "Unpin"),
                    ("label", "Label"),
                    ("add", "Add"),
                    ("change", "Change"),
                    ("delete", "Delete"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(condition=models.Q(("urgent", True)), fields=["posted_at", "id"], name="comment_urgent"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("follow_up_at__isnull", False)),
                fields=["follow_up_at", "id"],
                name="comment_follow_up",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("unhelped_at__isnull", False)),
                fields=["unhelped_at", "id"],
                name="comment_unhelped",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("detail_asked_at__isnull", False)),
                fields=["detail_asked_at", "id"],
                name="comment_detail",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["email", "-id"], name="comment_email"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["posted_at"], name="comment_posted"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="comment_merged"
            ),
        ),
        migrations.AddIndex(
            model_name="moderationevent",
            index=models.Index(fields=["act"], name="event_of_act"),
        ),
        migrations.AddIndex(
            model_name="moderationevent",
            index=models.Index(fields=["by", "-id"], name="event_by"),
        ),
        migrations.AddIndex(
            model_name="moderationevent",
            index=models.Index(fields=["verb", "-id"], name="event_verb"),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("erased_at", None),
                    models.Q(
                        ("body", ""),
                        ("body_html", ""),
                        ("detail_wanted", ""),
                        ("excerpt_html", ""),
                        ("original_body", ""),
                        ("digest", ""),
                        ("email", ""),
                        ("network", ""),
                    ),
                    _connector="OR",
                ),
                name="comment_erased_is_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("level", 0),
                    models.Q(
                        ("answered_at", None),
                        ("position", None),
                        ("reply_count", 0),
                        ("closed_at", None),
                        ("detail_asked_at", None),
                        ("pinned_at", None),
                        ("unhelped_at", None),
                    ),
                    _connector="OR",
                ),
                name="comment_root_columns",
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("author__isnull", False),
                    models.Q(("highlighted_at", None), ("withdrawn_at", None)),
                    _connector="OR",
                ),
                name="comment_answers_columns",
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at", None), models.Q(("status", "approved"), _negated=True), _connector="OR"
                ),
                name="comment_withdrawn_not_public",
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into", models.F("id")), _negated=True),
                name="comment_not_merged_into_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("pinned_at__isnull", False)), fields=("article",), name="comment_pinned_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="moderationevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("comment", None), ("subject", ""), _connector="XOR"), name="event_about_one_thing"
            ),
        ),
        migrations.AddField(
            model_name="blockrule",
            name="added_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="deskpreference",
            name="moderator",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="desk_preference", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="discussionsettings",
            constraint=models.CheckConstraint(condition=models.Q(("pk", 1)), name="discussion_settings_one_row"),
        ),
        migrations.AddConstraint(
            model_name="discussionsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("hold__in", ["everything", "first", "nothing"])), name="discussion_hold_known"
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="comment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="comments.comment"
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="moderator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="comment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="comments.comment"
            ),
        ),
        migrations.AddField(
            model_name="rulehit",
            name="comment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="rule_hits", to="comments.comment"
            ),
        ),
        migrations.AddField(
            model_name="rulehit",
            name="rule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="hits", to="comments.blockrule"
            ),
        ),
        migrations.AddIndex(
            model_name="savedreply",
            index=models.Index(fields=["order", "title"], name="saved_reply_order"),
        ),
        migrations.AddField(
            model_name="visit",
            name="comment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="visits", to="comments.comment"
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="moderator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="blockrule",
            constraint=models.UniqueConstraint(fields=("kind", "value"), name="block_rule_once"),
        ),
        migrations.AddConstraint(
            model_name="blockrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["word", "email", "network"])), name="block_rule_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="blockrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("then__in", ["pending", "spam"])), name="block_rule_then_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(fields=("moderator", "comment"), name="draft_once"),
        ),
        migrations.AddConstraint(
            model_name="rulehit",
            constraint=models.UniqueConstraint(fields=("rule", "comment"), name="rule_hit_once"),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.UniqueConstraint(fields=("comment", "moderator"), name="visit_once"),
        ),
    ]
