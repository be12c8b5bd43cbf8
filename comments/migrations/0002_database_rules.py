"""What Django's models cannot say: room for shifted rows, and a parent from the same article, on PostgreSQL."""

from django.db import migrations


def apply(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        # A reply in the middle of a thread rewrites the rows after it: with free room on each page their new versions
        # stay close, and the table does not grow 30-fold.
        schema_editor.execute("ALTER TABLE comments_comment SET (fillfactor = 70)")
        schema_editor.execute("ALTER TABLE comments_comment ADD CONSTRAINT comment_pk_article UNIQUE (id, article_id)")
        # Deferred to the end of the transaction: a thread moves to another article row by row.
        schema_editor.execute(
            "ALTER TABLE comments_comment ADD CONSTRAINT comment_parent_same_article"
            " FOREIGN KEY (parent_id, article_id) REFERENCES comments_comment (id, article_id)"
            " DEFERRABLE INITIALLY DEFERRED"
        )


def revert(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE comments_comment DROP CONSTRAINT comment_parent_same_article")
        schema_editor.execute("ALTER TABLE comments_comment DROP CONSTRAINT comment_pk_article")
        schema_editor.execute("ALTER TABLE comments_comment RESET (fillfactor)")


class Migration(migrations.Migration):
    dependencies = [("comments", "0001_initial")]
    operations = [migrations.RunPython(apply, revert)]
