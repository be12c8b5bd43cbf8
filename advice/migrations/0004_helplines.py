"""The helplines that a new site starts with, unless its owner was quicker."""

import tomllib

from django.db import migrations, models

import advice.site_models
from advice.helplines import shipped_file


def fill(apps, schema_editor):
    Helpline = apps.get_model("advice", "Helpline")
    if not Helpline.objects.exists():
        lines = tomllib.loads(shipped_file().read_text(encoding="utf-8"))["helpline"]
        known = [line for line in lines if line["kind"] != "child"]  # 0005 knows that kind
        Helpline.objects.bulk_create([Helpline(**line) for line in known])


class Migration(migrations.Migration):
    dependencies = [("advice", "0003_pictures_and_menu")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="siteidentity",
            name="exit_address",
            field=models.CharField(
                blank=True,
                help_text="Where “Exit this page” leads: a page nobody wonders about, such as a weather forecast.",
                max_length=200,
                validators=[advice.site_models.validate_exit],
                verbose_name="address for leaving quickly",
            ),
        ),
    ]
