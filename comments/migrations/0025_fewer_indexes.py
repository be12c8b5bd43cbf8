"""Fewer indexes that a public reply is in: whenever one is written before it in its thread, each gets an entry."""

from django.db import migrations, models

ONCE = "comment_source_once"
OF_SAME_ARTICLE = (
    "ALTER TABLE comments_comment ADD CONSTRAINT comment_parent_same_article"
    " FOREIGN KEY (parent_id, article_id) REFERENCES comments_comment (id, article_id)"
    " DEFERRABLE INITIALLY DEFERRED"
)


def merge(apps, schema_editor):
    """On PostgreSQL alone: SQLite writes a moved row into no index whose columns stay, and would copy the table."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE comments_comment DROP CONSTRAINT {ONCE}")
        schema_editor.execute(
            f"CREATE UNIQUE INDEX {ONCE} ON comments_comment (source, source_id) WHERE source IS NOT NULL"
        )
        # A parent on the same article is found by the index of an article's newest as well, if that is unique.
        schema_editor.execute("ALTER TABLE comments_comment DROP CONSTRAINT comment_parent_same_article")
        schema_editor.execute("ALTER TABLE comments_comment DROP CONSTRAINT comment_pk_article")
        schema_editor.execute("DROP INDEX comment_latest")
        schema_editor.execute("CREATE UNIQUE INDEX comment_latest ON comments_comment (article_id, id DESC)")
        schema_editor.execute(OF_SAME_ARTICLE)


def part(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE comments_comment DROP CONSTRAINT comment_parent_same_article")
        schema_editor.execute("DROP INDEX comment_latest")
        schema_editor.execute("CREATE INDEX comment_latest ON comments_comment (article_id, id DESC)")
        schema_editor.execute("ALTER TABLE comments_comment ADD CONSTRAINT comment_pk_article UNIQUE (id, article_id)")
        schema_editor.execute(OF_SAME_ARTICLE)
        schema_editor.execute(f"DROP INDEX {ONCE}")
        schema_editor.execute(f"ALTER TABLE comments_comment ADD CONSTRAINT {ONCE} UNIQUE (source, source_id)")


class Migration(migrations.Migration):
    dependencies = [("comments", "0024_narrower_indexes")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(merge, part)],
            state_operations=[
                migrations.RemoveConstraint(model_name="comment", name=ONCE),
                migrations.AddConstraint(
                    model_name="comment",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("source__isnull", False)), fields=("source", "source_id"), name=ONCE
                    ),
                ),
            ],
        ),
        migrations.RemoveIndex(model_name="comment", name="comment_status"),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("status", "approved"), _negated=True),
                fields=["status", "-id"],
                name="comment_status",
            ),
        ),
        migrations.RemoveIndex(model_name="comment", name="comment_posted"),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(condition=models.Q(("lft", 1)), fields=["posted_at"], name="comment_asked"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("network", ""), _negated=True), fields=["posted_at"], name="comment_sent"
            ),
        ),
    ]
