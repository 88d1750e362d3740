from django.urls import path

from . import views

app_name = "medsearch"

urlpatterns = [
    path("medsearch/", views.drugs, name="drugs"),
    path("medsearch/<slug:slug>/", views.drug, name="drug"),
]
