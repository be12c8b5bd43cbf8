"""The status in front, or SQLite takes another index for pending comments and sorts them all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0011_roles")]

    operations = [
        migrations.RemoveIndex(model_name="comment", name="comment_waiting"),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                fields=["status", "posted_at", "id"], name="comment_waiting", condition=models.Q(status="pending")
            ),
        ),
    ]
