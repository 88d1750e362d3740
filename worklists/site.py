"""The work lists as pages of /admin/, and their counts on its front page. Imported before there are models."""

from django.urls import path


class WorkListsSite:
    """For an AdminSite."""

    def get_urls(self):
        from . import views

        page = path("work/<slug:slug>/", self.admin_view(views.work_list), {"site": self}, name="worklist")
        return [page, *super().get_urls()]

    def index(self, request, extra_context=None):
        from . import views

        return super().index(request, {"worklists": views.front(request.user), **(extra_context or {})})
