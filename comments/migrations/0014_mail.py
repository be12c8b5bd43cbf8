import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0013_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EmailAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        editable=False, help_text="Keyed hash of the address.", max_length=32, unique=True
                    ),
                ),
                ("address", models.CharField(blank=True, help_text="Empty once it was erased.", max_length=254)),
                ("added_at", models.DateTimeField(editable=False)),
                (
                    "confirmed_at",
                    models.DateTimeField(editable=False, help_text="When its owner agreed to get news.", null=True),
                ),
                ("muted_at", models.DateTimeField(editable=False, null=True)),
                (
                    "muted_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("owner", "Its owner wants no mail"),
                            ("bounced", "The mail came back"),
                            ("complained", "Its owner called the mail spam"),
                            ("moderator", "A moderator muted it"),
                        ],
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("with_words", models.BooleanField(default=False, help_text="Mails quote what was written.")),
                ("tell_public", models.BooleanField(default=True, help_text="When what they wrote becomes public.")),
                (
                    "tell_answers",
                    models.BooleanField(default=True, help_text="When a moderator answers, or asks for more."),
                ),
                ("tell_replies", models.BooleanField(default=True, help_text="When another reader replies.")),
            ],
            options={
                "verbose_name_plural": "email addresses",
                "default_permissions": ["view", "change"],
            },
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("confirm", "Please confirm the address"),
                            ("links", "The way to all their comments"),
                            ("public", "What they wrote is public"),
                            ("answer", "A moderator answered"),
                            ("reply", "A reader replied"),
                            ("detail", "A moderator asks for more"),
                            ("new", "Something new waits"),
                            ("follow_up", "An asker wrote again"),
                            ("report", "A comment was reported"),
                            ("nudge", "The oldest question waits"),
                        ],
                        max_length=9,
                    ),
                ),
                ("written_at", models.DateTimeField()),
                (
                    "due_at",
                    models.DateTimeField(help_text="Not before; empty: once the address is confirmed.", null=True),
                ),
                ("leased_until", models.DateTimeField(help_text="A worker has it until then.", null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("message_id", models.CharField(blank=True, max_length=200)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sent", "Sent"),
                            ("skipped", "Not sent: nobody is to be told any more"),
                            ("failed", "Given up"),
                        ],
                        max_length=7,
                    ),
                ),
                ("reason", models.CharField(blank=True, help_text="Why it was not sent, or not yet.", max_length=300)),
            ],
            options={
                "verbose_name": "mail",
                "default_permissions": ["view", "change"],
            },
        ),
        migrations.CreateModel(
            name="QuietThread",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "default_permissions": [],
            },
        ),
        migrations.AddField(
            model_name="deskpreference",
            name="mail_follow_ups",
            field=models.BooleanField(
                default=True,
                help_text="An asker adds something to their question.",
                verbose_name="askers who write again",
            ),
        ),
        migrations.AddField(
            model_name="deskpreference",
            name="mail_hour",
            field=models.PositiveSmallIntegerField(
                default=7,
                help_text="The hour of the daily mail, in the site’s time.",
                validators=[django.core.validators.MaxValueValidator(23)],
                verbose_name="at",
            ),
        ),
        migrations.AddField(
            model_name="deskpreference",
            name="mail_nudge",
            field=models.BooleanField(
                default=True,
                help_text="A question has waited for three days; at most once a week.",
                verbose_name="the oldest question",
            ),
        ),
        migrations.AddField(
            model_name="deskpreference",
            name="mail_questions",
            field=models.CharField(
                choices=[
                    ("at_once", "At once"),
                    ("hourly", "Every hour, in one mail"),
                    ("daily", "Once a day, in one mail"),
                    ("none", "Not at all"),
                ],
                default="at_once",
                max_length=7,
                verbose_name="what is new",
            ),
        ),
        migrations.AddField(
            model_name="deskpreference",
            name="mail_reports",
            field=models.BooleanField(default=True, help_text="A reader reports a comment.", verbose_name="reports"),
        ),
        migrations.AddField(
            model_name="discussionsettings",
            name="confirmations_an_hour",
            field=models.PositiveSmallIntegerField(
                default=100,
                help_text="Mails to unconfirmed addresses, on the whole site: nobody can make it a sender of junk.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(10000),
                ],
            ),
        ),
        migrations.AddField(
            model_name="discussionsettings",
            name="mail_days",
            field=models.PositiveSmallIntegerField(
                default=90,
                help_text="Days; then “purge” deletes who was told what. No mail’s text is kept in any case.",
                validators=[
                    django.core.validators.MinValueValidator(7),
                    django.core.validators.MaxValueValidator(3650),
                ],
                verbose_name="keep the list of sent mails",
            ),
        ),
        migrations.AddField(
            model_name="discussionsettings",
            name="unconfirmed_days",
            field=models.PositiveSmallIntegerField(
                default=30,
                help_text="Days in which an address can be confirmed; then “purge” forgets that it was to get mail.",
                validators=[
                    django.core.validators.MinValueValidator(7),
                    django.core.validators.MaxValueValidator(3650),
                ],
                verbose_name="keep unconfirmed addresses",
            ),
        ),
        migrations.AddConstraint(
            model_name="deskpreference",
            constraint=models.CheckConstraint(
                condition=models.Q(("mail_questions__in", ["at_once", "hourly", "daily", "none"])),
                name="preference_digest_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="deskpreference",
            constraint=models.CheckConstraint(
                condition=models.Q(("mail_hour__lte", 23)), name="preference_hour_of_day"
            ),
        ),
        migrations.AddIndex(
            model_name="emailaddress",
            index=models.Index(
                condition=models.Q(("confirmed_at", None)), fields=["added_at"], name="address_unconfirmed"
            ),
        ),
        migrations.AddConstraint(
            model_name="emailaddress",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("muted_at", None), ("muted_because", "")),
                    models.Q(("muted_at__isnull", False), models.Q(("muted_because", ""), _negated=True)),
                    _connector="OR",
                ),
                name="address_muted_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="emailaddress",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("address", ""), _negated=True), ("muted_at__isnull", False), _connector="OR"
                ),
                name="address_erased_is_muted",
            ),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="address",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="mails", to="comments.emailaddress"
            ),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="comment",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mails",
                to="comments.comment",
            ),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="moderator",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="report",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="comments.report",
            ),
        ),
        migrations.AddField(
            model_name="quietthread",
            name="address",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="quiet_threads", to="comments.emailaddress"
            ),
        ),
        migrations.AddField(
            model_name="quietthread",
            name="thread",
            field=models.ForeignKey(
                help_text="Its root.",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="comments.comment",
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("done_at", None), ("due_at__isnull", False)),
                fields=["due_at", "id"],
                name="mail_due",
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(condition=models.Q(("done_at__isnull", False)), fields=["done_at"], name="mail_done"),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(fields=["kind", "written_at"], name="mail_written"),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("message_id", ""), _negated=True), fields=["message_id"], name="mail_message_id"
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(fields=["outcome", "-id"], name="mail_outcome"),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind__in", ["confirm", "links", "public", "answer", "reply", "detail"]),
                        ("address__isnull", False),
                        ("moderator", None),
                    ),
                    models.Q(
                        ("kind__in", ("new", "follow_up", "report", "nudge")),
                        ("address", None),
                        ("moderator__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="mail_to_one_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("comment", None), ("kind__in", ("confirm", "links"))),
                    models.Q(models.Q(("kind__in", ("confirm", "links")), _negated=True), ("comment__isnull", False)),
                    _connector="OR",
                ),
                name="mail_about_a_comment",
            ),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at", None), ("outcome", "")),
                    models.Q(("done_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                    _connector="OR",
                ),
                name="mail_done_somehow",
            ),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("address__isnull", False), ("comment__isnull", False), models.Q(("kind", "detail"), _negated=True)
                ),
                fields=("comment", "kind", "address"),
                name="mail_told_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("moderator__isnull", False), ("report", None)),
                fields=("comment", "kind", "moderator"),
                name="mail_alerted_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("report__isnull", False)), fields=("report", "moderator"), name="mail_reported_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("comment", None), ("done_at", None)),
                fields=("address", "kind"),
                name="mail_asked_for_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at", None), ("kind", "detail")),
                fields=("comment", "address"),
                name="mail_detail_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="quietthread",
            constraint=models.UniqueConstraint(fields=("address", "thread"), name="quiet_thread_once"),
        ),
    ]
