"""Django's settings. Everything a county may set is an environment variable; nothing secret stands here."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from fangxian.site import environment, logs
from fangxian.site.postgres import APPLICATION

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("FANGXIAN_VAR", ROOT / "var"))
DEBUG = False
DEMO = environment.flag("FANGXIAN_DEMO")
DEMO_AHEAD = environment.seconds("FANGXIAN_DEMO_AHEAD") if DEMO else dt.timedelta(0)  # of the machine's clock
DEMO_PLAYED = environment.instant("FANGXIAN_DEMO_PLAYED") if DEMO else None  # up to when it was made
SECRET_KEY = environment.secret(VAR, "django")
KEYS = VAR / "keys"
SCOPE_SECRET = KEYS / "scope.secret"  # signs what a transaction may see
CHECKPOINTS = Path(os.environ.get("FANGXIAN_CHECKPOINTS", VAR / "checkpoints"))
ALLOWED_HOSTS = environment.words("FANGXIAN_HOSTS", "127.0.0.1 localhost [::1] testserver")
CSRF_TRUSTED_ORIGINS = environment.words("FANGXIAN_ORIGINS", "")
HTTPS = environment.flag("FANGXIAN_HTTPS")
TRUSTED_PROXIES = environment.proxies("FANGXIAN_TRUSTED_PROXIES")
PUBLIC_URL = environment.address("FANGXIAN_URL", CSRF_TRUSTED_ORIGINS)  # how people reach it, for links in notices
RUN_BY = environment.text("FANGXIAN_RUN_BY")  # both are told on the page “About”
DATA_AT = environment.text("FANGXIAN_DATA_AT")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "fangxian.areas",
    "fangxian.accounts",
    "fangxian.programmes",
    "fangxian.journal",
    "fangxian.subjects",
    "fangxian.decide",
    "fangxian.tasks",
    "fangxian.report",
    "fangxian.capture",
    "fangxian.console",
    "fangxian.site",
]

MIDDLEWARE = [
    "fangxian.site.proxies.DeclaredProxies",
    "fangxian.site.bodies.BoundedBodies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # adds random bytes against BREACH; the token is masked anew as well
    "fangxian.site.headers.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "fangxian.accounts.requests.ActingPost",
    "fangxian.console.problems.ProblemPages",
]

ROOT_URLCONF = "fangxian.site.urls"
WSGI_APPLICATION = "fangxian.site.wsgi.application"

TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
        "fangxian.console.shell.context",
    ]},
}]

DATABASES = environment.databases(VAR, APPLICATION)
DATABASE_ROUTERS = ["fangxian.site.routers.OneSchema"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {
    "BACKEND": "fangxian.site.cache.SignedJsonCache", "LOCATION": "site_cache",
    "OPTIONS": {"MAX_ENTRIES": 20_000},  # past it entries are thrown out, and lockouts with them
}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["fangxian.accounts.backends.KnownUsers"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "fangxian.accounts.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "fangxian.accounts.signin.ClosedDoor"
ACCOUNT_RATE_LIMITS = {  # accounts.pace slows down instead
    "login_failed": None, "login": None, "change_password": None}
MFA_ADAPTER = "fangxian.accounts.factors.passkeys.ThisSite"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
SECOND_FACTOR = environment.one_of(  # nobody's sign-in of a demo is theirs alone
    "FANGXIAN_SECOND_FACTOR", ("county", "everybody", "nobody"), "nobody" if DEMO else "county")
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "fangxian" / "locale"]
FORMAT_MODULE_PATH = "fangxian.site.formats"
USE_I18N = True
USE_TZ = True
COUNTRY = os.environ.get("FANGXIAN_COUNTRY", "CN")
TIME_ZONE = os.environ.get("FANGXIAN_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
STATIC_ROOT = None  # served from the packages; nothing is collected
STATICFILES_DIRS: list[Path] = []
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 86400
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

SESSION_ENGINE = "fangxian.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

WEBHOOK_URL = os.environ.get("FANGXIAN_WEBHOOK_URL", "")
FLOW = "fangxian.site.flow"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROGRAMMES = ROOT / "programmes"

LOGGING = logs.configuration(os.environ.get("FANGXIAN_LOG", "WARNING"))
