"""Creating a dealer is one act; levels, shops and addresses keep their rules."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from platform_core.audit.record import lines_of
from platform_core.idempotency.models import Operation
from platform_core.identity.models import User
from platform_core.kernel.errors import Conflict, Invalid, NotFound, NotPermitted
from tenant_apps.access.models import Membership, Organisation
from tenant_apps.dealers import commands, errors, queries
from tenant_apps.dealers.models import Dealer, DealerAddress, DealerLevel, Shop
from tenant_apps.ledger.models import LedgerAccount
from tests.factories import dealers as make

D = Decimal


def everything() -> dict[str, int]:
    """How many rows there are of all that a new dealer brings."""
    tables = (Dealer, Organisation, Membership, User, Shop, LedgerAccount)
    return {table.__name__: table.objects.count() for table in tables}


def create(actor, code="D-1", login="ann", operation=None, **fields):
    return commands.create_dealer(
        actor=actor,
        operation_id=operation or uuid4(),
        dealer=make.facts(code, **fields),
        administrator=make.administrator(login),
    )


def test_a_new_dealer_can_log_in_order_and_pay(olga):
    dealer = create(olga, "D-1", service_fee=D("0.50"), contact="王经理")

    person = queries.administrators_of(dealer).get().user
    assert person.check_password(dealer.issued_password)
    assert person.must_change_password
    assert [(shop.code, shop.kind) for shop in dealer.shops.all()] == [("D-1", "offline")]
    assert LedgerAccount.objects.filter(dealer=dealer).count() == 1
    assert dealer.service_fee_minor == 50
    assert dealer.organisation.ceiling is None
    assert [line.verb for line in lines_of("dealer", dealer.public_id)] == ["created"]


def failing_hook(*, dealer):
    """A hook of a higher app that refuses."""
    raise Invalid


def test_a_failing_hook_leaves_nothing(olga, settings):
    settings.DEALER_OPENERS = [*settings.DEALER_OPENERS, f"{__name__}.failing_hook"]
    before = everything()

    with pytest.raises(Invalid):
        create(olga)

    assert everything() == before


def test_two_clicks_make_one_dealer_and_say_the_password_once(olga):
    operation = uuid4()

    first = create(olga, operation=operation)
    again = create(olga, operation=operation)

    assert again.pk == first.pk
    assert first.issued_password != ""
    assert again.issued_password == ""
    assert first.issued_password not in str(Operation.objects.get(pk=operation).__dict__)


@pytest.mark.parametrize(
    ("dealer", "person", "pointer", "code"),
    [
        ({"code": " "}, {}, "/code", "required"),
        ({"code": "D 1"}, {}, "/code", "spaces"),
        ({"name": "x" * 121}, {}, "/name", "too_long"),
        ({"email": "nonsense"}, {}, "/email", "email_wrong"),
        ({"level": "lvl_x"}, {}, "/level", "level_unknown"),
        ({"service_fee": D("-0.01")}, {}, "/service_fee", "amount_wrong"),
        ({"service_fee": D("0.001")}, {}, "/service_fee", "amount_wrong"),
        ({}, {"password": "short"}, "/administrator/password", "password_weak"),
        ({}, {"login": ""}, "/administrator/login", "required"),
        ({"code": "D-DORA"}, {}, "/code", "taken"),
    ],
)
def test_a_wrong_dealer_is_refused_at_its_field_and_leaves_nothing(olga, dealer, person, pointer, code):
    make.make_dealer("D-DORA")
    before = everything()

    with pytest.raises(Invalid) as caught:
        commands.create_dealer(
            actor=olga,
            operation_id=uuid4(),
            dealer=make.facts(**{"code": "D-1", **dealer}),
            administrator=make.administrator(**{"login": "ann", **person}),
        )

    assert [(one.pointer, one.code) for one in caught.value.problems] == [(pointer, code)]
    assert everything() == before


def test_a_login_in_use_is_said_at_the_administrator(olga, dora_user):
    before = everything()

    with pytest.raises(Invalid) as caught:
        create(olga, login="DORA")

    assert [(one.pointer, one.code) for one in caught.value.problems] == [("/administrator/login", "taken")]
    assert everything() == before


def test_the_shop_takes_another_code_where_the_dealers_is_taken(olga, dealer):
    make.make_shop(dealer, "D-1")
    make.make_shop(dealer, "D-1-2")

    assert [shop.code for shop in create(olga, "D-1").shops.all()] == ["D-1-3"]


def test_an_edit_changes_what_it_names_and_finds_the_new_name(olga, dealer):
    commands.change_dealer(
        actor=olga,
        dealer_id=dealer.public_id,
        changes={"name": "农夫山泉", "service_fee": D("1.20")},
        version=1,
    )

    dealer.refresh_from_db()
    assert (dealer.code, dealer.name, dealer.service_fee_minor, dealer.version) == (
        "D-DORA",
        "农夫山泉",
        120,
        2,
    )
    assert dealer.organisation.name == "农夫山泉"
    line = lines_of("dealer", dealer.public_id).get()
    assert (line.verb, line.after) == ("changed", {"name": "农夫山泉", "service_fee_minor": 120})


def test_an_edit_of_an_old_version_changes_nothing(olga, dealer):
    commands.change_dealer(actor=olga, dealer_id=dealer.public_id, changes={"name": "New"})

    with pytest.raises(Conflict):
        commands.change_dealer(actor=olga, dealer_id=dealer.public_id, changes={"name": "Old"}, version=1)

    dealer.refresh_from_db()
    assert dealer.name == "New"


def test_a_disabled_dealers_people_are_nobody(olga, dealer, dora_user, as_dora):
    commands.disable_dealer(actor=olga, dealer_id=dealer.public_id)
    assert as_dora.get("/api/v1/dealers").status_code == 401

    commands.enable_dealer(actor=olga, dealer_id=dealer.public_id)
    assert as_dora.get("/api/v1/dealers").status_code == 200


def test_a_reset_password_works_and_must_be_changed(olga, dealer, dora_user, as_dora):
    row = commands.reset_administrator_password(actor=olga, dealer_id=dealer.public_id)

    dora_user.refresh_from_db()
    assert dora_user.check_password(row.issued_password)
    assert dora_user.must_change_password
    assert as_dora.get("/api/v1/dealers").status_code == 401


def test_a_dealer_without_administrator_has_no_password_to_reset(olga, dealer):
    with pytest.raises(errors.NoAdministrator):
        commands.reset_administrator_password(actor=olga, dealer_id=dealer.public_id)


def test_a_strangers_administrator_is_not_reset_through_a_dealer(olga, dealer, dora_user, xavier_user):
    before = xavier_user.password

    with pytest.raises(NotFound):
        commands.reset_administrator_password(
            actor=olga, dealer_id=dealer.public_id, user_id=xavier_user.public_id
        )

    xavier_user.refresh_from_db()
    assert xavier_user.password == before


def test_a_level_is_deleted_only_when_unused(olga, dealer):
    unused = commands.add_level(actor=olga, values={"name": "Bronze", "stock_percent": D("12.5")})

    with pytest.raises(errors.LevelInUse):
        commands.delete_level(actor=olga, level_id=dealer.level.public_id)
    commands.delete_level(actor=olga, level_id=unused.public_id)

    assert list(DealerLevel.objects.order_by("position").values_list("name", flat=True)) == [
        "Standard",
        "Silver",
        "Gold",
    ]


@pytest.mark.parametrize("percent", [D("-1"), D("100.01"), D("0.001")])
def test_a_level_is_a_share(olga, dealer, percent):
    with pytest.raises(Invalid):
        commands.change_level(actor=olga, level_id=dealer.level.public_id, changes={"stock_percent": percent})

    dealer.level.refresh_from_db()
    assert dealer.level.stock_percent == 100


@pytest.mark.parametrize(
    ("phone", "is_right"),
    [
        pytest.param("010-1234567", True, id="G-30-7"),
        pytest.param("010-12345678", True, id="G-30-8"),
        pytest.param("0101234567", False, id="G-30-no-hyphen"),
        pytest.param("010-123456", False, id="G-30-short"),
        ("13800138000", True),
        ("12800138000", False),
        ("+49 30 1234567", True),
    ],
)
def test_chinese_phones_are_written_one_way(dora, dealer, phone, is_right):
    values = {**make.ADDRESS, "phone": phone}
    if is_right:
        commands.add_address(actor=dora, dealer_id=dealer.public_id, values=values)
    else:
        with pytest.raises(Invalid) as caught:
            commands.add_address(actor=dora, dealer_id=dealer.public_id, values=values)
        assert [(one.pointer, one.code) for one in caught.value.problems] == [("/phone", "phone_wrong")]

    assert DealerAddress.objects.count() == int(is_right)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        pytest.param({"region1": "北京市", "region2": "北京市", "region3": "朝阳区"}, "/region1", id="G-33"),
        ({"region2": "杭州"}, "/region2"),
        ({"region2": "无"}, "/region2"),
        ({"consignee": " "}, "/consignee"),
        ({"country": "XX"}, "/country"),
        ({"country": "US", "region1": "", "region2": "", "phone": "12"}, "/phone"),
    ],
)
def test_a_wrong_address_is_refused_on_creation_and_on_edit(dora, dealer, wrong, pointer):
    right = make.make_address(dealer)

    with pytest.raises(Invalid) as created:
        commands.add_address(actor=dora, dealer_id=dealer.public_id, values={**make.ADDRESS, **wrong})
    with pytest.raises(Invalid) as changed:
        commands.change_address(actor=dora, address_id=right.public_id, changes=wrong)

    for caught in (created, changed):
        assert [one.pointer for one in caught.value.problems] == [pointer]
    assert DealerAddress.objects.count() == 1
    right.refresh_from_db()
    assert (right.region1, right.version) == ("浙江省", 1)


def test_a_blank_district_is_accepted_g31(dora, dealer):
    row = commands.add_address(actor=dora, dealer_id=dealer.public_id, values={**make.ADDRESS, "region3": ""})

    assert row.is_default


def test_one_default_address_moves_and_never_vanishes(dora, dealer):
    first = commands.add_address(actor=dora, dealer_id=dealer.public_id, values=make.ADDRESS)
    second = commands.add_address(
        actor=dora, dealer_id=dealer.public_id, values={**make.ADDRESS, "is_default": True}
    )

    assert list(queries.addresses_of(dora, dealer)) == [second, first]
    commands.archive_address(actor=dora, address_id=second.public_id)
    assert [(row, row.is_default) for row in queries.addresses_of(dora, dealer)] == [(first, True)]


def test_who_edits_an_address_notices_that_it_lost_the_default(dora, dealer):
    first, second = (
        commands.add_address(actor=dora, dealer_id=dealer.public_id, values=make.ADDRESS) for _ in range(2)
    )
    commands.change_address(actor=dora, address_id=second.public_id, changes={"is_default": True})

    with pytest.raises(Conflict):
        commands.change_address(
            actor=dora, address_id=first.public_id, changes={"is_default": True}, version=first.version
        )
    assert queries.addresses_of(dora, dealer).first() == second


def test_every_move_of_the_default_gives_both_addresses_their_next_version(dora, dealer):
    def versions():
        return list(DealerAddress.objects.order_by("id").values_list("is_default", "version"))

    first = commands.add_address(actor=dora, dealer_id=dealer.public_id, values=make.ADDRESS)
    commands.add_address(actor=dora, dealer_id=dealer.public_id, values={**make.ADDRESS, "is_default": True})
    assert versions() == [(False, 2), (True, 1)]
    commands.change_address(actor=dora, address_id=first.public_id, changes={"is_default": True})
    assert versions() == [(True, 3), (False, 2)]
    commands.archive_address(actor=dora, address_id=first.public_id)
    assert versions() == [(False, 4), (True, 3)]


def test_a_dealer_manages_its_own_shops_and_no_others(dora, dealer, stranger):
    theirs = make.make_shop(stranger, "S-X")

    mine = commands.add_shop(actor=dora, dealer_id=dealer.public_id, values={"code": "S-1", "name": "Corner"})
    commands.change_shop(actor=dora, shop_id=mine.public_id, changes={"auto_review": True})
    for refused in (
        lambda: commands.add_shop(
            actor=dora, dealer_id=stranger.public_id, values={"code": "S-2", "name": "x"}
        ),
        lambda: commands.change_shop(actor=dora, shop_id=theirs.public_id, changes={"name": "x"}),
        lambda: commands.disable_shop(actor=dora, shop_id=theirs.public_id),
    ):
        with pytest.raises(NotFound):
            refused()

    found = Shop.objects.order_by("code").values_list("code", "auto_review", "enabled", "name")
    assert list(found) == [("S-1", True, True, "Corner"), ("S-X", False, True, "Shop S-X")]


def test_a_dealer_changes_no_dealer(dora, dealer):
    with pytest.raises(NotPermitted):
        commands.change_dealer(actor=dora, dealer_id=dealer.public_id, changes={"service_fee": D(0)})
    with pytest.raises(NotPermitted):
        create(dora)
