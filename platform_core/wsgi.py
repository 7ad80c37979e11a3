"""The web application. It does not start in production with unsafe settings."""

import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_core.settings.base")
application = get_wsgi_application()
# `manage.py` runs the system checks by itself; a web server would not.
call_command("check", fail_level="CRITICAL", verbosity=0)
