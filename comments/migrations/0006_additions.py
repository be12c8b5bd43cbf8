import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0005_readers"),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="continues",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                help_text="The comment through whose private link it was written.",
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="additions",
                to="comments.comment",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("continues__isnull", False)), fields=["continues"], name="comment_additions"
            ),
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
                    ("move", "Move"),
                    ("withdraw", "Withdraw"),
                    ("erase", "Erase"),
                ],
                max_length=9,
            ),
        ),
    ]
