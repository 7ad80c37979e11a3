"""What an address form suggests for province, city and district; any text may be typed all the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from platform_core.kernel.regions import CHINA, cities_of, districts_of, provinces

FIELDS = ("country", "region1", "region2")
_SECONDS = 3600


@require_GET
@cache_control(private=True, max_age=_SECONDS)
def regions(request: HttpRequest) -> HttpResponse:
    """The lists again, after the country, the province or the city was changed."""
    return render(request, "web/parts/region_lists.html", {"lists": region_lists(request.GET)})


def region_lists(place: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The provinces, the cities of the province and the districts of the city; empty outside China."""
    country, province, city = (str(place.get(name) or "").strip() for name in FIELDS)
    if country.upper() != CHINA:
        return {"provinces": (), "cities": (), "districts": ()}
    return {
        "provinces": provinces(),
        "cities": cities_of(province),
        "districts": districts_of(province, city),
    }


def suggesting(form: forms.Form) -> None:
    """Let a form's fields `region1` to `region3` suggest; its page then has `{% region_lists form %}`."""
    lists = {"region1": "provinces", "region2": "cities", "region3": "districts"}
    for name, suggested in lists.items():
        form.fields[name].widget.attrs.update({"list": suggested, "autocomplete": "off"})
