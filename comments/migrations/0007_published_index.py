from django.db import migrations, models


class Migration(migrations.Migration):
    """An article's comments by the day they were published, for its feed and the sitemap."""

    dependencies = [("comments", "0006_additions")]

    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                fields=["article", "status", "-published_at", "-id"],
                name="comment_published",
                condition=models.Q(published_at__isnull=False),
            ),
        ),
    ]
