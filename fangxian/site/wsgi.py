"""The WSGI entry granian serves. All pages are loaded before the first request, in each of its workers.

Whichever server loads it: a database that is not what it has to be is not served, and the sentence says what to do.
"""

import gc
import os
import sys
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from fangxian.site import bounded, logs
from fangxian.site.processes import starting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.site.settings")
application = logs.answering(get_wsgi_application())
logs.install()
bounded.bound_statements()
try:
    starting.ensure_ready()
except starting.NotPrepared:
    sys.exit(1)
import_module(settings.ROOT_URLCONF)
import_module("fangxian.journal.together").open_recorder()  # loads models, which wait for the application
gc.collect()
gc.freeze()  # what is loaded stays: looking through all of it again and again stops a worker for a tenth of a second
