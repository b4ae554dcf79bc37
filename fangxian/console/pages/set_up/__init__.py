"""Set-up: areas, posts, users, programmes, permissions, and where nobody is."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import gaps, loading, posts, programmes, requests, tree, users

urlpatterns: list[URLPattern] = [
    path("set-up/", gaps.gaps, name="set_up"),
    path("set-up/posts/", posts.listed, name="set_up_posts"),
    path("set-up/posts/give/", posts.give, name="set_up_give"),
    path("set-up/posts/<int:post>/", posts.one, name="set_up_post"),
    path("set-up/areas/", tree.own, name="set_up_areas"),
    path("set-up/areas/load/", loading.load, name="set_up_load"),
    path("set-up/areas/<str:code>/", tree.one, name="set_up_area"),
    path("set-up/users/", users.listed, name="set_up_users"),
    path("set-up/users/<int:user>/", users.one, name="set_up_user"),
    path("set-up/requests/", requests.listed, name="set_up_requests"),
    path("set-up/programmes/", programmes.listed, name="set_up_programmes"),
    path("set-up/programmes/<str:programme>/", programmes.one, name="set_up_programme"),
    path("set-up/permissions/", programmes.permissions, name="set_up_permissions"),
]
