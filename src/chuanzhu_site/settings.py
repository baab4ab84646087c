"""Settings of the site; what differs from one installation to the next is in :mod:`chuanzhu_site.environment`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from chuanzhu_site.environment import read_environment

ENVIRONMENT: Final = read_environment(os.environ)
HERE: Final = Path(__file__).parent

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.is_debug
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
ROOT_URLCONF = "chuanzhu_site.urls"
WSGI_APPLICATION = "chuanzhu_site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "chuanzhu_site.walkin",
    "chuanzhu_site.exchange",
    "chuanzhu_site.observatory",
    "chuanzhu_site.programme",
    "chuanzhu_site.market",
    "chuanzhu_site.accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "chuanzhu_site.web.requests.RequestMarks",
    "chuanzhu_site.web.metrics.Timed",
    "chuanzhu_site.web.problems.ProblemAnswers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "chuanzhu_site.web.headers.ContentPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "chuanzhu_site.accounts.sessions.IdleTimeout",
    "django.middleware.common.CommonMiddleware",
    "chuanzhu_site.web.limits.UploadLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "chuanzhu_site.accounts.standing.OncePerPage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "chuanzhu_site.web.addresses.NoNullSigns",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["django.templatetags.static"],
        },
    }
]

DATABASES = {"default": dict(ENVIRONMENT.database)}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "site_cache"}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "long", "post"]}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.folder / "static"
STATICFILES_DIRS = [HERE / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "chuanzhu_site.web.finders.PackagedFiles",
]
MEDIA_ROOT = ENVIRONMENT.folder / "attachments"
WALKIN_ROOT = ENVIRONMENT.folder / "walkin"
EXCHANGE_ROOT = ENVIRONMENT.folder / "exchange"
PROGRAMMES_ROOT = ENVIRONMENT.folder / "programmes"
WALKIN_MINUTES = 60
WALKIN_JOBS_PER_HOUR = ENVIRONMENT.hourly_jobs
WALKIN_MOST_WAITING = 40
TRUSTED_PROXIES = ENVIRONMENT.proxies
LARGEST_UPLOAD = ENVIRONMENT.largest_megabytes * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# GB/T 22239-2019 level 3, 8.1.4.1: passwords that are complex and changed, lock-out, time-out, a second factor.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "chuanzhu_site.accounts.passwords.MixedCharacters"},
]
SESSION_COOKIE_AGE = 30 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_LOGOUT_REDIRECT_URL = "front"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "【串珠】"
ACCOUNT_RATE_LIMITS = {"login_failed": "30/10m/ip,5/10m/key"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if ENVIRONMENT.is_https else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "串珠"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "government",
                "name": "统一身份认证",
                "client_id": ENVIRONMENT.openid_client,
                "secret": ENVIRONMENT.openid_secret,
                "settings": {"server_url": ENVIRONMENT.openid_server},
            }
        ]
        if ENVIRONMENT.openid_server
        else []
    }
}

# Browsers apply form-action to redirects too, and signing in elsewhere begins with a form.
FORM_TARGETS = [f"https://{urlsplit(ENVIRONMENT.openid_server).netloc}"] if ENVIRONMENT.openid_server else []
SECURE_SSL_REDIRECT = ENVIRONMENT.is_https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENVIRONMENT.is_https else 0
SESSION_COOKIE_SECURE = ENVIRONMENT.is_https
CSRF_COOKIE_SECURE = ENVIRONMENT.is_https
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

_SMTP = urlsplit(ENVIRONMENT.email_url)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if ENVIRONMENT.email_url else 'console'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _SMTP.hostname or "", _SMTP.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_SMTP.username or ""), unquote(_SMTP.password or "")
EMAIL_USE_TLS, EMAIL_USE_SSL = _SMTP.scheme == "smtp+tls", _SMTP.scheme == "smtps"
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.sender
METRICS_TOKEN = ENVIRONMENT.metrics_token
SITE_ADDRESS = ENVIRONMENT.address
HOOK_NETWORKS = ENVIRONMENT.hook_networks

# By channel, the function that sends a letter (chuanzhu_site.market.senders).
SENDERS = {
    "email": "chuanzhu_site.market.senders.mail.send",
    "sms": ENVIRONMENT.sms_sender,
    "wechat": ENVIRONMENT.wechat_sender,
}
# What ``/readyz?all`` and the figures ask: functions that say what is wrong, or nothing.
HEALTH_CHECKS = {
    "database": "chuanzhu_site.web.health.database",
    "disk": "chuanzhu_site.web.health.disk",
    "workers": "chuanzhu_site.web.health.workers",
    "index": "chuanzhu_site.market.index.trouble",
}
# What runs by the clock (chuanzhu_site.market.clock): a function that takes the time, and how often: each so many
# minutes, or each day at an hour.
PERIODIC: dict[str, int | str] = {
    "chuanzhu_site.market.sending.send_due": 1,
    "chuanzhu_site.market.actions.expiring.expire": "00:10",
    "chuanzhu_site.market.subscribing.look_again": 10,
    "chuanzhu_site.market.retrying.prune": "03:10",
    "chuanzhu_site.market.hooks.sending.prune": "03:20",
    "chuanzhu_site.market.reminding.answers": "07:30",
    "chuanzhu_site.market.reminding.quotes": "07:30",
    "chuanzhu_site.market.reminding.silence": "07:30",
    "chuanzhu_site.market.reminding.call_backs": "07:30",
    "chuanzhu_site.market.reminding.expiring": "07:30",
    "chuanzhu_site.programme.actions.ask_followups": "08:30",
    "chuanzhu_site.market.escalation.look_after_cases": "07:30",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "chuanzhu_site.web.requests.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django.server": {"handlers": ["console"], "propagate": False}},
}
