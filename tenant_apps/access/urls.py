"""Addresses of access pages: login by allauth's own names, everything else below `access:`."""

from allauth.account import views as account
from django.urls import include, path, re_path

from tenant_apps.access import queries
from tenant_apps.access.pages import home, keys, own, people, roles, settings

own_pages = [
    path("", home.home, name="home"),
    path("hand-over/<str:token>/", own.hand_over, name="hand_over"),
    path("first-password/", own.issued_password, name="issued_password"),
    path("profile/", own.profile, name="profile"),
    path("profile/password/", own.change_password, name="change_password"),
    path("profile/sessions/end/", own.end_sessions, name="end_sessions"),
    path("people/", people.people, name="people"),
    path("people/export/", people.people_export, name="people_export"),
    path("people/new/", people.new_person, name="new_person"),
    path("people/<str:person_id>/", people.person, name="person"),
    path("people/<str:person_id>/access/", people.person_access, name="person_access"),
    path("people/<str:person_id>/logins/", people.person_logins, name="person_logins"),
    path("people/<str:person_id>/enable/", people.enable_person, name="enable_person"),
    path("people/<str:person_id>/disable/", people.disable_person, name="disable_person"),
    path("people/<str:person_id>/reset-password/", people.reset_password, name="reset_password"),
    path("roles/", roles.roles, name="roles"),
    path("roles/new/", roles.new_role, name="new_role"),
    path("roles/<str:role_id>/", roles.role, name="role"),
    path("roles/<str:role_id>/delete/", roles.delete_role, name="delete_role"),
    path("dealer-permissions/", roles.organisations, name="organisations"),
    path("dealer-permissions/<str:organisation_id>/", roles.ceiling, name="ceiling"),
    path("api-keys/", keys.keys, name="keys"),
    path("api-keys/new/", keys.new_key, name="new_key"),
    path("api-keys/<str:key_id>/revoke/", keys.revoke_key, name="revoke_key"),
    path("settings/", settings.settings, name="settings"),
]
login_pages = [
    path(
        "login/",
        account.LoginView.as_view(
            template_name="access/login.html", extra_context={"shows_catalogue": queries.shows_catalogue}
        ),
        name="account_login",
    ),
    path("logout/", account.LogoutView.as_view(template_name="access/logout.html"), name="account_logout"),
    path(
        "password/reset/",
        account.PasswordResetView.as_view(template_name="access/reset_ask.html"),
        name="account_reset_password",
    ),
    path(
        "password/reset/sent/",
        account.PasswordResetDoneView.as_view(template_name="access/reset_sent.html"),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.PasswordResetFromKeyView.as_view(template_name="access/reset_set.html"),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        account.PasswordResetFromKeyDoneView.as_view(template_name="access/reset_done.html"),
        name="account_reset_password_from_key_done",
    ),
]
urlpatterns = [*login_pages, path("", include((own_pages, "access")))]
