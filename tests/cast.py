"""The cast: Olga owns the supplier Acme, Sam is its staff, Dora and Xavier run two dealers, Nil is nobody."""

from __future__ import annotations

import pytest
from django.test import Client

from platform_core.identity.models import User
from platform_core.kernel.actor import Actor
from platform_core.kernel.context import serve
from tenant_apps.access import operations, queries
from tenant_apps.access.models import Membership, Organisation, OrganisationKind
from tenant_apps.dealers.models import Dealer, DealerLevel
from tests.world import HASHED

HOST, RIVAL_HOST = "acme.localhost", "rival.localhost"
SAMS_PERMISSIONS = ("access.read", "orders.read", "catalog.read", "inventory.read")


def actor_of(user: User) -> Actor:
    """The actor as a request would see it."""
    return queries.actor_of_membership(Membership.objects.get(user=user))


def client_of(user: User | None, host: str = HOST) -> Client:
    """A browser on the host, logged in unless there is no user."""
    client = Client(HTTP_HOST=host)
    if user is not None:
        client.force_login(user)
    return client


def make_person(
    organisation: Organisation, login: str, *, administrator: bool = False, **fields: object
) -> User:
    """A person who has already chosen its own password."""
    user = User.objects.create(
        login=login, email=f"{login}@people.example", name=login.title(), password=HASHED
    )
    scopes = operations.OPEN_SCOPES if administrator else {}
    Membership.objects.create(
        user=user, organisation=organisation, is_administrator=administrator, **{**scopes, **fields}
    )
    return user


def make_dealer(code: str, name: str) -> Dealer:
    """A dealer with an organisation and a level; nobody in it yet."""
    organisation = operations.create_organisation(kind=OrganisationKind.DEALER, name=name)
    level = DealerLevel.objects.order_by("position", "pk").first()
    level = level or DealerLevel.objects.create(name="Standard")
    return Dealer.objects.create(organisation=organisation, code=code, name=name, level=level)


@pytest.fixture
def supplier_organisation(acme) -> Organisation:
    """Acme itself."""
    return Organisation.objects.get(kind=OrganisationKind.SUPPLIER)


@pytest.fixture
def olga_user(supplier_organisation) -> User:
    """The owner, made by the sign-up."""
    return User.objects.get(email="olga@acme.example")


@pytest.fixture
def sam_user(supplier_organisation) -> User:
    """Staff with a few permissions; warehouses and dealers closed."""
    return make_person(supplier_organisation, "sam", permissions=list(SAMS_PERMISSIONS))


@pytest.fixture
def dealer(acme) -> Dealer:
    """Dora's company."""
    return make_dealer("D-DORA", "Dora's Drinks")


@pytest.fixture
def stranger(acme) -> Dealer:
    """Xavier's company."""
    return make_dealer("D-XAVIER", "Xavier's Stores")


@pytest.fixture
def dora_user(dealer) -> User:
    """Administrator of `dealer`."""
    return make_person(dealer.organisation, "dora", administrator=True)


@pytest.fixture
def xavier_user(stranger) -> User:
    """Administrator of `stranger`."""
    return make_person(stranger.organisation, "xavier", administrator=True)


@pytest.fixture
def nil_user(acme) -> User:
    """Knows a password, belongs to nobody."""
    return User.objects.create(login="nil", email="nil@people.example", name="Nil", password=HASHED)


@pytest.fixture
def olga(olga_user) -> Actor:
    """The owner as an actor."""
    return actor_of(olga_user)


@pytest.fixture
def sam(sam_user) -> Actor:
    """Staff as an actor."""
    return actor_of(sam_user)


@pytest.fixture
def dora(dora_user) -> Actor:
    """The dealer's administrator as an actor."""
    return actor_of(dora_user)


@pytest.fixture
def xavier(xavier_user) -> Actor:
    """The other dealer's administrator as an actor."""
    return actor_of(xavier_user)


@pytest.fixture
def nil() -> Actor:
    """Nobody."""
    return queries.NOBODY


@pytest.fixture
def as_olga(olga_user) -> Client:
    """Olga's browser."""
    return client_of(olga_user)


@pytest.fixture
def as_sam(sam_user) -> Client:
    """Sam's browser."""
    return client_of(sam_user)


@pytest.fixture
def as_dora(dora_user) -> Client:
    """Dora's browser."""
    return client_of(dora_user)


@pytest.fixture
def as_xavier(xavier_user) -> Client:
    """Xavier's browser."""
    return client_of(xavier_user)


@pytest.fixture
def as_nil(nil_user) -> Client:
    """Nil's browser: logged in by force, a member of nothing."""
    return client_of(nil_user)


@pytest.fixture
def anonymous(acme) -> Client:
    """A browser that nobody logged in with."""
    return client_of(None)


@pytest.fixture
def rival_olga(database, rival) -> Client:
    """The browser of the other supplier's owner, on the other supplier's host."""
    with serve(rival):
        return client_of(User.objects.get(email="olga@rival.example"), RIVAL_HOST)
