"""One settings module; the environment decides everything that differs between machines.

Without an environment it refuses to guess secrets or stores: ``SECRET_KEY`` and
``DATABASE_URL`` are required. ``INSECURE_LOCAL=1`` is what the demo and the tests set: it
turns off the HTTPS-only parts (plain http on localhost), and nothing else.
"""

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

from saas.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

SECRET_KEY = env("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=False)
INSECURE_LOCAL = env.bool("INSECURE_LOCAL", default=False)

# Hosts -----------------------------------------------------------------------------------
# Which hosts exist is data (Domain rows), so Django's static list is open and
# tenants.middleware answers 404 for every host it does not know.
ALLOWED_HOSTS = ["*"]
BASE_DOMAIN = env("BASE_DOMAIN", default="localhost")
OPERATOR_HOST = env("OPERATOR_HOST", default=f"tnp.{BASE_DOMAIN}")
PUBLIC_SCHEME = env("PUBLIC_SCHEME", default="http" if INSECURE_LOCAL else "https")
PUBLIC_PORT = env("PUBLIC_PORT", default="")
PLATFORM_HOSTS = env.list("PLATFORM_HOSTS", default=["127.0.0.1", "localhost"])

# Apps ------------------------------------------------------------------------------------
OUR_SHARED_APPS = [
    "tenants",
    "shared_apps.identity",
    "shared_apps.network",
    "shared_apps.catalog",
    "shared_apps.inventory",
    "shared_apps.pricing",
    "shared_apps.commissions",
    "shared_apps.journal",
    "shared_apps.audit",
    "shared_apps.outbox",
    "shared_apps.simulation",
    "shared_apps.statements",
    "shared_apps.invoices",
    "shared_apps.reports",
    "shared_apps.operator",
    "shared_apps.workspace",
]
OUR_TENANT_APPS = [
    "tenant_apps.branding",
    "tenant_apps.selection",
    "tenant_apps.overrides",
    "tenant_apps.customers",
    "tenant_apps.orders",
    "tenant_apps.payments",
    "tenant_apps.subcommissions",
    "tenant_apps.shop",
    "tenant_apps.office",
]
SHARED_APPS = [
    "django_tenants",
    *OUR_SHARED_APPS,
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "django_structlog",
    "anymail",
    "csp",
]
TENANT_APPS = ["django.contrib.sessions", *OUR_TENANT_APPS]
INSTALLED_APPS = SHARED_APPS + [app for app in TENANT_APPS if app not in SHARED_APPS]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# Tenancy ---------------------------------------------------------------------------------
TENANT_MODEL = "tenants.Agency"
TENANT_DOMAIN_MODEL = "tenants.Domain"
PUBLIC_SCHEMA_NAME = "shared"
TENANT_LIMIT_SET_CALLS = True
DATABASE_ROUTERS = [
    "tenants.routers.TenantOnlyRouter",
    "django_tenants.routers.TenantSyncRouter",
]
ROOT_URLCONF = "saas.urls_agency"
PUBLIC_SCHEMA_URLCONF = "saas.urls_operator"
PLATFORM_URLCONF = "saas.urls_platform"

MIDDLEWARE = [
    "tenants.middleware.AgencyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tenant_apps.shop.language.LanguageMiddleware",
    "tenant_apps.subcommissions.links.SellerLinkMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "shared_apps.identity.middleware.MembershipMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "shared_apps.audit.middleware.ActorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]
DJANGO_STRUCTLOG_USER_ID_FIELD = None

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "themes" / "base" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tenants.context.agency",
                "shared_apps.identity.client_view.context",
            ],
            "builtins": ["saas.day_words"],
            # Not django-tenants' cached loader: inside schema_context() it forgets the schema.
            "loaders": [
                (
                    "tenants.loaders.SchemaCachedLoader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]
WSGI_APPLICATION = "saas.wsgi.application"

# Stores ----------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"].update(
    ENGINE="tenants.postgresql_backend",
    CONN_MAX_AGE=env.int("CONN_MAX_AGE", default=600),
    CONN_HEALTH_CHECKS=True,
    DISABLE_SERVER_SIDE_CURSORS=True,
)
DATABASES["default"].setdefault("OPTIONS", {})["application_name"] = "saas"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
_cache_backend = (
    {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
)
CACHES = {
    "default": {**_cache_backend, "KEY_FUNCTION": "tenants.cache.schema_key"},
    "platform": {**_cache_backend, "KEY_PREFIX": "platform"},
}

# Files: one prefix per schema, see tenants.storage.
MEDIA_ROOT = env("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media"))
MEDIA_URL = "/media/"
S3_BUCKET = env("S3_BUCKET", default="")
STORAGES = {
    "default": {
        "BACKEND": "tenants.storage.AgencyS3Storage"
        if S3_BUCKET
        else "tenants.storage.AgencyFileStorage",
    },
    "staticfiles": {
        # Without the manifest (tests) files are found where they lie, nothing is collected.
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if env.bool("STATIC_MANIFEST", default=True)
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
AWS_STORAGE_BUCKET_NAME = S3_BUCKET
AWS_S3_ENDPOINT_URL = env("S3_ENDPOINT_URL", default=None)
AWS_S3_REGION_NAME = env("S3_REGION", default=None)
AWS_ACCESS_KEY_ID = env("S3_ACCESS_KEY_ID", default=None)
AWS_SECRET_ACCESS_KEY = env("S3_SECRET_ACCESS_KEY", default=None)
AWS_DEFAULT_ACL = None
AWS_QUERYSTRING_AUTH = True

STATIC_URL = "/static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
STATICFILES_DIRS = [
    folder
    for folder in (BASE_DIR / "themes" / "base" / "static", BASE_DIR / "var" / "frontend")
    if folder.is_dir()
]
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# Who signs in ----------------------------------------------------------------------------
AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "shared_apps.identity.adapter.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/300s/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "TNP"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = INSECURE_LOCAL
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# Sessions live in the schema of the host; cookies are host-only (no Domain attribute).
CSRF_FAILURE_VIEW = "saas.errors.csrf_failure"
SESSION_COOKIE_NAME = "sid" if INSECURE_LOCAL else "__Host-sid"
CSRF_COOKIE_NAME = "csrf" if INSECURE_LOCAL else "__Host-csrf"
LANGUAGE_COOKIE_NAME = "lang"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not INSECURE_LOCAL
SECURE_SSL_REDIRECT = not INSECURE_LOCAL
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if INSECURE_LOCAL else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not INSECURE_LOCAL
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [SELF],
        # The payment page is reached by a redirect after our own form post.
        "form-action": [SELF, env("STRIPE_API_BASE", default="https://checkout.stripe.com")],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Rate limits, per agency and per client; see saas.limits.
RATE_LIMITS = {
    "sign_in": env("RATE_SIGN_IN", default="20/m"),
    "cart": env("RATE_CART", default="30/m"),
    # Places put into carts, not requests: nobody empties a stock by holding it.
    "places": env("RATE_PLACES", default="300/h"),
    "checkout": env("RATE_CHECKOUT", default="30/m"),
    "api": env("RATE_API", default="600/m"),
    "contact": env("RATE_CONTACT", default="5/m"),
}

# Words and numbers -----------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = ["saas.formats"]
TIME_ZONE = "Europe/Paris"

# Mail, payment, work outside the request -------------------------------------------------
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default=f"TNP <bonjour@{OPERATOR_HOST}>")
EMAIL_TIMEOUT = 15

STRIPE_API_KEY = env("STRIPE_API_KEY", default="")
STRIPE_WEBHOOK_SECRET = env("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_API_BASE = env("STRIPE_API_BASE", default=None)

# How long a process may remember what every sale reads (tenants.memo).
MEMO_SECONDS = env.float("MEMO_SECONDS", default=2.0)
HOLD_MINUTES = env.int("HOLD_MINUTES", default=20)
# How many places one visitor of a shop may hold at once, over all carts.
CART_PLACES = env.int("CART_PLACES", default=50)

CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=REDIS_URL or "memory://")
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_TASK_ALWAYS_EAGER", default=False)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {
    "expire-holds": {"task": "inventory.holds_expire", "schedule": 15.0},
    "expire-orders": {"task": "orders.expire_due", "schedule": 60.0},
    "deliver-outbox": {"task": "outbox.deliver_due", "schedule": 5.0},
    "settle-payments": {"task": "payments.settle_open", "schedule": 300.0},
    # Repeatable: a draft is drawn again, what is issued stays.
    "draft-statements": {"task": "statements.draft", "schedule": 21_600.0},
    "refresh-availability": {"task": "inventory.availability_refresh", "schedule": 300.0},
    "forget-answers": {"task": "orders.answers_forget", "schedule": crontab(hour=2, minute=20)},
    "forget-sessions": {
        "task": "identity.sessions_forget",
        "schedule": crontab(hour=2, minute=40),
    },
    # In UTC; days end in Paris, two hours or one before.
    "close-journal": {"task": "journal.close_due", "schedule": crontab(hour=3, minute=10)},
}

# API -------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}

LOGGING_CONFIG = None
logging_config(
    json_lines=env.bool("LOG_JSON", default=True), level=env("LOG_LEVEL", default="INFO")
)

SILENCED_SYSTEM_CHECKS: list[str] = []
