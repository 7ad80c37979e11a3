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
        _, token = request_sign_up(
            SignUpFacts(
                company, slug, "Olga Owner", f"olga@{slug}.example", PASSWORD, "en", "CNY", "Asia/Shanghai"
            )
        )
        work = confirm_sign_up(token)
        assert provisioning.provision(work.public_id)
        SUPPLIERS[slug] = queries.serving_of(Supplier.objects.get(slug=slug))
