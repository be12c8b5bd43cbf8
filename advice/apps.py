from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AdviceConfig(AppConfig):
    name = "advice"
    verbose_name = "Articles"

    def ready(self) -> None:
        from . import checks  # noqa: F401 - registers itself


class AdviceAdminConfig(AdminConfig):
    default_site = "advice.admin_site.AdviceAdminSite"
