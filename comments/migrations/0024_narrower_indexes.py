"""Indexes without the rows that nobody looks for in them: a shifted reply is written anew in every index it is in."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

OF_AUTHORS = "comments_comment_author_id_334ce9e2"  # Django's own, of the foreign key


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0023_answers_of_threads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RemoveIndex(model_name="comment", name="comment_page"),
        migrations.RemoveIndex(model_name="comment", name="comment_email"),
        migrations.RemoveIndex(model_name="comment", name="comment_address"),
        migrations.SeparateDatabaseAndState(
            # Only the index goes: for AlterField SQLite would copy the whole table.
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX {OF_AUTHORS}", f"CREATE INDEX {OF_AUTHORS} ON comments_comment (author_id)"
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="comment",
                    name="author",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="The moderator who wrote it; empty for a reader.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                )
            ],
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(condition=models.Q(("author__isnull", False)), fields=["author"], name="comment_author"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("position__isnull", False)), fields=["article", "position"], name="comment_page"
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("email", ""), _negated=True), fields=["email", "-id"], name="comment_email"
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                django.db.models.functions.text.Lower("email"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("email", ""), _negated=True),
                name="comment_address",
            ),
        ),
    ]
