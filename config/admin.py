"""The staff site. It edits rows; the public reads releases."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.urls import path
from django.utils.translation import gettext_lazy as _

from staff.site import SecondFactorSite
from worklists.site import WorkListsSite

IN_ORDER = (
    *("medsearch.drug", "medsearch.funding", "medsearch.milestone", "medsearch.indication", "medsearch.regimen"),
    *("medsearch.drugclass", "medsearch.programme", "medsearch.jurisdiction", "medsearch.route"),
    *("pathway.block", "pathway.step", "pathway.track", "pathway.section"),
    *("glossary.term", "evidence.reference", "evidence.release", "feedback.feedback"),
    *("personalization.question", "personalization.population", "personalization.exclusion"),
    *("history.import", "staff.entry", "auth.user"),
)
"""Tables on the front page: what changes most often first. What is not named here comes last."""


class PathwayAdminSite(SecondFactorSite, WorkListsSite, AdminSite):
    site_header = _("Pathway: content")
    site_title = _("Pathway")
    index_title = _("What the plans are made of")
    site_url = "/"

    def get_app_list(self, request, app_label=None):
        places = {table: place for place, table in enumerate(IN_ORDER)}

        def place(model) -> int:
            return places.get(model["model"]._meta.label_lower, len(places))

        listed = super().get_app_list(request, app_label)
        for app in listed:
            app["models"].sort(key=place)
        return sorted(listed, key=lambda app: min(map(place, app["models"])))

    def get_urls(self):
        # Imported here: this module is read before there are models.
        from pathway import writing_view

        return [
            path("writing/", self.admin_view(writing_view.field), name="writing_field"),
            path("writing/<str:label>/", self.admin_view(writing_view.page), name="writing_page"),
            *super().get_urls(),
        ]


class PathwayAdminConfig(AdminConfig):
    default_site = "config.admin.PathwayAdminSite"
