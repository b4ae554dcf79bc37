"""The WSGI entry granian serves. All pages are loaded before the first request, in each of its workers."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from fangxian.site import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.site.settings")
application = logs.answering(get_wsgi_application())
logs.install()
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()  # what is loaded stays: looking through all of it again and again stops a worker for a tenth of a second
