"""The WSGI entry granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangxian.site.settings")
application = get_wsgi_application()
