"""Import of dealers in two steps: what a workbook would do, then each row on its own; passwords once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.cache import cache
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.idempotency.keys import part_of
from platform_core.kernel.actor import Actor
from platform_core.kernel.errors import DomainError
from platform_core.kernel.words import noop
from platform_core.web.downloads import table_download, template_download
from platform_core.web.forms import operation_of, operation_token
from platform_core.web.two_steps import sealed, unsealed
from platform_core.workbooks.columns import Column
from platform_core.workbooks.limits import Limits
from platform_core.workbooks.reading import Table, read_table
from tenant_apps.dealers import commands, queries
from tenant_apps.dealers.errors import PasswordsGone
from tenant_apps.dealers.forms import UploadForm
from tenant_apps.dealers.models import DealerLevel
from tenant_apps.dealers.pages.shared import supplier_actor
from tenant_apps.dealers.permissions import DealerPermission
from tenant_apps.dealers.rules import AdministratorFacts, DealerFacts

COLUMNS = (
    Column(
        "code",
        "Code",
        "编码",
        required=True,
        unique=True,
        max_length=40,
        help=noop("Unique. A dealer whose code exists is changed."),
    ),
    Column("name", "Name", "名称", required=True, max_length=120),
    Column("contact", "Contact", "联系人", max_length=80),
    Column("phone", "Phone", "电话", max_length=30),
    Column("email", "E-mail", "邮箱", max_length=254),
    Column("level", "Level", "等级", max_length=40, help=noop("The name of a level. Blank: the first one.")),
    Column(
        "administrator_login",
        "Account name",
        "登录名",
        unique=True,
        max_length=60,
        aliases=("Administrator login", "管理员登录名"),
        help=noop("For new dealers: what the administrator logs in with."),
    ),
    Column(
        "administrator_name",
        "Administrator",
        "管理员姓名",
        max_length=120,
        aliases=("Administrator name",),
        help=noop("For new dealers. Blank: the contact, else the account name."),
    ),
)
PASSWORD_COLUMNS = (
    Column("code", "Code", "编码"),
    Column("name", "Name", "名称"),
    Column("login", "Account name", "登录名"),
    Column("password", "First password", "初始密码"),
)
DEALER_FIELDS = ("code", "name", "contact", "phone", "email")
PURPOSE = "dealers"
# Hashing a password takes a tenth of a second on purpose: 200 rows answer within a request.
ROWS_MAX = 200
PASSWORDS_KEPT_S = 15 * 60
_UNKNOWN_LEVEL = noop("There is no level {level}. Write its name as in the list of levels.")
_LOGIN_MISSING = noop("A new dealer needs an account name for its administrator.")


@require_GET
def dealer_template(request: HttpRequest) -> FileResponse:
    """The empty workbook."""
    actor = supplier_actor(request, DealerPermission.MANAGE)
    level = queries.levels_visible_to(actor).first()
    example = {
        "code": "FX001",
        "name": "Harbor Trading",
        "contact": "Ann Lee",
        "phone": "0571-12345678",
        "email": "ann@harbor.example",
        "level": level.name if level else "",
        "administrator_login": "harbor",
        "administrator_name": "Ann Lee",
    }
    return template_download(name="dealers", columns=COLUMNS, examples=[example])


@require_http_methods(["GET", "POST"])
def dealer_import(request: HttpRequest) -> HttpResponse:
    """Upload a workbook and see what it would do; nothing is stored yet."""
    actor = supplier_actor(request, DealerPermission.MANAGE)
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            upload = form.cleaned_data["file"]
            limits = Limits(rows_max=ROWS_MAX)
            table = read_table(
                upload.file, upload.name, COLUMNS, limits=limits, locale=get_language() or "en"
            )
            table, rows = _checked(table, actor)
            if table.is_clean:
                status = 200
                context |= _preview(rows, actor)
            context |= {"errors": table.errors, "error_count": table.error_count}
    return render(request, "dealers/import.html", context, status=status)


def _checked(table: Table, actor: Actor) -> tuple[Table, list[dict[str, Any]]]:
    """What only we can know of the rows: levels, and that new dealers need somebody who logs in."""
    levels = {level.name.casefold(): level for level in queries.levels_visible_to(actor)}
    known = queries.codes_taken({str(row.values["code"]) for row in table.rows})
    faults, rows = [], []
    for row in table.rows:
        # A blank cell leaves the field as it is.
        values = {key: value for key, value in row.values.items() if value is not None}
        level: DealerLevel | None = levels.get(str(values.get("level", "")).casefold())
        is_new = values["code"] not in known
        if values.get("level") and level is None:
            faults.append(table.fault(row, "level", "level_unknown", _UNKNOWN_LEVEL, level=values["level"]))
        if is_new and not values.get("administrator_login"):
            faults.append(table.fault(row, "administrator_login", "login_missing", _LOGIN_MISSING))
        level_id = level.public_id if level else ""
        rows.append({**values, "number": row.number, "is_new": is_new, "level_id": level_id})
    return table.with_faults(faults), rows


def _preview(rows: list[dict[str, Any]], actor: Actor) -> dict[str, Any]:
    return {
        "rows": rows,
        "sealed": sealed(rows, PURPOSE, actor.id),
        "operation": operation_token(),
        "new_count": sum(row["is_new"] for row in rows),
        "known_count": sum(not row["is_new"] for row in rows),
    }


@require_POST
def dealer_import_confirm(request: HttpRequest) -> HttpResponse:
    """Do what the preview showed, a transaction per row, and say what came of each."""
    actor = supplier_actor(request, DealerPermission.MANAGE)
    operation = operation_of(request)
    results, passwords = [], []
    for row in unsealed(request, PURPOSE, actor.id):
        try:
            issued = _stored(actor, part_of(operation, str(row["number"])), row)
        except DomainError as error:
            said = [str(problem) for problem in error.problems] or [str(error)]
            results.append({**row, "outcome": "failed", "message": " ".join(said)})
            continue
        if issued:
            login = row["administrator_login"]
            passwords.append({"code": row["code"], "name": row["name"], "login": login, "password": issued})
        results.append({**row, "outcome": "created" if row["is_new"] else "changed"})
    context = {
        "results": results,
        "failed_count": sum(row["outcome"] == "failed" for row in results),
        "password_count": len(passwords),
        "token": _kept(actor, passwords) if passwords else "",
    }
    return render(request, "dealers/import_done.html", context)


def _stored(actor: Actor, operation: Any, row: Mapping[str, Any]) -> str:
    """Create or change one dealer; the issued password of a new one."""
    values = {name: row[name] for name in DEALER_FIELDS if name in row}
    if not row["is_new"]:
        level = {"level": row["level_id"]} if row["level_id"] else {}
        dealer_id = queries.dealer_id_of_code(actor, row["code"])
        commands.change_dealer(actor=actor, dealer_id=dealer_id, changes={**values, **level})
        return ""
    login = row["administrator_login"]
    person = AdministratorFacts(
        name=row.get("administrator_name") or row.get("contact") or login, login=login
    )
    dealer = commands.create_dealer(
        actor=actor,
        operation_id=operation,
        dealer=DealerFacts(**values, level=row["level_id"]),
        administrator=person,
    )
    return dealer.issued_password


def _kept(actor: Actor, passwords: Sequence[Mapping[str, str]]) -> str:
    """Keep issued passwords for one download by the same person, a quarter of an hour at most."""
    token = secrets.token_urlsafe(24)
    cache.set(_key(actor, token), list(passwords), PASSWORDS_KEPT_S)
    return token


@require_POST
def dealer_import_passwords(request: HttpRequest) -> FileResponse:
    """The issued passwords as a workbook, once."""
    actor = supplier_actor(request, DealerPermission.MANAGE)
    key = _key(actor, request.POST.get("token", "")[:64])
    passwords = cache.get(key)
    # Only the request that deletes the key may read: of two at once, one.
    if passwords is None or not cache.delete(key):
        raise PasswordsGone
    return table_download(name="dealer-passwords", kind="xlsx", columns=PASSWORD_COLUMNS, rows=passwords)


def _key(actor: Actor, token: str) -> str:
    return f"issued-passwords/{actor.id}/{token}"
