from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from . import api, components, metrics, views

# What readers ask for most is looked for first.
urlpatterns = [
    *i18n_patterns(
        path("", include("pathway.urls")),
        path("", include("medsearch.urls")),
        path("", include("glossary.urls")),
        path("", include("feedback.urls")),
        path("", views.home, name="home"),
        path("about/", views.about, name="about"),
        path("about/components/", components.components, name="components"),
    ),
    path("", views.choose_language, name="choose-language"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("openapi.json", api.openapi, name="openapi"),
    path("admin/", admin.site.urls),
]

handler400 = views.bad_request
handler404 = views.not_found
handler500 = views.server_error
