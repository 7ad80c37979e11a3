"""People of Dora's company who are not its administrator."""

from __future__ import annotations

import pytest

from tests.cast import actor_of, make_person

MANAGER = ["access.read", "access.manage_people", "access.manage_roles", "access.manage_keys", "orders.read"]


@pytest.fixture
def mona_user(dealer):
    """Manages people of Dora's company without being administrator; sees no shop."""
    return make_person(dealer.organisation, "mona", permissions=MANAGER)


@pytest.fixture
def mona(mona_user):
    return actor_of(mona_user)


@pytest.fixture
def eve_user(dealer):
    """Staff of Dora's company without permissions."""
    return make_person(dealer.organisation, "eve")
