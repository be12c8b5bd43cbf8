"""The settings: one file, from the environment (README.md, "Configuration"), failing loudly at start."""

from pathlib import Path
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

from advice import bucket_url, env, mail_url

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.read("VAR", str(BASE_DIR / "var")))
RELEASE = env.read("RELEASE", "1.0")

# --- Where the site lives -------------------------------------------------------------------------------------------

DEBUG = env.switch("DEBUG", default="off")
PORT = env.port("PORT", "8000")
SITE_URL = env.site_url("SITE_URL", f"http://127.0.0.1:{PORT}")
SITE_HOST = urlsplit(SITE_URL).hostname or ""
HTTPS = SITE_URL.startswith("https:")
ON_LOOPBACK = env.is_loopback(SITE_HOST)

ALLOWED_HOSTS = [SITE_HOST if ":" not in SITE_HOST else f"[{SITE_HOST}]", *env.hosts("ALLOWED_HOSTS")]
if ON_LOOPBACK:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]

# Whose X-Forwarded-For and X-Forwarded-Proto are believed. Nobody's, unless named.
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")

SECRET_KEY = env.read("SECRET_KEY")
if not SECRET_KEY:
    if HTTPS and not DEBUG:
        raise ImproperlyConfigured("SECRET_KEY (or SECRET_KEY_FILE) must be set where SITE_URL is https.")
    SECRET_KEY = env.kept_secret(VAR / "secret-key")

# --- What it is made of ---------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "advice.apps.AdviceConfig",
    "comments.apps.CommentsConfig",
    "advice.apps.AdviceAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # thousands separators
    "mptt",
]

MIDDLEWARE = [
    "advice.timing.trace",
    "advice.delivery.page_cache",  # what it stores is what was sent, headers and all
    "advice.middleware.security_headers",
    "advice.middleware.trusted_proxies",
    "advice.health.health",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "advice.middleware.no_nul",
    "advice.middleware.body_limit",
    "advice.outages.maintenance",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

# advice.middleware.security_headers does what these two would have Django's own middleware do.
SILENCED_SYSTEM_CHECKS = ["security.W001", "security.W002"]

ROOT_URLCONF = "advice.urls"
WSGI_APPLICATION = "advice.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",  # lazy: only the admin's templates look
                "django.contrib.messages.context_processors.messages",
                "advice.identity.context",  # lazy too
                "comments.discussion_settings.context",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ]
            if not DEBUG
            else ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
        },
    }
]

# --- Database -------------------------------------------------------------------------------------------------------

_database = env.address(
    "DATABASE_URL",
    f"sqlite:///{VAR / 'advice.sqlite3'}",
    ("sqlite", "postgres", "postgresql", "psql"),
    environ.Env.db_url_config,
)
if not _database["NAME"]:
    raise ImproperlyConfigured("DATABASE_URL must name a database: postgres://user:password@host:5432/name.")
