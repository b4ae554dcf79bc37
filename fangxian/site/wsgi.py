"""The WSGI entry granian serves. All pages are loaded before the first request, in each of its workers."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.site.settings")
application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)
