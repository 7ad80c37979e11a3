"""Addresses of access pages: login by allauth's own names, everything else below `access:`."""

from allauth.account import views as account
from django.urls import include, path

from tenant_apps.access import pages

own = [
    path("", pages.home, name="home"),
]
urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("", include((own, "access"))),
]