DATABASES = {"default": _database}
_database["CONN_MAX_AGE"] = 60  # seconds; a connection lives in each of the server's threads
_database["CONN_HEALTH_CHECKS"] = True  # advice/sqlite3 and advice/postgresql say how
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["ENGINE"] = "advice.sqlite3"
    if _database["NAME"] == ":memory:":
        raise ImproperlyConfigured("DATABASE_URL must name a file for SQLite: the site runs in several threads.")
    Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _database["OPTIONS"] = {
        # Every atomic() takes the write lock at once: a read that later wants to write would fail with "database is
        # locked", whatever the timeout. Hence: atomic() only around writes, and no ATOMIC_REQUESTS.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds to wait for the write lock
        # FULL: what a reader was told has arrived is on the disk, also when the machine loses its power.
        # secure_delete: what is erased is written over in the file, not only given free.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA secure_delete=ON;",
    }
    # A file also in tests: in memory, two connections block each other at once.
    _database["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
else:
    _database["ENGINE"] = "advice.postgresql"
    _options = _database.setdefault("OPTIONS", {})
    _options.setdefault("connect_timeout", 5)  # seconds; advice/database.py has more for whoever serves requests
    # A machine that is gone says nothing. Mail, imports and backups would wait two hours for it, by default.
    for _name, _seconds in (("keepalives_idle", 30), ("keepalives_interval", 10), ("keepalives_count", 3)):
        _options.setdefault(_name, _seconds)
    _options.setdefault("tcp_user_timeout", 60_000)  # milliseconds

# --- Who may in, and what cookies they get --------------------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"

# Public addresses never see Sarah's session, so pages are the same for everybody and readers get no cookie.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin/"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "advice.error_pages.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- What a request may weigh ---------------------------------------------------------------------------------------

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # bytes; DESIGN part 5: over that 413
PICTURE_BYTES = 12_000_000  # of an uploaded picture: more than telephones make
# A reader's form has seven fields; the admin's actions name up to 500 comments.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000

POST_LIMITS = env.switch("POST_LIMITS", default="on")

# --- Static files ---------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env.read("STATIC_ROOT", str(VAR / "static"))
STORAGES = {
    "default": {"BACKEND": "advice.folder.Folder"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Uploaded pictures: served by advice/pictures.py, under names that never change their content --------------------

MEDIA_URL = "/media/"
MEDIA_ROOT = env.read("MEDIA_ROOT", str(VAR / "media"))
if _bucket := env.read("BUCKET_URL"):
    STORAGES["default"] = bucket_url.read(_bucket)

# --- Cache: rendered pages of this process (advice/delivery.py) -----------------------------------------------------

CACHES = {
    "default": {
        "BACKEND": "advice.memory_cache.MemoryCache",
        # Pages weigh 15 kB compressed, and 500 kB at most for who takes no compression. Nothing is kept where templates
        # are edited: parts of them (`cache`) would stay for ten minutes as they were.
        "OPTIONS": {"MAX_ENTRIES": 0 if DEBUG else 1_000, "MAX_BYTES": 12_000_000},
    },
    # Of a bucket, so that not every reader has to wait for it (advice/bucket.py). A folder needs none.
    "pictures": {
        "BACKEND": "advice.memory_cache.MemoryCache",
        "LOCATION": "pictures",
        "OPTIONS": {"MAX_ENTRIES": 100, "MAX_BYTES": 6_000_000},
    },
}

# --- Mail -----------------------------------------------------------------------------------------------------------

_mail = mail_url.read(env.read("EMAIL_URL", f"filemail://{quote(str(VAR.absolute() / 'mail'))}"))
EMAIL_BACKEND = _mail.backend
EMAIL_HOST = _mail.options.get("EMAIL_HOST", "localhost")
EMAIL_PORT = _mail.options.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _mail.options.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _mail.options.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _mail.options.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.options.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = _mail.options.get("EMAIL_FILE_PATH")
EMAIL_TIMEOUT = 20  # seconds
EMAIL_RATE = env.rate("EMAIL_RATE")  # mails a minute, of all workers together
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.sender("DEFAULT_FROM_EMAIL", f"advice@{SITE_HOST}")
# The envelope's sender, to whom servers send what came back; "" for DEFAULT_FROM_EMAIL. Providers have their own.
EMAIL_BOUNCES_TO = "" if _mail.provider else env.bare_address("EMAIL_BOUNCES_TO")

EMAIL_PROVIDER = _mail.provider
# With it the provider tells at /mail-events/ what came back; without it there is no such address.
EMAIL_WEBHOOK_SECRET = env.read("EMAIL_WEBHOOK_SECRET")
ANYMAIL = {**_mail.anymail, "REQUESTS_TIMEOUT": EMAIL_TIMEOUT}
if EMAIL_PROVIDER == "mailgun":
    ANYMAIL["MAILGUN_WEBHOOK_SIGNING_KEY"] = EMAIL_WEBHOOK_SECRET  # it signs what it tells
elif EMAIL_WEBHOOK_SECRET:
    if EMAIL_WEBHOOK_SECRET.count(":") != 1:
        raise ImproperlyConfigured("EMAIL_WEBHOOK_SECRET must be user:password, as in the address the provider gets.")
    ANYMAIL["WEBHOOK_SECRET"] = EMAIL_WEBHOOK_SECRET

# --- Words, dates ---------------------------------------------------------------------------------------------------

LANGUAGE_CODE = env.language("LANGUAGE_CODE", "en-gb")
LOCALE_PATHS = [BASE_DIR / "locale"]  # translations, where its owner made any
TIME_ZONE = env.parsed("TIME_ZONE", lambda name: ZoneInfo(name).key, "UTC", "a time zone such as Europe/London")
USE_I18N = USE_TZ = True

# --- Logs: nothing personal, no secret addresses (advice/logs.py) ---------------------------------------------------

_formats = {"json": "advice.logs.JsonLines", "text": "advice.logs.TextLines"}
LOG_FORMAT = env.choice("LOG_FORMAT", _formats, "text" if ON_LOOPBACK else "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "once_a_second": {"()": "advice.outage_log.OnceASecond"},
        "nothing_personal": {"()": "advice.logs.NothingPersonal"},
    },
    "formatters": {"lines": {"()": _formats[LOG_FORMAT]}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "lines",
            "filters": ["once_a_second", "nothing_personal"],
        },
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    # Django's own handlers off (they would mail whole requests); its records go to the root's.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
