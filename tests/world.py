"""The two suppliers of the test run, made the way production makes them."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password

from platform_core.kernel.context import Serving
from tenants import provisioning, queries
from tenants.commands import SignUpFacts, confirm_sign_up, request_sign_up
from tenants.models import Supplier

PASSWORD = "correct horse battery"
SUPPLIERS: dict[str, Serving] = {}
HASHED = make_password(PASSWORD)


def build() -> None:
    """Sign up and provision `acme` and `rival`."""
    for slug, company in [("acme", "Acme Wholesale"), ("rival", "Rival Trading")]:
        SUPPLIERS[slug] = signed_up(slug, company)


def signed_up(slug: str, company: str) -> Serving:
    """Sign up and provision a supplier; its owner is olga@<slug>.example."""
    _, token = request_sign_up(facts(slug, f"olga@{slug}.example", company))
    assert provisioning.provision(confirm_sign_up(token).public_id)
    return queries.serving_of(Supplier.objects.get(slug=slug))


def facts(slug: str, email: str = "olga@example.com", company: str = "Trail Ltd") -> SignUpFacts:
    """What a visitor types into the form."""
    return SignUpFacts(company, slug, "Olga Owner", email, PASSWORD, "en", "CNY", "Asia/Shanghai")
