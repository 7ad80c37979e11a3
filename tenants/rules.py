"""Which subdomains may be taken. Pure: no Django."""

from __future__ import annotations

import re
import secrets

from platform_core.kernel.errors import DomainError
from platform_core.kernel.words import noop

# One string a line's worth of names: easier to read and to extend than a hundred quoted words.
_RESERVED_WORDS = """
    www api admin app apps mail smtp imap pop mx ns ns1 ns2 dns static cdn assets media files img images
    billing status ops operator operators support help docs blog about pricing signup login account
    accounts auth sso oauth autodiscover autoconfig localhost local test demo dev staging sandbox
    dealerdesk internal root system postmaster hostmaster webmaster abuse security noc ftp vpn proxy
    shop store pay payment payments stripe webhook webhooks download downloads example
"""
RESERVED = frozenset(_RESERVED_WORDS.split())
_WELL_FORMED = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LENGTH_MIN, LENGTH_MAX = 3, 40
_SCHEMA_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


class SubdomainRefused(DomainError):
    """Base of the reasons why a subdomain cannot be had."""

    status = 422


class SubdomainMalformed(SubdomainRefused):
    """Letters, digits and single hyphens only (RFC 1035 §2.3.1); punycode is refused."""

    code = "subdomain_malformed"
    message = noop("Use 3 to 40 letters, digits and single hyphens, beginning with a letter.")


class SubdomainReserved(SubdomainRefused):
    """A name that belongs to the platform, or looks like one."""

    code = "subdomain_reserved"
    message = noop("This name is reserved. Choose another one.")


class SubdomainTaken(SubdomainRefused):
    """Another supplier has it, or one that looks like it."""

    code = "subdomain_taken"
    message = noop("This name, or one that looks like it, is taken. Choose another one.")


def skeleton(slug: str) -> str:
    """The slug with look-alike letters folded: two slugs of one skeleton can be mistaken."""
    folded = slug.replace("-", "").replace("rn", "m").replace("vv", "w").replace("cl", "d")
    return folded.translate(str.maketrans("01358", "oiesb")).replace("l", "i")


_RESERVED_SKELETONS = frozenset(skeleton(word) for word in RESERVED)


def well_formed(slug: str) -> str:
    """The slug in lower case. Raises SubdomainMalformed."""
    slug = slug.strip().lower()
    if not LENGTH_MIN <= len(slug) <= LENGTH_MAX or not _WELL_FORMED.fullmatch(slug):
        raise SubdomainMalformed
    return slug


def check_slug(slug: str) -> str:
    """The slug in lower case. Raises SubdomainMalformed or SubdomainReserved."""
    slug = well_formed(slug)
    if skeleton(slug) in _RESERVED_SKELETONS:
        raise SubdomainReserved
    return slug


def new_schema_name() -> str:
    """An opaque name for a schema; it never changes (tenancy.md "Names")."""
    return "t_" + "".join(secrets.choice(_SCHEMA_ALPHABET) for _ in range(12))
