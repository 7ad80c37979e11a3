"""The REST doors of access: who I am, people, roles, keys, settings, ceilings."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_core.api.columns import Columns
from platform_core.api.external import put_row
from platform_core.api.paging import listed, sparse
from platform_core.api.schema import KEY
from platform_core.api.views import Endpoint, tagged
from tenant_apps.access import queries
from tenant_apps.access import serializers as shapes
from tenant_apps.access.commands import keys, people, roles, settings
from tenant_apps.access.commands.people import AccessFacts, PersonFacts, ScopeFacts
from tenant_apps.access.models import Membership

PEOPLE_COLUMNS = Columns(
    "external_id",
    "employee_code",
    flags=("enabled", "is_administrator"),
    login="user__login",
    email="user__email",
    phone="user__phone",
    roles="roles__public_id",
)
PEOPLE_FILTERS = [
    OpenApiParameter("q", description="A part of name, number or name to log in."),
    OpenApiParameter("state", enum=["active", "disabled"]),
    *PEOPLE_COLUMNS.parameters,
]
ROLE_COLUMNS = Columns("name", "external_id")
KEY_COLUMNS = Columns("name", "prefix")
ORGANISATION_COLUMNS = Columns("name", flags=("enabled",))


class Me(Endpoint):
    """Who asks."""

    @extend_schema(responses=shapes.MeOut)
    def get(self, request: Request) -> Response:
        """The person of the session or the key of the header, with what it may."""
        return Response(sparse(request, shapes.render_me(self.actor)))


class People(Endpoint):
    """The people of the own organisation."""

    @extend_schema(parameters=PEOPLE_FILTERS, responses=shapes.PersonPage)
    def get(self, request: Request) -> Response:
        """One page."""
        query = request.query_params
        state = query.get("state", "") if query.get("state") in {"active", "disabled"} else ""
        rows = queries.people_matching(
            queries.people_visible_to(self.actor), query.get("q", "").strip(), state
        )
        rows = rows.prefetch_related("roles")
        return listed(request, rows, lambda found: map(shapes.render_person, found), columns=PEOPLE_COLUMNS)

    @extend_schema(request=shapes.PersonIn, responses={201: shapes.IssuedOut})
    def post(self, request: Request) -> Response:
        """Let somebody in; the issued password is told only now."""
        facts = PersonFacts(**self.parsed(shapes.PersonIn))
        return _issued(people.create_person(actor=self.actor, facts=facts), 201)


class Person(Endpoint):
    """One person."""

    @extend_schema(responses=shapes.PersonOut)
    def get(self, request: Request, person_id: str) -> Response:
        """Who somebody is and what it holds."""
        row = queries.person_for(self.actor, person_id)
        return tagged(sparse(request, shapes.render_person(row)), row.version)

    @extend_schema(request=shapes.PersonPatch, responses=shapes.PersonOut)
    def patch(self, request: Request, person_id: str) -> Response:
        """Change the named fields."""
        changed = _changed(self, person_id, self.parsed(shapes.PersonPatch))
        return tagged(shapes.render_person(changed), changed.version)


class PersonByExternalId(Endpoint):
    """One person by the id of another system."""

    @extend_schema(request=shapes.PersonPatch, responses={200: shapes.PersonOut, 201: shapes.IssuedOut})
    def put(self, request: Request, external_id: str) -> Response:
        """Change the person with this external id, or let it in: then its password is told, only now."""
        values = {**self.parsed(shapes.PersonPatch), "external_id": external_id}
        known = queries.people_visible_to(self.actor).filter(external_id=external_id).first()
        if known is None:
            return _issued(
                people.create_person(actor=self.actor, facts=PersonFacts(**{"name": "", **values})), 201
            )
        changed = _changed(self, known.user.public_id, values)
        return tagged(shapes.render_person(changed), changed.version)


class PersonAccess(Endpoint):
    """What one person may."""

    @extend_schema(request=shapes.AccessIn, responses=shapes.PersonOut)
    def put(self, request: Request, person_id: str) -> Response:
        """Say all of it: what is not named is taken away, as far as the asker can give it."""
        asked = self.parsed(shapes.AccessIn)
        scopes = {
            kind: ScopeFacts(one["everything"], one["ids"]) for kind, one in asked.pop("scopes").items()
        }
        changed = people.set_access(
            actor=self.actor,
            person_id=person_id,
            access=AccessFacts(**asked, scopes=scopes),
            version=self.expected_version(),
        )
        return tagged(shapes.render_person(changed), changed.version)


class PersonSwitch(Endpoint):
    """Let somebody in or keep it out."""

    act = ""

    @extend_schema(request=None, responses=shapes.PersonOut)
    def post(self, request: Request, person_id: str) -> Response:
        """A second time changes nothing."""
        run = people.enable_person if self.act == "enable" else people.disable_person
        row = run(actor=self.actor, person_id=person_id)
        return tagged(shapes.render_person(row), row.version)


class PersonPassword(Endpoint):
    """Issue a new password."""

    @extend_schema(request=None, responses=shapes.IssuedOut)
    def post(self, request: Request, person_id: str) -> Response:
        """The password is told only now; the person's sessions end."""
        return _issued(people.reset_password(actor=self.actor, person_id=person_id), 200)


