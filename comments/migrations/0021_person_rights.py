"""Owners export and erase what is kept about a person, when that person asks them to."""

from django.db import migrations, models

RIGHTS = {
    "export_person": "Can export what is kept about a person",
    "erase_person": "Can erase what is kept about a person",
}


VERBS = {
    **{verb: verb.capitalize() for verb in ("approve", "hold")},
    "mark_spam": "Mark as spam",
    **{verb: verb.capitalize() for verb in ("trash", "restore", "undo", "withdraw", "erase", "answer")},
    "take_back": "Take back",
    **{verb: verb.capitalize() for verb in ("merge", "move")},
    "ask_detail": "Ask for detail",
    "deal_with": "Deal with",
    **{verb: verb.capitalize() for verb in ("edit", "correct", "mask", "highlight", "unhighlight", "close", "reopen")},
    **{verb: verb.capitalize() for verb in ("pin", "unpin", "label", "add", "change", "delete", "export")},
}


def give(apps, schema_editor):
    # Permissions are made after all migrations have run; this group needs them now.
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Owners")
    content_type, _ = ContentType.objects.get_or_create(app_label="comments", model="emailaddress")
    for codename, name in RIGHTS.items():
        permission, _ = Permission.objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )
        group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0020_backup_days"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        migrations.AlterModelOptions(
            name="emailaddress",
            options={
                "default_permissions": ["view", "change"],
                "permissions": list(RIGHTS.items()),
                "verbose_name_plural": "email addresses",
            },
        ),
        migrations.AlterField(
            model_name="moderationevent",
            name="verb",
            field=models.CharField(choices=list(VERBS.items()), max_length=20),
        ),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
