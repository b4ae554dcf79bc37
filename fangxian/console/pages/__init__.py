"""One module a page; each has its views and its ``urlpatterns``."""