class Roles(Endpoint):
    """The own permission groups."""

    @extend_schema(parameters=ROLE_COLUMNS.parameters, responses=shapes.RolePage)
    def get(self, request: Request) -> Response:
        """One page."""
        rows = queries.roles_visible_to(self.actor)
        return listed(request, rows, lambda found: map(shapes.render_role, found), columns=ROLE_COLUMNS)

    @extend_schema(parameters=[KEY], request=shapes.RoleIn, responses={201: shapes.RoleOut})
    def post(self, request: Request) -> Response:
        """Create one."""
        return self.once(roles.create_role, shapes.render_role, status=201, **self.parsed(shapes.RoleIn))


class Role(Endpoint):
    """One permission group."""

    @extend_schema(responses=shapes.RoleOut)
    def get(self, request: Request, role_id: str) -> Response:
        """What it gives."""
        row = queries.role_for(self.actor, role_id)
        return tagged(sparse(request, shapes.render_role(row)), row.version)

    @extend_schema(request=shapes.RolePatch, responses=shapes.RoleOut)
    def patch(self, request: Request, role_id: str) -> Response:
        """Change the named fields."""
        roles.change_role(
            actor=self.actor,
            role_id=role_id,
            version=self.expected_version(),
            **self.parsed(shapes.RolePatch),
        )
        row = queries.role_for(self.actor, role_id)
        return tagged(shapes.render_role(row), row.version)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, role_id: str) -> Response:
        """Remove it while nobody holds it."""
        roles.delete_role(actor=self.actor, role_id=role_id)
        return Response(status=204)


class RoleByExternalId(Endpoint):
    """One permission group by the id of another system."""

    @extend_schema(request=shapes.RolePatch, responses={200: shapes.RoleOut, 201: shapes.RoleOut})
    def put(self, request: Request, external_id: str) -> Response:
        """Change the role with this external id, or create it."""
        values = {**self.parsed(shapes.RolePatch), "external_id": external_id}
        return put_row(
            queries.roles_visible_to(self.actor),
            external_id,
            add=lambda: roles.create_role(actor=self.actor, **{"name": "", "permissions": [], **values}),
            change=lambda known: roles.change_role(
                actor=self.actor, role_id=known, version=self.expected_version(), **values
            ),
            shape=lambda row: shapes.render_role(queries.role_for(self.actor, row.public_id)),
        )


class Keys(Endpoint):
    """The own API keys."""

    @extend_schema(parameters=KEY_COLUMNS.parameters, responses=shapes.KeyPage)
    def get(self, request: Request) -> Response:
        """One page, without secrets."""
        rows = queries.keys_visible_to(self.actor)
        return listed(request, rows, lambda found: map(shapes.render_key, found), columns=KEY_COLUMNS)

    @extend_schema(request=shapes.KeyIn, responses={201: shapes.NewKeyOut})
    def post(self, request: Request) -> Response:
        """Create one; the secret is told only now."""
        made = keys.create_key(actor=self.actor, **self.parsed(shapes.KeyIn))
        return Response({**shapes.render_key(made.key), "secret": made.secret}, status=201)


class KeyRevocation(Endpoint):
    """End a key."""

    @extend_schema(request=None, responses=shapes.KeyOut)
    def post(self, request: Request, key_id: str) -> Response:
        """At once; a second time changes nothing."""
        return Response(shapes.render_key(keys.revoke_key(actor=self.actor, key_id=key_id)))


class Settings(Endpoint):
    """The supplier's own choices."""

    @extend_schema(responses=shapes.SettingsOut)
    def get(self, request: Request) -> Response:
        """All of them."""
        row = queries.settings_visible_to(self.actor)
        return tagged(sparse(request, shapes.render_settings(row)), row.version)

    @extend_schema(request=shapes.SettingsPatch, responses=shapes.SettingsOut)
    def patch(self, request: Request) -> Response:
        """Change the named ones."""
        values = self.parsed(shapes.SettingsPatch)
        row = settings.change_settings(actor=self.actor, values=values, version=self.expected_version())
        return tagged(shapes.render_settings(row), row.version)


class Organisations(Endpoint):
    """The dealers' organisations."""

    @extend_schema(parameters=ORGANISATION_COLUMNS.parameters, responses=shapes.OrganisationPage)
    def get(self, request: Request) -> Response:
        """One page."""
        rows = queries.organisations_visible_to(self.actor)
        return listed(
            request, rows, lambda found: map(shapes.render_organisation, found), columns=ORGANISATION_COLUMNS
        )


class Ceiling(Endpoint):
    """What anybody of one dealer may hold at most (W-027)."""

    @extend_schema(request=shapes.CeilingIn, responses=shapes.OrganisationOut)
    def put(self, request: Request, organisation_id: str) -> Response:
        """Set it; null takes it away."""
        asked = self.parsed(shapes.CeilingIn)
        row = roles.set_ceiling(
            actor=self.actor, organisation_id=organisation_id, version=self.expected_version(), **asked
        )
        return tagged(shapes.render_organisation(row), row.version)


def _issued(issued: people.Issued, status: int) -> Response:
    body: dict[str, Any] = {"person": shapes.render_person(issued.person), "password": issued.password}
    return Response(body, status=status, headers={"Cache-Control": "no-store"})


def _changed(endpoint: Endpoint, person_id: str, changes: dict[str, Any]) -> Membership:
    """The person with the named fields changed; the others stay as they were read."""
    row = queries.person_for(endpoint.actor, person_id)
    user = row.user
    present = {
        "name": user.name,
        "login": user.login,
        "email": user.email,
        "phone": user.phone,
        "employee_code": row.employee_code,
    }
    version = endpoint.expected_version()
    return people.change_person(
        actor=endpoint.actor,
        person_id=person_id,
        facts=PersonFacts(**{**present, **changes}),
        version=row.version if version is None else version,
    )
