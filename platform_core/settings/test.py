"""Settings of the test run: the same as production's but for speed and a private inbox."""

from __future__ import annotations

from platform_core.settings.base import *  # noqa: F403

ENVIRONMENT = "test"
DEBUG = False
SECRET_KEY = "for-tests-only"  # noqa: S105
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
POOL_SIZE = 0
API_REQUESTS_PER_MINUTE = API_REQUESTS_PER_MINUTE_OF_SUPPLIER = 1_000_000
# whitenoise warns of a folder that nobody collected into.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
