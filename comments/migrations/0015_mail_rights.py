"""Moderators see what was sent and send again what failed; owners also say who must get no mail."""

import importlib

from django.db import migrations

_roles = importlib.import_module("comments.migrations.0011_roles")

RIGHTS = {
    "Moderators": {("comments", "outboxmessage"): ("view", "change"), ("comments", "emailaddress"): ("view",)},
    "Owners": {("comments", "emailaddress"): ("change",)},
}


def give(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    for name, rights in RIGHTS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*_roles._permissions(apps, rights))  # noqa: SLF001


class Migration(migrations.Migration):
    dependencies = [("comments", "0014_mail"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
