"""What the admin calls the log, the people and some verbs: in words, not as the columns are named."""

from django.db import migrations, models

VERBS = [
    ("approve", "Approve"),
    ("hold", "Hold"),
    ("mark_spam", "Mark as spam"),
    ("trash", "Trash"),
    ("restore", "Restore"),
    ("undo", "Undo"),
    ("withdraw", "Withdraw"),
    ("erase", "Erase"),
    ("answer", "Answer"),
    ("take_back", "Take back"),
    ("merge", "Merge"),
    ("move", "Move"),
    ("ask_detail", "Ask for detail"),
    ("deal_with", "Deal with"),
    ("edit", "Edit"),
    ("correct", "Correct"),
    ("mask", "Mask"),
    ("highlight", "Highlight"),
    ("unhighlight", "Unhighlight"),
    ("close", "Close"),
    ("reopen", "Reopen"),
    ("pin", "Pin"),
    ("unpin", "Unpin"),
    ("label", "Label"),
    ("add", "Add"),
    ("change", "Change"),
    ("delete", "Delete"),
]


class Migration(migrations.Migration):
    dependencies = [("comments", "0012_queue")]

    operations = [
        migrations.AlterModelOptions(
            name="moderationevent",
            options={"default_permissions": ["view"], "verbose_name": "entry of the log", "verbose_name_plural": "log"},
        ),
        migrations.AlterModelOptions(
            name="moderator",
            options={
                "default_permissions": ["add", "change", "view"],
                "verbose_name_plural": "people who answer",
            },
        ),
        migrations.AlterField(
            model_name="moderationevent", name="verb", field=models.CharField(choices=VERBS, max_length=20)
        ),
    ]
