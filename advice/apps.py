from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AdviceConfig(AppConfig):
    name = "advice"
    verbose_name = "Articles"


class AdviceAdminConfig(AdminConfig):
    default_site = "advice.admin_site.AdviceAdminSite"
