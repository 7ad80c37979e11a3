"""What must be 0 in every supplier's books, one statement each (reliability.md §2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

from platform_core.db.router import shard_alias

# A transfer's effect on each of its two accounts.
_LEGS = """
  (SELECT t.id AS transfer_id, l.account_id, l.amount FROM ledger_transfer t
   CROSS JOIN LATERAL (VALUES (t.from_account_id, -t.amount_minor), (t.to_account_id, t.amount_minor))
     AS l (account_id, amount)
   JOIN ledger_account a ON a.id = l.account_id AND a.kind = 'dealer')
"""

CHECKS: Mapping[str, str] = {
    "wallets whose balance is not the sum of their entries": """
      SELECT count(*) FROM ledger_account a LEFT JOIN
        (SELECT account_id, sum(amount_minor) AS total FROM ledger_entry GROUP BY 1) e ON e.account_id = a.id
      WHERE a.balance_minor <> coalesce(e.total, 0)
    """,
    "wallets whose entries are not numbered without gap": """
      SELECT count(*) FROM ledger_account a LEFT JOIN
        (SELECT account_id, count(*) AS lines, max(seq) AS last, min(seq) AS first
           FROM ledger_entry GROUP BY 1) e ON e.account_id = a.id
      WHERE a.seq <> coalesce(e.lines, 0) OR a.seq <> coalesce(e.last, 0) OR coalesce(e.first, 1) <> 1
    """,
    "entries whose balance does not follow from the one before": """
      SELECT count(*) FROM (
        SELECT balance_after_minor - amount_minor
          - coalesce(lag(balance_after_minor) OVER (PARTITION BY account_id ORDER BY seq), 0) AS gap
        FROM ledger_entry) chain WHERE gap <> 0
    """,
    "wallets' sides of transfers without their equal entry": f"""
      SELECT count(*) FROM {_LEGS} l FULL JOIN ledger_entry e
        ON e.transfer_id = l.transfer_id AND e.account_id = l.account_id
      WHERE e.amount_minor IS DISTINCT FROM l.amount
    """,  # noqa: S608 - joined from this file's own texts
    "minor units by which wallets and system accounts together are not 0": """
      SELECT abs(coalesce((SELECT sum(balance_minor) FROM ledger_account WHERE kind = 'dealer'), 0)
        + coalesce((SELECT sum(CASE WHEN t.kind = 'system' THEN x.amount_minor ELSE 0 END
                             - CASE WHEN f.kind = 'system' THEN x.amount_minor ELSE 0 END)
            FROM ledger_transfer x JOIN ledger_account f ON f.id = x.from_account_id
            JOIN ledger_account t ON t.id = x.to_account_id), 0))
    """,
    "transfers of which more was given back than was paid": """
      SELECT count(*) FROM ledger_transfer t JOIN
        (SELECT refunds_id, sum(amount_minor) AS total FROM ledger_transfer
          WHERE refunds_id IS NOT NULL GROUP BY 1) r ON r.refunds_id = t.id
      WHERE r.total > t.amount_minor
    """,
    "refunds that did not go back the way the money came": """
      SELECT count(*) FROM ledger_transfer r JOIN ledger_transfer t ON t.id = r.refunds_id
      WHERE r.to_account_id <> t.from_account_id OR r.from_account_id <> t.to_account_id
        OR t.refunds_id IS NOT NULL
    """,
    "wallets in deeper debt than their credit ever allowed": """
      SELECT count(*) FROM ledger_account
      WHERE kind = 'dealer' AND balance_minor - frozen_minor < -credit_limit_minor
    """,
    "wallets whose credit is not the sum of approved credits": """
      SELECT count(*) FROM ledger_account a LEFT JOIN
        (SELECT dealer_id, sum(received_minor) AS total FROM ledger_topup
          WHERE kind = 'credit' AND state = 'approved' GROUP BY 1) c ON c.dealer_id = a.dealer_id
      WHERE a.kind = 'dealer' AND a.credit_limit_minor <> coalesce(c.total, 0)
    """,
    "top-ups whose transfer is missing, wrong or too many": """
      SELECT count(*) FROM ledger_topup u LEFT JOIN
        (SELECT x.source_id, a.dealer_id, count(*) AS times, sum(x.amount_minor) AS total
           FROM ledger_transfer x JOIN ledger_account a ON a.id = x.to_account_id
          WHERE x.source_kind = 'top_up' AND x.refunds_id IS NULL GROUP BY 1, 2) t ON t.source_id = u.id
      WHERE CASE WHEN u.state = 'approved' AND u.kind <> 'credit'
        THEN (t.times, t.total, t.dealer_id) IS DISTINCT FROM (1, u.received_minor, u.dealer_id)
        ELSE t.times IS NOT NULL END
    """,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A check and how much it found; everything but 0 is a defect."""

    check: str
    found: int


def reconciliation() -> Mapping[str, str]:
    """The ledger's own checks: a sentence, and the statement that counts what contradicts it."""
    return CHECKS


def reconcile() -> list[Finding]:
    """Run every check that `RECONCILIATIONS` names, for the served supplier, in one snapshot."""
    findings = []
    connection = connections[shard_alias()]
    checks = [check for path in settings.RECONCILIATIONS for check in import_string(path)().items()]
    with connection.cursor() as cursor:
        # One statement sees one snapshot: counts of a busy supplier then fit each other.
        parts = " UNION ALL ".join(f"SELECT {place}, ({sql})" for place, (_, sql) in enumerate(checks))
        cursor.execute(f"{parts} ORDER BY 1")
        for place, found in cursor.fetchall():
            findings.append(Finding(checks[place][0], int(found)))
    return findings
