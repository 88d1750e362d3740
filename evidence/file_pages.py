"""Releases out of admin as files, and into it."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from . import release_files
from .models import Release


class FileForm(forms.Form):
    file = forms.FileField(label=_("File"), widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}))


class FilePages:
    """For the ModelAdmin of releases."""

    def download(self, request, pk):
        """The release as one file."""
        self._require_publisher(request)
        return _download(request, get_object_or_404(Release, pk=pk))

    def upload(self, request):
        """GET: asks for a file. POST: adds its release, which nobody sees before it is activated."""
        self._require_publisher(request)
        form = FileForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                release = release_files.imported(form.cleaned_data["file"].read(), by=request.user.get_username())
            except release_files.Refused as refused:
                form.add_error("file", _("Nothing was imported. %(reason)s") % {"reason": refused})
            else:
                said = _("%(release)s of %(origin)s is here now. Readers see nothing of it before a colleague activates it.")
                messages.success(request, said % {"release": release, "origin": release.imported_from})
                return HttpResponseRedirect(reverse("admin:evidence_release_change", args=[release.pk]))
        context = {**self.admin_site.each_context(request), "title": _("Import a release"), "form": form, "opts": self.opts}
        return render(request, "admin/evidence/release/upload.html", context)


@require_safe
def _download(request, release):
    return HttpResponse(
        release_files.exported(release),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{release_files.name_of(release)}"'},
    )
