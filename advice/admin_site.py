"""The admin, opening on the desk."""

from django.contrib.admin import AdminSite


class AdviceAdminSite(AdminSite):
    site_header = "Sarah’s desk"
    site_title = "Desk"
