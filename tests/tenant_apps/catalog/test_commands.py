"""Verbs of the catalogue: cascades, the tree, what the log says."""

from __future__ import annotations

import pytest

from platform_core.audit.models import AuditLine
from platform_core.kernel.errors import Conflict, Invalid, NotFound
from platform_core.kernel.ids import new_uuid
from tenant_apps.catalog import errors, queries
from tenant_apps.catalog.commands import brands, categories, products, skus
from tenant_apps.catalog.models import Brand, Category, Product, Sku
from tenant_apps.catalog.rules.goods import CATEGORY_DEPTH_MAX
from tests.factories import catalog as make


def switch_product(actor, product, enabled):
    products.set_product_enabled(
        actor=actor, operation_id=new_uuid(), product_id=product.public_id, enabled=enabled
    )


def switch_sku(actor, sku, enabled):
    skus.set_sku_enabled(actor=actor, operation_id=new_uuid(), sku_id=sku.public_id, enabled=enabled)


def states():
    return dict(Sku.objects.values_list("merchant_code", "enabled")), Product.objects.get(code="P1").enabled


def paths():
    return [node.path for node in queries.tree().nodes]


def act(name, actor, category, **more):
    return getattr(categories, name)(
        actor=actor, operation_id=new_uuid(), category_id=category.public_id, **more
    )


def change(actor, category, **changes):
    return categories.change_category(
        actor=actor, category_id=category.public_id, version=None, changes=changes
    )


# Enabled and disabled (W-083)


def test_disabling_a_product_disables_its_skus_and_enabling_enables_all(olga):
    first, second = make.sku("A"), make.sku("B", enabled=False)
    make.sku("OTHER", make.product("P2", "Other"))

    switch_product(olga, first.product, False)
    assert states() == ({"A": False, "B": False, "OTHER": True}, False)
    switch_product(olga, first.product, True)
    assert states() == ({"A": True, "B": True, "OTHER": True}, True)

    verbs = AuditLine.objects.filter(subject_id=second.public_id).values_list("verb", flat=True)
    assert list(verbs) == ["enabled"]


def test_one_sku_of_a_disabled_product_takes_the_product_along_and_no_other(olga):
    first = make.sku("A")
    make.sku("B")
    switch_product(olga, first.product, False)

    switch_sku(olga, first, True)

    assert states() == ({"A": True, "B": False}, True)


def test_disabling_the_last_sku_leaves_the_product(olga):
    switch_sku(olga, make.sku("A"), False)

    assert states() == ({"A": False}, True)


def test_switching_to_what_is_changes_nothing(olga):
    sku = make.sku("A")

    switch_sku(olga, sku, True)
    switch_product(olga, sku.product, True)

    assert (Sku.objects.get().version, Product.objects.get().version) == (1, 1)
    assert not AuditLine.objects.exists()


# Products and SKUs


def test_a_renamed_product_is_found_by_its_new_name_only(olga):
    sku = make.sku("A", spec="1 l")

    products.change_product(
        actor=olga, product_id=sku.product.public_id, version=1, changes={"name": "农夫山泉"}
    )

    stored = Sku.objects.get()
    assert ("nfsq" in stored.search_key, "spring" in stored.search_key) == (True, False)
    assert stored.updated_at > sku.updated_at
    line = AuditLine.objects.get()
    assert (line.verb, line.before, line.after) == ("changed", {"name": "Spring water"}, {"name": "农夫山泉"})


def test_a_renamed_brand_is_found_by_its_new_name(olga):
    sku = make.sku("A", make.product("B", "Water", brand=make.brand("Old")))

    brands.change_brand(
        actor=olga, brand_id=Brand.objects.get().public_id, version=1, changes={"name": "Neu"}
    )

    assert "neu" in Sku.objects.get(pk=sku.pk).search_key


def test_an_old_version_is_refused_and_nothing_changes(olga):
    product = make.product()

    with pytest.raises(Conflict):
        products.change_product(actor=olga, product_id=product.public_id, version=7, changes={"name": "X"})

    assert Product.objects.get().name == "Spring water"


def test_an_edit_that_changes_nothing_leaves_version_and_log(olga):
    sku = make.sku("A", packs={"case": 24})

    skus.change_sku(
        actor=olga, sku_id=sku.public_id, version=1,
        changes={"retail_price": sku.retail_price, "packs": [{"name": "case", "units": 24}]},
    )  # fmt: skip

    assert Sku.objects.get().version == 1
    assert not AuditLine.objects.exists()


def test_packs_are_replaced_as_a_whole(olga):
    sku = make.sku("A", packs={"case": 24, "pallet": 480})

    changed = skus.change_sku(
        actor=olga, sku_id=sku.public_id, version=1, changes={"packs": [{"name": "box", "units": 6}]}
    )

    assert [(pack.name, pack.units) for pack in changed.packs.all()] == [("box", 6)]
    assert AuditLine.objects.get().after == {"packs": "box = 6"}


