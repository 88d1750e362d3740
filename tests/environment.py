"""The settings of the tests, from the environment like all settings. Loaded by pytest before Django is (pyproject.toml)."""

import os

os.environ.setdefault("PATHWAY_SECRET_KEY", "for-tests-only-" * 5)
os.environ.setdefault("PATHWAY_ALLOWED_HOSTS", "localhost,127.0.0.1,testserver")
os.environ.setdefault("PATHWAY_HTTPS", "false")
os.environ.setdefault("PATHWAY_SECOND_FACTOR", "false")
# All tests come from one address, as no clinic does.
os.environ.setdefault("PATHWAY_RATE_LIMITS", "50")
os.environ.setdefault("PATHWAY_RELEASE_CHECK_SECONDS", "0")
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
