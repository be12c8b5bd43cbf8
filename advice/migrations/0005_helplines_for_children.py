"""A kind of helpline for children, and those that come with the site: for the countries that the list has by now."""

import tomllib

from django.db import migrations, models
from django.utils.text import slugify

from advice.helplines import shipped_file
from advice.site_models import dialled

BEHIND = 5  # the last of its country: the shipped ones are ten apart


def add(apps, schema_editor):
    """Each behind the others of its country. The owner's list has it already, or has no such country: left out."""
    Helpline = apps.get_model("advice", "Helpline")
    there = list(Helpline.objects.all())
    for line in tomllib.loads(shipped_file().read_text(encoding="utf-8"))["helpline"]:
        of_country = [row for row in there if slugify(row.country) == slugify(line["country"])]
        is_there = dialled(line.get("number", "")) in {dialled(row.number) for row in of_country}
        if line["kind"] == "child" and of_country and not is_there:
            Helpline.objects.create(**line | {"order": max(row.order for row in of_country) + BEHIND})


def take_away(apps, schema_editor):
    """The kind goes, and so do they."""
    apps.get_model("advice", "Helpline").objects.filter(kind="child").delete()


class Migration(migrations.Migration):
    dependencies = [("advice", "0004_helplines")]
    operations = [
        migrations.RemoveConstraint(model_name="helpline", name="helpline_kind_known"),
        migrations.AlterField(
            model_name="helpline",
            name="kind",
            field=models.CharField(
                choices=[
                    ("emergency", "Emergency"),
                    ("crisis", "Somebody to talk to"),
                    ("abuse", "Abuse"),
                    ("child", "For children and young people"),
                    ("directory", "Directory"),
                ],
                max_length=9,
            ),
        ),
        migrations.AddConstraint(
            model_name="helpline",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["emergency", "crisis", "abuse", "child", "directory"])),
                name="helpline_kind_known",
            ),
        ),
        migrations.RunPython(add, take_away),
    ]
