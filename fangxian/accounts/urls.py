"""The doors in and out. Names of allauth's that its own code looks up lead to one page that says whom to ask."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import pages
from .factors import pages as factors

urlpatterns: list[URLPattern] = [
    path("login/", pages.sign_in, name="account_login"),
    path("logout/", pages.sign_out, name="account_logout"),
    path("password/change/", pages.change_password, name="account_change_password"),
    path("code/", factors.enter, name="mfa_authenticate"),
    path("passkey/", factors.by_passkey, name="sign_in_by_passkey"),
    path("confirm/", factors.confirm, name="account_reauthenticate"),
    path("second-factor/", factors.own, name="mfa_index"),
    path("second-factor/app/", factors.add_app, name="factor_app"),
    path("second-factor/passkey/", factors.add_passkey, name="factor_passkey"),
    path("second-factor/codes/", factors.codes, name="factor_codes"),
    path("second-factor/remove/", factors.remove, name="factor_remove"),
    path("act-as/", pages.act_as, name="act_as"),
    path("ask/", pages.ask, name="account_ask"),
    path("inactive/", pages.ask, name="account_inactive"),
    path("signup/", pages.ask, name="account_signup"),
    path("email/", pages.ask, name="account_email"),
    path("password/set/", pages.ask, name="account_set_password"),
    path("password/reset/", pages.ask, name="account_reset_password"),
]
