"""The day sheet: came in, checked, closed, outstanding by name; signed off, printed on one page, taken along."""

from django.urls import path

from .views import day_sheet, day_sheet_file, sign

urlpatterns = [
    path("day-sheet/", day_sheet, name="day_sheet"),
    path("day-sheet/<str:code>/", day_sheet, name="day_sheet"),
    path("day-sheet/<str:code>/sign/", sign, name="sign_day_sheet"),
    path("day-sheet/<str:code>/sheet.<str:form>", day_sheet_file, name="day_sheet_file"),
]
