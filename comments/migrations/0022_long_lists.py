"""What of a thread readers do not see, and the log by dates: indexes for threads and logs of any length."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0021_person_rights")]
    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                fields=["tree_id", "level", "lft"],
                name="comment_unseen",
                condition=models.Q(("status", "approved"), _negated=True),
            ),
        ),
        migrations.AddIndex(model_name="moderationevent", index=models.Index(fields=["at"], name="event_at")),
    ]
