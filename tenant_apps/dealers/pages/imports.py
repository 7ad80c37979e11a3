"""Import of dealers: what a workbook would do, and the issued passwords of a stored one, once."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from platform_core.imports import commands
from platform_core.imports.errors import ImportGone
from platform_core.imports.states import RowOutcome
from platform_core.web.downloads import table_download, template_download
from platform_core.web.faults import faults_of
from platform_core.workbooks.columns import Column
from tenant_apps.dealers import queries
from tenant_apps.dealers.errors import PasswordsGone
from tenant_apps.dealers.forms import UploadForm
from tenant_apps.dealers.operations import import_password
from tenant_apps.dealers.pages.shared import supplier_actor
from tenant_apps.dealers.permissions import DealerPermission
from tenant_apps.dealers.queries import ImportedDealer
from tenant_apps.dealers.rules import IMPORT_COLUMNS as COLUMNS

PASSWORD_COLUMNS = (
    Column("code", "Code", "编码"),
    Column("name", "Name", "名称"),
    Column("login", "Account name", "登录名"),
    Column("password", "First password", "初始密码"),
)
SHOWN_MAX = 200


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
            file = form.cleaned_data["file"]
            table, dealers = queries.imported_dealers(actor, file, file.name, locale=get_language() or "en")
            context |= faults_of(table, COLUMNS)
            if table.is_clean:
                status = 200
                secret = secrets.token_urlsafe(24)
                kept = commands.upload(
                    actor=actor, kind=queries.IMPORT, file=file, table=table, secret=secret
                )
                context |= {"kept": kept, **_preview(dealers)}
    return render(request, "dealers/import.html", context, status=status)


def _preview(dealers: list[ImportedDealer]) -> dict[str, Any]:
    shown = [{**one.values, "number": one.row.number, "is_new": one.is_new} for one in dealers[:SHOWN_MAX]]
    new_count = sum(one.is_new for one in dealers)
    return {
        "rows": shown,
        "hidden_count": max(len(dealers) - SHOWN_MAX, 0),
        "new_count": new_count,
        "known_count": len(dealers) - new_count,
    }


@require_POST
def dealer_import_passwords(request: HttpRequest) -> FileResponse:
    """The passwords that an import of the same person issued as a workbook, once."""
    actor = supplier_actor(request, DealerPermission.MANAGE)
    token = request.POST.get("token", "")[:40]
    try:
        row = commands.take_secret(actor=actor, kind=queries.IMPORT, import_id=token)
    except ImportGone as error:
        raise PasswordsGone from error
    passwords = [
        {
            "code": line.code,
            "name": line.name,
            "login": line.detail,
            "password": import_password(row, line.number),
        }
        for line in row.lines.filter(outcome=RowOutcome.CREATED).order_by("number")
    ]
    return table_download(name="dealer-passwords", kind="xlsx", columns=PASSWORD_COLUMNS, rows=passwords)
