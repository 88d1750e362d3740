"""The staff site. It edits rows; the public reads releases."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _

from staff.site import SecondFactorSite


class PathwayAdminSite(SecondFactorSite, AdminSite):
    site_header = _("Pathway: content")
    site_title = _("Pathway")
    index_title = _("What the plans are made of")
    site_url = "/"


class PathwayAdminConfig(AdminConfig):
    default_site = "config.admin.PathwayAdminSite"
