"""The Moderators' rights on what readers got since: situations, reports, the site's identity, its pictures, helplines."""

from django.db import migrations

ALL = ("add", "change", "view", "delete")
RIGHTS = {
    ("comments", "situation"): ALL,
    ("comments", "report"): ("change", "view"),
    ("advice", "siteidentity"): ("change", "view"),
    ("advice", "menuitem"): ALL,
    ("advice", "picture"): ALL,
    ("advice", "helpline"): ALL,
}


def give(apps, schema_editor):
    # Permissions are made after all migrations have run; this group needs them now.
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Moderators")
    for (app, model), verbs in RIGHTS.items():
        content_type, _ = ContentType.objects.get_or_create(app_label=app, model=model)
        for verb in verbs:
            permission, _ = Permission.objects.get_or_create(
                content_type=content_type, codename=f"{verb}_{model}", defaults={"name": f"Can {verb} {model}"}
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0008_fulltext"),
        ("advice", "0003_pictures_and_menu"),
    ]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
