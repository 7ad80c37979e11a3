"""Django's settings, driven by the environment. Production refuses unsafe values (checks.py)."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from platform_core.settings import env
from platform_core.settings.apps import BOTH_APPS, CONTROL_APPS, SUPPLIER_APPS, TABLELESS_APPS
from platform_core.settings.databases import databases
from platform_core.settings.logging import configure, default_level

ENVIRONMENT = env.text("DEALERDESK_ENV", "dev")
DEBUG = env.flag("DEBUG")
INSECURE_KEY = "insecure-key-for-development-only"
SECRET_LENGTH_MIN = 50
SECRET_KEY = env.text("SECRET_KEY", INSECURE_KEY)
LOGGING = configure(ENVIRONMENT, env.text("LOG_LEVEL", default_level(ENVIRONMENT)))
BASE_HOST = env.text("BASE_HOST", "localhost:8000")
SCHEME = env.text("SCHEME", "http")
VAR = env.var()
VAR.mkdir(parents=True, exist_ok=True)

# Hosts are checked against the domain table by tenants.middleware, before anything else.
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [*TABLELESS_APPS, *CONTROL_APPS, *BOTH_APPS, *SUPPLIER_APPS]
MIDDLEWARE = [
    # Headers and static files are the same on every host, also on one that nobody has.
    "platform_core.web.security.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tenants.middleware.ServeSupplier",
    "platform_core.web.request_log.RequestLog",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "platform_core.web.language.ChooseLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tenant_apps.access.middleware.KnowActor",
    "platform_core.web.refusals.ShowRefusals",
]
PUBLIC_URLCONF = "platform_core.urls_public"
SUPPLIER_URLCONF = "platform_core.urls_supplier"
ROOT_URLCONF = PUBLIC_URLCONF
WSGI_APPLICATION = "platform_core.wsgi.application"

DATABASES = databases()
DATABASE_ROUTERS = ["platform_core.db.router.ContextRouter"]
DEFAULT_AUTO_FIELD = "platform_core.db.fields.RowId"

# What django-tenants' mixins ask for.
TENANT_MODEL = "tenants.Supplier"
TENANT_DOMAIN_MODEL = "tenants.Domain"

# Wiring by dotted string: the ground imports no app (design.md §2).
SUPPLIER_RESOLVER = "tenants.queries.serving_by_id"
ACTIVE_SUPPLIERS = "tenants.queries.active_suppliers"
ACTOR_RESOLVER = "tenant_apps.access.queries.actor_of_request"
# Who a task works for: the person as it is now, by its public id.
ACTOR_OF_PERSON = "tenant_apps.access.queries.actor_of_person"
SUPPLIER_SEEDERS: list[str] = [
    "tenant_apps.access.operations.seed",
    "tenant_apps.logistics.operations.seed",
    "tenant_apps.ledger.operations.seed",
    "tenant_apps.dealers.operations.seed",
]
EVENT_HANDLERS: dict[str, list[str]] = {}
PERMISSION_WORDS = [f"{app}.permissions" for app in SUPPLIER_APPS if app.startswith("tenant_apps.")]

REDIS_URL = env.text("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "platform_core.db.cache.make_key",
    }
}
# Celery's transport has another word for a unix socket than the Redis client.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SCHEME == "https"
SESSION_COOKIE_NAME = "__Host-session" if SESSION_COOKIE_SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SESSION_COOKIE_SECURE else "csrf"
SESSION_COOKIE_DOMAIN = CSRF_COOKIE_DOMAIN = None
# The public site's forms may lead to a supplier's own host (hand-over after the sign-up).
WEB_CSP_FORM_ACTION = [f"{SCHEME}://{BASE_HOST}", f"{SCHEME}://*.{BASE_HOST}"]
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "platform_core.web.refusals.csrf_failure"

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# Names are unique where they are set (conditional constraints), which Django's check cannot see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tenant_apps.access.account_adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "platform_core.web.context.interface",
                "tenant_apps.access.navigation.navigation",
            ],
        },
    }
]
COTTON_DIR = "cotton"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("简体中文"))]
LANGUAGE_COOKIE_NAME = "language"
# Among apps the first one's word wins, so a library's "Code" would replace ours; these paths win over all.
LOCALE_PATHS = [
    folder for app in INSTALLED_APPS if (folder := env.ROOT / app.replace(".", "/") / "locale").is_dir()
]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS: list[Path] = []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_ROOT = VAR / "media"
# Where the bytes of attachments lie: a class as `attachments.store.Storage` describes it.
ATTACHMENT_STORAGE = env.text("ATTACHMENT_STORAGE", "platform_core.attachments.local.LocalFiles")
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

EMAIL_BACKEND = (
    "platform_core.web.inbox.InboxBackend"
    if DEBUG
    else env.text("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
)
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Dealerdesk <no-reply@dealerdesk.example>")
SUPPORT_EMAIL = env.text("SUPPORT_EMAIL", "support@dealerdesk.example")
# How many proxies of ours stand in front and add to X-Forwarded-For.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)

# How many ready schemas each shard keeps for the next sign-ups (tenancy.md "Decided").
POOL_SIZE = env.number("POOL_SIZE", 3 if DEBUG else 20)

# Requests of the API within a minute, by one key or person, and by all of one supplier's together.
API_REQUESTS_PER_MINUTE = env.number("API_REQUESTS_PER_MINUTE", 6_000)
API_REQUESTS_PER_MINUTE_OF_SUPPLIER = env.number("API_REQUESTS_PER_MINUTE_OF_SUPPLIER", 30_000)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["tenant_apps.access.api_authentication.KeyOrSession"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "platform_core.api.errors.to_problem",
    "DEFAULT_SCHEMA_CLASS": "platform_core.api.schema.EndpointSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Dealerdesk API",
    "DESCRIPTION": "Orders, goods, stock and money of one supplier, on the supplier's own host. "
    "Each answer tells in `RateLimit` how many requests are left; with none left the answer is 429, "
    "and `Retry-After` says how many seconds to wait.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "platform_core.api.errors.describe_problems",
        "platform_core.api.limits.describe_limits",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
COTTON_ISOLATE_BY_DEFAULT = True
CELERY_BEAT_SCHEDULE = {
    "outbox-sweep": {"task": "platform_core.outbox.tasks.sweep", "schedule": 60},
    "imports-sweep": {"task": "platform_core.imports.tasks.sweep", "schedule": 60},
    "imports-tidy": {"task": "platform_core.imports.tasks.tidy_in_turn", "schedule": 600},
    "provisioning-sweep": {"task": "tenants.tasks.sweep_provisioning", "schedule": 15},
    "automatic-receipts": {"task": "tenant_apps.aftersales.tasks.wake_all", "schedule": 3600},
    "void-saved-orders": {"task": "tenant_apps.orders.tasks.wake_void", "schedule": 60},
    "forget-sign-ups": {"task": "tenants.tasks.forget_unconfirmed", "schedule": 3600},
    "forget-files": {"task": "platform_core.attachments.tasks.wake_in_turn", "schedule": 600},
    "low-stock": {"task": "tenant_apps.inventory.tasks.wake_in_turn", "schedule": 600},
    "pool-refill": {"task": "tenants.tasks.refill_pool", "schedule": 60},
}
# How many tasks of one supplier run at once; keep it below the number of all job processes.
TASKS_RUNNING_PER_SUPPLIER = env.number("TASKS_RUNNING_PER_SUPPLIER", 2)
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# access: what stands above it is named by string.
DEALER_OF_ORGANISATION = "dealers.Dealer"
BALANCE_CHIP = "tenant_apps.ledger.queries.chip"
# Addresses of a supplier's host that strangers and robots may read now: a function that gives them.
PUBLIC_PAGES = "tenant_apps.access.queries.public_pages"
# What a portal's home warns of: a function of the actor that gives a sentence or None, and where it leads.
PORTAL_WARNING = ("tenant_apps.ledger.queries.low_balance", "ledger:top_up_new", "ledger.top_up")
# Pages of a supplier's host that need no login, and those open before an issued password is changed.
OPEN_VIEWS = {"health", "ready", "robots", "favicon", "set_language", "brand_css"}
VIEWS_BEFORE_PASSWORD_CHANGE = {"access:issued_password", "account_logout"}
# What a new dealer gets beside its organisation, administrator and shop, in the same transaction.
DEALER_OPENERS: list[str] = ["tenant_apps.ledger.operations.open_wallet"]
# What names a dealer group in higher apps, so that it is not deleted: functions that give it in words.
DEALER_GROUP_USES: list[str] = [
    "tenant_apps.strategies.queries.group_uses.uses_of_group",
    "tenant_apps.orders.queries.group_uses.uses_of_group",
]
# What counts the documents that name an ordering organisation, so that it is not deleted.
ORGANISATION_USES: list[str] = ["tenant_apps.orders.queries.organisation_uses.orders_of_organisation"]

# What can be imported, each by the key of its kind.
IMPORTS = {
    "goods": "tenant_apps.catalog.tasks.GOODS",
    "dealers": "tenant_apps.dealers.tasks.DEALERS",
    "prices": "tenant_apps.strategies.tasks.PRICES",
    "price_rules": "tenant_apps.strategies.tasks.PRICE_RULES",
    "publications": "tenant_apps.strategies.tasks.PUBLICATIONS",
    "freight": "tenant_apps.strategies.tasks.FREIGHT",
    "bundles": "tenant_apps.strategies.tasks.BUNDLES",
    "own_codes": "tenant_apps.strategies.tasks.OWN_CODES",
    "stock": "tenant_apps.inventory.tasks.STOCK",
    "stock_takes": "tenant_apps.inventory.tasks.COUNTS",
    "carriers": "tenant_apps.logistics.tasks.CARRIERS",
    "orders": "tenant_apps.orders.tasks.ORDERS",
    "pasted_orders": "tenant_apps.orders.tasks.PASTED",
    "supply_shares": "tenant_apps.orders.tasks.SHARES",
    "substitutes": "tenant_apps.orders.tasks.SUBSTITUTES",
    "raw_submit": "tenant_apps.orders.tasks.MANY_SUBMITTED",
    "raw_cancel": "tenant_apps.orders.tasks.MANY_CANCELLED",
    "raw_set": "tenant_apps.orders.tasks.MANY_SET",
    "memo_rules": "tenant_apps.logistics.tasks.MEMO_RULES",
}

# strategies: whose stock a dealer's goods show; inventory is its neighbor, so it is named by string.
STOCK_OF = "tenant_apps.inventory.queries.available"
# Whom a person may be let see: functions of the actor that give rows with public_id and name.
SCOPE_CHOICES = {
    "warehouse": "tenant_apps.logistics.queries.warehouses_visible_to",
    "dealer": "tenant_apps.dealers.queries.dealers_visible_to",
    "shop": "tenant_apps.dealers.queries.shops_visible_to",
}
# Lists of prices of which a supplier may show one to strangers: rows with public_id and name.
PRICE_LISTS = "tenant_apps.strategies.queries.strategies_visible_to"
# A new supplier's first steps: key, page, the model whose first row means done.
FIRST_STEPS = [
    ("goods", "catalog:import", "catalog.Sku"),
    ("stock", "inventory:import", "inventory.Stock"),
    ("freight", "strategies:freight_list", "strategies.FreightRow"),
    ("dealer", "dealers:new", "dealers.Dealer"),
    ("order", "orders:list", "orders.SalesOrder"),
]
PASSWORD_RESET_TIMEOUT = 3600
LOGOUT_REDIRECT_URL = "/login/"
ACCOUNT_FORMS = {"login": "tenant_apps.access.forms.LoginForm"}
# Django's own tokens already cover the address; allauth's would keep a second copy of it.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
EVENT_HANDLERS["access.password_reset_asked"] = ["tenant_apps.access.handlers.mail_password_reset"]
# Whose checks `manage.py reconcile` runs: each a callable that answers {sentence: SQL that must be 0}.
RECONCILIATIONS = ["tenant_apps.ledger.verify.reconciliation", "tenant_apps.inventory.queries.reconciliation"]
# Panels of the two start pages: heading, page that gives the panel, the permission that shows it.
PORTAL_PANELS = [
    (_("What waits"), "orders:waiting_panel", "orders.read"),
    (_("Latest orders"), "orders:recent_panel", "orders.read"),
]
HOME_PANELS = [*PORTAL_PANELS, (_("Stock to look at"), "inventory:low_panel", "inventory.read")]
# Panels on the page of a dealer's person: heading, page that gives the panel, the permission that shows it.
PERSON_PANELS = [(_("Spending limits"), "orders:limit_panel", "orders.manage_approvals")]
EVENT_HANDLERS["fulfilment.shipment_sent"] = ["tenant_apps.fulfilment.handlers.mail_shipment_sent"]
# How many orders the demo supplier's year has.
DEMO_ORDERS = env.number("DEMO_ORDERS", 1000)
