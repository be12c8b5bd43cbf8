"""What is urgent is read from indexes that hold only what waits: the old one held all that ever was."""

from django.db import migrations, models

PENDING = models.Q(status="pending", urgent=True)
PUBLIC = models.Q(answered_at=None, author=None, position__isnull=False, urgent=True)


class Migration(migrations.Migration):
    dependencies = [("comments", "0018_phrases")]
    operations = [
        migrations.RemoveIndex("comment", "comment_urgent"),
        migrations.AddIndex(
            "comment", models.Index(fields=["status", "posted_at", "id"], name="comment_urgent", condition=PENDING)
        ),
        migrations.AddIndex(
            "comment",
            models.Index(fields=["status", "posted_at", "id"], name="comment_urgent_public", condition=PUBLIC),
        ),
    ]
