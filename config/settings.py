"""All settings, each variable read once and typed; a wrong value stops the start.

What the variables mean stands in docs/settings.md. None is needed for `make run`.
"""

from datetime import timedelta
from pathlib import Path

from config import brokers, env, logs, secret_files
from config.embedded import postgres

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR: Path = env.folder("DATA_DIR", BASE_DIR / "var")

DEBUG: bool = env.boolean("DEBUG", default=False)
HOST: str = env.host("HOST", "127.0.0.1")
PORT: int = env.port("PORT", 8000)
DEMO: bool = env.boolean("DEMO", default=True)
BASE_URL: str = env.url("BASE_URL", env.own_url(HOST, PORT))
ALLOWED_HOSTS: list[str] = env.hosts("ALLOWED_HOSTS", BASE_URL)
SECRET_KEY: str = env.secret("SECRET_KEY", shortest=50) or secret_files.secret_key(DATA_DIR)
ENCRYPTION_KEYS: list[str] = env.fernet_keys("ENCRYPTION_KEYS") or secret_files.encryption_keys(DATA_DIR)
OUTBOUND_ALLOW = env.networks("OUTBOUND_ALLOW")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "heroicons",
    "config",
    "ingest",
    "violations",
    "delivery",
    "trackingplans",
    "accounts",
]

MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.web.headers.browser_limits",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # templates/django/forms/: hints and errors
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "django.templatetags.static",
                "accounts.templatetags.looks",
                "accounts.templatetags.charts",
                "accounts.templatetags.payload",
                "accounts.templatetags.frame",
            ],
        },
    }
]

_database = env.database("DATABASE_URL")
IS_EMBEDDED = not _database  # then `serve` also migrates
DATABASES = {"default": _database or postgres.django_settings(DATA_DIR)}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
CSRF_FAILURE_VIEW = "accounts.web.errors.csrf_failure"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# Nothing inline, nothing from elsewhere. The name and shape are those of Django 6.
SECURE_CSP: dict[str, list[str]] = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "font-src": ["'self'"],
    "frame-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
}
X_FRAME_OPTIONS = "DENY"
if BASE_URL.startswith("https://"):
    # TLS ends at the proxy in front, which must set X-Forwarded-Proto (docs/production.md).
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [
        r"^v1/",
        r"^healthz",
        r"^readyz",
        r"^metrics",
    ]  # a redirected POST loses its body
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    # Other hosts of the company's domain are not ours to bind to TLS.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024**2  # a plan may be pasted; reading stops at 15 MB

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
# `web` and `serve` collect by themselves; while developing and in tests files are served where they lie.
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["gif", "png", "ico", "woff2", "gz", "map"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

LOGGING = logs.configuration(debug=DEBUG)

# Mail goes to files that the app itself can show until EMAIL_URL names a server.
globals().update(env.email("EMAIL_URL") or {"EMAIL_BACKEND": "accounts.mail_files.FileBackend"})
EMAIL_TIMEOUT = 10
MAIL_DIR = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL: str = env.sender("DEFAULT_FROM_EMAIL", "Planwright <planwright@localhost>")

BROKER_URL: str = env.broker_url("BROKER_URL")
globals().update(brokers.celery_settings(BROKER_URL, DATA_DIR))

# Tasks keep their connection: to open one costs more than a small task (Celery would close it each time).
CELERY_DB_REUSE_MAX = 10_000

# The inbox (docs/decisions/): how long a worker may hold rows, and when the door says "later".
LEASE: timedelta = env.seconds("LEASE_SECONDS", 30)
INBOX_LIMIT_BYTES: int = env.integer("INBOX_LIMIT_BYTES", 2 * 1024**3, low=1)
MESSAGE_LIMIT_BYTES: int = env.integer("MESSAGE_LIMIT_BYTES", 32 * 1024, low=1024)
BODY_LIMIT_BYTES: int = env.integer("BODY_LIMIT_BYTES", 4 * 1024**2, low=1024)
BATCH_LIMIT_MESSAGES: int = env.integer("BATCH_LIMIT_MESSAGES", 2500, low=1)

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "accounts.api.errors.handle",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,  # `?format=` names a plan's format
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Planwright",
    "DESCRIPTION": "Tracking plans, checks and violations.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "ENUM_NAME_OVERRIDES": {
        "ViolationFamily": "violations.api.serializers.FAMILIES",
        "MissingKind": "violations.missing.KINDS",
        "ViolationStatus": "violations.triage.STATUSES",
        "ChangeKind": "trackingplans.api.shapes.CHANGE_KINDS",
        "Impact": "trackingplans.api.comparisons.IMPACTS",
        "NameSeverity": "trackingplans.api.names.SEVERITIES",
        "ReviewState": "trackingplans.draft_models.ReviewState",
        "DraftStatus": "trackingplans.draft_models.DraftStatus",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "accounts.api.schema.add_errors",
    ],
}
