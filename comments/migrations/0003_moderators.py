"""The group "Moderators" with just the rights that answering and writing need."""

from django.db import migrations

RIGHTS = {
    ("comments", "comment"): ["view_comment", "moderate_comment"],
    ("comments", "moderationevent"): ["view_moderationevent"],
    ("advice", "article"): ["add_article", "change_article", "view_article"],
    ("advice", "oldaddress"): ["view_oldaddress"],
}


def make(apps, schema_editor):
    # Permissions are made after all migrations have run; this group needs them now.
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Moderators")
    for (app, model), codenames in RIGHTS.items():
        content_type, _ = ContentType.objects.get_or_create(app_label=app, model=model)
        for codename in codenames:
            verb = codename.split("_", 1)[0]
            name = "Can moderate and answer comments" if verb == "moderate" else f"Can {verb} {model}"
            permission, _ = Permission.objects.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": name}
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0002_database_rules"),
        ("advice", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
