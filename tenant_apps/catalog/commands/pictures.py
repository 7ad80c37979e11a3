"""The pictures of a product: add several, put first, delete. All its SKUs show the first one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.core.files.base import File
from django.utils.translation import gettext as _

from platform_core.attachments import store
from platform_core.attachments.models import Attachment
from platform_core.commands import command
from platform_core.db.editing import refuse
from platform_core.db.locks import locked
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import FieldProblem, NotFound
from platform_core.kernel.words import noop
from tenant_apps.catalog import queries
from tenant_apps.catalog.commands import writing
from tenant_apps.catalog.models import Product, Sku
from tenant_apps.catalog.permissions import CatalogPermission

PICTURES_MAX = 12
_TOO_MANY = noop("A product has at most {maximum} pictures. Delete one first.")
_NONE = noop("Choose at least one picture.")


@command(CatalogPermission.MANAGE, moves=True)
def add_pictures(
    *,
    actor: Actor,
    operation_id: UUID,
    product_id: str,
    files: Sequence[File],  # type: ignore[type-arg]
) -> Product:
    """Add pictures at the end, all or none. Raises NotFound, Invalid, FileRefused at `/files`."""
    product = _product(product_id)
    pictures = list(queries.pictures_of(product))
    if not files:
        refuse([FieldProblem("/files", "required", _NONE)])
    if len(pictures) + len(files) > PICTURES_MAX:
        facts = {"maximum": PICTURES_MAX}
        refuse([FieldProblem("/files", "too_many", _TOO_MANY, facts)])
    start = max((picture.position for picture in pictures), default=-1) + 1
    for position, file in enumerate(files, start):
        pictures.append(
            store.save(
                file,
                owner_kind=queries.PICTURE_OWNER,
                owner_id=product.pk,
                actor=actor,
                purpose=store.Purpose.PICTURE,
                position=position,
                field="files",
            )
        )
    _show(product, pictures)
    names = ", ".join(picture.name for picture in pictures[-len(files) :])
    writing.log(actor, "product", "pictures_added", [(product.public_id, {}, {"pictures": names})])
    return product


@command(CatalogPermission.MANAGE, moves=True)
def put_picture_first(*, actor: Actor, operation_id: UUID, product_id: str, picture_id: str) -> Product:
    """Make a picture the one that lists show. Raises NotFound."""
    product = _product(product_id)
    pictures = list(queries.pictures_of(product))
    chosen = _chosen(pictures, picture_id)
    pictures.sort(key=lambda picture: picture is not chosen)
    for position, picture in enumerate(pictures):
        picture.position = position
    Attachment.objects.bulk_update(pictures, ["position"])
    _show(product, pictures)
    writing.log(actor, "product", "picture_first", [(product.public_id, {}, {"pictures": chosen.name})])
    return product


@command(CatalogPermission.MANAGE, moves=True)
def delete_picture(*, actor: Actor, operation_id: UUID, product_id: str, picture_id: str) -> Product:
    """Delete a picture; lists then show the next one. Raises NotFound."""
    product = _product(product_id)
    pictures = list(queries.pictures_of(product))
    chosen = _chosen(pictures, picture_id)
    name = chosen.name
    pictures.remove(chosen)
    store.delete([chosen])
    _show(product, pictures)
    writing.log(actor, "product", "picture_deleted", [(product.public_id, {"pictures": name}, {})])
    return product


def _product(public_id: str) -> Product:
    return writing.locked_one(Product.objects.all(), _(queries.PRODUCT), public_id)


def _chosen(pictures: Sequence[Attachment], public_id: str) -> Attachment:
    found = next((picture for picture in pictures if picture.public_id == public_id), None)
    if found is None:
        raise NotFound(noun=_(queries.PICTURE))
    return found


def _show(product: Product, pictures: Sequence[Attachment]) -> None:
    """Let the SKUs show the first picture."""
    key = pictures[0].public_id if pictures else ""
    skus = list(locked(Sku.objects.filter(product=product).exclude(picture_key=key)))
    for sku in skus:
        sku.picture_key = key
    writing.upsert(Sku, skus, key="merchant_code", fields=["picture_key", "updated_at"])
