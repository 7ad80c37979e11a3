"""Values the layouts show around a page; the product's context processors fill them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NavItem:
    """One link: its icon (assets/icons.json), whether the page stands in it, how many things wait there."""

    label: str
    url: str
    icon: str = "circle-dot"
    active: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Links under one heading; a group without links is not shown."""

    label: str
    items: Sequence[NavItem] = ()


@dataclass(frozen=True, slots=True)
class Brand:
    """Whose house it is: name, logo, the address of its colors (`/brand.css`, version in the query)."""

    name: str
    logo_url: str = ""
    css_url: str = ""
    home_url: str = "/"


@dataclass(frozen=True, slots=True)
class Account:
    """Who is logged in: name, a second line (role or organisation), own pages, where a POST logs out."""

    name: str
    detail: str = ""
    items: Sequence[NavItem] = ()
    logout_url: str = ""
