from django.urls import path

from . import views

app_name = "medsearch"

urlpatterns = [
    path("medsearch/", views.drugs, name="drugs"),
    path("medsearch/where/", views.places, name="places"),
    path("medsearch/where/<slug:code>/", views.place, name="place"),
    path("medsearch/compare/", views.compare, name="compare"),
    path("medsearch/data/", views.data, name="data"),
    path("medsearch/data/<slug:name>.<slug:form>", views.download, name="download"),
    path("medsearch/<slug:slug>/", views.drug, name="drug"),
]
