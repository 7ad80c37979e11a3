"""Addresses that exist only while DEBUG, on the public host: the inbox and the component gallery."""

from django.urls import path

from platform_core.web import gallery, inbox_pages

urlpatterns = [
    path("__inbox", inbox_pages.inbox, name="inbox"),
    path("__inbox/<str:name>", inbox_pages.letter, name="inbox_mail"),
    path("__gallery", gallery.gallery, name="gallery"),
]
