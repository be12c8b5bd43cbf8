from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AdviceConfig(AppConfig):
    name = "advice"
    verbose_name = "Articles"

    def ready(self) -> None:
        from . import checks, mail_events, shared  # noqa: F401 - the first registers itself

        mail_events.listen()
        shared.listen()


class AdviceAdminConfig(AdminConfig):
    default_site = "advice.admin_site.AdviceAdminSite"
