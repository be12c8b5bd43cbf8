"""Two roles: moderators answer; owners, who are moderators too, also erase, and look after settings and people."""

from django.db import migrations

ALL = ("add", "change", "view", "delete")
MODERATORS = {
    ("comments", "savedreply"): ALL,
    ("comments", "blockrule"): ALL,
}
OWNERS = {
    ("comments", "comment"): ("erase",),
    ("comments", "discussionsettings"): ("change", "view"),
    ("comments", "moderator"): ("add", "change", "view"),
    ("advice", "siteidentity"): ("change", "view"),
    ("advice", "menuitem"): ALL,
}
OWNERS_ALONE = [("advice", "siteidentity"), ("advice", "menuitem")]  # these were every moderator's


def give(apps, schema_editor):
    # Permissions are made after all migrations have run; these groups need them now.
    Group = apps.get_model("auth", "Group")
    moderators, _ = Group.objects.get_or_create(name="Moderators")
    owners, _ = Group.objects.get_or_create(name="Owners")
    moderators.permissions.add(*_permissions(apps, MODERATORS))
    owners.permissions.add(*_permissions(apps, OWNERS))
    for app, model in OWNERS_ALONE:
        taken = moderators.permissions.filter(content_type__app_label=app, content_type__model=model)
        moderators.permissions.remove(*taken)
    # Whoever was made first has had all of these rights until now.
    first = moderators.user_set.filter(is_active=True, is_staff=True).order_by("pk").first()
    if first is not None and not owners.user_set.exists():
        owners.user_set.add(first)


def _permissions(apps, rights):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    for (app, model), verbs in rights.items():
        content_type, _ = ContentType.objects.get_or_create(app_label=app, model=model)
        for verb in verbs:
            name = "Can erase comments for good" if verb == "erase" else f"Can {verb} {model}"
            permission, _ = Permission.objects.get_or_create(
                content_type=content_type, codename=f"{verb}_{model}", defaults={"name": name}
            )
            yield permission


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0010_desk"),
    ]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