def test_unknown_category_and_brand_are_named(olga):
    for key in ("category", "brand"):
        with pytest.raises(Invalid) as refusal:
            products.create_product(
                actor=olga, operation_id=new_uuid(), values={"code": "P", "name": "N", key: "cat_no"}
            )
        assert [(p.pointer, p.code) for p in refusal.value.problems] == [(f"/{key}", "unknown")]
    assert not Product.objects.exists()


def test_the_log_of_a_product_holds_its_skus_lines(olga):
    made = products.create_product(
        actor=olga, operation_id=new_uuid(), values={"code": "P", "name": "N"},
        skus=[{"merchant_code": "A", "unit": "pc", "wholesale_price": 1, "retail_price": 2}],
    )  # fmt: skip
    make.sku("OTHER", make.product("P2", "Other"))

    assert list(queries.log_of(made).values_list("subject_kind", "verb")) == [
        ("sku", "created"),
        ("product", "created"),
    ]


# The tree


def test_the_tree_is_built_moved_and_put_in_order(olga):
    drinks = categories.create_category(actor=olga, operation_id=new_uuid(), values={"name": "Drinks"})
    for name in ("Water", "Tea"):
        categories.create_category(
            actor=olga, operation_id=new_uuid(), values={"name": name, "parent": drinks.public_id}
        )
    house = categories.create_category(actor=olga, operation_id=new_uuid(), values={"name": "House"})
    assert paths() == ["Drinks", "Drinks/Water", "Drinks/Tea", "House"]

    tea = Category.objects.get(name="Tea")
    act("reorder_category", olga, tea, down=False)
    assert paths() == ["Drinks", "Drinks/Tea", "Drinks/Water", "House"]
    act("reorder_category", olga, tea, down=False)
    assert paths() == ["Drinks", "Drinks/Tea", "Drinks/Water", "House"]
    change(olga, tea, parent=house.public_id, name="Hot")
    assert paths() == ["Drinks", "Drinks/Water", "House", "House/Hot"]
    change(olga, tea, parent=None)
    assert paths() == ["Drinks", "Drinks/Water", "House", "Hot"]


def test_no_category_lies_below_itself(olga):
    top = make.category("A")
    middle = make.category("B", top)

    for place in (top, middle):
        with pytest.raises(errors.CategoryCircle):
            change(olga, top, parent=place.public_id)

    assert paths() == ["A", "A/B"]


def test_the_tree_has_a_depth(olga):
    parent = None
    for level in range(CATEGORY_DEPTH_MAX):
        parent = make.category(f"L{level}", parent)
    high = make.category("High")
    make.category("Low", high)

    with pytest.raises(Invalid):
        categories.create_category(
            actor=olga, operation_id=new_uuid(), values={"name": "X", "parent": parent.public_id}
        )
    with pytest.raises(Invalid):
        change(olga, high, parent=parent.parent.public_id)

    assert Category.objects.count() == CATEGORY_DEPTH_MAX + 2


@pytest.mark.parametrize("name", ["", "A/B", "Drinks", "x" * 81, "a\x07b"])
def test_a_category_needs_a_name_of_its_own(olga, name):
    make.category("Drinks")

    with pytest.raises(Invalid) as refusal:
        categories.create_category(actor=olga, operation_id=new_uuid(), values={"name": name})

    assert [problem.pointer for problem in refusal.value.problems] == ["/name"]
    assert Category.objects.count() == 1


def test_archiving_what_is_in_use_asks_and_then_moves_the_goods_up(olga):
    top = make.category("Drinks")
    middle = make.category("Water", top)
    below = make.category("Still", middle)
    home = make.product("P", "Water", category=below)

    with pytest.raises(errors.CategoryInUse) as refusal:
        act("archive_category", olga, middle)
    assert refusal.value.facts == {"name": "Water", "products": 1, "categories": 1}
    assert paths() == ["Drinks", "Drinks/Water", "Drinks/Water/Still"]

    act("archive_category", olga, middle, confirmed=True)

    assert paths() == ["Drinks"]
    assert Category.objects.count() == 3
    assert Product.objects.get(pk=home.pk).category == top
    make.category("Water", top)


def test_an_archived_brand_stays_on_its_goods(olga):
    brand = make.brand("Old")
    make.product("P", "Water", brand=brand)
    arguments = {"actor": olga, "brand_id": brand.public_id}

    with pytest.raises(errors.BrandInUse):
        brands.archive_brand(operation_id=new_uuid(), **arguments)
    assert queries.brands_visible_to(olga).count() == 1
    brands.archive_brand(operation_id=new_uuid(), confirmed=True, **arguments)

    assert queries.brands_visible_to(olga).count() == 0
    assert Product.objects.get().brand == brand
    with pytest.raises(NotFound):
        brands.change_brand(version=None, changes={"name": "New"}, **arguments)


def test_skus_by_code_is_one_query(olga, django_assert_num_queries):
    make.sku("A")
    make.sku("B")

    with django_assert_num_queries(1):
        found = queries.skus_by_code(["A", "B", "C"])
        names = {code: queries.display_name(sku) for code, sku in found.items()}

    assert names == {"A": "Spring water", "B": "Spring water"}
