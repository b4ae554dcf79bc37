"""Alerts: one line each, one button to acknowledge and one to act; and what is asked of this area by another."""

from django.urls import path

from .views import acknowledge, acknowledge_shown, alert, alerts, answer, lines_only, waiting

urlpatterns = [
    path("alerts/", alerts, name="alerts"),
    path("alerts/waiting/", waiting, name="alerts_waiting"),
    path("alerts/lines/", lines_only, name="alert_lines"),
    path("alerts/acknowledge/", acknowledge_shown, name="acknowledge_shown"),
    path("alerts/handover/<uuid:pk>/", answer, name="answer_handover"),
    path("alerts/<uuid:pk>/", alert, name="alert"),
    path("alerts/<uuid:pk>/acknowledge/", acknowledge, name="acknowledge"),
]
