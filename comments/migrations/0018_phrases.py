"""The phrases that a site starts with; owners edit them, moderators may read them."""

import importlib

from django.db import migrations

from comments import phrases

_roles = importlib.import_module("comments.migrations.0011_roles")

RIGHTS = {
    "Moderators": {("comments", "phrase"): ("view",)},
    "Owners": {("comments", "phrase"): ("add", "change", "delete")},
}


def fill(apps, schema_editor):
    phrases.load(apps.get_model("comments", "Phrase"))


def give(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    for name, rights in RIGHTS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*_roles._permissions(apps, rights))  # noqa: SLF001


class Migration(migrations.Migration):
    dependencies = [("comments", "0017_screening"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
