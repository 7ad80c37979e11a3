"""Addresses of the public site."""

from django.urls import path

from public_site import pages, sign_up_pages

app_name = "public_site"
urlpatterns = [
    path("", pages.landing, name="landing"),
    path("pricing/", pages.pricing, name="pricing"),
    path("first-steps/", pages.first_steps, name="first_steps"),
    path("developers/", pages.developers, name="developers"),
    path("terms/", pages.terms, name="terms"),
    path("privacy/", pages.privacy, name="privacy"),
    path("sign-up/", sign_up_pages.sign_up, name="sign_up"),
    path("sign-up/address/", sign_up_pages.address, name="address"),
    path("sign-up/suggestion/", sign_up_pages.suggestion, name="suggestion"),
    path("sign-up/mail/", sign_up_pages.read_mail, name="read_mail"),
    path("sign-up/confirm/", sign_up_pages.confirm, name="confirm"),
    path("sign-up/progress/<str:public_id>/", sign_up_pages.progress, name="progress"),
    path("sign-up/progress/<str:public_id>/enter/", sign_up_pages.enter, name="enter"),
    path("sign-up/progress/<str:public_id>/name/", sign_up_pages.choose_name, name="choose_name"),
]
