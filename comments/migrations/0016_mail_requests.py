import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0015_mail_rights"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", models.CharField(blank=True, editable=False, max_length=32)),
                (
                    "key",
                    models.CharField(blank=True, editable=False, help_text="As EmailAddress has it.", max_length=32),
                ),
                ("asked_at", models.DateTimeField()),
            ],
            options={
                "default_permissions": [],
            },
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                django.db.models.functions.text.Lower("email"),
                models.OrderBy(models.F("id"), descending=True),
                name="comment_address",
            ),
        ),
        migrations.AddIndex(
            model_name="mailrequest",
            index=models.Index(fields=["network", "asked_at"], name="mail_request_network"),
        ),
        migrations.AddIndex(
            model_name="mailrequest",
            index=models.Index(fields=["key", "asked_at"], name="mail_request_key"),
        ),
        migrations.AddIndex(
            model_name="mailrequest",
            index=models.Index(fields=["asked_at"], name="mail_request_asked"),
        ),
    ]
