"""A Wagtail site with one page, of as many bytes as a plan: what a site's owner would take instead.

Runs in an environment of its own: `python wagtail_page.py <folder> <html>` makes the site.
"""

import subprocess
import sys
from pathlib import Path

QUIETLY = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def main(folder: Path, html: Path) -> None:
    subprocess.run(
        [Path(sys.executable).with_name("wagtail"), "start", "site_of_one", folder],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    (folder / "home" / "models.py").write_text(
        "from django.db import models\nfrom wagtail.fields import RichTextField\nfrom wagtail.models import Page\n\n\n"
        "class HomePage(Page):\n    body = RichTextField(blank=True)\n"
    )
    (folder / "home" / "templates" / "home" / "home_page.html").write_text(
        '{% extends "base.html" %}{% load wagtailcore_tags %}{% block content %}{{ page.body|richtext }}{% endblock %}'
    )
    manage = [sys.executable, "manage.py"]
    for command in (["makemigrations", "home"], ["migrate"], ["collectstatic", "--noinput"]):
        subprocess.run([*manage, *command], cwd=folder, **QUIETLY)
    fill = (
        "from home.models import HomePage; from pathlib import Path; page = HomePage.objects.get(); "
        f"page.body = Path({str(html)!r}).read_text(); page.save_revision().publish()"
    )
    subprocess.run(
        [*manage, "shell", "-c", fill], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
