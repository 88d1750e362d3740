"""Settings come from the environment and are strict: what is missing or malformed stops the start and says the remedy.

`make run` and `make test` set everything for this machine alone; docs/deploy.md lists what production sets.
"""

from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError, validate

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = BASE_DIR / ".local"

env = Env()
try:
    SECRET_KEY = env.str("PATHWAY_SECRET_KEY")
    ALLOWED_HOSTS = env.list("PATHWAY_ALLOWED_HOSTS")
    DEBUG = env.bool("PATHWAY_DEBUG", False)
    # Plain HTTP is for a single machine (`make run`, tests). Behind a proxy that ends TLS, leave it on.
    HTTPS = env.bool("PATHWAY_HTTPS", True)
    BEHIND_PROXY = env.bool("PATHWAY_BEHIND_PROXY", False)
    TRUSTED_PROXIES = env.int("PATHWAY_TRUSTED_PROXIES", 0, validate=validate.Range(min=0, max=5))
    RATE_LIMITS = env.float("PATHWAY_RATE_LIMITS", 1.0, validate=validate.Range(min=0, max=100))
    LOG_LEVEL = env.str("PATHWAY_LOG_LEVEL", "WARNING", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
    SECOND_FACTOR = env.bool("PATHWAY_SECOND_FACTOR", True)
    SESSION_HOURS = env.int("PATHWAY_SESSION_HOURS", 8, validate=validate.Range(min=1, max=24))
    DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{LOCAL_DIR / 'pathway.sqlite3'}")}
    POOLED = env.bool("PATHWAY_POOLED", False)
    RELEASE_CHECK_SECONDS = env.float("PATHWAY_RELEASE_CHECK_SECONDS", 3.0)
    KEPT_MEGABYTES = env.int("PATHWAY_KEPT_MEGABYTES", 64, validate=validate.Range(min=0, max=4096))
    RELEASE_FILE = env.str("PATHWAY_RELEASE_FILE", "")
    MOST_WAITING = env.int("PATHWAY_MOST_WAITING", 6, validate=validate.Range(min=0))
    METRICS_TOKEN = env.str("PATHWAY_METRICS_TOKEN", "")
    LOGS = env.str("PATHWAY_LOGS", "text", validate=validate.OneOf(["text", "json"]))
    CONTENT_LICENCE = env.str("PATHWAY_CONTENT_LICENCE", "Apache-2.0, https://www.apache.org/licenses/LICENSE-2.0")
    FUNDING_CHECK_DAYS = env.int("PATHWAY_FUNDING_CHECK_DAYS", 180)
    FEEDBACK_DUE_DAYS = env.int("PATHWAY_FEEDBACK_DUE_DAYS", 14)
    FEEDBACK_PER_DAY = env.int("PATHWAY_FEEDBACK_PER_DAY", 500)
    FEEDBACK_EMAIL = env.str("PATHWAY_FEEDBACK_EMAIL", "")
except EnvError as error:
    raise ImproperlyConfigured(
        f"{error}. Pathway reads its settings from the environment: `make run` sets them for this machine, "
        "docs/deploy.md lists them for a server."
    ) from error

if HTTPS and not SECOND_FACTOR:
    raise ImproperlyConfigured(
        "PATHWAY_SECOND_FACTOR=false needs PATHWAY_HTTPS=false: only on a single machine, away from any network, may staff "
        "enter with a password alone. Leave PATHWAY_SECOND_FACTOR out. docs/deploy.md says more."
    )

if TRUSTED_PROXIES and not BEHIND_PROXY:
    raise ImproperlyConfigured(
        "PATHWAY_TRUSTED_PROXIES says how many proxies of yours stand before Pathway, so PATHWAY_BEHIND_PROXY must be true; "
        "without a proxy anybody could write what those write. docs/deploy.md says more."
    )

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # A reader never waits for a writer, and a second writer waits rather than fails.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0 if POOLED else 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # In transaction mode PgBouncer gives a connection back after each transaction, with the cursor that lives on it.
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = POOLED
    # A host that is gone is noticed within seconds, rather than after what the kernel allows by itself: minutes.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
        **DATABASES["default"].get("OPTIONS", {}),
    }

INSTALLED_APPS = [
    "modeltranslation",  # before admin: it patches ModelAdmin
    "config.admin.PathwayAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # so that our templates can override those of widgets
    "crispy_forms",
    "crispy_bootstrap5",
    "import_export",
    "simple_history",
    "history",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "evidence",
    "personalization",
    "glossary",
    "medsearch",
    "pathway",
    "feedback",
    "worklists",
    "staff",
    "config",
]

MIDDLEWARE = [
    "config.middleware.PublicHeaders",  # outermost: there is no response without these headers
    "config.metrics.Counting",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.RequestSize",
    "django.middleware.gzip.GZipMiddleware",
    "config.shedding.Shedding",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.StaffSession",
    "django.middleware.locale.LocaleMiddleware",
    "config.middleware.RateLimits",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.middleware.StaffAccount",
    "config.middleware.StaffSecondFactor",
    "config.middleware.StaffMessages",
    "simple_history.middleware.HistoryRequestMiddleware",  # so that history knows who
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.outages.Outages",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "America/Toronto"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "admin:login"
OTP_TOTP_ISSUER = "Pathway"

# Ten wrong passwords lock the name that was typed, whether or not there is such an account, wherever they come from: no
# address and no header is part of the key, so none gets around it. Tries on a locked name do not make the lock longer.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = ["username"]
# Axes would rather see the address in the key. But then a new address would buy ten more tries.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "staff.views.locked"
# What axes keeps for counting names the connection's own address, never X-Forwarded-For. Our log is staff.Entry.
AXES_IPWARE_META_PRECEDENCE_ORDER = ["REMOTE_ADDR"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# A day's work, and no longer than the browser is open.
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Django reads a whole form into memory; the largest honest one is a change page in admin.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
# Staff's two cookies. With this prefix browsers take them only over HTTPS, for this host alone, from no subdomain.
_HOST = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_HOST}staff-session"
CSRF_COOKIE_NAME = f"{_HOST}staff-csrf"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Health probes come from inside, over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]

# No answer may reach a log, at any level: what lines may say stands in logs.py. Nothing is logged of what merely was not
# found or not allowed: that is a line for each thing that somebody typed.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "config.logs.WithoutValues", "format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "config.logs.JsonLines"},
    },
    "filters": {
        "without the request": {"()": "config.logs.WithoutTheRequest"},
        "not refusals": {"()": "config.logs.NotRefusals"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": LOGS, "filters": ["without the request", "not refusals"]},
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # It would put its own handlers, which mail and print, beside ours.
        "django": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # At DEBUG: queries with their values; and which variables a page did without, from which a plan could be guessed.
        "django.db.backends": {"level": "WARNING"},
        "django.template": {"level": "INFO"},
        # Every rule tried on every line of the content.
        "markdown_it": {"level": "INFO"},
        # It would log what browser somebody tried to enter with; who did is in our own log.
        "axes": {"level": "ERROR"},
    },
}
