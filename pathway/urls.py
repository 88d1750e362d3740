from django.urls import path

from . import views

app_name = "pathway"

urlpatterns = [
    path("plan/", views.plan, name="plan"),
    path("about/proof/", views.proof, name="proof"),
]
