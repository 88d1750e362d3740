from django.urls import path

from . import print_views, views

app_name = "pathway"

urlpatterns = [
    path("plan/", views.plan, name="plan"),
    path("plan/clear/", views.cleared, name="cleared"),
    path("plan/pdf/", print_views.as_pdf, name="pdf"),
    path("plan/print/", print_views.as_page, name="print"),
    path("about/proof/", views.proof, name="proof"),
]
