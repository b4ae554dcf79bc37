"""The area page: the loop of a day, what needs attention below, the names behind each figure, the daily report."""

from django.urls import path

from .figure import figure, figure_file, give
from .overview import area, timeliness
from .report import report, report_file

urlpatterns = [
    path("area/", area, name="area"),
    path("area/<str:code>/", area, name="area"),
    path("area/<str:code>/timeliness/", timeliness, name="timeliness"),
    path("area/<str:code>/report/", report, name="report"),
    path("area/<str:code>/report.<str:form>", report_file, name="report_file"),
    path("area/<str:code>/<str:key>/", figure, name="figure"),
    path("area/<str:code>/<str:key>/give/", give, name="give_tasks"),
    path("area/<str:code>/<str:key>/list.<str:form>", figure_file, name="figure_file"),
]
