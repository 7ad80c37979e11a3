"""Addresses of access in the API."""

from django.urls import path

from tenant_apps.access import api

urlpatterns = [
    path("me", api.Me.as_view(), name="api-me"),
    path("people", api.People.as_view(), name="api-people"),
    path(
        "people/by-external-id/<path:external_id>",
        api.PersonByExternalId.as_view(),
        name="api-person-by-external-id",
    ),
    path("people/<str:person_id>", api.Person.as_view(), name="api-person"),
    path("people/<str:person_id>/access", api.PersonAccess.as_view(), name="api-person-access"),
    path("people/<str:person_id>/enable", api.PersonSwitch.as_view(act="enable"), name="api-person-enable"),
    path(
        "people/<str:person_id>/disable", api.PersonSwitch.as_view(act="disable"), name="api-person-disable"
    ),
    path("people/<str:person_id>/reset-password", api.PersonPassword.as_view(), name="api-person-password"),
    path("roles", api.Roles.as_view(), name="api-roles"),
    path(
        "roles/by-external-id/<path:external_id>",
        api.RoleByExternalId.as_view(),
        name="api-role-by-external-id",
    ),
    path("roles/<str:role_id>", api.Role.as_view(), name="api-role"),
    path("keys", api.Keys.as_view(), name="api-keys"),
    path("keys/<str:key_id>/revoke", api.KeyRevocation.as_view(), name="api-key-revoke"),
    path("settings", api.Settings.as_view(), name="api-settings"),
    path("organisations", api.Organisations.as_view(), name="api-organisations"),
    path("organisations/<str:organisation_id>/ceiling", api.Ceiling.as_view(), name="api-ceiling"),
]
