"""What robots and browsers ask every host for: robots.txt and the icon."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from platform_core.kernel.context import serving_or_none

_PUBLIC = "User-agent: *\nDisallow: /sign-up/\nDisallow: /ready\nDisallow: /health\n"
_SUPPLIER = "User-agent: *\n{}Disallow: /\n"


@require_safe
@login_not_required
def robots(request: HttpRequest) -> HttpResponse:
    """The public site may be found, of a supplier's host only what it opens to everybody."""
    text = _PUBLIC
    if serving_or_none():
        open_pages = import_string(settings.PUBLIC_PAGES)()
        text = _SUPPLIER.format("".join(f"Allow: {page}\n" for page in open_pages))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
@login_not_required
def favicon(request: HttpRequest) -> HttpResponse:
    """For whoever asks for the old address of the icon."""
    return HttpResponseRedirect(static("web/favicon.svg"))
