"""Settings come from the environment and are strict. Each test starts Django afresh, in a process of its own."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

PRODUCTION = {
    "PATHWAY_SECRET_KEY": "a-key-of-production-that-is-long-enough-and-has-many-different-characters-0123456789",
    "PATHWAY_ALLOWED_HOSTS": "pathway.example.ca",
    "DATABASE_URL": "postgresql://pathway:word@localhost/pathway",
}


def manage(*arguments, **environment):
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("PATHWAY_", "DATABASE_URL"))}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**bare, "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_settings_pass_djangos_deployment_check():
    checked = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("name", ["PATHWAY_SECRET_KEY", "PATHWAY_ALLOWED_HOSTS"])
def test_a_missing_setting_is_named_with_the_remedy(name):
    checked = manage("check", **{setting: value for setting, value in PRODUCTION.items() if setting != name})
    assert checked.returncode != 0
    assert f'"{name}" not set' in checked.stderr
    assert "docs/deploy.md" in checked.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PATHWAY_DEBUG", "perhaps"),
        ("PATHWAY_HTTPS", "sometimes"),
        ("PATHWAY_FUNDING_CHECK_DAYS", "half a year"),
        ("PATHWAY_SECOND_FACTOR", "later"),
        ("PATHWAY_SESSION_HOURS", "0"),
        ("PATHWAY_RELEASE_CHECK_SECONDS", "often"),
        ("DATABASE_URL", "nonsense"),
    ],
)
def test_a_malformed_setting_is_an_error_and_named(name, value):
    checked = manage("check", **{**PRODUCTION, name: value})
    assert checked.returncode != 0
    assert name in checked.stderr


def test_the_second_factor_is_asked_for_unless_a_single_machine_says_otherwise():
    off = {**PRODUCTION, "PATHWAY_SECOND_FACTOR": "false"}
    refused = manage("check", **off)
    assert refused.returncode != 0
    assert "PATHWAY_SECOND_FACTOR" in refused.stderr
    assert "docs/deploy.md" in refused.stderr
    assert manage("check", **off, PATHWAY_HTTPS="false").returncode == 0


def test_allowed_hosts_that_name_nobody_are_an_error():
    checked = manage("check", "--deploy", "--fail-level", "WARNING", **{**PRODUCTION, "PATHWAY_ALLOWED_HOSTS": ""})
    assert checked.returncode != 0


def test_debug_is_off_and_https_on_unless_asked_otherwise():
    shown = manage(
        "shell", "-c", "from django.conf import settings as s; print(s.DEBUG, s.SECURE_SSL_REDIRECT)", **PRODUCTION
    )
    assert shown.stdout.split()[-2:] == ["False", "True"]
