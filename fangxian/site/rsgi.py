"""The entry granian serves: the pages, behind a front that takes each request whole."""

from fangxian.site.front import Front
from fangxian.site.processes.parts import THREADS
from fangxian.site.wsgi import application as pages

application = Front(pages, THREADS)
