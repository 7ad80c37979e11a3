"""The Celery application: `celery -A platform_core.jobs worker` and `… beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_core.settings.base")

app = Celery("dealerdesk", task_cls="platform_core.jobs.base:SupplierTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
