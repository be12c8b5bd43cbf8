"""Indexes for lists of questions, and each database's own full text."""

from django.db import migrations, models

from comments import fulltext


def create(apps, schema_editor):
    fulltext.create()


def drop(apps, schema_editor):
    fulltext.drop()


class Migration(migrations.Migration):
    dependencies = [("comments", "0007_published_index")]

    operations = [
        migrations.RemoveIndex(model_name="comment", name="comment_answered"),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", False)),
                fields=["status", "-answered_at", "-id"],
                name="comment_answered",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("position__isnull", False), ("published_at__isnull", False)),
                fields=["status", "-published_at", "-id"],
                name="comment_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", False), ("position__isnull", False)),
                fields=["status", "-published_at", "-id"],
                name="comment_newest_answered",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", False), ("position__isnull", False)),
                fields=["article", "status", "-answered_at", "-id"],
                name="comment_article_answered",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", False), ("position__isnull", False)),
                fields=["article", "-position"],
                name="comment_page_answered",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("answered_at", None), ("author", None), ("position__isnull", False)),
                fields=["article", "-position"],
                name="comment_page_unanswered",
            ),
        ),
        migrations.RunPython(create, drop),
    ]
